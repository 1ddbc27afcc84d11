import type { Batch } from '../columns/batch.ts';
import type { Holder } from '../delivery/holder.ts';
import type { StoredResult } from '../destinations/destination.ts';
import type { LocalCalculation } from '../destinations/local.ts';
import type { Progress } from './progress.ts';
import type { RecordColumns } from './record-columns.ts';

/** Rows that are settled, with everything that a report says of them. */
export interface ReportedRows {
  /** Index of the input. */
  readonly input: number;
  /** Its verdicts and issues are final. */
  readonly batch: Batch;
  readonly records: RecordColumns;
  /** Emissions of the accepted rows, where they were calculated here. */
  readonly calculation?: LocalCalculation | undefined;
  /** What the API says of accepted rows, where they were sent. */
  readonly storedOf?: ((row: number) => StoredResult | undefined) | undefined;
}

/** Sees what happens to the rows, in their order in the inputs, whatever was faster. */
export interface RunObserver {
  /** Whether rows that were accepted are wanted at all. */
  readonly wantsAccepted: boolean;
  rows(rows: ReportedRows): void;
  /** Until more rows may be shown, where a reader is slower than the run. */
  drained?(): Promise<void> | undefined;
  progress(progress: Progress): void;
}

/** Where the valid records of a run go. */
export interface RunEnd {
  /** Begins with an input. */
  begin(input: number, records: RecordColumns, capacity: number): void;
  /** Works on all valid records of a batch, before they are taken one by one. */
  prepare(batch: Batch): Promise<void> | undefined;
  /** Takes a valid record, unless the run has stopped; a promise says when the next may come. */
  take(batch: Batch, row: number): Promise<void> | undefined;
  /** All rows of a batch have been taken. */
  finish(batch: Batch): Promise<void> | undefined;
  /** Brings everything that is still open to its end. */
  drain(): Promise<void>;
  readonly inFlight: number;
  /** Chunks that wait until it can be known what became of them. */
  readonly parked?: number;
  /** The run that must find out first what became of all records that are open. */
  readonly heldBy?: Holder | undefined;
}
