import { type Issue, quote } from '../issues.ts';
import type { FieldDefinition, FieldType, FieldValue } from '../records/kind.ts';

/** A field's text read as its type, or why it can't be. */
export type Reading =
  { readonly value: FieldValue } | { readonly problem: Pick<Issue, 'code' | 'message' | 'cause' | 'hint'> };

type Reader = (text: string, field: string, definition: FieldDefinition) => Reading;

/** Texts that mean that there is no value. */
const emptyTexts: ReadonlySet<string> = new Set(['', 'null', 'n/a', '-', '#n/a']);

export const isEmpty = (text: string): boolean =>
  text.length <= 6 ? emptyTexts.has(text.trim().toLowerCase()) : text.trim() === '';

const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const decimalComma = /^[+-]?(?:\d+|\d{1,3}(?:[. ]\d{3})+),\d+$/;

/** `1.234,5` as this tool reads it: `1234.5`. */
const withDecimalDot = (text: string): string => text.replace(/[. ]/g, '').replace(',', '.');

const readNumber: Reader = (text, field, { example }) => {
  const trimmed = text.trim();
  const value = numberPattern.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (Number.isFinite(value)) return { value };
  if (decimalComma.test(trimmed)) {
    return {
      problem: {
        code: 'INVALID_NUMBER',
        message: `${field} ${quote(text)} has a decimal comma; write it as ${withDecimalDot(trimmed)}`,
        cause: `${field} has a decimal comma`,
        hint: 'numbers are read with a decimal dot and without thousands marks: 1234.5',
      },
    };
  }
  return {
    problem: {
      code: 'INVALID_NUMBER',
      message: `${field} ${quote(text)} is not a number; write it like ${example}`,
      cause: `${field} is not a number`,
      hint: `write it like ${example}, without unit or thousands marks`,
    },
  };
};

const isoDate = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

const isCalendarDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

/** An ISO 8601 date or timestamp; the day is taken as it is written, in its own time zone. */
const readDate: Reader = (text, field, { example }) => {
  const match = isoDate.exec(text.trim());
  const [, year = '', month = '', day = ''] = match ?? [];
  if (match !== null && isCalendarDay(Number(year), Number(month), Number(day))) {
    return { value: `${year}-${month}-${day}` };
  }
  return {
    problem: {
      code: 'INVALID_DATE',
      message:
        match === null
          ? `${field} ${quote(text)} is no date; write it like ${example}`
          : `${field} ${quote(text)} is a day that does not exist`,
      cause: match === null ? `${field} is no date like ${example}` : `${field} is a day that does not exist`,
      ...(match === null ? { hint: 'dates are read as YYYY-MM-DD' } : {}),
    },
  };
};

const booleans: ReadonlyMap<string, boolean> = new Map(
  Object.entries({
    true: true,
    yes: true,
    y: true,
    1: true,
    sí: true,
    si: true,
    s: true,
    x: true,
    verdadero: true,
    false: false,
    no: false,
    n: false,
    0: false,
    falso: false,
  }),
);

const readBoolean: Reader = (text, field) => {
  const value = booleans.get(text.trim().toLowerCase());
  if (value !== undefined) return { value };
  return {
    problem: {
      code: 'INVALID_BOOLEAN',
      message: `${field} ${quote(text)} is neither true nor false`,
      cause: `${field} is neither true nor false`,
      hint: 'write true or false; yes/no, y/n, 1/0, sí/no and x are read too',
    },
  };
};

/** Names of choices in other words; the schema refuses what is neither these nor the API's own. */
const choiceAliases: Readonly<Record<string, string>> = {
  kgs: 'kg',
  kilo: 'kg',
  kilos: 'kg',
  kilogram: 'kg',
  kilograms: 'kg',
  kilogramos: 'kg',
  t: 'ton',
  tn: 'ton',
  tons: 'ton',
  tonne: 'ton',
  tonnes: 'ton',
  tonelada: 'ton',
  toneladas: 'ton',
  pallet: 'pallets',
  palet: 'pallets',
  palets: 'pallets',
  palé: 'pallets',
  palés: 'pallets',
  teus: 'teu',
  feus: 'feu',
  carretera: 'road',
  truck: 'road',
  camión: 'road',
  ferrocarril: 'rail',
  ferroviario: 'rail',
  tren: 'rail',
  train: 'rail',
  marítimo: 'maritime',
  maritimo: 'maritime',
  sea: 'maritime',
  ocean: 'maritime',
  barco: 'maritime',
  aéreo: 'air',
  aereo: 'air',
  avión: 'air',
  avion: 'air',
};

const readChoice: Reader = (text, _field, { choices }) => {
  const lower = text.trim().toLowerCase();
  const meant = choiceAliases[lower] ?? lower;
  return { value: choices?.includes(meant) === true ? meant : text };
};

/** Reserved codes that people write for a country: `UK` and `EL` are not ISO 3166-1, but nobody means anything else. */
const countryAliases: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' };

const readCountry: Reader = (text) => {
  const code = text.trim().toUpperCase();
  return { value: countryAliases[code] ?? (code.length === 2 ? code : text) };
};

const asIs: Reader = (text) => ({ value: text });

/** Reads a text as a field's type. What is left to the schema (which UUIDs, which countries, which range) passes here. */
export const readers = {
  text: asIs,
  number: readNumber,
  integer: readNumber,
  boolean: readBoolean,
  date: readDate,
  country: readCountry,
  uuid: (text) => ({ value: text.trim() }),
  choice: readChoice,
} satisfies Record<FieldType, Reader>;
