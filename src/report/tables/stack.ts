import { wrapText } from './wrap-text.ts';
import { textWidth } from './text-width.ts';

/**
 * Rows as lines of `label  value`, for a width that is too small for their table; an empty line follows each.
 *
 * @param heads labels; an empty one is that of a column whose values are titles
 * @param rows cells, with several lines where they hold any
 */
export function renderStack(heads: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const labels = heads.map((head) => head.replaceAll('\n', ' '));
  const indent = Math.max(...labels.map((label) => textWidth(label))) + 2;
  const renderRow = (cells: readonly string[]): string =>
    cells
      .flatMap((cell, index) => {
        const label = labels[index] ?? '';
        const lines = cell.split('\n').flatMap((line) => wrapText(line, Math.max(1, width - indent)));
        if (label === '') return lines;
        if (cell === '') return [];
        return lines.map((line, at) => `${(at === 0 ? label : '').padEnd(indent)}${line}`);
      })
      .map((line) => `${line}\n`)
      .join('');
  return rows.map((row) => `${renderRow(row)}\n`).join('');
}
