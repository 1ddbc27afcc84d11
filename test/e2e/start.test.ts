import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bin, dcycleUpload, fixture, modules, temporaryFolder } from '../support/command.ts';

/** What is loaded before a command does its work: every module costs its user time. */

const root = new URL('../../', import.meta.url).href;
const hook = fileURLToPath(new URL('../support/record-loaded.mjs', import.meta.url));

interface Loaded {
  /** Modules of this tool, without `dist/` and the extension. */
  readonly own: readonly string[];
  readonly libraries: readonly string[];
}

/** Runs the command from its modules, and says what it has loaded. The bundle loads the same libraries but zod, which it holds. */
async function loadedBy(args: readonly string[]): Promise<Loaded> {
  const loaded = await load(args, modules);
  expect((await load(args, bin)).libraries).toEqual(loaded.libraries.filter((library) => library !== 'zod'));
  return loaded;
}

async function load(args: readonly string[], program: string): Promise<Loaded> {
  const file = join(temporaryFolder(), 'loaded.txt');
  const { code, stderr } = await dcycleUpload(args, {
    program,
    nodeArguments: ['--import', pathToFileURL(hook).href],
    env: { LOADED: file },
  });
  expect([code, stderr.includes('Error')]).toEqual([0, false]);
  const urls = [...new Set(readFileSync(file, 'utf8').trimEnd().split('\n'))];
  const own = urls.flatMap((url) =>
    url.startsWith(`${root}dist/`) ? url.slice(`${root}dist/`.length, -'.js'.length) : [],
  );
  const libraries = urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return { own: own.toSorted(), libraries: [...new Set(libraries)].toSorted() };
}

const beginning = ['cli', 'exit-codes', 'version'];
const program = ['commands/commander', 'commands/help', 'commands/program', ...beginning].toSorted();

describe('loads no more than it needs:', () => {
  test('--version', async () => {
    expect(await loadedBy(['--version'])).toEqual({ own: beginning, libraries: [] });
  });

  test('--help', async () => {
    expect(await loadedBy(['--help'])).toEqual({ own: program, libraries: ['commander'] });
  });

  test.each([
    ['doctor', ['commands/doctor-command', 'commands/setting-options', 'config/settings']],
    ['runs', ['commands/runs-command']],
  ])('%s --help', async (command, more) => {
    const { own, libraries } = await loadedBy([command, '--help']);
    expect(libraries).toEqual(['commander']);
    // Settings quote wrong values.
    const beside = new Set(['base-url', 'errors', 'issues']);
    expect(own.filter((name) => !program.includes(name) && !beside.has(name))).toEqual(more);
  });

  test('completion bash', async () => {
    const { own, libraries } = await loadedBy(['completion', 'bash']);
    expect(libraries).toEqual(['commander']);
    const needless = /^(?:api|calculator|destinations|input|mapping|server|state)\//;
    // The names of the formats alone.
    expect(own.filter((name) => needless.test(name) && name !== 'input/table')).toEqual([]);
  });

  // Of a file without wrong values, and without distances to be found.
  test.each(['--dry-run', '--local'])('requests small.csv %s', async (mode) => {
    const { own, libraries } = await loadedBy(['requests', fixture('shipments-clean.csv'), mode]);
    const needless = /^(?:@.*|chalk|d3-.*|fastify.*|geographiclib.*|jsonc-parser|libsql|ora|string-width|undici)$/;
    expect(libraries.filter((name) => needless.test(name))).toEqual([]);
    const notHere =
      mode === '--local' ? /^(?:server|state|report\/page)\// : /^(?:calculator\/places|server|state|report\/page)\//;
    expect(own.filter((name) => notHere.test(name))).toEqual([]);
    // Schemas of what is published, and of files that were not given.
    const schemas = new Set(['calculator/factor-file', 'mapping/mapping-file', 'report/summary-schema']);
    expect(own.filter((name) => schemas.has(name) || name.endsWith('-row-schema'))).toEqual([]);
  });
});
