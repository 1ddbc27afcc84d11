import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { countLines, lineEnd, skipBlankLines } from './lines.ts';
import { mebibyte, Refusal, replacement, type Table, type UncountedRow } from './row.ts';

/** A record of CSV: its cells, and where it starts and ends, line end and blank lines before it included. */
interface CsvRecord {
  readonly cells: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** Why reading stopped: at what record, and whether a quote was open at the end. */
interface Failure {
  readonly start: number;
  readonly message: string;
  readonly isOpen: boolean;
}

class Stopped extends Error {}

const textAfterQuote =
  'text follows a closing quote; double the quotes inside a quoted cell (""), or close one that is open';

const openQuote = 'a quote opens here and does not close; close it, or double it if it belongs to the text';

const messages: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: openQuote,
  CSV_INVALID_CLOSING_QUOTE: textAfterQuote,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: textAfterQuote,
  INVALID_OPENING_QUOTE:
    'a quote is inside an unquoted cell; put the whole cell in quotes and double the quote inside ("")',
};

/** Hands out records from `from` on, until one can't be read or `onRecord` says to stop. */
function parseRecords(
  bytes: Buffer,
  from: number,
  delimiter: string,
  onRecord: (record: CsvRecord) => 'go on' | 'stop',
): Failure | undefined {
  let start = from;
  let isTooLong = false;
  try {
    parse(bytes.subarray(from), {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (cells: string[], { bytes: parsed }) => {
        const end = from + parsed;
        isTooLong = end - skipBlankLines(bytes, start) > mebibyte;
        if (isTooLong || onRecord({ cells, start, end }) === 'stop') throw new Stopped();
        start = end;
        return null;
      },
    });
    return undefined;
  } catch (error) {
    if (error instanceof Stopped && !isTooLong) return undefined;
    const code = isTooLong ? 'CSV_QUOTE_NOT_CLOSED' : (error as { code?: string }).code;
    const message = messages[code ?? ''];
    if (message === undefined) throw error;
    return { start: skipBlankLines(bytes, start), message, isOpen: code === 'CSV_QUOTE_NOT_CLOSED' };
  }
}

const ctrlZ = '\u001a';

/** The rows after the header. */
export function readCsv(text: Buffer, table: Table): { readonly rows: UncountedRow[]; readonly blank: number } {
  const rows: UncountedRow[] = [];
  let blank = 0;
  let counted = { line: 1, offset: 0 };
  const place = (start: number): { line: number; offset: number } => {
    const offset = skipBlankLines(text, start);
    counted = { line: counted.line + countLines(text, offset, counted.offset), offset };
    return counted;
  };
  const refuse = (start: number, end: number, malformed: string): void => {
    const at = place(start);
    const line = text.toString('utf8', at.offset, Math.min(end, at.offset + mebibyte));
    rows.push({ ...at, cells: [], text: line.trimEnd(), malformed });
  };
  for (let from = table.headerEnd; from < text.length;) {
    let swallowed: Failure | undefined;
    const unreadable = parseRecords(text, from, table.delimiter, ({ cells, start, end }) => {
      const offset = skipBlankLines(text, start);
      if (lineEnd(text, offset) < end && holdsRows(cells, table)) {
        const message = 'a quote opens here, and whole rows are before it closes; close it, or double it';
        swallowed = { start: offset, message, isOpen: false };
        return 'stop';
      }
      if (cells.every((cell) => cell === '' || cell === ctrlZ)) {
        blank += 1;
        return 'go on';
      }
      const own = table.isOwnOutput ? cells.map(removeGuard) : cells;
      const fixed = table.isOwnOutput ? readMendedLine(own, table) : undefined;
      const hasNul = fixed !== undefined && text.subarray(offset, end).includes(0);
      if (hasNul) refuse(offset, end, unsound(table));
      else if (fixed !== undefined) rows.push({ ...place(offset), ...fixed });
      else if (own.length !== table.columns.length) refuse(offset, end, widthProblem(own.length, table.columns.length));
      else if (!isSound(text.subarray(offset, end), table)) refuse(offset, end, unsound(table));
      else rows.push({ ...place(offset), cells: own });
      return 'go on';
    });
    const failure = swallowed ?? unreadable;
    if (failure === undefined) break;
    from = lineEnd(text, failure.start);
    const isLong = failure.isOpen && text.length - failure.start > mebibyte;
    const tooLong =
      from - failure.start > mebibyte
        ? 'is longer than 1 MiB; is a line end missing?'
        : `${failure.message} (it is longer than 1 MiB)`;
    refuse(failure.start, from, isLong ? tooLong : failure.message);
  }
  return { rows, blank };
}

/** Whether a record of several lines looks as if a quote had not been closed: of another width, or with whole rows in a cell. */
function holdsRows(cells: readonly string[], { columns, delimiter }: Table): boolean {
  if (cells.length !== columns.length) return true;
  if (columns.length < 4) return false;
  return cells.some((cell) =>
    cell
      .split(/\r\n|\n|\r/)
      .slice(1)
      .some((line) => line.split(delimiter).length >= columns.length),
  );
}

const widthProblem = (cells: number, columns: number): string =>
  `has ${String(cells)} ${cells === 1 ? 'cell' : 'cells'} where the header has ${String(columns)}; ` +
  (cells < columns ? 'a cell is missing or a delimiter was lost' : 'a cell that holds the delimiter must be in quotes');

export const isSound = (bytes: Buffer, { isDecoded }: Pick<Table, 'isDecoded'>): boolean =>
  !bytes.includes(0) && (isDecoded ? !bytes.includes(replacement) : isUtf8(bytes));

export const unsound = ({ isDecoded }: Pick<Table, 'isDecoded'>): string =>
  isDecoded
    ? 'has bytes that can’t be decoded, or NUL; is --encoding right?'
    : 'has NUL bytes or bytes that are not UTF-8, while the beginning of the file is; --encoding says what it is';

/** Cells that a spreadsheet would take for a formula have an apostrophe more in files that this tool has written. */
export const removeGuard = (cell: string): string => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

export const foreignLineMark = '[of another file]';

const helpers = ['_row', '_codes', '_errors'];

/** A row that could not be read is whole in the first cell of a rejected file, where it may have been fixed. */
function readMendedLine(cells: readonly string[], table: Table): Omit<UncountedRow, 'line' | 'offset'> | undefined {
  const hasFile = table.columns.at(-helpers.length - 1) === '_file';
  const width = table.columns.length - helpers.length - (hasFile ? 1 : 0);
  const helperCells = cells.slice(width);
  const [line = '', ...others] = cells.slice(0, width);
  const isWhole =
    cells.length === table.columns.length &&
    table.columns.slice(-helpers.length).join() === helpers.join() &&
    helperCells.at(-2) === 'MALFORMED_ROW' &&
    others.every((cell) => cell === '');
  if (!isWhole) return undefined;
  const refused = (malformed: string) => ({ cells: [], text: line, malformed });
  if (helperCells.at(-1)?.includes(foreignLineMark) === true) {
    return refused('has the columns of another file than this one; fix it in its own file');
  }
  if (line.includes(replacement)) return refused('has characters that could not be decoded; write them again');
  const records: CsvRecord[] = [];
  const failure = parseRecords(Buffer.from(line), 0, table.delimiter, (record) => {
    records.push(record);
    return 'go on';
  });
  const [record] = records;
  if (failure !== undefined || record === undefined || records.length > 1) {
    return refused(failure?.message ?? 'is not one row');
  }
  return record.cells.length === width
    ? { cells: [...record.cells, ...helperCells] }
    : refused(widthProblem(record.cells.length, width));
}

export interface CsvOptions {
  readonly delimiter: string | undefined;
  readonly isKnownColumn: (name: string) => boolean;
  readonly isWhole: boolean;
  readonly isDecoded: boolean;
}

/** Finds delimiter and header. */
export function detectCsv(sample: Buffer, options: CsvOptions): Table {
  const separator = separatorLine(sample);
  const start = skipBlankLines(sample, separator?.end ?? 0);
  const delimiter = options.delimiter ?? separator?.delimiter ?? bestDelimiter(sample, start, options);
  const records = firstRecords(sample, start, delimiter, 40);
  const candidates = records.slice(0, 30);
  const header =
    candidates.find(({ cells }) => isKnownHeader(cells, options)) ??
    candidates.find((record) => record.start === start);
  if (header === undefined) throw new Refusal('INPUT_NOT_CSV');
  if (options.isWhole && skipBlankLines(sample, header.end) === sample.length) throw new Refusal('INPUT_EMPTY');
  const isOwnOutput = header.cells.includes('_row');
  const rows = records.filter((record) => record.start > header.start).map(({ cells }) => cells);
  return {
    format: 'csv',
    columns: isOwnOutput ? header.cells.map(removeGuard) : fitToRows(header.cells, rows),
    delimiter,
    lineEnd: /\r\n|\n|\r/.exec(sample.toString('latin1', header.start, header.end))?.[0] ?? '\n',
    isDecoded: options.isDecoded,
    isOwnOutput,
    headerEnd: header.end,
    titledLine: header.start > start ? 1 + countLines(sample, header.start) : undefined,
  };
}

/** Excel's `sep=;` in the first line. */
function separatorLine(sample: Buffer): { readonly delimiter: string; readonly end: number } | undefined {
  const end = lineEnd(sample, 0);
  const delimiter = end > 16 ? undefined : /^"?sep=([^\r\n])"?\s*$/i.exec(sample.toString('latin1', 0, end))?.[1];
  return delimiter === undefined ? undefined : { delimiter, end };
}

/** The first records, their starts without blank lines; what can't be read is left out, but counts. */
function firstRecords(sample: Buffer, from: number, delimiter: string, limit: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  let unread = 0;
  for (let start = from; start < sample.length && records.length + unread < limit; unread += 1) {
    const failure = parseRecords(sample, start, delimiter, (record) => {
      records.push({ ...record, start: skipBlankLines(sample, record.start) });
      return records.length + unread >= limit ? 'stop' : 'go on';
    });
    if (failure === undefined) break;
    start = lineEnd(sample, failure.start);
  }
  return records;
}

/** Two known columns are a header beyond doubt. */
const isKnownHeader = (cells: readonly string[], { isKnownColumn }: Pick<CsvOptions, 'isKnownColumn'>): boolean =>
  cells.filter((cell) => cell !== '' && isKnownColumn(cell)).length >= 2;

/** The delimiter by which a header is known, and records agree best on a number of cells. */
function bestDelimiter(sample: Buffer, from: number, options: CsvOptions): string {
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of [',', ';', '\t', '|']) {
    const records = firstRecords(sample, from, delimiter, 200);
    const counts = new Map<number, number>();
    for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
    const [width, agreeing] = [...counts]
      .filter(([cells]) => cells >= 2)
      .reduce((most, each) => (each[1] > most[1] ? each : most), [1, 0]);
    const hasHeader = records.some(({ cells }) => isKnownHeader(cells, options));
    const score = width < 2 ? 0 : (hasHeader ? 1 : 0) + agreeing / records.length + Math.min(width, 50) / 1000;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Where all rows differ from the header by empty cells at the end, or the header from all rows. */
function fitToRows(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const width = rows[0]?.length ?? header.length;
  if (width === header.length || rows.some((cells) => cells.length !== width)) return header;
  const isEmptyFrom = (cells: readonly string[], start: number) => cells.slice(start).every((cell) => cell === '');
  if (width < header.length) return isEmptyFrom(header, width) ? header.slice(0, width) : header;
  const areEmpty = rows.every((cells) => isEmptyFrom(cells, header.length));
  return areEmpty ? [...header, ...new Array<string>(width - header.length).fill('')] : header;
}
