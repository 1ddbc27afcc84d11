import type { SampleRow } from '../input/input.ts';
import { isHelperColumn } from './columns.ts';
import type { Mapping } from './mapping.ts';

/**
 * Columns that are not mapped and tell two rows apart whose records are equal: a receipt, a job, a time. A column that counts
 * the rows, or has no name, is another in every copy of a row, and tells nothing.
 */
export function tellingColumns(
  { sources }: Mapping,
  columns: readonly string[],
  rows: readonly SampleRow[],
): readonly number[] {
  const mapped = new Set(sources.flatMap((source) => source.columns));
  return columns.flatMap((name, index) => {
    const isNamed = name.trim() !== '' && !/^unnamed: \d+$/i.test(name) && !isHelperColumn(name);
    return mapped.has(index) || !isNamed || countsRows(index, rows) ? [] : [index];
  });
}

/** Whether a column goes up by one from row to row. Two rows may do so by chance, unless they count from the beginning. */
function countsRows(column: number, rows: readonly SampleRow[]): boolean {
  const values = rows.filter(({ isMalformed }) => !isMalformed).map(({ cells }) => (cells[column] ?? '').trim());
  const [first = ''] = values;
  if (!/^\d{1,15}$/.test(first) || values.length < 2) return false;
  const start = Number(first);
  const counts = values.every((value, at) => value === String(start + at));
  return counts && (values.length > 2 || start <= 2);
}
