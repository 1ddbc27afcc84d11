import type { Malformed } from '../columns/batch.ts';
import { type Failure, parseRecords } from './csv-records.ts';
import { replacementCharacter } from './encoding.ts';
import { removeFormulaGuard } from './formula-guard.ts';
import { lineEnd, skipBlankLines } from './lines.ts';
import type { Table } from './table.ts';
import { isSound, unsound } from './sound.ts';
import { maxRecordBytes } from './tokeniser.ts';

/** After the reasons for a row that is malformed and not of the layout of the rejected file it is in. */
export const foreignLineMark = '[of another file]';

/** One record of CSV as csv-parse reads it; positions are relative to the bytes that were given. */
export type LenientRecord =
  | { readonly kind: 'row'; readonly cells: readonly string[]; readonly start: number; readonly end: number }
  | ({ readonly kind: 'malformed'; readonly start: number; readonly end: number } & Malformed)
  /** A row without any value. */
  | { readonly kind: 'blank'; readonly start: number; readonly end: number }
  /** Nothing but blank lines. */
  | { readonly kind: 'nothing'; readonly end: number }
  /** A quote is open at the end of the bytes, and more may close it. */
  | { readonly kind: 'open' };

/** Ctrl-Z, with which DOS programs end a file. */
const endOfFile = '\u001a';

/** Rows of fewer columns can't be told from the lines of a text with some commas in it. */
const columnsToTellRows = 4;

class FirstRecord extends Error {
  readonly cells: readonly string[];
  readonly start: number;
  readonly end: number;

  constructor(cells: readonly string[], start: number, end: number) {
    super('the first record');
    this.cells = cells;
    this.start = start;
    this.end = end;
  }
}

/** The first record of the bytes; `undefined` where there is none. */
function firstRecord(bytes: Buffer, delimiter: string): FirstRecord | Failure | undefined {
  try {
    return parseRecords(bytes, 0, delimiter, (cells, start, end) => {
      throw new FirstRecord(cells, skipBlankLines(bytes, start), end);
    });
  } catch (error) {
    if (error instanceof FirstRecord) return error;
    throw error;
  }
}

/**
 * Reads one record with all the freedoms that files take.
 *
 * What can't be read is refused as one line, and reading resumes at the next: a quote that never closes must not swallow
 * the file.
 *
 * @param bytes whole lines
 * @param isFinal whether nothing follows
 */
export function readRecordLeniently(bytes: Buffer, table: Table, isFinal: boolean): LenientRecord {
  const record = firstRecord(bytes, table.delimiter);
  if (record === undefined) return { kind: 'nothing', end: bytes.length };
  if ('isOpen' in record) {
    const { start, message, isOpen } = record;
    const left = bytes.length - start;
    if (isOpen && !isFinal && left <= maxRecordBytes) return { kind: 'open' };
    const end = lineEnd(bytes, start);
    if (!isOpen || left <= maxRecordBytes) return refused(bytes, start, end, message);
    return end - start > maxRecordBytes
      ? refused(bytes, start, end, 'is longer than 1 MiB; is a line end missing?')
      : { ...refused(bytes, start, end, `${message} (it is longer than 1 MiB)`), cause: message };
  }
  const { cells, start, end } = record;
  if (lineEnd(bytes, start) < end && holdsRows(cells, table)) {
    const message = 'a quote opens here, and whole rows are before it closes; close it, or double it';
    return refused(bytes, start, lineEnd(bytes, start), message);
  }
  if (cells.every((cell) => cell === '' || cell === endOfFile)) return { kind: 'blank', start, end };
  const raw = bytes.subarray(start, end);
  const own = table.isOwnOutput ? cells.map(removeFormulaGuard) : cells;
  const whole = table.isOwnOutput && !raw.includes(0) ? readWholeLine(own, table) : undefined;
  if (whole !== undefined) return { ...whole, start, end };
  if (own.length !== table.columns.length) {
    return refused(bytes, start, end, describeWidth(own.length, table.columns.length));
  }
  if (!isSound(raw, table)) return refused(bytes, start, end, unsound(table));
  return { kind: 'row', cells: own, start, end };
}

/** A row that can't be read: all that is known of it is its text. */
function refused(
  bytes: Buffer,
  start: number,
  end: number,
  message: string,
): Extract<LenientRecord, { kind: 'malformed' }> {
  const text = bytes.toString('utf8', start, Math.min(end, start + maxRecordBytes)).trimEnd();
  return { kind: 'malformed', message, text, start, end };
}

/**
 * Whether a record of several lines is more likely a quote that someone forgot to close: it has another width than the
 * header, or a line inside one of its cells has as many delimiters as a row.
 */
function holdsRows(cells: readonly string[], { columns, delimiter }: Table): boolean {
  if (cells.length !== columns.length) return true;
  if (columns.length < columnsToTellRows) return false;
  return cells.some((cell) => {
    const [, ...inner] = cell.split(/\r\n|\n|\r/);
    return inner.some((line) => line.split(delimiter).length >= columns.length);
  });
}

/** The columns that a rejected file adds to those of its rows. */
const helpers = ['_row', '_codes', '_errors'];
const allHelpers = [['_file', '_id', ...helpers], ['_file', ...helpers], ['_id', ...helpers], helpers];

type WholeLine =
  | { readonly kind: 'row'; readonly cells: readonly string[] }
  | { readonly kind: 'malformed'; readonly message: string; readonly text: string };

/**
 * A row that could not be read is whole in the first cell of a rejected file, the others empty, and may have been fixed
 * there.
 */
function readWholeLine(cells: readonly string[], table: Table): WholeLine | undefined {
  const own = allHelpers.find((names) => table.columns.slice(-names.length).join() === names.join());
  if (own === undefined) return undefined;
  const width = table.columns.length - own.length;
  const helperCells = cells.slice(width);
  const [codes, errors] = helperCells.slice(-2);
  const [line = '', ...others] = cells.slice(0, width);
  const isWhole =
    cells.length === table.columns.length && codes === 'MALFORMED_ROW' && others.every((cell) => cell === '');
  if (!isWhole) return undefined;
  const malformed = (message: string): WholeLine => ({ kind: 'malformed', text: line, message });
  if (errors?.includes(foreignLineMark) === true) {
    return malformed('has the columns of another file than this one; fix it in its own file');
  }
  if (line.includes(replacementCharacter)) {
    return malformed('has characters that could not be decoded; write them again');
  }
  const records: (readonly string[])[] = [];
  const failure = parseRecords(Buffer.from(line), 0, table.delimiter, (record) => records.push(record));
  const [record] = records;
  if (failure !== undefined || record === undefined || records.length > 1) {
    return malformed(failure?.message ?? 'is not one row');
  }
  return record.length === width
    ? { kind: 'row', cells: [...record, ...helperCells] }
    : malformed(describeWidth(record.length, width));
}

/** Why a row of another width than the header is refused. */
export const describeWidth = (cells: number, columns: number): string =>
  `has ${String(cells)} ${cells === 1 ? 'cell' : 'cells'} where the header has ${String(columns)}; ` +
  (cells < columns ? 'a cell is missing or a delimiter was lost' : 'a cell that holds the delimiter must be in quotes');
