import { type Batch, Verdict } from '../columns/batch.ts';
import type { Arena } from '../columns/arena.ts';
import type { Input } from '../input/input.ts';
import type { Conventions } from '../mapping/conventions.ts';
import type { RowRule } from '../mapping/row-rule.ts';
import { RecordColumns, type RecordReading } from './record-columns.ts';
import { RowRules } from './row-rules.ts';
import { TotalRows } from './total-rows.ts';

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
  let totals: TotalRows | undefined;
  let rules: RowRules | undefined;
  input.readSample((batch, workspace) => {
    const { arena } = workspace;
    records ??= new RecordColumns(reading, workspace, batch.capacity);
    totals ??= new TotalRows({ records, arena, mark, places, isPart: !input.isSampleWhole });
    rules ??= new RowRules(rowRules, input.table.columns, records, arena);
    records.read(batch, () => totals?.note(batch, false));
    totals.settle(batch, () => {});
    rules.apply(batch, () => {});
    use(batch, records, arena);
  });
}

/** Whether a row of a sample is not left out. */
export const isRead = (batch: Batch, row: number): boolean => batch.verdicts[row] !== Verdict.skipped;
