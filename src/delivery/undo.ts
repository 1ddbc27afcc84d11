import { type CallRecord, Entry, type OpenRun, type UndoState } from '../ledger/run-store.ts';
import { createdAt, type Get, type ListFailure, readFiles, type StoredRecord, walkList } from './read-stored.ts';
import { batchSize, type Removed, type Remover } from './remover.ts';

/** Which of the stored records of a run are to be deleted. */
export type Selection = (id: string) => boolean;

/** What a run has stored, as the ledger has it. */
export interface StoredByRun {
  /** Records that can be deleted. */
  readonly records: number;
  /** Records that count as accepted and have no id. */
  readonly nameless: number;
  /** Records of which it is unknown whether they are stored. */
  readonly uncertain: number;
  /** Records that an earlier undo has deleted. */
  readonly removed: number;
  /** Further ids of the records that can be deleted: the API has these more than once. */
  readonly surplus: number;
  /** When the first call began, in milliseconds since 1970. */
  readonly since: number;
  /** Ids of the batches of all calls, where each has one. */
  readonly files: readonly string[] | undefined;
}

/** Counts what a run has stored. */
export async function countStored(run: OpenRun, isSelected: Selection = () => true): Promise<StoredByRun> {
  const counts = { records: 0, nameless: 0, uncertain: 0, removed: 0, surplus: 0, since: Number.POSITIVE_INFINITY };
  const files = new Set<string>();
  let hasFiles = true;
  for await (const call of run.calls()) {
    counts.since = Math.min(counts.since, call.startedAt);
    for (const file of call.files) files.add(file);
    if (call.files.length === 0 && call.entries.includes(Entry.accepted)) hasFiles = false;
    for (const [record, entry] of call.entries.entries()) {
      const id = call.ids[record];
      if (entry === Entry.sending || entry === Entry.uncertain) counts.uncertain += 1;
      else if (entry === Entry.removed) counts.removed += 1;
      else if (isStored(entry) && id === undefined) counts.nameless += 1;
      else if (isStored(entry) && id !== undefined && isSelected(id)) {
        counts.records += 1;
        counts.surplus += idsOf(call, record).length - 1;
      }
    }
  }
  return { ...counts, files: hasFiles && files.size > 0 ? [...files] : undefined };
}

/** Ends what stays uncertain by the user's word: it is not stored. */
export async function assumeMissing(run: OpenRun): Promise<void> {
  for await (const call of run.calls()) {
    const entries = call.entries.map((entry) =>
      entry === Entry.sending || entry === Entry.uncertain ? Entry.notStored : entry,
    );
    if (entries.some((entry, record) => entry !== call.entries[record])) await settle(run, call, entries);
  }
}

/** All ids of a record: the API may have it more than once. */
const idsOf = ({ ids, surplus }: CallRecord, record: number): readonly string[] => [
  ...(ids[record] === undefined ? [] : [ids[record]]),
  ...surplus.flatMap(([of, id]) => (of === record ? [id] : [])),
];

const isStored = (entry: number): boolean => entry === Entry.accepted || entry === Entry.removing;

/** The ids that a run has, with the call that brought them. */
export async function* storedIds(
  run: OpenRun,
): AsyncGenerator<{ readonly id: string; readonly call: CallRecord; readonly record: number }> {
  for await (const call of run.calls()) {
    for (const [record, entry] of call.entries.entries()) {
      const id = call.ids[record];
      if (isStored(entry) && id !== undefined) yield { id, call, record };
    }
  }
}

export interface UndoOptions {
  readonly run: OpenRun;
  readonly remover: Remover;
  readonly isSelected: Selection;
  /** What the run is marked with before the first call. */
  readonly state: UndoState;
  readonly isInterrupted: () => boolean;
  readonly onProgress: (deleted: number) => void;
}

/**
 * Deletes the stored records of a run. The ledger has each of them as one that is being deleted before the call that does so, and as
 * deleted after it: killed at any time, it can be called again.
 *
 * @returns how many are gone
 */
export async function removeStored(options: UndoOptions): Promise<number> {
  const { run, remover, isSelected, isInterrupted, onProgress } = options;
  let gone = 0;
  for await (const call of run.calls()) {
    const entries = call.entries.slice();
    const wanted = [...entries.keys()].filter((record) => {
      const id = call.ids[record];
      return isStored(entries[record] ?? 0) && id !== undefined && isSelected(id);
    });
    for (let start = 0; start < wanted.length; start += batchSize) {
      if (remover.isStopped || isInterrupted()) return gone;
      gone += await removeBatch(call, entries, wanted.slice(start, start + batchSize), options);
      onProgress(gone);
    }
  }
  return gone;
}

async function removeBatch(
  call: CallRecord,
  entries: Uint8Array,
  records: readonly number[],
  { run, remover, state }: UndoOptions,
): Promise<number> {
  const before = entries.slice();
  for (const record of records) entries[record] = Entry.removing;
  await settle(run, call, entries);
  // Is on the disk when it returns, and with it what was written before.
  await run.mark({ undo: state });
  const ids = [...new Set(records.flatMap((record) => idsOf(call, record)))];
  const { gone, unknown } = await removeAll(ids, remover);
  let count = 0;
  for (const record of records) {
    const own = idsOf(call, record);
    if (own.every((id) => gone.has(id))) {
      entries[record] = Entry.removed;
      count += 1;
      // With one of its ids gone it is not what it was.
    } else if (!own.some((id) => unknown.has(id) || gone.has(id))) entries[record] = before[record] ?? Entry.removing;
  }
  await settle(run, call, entries);
  await retireOthers(run, [...gone]);
  return count;
}

/** A batch has more ids than records where some are stored more than once. */
async function removeAll(ids: readonly string[], remover: Remover): Promise<Removed> {
  const [gone, unknown] = [new Set<string>(), new Set<string>()];
  for (let start = 0; start < ids.length; start += batchSize) {
    const removed = await remover.remove(ids.slice(start, start + batchSize));
    for (const id of removed.gone) gone.add(id);
    for (const id of removed.unknown) unknown.add(id);
  }
  return { gone, unknown };
}

/** Says of the same stored records that other runs have had accepted, too, that they are gone. */
async function retireOthers(run: OpenRun, ids: readonly string[]): Promise<void> {
  for (let left = ids; left.length > 0;) {
    const owners = await run.owners(left);
    // What belongs to this run comes up in a batch of its own.
    const others = [...owners].flatMap(([id, owner]) => (owner.runId === run.run.id ? [] : [{ ...owner, id }]));
    left = (await run.retire(others, Entry.removed)).map(({ id }) => id);
  }
}

const settle = (run: OpenRun, call: CallRecord, entries: Uint8Array): Promise<void> => {
  const { endedAt, ids, packageIds, files, alike, surplus } = call;
  return run.settle(call.number, { endedAt, entries: entries.slice(), ids, packageIds, files, alike, surplus });
};

/** All ids of the records of a run that have been deleted, as the API said. */
export async function removedIds(run: OpenRun): Promise<ReadonlySet<string>> {
  const removed = new Set<string>();
  for await (const call of run.calls()) {
    for (const [record, entry] of call.entries.entries()) {
      if (entry === Entry.removed) for (const id of idsOf(call, record)) removed.add(id);
    }
  }
  return removed;
}

/** Those of some ids that the account's list has, or why it can't be read. */
export async function findListed(
  ids: ReadonlySet<string>,
  get: Get,
  where: { readonly listPath: string } & Pick<StoredByRun, 'files' | 'since'>,
): Promise<ReadonlySet<string> | { readonly reason: string }> {
  const listed = new Set<string>();
  const see = (items: readonly StoredRecord[]): void => {
    for (const { id } of items) if (ids.has(id)) listed.add(id);
  };
  const failure = ids.size === 0 ? undefined : await readListed(get, where, see);
  return failure === undefined ? listed : { reason: failure.reason };
}

/**
 * Writes down what a look at the list says of records that have been deleted: those that it has are being deleted still, the others
 * are gone. To be called again after each look, with the same ids.
 *
 * @returns how many records the list has
 */
export async function markListed(
  run: OpenRun,
  removed: ReadonlySet<string>,
  listed: ReadonlySet<string>,
): Promise<number> {
  let count = 0;
  for await (const call of run.calls()) {
    const entries = call.entries.slice();
    for (const [record, entry] of call.entries.entries()) {
      const ids = entry === Entry.removed || entry === Entry.removing ? idsOf(call, record) : [];
      if (!ids.some((id) => removed.has(id))) continue;
      const isListed = ids.some((id) => listed.has(id));
      entries[record] = isListed ? Entry.removing : Entry.removed;
      if (isListed) count += 1;
    }
    if (entries.some((entry, record) => entry !== call.entries[record])) await settle(run, call, entries);
  }
  return count;
}

const hourMs = 3_600_000;

/** Reads the batches of a run, else all pages since it began: all there are, where the list has another order. */
export async function readListed(
  get: Get,
  { listPath, files, since }: { readonly listPath: string } & Pick<StoredByRun, 'files' | 'since'>,
  see: (items: readonly StoredRecord[]) => void,
): Promise<ListFailure | undefined> {
  if (files !== undefined) {
    const reading = await readFiles(get, listPath, files);
    if ('stored' in reading) {
      see(reading.stored);
      return undefined;
    }
  }
  for (let attempt = 1; ; attempt += 1) {
    const failure = await walkSince(get, listPath, since - hourMs, see);
    // It changed while it was read.
    if (failure?.isTorn !== true || attempt === 3) return failure;
  }
}

/** Shows what was stored since a time: all there is, where the list is not in that order. */
export function walkSince(
  get: Get,
  listPath: string,
  since: number,
  see: (items: readonly StoredRecord[]) => void,
): Promise<ListFailure | undefined> {
  let before = Number.POSITIVE_INFINITY;
  let isNewestFirst = true;
  return walkList(
    get,
    `${listPath}?`,
    ({ items }) => {
      see(items);
      for (const item of items) {
        const at = createdAt(item);
        isNewestFirst &&= at !== undefined && at <= before;
        before = at ?? before;
      }
      return items.length > 0 && isNewestFirst && before < since;
    },
    Number.POSITIVE_INFINITY,
  );
}
