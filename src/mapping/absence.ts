import type { FieldDefinition, FieldType } from '../records/kind.ts';
import { readData } from '../embedded.ts';
import { lazily } from './vocabulary.ts';

/**
 * Why a text means that there is no value: it is blank, a program or the user says that there is none, it may say so or name a place, or a
 * spreadsheet has lost it.
 */
export type Absence = 'blank' | 'null' | 'null or place' | 'lost';

/** Texts that mean "no value" to the user, in addition to those that are known. */
export type Nulls = ReadonlySet<string>;

export const noNulls: Nulls = new Set();

interface AbsentTexts {
  readonly usual: readonly string[];
  readonly exact: readonly string[];
  readonly words: readonly string[];
  readonly errors: readonly string[];
}

const known = lazily(() => {
  const { usual, exact, words, errors } = readData<AbsentTexts>('absent.json');
  const all = [...usual, ...exact, ...words, ...errors];
  return {
    usual: new Set(usual),
    exact: new Set(exact),
    words: new Set(words),
    // An error that was typed is not always in capitals.
    errors: new Set(errors.map((error) => error.toUpperCase())),
    longest: Math.max(...all.map(({ length }) => length)),
    firstBytes: new Set(['NA', 'NULL', ...all].map((text) => Buffer.from(text)[0] ?? 0)),
  };
});

/** What no value of any field is: nothing, or a dash. */
export const isBlank = (text: string): boolean => {
  const trimmed = text.trim();
  return trimmed === '' || (trimmed.length <= 4 && known().usual.has(trimmed.toLowerCase()));
};

/** Namibia's code, and how R and many forms write that there is nothing. */
export const isNa = (text: string): boolean => text.charCodeAt(0) <= 0x4e && text.trim() === 'NA';

const isError = (trimmed: string): boolean => trimmed.startsWith('#') && known().errors.has(trimmed.toUpperCase());

function absenceOf(text: string, nulls: Nulls): Absence | undefined {
  if (isBlank(text)) return 'blank';
  const trimmed = text.trim();
  if (nulls.has(trimmed)) return 'null';
  const { exact, words, longest } = known();
  if (trimmed.length > longest) return undefined;
  if (exact.has(trimmed)) return 'null';
  if (words.has(trimmed)) return 'null or place';
  return isError(trimmed) ? 'lost' : undefined;
}

/** Whether a text means that there is no value, in a column of any field. */
export const isNothing = (text: string, nulls: Nulls): boolean => absenceOf(text, nulls) !== undefined || isNa(text);

/** Types of which `NA` is never a value. */
const typesWithoutNa: ReadonlySet<FieldType> = new Set(['number', 'integer', 'date', 'boolean', 'uuid']);

/** Tells why a text is not a value of a field; `undefined` where it may be one. */
export function absenceIn(
  { type, isId, isPlace }: FieldDefinition,
  nulls: Nulls,
): (text: string) => Absence | undefined {
  const takesNoNa = isId === true || typesWithoutNa.has(type);
  return (text) => {
    const absence = absenceOf(text, nulls);
    if (absence === 'null or place') return isPlace === true ? absence : 'null';
    return absence ?? (takesNoNa && isNa(text) ? 'null' : undefined);
  };
}

/**
 * By the first byte of a text, whether it may be no value: only of such a text is that asked. From 0xc2 on it may be white
 * space. Of texts that begin with a zero the second byte says more.
 */
export function mayBeAbsent(nulls: Nulls): Uint8Array {
  const table = new Uint8Array(256).fill(1, 0, 0x21).fill(1, 0xc2);
  for (const byte of known().firstBytes) table[byte] = byte === zero ? 2 : 1;
  for (const text of nulls) table[Buffer.from(text)[0] ?? 0] = 1;
  return table;
}

const zero = 0x30;
