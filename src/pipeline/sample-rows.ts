import { type Batch, isLeftOut } from '../columns/batch.ts';
import type { Arena } from '../columns/arena.ts';
import type { Input } from '../input/input.ts';
import type { Conventions } from '../mapping/conventions.ts';
import type { RowRule } from '../mapping/row-rule.ts';
import { HeaderRows } from './header-rows.ts';
import { RecordColumns, type RecordReading } from './record-columns.ts';
import { RowRules } from './row-rules.ts';
import { TotalRows } from './total-rows.ts';
import { skipTrailingNotes } from './trailing-notes.ts';

/** What the rows of a sample are read with. */
export interface SampleReading {
  readonly input: Input;
  readonly reading: RecordReading;
  readonly conventions: Conventions;
  readonly rowRules: readonly RowRule[];
}

/** Reads the rows of the first 1 MiB of an input as a run would, without consuming them; rows that are left out are skipped. */
export function readSampleRows(
  { input, reading, conventions, rowRules }: SampleReading,
  use: (batch: Batch, records: RecordColumns, arena: Arena) => void,
): void {
  const { decimal: mark, places } = conventions;
  let records: RecordColumns | undefined;
  let headers: HeaderRows | undefined;
  let totals: TotalRows | undefined;
  let rules: RowRules | undefined;
  const { isSampleWhole, table } = input;
  input.readSample((batch, workspace, isLast) => {
    const { arena } = workspace;
    const isEnd = isLast && isSampleWhole;
    records ??= new RecordColumns(reading, workspace, batch.capacity);
    const found = (headers ??= new HeaderRows(reading, table, arena));
    totals ??= new TotalRows({ records, arena, mark, places, isPart: !isSampleWhole });
    rules ??= new RowRules(rowRules, table.columns, records, arena);
    found.note(batch);
    records.read(batch, () => totals?.note(batch, isEnd, found));
    rules.leaveOthers(batch);
    found.settle(batch, () => {});
    totals.settle(batch, () => {});
    rules.apply(batch, () => {});
    if (isEnd) skipTrailingNotes(batch, arena, table, () => {});
    use(batch, records, arena);
  });
}

/** Whether a row of a sample is not left out. */
export const isRead = (batch: Batch, row: number): boolean => !isLeftOut(batch.verdicts[row]);
