// Where the scripts of this folder read and write: source/, the packages that source/package.json declares, and data/.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const target = folder === undefined ? new URL('.', import.meta.url) : pathToFileURL(`${resolve(folder)}/`);

export const readSource = (name) => JSON.parse(readFileSync(new URL(`source/${name}`, import.meta.url), 'utf8'));

export const requirePackage = createRequire(new URL('source/package.json', import.meta.url));
/** The text of a file in a package, exported or not. */
export const readPackage = (path) => readFileSync(new URL(`source/node_modules/${path}`, import.meta.url), 'utf8');

/** The names of the files that were written. */
export const built = [];

/** Writes a file into data/, or into the folder that the command line names. */
export function writeData(name, content) {
  writeFileSync(new URL(name, target), content);
  built.push(name);
  console.log(`${name}: ${Buffer.byteLength(content)} bytes`);
}

/** A table with one row a line, so that a difference shows the rows that have changed. */
export function writeTable(name, head, rows) {
  const top = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`);
  writeData(name, `{\n${top.join('')}  "rows": [\n${lines.join(',\n')}\n  ]\n}\n`);
}
