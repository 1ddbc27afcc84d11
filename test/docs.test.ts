import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../src/commands/program.ts';
import { settingNames } from '../src/config/settings.ts';
import { ExitCode } from '../src/exit-codes.ts';
import { readVehicleTypes } from '../src/calculator/data.ts';
import { kinds } from '../src/records/kinds.ts';
import { logEventSchema } from '../src/report/log/log-event.ts';
import { isMissing } from './support/tools.ts';

const url = (path: string): URL => new URL(`../${path}`, import.meta.url);

const read = (path: string): string => readFileSync(url(path), 'utf8');

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

test('docs/commands.md has every option of every command, and no other', async () => {
  const optionsOf = (command: Command): string[] => [
    ...command.options.flatMap(({ long }) => (long === '--version' ? [] : (long ?? []))),
    ...command.commands.flatMap(optionsOf),
  ];
  const options = new Set(optionsOf(await createProgram(async () => {})));
  const documented = new Set(
    [...read('docs/commands.md').matchAll(/`(--[a-z-]+)[^`]*`/g)].map(([, option = '']) => option),
  );
  expect([...documented].toSorted()).toEqual([...options].toSorted());
});

test('docs/support.md lists every event of a log, in their order', () => {
  const documented = [...read('docs/support.md').matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, name]) => name);
  expect(documented).toEqual(logEventSchema.options.map(({ shape }) => shape.event.value));
});

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(url('docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test.each(pages)('the links of %s lead to files and headings that are there', (page) => {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', heading] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    return !existsSync(url(target)) || (heading !== undefined && !headingsOf(target).includes(heading));
  });
  expect(broken).toEqual([]);
});

test('docs/README.md leads to every other page', () => {
  const index = read('docs/README.md');
  for (const page of pages.slice(2)) {
    if (page !== 'docs/README.md') expect(index).toContain(`](${posix.basename(page)}`);
  }
});

test.skipIf(isMissing('shellcheck'))('shellcheck has nothing to say against docs/recipes.md (needs shellcheck)', () => {
  const scripts = [...read('docs/recipes.md').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, script = '']) => script);
  expect(scripts.length).toBeGreaterThan(0);
  for (const input of scripts) {
    expect(spawnSync('shellcheck', ['--shell=sh', '-'], { input, encoding: 'utf8' }).stdout).toBe('');
  }
});

/** A page without its blocks and words of code, in which a bracket is not a link. */
function withoutCode(page: string): string {
  return page.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''));
}

/** The headings of a page as GitHub names them in links. */
function headingsOf(path: string): string[] {
  return [...withoutCode(read(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('docs/operations.md names tests that are there', () => {
  const page = read('docs/operations.md');
  const table = page.slice(page.indexOf('## What holds it'), page.indexOf('## How an upload survives'));
  const rows = table.split('\n').filter((line) => line.startsWith('|'));
  const named = rows.flatMap((row) => [...row.matchAll(/`([a-z\d]+\/[a-z-]+)`/g)].map(([, name = '']) => name));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !existsSync(url(`test/${name}.test.ts`)))).toEqual([]);
});
