import { inputError } from '../errors.ts';
import { quote } from '../issues.ts';
import { parseRecords } from './csv-records.ts';
import { CsvTokeniser } from './csv-tokeniser.ts';
import { detectDelimiter } from './delimiter.ts';
import { removeFormulaGuard } from './formula-guard.ts';
import { findHeader, readFirstRecords, readSeparatorLine } from './header.ts';
import { countLines, skipBlankLines } from './lines.ts';
import { namesWithUnits } from './units-row.ts';
import type { DetectOptions, RowFormat, Table } from './table.ts';

/** RFC 4180 with the usual freedoms: any delimiter, LF, CRLF or CR, spaces around unquoted values are not part of them. */
export const csv: RowFormat = { detect, createTokeniser: (table, workspace) => new CsvTokeniser(table, workspace) };

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
  const below = records[records.indexOf(header) + 1];
  const named = namesWithUnits(header.cells, below?.cells, options);
  const end = named === undefined ? header.end : (below?.end ?? header.end);
  if (whole && skipBlankLines(sample, end) === sample.length) {
    throw inputError(
      'INPUT_EMPTY',
      `${path} has a header but no rows`,
      header.cells.length === 1 ? `its only line is ${quote(header.cells[0] ?? '')}` : undefined,
    );
  }
  const isOwnOutput = header.cells.includes('_row');
  const rows = records.filter((record) => record.start >= end).map((record) => record.cells);
  return {
    format: 'csv',
    columns: isOwnOutput ? header.cells.map(removeFormulaGuard) : fitToRows(named ?? header.cells, rows),
    delimiter,
    delimiterReason: options.delimiter !== undefined ? 'option' : separator !== undefined ? 'sep= line' : 'detected',
    delimiterEvidence: detected,
    lineEnd: /\r\n|\n|\r/.exec(sample.toString('latin1', header.start, header.end))?.[0] ?? '\n',
    isDecoded,
    isOwnOutput,
    header: {
      bytes: end,
      lines: countLines(sample, 0, end),
      line: 1 + countLines(sample, 0, header.start),
      unitsLine: named && 1 + countLines(sample, 0, below?.start ?? 0),
      hasTitles: header.start > start,
    },
  };
}

/**
 * The columns, where header and rows differ by nothing but delimiters at their ends: all rows end in delimiters that the
 * header lacks, or the header in some that the rows lack.
 *
 * This is asked of all rows of the sample alike and holds for the whole file. A single row with an empty cell too many is
 * refused: a delimiter that should be in quotes has moved its cells, and the last one happened to be empty.
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
