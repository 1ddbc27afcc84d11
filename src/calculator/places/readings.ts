import { countryNamed, type PlaceHints, type PlaceSources } from './place.ts';
import type { PlacePart } from './read-place.ts';

/** One way to understand a text: this is its country, and that is the rest. */
export interface Reading {
  readonly country: string | undefined;
  /** What is not the country. */
  readonly parts: readonly PlacePart[];
  /** The text is a country's name: only a town that is the country, as Singapore, can be meant. */
  readonly isCountry?: boolean;
  /** Towns with fewer people, or other names of towns, are not meant. */
  readonly leastPopulation?: number;
}

/** Towns with the name of a country are meant only if they are cities. */
export const cityPopulation = 100_000;

/** Articles that are letters of countries as well. */
const articleAtEnd = /^(?:el|la)$/i;

export const nameOnly = (text: string): PlacePart => ({ text, postcode: undefined, country: undefined });

/** Words in lower case are not codes: `de`, `la`, `el`. */
const isShortWord = (text: string): boolean => text.length <= 3 && /^[a-z ]+$/.test(text);

const nameWithLetters = ({ withLetters }: PlacePart): PlacePart | undefined =>
  withLetters === undefined ? undefined : nameOnly(withLetters);

/** Takes texts for their countries and the rest, in every way that makes sense. */
export class Readings {
  readonly #sources: PlaceSources;

  constructor(sources: PlaceSources) {
    this.#sources = sources;
  }

  /** The ways to take a text apart into a country and the rest, the likeliest first. */
  *all(split: readonly PlacePart[], hints: PlaceHints): Iterable<Reading> {
    const parts = split.map((part) => this.#withoutCountry(part) ?? part);
    const withArticle = this.#articleFirst(parts);
    if (withArticle !== undefined) yield { country: hints.country, parts: [withArticle] };
    for (const reading of this.#countryReadings(parts, hints)) {
      yield reading;
      if (reading.isCountry !== true) yield* this.#readingsOfWords(reading);
    }
  }

  /** `Ejido, El` is El Ejido, though `EL` are letters of Greece; `La` after a town may be Laos, or Louisiana. */
  #articleFirst([town, article, ...others]: readonly PlacePart[]): PlacePart | undefined {
    if (town === undefined || article === undefined || others.length > 0) return undefined;
    if (!articleAtEnd.test(article.text)) return undefined;
    const text = `${article.text} ${town.text}`;
    return this.#sources.gazetteer().find(text).length > 0 ? { ...town, text } : undefined;
  }

  *#countryReadings(parts: readonly PlacePart[], hints: PlaceHints): Iterable<Reading> {
    const named = parts.map((part) => this.#countryOf(part.text));
    const last = named.at(-1);
    if (last !== undefined && parts.length > 1) yield { country: last, parts: parts.slice(0, -1) };
    if (named.every((country) => country !== undefined)) {
      // A country alone is not a place, except where a town is the country: Singapore; Hong Kong, China.
      for (const [index, country] of named.entries()) {
        yield { country, parts: parts.slice(index, index + 1), isCountry: true };
      }
      if (parts.length <= 1) {
        // Granada is a city, though Grenada is called the same.
        yield { country: hints.country, parts, leastPopulation: cityPopulation };
        return;
      }
    }
    const [first] = named;
    if (first !== undefined) yield { country: first, parts: parts.slice(1) };
    const middle = named.findIndex((country, index) => country !== undefined && index > 0 && index < named.length - 1);
    if (middle > 0) yield { country: named[middle], parts: parts.toSpliced(middle, 1) };
    // The whole name of a country means the country, unless it is a region's as well (`Atlanta, Georgia`).
    for (const [index, country] of named.entries()) {
      const { text = '' } = parts[index] ?? {};
      const isRegion = this.#sources.regions().find(text, undefined).length > 0;
      if (country !== undefined && !isRegion) return;
    }
    for (const { country: letters } of parts) {
      const country = letters === undefined ? undefined : this.#countryOf(letters);
      if (country !== undefined) yield { country, parts };
    }
    // Letters of a country that has no such town are a part of the name (`LA-CORUÑA`), or contradict it (`DE-Paris`).
    yield { country: hints.country, parts: parts.map((part) => nameWithLetters(part) ?? part) };
  }

  /** What no separator sets apart: `Madrid Spain`, `CHICAGO IL`, `37135 Verona VR`, `中国上海`. */
  *#readingsOfWords({ country, parts }: Reading): Iterable<Reading> {
    if (parts.length > 1) {
      const joined = parts.map(({ text }) => text).join(' ');
      yield { country, parts: [{ ...nameOnly(joined), postcode: parts.find(({ postcode }) => postcode)?.postcode }] };
    }
    for (const [index, part] of parts.entries()) {
      const words = part.text.split(' ');
      const replaced = (text: string): readonly PlacePart[] => parts.toSpliced(index, 1, { ...part, text });
      for (let count = 1; count <= 3 && count < words.length; count += 1) {
        const head = replaced(words.slice(0, -count).join(' '));
        const tail = words.slice(-count).join(' ');
        const isRegion = this.#sources.regions().find(tail, country).length > 0;
        // `Houston Texas`, `CHICAGO IL`: the caller checks that the town lies there.
        const isName = tail.length > 3 || /^[A-Z]{2,3}$/.test(tail);
        if (isRegion && (country === undefined ? isName : !isShortWord(tail))) {
          yield { country, parts: [...head, nameOnly(tail)] };
        }
        if (country !== undefined) continue;
        const lastCountry = isShortWord(tail) ? undefined : this.#countryOf(tail);
        if (lastCountry !== undefined) yield { country: lastCountry, parts: head };
        const start = words.slice(0, count).join(' ');
        const firstCountry = isShortWord(start) ? undefined : this.#countryOf(start);
        if (firstCountry !== undefined) {
          yield { country: firstCountry, parts: replaced(words.slice(count).join(' ')) };
        }
      }
      if (!/^\p{Script=Han}{3,}$/u.test(part.text)) continue;
      for (let length = part.text.length - 1; length >= 2; length -= 1) {
        const start = part.text.slice(0, length);
        const rest = part.text.slice(length);
        const first = country === undefined ? this.#countryOf(start) : undefined;
        if (first !== undefined) yield { country: first, parts: replaced(rest) };
        yield { country, parts: parts.toSpliced(index, 1, nameOnly(start), nameOnly(rest)) };
      }
    }
  }

  /** A part whose letters do not name a country: they belong to the name, as in `ALM-MAD`. */
  #withoutCountry(part: PlacePart): PlacePart | undefined {
    return part.country === undefined || this.#countryOf(part.country) !== undefined
      ? undefined
      : nameWithLetters(part);
  }

  #countryOf(text: string): string | undefined {
    return countryNamed(text, this.#sources);
  }
}
