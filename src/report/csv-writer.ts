import { addFormulaGuard } from '../input/formula-guard.ts';

/** A line of CSV after RFC 4180, its cells guarded against spreadsheets that would execute them. Ends with LF. */
export function csvLine(cells: readonly (string | number | undefined)[], delimiter = ','): string {
  return `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\n`;
}

/** Most cells: nothing in them that a quote or a spreadsheet could mind. */
const plainCell = /^(?:\p{L}|\d)[\p{L}\d ._:/()-]*$(?<! )/u;

function csvCell(cell: string | number | undefined, delimiter: string): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  if (plainCell.test(cell) && !cell.includes(delimiter)) return cell;
  const guarded = addFormulaGuard(cell);
  const needsQuotes = guarded.includes(delimiter) || /["\r\n]|^\s|\s$/.test(guarded);
  return needsQuotes ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
