import { inputError } from '../../errors.ts';
import { cellTable } from '../cell-table.ts';
import { cellSeparator, readCell } from '../cell-lines.ts';
import type { DetectOptions, RowFormat, Table } from '../table.ts';

/** Rows of a Parquet file as cell lines. Above the first is the line with the names: a row's line is its number in the file. */
export const parquet: RowFormat = { ...cellTable('parquet'), detect };

function detect(sample: Buffer, { path, whole }: DetectOptions): Table {
  const end = sample.indexOf('\n') + 1;
  if (whole && end === sample.length) throw inputError('INPUT_EMPTY', `${path} has columns but no rows`);
  const columns = sample
    .toString('utf8', 0, end - 1)
    .split(cellSeparator)
    .map((cell) => readCell(cell).trim());
  return {
    format: 'parquet',
    columns,
    delimiter: ',',
    lineEnd: '\n',
    isDecoded: false,
    isOwnOutput: columns.includes('_row'),
    header: { bytes: end, lines: 0, line: 0, hasTitles: false },
  };
}
