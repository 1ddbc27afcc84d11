import { readData } from '../embedded.ts';
import { lazily, wordsByMeaning } from './vocabulary.ts';

/** The order of day and month in dates that are not ISO 8601; `iso` takes none of these, `epoch` seconds since 1970 as well. */
export type DateOrder = 'iso' | 'dmy' | 'mdy' | 'epoch';

/** What a text is as a date. */
export type ReadDate =
  | { readonly kind: 'date'; readonly date: string }
  /** The pattern of a date, but no day of the calendar. */
  | { readonly kind: 'no such day' }
  /** Day and month in an order that has not been settled, or against the one that has. */
  | {
      readonly kind: 'order';
      readonly proves: 'dmy' | 'mdy' | undefined;
      /** With dots and four digits of the year the day comes first, unless something speaks against it. */
      readonly isDotted: boolean;
    }
  /** Seconds or milliseconds since 1970, and the day that they would be. */
  | { readonly kind: 'epoch'; readonly date: string }
  /** The abbreviation of several months. */
  | { readonly kind: 'ambiguous month'; readonly months: string }
  | { readonly kind: 'no date' };

/** How the dates of a file are written. */
export interface DateWriting {
  readonly order: DateOrder;
  /** The order is that of dotted dates alone: nothing proves that of others. */
  readonly isOfDots?: boolean;
  /** The last year of which dates are plausible: where years have two digits it tells whether the first number may be one. */
  readonly latestYear?: number | undefined;
}

interface DateWords {
  readonly months: Readonly<Record<string, string>>;
  readonly ambiguous: Readonly<Record<string, string>>;
  readonly weekdays: string;
  readonly dayParts: string;
}

const words = lazily(() => {
  const { months, ambiguous, weekdays, dayParts } = readData<DateWords>('dates.json');
  return {
    months: wordsByMeaning(months),
    ambiguous: new Map(Object.entries(ambiguous)),
    weekdays: new Set(weekdays.split(' ')),
    dayParts: new Set(dayParts.split(' ')),
  };
});

const time =
  '(?:,?(?:[T ]+| um | a las | at )(?:[01]?\\d|2[0-4])[:.h][0-5]\\d(?::[0-6]\\d(?:[.,]\\d+)?)?(?: ?[ap]\\.?m\\.?)?(?: ?(?:Z|[+-]\\d{2}:?\\d{2}|UTC|GMT))?)?';
const yearFirst = new RegExp(`^(\\d{4})([-/.]) ?(\\d{1,2})\\2 ?(\\d{1,2})\\.?${time}$`, 'i');
/** ISO 8601 basic; without the T between day and time as well. */
const basic =
  /^(\d{4})(\d{2})(\d{2})(?:[T ]?(?:[01]\d|2[0-4])[0-5]\d(?:[0-6]\d(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const yearLast = new RegExp(`^(\\d{1,2})([-/.]) ?(\\d{1,2})\\2 ?(\\d{4}|\\d{2})\\.?${time}$`, 'i');
const epoch = /^\d{9,10}(?:\.\d+)?$|^\d{12,13}$/;
const named = {
  /** `15. Juni 2025`, `1er juin 2025`, `15 de junio de 2025`, `02-Jun-06`. */
  dayFirst: new RegExp(
    `^(\\d{1,2})(?:\\.|st|nd|rd|th|er|\\u00ba|\\u00b0|o|r|n|t|e)?[ ./-]*(?:d['\\u2019]|del? |of )? ?(\\p{L}{2,12})[., /-]*(?:del? )?('?\\d{2}|\\d{4})${time}$`,
    'iu',
  ),
  /** `June 15, 2025`. */
  monthFirst: new RegExp(`^(\\p{L}{2,12})[. /-]+(\\d{1,2})(?:\\.|st|nd|rd|th)?(?:,[ ]*|[ /-]+)(\\d{4})${time}$`, 'iu'),
  /** `2025-Jun-15`. */
  yearFirst: new RegExp(`^(\\d{4})[. /-]+(\\p{L}{2,12})[. /-]+(\\d{1,2})${time}$`, 'iu'),
};
const weekday = /^(\p{L}{2,10}(?:-feira)?)[.,]{0,2}\s+(?=\S)/u;

/** Whether a text only names days of the week and parts of the day: `Mañana`, `lunes tarde`, `por la noche`, `AM`. */
export function isDayWords(text: string): boolean {
  const { weekdays, dayParts } = words();
  const parts = text.split(/[\s,/]+/).map((part) => fold(part).replace(/\.$/, ''));
  const isSmall = /^(?:por|de|a|la|el|al|da|do|di|il|du|le|les|am|in|the|at|on)$/;
  const isTold = (part: string): boolean => weekdays.has(part) || dayParts.has(part);
  return parts.some(isTold) && parts.every((part) => isTold(part) || isSmall.test(part));
}

const fold = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const isCalendarDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const toIso = (year: number, month: number, day: number): ReadDate =>
  isCalendarDay(year, month, day)
    ? {
        kind: 'date',
        date: [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-'),
      }
    : { kind: 'no such day' };

/** Freight data is of this century. */
const fullYear = (year: string): number => (year.length < 4 ? 2000 + Number(year.slice(-2)) : Number(year));

/**
 * Reads a date or timestamp as the day that is written, in its own time zone.
 *
 * Year first is never ambiguous (`2025-06-15`, `2025/6/15`, `2025.06.15.`, `20250615T073000Z`), nor is a month by its name. Year last
 * in figures needs an order.
 */
export function readDateText(text: string, writing: DateWriting): ReadDate {
  const trimmed = text.trim();
  const read = readWhole(trimmed, writing);
  if (read.kind !== 'no date') return read;
  const [all = '', day = ''] = weekday.exec(trimmed) ?? [];
  return all !== '' && words().weekdays.has(fold(day)) ? readWhole(trimmed.slice(all.length), writing) : read;
}

function readWhole(text: string, writing: DateWriting): ReadDate {
  const first = yearFirst.exec(text);
  if (first !== null) return toIso(Number(first[1]), Number(first[3]), Number(first[4]));
  if (epoch.test(text)) return readEpoch(text, writing.order);
  const digits = basic.exec(text);
  if (digits !== null) return toIso(Number(digits[1]), Number(digits[2]), Number(digits[3]));
  const last = yearLast.exec(text);
  if (last !== null) {
    const [, a = '', mark = '', b = '', year = ''] = last;
    return readYearLast({ a: Number(a), b: Number(b), year, isDotted: mark === '.' && year.length === 4 }, writing);
  }
  return /\p{L}/u.test(text) ? readNamed(text) : { kind: 'no date' };
}

/** Seconds or, with twelve digits and more, milliseconds. */
function readEpoch(text: string, order: DateOrder): ReadDate {
  const value = Number(text);
  const date = new Date(text.length > 11 && !text.includes('.') ? value : value * 1000).toISOString().slice(0, 10);
  return { kind: order === 'epoch' ? 'date' : 'epoch', date };
}

interface YearLast {
  readonly a: number;
  readonly b: number;
  readonly year: string;
  readonly isDotted: boolean;
}

function readYearLast(
  { a, b, year, isDotted }: YearLast,
  { order, isOfDots = false, latestYear }: DateWriting,
): ReadDate {
  if (order === 'iso' || order === 'epoch' || (isOfDots && !isDotted)) {
    const isProof = a > 12 !== b > 12 && !mayBeYear(a, b, year, latestYear);
    return { kind: 'order', proves: isProof ? (a > 12 ? 'dmy' : 'mdy') : undefined, isDotted };
  }
  const [day, month] = order === 'dmy' ? [a, b] : [b, a];
  if (month > 12 && day <= 12) return { kind: 'order', proves: order === 'dmy' ? 'mdy' : 'dmy', isDotted };
  return toIso(fullYear(year), month, day);
}

/** Years that dates of a file are most likely of: the last three and the next one. */
const recentYears = 4;

/** Whether the first of three numbers of two digits is more likely the year than the last: `25/06/15`. */
function mayBeYear(a: number, b: number, year: string, latestYear: number | undefined): boolean {
  if (year.length === 4 || latestYear === undefined || b > 12) return false;
  const isRecent = (number: number): boolean => 2000 + number <= latestYear && 2000 + number > latestYear - recentYears;
  return isRecent(a) && !isRecent(Number(year));
}

function readNamed(text: string): ReadDate {
  const dayFirst = named.dayFirst.exec(text);
  if (dayFirst !== null) return ofMonth(dayFirst[3] ?? '', dayFirst[2] ?? '', dayFirst[1] ?? '');
  const monthFirst = named.monthFirst.exec(text);
  if (monthFirst !== null) return ofMonth(monthFirst[3] ?? '', monthFirst[1] ?? '', monthFirst[2] ?? '');
  const found = named.yearFirst.exec(text);
  return found === null ? { kind: 'no date' } : ofMonth(found[1] ?? '', found[2] ?? '', found[3] ?? '');
}

function ofMonth(year: string, name: string, day: string): ReadDate {
  const { months, ambiguous } = words();
  const word = fold(name);
  const open = ambiguous.get(word);
  if (open !== undefined) return { kind: 'ambiguous month', months: open };
  const month = months.get(word);
  return month === undefined ? { kind: 'no date' } : toIso(fullYear(year), Number(month), Number(day));
}

/** Whether a day is one that records of today's freight can have: none before this century, none more than a year ahead. */
export const isPlausibleDay = (date: string, latestYear: number | undefined): boolean => {
  const year = Number(date.slice(0, 4));
  return latestYear === undefined || (year >= 2000 && year <= latestYear);
};
