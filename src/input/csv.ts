import { inputError } from '../errors.ts';
import { quote } from '../issues.ts';
import { maxRecordBytes } from './blocks.ts';
import { type OnRecord, parseRecords } from './csv-records.ts';
import { detectDelimiter } from './delimiter.ts';
import { removeFormulaGuard } from './formula-guard.ts';
import { findHeader, readFirstRecords, readSeparatorLine } from './header.ts';
import { countLines, lineEnd, skipBlankLines } from './lines.ts';
import type { DetectOptions, Row, RowBatch, RowFormat, Table } from './row.ts';
import { isSound, unsound } from './sound.ts';

/** RFC 4180 with the usual freedoms: any delimiter, LF or CRLF, spaces around unquoted values are no part of them. */
export const csv: RowFormat = { detect, readRows };

function readRows(bytes: Buffer, final: boolean, table: Table): RowBatch {
  const rows: Row[] = [];
  const width = table.columns.length;
  const allSound = isSound(bytes, table);
  let line = 0;
  let counted = 0;
  let blank = 0;
  const place = (start: number): { line: number; offset: number } => {
    const offset = skipBlankLines(bytes, start);
    line += countLines(bytes, counted, offset);
    counted = offset;
    return { line, offset };
  };
  const onRecord: OnRecord = (cells, start, end) => {
    if (cells.every((cell) => cell === '')) {
      blank += 1;
      return;
    }
    const position = place(start);
    const own = table.isOwnOutput ? cells.map(removeFormulaGuard) : cells;
    if (isWholeLine(own, table)) {
      rows.push({ ...position, ...readWholeLine(own, table) });
      return;
    }
    if (own.length !== width) {
      rows.push({ ...position, cells: own, malformed: describeWidth(own.length, width) });
    } else if (!allSound && !isSound(bytes.subarray(start, end), table)) {
      rows.push({ ...position, cells: own, malformed: unsound(table) });
    } else {
      rows.push({ ...position, cells: own });
    }
  };

  let from = 0;
  while (from < bytes.length) {
    const failure = parseRecords(bytes, from, table.delimiter, onRecord);
    if (failure === undefined) break;
    const { start, message, isOpen } = failure;
    if (isOpen && !final && bytes.length - start <= maxRecordBytes) {
      return { rows, consumed: start, lines: line + countLines(bytes, counted, start), blank };
    }
    const end = lineEnd(bytes, start);
    const isLong = isOpen && bytes.length - start > maxRecordBytes;
    rows.push({
      ...place(start),
      cells: [bytes.toString('utf8', start, end).trimEnd()],
      malformed: isLong ? `${message} (it is longer than 1 MiB)` : message,
    });
    from = end;
  }
  return { rows, consumed: bytes.length, lines: line + countLines(bytes, counted, bytes.length), blank };
}

const helpers = ['_row', '_codes', '_errors'];

/** A line that could not be split stands whole in one cell of a rejected file, with the helper columns behind it. */
const isWholeLine = (cells: readonly string[], { isOwnOutput, columns }: Table): boolean =>
  isOwnOutput &&
  cells.length === 1 + helpers.length &&
  cells[2] === 'MALFORMED_ROW' &&
  columns.slice(-helpers.length).join() === helpers.join();

/** The cells of such a line, which may have been mended in its one cell. */
function readWholeLine([line = '', ...helperCells]: readonly string[], table: Table): Pick<Row, 'cells' | 'malformed'> {
  const width = table.columns.length - helpers.length;
  const records: (readonly string[])[] = [];
  const failure = parseRecords(Buffer.from(line), 0, table.delimiter, (cells) => records.push(cells));
  const [cells] = records;
  if (failure !== undefined || cells === undefined || records.length > 1) {
    return { cells: [line], malformed: failure?.message ?? 'is not one row' };
  }
  if (cells.length !== width) return { cells: [line], malformed: describeWidth(cells.length, width) };
  return { cells: [...cells, ...helperCells] };
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
  const rows = records.filter((record) => record.start > header.start).map((record) => record.cells);
  return {
    format: 'csv',
    columns: fitToRows(header.cells, rows),
    delimiter,
    delimiterReason: options.delimiter !== undefined ? 'option' : separator !== undefined ? 'sep= line' : 'detected',
    delimiterEvidence: detected,
    isDecoded,
    isOwnOutput: header.cells.includes('_row'),
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
