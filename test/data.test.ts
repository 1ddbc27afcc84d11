import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readVehicleTypes } from '../src/calculator/data.ts';
import { temporaryFolder } from './support/command.ts';

/** The tables of `data/` are those that `npm run data` makes. */

const data = fileURLToPath(new URL('../data/', import.meta.url));

test('factors and fuels are what their script makes of the sources', () => {
  const folder = temporaryFolder();
  execFileSync(process.execPath, [join(data, 'build-factors.js'), folder]);
  for (const name of ['factors.json', 'fuels.json']) {
    expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(data, name), 'utf8'));
  }
});

// The others take minutes and 340 MB of packages to build: CI does it when data/ changes.
test('no table has changed, and no source of one, since all were built', () => {
  const sums = readFileSync(join(data, 'source/SHA256SUMS'), 'utf8');
  const now = [...sums.matchAll(/^\w{64} {2}(.+)$/gm)].map(([, name = '']) => {
    const sum = createHash('sha256').update(readFileSync(join(data, name)));
    return `${sum.digest('hex')}  ${name}\n`;
  });
  expect(now.join('')).toBe(sums);
});

test('a vehicle type has a factor of its own category, and no name of another', () => {
  const { rows } = JSON.parse(readFileSync(join(data, 'factors.json'), 'utf8')) as {
    readonly rows: readonly { readonly id: string; readonly mode: string }[];
  };
  const modes = new Map(rows.map(({ id, mode }) => [id.replace(/^desnz\d+-/, ''), mode]));
  const types = readVehicleTypes();
  for (const { toc, category, factor } of types) {
    if (factor !== null) expect([toc, modes.get(factor)]).toEqual([toc, category === 'maritime' ? 'sea' : category]);
  }
  const names = types.flatMap(({ toc, aliases }) => [toc, ...aliases]);
  expect(names).toHaveLength(new Set(names).size);
});

test('data/README.md says of every table whether it is built', () => {
  const page = readFileSync(join(data, 'README.md'), 'utf8');
  const tables = readdirSync(data).filter((name) => /\.(?:json|br)$/.test(name));
  expect(tables.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
