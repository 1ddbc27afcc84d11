import { activity, count, figure } from '../format.ts';
import type { Catalogue, Key, Message, PlainKey, Values, ValuesOf } from './catalogue.ts';
import { en } from './en/index.ts';

/** Numbers of the summary, as `format.ts` has them in English. */
interface Numbers {
  readonly count: (value: number) => string;
  readonly figure: (value: number) => string;
  readonly activity: (value: number) => string;
}

/** The texts of one language, with its numbers and plurals. */
export interface Texts {
  /** BCP 47, of the texts. */
  readonly language: string;
  /** BCP 47, of numbers and dates: the language may be another one where it has no catalogue. */
  readonly locale: string;
  readonly numbers: Numbers;
  readonly say: <K extends Key>(key: K, ...values: ValuesOf<K>) => string;
  /** The pieces of a text and the values between them: for values that are more than text. */
  readonly pieces: <K extends Key, Value>(key: K, ...values: ValuesOf<K, Value>) => readonly (string | Value)[];
  /** Whether a key, put together from a name, is that of a text without placeholders. */
  readonly has: (key: string) => key is PlainKey;
}

const catalogues: Readonly<Record<string, () => Promise<Catalogue>>> = {
  en: () => Promise.resolve(en),
  es: async () => (await import('./es/index.ts')).es,
  de: async () => (await import('./de/index.ts')).de,
  fr: async () => (await import('./fr/index.ts')).fr,
  it: async () => (await import('./it/index.ts')).it,
  pt: async () => (await import('./pt/index.ts')).pt,
  ca: async () => (await import('./ca/index.ts')).ca,
};

/** Languages of the page and the summary. */
export const languages = Object.keys(catalogues);

/** The texts of a locale; in English where its language has no catalogue. */
export async function loadTexts(locale: string): Promise<Texts> {
  const { language } = new Intl.Locale(locale);
  const own = catalogues[language];
  return createTexts(own === undefined ? 'en' : language, own === undefined ? en : await own(), locale);
}

/** @param locale BCP 47, of numbers, dates and plurals */
export function createTexts(language: string, catalogue: Catalogue, locale = language): Texts {
  let plurals: Intl.PluralRules | undefined;
  const isOne = (number: number): boolean => {
    plurals ??= new Intl.PluralRules(language);
    return plurals.select(number) === 'one';
  };
  const { numbers, whole } = numbersOf(locale);
  const formOf = (message: Message, values: object | undefined): string => {
    if (typeof message === 'string') return message;
    const { count: number } = values as { readonly count: number };
    return isOne(number) ? message.one : message.other;
  };
  const pieces = <Value>(key: Key, values?: object): (string | Value)[] =>
    formOf(catalogue[key], values)
      .split(/\{(\w+)\}/)
      .map((piece, index) => {
        if (index % 2 === 0) return piece;
        const value = values?.[piece as keyof typeof values] as Value | number;
        return typeof value === 'number' ? whole(value) : value;
      });
  return {
    language,
    locale,
    numbers,
    say: <K extends Key>(key: K, ...[values]: ValuesOf<K> | [Values<K>?]) => pieces<string>(key, values).join(''),
    pieces: <K extends Key, Value>(key: K, ...[values]: ValuesOf<K, Value> | [Values<K, Value>?]) =>
      pieces<Value>(key, values),
    has: (key): key is PlainKey => Object.hasOwn(catalogue, key),
  };
}

/** English numbers are written without `Intl`, which is slow to load. */
function numbersOf(locale: string): { readonly numbers: Numbers; readonly whole: (value: number) => string } {
  if (locale === 'en') return { numbers: { count, figure, activity }, whole: count };
  const withDecimals = (digits: number): ((value: number) => string) => {
    const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return (value) => format.format(value);
  };
  const whole = withDecimals(0);
  return { numbers: { count: whole, figure: withDecimals(3), activity: withDecimals(1) }, whole };
}

/** The texts of the command itself. */
export const english = createTexts('en', en);
