import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fixture, folderWith, temporaryFolder } from './support/command.ts';

/** What is published: packed, installed into an empty folder, and used there. */

const root = fileURLToPath(new URL('..', import.meta.url));

const megabytes = 1024 * 1024;

test('the package holds what is needed and no more, and runs where it is installed', () => {
  const target = temporaryFolder();
  // The suite has built it already, and other tests are using what was built.
  const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', target], root);
  const [{ filename, files, size, unpackedSize }] = JSON.parse(packed) as [Packed];
  const kinds = new Set(
    files.map(({ path }) => path.replace(/^((?:bin|bundle|data|dist|man|schemas)\/)?.*?([^./]*)$/, '$1*.$2')),
  );
  expect([...kinds].toSorted()).toEqual([
    '*.LICENSE',
    '*.NOTICE',
    '*.json',
    '*.md',
    'bin/*.js',
    'bundle/*.js',
    'data/*.br',
    'data/*.json',
    'dist/*.ts',
    'man/*.1',
    'schemas/*.json',
  ]);
  expect(size).toBeLessThan(8 * megabytes);
  expect(unpackedSize).toBeLessThan(11 * megabytes);

  const folder = folderWith({ 'package.json': '{}' });
  run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--engine-strict', join(target, filename)],
    folder,
  );
  expect(sizeOf(join(folder, 'node_modules'))).toBeLessThan(120 * megabytes);
  expect(run('npx', ['--no-install', 'dcycle-upload', '--version'], folder)).toMatch(/^\d+\.\d+\.\d+\n$/);
  const result = run(
    'npx',
    ['--no-install', 'dcycle-upload', 'requests', fixture('shipments-clean.csv'), '--local'],
    folder,
  );
  expect(result).toMatch(/(\d+) of \1 rows calculated\n$/);
  const library = "import { calculateShipment } from 'dcycle-upload'; console.log(typeof calculateShipment)";
  expect(run(process.execPath, ['--input-type=module', '--eval', library], folder)).toBe('function\n');
});

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
