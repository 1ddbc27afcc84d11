import { entryOf, type Found } from './known-in-batch.ts';
import type { KnownRecords } from './known-records.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { type StoredCall, type StoredRun, unsealRun } from './rows.ts';
import type { KnownRecord } from './run-store.ts';

/** What says more of a record that was found than its call. */
export interface RunsAround {
  readonly database: LedgerDatabase;
  /** Whether a process works on a run. */
  isRunning(run: number): boolean;
}

/**
 * Says of records that were found what the ledger knows of them.
 *
 * @param own the run that asks, which works and is there
 */
export function describer(
  known: KnownRecords,
  { database, isRunning }: RunsAround,
  own?: number,
): (by: KnownRecord['by'], found: Found) => KnownRecord {
  const running = new Map<number, boolean>();
  const runs = new Map<number, Pick<StoredRun, 'isPruned' | 'undo'>>();
  if (own !== undefined) {
    running.set(own, true);
  }
  return (by, { event, record }) => {
    const found = known.call(event);
    const { call, settlement } = found;
    const isAtWork = running.get(call.run) ?? isRunning(call.run);
    running.set(call.run, isAtWork);
    const run =
      runs.get(call.run) ?? (call.run === own ? working : unsealRun(call.run, database.row('runs', call.run)));
    runs.set(call.run, run);
    return {
      by,
      entry: entryOf(found, record) as KnownRecord['entry'],
      isRunning: isAtWork,
      isGone: run.isPruned,
      undo: run.undo,
      order: event,
      ...placeOf(call, record),
      sentAt: call.startedAt,
      day: new Date(call.startedAt).toISOString().slice(0, 10),
      id: settlement?.alike.has(record) === true ? undefined : settlement?.ids()[record],
      packageId: settlement?.packageIds()[record],
    };
  };
}

/** What is known of a run that sends: it is there, and nothing of it is being deleted. */
const working = { isPruned: false, undo: undefined };

/** Where a record of a call is in the input. */
export const placeOf = (
  { runId, number, paths, marks }: StoredCall,
  record: number,
): Pick<KnownRecord, 'runId' | 'call' | 'record' | 'path' | 'row'> => ({
  runId,
  call: number,
  record,
  path: paths[marks.inputs[record] ?? 0] ?? '',
  row: marks.rows[record] ?? 0,
});
