import type { Wait } from '../api/wait.ts';
import { Entry, type OpenRun, type RecordPlace } from '../ledger/run-store.ts';
import type { Earlier, Replacement } from '../pipeline/replacements.ts';
import { isPending } from './calculated.ts';
import { confirmRemoved } from './confirm-removed.ts';
import { hasEmissions } from './named-records.ts';
import { readByIds } from './read-by-id.ts';
import type { Get, StoredRecord } from './read-stored.ts';
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
  /** Of these, records of which the API could not calculate the new version. */
  readonly failed: number;
  readonly reason: string | undefined;
}

/** Pauses between looks, in seconds; the last one comes again and again. */
const pauses = [2, 5, 15];

/**
 * Deletes earlier versions of records, each when the list shows the new one and it has been calculated; in the place of one that has no
 * emissions, also where it can't be. The ledger has an earlier version as one that is being deleted before the call, and as deleted when
 * the list shows it no more, whatever the call was answered with: what is left is found again by a later run.
 */
export async function replaceStored(due: readonly Replacement[], options: ReplaceOptions): Promise<Replaced> {
  const { run, remover, wait, waitSeconds } = options;
  let left = withoutTaken(due);
  const removed: Replacement[] = [];
  let reason: string | undefined;
  let failed = 0;
  for (let round = 0, waited = 0; left.length > 0; round += 1) {
    const seen = await findReady(left, options);
    if ('reason' in seen) {
      reason = seen.reason;
      break;
    }
    const ready = left.filter((each) => seen.ready.has(each));
    const isRemoved = await removeEarlier(ready, run, remover);
    removed.push(...ready.filter(isRemoved));
    if (remover.error !== undefined) throw remover.error;
    const isStuck = !ready.every(isRemoved);
    left = left.filter((each) => !seen.ready.has(each) || !isRemoved(each));
    failed = seen.failed;
    reason = isStuck ? (remover.reason ?? 'another run works on an earlier version') : seen.why;
    const pause = pauses[Math.min(round, pauses.length - 1)] ?? 0;
    if (left.length === 0 || isStuck || waited + pause > waitSeconds) break;
    waited += pause;
    if ((await wait(pause * 1000, 'calculation')) === 'interrupted') break;
  }
  const { gone, why } = await confirmRemoved(removed, options);
  await run.retire(placesOf(gone), Entry.removed, gone.length);
  const isGone = new Set(gone);
  const listed = removed.filter(({ earlier }) => !earlier.every((each) => isGone.has(each)));
  return {
    deleted: gone.length,
    open: left.length + listed.length,
    failed,
    reason: left.length > 0 ? reason : why,
  };
}

/**
 * What is to be deleted. What a call has answered with never is, whatever the ledger says that it was before; and where two records have
 * the same earlier version, it is deleted and counted once.
 */
function withoutTaken(due: readonly Replacement[]): readonly Replacement[] {
  const taken = new Set(due.map(({ id }) => id));
  return due
    .map((each) => ({ ...each, earlier: each.earlier.filter(({ id }) => !taken.has(id) && taken.add(id)) }))
    .filter(({ earlier }) => earlier.length > 0);
}

interface Ready {
  readonly ready: ReadonlySet<Replacement>;
  /** Replacements of which the API could not calculate the new record. */
  readonly failed: number;
  /** Why others are not ready: the first reason that may pass, where there is one. */
  readonly why: string;
}

const notCalculable = 'the API could not calculate the new one';

/** Replacements whose new record the list shows, with what their earlier versions have. */
async function findReady(
  due: readonly Replacement[],
  { get, listPath }: Pick<ReplaceOptions, 'get' | 'listPath'>,
): Promise<Ready | { readonly reason: string }> {
  const stored = await readByIds(get, listPath, due);
  if ('reason' in stored) return { reason: String(stored.reason) };
  const reasons = new Map(due.map((each) => [each, whyNot(each, stored.get(each.id))]));
  const ready = new Set(due.filter((each) => reasons.get(each) === undefined));
  const others = [...reasons.values()].filter((why) => why !== undefined);
  const failed = others.filter((why) => why === notCalculable).length;
  return { ready, failed, why: others.find((why) => why !== notCalculable) ?? others[0] ?? '' };
}

/** Why earlier versions of a record may not be deleted yet. */
function whyNot({ earlier }: Replacement, stored: StoredRecord | undefined): string | undefined {
  const unknown = earlier.find((each) => each.unknown !== undefined)?.unknown;
  if (unknown !== undefined) return unknown;
  if (stored === undefined) return 'the list does not show the new one';
  if (hasEmissions(stored)) return undefined;
  if (isPending(stored)) return 'the new one is not calculated yet';
  return earlier.every(({ hasFailed }) => hasFailed) ? undefined : notCalculable;
}

/** Asks for deletions, in batches; says of a record whether the API has confirmed those of all its earlier versions. */
async function removeEarlier(
  ready: readonly Replacement[],
  run: OpenRun,
  remover: Remover,
): Promise<(each: Replacement) => boolean> {
  const confirmed = new Set<Earlier>();
  for (let start = 0; start < ready.length; start += batchSize) {
    const earlier = ready.slice(start, start + batchSize).flatMap((each) => each.earlier);
    const retired = new Set(await run.retire(placesOf(earlier), Entry.removing));
    // Of what the ledger does not know, no other run decides.
    const own = earlier.filter(({ place }) => place === undefined || retired.has(place));
    const { gone, unknown } = await remover.remove([...new Set(own.map(({ id }) => id))]);
    for (const each of own) if (gone.has(each.id)) confirmed.add(each);
    await run.retire(placesOf(own.filter(({ id }) => !gone.has(id) && !unknown.has(id))), Entry.accepted);
  }
  return ({ earlier }) => earlier.every((each) => confirmed.has(each));
}

const placesOf = (earlier: readonly Earlier[]): readonly RecordPlace[] => earlier.flatMap(({ place }) => place ?? []);
