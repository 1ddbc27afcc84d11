import { readData } from '../embedded.ts';
import { nearestNames, normaliseName } from './names.ts';
import { lazily } from './vocabulary.ts';

/** Words that may mean one of several things, the likeliest first. */
interface WordsRow {
  readonly means: readonly string[];
  /** By language, words divided by `|`. */
  readonly words: Readonly<Record<string, string>>;
}

interface VehicleWords {
  readonly rows: readonly WordsRow[];
  /** Words for what the name of a vehicle type says: `_refrigerated`, `_electric`, … */
  readonly traits: Readonly<Record<string, string>>;
  /** Gross masses, in tonnes, of vehicle types. */
  readonly masses: readonly { readonly toc: string; readonly aboveT: number; readonly upToT: number }[];
}

type Vocabulary = ReadonlyMap<string, readonly string[]>;

const vocabularyOf = (rows: readonly WordsRow[]): Vocabulary =>
  new Map(
    rows.flatMap(({ means, words }) =>
      Object.values(words).flatMap((text) => text.split('|').map((word) => [normaliseName(word), means] as const)),
    ),
  );

const vehicles = lazily(() => {
  const { rows, traits, masses } = readData<VehicleWords>('vehicle-words.json');
  return { vocabulary: vocabularyOf(rows), traits, masses };
});

const fuels = lazily(() => {
  const { rows } = readData<{ rows: readonly WordsRow[] }>('fuel-words.json');
  const names = new Set(rows.flatMap(({ means }) => means));
  return new Map([...Array.from(names, (name) => [normaliseName(name), [name]] as const), ...vocabularyOf(rows)]);
});

/**
 * What a carrier's word for a vehicle may mean: vehicle types, the likeliest first. It decides nothing, as no such word says mass and
 * fuel: `Tráiler` is an articulated truck of some kind.
 */
export function proposeVehicles(label: string): readonly string[] {
  const { vocabulary, traits, masses } = vehicles();
  const name = normaliseName(label);
  const meanings = meaningsOf(name, vocabulary);
  const mass = massIn(label);
  const ofMass = new Set(masses.flatMap(({ toc, aboveT, upToT }) => (mass > aboveT && mass <= upToT ? [toc] : [])));
  const mayHaveMass = meanings.length === 0 || masses.some(({ toc }) => meanings.includes(toc));
  const proposals = [...new Set([...meanings, ...(mayHaveMass ? ofMass : [])])];
  const wanted = Object.entries(traits).flatMap(([trait, words]) =>
    words.split('|').some((word) => contains(name, word)) ? [trait] : [],
  );
  // A trait weighs more than a mass: what it says is in the name of the type.
  const weight = (toc: string): number =>
    wanted.filter((trait) => toc.includes(trait)).length * 2 + (ofMass.has(toc) ? 1 : 0);
  return proposals.toSorted((a, b) => weight(b) - weight(a));
}

/** What a label of a pump, card or invoice may mean: names of fuels, the likeliest first. */
export const proposeFuels = (label: string): readonly string[] => [
  ...new Set(meaningsOf(normaliseName(label), fuels())),
];

/** The meanings of a name; else those of the words in it, the longest first; else those of the words that are most like it. */
function meaningsOf(name: string, vocabulary: Vocabulary): readonly string[] {
  const own = vocabulary.get(name);
  if (own !== undefined) return own;
  const inside = [...vocabulary.keys()].filter((word) => contains(name, word));
  const found =
    inside.length > 0 ? inside.toSorted((a, b) => b.length - a.length) : nearestNames(name, vocabulary.keys());
  return found.flatMap((word) => vocabulary.get(word) ?? []);
}

/** Whether words occur in a name, as whole words. */
const contains = (name: string, words: string): boolean => ` ${name} `.includes(` ${words} `);

/** The gross mass in a label, in tonnes: `LKW 12t`, `7,5-Tonner`, `Porteur 19 T`; 0 where there is none. */
function massIn(label: string): number {
  const [, number = ''] =
    /(\d+(?:[.,]\d+)?)\s*-?\s*(?:t|to|tn|tm|tons?|tonn\p{L}*|toneladas?)(?!\p{L})/iu.exec(label) ?? [];
  return Number(number.replace(',', '.'));
}

/** The words for each vehicle type or fuel, by its name; `tocs --search` and `fuels --search` look at them. */
export const wordsForVehicles = (): ReadonlyMap<string, readonly string[]> => wordsByMeaning(vehicles().vocabulary);
export const wordsForFuels = (): ReadonlyMap<string, readonly string[]> => wordsByMeaning(fuels());

function wordsByMeaning(vocabulary: Vocabulary): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, string[]>();
  for (const [word, means] of vocabulary) {
    for (const meaning of means) {
      const known = words.get(meaning) ?? [];
      if (known.length === 0) words.set(meaning, known);
      known.push(word);
    }
  }
  return words;
}
