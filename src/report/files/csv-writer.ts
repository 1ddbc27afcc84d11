import { addFormulaGuard } from '../../input/formula-guard.ts';
import { type Dialect, plainDialect } from './dialect.ts';

/** A value of a row that this tool adds; `undefined` is an empty cell. */
export type ResultValue = string | number | undefined;

type Cell = ResultValue;

/** A line of CSV, its cells guarded against spreadsheets that would execute them. */
export function csvLine(
  cells: readonly Cell[],
  dialect: Pick<Dialect, 'delimiter' | 'lineEnd' | 'decimal'> = plainDialect,
): string {
  return cells.map((cell) => csvCell(cell, dialect)).join(dialect.delimiter) + dialect.lineEnd;
}

/** Most cells: nothing in them that a quote or a spreadsheet could mind. */
const plainCell = /^(?:\p{L}|\d)[\p{L}\d ._:/()-]*$(?<! )/u;

export function csvCell(cell: Cell, { delimiter, decimal }: Pick<Dialect, 'delimiter' | 'decimal'>): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') {
    const text = String(cell);
    const written = decimal === ',' ? text.replace('.', ',') : text;
    return written.includes(delimiter) ? `"${written}"` : written;
  }
  if (plainCell.test(cell) && !cell.includes(delimiter)) return cell;
  const guarded = addFormulaGuard(cell);
  const needsQuotes = guarded.includes(delimiter) || /["\r\n]|^\s|\s$/.test(guarded);
  return needsQuotes ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
