import type { Input } from './input.ts';
import type { JudgedRow } from './run.ts';

/** Enough words, a mark that begins a remark, or one that introduces what it is about; numbers are data. */
function isRemark(cells: readonly string[]): boolean {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (filled.length === 0 || filled.length > 2) return false;
  const text = filled.join(' ');
  if (/\p{N}/u.test(text)) return false;
  const words = text.split(/\P{L}+/u).filter((word) => [...word].length > 1).length;
  const isMarked = ['*', '(', '–', '—', '-'].some((mark) => text.startsWith(mark)) || text.includes(':');
  return words > 2 || (words === 2 && isMarked);
}

/** The remarks below the table of an input: refused rows at its end, from the last one up. */
export function remarksOf({ table, endsInLine }: Input, rows: readonly JudgedRow[]): readonly JudgedRow[] {
  const found: JudgedRow[] = [];
  if (table.columns.length < 4 || table.isOwnOutput) return found;
  for (const judged of rows.toReversed()) {
    const { row, verdict } = judged;
    if (verdict === 'skipped') continue;
    if (verdict !== 'invalid') break;
    const isLast = judged === rows.at(-1);
    if (row.malformed === undefined) {
      if ((row.numbers ?? []).length > 0 || !isRemark(row.cells)) break;
    } else {
      const text = row.text ?? '';
      const cells = text.split(table.delimiter);
      const isLine = table.format === 'csv' && !text.includes('"') && cells.length < table.columns.length;
      if (!isLine || (isLast && !endsInLine) || !isRemark(cells)) break;
    }
    found.unshift(judged);
  }
  return found;
}
