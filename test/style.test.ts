import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The words that docs/style.md gives up: each file has at most as many as style-baseline.json says. */

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

const hits = new Map(files.map((path) => [path, hitsIn(path)] as const).filter(([, found]) => found.length > 0));

const baselinePath = 'test/style-baseline.json';
const baseline = JSON.parse(read(baselinePath)) as Readonly<Record<string, number>>;

test('the table of old words is read', () => {
  expect(oldWords).toEqual(expect.arrayContaining(['is no', 'unmended', 'whose fate', 'say otherwise']));
});

test('no file has more old words than before', () => {
  const worse = [...hits].filter(([path, found]) => found.length > (baseline[path] ?? 0));
  const message = worse.map(
    ([path, found]) => `${path}: ${found.join(', ')} (allowed: ${String(baseline[path] ?? 0)})`,
  );
  expect(message, 'see docs/style.md for better words').toEqual([]);
});

test('the baseline is as low as it can be', () => {
  const lower = Object.fromEntries(
    Object.entries(baseline)
      .map(([path, count]) => [path, Math.min(count, hits.get(path)?.length ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
  if (process.env['LOWER_STYLE_BASELINE'] === undefined) {
    expect(baseline, 'lower the baseline: LOWER_STYLE_BASELINE=1 npx vitest run test/style.test.ts').toEqual(lower);
  } else {
    writeFileSync(url(baselinePath), `${JSON.stringify(lower, undefined, 2)}\n`);
  }
});
