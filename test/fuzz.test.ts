import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dictionaryLimits } from '../src/columns/dictionary.ts';
import { RunError } from '../src/errors.ts';
import { readMappingOptions } from '../src/mapping/mapping.ts';
import type { FlowSizes } from '../src/pipeline/memory.ts';
import { openInputs, planRun } from '../src/pipeline/plan.ts';
import { run } from '../src/pipeline/run.ts';
import { kinds } from '../src/records/kinds.ts';
import { createWitness, defaultRunOptions, type SeenRow } from './support/flow.ts';
import { inPieces } from './support/inputs.ts';

const corpus = new URL('corpus/', import.meta.url);
const inputs = readdirSync(corpus)
  .filter((name) => /\.(?:csv|tsv|txt|jsonl)$/.test(name))
  .map((name) => readFileSync(new URL(name, corpus)));

interface Ended {
  readonly exitCode: number;
  readonly rows: readonly SeenRow[];
  readonly problem: string | undefined;
}

/** How a dry run over these bytes ends. */
async function runOver(bytes: Buffer, kindName: 'requests' | 'recharges', sizes: Partial<FlowSizes>): Promise<Ended> {
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
      const { observer, rows } = createWitness();
      const options = { ...defaultRunOptions, chunkRecords: 3, sizes };
      const result = await run(plan, { mode: 'dry-run' }, options, () => observer);
      expect(result.error?.message).toBeUndefined();
      expect(rows.length).toBe(result.ledger.rows.read);
      return { exitCode: result.exitCode, rows, problem: undefined };
    } finally {
      await plan.close();
    }
  } catch (error) {
    if (error instanceof RunError) return { exitCode: error.exitCode, rows: [], problem: error.message };
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

const someSizes = fc.record({
  blockBytes: fc.integer({ min: 64, max: 2000 }),
  batchRows: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(2048)),
  hashMask: fc.constantFrom(-1, 15, 0),
  dictionary: fc.constantFrom(dictionaryLimits, { entries: 4, textBytes: 64, issues: 2, longest: 12, trial: 5 }),
});

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

test('no change to a real-looking file makes a run crash, hang or lose count', { timeout: numRuns * 300 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...inputs),
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
      fc.constantFrom<['requests' | 'recharges']>(['requests'], ['recharges']),
      someSizes,
      async (bytes, mutations, [kind], sizes) => {
        const mutated = mutations.reduce(mutate, bytes);
        const ended = await runOver(mutated, kind, {});
        expect([0, 1, 2, 3]).toContain(ended.exitCode);
        // Nothing depends on the sizes of blocks and batches, nor on hashes that are equal by chance.
        expect(await runOver(mutated, kind, sizes)).toEqual(ended);
      },
    ),
    { numRuns },
  );
});
