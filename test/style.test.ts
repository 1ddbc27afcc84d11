import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The words that docs/style.md gives up. */

const url = (path: string): URL => new URL(`../${path}`, import.meta.url);

const read = (path: string): string => readFileSync(url(path), 'utf8');

const filesIn = (folder: string, extension: string): readonly string[] =>
  readdirSync(url(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);

/** The man page is made from the sources and its own texts. */
const files = [...filesIn('src', '.ts'), ...filesIn('docs', '.md'), 'README.md', 'man/build.js']
  .filter((path) => path !== 'docs/style.md')
  .toSorted();

/** The first column of the table in docs/style.md. */
const oldWords = read('docs/style.md')
  .replace(/^[^]*\n## Words that this project no longer uses\n([^]*?)\n## [^]*$/, '$1')
  .split('\n')
  .flatMap((line) =>
    [...(line.split(' | ')[0] ?? '').matchAll(/^\| .*/g)].flatMap(([cell]) => cell.match(/(?<=`)[a-z ]+(?=`)/g) ?? []),
  );

const old = new RegExp(String.raw`\b(?:${oldWords.join('|')})\b`, 'gi');

/** English of today all the same. */
const fine = /\bthere (?:is|are|was|were) no\b|\b(?:is|are|was|were) no (?:longer|more)\b/gi;

/** The old words of a file. In a source, names count with strings and comments. A line break may part two words. */
const hitsIn = (path: string): readonly string[] =>
  read(path)
    .replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/|>)?\s*/g, ' ')
    .replaceAll(fine, '')
    .match(old) ?? [];

test('the table of old words is read', () => {
  expect(oldWords).toEqual(expect.arrayContaining(['is no', 'unmended', 'whose fate', 'say otherwise']));
});

test('no source, page or text of the man page has an old word', () => {
  const found = files.flatMap((path) => hitsIn(path).map((word) => `${path}: ${word}`));
  expect(found, 'see docs/style.md for better words').toEqual([]);
});
