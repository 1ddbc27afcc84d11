import fc from 'fast-check';

/** The seed of the property tests: a change is judged by what it changed; `PROPERTY_SEED=2 npm test` tries other inputs. */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
