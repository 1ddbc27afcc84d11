import { readFileSync } from 'node:fs';

/** Reads an embedded data file. The package holds `data/` next to `src/` and `dist/`. */
export const readData = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../data/${name}`, import.meta.url), 'utf8')) as T;

/** What is read once, when it is needed first. */
export function lazily<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: read() }).value;
}

/** Words of all languages, as `normaliseName` writes them. */
export const wordsOf = (byLanguage: Readonly<Record<string, string>>): ReadonlySet<string> =>
  new Set(Object.values(byLanguage).flatMap((words) => words.split(' ')));
