import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dcycleUpload, folderWith, readLines, summaryOf } from '../support/command.ts';

/** A small input that an earlier version read wrong, with what is right, worked out by hand. */
interface Case {
  readonly id: string;
  readonly args: readonly string[];
  readonly text: string;
  readonly expected: {
    readonly exit: number;
    readonly valid?: number;
    readonly invalid?: number;
    readonly skipped?: number;
    readonly co2e_kg?: number;
    readonly litres?: number;
  };
  readonly note: string;
}

const cases = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')) as readonly Case[];

test.each(cases.map((each) => [each.id, each] as const))('%s', async (_id, { args, text, expected }) => {
  const cwd = folderWith({ 'in.csv': text });
  const isLocal = args.includes('--local');
  const run = await dcycleUpload([...args, 'in.csv', '--json', ...(isLocal ? ['--out', 'o.jsonl'] : [])], { cwd });
  expect(run).toMatchObject({ code: expected.exit });
  const { rows, emissions } = summaryOf(run);
  for (const count of ['valid', 'invalid', 'skipped'] as const) {
    if (expected[count] !== undefined) expect(rows).toMatchObject({ [count]: expected[count] });
  }
  if (expected.co2e_kg !== undefined) expect(emissions?.co2e_kg).toBeCloseTo(expected.co2e_kg, 6);
  if (expected.litres !== undefined) {
    const quantities = readLines(cwd, 'o.jsonl').map(({ quantity }) => Number(quantity));
    expect(quantities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(expected.litres, 5);
  }
});
