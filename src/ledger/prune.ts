import { readSettlement } from './known-records.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { sealCall, sealRun, sealSettlement, type StoredRun, unsealCall } from './rows.ts';
import { Entry } from './run-store.ts';

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
  const isOpen = calls.some(
    ({ settlement }) =>
      settlement?.entries.every((entry) => entry !== Entry.sending && entry !== Entry.uncertain) !== true,
  );
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
    const { endedAt, entries, ids, alike } = settlement;
    const kept = { endedAt, entries, ids: ids(), packageIds: [], files: [], alike: [...alike] };
    database.put('settlements', event, sealSettlement(event, settlement.event, kept));
  }
  return true;
}
