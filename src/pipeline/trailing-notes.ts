import type { Arena } from '../columns/arena.ts';
import { type Batch, Tag, Verdict } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import { formats } from '../input/formats.ts';
import type { Table } from '../input/table.ts';

/** Tables of fewer columns may have rows of two cells. */
const leastColumns = 4;
const mostCells = 2;

/** Three words, or two with a mark that begins or introduces a remark: `Fuente: TMS`, `* provisional data`. */
const isProse = (texts: readonly string[]): boolean => {
  const text = texts.join(' ');
  const words = text.match(/\p{L}{2,}/gu)?.length ?? 0;
  return !/\p{N}/u.test(text) && (words >= 3 || (words >= 2 && /^\s*[*(–—-]|:/u.test(text)));
};

/**
 * Leaves out the remarks under a table: last rows of one or two cells that hold prose, and no number, date or id. A line that the file
 * breaks off in is none.
 *
 * @param batch the last one of an input
 */
export function skipTrailingNotes(batch: Batch, arena: Arena, table: Table, skipped: (row: number) => void): void {
  // Lines with too few cells; rows of other formats are complete.
  const delimiter = formats[table.format].hasDelimiter ? table.delimiter : undefined;
  // A rejected file has the rows alone that were refused.
  if (batch.width < leastColumns || table.isOwnOutput) return;
  const found: number[] = [];
  for (let row = batch.rows - 1; row >= 0; row -= 1) {
    if (batch.verdicts[row] === Verdict.skipped) continue;
    const cells = batch.verdicts[row] === Verdict.invalid ? cellsOf(batch, row, arena, delimiter) : undefined;
    if (cells === undefined || cells.length === 0 || cells.length > mostCells || !isProse(cells)) break;
    found.unshift(row);
  }
  for (const row of found) {
    batch.issues.delete(row);
    batch.settle(row, Verdict.skipped);
    skipped(row);
  }
}

/** The cells of a row that are not empty; `undefined` where they can't be told. */
function cellsOf(
  batch: Batch,
  row: number,
  arena: Arena,
  delimiter: string | undefined,
): readonly string[] | undefined {
  const { malformed, width, tags, rowStarts, rowEnds, offsets, end } = batch;
  if (!malformed.has(row)) {
    const columns = Array.from({ length: width }, (_, column) => column);
    const isNumber = columns.some((column) => tags[row * width + column] === Tag.number);
    const texts = columns.map((column) => cellText(batch, row, column, arena).trim());
    return isNumber ? undefined : texts.filter((text) => text !== '');
  }
  const [from = 0, to = 0] = [rowStarts[row], rowEnds[row]];
  const isWhole = row < batch.rows - 1 || end > (offsets[row] ?? 0) + to - from;
  const text = arena.text(from, to);
  if (!isWhole || delimiter === undefined || text.includes('"')) return undefined;
  const cells = text.split(delimiter);
  return cells.length < width ? cells.map((cell) => cell.trim()).filter((cell) => cell !== '') : undefined;
}
