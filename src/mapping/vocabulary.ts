/** What is read once, when it is needed first. */
export function lazily<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: read() }).value;
}

/** By word, what it means, of words by their meaning. */
export const wordsByMeaning = (byMeaning: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(byMeaning).flatMap(([meaning, words]) =>
      words.split(' ').map((word): [string, string] => [word, meaning]),
    ),
  );

/** Words of all languages, as `normaliseName` writes them. */
export const wordsOf = (byLanguage: Readonly<Record<string, string>>): ReadonlySet<string> =>
  new Set(Object.values(byLanguage).flatMap((words) => words.split(' ')));
