import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import type { PlannedInput } from './plan.ts';

/** The column, or key, in which the rejected file has the id of a stored record whose place the row takes. */
export const idColumn = '_id';

/** The cell of a row that names a stored record; -1 for none. One that is mapped to a field means that. */
export function idCellOf({ input, mapping }: PlannedInput): number {
  const cell = input.table.columns.indexOf(idColumn);
  return mapping.sources.some(({ columns }) => columns.includes(cell)) ? -1 : cell;
}

/** The stored records that valid rows of a batch name, by row. */
export function namedIdsOf(batch: Batch, cell: number, arena: Arena): ReadonlyMap<number, string> {
  const ids = new Map<number, string>();
  if (cell === -1) return ids;
  for (let row = 0; row < batch.rows; row += 1) {
    if (batch.verdicts[row] !== Verdict.accepted) continue;
    const id = cellText(batch, row, cell, arena).trim();
    if (id !== '' && id !== 'null') ids.set(row, id);
  }
  return ids;
}
