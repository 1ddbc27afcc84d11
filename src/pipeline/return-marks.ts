import type { Arena } from '../columns/arena.ts';
import { type Batch, Tag } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import { Dictionary } from '../columns/dictionary.ts';
import { readData } from '../embedded.ts';
import { quote } from '../issues.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { Beginnings, isAsciiMark } from '../mapping/beginnings.ts';
import { normaliseName } from '../mapping/names.ts';
import { lazily } from '../mapping/vocabulary.ts';

interface ReturnFile {
  readonly cells: Readonly<Record<string, string>>;
  readonly planned: Readonly<Record<string, string>>;
  readonly cancelled: string;
  readonly kinds: string;
  readonly sums: string;
  readonly signs: { readonly headers: string; readonly credits: string };
  readonly sides: { readonly debits: string; readonly credits: string };
  readonly never: string;
}

const words = lazily(() => {
  const { cells, planned, cancelled, kinds, sums, signs, sides, never } = readData<ReturnFile>('returns.json');
  const setOf = (text: string): ReadonlySet<string> => new Set(text.split(' '));
  const phrases = (texts: Readonly<Record<string, string>>): ReadonlySet<string> =>
    new Set(Object.values(texts).flatMap((text) => text.split('|').map(normaliseName)));
  return {
    cells: phrases(cells),
    planned: phrases(planned),
    cancelled: new Set(cancelled.split('|')),
    cancelledBegins: new Beginnings(cancelled.split('|')),
    kinds: setOf(kinds),
    sums: setOf(sums),
    signs: { headers: new Set(signs.headers.split('|')), credits: new Set(signs.credits.split('|')) },
    sides: { debits: setOf(sides.debits), credits: setOf(sides.credits) },
    never: setOf(never),
  };
});

const wordsOf = (header: string): readonly string[] =>
  header
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}]+/u);

/** What tells that a row was taken back, or has not taken place: the cell of a column that is not mapped. */
export interface ReturnMark {
  /** What is the same for all such rows. */
  readonly text: string;
  isSet(batch: Batch, row: number): boolean;
}

/** The columns of an input, and the fields that are found in them. */
export interface MarkedInput {
  readonly input: { readonly table: { readonly columns: readonly string[] } };
  readonly mapping: Mapping;
}

/**
 * The marks of returns that rows of an input can have; none where no column is named so.
 *
 * @param isPurchase of goods, a return is a shipment like any other, if it was not cancelled
 */
export function returnMarksOf(
  { input, mapping }: MarkedInput,
  arena: Arena,
  isPurchase: boolean,
): readonly ReturnMark[] {
  const mapped = new Set(mapping.sources.flatMap(({ columns }) => columns));
  const { columns } = input.table;
  const { signs, sides } = words();
  const hasDebits = columns.some((name) => sides.debits.has(normaliseName(name)));
  const ids = mapping.sources.flatMap(({ field, columns: [cell] }) =>
    idFields.has(field) && cell !== undefined ? [idOfCancelled(columns[cell] ?? '', cell, arena)] : [],
  );
  const marks = columns.flatMap((name, cell): readonly ReturnMark[] => {
    if (mapped.has(cell)) return [];
    const header = normaliseName(name);
    if (signs.headers.has(header)) return [wordOfReturn(name, cell, isCreditWord, arena)];
    if (hasDebits && sides.credits.has(header)) return [sumOnCreditSide(name, cell, arena)];
    const { kinds, sums, never } = words();
    const own = wordsOf(name);
    if (own.some((word) => never.has(word))) return [];
    if (own.some((word) => sums.has(word))) return [negativeSum(name, cell, arena)];
    const cells = isPurchase ? words().cells : words().cancelled;
    const isKnown = (text: string): boolean => cells.has(normaliseName(text));
    const isPlanned = (text: string): boolean => words().planned.has(normaliseName(text));
    return own.some((word) => kinds.has(word))
      ? [wordOfReturn(name, cell, isKnown, arena), wordOfPlan(name, cell, isPlanned, arena)]
      : [];
  });
  return [...ids, ...marks];
}

const negativeSum = (name: string, cell: number, arena: Arena): ReturnMark => ({
  text: `${quote(name)} is negative, as of what was taken back`,
  isSet(batch, row) {
    const index = row * batch.width + cell;
    const [start, end] = [batch.starts[index] ?? 0, batch.ends[index] ?? 0];
    const [first, last] = [arena.bytes[start] ?? 0, arena.bytes[end - 1] ?? 0];
    // A minus before or after, a parenthesis, or a minus of Unicode: few cells are looked at as texts.
    if (end <= start || !(first === 0x2d || first === 0x28 || first >= 0x80 || last === 0x2d)) return false;
    return negative.test(cellText(batch, row, cell, arena));
  },
});

/** A number below zero, whatever its marks: `-45,20 €`, `45.20-`, `(45.20)`. */
const negative =
  /^[^\p{L}\d]*(?:[-\u2212(][^\p{L}\d]*(?=[\d.,' ]*[1-9])[\d.,' \u00a0]+|(?=[\d.,' ]*[1-9])[\d.,' \u00a0]+[-\u2212])/u;

const idFields: ReadonlySet<string> = new Set(['movement_id', 'package_key']);

/** `Anulación E1`, `M4-CANCELLED`: an id that begins or ends with a word of cancellation. Hardly any id is looked at as a text. */
const idOfCancelled = (name: string, cell: number, arena: Arena): ReturnMark => ({
  text: sayTakenBack(name),
  isSet(batch, row) {
    const index = row * batch.width + cell;
    let [at, end] = [batch.starts[index] ?? 0, batch.ends[index] ?? 0];
    const { bytes } = arena;
    while (at < end && isAsciiMark(bytes[at] ?? 0)) at += 1;
    let last = end;
    while (last > at && isLetter(bytes[last - 1] ?? 0)) last -= 1;
    const { cancelledBegins: begins } = words();
    const mayBe = begins.fit(bytes, at, end) || (last < end && begins.fit(bytes, last, end));
    return mayBe && saysCancelled(cellText(batch, row, cell, arena));
  },
});

/** A letter of ASCII, or a part of another character. */
const isLetter = (byte: number): boolean => byte > 0x39 && !isAsciiMark(byte);

function saysCancelled(text: string): boolean {
  const own = normaliseName(text).split(' ');
  const ends = [1, 2].flatMap((count) => [own.slice(0, count), own.slice(-count)]);
  return ends.some((end) => words().cancelled.has(end.join(' ')));
}

const wordOfPlan = (...[name, cell, isKnown, arena]: Parameters<typeof wordOfReturn>): ReturnMark => ({
  ...wordOfReturn(name, cell, isKnown, arena),
  text: `${quote(name)} says that it is planned, a draft or an offer`,
});

const isCreditWord = (text: string): boolean => {
  const { credits } = words().signs;
  return credits.has(text.trim()) || credits.has(normaliseName(text));
};

const sumOnCreditSide = (name: string, cell: number, arena: Arena): ReturnMark => ({
  text: `${quote(name)} has a sum, as of what was taken back`,
  isSet: (batch, row) => /[1-9]/.test(cellText(batch, row, cell, arena)),
});

const sayTakenBack = (name: string): string => `${quote(name)} says that it was taken back, or cancelled`;

function wordOfReturn(name: string, cell: number, isKnown: (text: string) => boolean, arena: Arena): ReturnMark {
  const isReturn = new Dictionary<boolean>((text) => ({ value: isKnown(text) }));
  return {
    text: sayTakenBack(name),
    isSet(batch, row) {
      const index = row * batch.width + cell;
      if (row === 0) isReturn.trim();
      if (batch.tags[index] === Tag.number) return false;
      const id = isReturn.find(arena, batch.starts[index] ?? 0, batch.ends[index] ?? 0, batch.tags[index] ?? 0);
      return isReturn.values[id] === true;
    },
  };
}
