import { Entry, type RunRecord, type RunStore } from '../../ledger/run-store.ts';

/** A later run, with how many records of earlier ones it counts as accepted. */
export interface LaterRun {
  readonly id: string;
  readonly records: number;
}

/**
 * Later runs of the same account that count records of earlier ones as theirs: those that they had accepted and did not send, and those
 * that the API has updated.
 */
export async function findLaterRuns(store: RunStore, run: RunRecord): Promise<readonly LaterRun[]> {
  const { kind, baseUrl, organizationId } = run.account;
  const later = (await store.list()).filter(
    ({ id, startedAt, account }) =>
      id !== run.id &&
      startedAt >= run.startedAt &&
      account.kind === kind &&
      account.baseUrl === baseUrl &&
      account.organizationId === organizationId,
  );
  if (later.length === 0) return [];
  const ids = new Set<string>();
  for (const call of (await store.read(run.id)).calls) for (const id of call.ids) if (id !== undefined) ids.add(id);
  const found: LaterRun[] = [];
  for (const { id, records } of later) {
    if (records === null || records.accepted === 0) continue;
    const { calls } = await store.read(id);
    let own = 0;
    for (const call of calls) {
      for (const [record, entry] of call.entries.entries()) {
        if (wasAccepted.has(entry) && !ids.has(call.ids[record] ?? '')) own += 1;
      }
    }
    if (records.accepted > own) found.push({ id, records: records.accepted - own });
  }
  return found;
}

const wasAccepted: ReadonlySet<number> = new Set([Entry.accepted, Entry.removing, Entry.removed]);
