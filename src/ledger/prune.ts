import { readSettlement } from './known-records.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { sealCall, sealRun, sealSettlement, type StoredRun, unsealCall } from './rows.ts';
import { Entry, type RecordMarks, type Settlement } from './run-store.ts';

const isOpenEntry: ReadonlySet<number> = new Set([Entry.sending, Entry.uncertain, Entry.removing]);

/**
 * Drops what is known of a run but the hashes, places and ids of its records. To be called in a transaction.
 *
 * @returns false for a run of which something is uncertain, which stays as it is: only it can find out
 */
export function dropDetails(database: LedgerDatabase, number: number, run: StoredRun): boolean {
  const calls = database
    .events(0)
    .flatMap(({ id, call, run: of }) => (of === number && id === call ? [call] : []))
    .map((event) => ({ event, settlement: readSettlement(database, event) }));
  const isOpen = calls.some(({ settlement }) => settlement?.entries.some((entry) => isOpenEntry.has(entry)) !== false);
  if (isOpen) return false;
  if (calls.length === 0) {
    database.remove('runs', number);
    return true;
  }
  database.put(
    'runs',
    number,
    sealRun(number, { ...run, args: [], options: {}, workingDirectory: '', isPruned: true }),
  );
  for (const { event, settlement } of calls) {
    const call = unsealCall(event, database.row('calls', event));
    database.put('calls', event, sealCall(event, { ...call, idempotencyKey: '' }));
    if (settlement === undefined) continue;
    const { endedAt, entries, ids, alike, surplus } = settlement;
    const kept = { endedAt, entries, ids: ids(), packageIds: [], files: [], alike: [...alike], surplus };
    database.put('settlements', event, sealSettlement(event, settlement.event, kept));
  }
  return true;
}

/** Drops all that is known of a run; its calls keep their numbers, and are empty. To be called in a transaction. */
export function forgetRun(database: LedgerDatabase, number: number, run: StoredRun): void {
  let records = 0;
  for (const { id: event, call: begun, run: of } of database.events(0)) {
    if (of !== number || event !== begun) continue;
    const call = unsealCall(event, database.row('calls', event));
    records += call.marks.records;
    database.put(
      'calls',
      event,
      sealCall(event, { ...call, runId: '', paths: [], idempotencyKey: '', marks: noMarks }),
    );
    const settlement = readSettlement(database, event);
    if (settlement === undefined) continue;
    database.put('settlements', event, sealSettlement(event, settlement.event, nothingSettled));
  }
  database.put(
    'runs',
    number,
    sealRun(number, {
      ...run,
      id: '',
      args: [],
      paths: [],
      options: {},
      workingDirectory: '',
      work: '',
      isPruned: true,
    }),
  );
  // An index may have its hashes: it is made again from the calls that are left.
  database.setHead({ ...database.head(), records: database.head().records - records, index: '', indexed: 0 });
}

const none = new Uint8Array(0);
const noMarks: RecordMarks = {
  records: 0,
  contents: none,
  keys: none,
  cells: none,
  movements: none,
  inputs: new Uint16Array(0),
  rows: new Uint32Array(0),
  lines: new Uint32Array(0),
};
const nothingSettled: Settlement = { endedAt: undefined, entries: none, ids: [], packageIds: [], files: [] };
