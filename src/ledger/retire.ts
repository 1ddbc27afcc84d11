import { readSettlement } from './known-records.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { sealSettlement, unsealCall, unsealRun } from './rows.ts';
import type { Entry, RecordPlace } from './run-store.ts';

/**
 * Writes another entry for records of any run. To be called in a transaction.
 *
 * @param isFree whether the records of a run may be changed
 * @returns the records of which it is written
 */
export function retire<Place extends RecordPlace>(
  database: LedgerDatabase,
  records: readonly Place[],
  entry: Entry,
  isFree: (run: number) => boolean,
): readonly Place[] {
  if (records.length === 0) return [];
  const wanted = new Set(records.map(({ runId }) => runId));
  const runs = new Map<number, string>();
  for (const [number, row] of database.rows('runs')) {
    const { id } = unsealRun(number, row);
    if (wanted.has(id) && isFree(number)) runs.set(number, id);
  }
  const calls = new Map<string, number>();
  for (const { id: event, call, run } of database.events(0)) {
    const runId = runs.get(run);
    if (runId === undefined || event !== call) continue;
    calls.set(callKey({ runId, call: unsealCall(event, database.row('calls', event)).number }), event);
  }
  const retired: Place[] = [];
  for (const [key, group] of groupBy(records, callKey)) {
    const begun = calls.get(key);
    if (begun === undefined || !rewrite(database, begun, group, entry)) continue;
    retired.push(...group);
  }
  return retired;
}

/** Settles a call again, with another entry for some of its records. */
function rewrite(database: LedgerDatabase, begun: number, records: readonly RecordPlace[], entry: Entry): boolean {
  const settlement = readSettlement(database, begun);
  if (settlement === undefined) return false;
  const { run } = unsealCall(begun, database.row('calls', begun));
  const head = database.head();
  const event = head.event + 1;
  const { endedAt, files } = settlement;
  const entries = settlement.entries.slice();
  for (const { record } of records) entries[record] = entry;
  const { alike, surplus } = settlement;
  const ids = settlement.ids();
  const packageIds = settlement.packageIds();
  const settled = { endedAt, files, entries, ids, packageIds, alike: [...alike], surplus };
  database.put('settlements', begun, sealSettlement(begun, event, settled));
  database.addEvent({ id: event, call: begun, run });
  database.setHead({ ...head, event });
  return true;
}

const callKey = ({ runId, call }: Pick<RecordPlace, 'runId' | 'call'>): string => `${runId} ${String(call)}`;

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
