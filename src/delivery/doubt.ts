import { Fate, hasKey, recordOf } from '../destinations/destination.ts';
import { Entry } from '../ledger/run-store.ts';
import type { Issue } from '../issues.ts';
import type { RecordKind } from '../records/kind.ts';
import type { LoggedCall } from './call-log.ts';
import type { ChunkState } from './chunk-state.ts';
import { rejected } from './fate-issues.ts';
import type { Doubt } from './look-up.ts';
import type { Parked, Parking, Resolution } from './parking.ts';

/** What a user says of records that stay uncertain. */
export type Assumption = 'stored' | 'missing';

/** What is done with what turns out to be missing. */
export type AfterDoubt =
  | 'send again'
  /** An earlier attempt failed with them; in halves where nothing was accepted that would show why. */
  | 'send in halves if blind'
  /** The API said that it took them. */
  | 'nothing'
  /** The refusal is about the records. */
  | 'take apart'
  /** It may be about the records: where others get through. */
  | 'take apart if well';

/** Records of one call in doubt. */
export interface InDoubt {
  readonly records: readonly number[];
  readonly log: LoggedCall;
  /** Record of the chunk to record of the call. */
  readonly places: ReadonlyMap<number, number>;
  readonly reason: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly settlesSoon: boolean;
  /** An earlier attempt made the call. */
  readonly isEarlier?: true;
  /** The API says that it did not take them. */
  readonly isDenied?: true;
  readonly after: AfterDoubt;
  /** It is rejected if it is not there: nothing of it is sent again. */
  readonly isLast: boolean;
  /** Why the API does not take it, where it has said so. */
  readonly refusal?: Issue | undefined;
}

export interface DoubtOptions {
  readonly kind: RecordKind;
  readonly parking: Parking;
  readonly assume: Assumption | undefined;
}

/** What is to be sent, or taken apart, after a doubt was settled. */
export interface Missing {
  readonly records: readonly number[];
  /** Whether the API has accepted others since. */
  readonly isWell: boolean;
  /** They are missing by the user's word alone. */
  readonly isAssumed: boolean;
}

/** Waits until it can be known what became of records, and settles those that are stored or stay unknown. */
export async function settleDoubt(state: ChunkState, doubt: InDoubt, options: DoubtOptions): Promise<Missing> {
  const { kind, parking, assume } = options;
  const { log, places, reason, records } = doubt;
  const isKnownAgain = (record: number): boolean => hasKey(state.chunk, record);
  // What the API replaces need not be looked up, unless it is not sent again.
  const isRepeated = kind.isUpsert && !doubt.isLast;
  const repeatable = isRepeated ? records.filter(isKnownAgain) : [];
  const others = isRepeated ? records.filter((record) => !isKnownAgain(record)) : records;
  const resolutions = await Promise.all([
    ...(repeatable.length === 0 ? [] : [parking.park(parkedOf(state, doubt, repeatable, true))]),
    ...(others.length === 0 ? [] : [parking.park(parkedOf(state, doubt, others, false))]),
  ]);
  const open = new Map(resolutions.flatMap((resolution) => [...resolution.open]));
  acceptFound(state, doubt, resolutions);
  const missing = resolutions.flatMap((resolution) => resolution.missing);
  if (assume !== 'missing') {
    state.keepInDoubt(repeatable, { reason, startedAt: doubt.startedAt, endedAt: doubt.endedAt });
  }
  const repeated = new Set(repeatable);
  state.foundMissing(missing.filter((record) => !repeated.has(record)));
  const isWell = resolutions.some((resolution) => resolution.isWell);
  const isAssumed = assume === 'missing' && missing.length === 0 && open.size > 0;
  for (const [record, why] of open) {
    if (assume === 'stored') {
      state.outcome.accept(record, { status: 'assumed to be stored' });
      log.set(places.get(record) ?? 0, Entry.accepted);
    } else if (assume === 'missing') {
      missing.push(record);
      state.foundMissing([record]);
    } else state.unknown([record], `${reason}; ${why}`);
  }
  return { records: missing.toSorted((a, b) => a - b), isWell, isAssumed };
}

function parkedOf(state: ChunkState, doubt: InDoubt, records: readonly number[], mayBeRepeated: boolean): Parked {
  const { reason, startedAt, endedAt, settlesSoon, isEarlier = false, isDenied = false, log } = doubt;
  const files = [...log.files];
  const doubts = new Map<number, Doubt>(
    records.map((record) => [record, { fields: recordOf(state.chunk, record), startedAt, files }]),
  );
  return { doubts, reason, endedAt, settlesSoon, isEarlier, isDenied, mayBeRepeated, chunk: state.chunk.index };
}

function acceptFound(state: ChunkState, { log, places }: InDoubt, resolutions: readonly Resolution[]): void {
  for (const { stored } of resolutions) {
    for (const [record, found] of stored) {
      const result = state.acceptStored(record, found);
      const place = places.get(record) ?? 0;
      log.set(place, Entry.accepted, result, found.isLikeAnother);
      log.addSurplus(place, found.surplus);
    }
  }
}

/** Writes down of missing records what is known of them now. */
export function setMissing({ log, places }: InDoubt, records: readonly number[], entry: Entry): void {
  for (const record of records) log.set(places.get(record) ?? 0, entry);
}

/**
 * The rest of a call whose reply ends at the first error (`continue_on_error: false`): the API does not say what became of it. It is
 * not sent, if a look-up agrees.
 */
export async function settleRest(
  state: ChunkState,
  call: Pick<InDoubt, 'log' | 'startedAt' | 'endedAt'> & { readonly records: readonly number[] },
  options: DoubtOptions,
): Promise<void> {
  const places = new Map(call.records.map((record, place) => [record, place]));
  const rest = call.records.filter((record) => state.outcome.fateOf(record) === Fate.notSent);
  if (rest.length === 0) return;
  const reason = 'the API stopped at an earlier record that it rejected';
  const rules = { settlesSoon: true, isDenied: true, after: 'nothing', isLast: true } as const;
  const doubt: InDoubt = { ...call, ...rules, records: rest, places, reason };
  setMissing(doubt, rest, Entry.uncertain);
  if (!(await state.writeLog(call.log))) return;
  const { records: missing } = await settleDoubt(state, doubt, options);
  setMissing(doubt, missing, Entry.notStored);
  await state.writeLog(call.log);
}

/** Rejects the one record for which a call was refused. */
export function rejectOnly(state: ChunkState, doubt: InDoubt, record: number): Promise<boolean> {
  const isItsFault = doubt.after === 'take apart';
  const message = isItsFault ? doubt.reason : `the API fails with this record (${doubt.reason})`;
  state.refuse([record], Fate.rejected, doubt.refusal ?? rejected(message));
  const isRejected = state.outcome.fateOf(record) === Fate.rejected;
  setMissing(doubt, [record], isRejected ? Entry.rejected : Entry.uncertain);
  return state.writeLog(doubt.log);
}
