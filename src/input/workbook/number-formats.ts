/** What a number in a cell is, by the format that it is shown in. */
export type NumberMeaning = 'number' | 'date' | 'duration';

/** Formats that a workbook need not write down (ECMA-376 part 1, 18.8.30; 27-36 and 50-58 are dates of East Asia). */
const builtInDates = [
  [14, 22],
  [27, 36],
  [45, 45],
  [47, 47],
  [50, 58],
] as const;
const builtInDuration = 46;

/** Those of them that show words with a number. */
export const builtInCodes: ReadonlyMap<number, string> = new Map([
  [9, '0%'],
  [10, '0.00%'],
]);

/** Quoted and escaped literals, and the width of a character that is left out or repeated. */
const literals = /"[^"]*"|\\.|[_*]./g;
const elapsed = /\[(?:h+|m+|s+)\]/i;
/** Colours, conditions, and currencies with their language: `[Red]`, `[>100]`, `[$S/.-280A]`. */
const brackets = /\[[^\]]*\]/g;

/** What a format makes of a number. Only its first section is looked at, which positive numbers are shown in. */
export function meaningOfFormat(code: string): NumberMeaning {
  const [section = ''] = code.replaceAll(literals, '').split(';');
  if (elapsed.test(section)) return 'duration';
  const marks = section.replaceAll(brackets, '');
  return /[dmyhs]/i.test(marks) ? 'date' : 'number';
}

/** The words that a format shows a number with, and how many times smaller than its value it shows it. */
export interface ShownWords {
  readonly words: string;
  readonly isUnit: boolean;
  readonly divisor: number;
}

const condition = /\[[<>=]/;
/** Commas after the last digit divide by a thousand each. */
const scaling = /[0#?](,+)(?![,0#?.])/;
/** What a format writes around the digits: texts, characters, currencies, per cent; widths and repeated characters are none. */
const written = /"([^"]*)"|\\(.)|[_*].|\[\$([^\]-]*)[^\]]*\]|([\p{Sc}%])/gu;
/** Marks such as `~` and brackets say nothing of a number. */
const isWord = /[\p{L}\p{Sc}%]/u;

/**
 * The words in a format: `0.00" t"`, `#,##0\ \k\g`, `0 "pal."`, `[$€-407] 0`. They are a part of what the author of a sheet sees, and
 * nowhere else.
 *
 * @param isUnit tells units from other words
 */
export function shownWords(code: string, isUnit: (text: string) => boolean): ShownWords | undefined {
  if (meaningOfFormat(code) !== 'number') return undefined;
  const sections = code.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const shown = sections.map((section) => wordsOfSection(section, isUnit));
  // `[<1000]0" kg";0," t"`: the value is in the unit that it is shown in undivided.
  return condition.test(code) ? (shown.find((each) => each?.divisor === 1) ?? shown[0]) : shown[0];
}

function wordsOfSection(section: string, isUnit: (text: string) => boolean): ShownWords | undefined {
  const words = [...section.matchAll(written)]
    .map(([, quoted, escaped, currency, sign]) => quoted ?? escaped ?? currency ?? sign ?? '')
    .join('')
    .trim();
  if (!isWord.test(words)) return undefined;
  const [, commas = ''] = scaling.exec(section.replaceAll(literals, ' ')) ?? [];
  return isUnit(words)
    ? { words, isUnit: true, divisor: 1000 ** commas.length }
    : { words: words.replaceAll(/\s+/g, ' '), isUnit: false, divisor: 1 };
}

export function meaningOfBuiltIn(id: number): NumberMeaning {
  if (id === builtInDuration) return 'duration';
  return builtInDates.some(([first, last]) => id >= first && id <= last) ? 'date' : 'number';
}

const secondsOfDay = 86_400;
/** Serial 0 of the two systems, in days before 1970. */
const epochs = { 1900: 25_569, 1904: 24_107 } as const;
/** In the system of 1900, day 60 is a 29 February that did not exist. */
const missingDay = 60;
/** 9999-12-31. */
const lastSerial = 2_958_466;

const two = (value: number): string => String(value).padStart(2, '0');

const timeOf = (seconds: number): string =>
  `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;

/** A duration as it is shown: `36:30:00`. */
export const durationText = (days: number): string => timeOf(Math.round(days * secondsOfDay));

/**
 * A day, with the time where there is one; a time of no day as `HH:MM:SS`. `undefined` for what is not a date.
 *
 * @param serial days since the beginning of the workbook's system
 */
export function dateText(serial: number, system: 1900 | 1904): string | undefined {
  if (!(serial >= 0 && serial < lastSerial)) return undefined;
  const seconds = Math.round(serial * secondsOfDay);
  let day = Math.floor(seconds / secondsOfDay);
  const time = seconds % secondsOfDay;
  if (system === 1900) {
    if (day === 0) return timeOf(time);
    if (day === missingDay) return undefined;
    if (day < missingDay) day += 1;
  }
  const date = new Date((day - epochs[system]) * secondsOfDay * 1000).toISOString().slice(0, 10);
  return time === 0 ? date : `${date}T${timeOf(time)}`;
}
