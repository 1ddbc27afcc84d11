/** The order of day and month in dates that are not ISO 8601; `iso` takes none of these. */
export type DateOrder = 'iso' | 'dmy' | 'mdy';

const time =
  '(?:[T ]+(?:[01]?\\d|2[0-4]):[0-5]\\d(?::[0-6]\\d(?:[.,]\\d+)?)?(?: ?[ap]\\.?m\\.?)?(?: ?(?:Z|[+-]\\d{2}:?\\d{2}))?)?';
const yearFirst = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${time}$`, 'i');
const basic = /^(\d{4})(\d{2})(\d{2})$/;
const yearLast = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${time}$`, 'i');

/** What a text is as a date. */
export type ReadDate =
  | { readonly kind: 'date'; readonly date: string }
  /** The pattern of a date, but no day of the calendar. */
  | { readonly kind: 'no such day' }
  /** Day and month in an order that has not been settled, or against the one that has. */
  | { readonly kind: 'order'; readonly proves: 'dmy' | 'mdy' | undefined }
  | { readonly kind: 'no date' };

const isCalendarDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const toIso = (year: number, month: number, day: number): ReadDate =>
  isCalendarDay(year, month, day)
    ? { kind: 'date', date: `${String(year)}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` }
    : { kind: 'no such day' };

/** Freight data is of this century. */
const fullYear = (year: string): number => (year.length === 2 ? 2000 + Number(year) : Number(year));

/**
 * Reads a date or timestamp as the day that is written, in its own time zone.
 *
 * Year first is never ambiguous (`2025-06-15`, `2025/6/15`, `20250615`). Year last needs an order.
 */
export function readDateText(text: string, order: DateOrder): ReadDate {
  const trimmed = text.trim();
  const first = yearFirst.exec(trimmed);
  if (first !== null) return toIso(Number(first[1]), Number(first[3]), Number(first[4]));
  const digits = basic.exec(trimmed);
  if (digits !== null) return toIso(Number(digits[1]), Number(digits[2]), Number(digits[3]));
  const last = yearLast.exec(trimmed);
  if (last === null) return { kind: 'no date' };
  const [a, b, year] = [Number(last[1]), Number(last[3]), fullYear(last[4] ?? '')];
  if (order === 'iso') return { kind: 'order', proves: a > 12 === b > 12 ? undefined : a > 12 ? 'dmy' : 'mdy' };
  const [day, month] = order === 'dmy' ? [a, b] : [b, a];
  if (month > 12 && day <= 12) return { kind: 'order', proves: order === 'dmy' ? 'mdy' : 'dmy' };
  return toIso(year, month, day);
}
