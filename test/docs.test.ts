import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingNames } from '../src/config/settings.ts';
import { ExitCode } from '../src/exit-codes.ts';
import { issueCodes } from '../src/issues.ts';
import { readVehicleTypes } from '../src/calculator/data.ts';
import { kinds } from '../src/records/kinds.ts';
import { dcycleUpload } from './support/command.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('docs/errors.md explains every code of rows and every exit code; README.md has the same exit codes', () => {
  const errors = read('docs/errors.md');
  for (const code of issueCodes) expect(errors).toContain(`\`${code}\``);
  for (const page of [errors, read('README.md')]) {
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

test('docs/configuration.md names every setting', () => {
  const configuration = read('docs/configuration.md');
  for (const name of settingNames) expect(configuration).toContain(`\`${name}\``);
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
    ...(await options('config', 'init')),
    ...(await options('config', 'show')),
    ...(await options('config', 'set')),
    ...(await options('config', 'unset')),
    ...(await options('doctor')),
  ]);
  const documented = new Set(
    [...read('docs/commands.md').matchAll(/`(--[a-z-]+)[^`]*`/g)].map(([, option = '']) => option),
  );
  expect([...documented].toSorted()).toEqual([...help].toSorted());
});
