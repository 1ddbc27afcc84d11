import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createDryRun } from '../src/destinations/dry-run.ts';
import { RunError } from '../src/errors.ts';
import { readMappingOptions } from '../src/mapping/mapping.ts';
import { openInputs, planRun } from '../src/pipeline/plan.ts';
import { run } from '../src/pipeline/run.ts';
import { kinds } from '../src/records/kinds.ts';
import { inPieces } from './support/inputs.ts';

const corpus = new URL('corpus/', import.meta.url);
const inputs = readdirSync(corpus)
  .filter((name) => /\.(?:csv|tsv|txt|jsonl)$/.test(name))
  .map((name) => readFileSync(new URL(name, corpus)));

/** The exit code of a dry run over these bytes. */
async function exitCodeOf(bytes: Buffer, kindName: 'requests' | 'recharges'): Promise<number> {
  const kind = kinds[kindName];
  try {
    const mapping = readMappingOptions(
      kind,
      undefined,
      [],
      kindName === 'requests' ? ['category=road', 'distance_km=1'] : [],
    );
    const opened = await openInputs(['-'], {
      kind,
      input: { format: undefined, delimiter: undefined, encoding: undefined },
      mapping,
      schema: { currentYear: 2026, target: 'api' },
      stdin: inPieces(bytes, 1000),
    });
    const plan = planRun(opened, mapping);
    try {
      const result = await run(
        plan,
        createDryRun(),
        {
          chunkRecords: 3,
          dedupeKey: undefined,
          stopOnError: false,
          maxErrors: undefined,
          interrupted: new AbortController().signal,
          recordWarnings: () => [],
        },
        { refused: () => {}, accepted: () => {}, progress: () => {} },
      );
      expect(result.error?.message).toBeUndefined();
      return result.exitCode;
    } finally {
      await plan.close();
    }
  } catch (error) {
    if (error instanceof RunError) return error.exitCode;
    throw error;
  }
}

interface Mutation {
  readonly at: number;
  readonly drop: number;
  readonly insert: Uint8Array;
}

const nasty = fc.constantFrom(
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\\',
  '{',
  '}',
  '[',
  "'",
  '=',
  '\ufeff',
  'ñ',
  '\u001a',
);
const insertion = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  nasty.map((text) => new Uint8Array(Buffer.from(text))),
);
const mutation = fc.record({ at: fc.nat(4000), drop: fc.nat(6), insert: insertion });

const mutate = (bytes: Buffer, { at, drop, insert }: Mutation): Buffer => {
  const place = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + drop)]);
};

test('no change to a real-looking file makes a run crash, hang or lose count', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...inputs),
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
      fc.constantFrom<['requests' | 'recharges']>(['requests'], ['recharges']),
      async (bytes, mutations, [kind]) => {
        expect([0, 1, 2, 3]).toContain(await exitCodeOf(mutations.reduce(mutate, bytes), kind));
      },
    ),
    { numRuns: 1500 },
  );
});
