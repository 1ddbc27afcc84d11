import type { Arena, TextSpace } from './arena.ts';
import { type Batch, isNumberTag, Tag } from './batch.ts';
import { type Dictionary, type DictionaryLimits, meantText } from './dictionary.ts';
import { hashBytes, mix } from './scan.ts';

/** A value as a record has it. */
export type Value = string | number | boolean;

/** The seeds of the two halves of a 64-bit hash. */
export const seeds = [0x165667b1, 0x27d4eb2f] as const;
/** What is mixed in for a row without a value. */
export const absentHash = 0x2c1b3c6d;

/** Two halves of the hashes of a batch's rows. */
export interface Hashes {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/** Starts the hashes of a batch's rows. */
export function beginHashes({ high, low }: Hashes, rows: number): void {
  high.fill(seeds[0], 0, rows);
  low.fill(seeds[1], 0, rows);
}

/** Mixes in that `count` rows have no value in a field that their input does not have. */
export function addAbsent({ high, low }: Hashes, rows: Int32Array, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const row = rows[i] ?? 0;
    high[row] = mix(high[row] ?? 0, absentHash);
    low[row] = mix(low[row] ?? 0, absentHash);
  }
}

/** One field of the rows of a batch. */
export interface Column {
  /** Reads the cells of a batch; rows whose cell can't be read are refused. */
  read(batch: Batch): void;
  /** Refuses rows with a value that is not valid, once the rules that need the whole row have been applied. */
  check(batch: Batch): void;
  /** Whether a row has a value, valid or not. */
  has(row: number): boolean;
  /** Sets a mark for each of the first rows that have no value. */
  markAbsent(marks: Uint8Array, rows: number): void;
  /** Whether a row's cell could not be read. */
  isUnreadable(row: number): boolean;
  valueOf(row: number): Value | undefined;
  /** Gives a row another value than its cell has. */
  set(row: number, value: Value | undefined): void;
  /** Mixes the values of `count` rows into their hashes; equal values have equal hashes in every kind of column. */
  addHashes(hashes: Hashes, rows: Int32Array, count: number): void;
  /** What is to be said of a row's value, once for each record that is valid. */
  noteOf(row: number): string | undefined;
}

/** Where the cells of a column are, and what room there is. */
export interface CellSource {
  readonly arena: Arena;
  readonly texts: TextSpace;
  /** Rows of a batch at most. */
  readonly capacity: number;
  /** Indices of the cells: none for a constant; several are joined with a comma. */
  readonly cells: readonly number[];
  /** What the dictionary of the column may hold. */
  readonly limits: DictionaryLimits;
  /** Why a text means that there is no value: there is none, or it is lost; `undefined` where it may be one. */
  readonly absence: (text: string) => 'none' | 'lost' | undefined;
}

/** The text of a cell. */
export function cellText(batch: Batch, row: number, cell: number, arena: Arena): string {
  const index = row * batch.width + cell;
  return meantText(arena.text(batch.starts[index] ?? 0, batch.ends[index] ?? 0), batch.tags[index] ?? 0);
}

/** What the cells of a field say: of several, the texts that are not empty, joined, or the one that is lost. */
export function joinedText(
  batch: Batch,
  row: number,
  { cells, arena, absence }: Pick<CellSource, 'cells' | 'arena' | 'absence'>,
): { readonly text: string; readonly tag: Tag } {
  const all = cells.map((cell) => ({
    text: cellText(batch, row, cell, arena),
    tag: (batch.tags[row * batch.width + cell] ?? Tag.text) as Tag,
  }));
  const [first] = all;
  if (first !== undefined && all.length === 1) return first;
  const filled = all.filter(({ text }) => absence(text) !== 'none');
  const lost = filled.find(({ text, tag }) => tag === Tag.error || absence(text) === 'lost');
  if (lost !== undefined) return { text: lost.text, tag: Tag.error };
  const tags = filled.map(({ tag }) => tag);
  // A number that is alone is still a number.
  const [only = Tag.text] = tags;
  const own = tags.length === 1 && isNumberTag(only) ? only : Tag.text;
  const tag = tags.includes(Tag.nested) ? Tag.nested : own;
  return { text: filled.map(({ text }) => text).join(', '), tag };
}

/** Finds the id of a row's text in a dictionary. */
export function findId<T>(dictionary: Dictionary<T>, batch: Batch, row: number, source: CellSource): number {
  const { cells, arena, texts } = source;
  const [cell] = cells;
  if (cells.length === 1 && cell !== undefined) {
    const index = row * batch.width + cell;
    return dictionary.find(arena, batch.starts[index] ?? 0, batch.ends[index] ?? 0, batch.tags[index] ?? 0);
  }
  const { text, tag } = joinedText(batch, row, source);
  const start = texts.end;
  const end = texts.put(text);
  const id = dictionary.find(arena, start, end, tag);
  texts.rewind(start);
  return id;
}

/** The hash of a text, the same as that of its bytes in an arena. */
export function hashText(text: string, seed: number): number {
  const bytes = Buffer.alloc(Buffer.byteLength(text) + 4);
  const length = bytes.write(text);
  return hashBytes(new DataView(bytes.buffer, bytes.byteOffset), 0, length, seed);
}
