import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RecordKind } from '../../src/records/kind.ts';
import { jsonl, read } from './read-values.ts';

/** A small input that an earlier version read wrong, with what is right, worked out by hand. */
interface Case {
  readonly id: string;
  readonly args: readonly [RecordKind['name'], ...string[]];
  readonly text: string;
  readonly expected: {
    readonly exit: number;
    readonly valid?: number;
    readonly invalid?: number;
    readonly skipped?: number;
    readonly co2e_kg?: number;
    readonly litres?: number;
    /** By row. */
    readonly km_between?: readonly (readonly [least: number, most: number])[];
  };
  readonly note: string;
}

const cases = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')) as readonly Case[];

test.each(cases.map((each) => [each.id, each] as const))('%s', async (_id, { args, text, expected }) => {
  const { exit, rows, summary, results } = await read(args, text);
  expect(exit).toBe(expected.exit);
  for (const count of ['valid', 'invalid', 'skipped'] as const) {
    if (expected[count] !== undefined) expect(rows).toMatchObject({ [count]: expected[count] });
  }
  const { co2e_kg: co2eKg, litres, km_between: ranges = [] } = expected;
  if (co2eKg !== undefined) expect(summary.emissions?.co2e_kg).toBeCloseTo(co2eKg, 6);
  if (litres !== undefined) {
    expect(results.reduce((sum, { quantity }) => sum + Number(quantity), 0)).toBeCloseTo(litres, 5);
  }
  for (const [at, [least, most]] of ranges.entries()) {
    expect(Number(results[at]?.['distance_km'])).toBeGreaterThanOrEqual(least);
    expect(Number(results[at]?.['distance_km'])).toBeLessThanOrEqual(most);
  }
});

test('deep-json: a value of 100,000 arrays refuses its row alone', async () => {
  const [first = '', second = '', third = ''] = jsonl([
    ['distance_km', 'toc'],
    ...['1', '2', '3'].map((km) => [km, 'van_diesel']),
  ])
    .trimEnd()
    .split('\n');
  const deep = second.replace('"2"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const { exit, rows, errors } = await read(['requests', '--local'], [first, deep, third].join('\n'));
  expect([exit, rows.valid, rows.invalid]).toEqual([1, 2, 1]);
  expect(errors).toMatchObject([{ row: 2, code: 'MALFORMED_ROW' }]);
});
