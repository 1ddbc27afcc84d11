import { inputError } from '../errors.ts';
import { quote } from '../issues.ts';
import { maxRecordBytes } from './blocks.ts';
import { type Failure, parseRecords } from './csv-records.ts';
import { detectDelimiter } from './delimiter.ts';
import { replacementCharacter } from './encoding.ts';
import { removeFormulaGuard } from './formula-guard.ts';
import { findHeader, readFirstRecords, readSeparatorLine } from './header.ts';
import { countLines, lineEnd, skipBlankLines } from './lines.ts';
import type { DetectOptions, Row, RowBatch, RowFormat, Table } from './row.ts';
import { isSound, unsound } from './sound.ts';

/** Behind the reasons for a row that is malformed and not of the layout of the rejected file it stands in. */
export const foreignLineMark = '[of another file]';

/** RFC 4180 with the usual freedoms: any delimiter, LF, CRLF or CR, spaces around unquoted values are no part of them. */
export const csv: RowFormat = { detect, readRows };

class EnoughRows extends Error {}

function readRows(bytes: Buffer, final: boolean, table: Table, limit = Number.POSITIVE_INFINITY): RowBatch {
  const reader = new RowCollector(bytes, table, limit);
  try {
    for (let from = 0; from < bytes.length;) {
      const failure = readUntilFailure(bytes, from, table, reader);
      if (failure === undefined) break;
      const { start, message, isOpen } = failure;
      if (isOpen && !final && bytes.length - start <= maxRecordBytes) return reader.finish(start);
      from = lineEnd(bytes, start);
      const isLong = isOpen && bytes.length - start > maxRecordBytes;
      reader.refuse(start, from, isLong ? tooLong(from - start, message) : message);
    }
  } catch (error) {
    if (!(error instanceof EnoughRows)) throw error;
  }
  return reader.finish(bytes.length);
}

/** Collects rows up to the first record that can't be read, or that has swallowed the rows behind it. */
function readUntilFailure(bytes: Buffer, from: number, table: Table, reader: RowCollector): Failure | undefined {
  try {
    return parseRecords(bytes, from, table.delimiter, (cells, start, end) => reader.add(cells, start, end));
  } catch (error) {
    if (!(error instanceof SwallowedRows)) throw error;
    const message = 'a quote opens here, and whole rows stand before it closes; close it, or double it';
    return { start: error.start, message, isOpen: false };
  }
}

const tooLong = (lineBytes: number, message: string): string =>
  lineBytes > maxRecordBytes ? 'is longer than 1 MiB; is a line end missing?' : `${message} (it is longer than 1 MiB)`;

/** A record whose quoted cell seems to hold whole rows. */
class SwallowedRows extends Error {
  readonly start: number;

  constructor(start: number) {
    super('a quote that does not close');
    this.start = start;
  }
}

/** Ctrl-Z, with which DOS programs end a file. */
const endOfFile = '\u001a';

/** Rows of fewer columns can't be told from the lines of a text with some commas in it. */
const columnsToTellRows = 4;

/** Gathers the rows of a block with their places. */
class RowCollector {
  readonly #bytes: Buffer;
  readonly #table: Table;
  readonly #limit: number;
  readonly #allSound: boolean;
  readonly #rows: Row[] = [];
  #line = 0;
  #counted = 0;
  #blank = 0;

  constructor(bytes: Buffer, table: Table, limit: number) {
    this.#bytes = bytes;
    this.#table = table;
    this.#limit = limit;
    this.#allSound = isSound(bytes, table);
  }

  add(cells: readonly string[], start: number, end: number): void {
    const bytes = this.#bytes;
    const table = this.#table;
    const offset = skipBlankLines(bytes, start);
    const isOneLine = lineEnd(bytes, offset) >= end;
    if (!isOneLine && this.#holdsRows(cells)) throw new SwallowedRows(offset);
    if (cells.every((cell) => cell === '' || cell === endOfFile)) {
      this.#blank += 1;
      return;
    }
    const own = table.isOwnOutput ? cells.map(removeFormulaGuard) : cells;
    const whole = table.isOwnOutput ? readWholeLine(own, table) : undefined;
    if (whole !== undefined) {
      this.#push({ ...this.#place(offset), ...whole });
    } else if (own.length !== table.columns.length) {
      this.refuse(offset, end, describeWidth(own.length, table.columns.length));
    } else if (!this.#allSound && !isSound(bytes.subarray(offset, end), table)) {
      this.refuse(offset, end, unsound(table));
    } else {
      this.#push({ ...this.#place(offset), cells: own });
    }
  }

  /** A row that can't be read: all that is known of it is its text. */
  refuse(start: number, end: number, malformed: string): void {
    const position = this.#place(start);
    const text = this.#bytes.toString('utf8', position.offset, Math.min(end, position.offset + maxRecordBytes));
    this.#push({ ...position, cells: [], text: text.trimEnd(), malformed });
  }

  finish(consumed: number): RowBatch {
    const lines = this.#line + countLines(this.#bytes, this.#counted, consumed);
    return { rows: this.#rows, consumed, lines, blank: this.#blank };
  }

  #push(row: Row): void {
    this.#rows.push(row);
    if (this.#rows.length >= this.#limit) throw new EnoughRows();
  }

  #place(start: number): { line: number; offset: number } {
    const offset = skipBlankLines(this.#bytes, start);
    this.#line += countLines(this.#bytes, this.#counted, offset);
    this.#counted = offset;
    return { line: this.#line, offset };
  }

  /**
   * Whether a record of several lines is more likely a quote that someone forgot to close: it has another width than the
   * header, or a line inside one of its cells has as many delimiters as a row.
   */
  #holdsRows(cells: readonly string[]): boolean {
    const { columns, delimiter } = this.#table;
    if (cells.length !== columns.length) return true;
    if (columns.length < columnsToTellRows) return false;
    return cells.some((cell) => {
      const [, ...inner] = cell.split(/\r\n|\n|\r/);
      return inner.some((line) => line.split(delimiter).length >= columns.length);
    });
  }
}

const helpers = ['_row', '_codes', '_errors'];

/**
 * A row that could not be read stands whole in the first cell of a rejected file, the others empty, and may have been
 * mended there.
 */
function readWholeLine(cells: readonly string[], table: Table): Pick<Row, 'cells' | 'malformed' | 'text'> | undefined {
  const width = table.columns.length - helpers.length;
  const helperCells = cells.slice(width);
  const [line = '', ...others] = cells.slice(0, width);
  const isWhole =
    cells.length === table.columns.length &&
    table.columns.slice(width).join() === helpers.join() &&
    helperCells[1] === 'MALFORMED_ROW' &&
    others.every((cell) => cell === '');
  if (!isWhole) return undefined;
  const refused = (malformed: string) => ({ cells: [], text: line, malformed });
  if (helperCells[2]?.includes(foreignLineMark) === true) {
    return refused('has the columns of another file than this one; mend it in its own file');
  }
  if (line.includes(replacementCharacter)) return refused('has characters that could not be decoded; write them anew');
  const records: (readonly string[])[] = [];
  const failure = parseRecords(Buffer.from(line), 0, table.delimiter, (record) => records.push(record));
  const [record] = records;
  if (failure !== undefined || record === undefined || records.length > 1) {
    return refused(failure?.message ?? 'is not one row');
  }
  return record.length === width
    ? { cells: [...record, ...helperCells] }
    : refused(describeWidth(record.length, width));
}

const describeWidth = (cells: number, columns: number): string =>
  `has ${String(cells)} ${cells === 1 ? 'cell' : 'cells'} where the header has ${String(columns)}; ` +
  (cells < columns
    ? 'a cell is missing or a delimiter was lost'
    : 'a cell that holds the delimiter must stand in quotes');

function detect(sample: Buffer, options: DetectOptions): Table {
  const { path, whole, isDecoded, isKnownColumn } = options;
  const separator = readSeparatorLine(sample);
  const start = skipBlankLines(sample, separator?.end ?? 0);
  const detected = detectDelimiter(sample, start, isKnownColumn);
  const delimiter = options.delimiter ?? separator?.delimiter ?? detected.delimiter;
  const records = readFirstRecords(sample, start, delimiter, 40);
  const header = findHeader(records, start, isKnownColumn);
  if (header === undefined) {
    const failure = parseRecords(sample, start, delimiter, () => {});
    throw inputError(
      'INPUT_NOT_CSV',
      `the header of ${path} can't be read as CSV: ${failure?.message ?? 'nothing is there'}`,
      'the first line must hold the column names',
    );
  }
  if (whole && skipBlankLines(sample, header.end) === sample.length) {
    throw inputError(
      'INPUT_EMPTY',
      `${path} has a header but no rows`,
      header.cells.length === 1 ? `its only line is ${quote(header.cells[0] ?? '')}` : undefined,
    );
  }
  const isOwnOutput = header.cells.includes('_row');
  const rows = records.filter((record) => record.start > header.start).map((record) => record.cells);
  return {
    format: 'csv',
    columns: isOwnOutput ? header.cells.map(removeFormulaGuard) : fitToRows(header.cells, rows),
    delimiter,
    delimiterReason: options.delimiter !== undefined ? 'option' : separator !== undefined ? 'sep= line' : 'detected',
    delimiterEvidence: detected,
    lineEnd: /\r\n|\n|\r/.exec(sample.toString('latin1', header.start, header.end))?.[0] ?? '\n',
    isDecoded,
    isOwnOutput,
    header: {
      bytes: header.end,
      lines: countLines(sample, 0, header.end),
      line: 1 + countLines(sample, 0, header.start),
      hasTitles: header.start > start,
    },
  };
}

/**
 * The columns, where header and rows differ by nothing but delimiters at their ends: all rows end in delimiters that the
 * header lacks, or the header in some that the rows lack.
 *
 * This is asked of all rows of the sample alike and holds for the whole file. A single row with an empty cell too many is
 * refused: a delimiter that should stand in quotes has moved its cells, and the last one happened to be empty.
 */
function fitToRows(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const [width = header.length] = rows.map(({ length }) => length);
  const differsAlike = rows.every((cells) => cells.length === width);
  if (!differsAlike || width === header.length) return header;
  const [shorter, longer] = width < header.length ? [width, [header]] : [header.length, rows];
  const isEmptyEnd = longer.every((cells) => cells.slice(shorter).every((cell) => cell === ''));
  if (!isEmptyEnd) return header;
  return width < header.length
    ? header.slice(0, width)
    : [...header, ...new Array<string>(width - header.length).fill('')];
}
