import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ExitCode } from '../src/exit-codes.ts';
import { readVehicleTypes } from '../src/calculator/data.ts';
import { kinds } from '../src/records/kinds.ts';
import { dcycleUpload } from './support/command.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('the tables of codes in docs/errors.md are those of the program: npm run docs', async () => {
  const path = '../docs/build.js';
  const { errorsPage } = (await import(path)) as { readonly errorsPage: () => Promise<string> };
  expect(await errorsPage()).toBe(read('docs/errors.md'));
});

test('docs/errors.md and README.md explain every exit code', () => {
  for (const page of [read('docs/errors.md'), read('README.md')]) {
    const codes = [...page.matchAll(/^\| (\d+(?:, \d+)*) +\|/gm)].flatMap(([, list = '']) =>
      list.split(', ').map(Number),
    );
    expect(codes.toSorted((a, b) => a - b)).toEqual(Object.values(ExitCode).toSorted((a, b) => a - b));
  }
});

test('docs/mapping.md names every field', () => {
  const mapping = read('docs/mapping.md');
  for (const kind of Object.values(kinds)) {
    for (const field of Object.keys(kind.fields)) expect(mapping).toContain(`\`${field}\``);
  }
});

test('docs/calculation.md names every vehicle type', () => {
  const calculation = read('docs/calculation.md');
  // Sizes of refrigerated rigids are named by their ending.
  const isNamed = (toc: string): boolean =>
    calculation.includes(`\`${toc}\``) || calculation.includes(`\`${toc.replace('_refrigerated', '')}\``);
  for (const { toc } of readVehicleTypes()) expect([toc, isNamed(toc)]).toEqual([toc, true]);
});

test('docs/commands.md has every option of --help, and no other', async () => {
  const options = async (...command: string[]): Promise<string[]> =>
    [...(await dcycleUpload([...command, '--help'])).stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(
      ([, option = '']) => option,
    );
  const help = new Set([
    ...(await options('requests')),
    ...(await options('recharges')),
    ...(await options('inspect')),
    ...(await options('template')),
    ...(await options('tocs')),
    ...(await options('fuels')),
    ...(await options('serve')),
    ...(await options('resume')),
    ...(await options('results')),
    ...(await options('runs')),
    ...(await options('runs', 'prune')),
  ]);
  const documented = new Set(
    [...read('docs/commands.md').matchAll(/`(--[a-z-]+)[^`]*`/g)].map(([, option = '']) => option),
  );
  expect([...documented].toSorted()).toEqual([...help].toSorted());
});
