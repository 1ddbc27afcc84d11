import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../src/commands/program.ts';
import { settingNames } from '../src/config/settings.ts';
import { ExitCode } from '../src/exit-codes.ts';
import { readVehicleTypes } from '../src/calculator/data.ts';
import { kinds } from '../src/records/kinds.ts';
import { logEventSchema } from '../src/report/log/log-event.ts';

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

test('docs/commands.md has every option of every command, and no other', () => {
  const optionsOf = (command: Command): string[] => [
    ...command.options.flatMap(({ long }) => (long === '--version' ? [] : (long ?? []))),
    ...command.commands.flatMap(optionsOf),
  ];
  const options = new Set(optionsOf(createProgram(async () => {})));
  const documented = new Set(
    [...read('docs/commands.md').matchAll(/`(--[a-z-]+)[^`]*`/g)].map(([, option = '']) => option),
  );
  expect([...documented].toSorted()).toEqual([...options].toSorted());
});

test('docs/support.md lists every event of a log, in their order', () => {
  const documented = [...read('docs/support.md').matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, name]) => name);
  expect(documented).toEqual(logEventSchema.options.map(({ shape }) => shape.event.value));
});
