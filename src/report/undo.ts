import { printable } from '../issues.ts';
import { count, plural } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';
import type { UndoDocument } from './undo-document.ts';

/** Records that are shown one by one. */
const mostShown = 20;

const leftColumns: readonly TableColumn[] = [
  { head: 'Left', alignment: 'left', narrows: 'cut' },
  { head: 'From', alignment: 'left', narrows: 'cut start' },
  { head: 'Row', alignment: 'right' },
  { head: 'Why', alignment: 'left', narrows: 'wrap' },
];

const reasons = {
  'earlier run': 'an earlier run brought it',
  'older than the run': 'it was there before the run',
  'age unknown': 'nothing tells that it was not there before the run',
} as const satisfies Readonly<Record<UndoDocument['left'][number]['why'], string>>;

/** What is to be known before anything is deleted. */
export function undoNotes({ replaced, later_runs: later }: UndoDocument, noun: readonly [string, string]): string {
  const notes = later.map(
    ({ id, records }) =>
      `run ${id.slice(0, 8)} came later and counts ${plural(records, ...noun)} of earlier runs as accepted: what is deleted here is missing there`,
  );
  if (replaced > 0) {
    notes.push(`this run has replaced ${plural(replaced, ...noun)} of earlier runs: these do not come back`);
  }
  return notes.map((note) => `note: ${note}\n`).join('');
}

/** What was deleted, or would be. */
export function renderUndo(document: UndoDocument, noun: readonly [string, string], options: TableOptions): string {
  const { records, left, dry_run: isDry, checked, run_id: id } = document;
  const shown = left.slice(0, mostShown);
  const table =
    shown.length === 0
      ? ''
      : renderTable(
          leftColumns,
          shown.map(({ id: record, file, row, why }) => [record, printable(file), count(row), reasons[why]]),
          { ...options, isTight: true },
        );
  const more = left.length > shown.length ? `and ${count(left.length - shown.length)} more\n` : '';
  const run = `run ${id.slice(0, 8)}`;
  const twice =
    records.stored_twice > 0 ? `, with ${plural(records.stored_twice, 'further record')} that the API had of them` : '';
  if (isDry) return `${table}${more}would delete ${plural(records.selected, ...noun)} of ${run}${twice}\n`;
  const before = records.deleted_before > 0 ? `, ${count(records.deleted_before)} before` : '';
  const looked = checked === true ? '; the list shows none of them' : '';
  return `${table}${more}deleted ${plural(records.deleted, ...noun)} of ${run}${twice}${before}${looked}\n`;
}
