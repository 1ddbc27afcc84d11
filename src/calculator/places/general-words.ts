import { readData } from '../../embedded.ts';

let words: ReadonlySet<string> | undefined;

/** Whether a folded text is only a word for what may be anywhere (`nave`, `zone`, `export`), alone or with a number or a letter. */
export function isGeneralWord(folded: string): boolean {
  words ??= new Set(
    Object.values(readData<{ words: Readonly<Record<string, string>> }>('general-places.json').words).flatMap((list) =>
      list.split('|'),
    ),
  );
  return words.has(folded.replace(/ (?:\d{1,4}[a-z]?|[a-z])$/, ''));
}
