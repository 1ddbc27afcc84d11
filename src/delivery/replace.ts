import type { Wait } from '../api/wait.ts';
import { Entry, type KnownRecord, type OpenRun } from '../ledger/run-store.ts';
import type { Replacement } from '../pipeline/replacements.ts';
import { isPending } from './calculated.ts';
import { type Get, readMovements, type StoredRecord } from './read-stored.ts';
import { batchSize, type Remover } from './remover.ts';

export interface ReplaceOptions {
  readonly run: OpenRun;
  readonly get: Get;
  readonly remover: Remover;
  readonly listPath: string;
  /** Seconds to wait for what is not calculated yet. */
  readonly waitSeconds: number;
  readonly wait: Wait;
}

/** What became of earlier versions. */
export interface Replaced {
  readonly deleted: number;
  /** Records of which both versions are stored still. */
  readonly open: number;
  readonly reason: string | undefined;
}

/** Pauses between looks, in seconds; the last one comes again and again. */
const pauses = [2, 5, 15];

/**
 * Deletes earlier versions of records, each when the list shows the new one and it has been calculated. The ledger has an earlier version
 * as one that is being deleted before the call and as deleted after it: what is left is found again by a later run.
 */
export async function replaceStored(due: readonly Replacement[], options: ReplaceOptions): Promise<Replaced> {
  const { run, remover, wait, waitSeconds } = options;
  // What a call has answered with is never deleted, whatever the ledger says that it was before.
  const created = new Set(due.map(({ id }) => id));
  const work = due
    .map((each) => ({ ...each, earlier: each.earlier.filter(({ id }) => id !== undefined && !created.has(id)) }))
    .filter(({ earlier }) => earlier.length > 0);
  let left: readonly Replacement[] = work;
  let deleted = 0;
  let reason: string | undefined;
  for (let round = 0, waited = 0; left.length > 0; round += 1) {
    const seen = await findReady(left, options);
    if ('reason' in seen) return { deleted, open: left.length, reason: seen.reason };
    const open = new Set(left.filter((each) => !seen.ready.has(each)));
    for (let start = 0; start < left.length; start += batchSize) {
      const batch = left.slice(start, start + batchSize).filter((each) => seen.ready.has(each));
      const gone = await removeEarlier(batch, run, remover);
      deleted += gone.records;
      for (const each of gone.kept) open.add(each);
    }
    if (remover.error !== undefined) throw remover.error;
    const isStuck = seen.ready.size > 0 && [...open].some((each) => seen.ready.has(each));
    left = [...open];
    reason = isStuck ? (remover.reason ?? 'another run works on an earlier version') : seen.why;
    const pause = pauses[Math.min(round, pauses.length - 1)] ?? 0;
    if (left.length === 0 || isStuck || waited + pause > waitSeconds) break;
    waited += pause;
    if ((await wait(pause * 1000, 'calculation')) === 'interrupted') break;
  }
  return { deleted, open: left.length, reason: left.length > 0 ? reason : undefined };
}

/** Replacements whose new record the list shows, and that is calculated. */
async function findReady(
  due: readonly Replacement[],
  { get, listPath }: Pick<ReplaceOptions, 'get' | 'listPath'>,
): Promise<{ readonly ready: ReadonlySet<Replacement>; readonly why: string } | { readonly reason: string }> {
  const movementIds = due.map(({ movementId }) => movementId);
  const reading = await readMovements(get, listPath, { movementIds, always: undefined, since: 0 });
  if ('reason' in reading) return reading;
  const stored = new Map(reading.stored.map((each) => [each.id, each]));
  const ready = new Set(due.filter(({ id }) => isCalculated(stored.get(id))));
  const hidden = due.some(({ id }) => !stored.has(id));
  const failed = due.some(({ id }) => {
    const each = stored.get(id);
    return each !== undefined && !isPending(each) && !isCalculated(each);
  });
  const why = hidden
    ? 'the list does not show the new one'
    : failed
      ? 'the API could not calculate the new one'
      : 'the new one is not calculated yet';
  return { ready, why };
}

const isCalculated = (stored: StoredRecord | undefined): boolean =>
  stored !== undefined && (stored.kgco2e ?? stored.co2e ?? undefined) !== undefined;

async function removeEarlier(
  batch: readonly Replacement[],
  run: OpenRun,
  remover: Remover,
): Promise<{ readonly records: number; readonly kept: readonly Replacement[] }> {
  if (batch.length === 0) return { records: 0, kept: [] };
  const earlier = batch.flatMap((each) => each.earlier);
  const retired = new Set(await run.retire(earlier, Entry.removing));
  const ids = earlier.filter((each) => retired.has(each)).map(idOf);
  const { gone, unknown } = await remover.remove([...new Set(ids)]);
  const isGone = (each: KnownRecord): boolean => gone.has(idOf(each));
  const done = earlier.filter((each) => retired.has(each) && isGone(each));
  await run.retire(done, Entry.removed);
  await run.retire(
    earlier.filter((each) => retired.has(each) && !isGone(each) && !unknown.has(idOf(each))),
    Entry.accepted,
  );
  if (done.length > 0) await run.mark({ replaced: (run.run.replaced ?? 0) + done.length });
  return { records: done.length, kept: batch.filter((each) => !each.earlier.every((one) => done.includes(one))) };
}

const idOf = ({ id }: KnownRecord): string => id ?? '';
