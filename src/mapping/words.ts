import { readData } from '../embedded.ts';
import { lazily } from './vocabulary.ts';

/** What people write for true and false, in the languages of the column names. */
export const booleans: ReadonlyMap<string, boolean> = new Map([
  ...(
    [
      'true',
      'yes',
      'y',
      '1',
      'sí',
      'si',
      's',
      'x',
      'oui',
      'o',
      'ja',
      'j',
      'sim',
      'vero',
      'verdadero',
      'vrai',
      'wahr',
      'cert',
    ] as const
  ).map((word) => [word, true] as const),
  ...(['false', 'no', 'n', '0', 'non', 'nein', 'não', 'nao', 'falso', 'faux', 'falsch', 'fals'] as const).map(
    (word) => [word, false] as const,
  ),
]);

/** Categories in other words, without accents; the schema refuses what is neither these nor the API's own. */
export const categoryWords: () => ReadonlyMap<string, string> = lazily(() => {
  const { rows } = readData<{ rows: readonly { means: string; words: string }[] }>('categories.json');
  return new Map(rows.flatMap(({ means, words }) => words.split('|').map((word): [string, string] => [word, means])));
});
