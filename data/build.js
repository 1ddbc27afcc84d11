// Builds every table of data/ that is not kept by hand (README.md has the list), and writes down the sums of what they were
// built from and of what came out: npm run data
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { built, writeData } from './files.js';

for (const part of ['factors', 'grid', 'countries', 'places', 'roads', 'sea']) await import(`./build-${part}.js`);

const at = (name) => new URL(name, import.meta.url);
const sources = readdirSync(at('source/')).filter((name) => name.endsWith('.json') && name !== 'package.json');
const files = ['crossings.json', ...sources.map((name) => `source/${name}`), ...built].toSorted();
const sumOf = (name) =>
  createHash('sha256')
    .update(readFileSync(at(name)))
    .digest('hex');
writeData('source/SHA256SUMS', files.map((name) => `${sumOf(name)}  ${name}\n`).join(''));
