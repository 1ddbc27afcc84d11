import type { Arena } from '../columns/arena.ts';
import { BatchReader, type Place } from '../input/batch-reader.ts';
import { HeaderRows } from './header-rows.ts';
import { KeyHashes } from './key-hashes.ts';
import type { FlowSizes } from './memory.ts';
import type { Plan, PlannedInput } from './plan.ts';
import { type Bounds, Plausibility } from './plausibility.ts';
import { RecordColumns } from './record-columns.ts';
import { RowRules } from './row-rules.ts';
import {
  accountFindings,
  type HubCheck,
  type StrangeNumber,
  strangeNumbersOf,
  type ValueFindings,
  type VehicleCheck,
} from './strange-values.ts';
import { TotalRows } from './total-rows.ts';

/** An input with what reads it. */
export interface ReadingInput {
  readonly planned: PlannedInput;
  readonly index: number;
  readonly reader: BatchReader;
  readonly records: RecordColumns;
  readonly hashes: KeyHashes;
  readonly headers: HeaderRows;
  readonly totals: TotalRows;
  readonly rules: RowRules;
  readonly plausibility: Plausibility;
  readonly strangeNumbers: readonly StrangeNumber[];
  /** What the account's catalogues say of values. */
  readonly ofAccount: ValueFindings | undefined;
}

/** What all inputs of a run are read with. */
interface ReadingRun {
  readonly plan: Plan;
  readonly place: Place;
  readonly arena: Arena;
  readonly sizes: FlowSizes;
  readonly keyFields: readonly string[] | undefined;
  /** Only some rows are read: totals can't be checked. */
  readonly isPart: boolean;
  readonly options: {
    readonly bounds: Bounds;
    readonly isStrict: boolean;
    readonly vehicles?: VehicleCheck | undefined;
    readonly hubs?: HubCheck | undefined;
  };
}

/** Makes what reads an input. */
export function createReadingInput(
  planned: PlannedInput,
  index: number,
  { plan, place, arena, sizes, keyFields, isPart, options }: ReadingRun,
): ReadingInput {
  const { input, conventions } = planned;
  const rows = Math.min(sizes.batchRows, input.mostRows ?? sizes.batchRows);
  const reader = new BatchReader(input.table, place, rows);
  const { capacity } = reader.batch;
  const read = plan.readingOf(planned);
  const records = new RecordColumns(read, place, capacity, sizes.dictionary);
  const { decimal: mark, places } = conventions;
  return {
    planned,
    index,
    reader,
    records,
    hashes: new KeyHashes(plan.kind, keyFields, records, capacity),
    headers: new HeaderRows(read, input.table, arena),
    totals: new TotalRows({ records, arena, mark, places, isPart }),
    rules: new RowRules(plan.rowRules, input.table.columns, records, arena),
    plausibility: new Plausibility({ records, arena, planned }, options),
    strangeNumbers: strangeNumbersOf(plan.kind, records),
    ofAccount: accountFindings(options, records),
  };
}
