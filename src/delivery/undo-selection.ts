import type { OpenRun } from '../ledger/run-store.ts';
import { readBatch } from './calculated.ts';
import { createdAt, type Get, type StoredRecord } from './read-stored.ts';
import { storedIds, walkSince } from './undo.ts';

/** A stored record that is left: it was there before the run, or nothing tells that it was not. */
export interface LeftRecord {
  readonly id: string;
  readonly path: string;
  readonly row: number;
  readonly why: 'earlier run' | 'older than the run' | 'age unknown';
}

/** What clocks may differ by without anybody noticing. */
const sureMs = 10_000;

/** Whether the API has stored a record and could not calculate it. */
const hasFailed = ({ co2e, kgco2e, status, error_messages: errors }: StoredRecord): boolean =>
  (kgco2e ?? co2e ?? undefined) === undefined && (status === 'error' || (Array.isArray(errors) && errors.length > 0));

/**
 * The records of a run that the API could not calculate.
 *
 * @param since when the run began, in milliseconds since 1970
 * @returns their ids, or why that can't be read
 */
export async function readFailed(
  run: OpenRun,
  get: Get,
  listPath: string,
  { files, since }: { readonly files: readonly string[] | undefined; readonly since: number },
): Promise<ReadonlySet<string> | { readonly reason: string }> {
  const failed = new Set<string>();
  const see = (items: Iterable<StoredRecord>): void => {
    for (const item of items) if (hasFailed(item)) failed.add(item.id);
  };
  if (files === undefined) {
    const failure = await walkSince(get, listPath, since - 3_600_000, see);
    if (failure !== undefined) return { reason: failure.reason };
  } else {
    const stored = await readBatch(get, listPath, { files, movementIds: [], since, isWhole: true });
    if ('reason' in stored) return { reason: stored.reason };
    see(stored.values());
  }
  const own = new Set<string>();
  for await (const { id } of storedIds(run)) if (failed.has(id)) own.add(id);
  return own;
}

/**
 * The records that the API has updated for the run and that were there before: an earlier run brought them, or the list says that they
 * are older than the call.
 *
 * @returns by id, or why that can't be read
 */
export async function findOlder(
  run: OpenRun,
  get: Get,
  listPath: string,
): Promise<ReadonlyMap<string, LeftRecord> | { readonly reason: string }> {
  const ages = new Map<string, number | undefined>();
  const failure = await walkSince(get, listPath, 0, (items) => {
    for (const item of items) ages.set(item.id, createdAt(item));
  });
  if (failure !== undefined) return { reason: failure.reason };
  const older = new Map<string, LeftRecord>();
  const ids: string[] = [];
  for await (const { id, call, record } of storedIds(run)) {
    ids.push(id);
    const [path = '', row = 0] = [run.run.paths[call.marks.inputs[record] ?? 0], call.marks.rows[record]];
    // What the list does not have is gone, or too new for it.
    if (!ages.has(id)) continue;
    const age = ages.get(id);
    if (age === undefined) older.set(id, { id, path, row, why: 'age unknown' });
    else if (age < call.startedAt - sureMs) older.set(id, { id, path, row, why: 'older than the run' });
  }
  for (const [id, { runId, path, row }] of await run.owners(ids)) {
    if (runId !== run.run.id) older.set(id, { id, path, row, why: 'earlier run' });
  }
  return older;
}
