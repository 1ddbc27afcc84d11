import { describer, placeOf, type RunsAround } from './describe-known.ts';
import { entryOf, equal, type Found, inOrder, isOf, knownInBatch } from './known-in-batch.ts';
import { hashesOfIds, KnownRecords, marksSize, readSettlement, soughtOf } from './known-records.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { OwnEvents } from './own-events.ts';
import { isCurrent, sealCall, sealRun, sealSettlement, type StoredRun, unsealCall, unsealRun } from './rows.ts';
import type { RunLock } from './run-lock.ts';
import type {
  CallRecord,
  Intent,
  Knowledge,
  KnownRecord,
  OpenRun,
  Owner,
  RecordMarks,
  RunRecord,
} from './run-store.ts';
import { defect } from '../errors.ts';
import { retire } from './retire.ts';
import type { Witness } from './witness.ts';

/** What a run needs of the store that it is written to. */
export interface Shelf extends RunsAround {
  readonly directory: string;
  readonly witness: Witness;
  /** Makes an index of what is in none, where that is much. */
  merge(): void;
  /** Makes errors of the ledger of what goes wrong. */
  guard<T>(work: () => T): Promise<T>;
}

/** Opens a run whose lock is held. */
export function openRun(number: number, lock: RunLock, shelf: Shelf): OpenRun {
  const { database, directory, witness, guard } = shelf;
  let run = unsealRun(number, database.row('runs', number));
  /** Events of the calls, by their number; a repair may have lost some. */
  const calls = new Map(
    database
      .events(0)
      .filter(({ id, call, run: of }) => of === number && id === call)
      .map(({ id }) => [unsealCall(id, database.row('calls', id)).number, id]),
  );
  const own = new OwnEvents(run.account);
  const isOwn = (event: number): boolean => own.recordsOf(event) !== undefined;
  const hasLoss = database.read(() => database.head().hasLoss === true);
  let records: KnownRecords | undefined;
  let isClosed = false;

  const putRun = (changed: StoredRun): void => {
    database.put('runs', number, sealRun(number, changed));
    run = changed;
  };
  const recordsNow = (): KnownRecords => {
    records ??= KnownRecords.open(database, directory);
    return records;
  };
  /** Records of an intent that another run has begun to send, or had accepted, since it was decided to send them. */
  const takenSince = ({ marks, position }: Intent): ReadonlyMap<number, KnownRecord> => {
    const taken = new Map<number, KnownRecord>();
    const others = new Set(
      database.events(position).flatMap(({ call, run: of }) => (of === number || call === 0 ? [] : [call])),
    );
    if (others.size === 0) return taken;
    const known = recordsNow();
    known.refresh(own);
    const describe = describer(known, shelf, number);
    for (const event of others) {
      const found = known.call(event);
      if (!isOf(run.account, found)) continue;
      for (const by of ['content', 'key'] as const) {
        for (const [record, at] of inCommon(by, marks, found.call.marks)) {
          if (taken.has(record) || !isCurrent(entryOf(found, at))) continue;
          taken.set(record, describe(by, { event, record: at }));
        }
      }
    }
    return taken;
  };

  const end = (): void => {
    if (isClosed) return;
    isClosed = true;
    records?.close();
    database.write(() => {
      if (calls.size === 0 && run.finishedAt === null) database.remove('runs', number);
      lock.release();
    });
  };

  return {
    get run() {
      return recordOf(run, !isClosed);
    },

    hasLoss,

    async *calls() {
      for (const event of calls.values()) yield await guard(() => database.read(() => readCall(database, event)));
    },

    known: (marks) =>
      guard((): Knowledge => {
        const known = recordsNow();
        return database.read(() => {
          const position = known.refresh(own);
          const describe = describer(known, shelf, number);
          return { position, found: knownInBatch(marks, { records: known, account: run.account, isOwn, describe }) };
        });
      }),

    owners: (ids) =>
      guard(() => {
        const known = recordsNow();
        return database.read(() => {
          known.refresh(own);
          const sought = soughtOf(run.account, hashesOfIds(ids));
          const owners = new Map<string, Owner>();
          for (const [place, id] of ids.entries()) {
            if (!known.mayHave('ids', sought.high(place), sought.low(place))) continue;
            const places: Found[] = [];
            known.find('ids', sought.high(place), sought.low(place), (event, record) => places.push({ event, record }));
            const owner = inOrder(places).find(({ event, record }) => {
              const found = known.call(event);
              return (
                isOf(run.account, found) && isCurrent(entryOf(found, record)) && found.settlement?.ids()[record] === id
              );
            });
            if (owner === undefined) continue;
            const { call } = known.call(owner.event);
            const at = owner.record * marksSize.keys;
            const key = new Uint8Array(call.marks.keys.subarray(at, at + marksSize.keys));
            const entry = entryOf(known.call(owner.event), owner.record);
            if (isCurrent(entry)) owners.set(id, { ...placeOf(call, owner.record), entry, key, order: owner.event });
          }
          return owners;
        });
      }),

    begin: (intent) =>
      guard(() => {
        const begun = database.write((head) => {
          const taken = takenSince(intent);
          if (taken.size > 0) return { taken };
          const event = head.event + 1;
          const callNumber = Math.max(0, ...calls.keys()) + 1;
          const { marks, apiVersion, idempotencyKey, startedAt } = intent;
          const { id: runId, account, paths } = run;
          const call = {
            run: number,
            runId,
            account,
            paths,
            number: callNumber,
            apiVersion,
            idempotencyKey,
            startedAt,
            marks,
          };
          database.put('calls', event, sealCall(event, call));
          database.addEvent({ id: event, call: event, run: number });
          database.setHead({ ...head, event, records: head.records + marks.records });
          if (run.finishedAt !== null) putRun({ ...run, finishedAt: null, exitCode: null });
          return { event, callNumber };
        });
        if (begun.taken !== undefined) return begun;
        witness.add(begun.event);
        own.begin(begun.event, intent.marks.records);
        calls.set(begun.callNumber, begun.event);
        return { call: begun.callNumber };
      }),

    settle: (call, settlement) =>
      guard(() => {
        const begun = calls.get(call);
        if (begun === undefined) throw defect(`call ${String(call)} of run ${run.id} did not begin`);
        // Until it is on the disk, the call is one of unknown outcome.
        const settledBy = database.write((head) => {
          const event = head.event + 1;
          database.put('settlements', begun, sealSettlement(begun, event, settlement));
          database.addEvent({ id: event, call: begun, run: number });
          database.setHead({ ...head, event });
          return event;
        }, true);
        own.settle(settledBy, settlement.ids);
      }),

    mark: (changed) => guard(() => database.write(() => putRun({ ...run, ...changed }))),

    retire: (places, entry, replaced = 0) =>
      guard(() =>
        database.write(() => {
          const isFree = (of: number): boolean => of === number || !shelf.isRunning(of);
          if (replaced > 0) putRun({ ...run, replaced: (run.replaced ?? 0) + replaced });
          return retire(database, places, entry, isFree);
        }),
      ),

    finish: (finishedAt, exitCode, counts) =>
      guard(() => {
        database.write(() => putRun({ ...run, finishedAt, exitCode, records: counts }));
        end();
        shelf.merge();
      }),

    close: () => guard(end),
  };
}

/** A run as others see it. */
export function recordOf(run: StoredRun, isRunning: boolean): RunRecord {
  const { work: _work, pid: _pid, isPruned: _isPruned, ...record } = run;
  return { ...record, isRunning };
}

/** A call with what is known of it, as others see it. */
export function readCall(database: LedgerDatabase, event: number): CallRecord {
  const { number, apiVersion, idempotencyKey, startedAt, marks } = unsealCall(event, database.row('calls', event));
  const settlement = readSettlement(database, event);
  const unknown = Array.from({ length: marks.records }, () => undefined);
  return {
    number,
    apiVersion,
    idempotencyKey,
    startedAt,
    endedAt: settlement?.endedAt,
    marks,
    entries: settlement?.entries ?? new Uint8Array(marks.records),
    ids: settlement?.ids() ?? unknown,
    packageIds: settlement?.packageIds() ?? unknown,
    files: settlement?.files ?? [],
    alike: [...(settlement?.alike ?? [])],
    surplus: settlement?.surplus ?? [],
  };
}

/** Records of the first marks with one of the second that has the same content, or identity. */
function* inCommon(
  by: 'content' | 'key',
  marks: RecordMarks,
  others: RecordMarks,
): Generator<readonly [number, number]> {
  const relation = by === 'content' ? 'contents' : 'keys';
  const size = marksSize[relation];
  const textOf = ({ [relation]: bytes }: RecordMarks, record: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + record * size, size).toString('latin1');
  const own = new Map<string, number[]>();
  for (let record = 0; record < marks.records; record += 1) {
    if (isZero(marks[relation], record, size)) continue;
    const text = textOf(marks, record);
    const same = own.get(text);
    if (same === undefined) own.set(text, [record]);
    else same.push(record);
  }
  for (let at = 0; at < others.records; at += 1) {
    for (const record of own.get(textOf(others, at)) ?? []) yield [record, at];
  }
}

const zeros = new Uint8Array(16);
const isZero = (bytes: Uint8Array, record: number, size: number): boolean => equal(bytes, record, zeros, 0, size);
