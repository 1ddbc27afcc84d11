import type { Wait } from '../api/wait.ts';
import { hasKey, marksOf } from '../destinations/destination.ts';
import { Entry, type KnownRecord, type OpenRun } from '../ledger/run-store.ts';
import type { RecordKind } from '../records/kind.ts';
import type { ChunkState } from './chunk-state.ts';
import { acceptedStatus, isUnderWay } from './known.ts';
import { resultOf } from './trace-reply.ts';

export interface OtherRunsOptions {
  readonly run: OpenRun;
  readonly kind: RecordKind;
  readonly wait: Wait;
}

/** Records that no other run has or sends any more. */
export interface FreeRecords {
  readonly records: readonly number[];
  /** What the ledger knew when that was seen. */
  readonly position: number;
}

const [firstPauseMs, longestPauseMs] = [500, 15_000];

/** Waits until other runs know what became of their records, which are also these; settles those that they brought. */
export async function* awaitOthers(
  state: ChunkState,
  records: readonly number[],
  options: OtherRunsOptions,
): AsyncGenerator<FreeRecords> {
  const { run, wait } = options;
  let left = records;
  for (let pauseMs = firstPauseMs; left.length > 0; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    if ((await wait(pauseMs, 'other run')) === 'interrupted') {
      state.notSent(left, { reason: 'another run was sending them when this one was interrupted' });
      return;
    }
    const knowledge = await state.attempt(() => run.known(marksOf(state.chunk, left)));
    if (knowledge === undefined) return;
    const free: number[] = [];
    const waiting: number[] = [];
    for (const [index, record] of left.entries()) {
      const others = (knowledge.found.get(index) ?? []).filter(
        ({ runId, by }) => runId !== run.run.id && (by === 'content' || by === 'key'),
      );
      const now = settleByOthers(state, record, others, options.kind);
      if (now === 'free') free.push(record);
      else if (now === 'waiting') waiting.push(record);
    }
    left = waiting;
    yield { records: free, position: knowledge.position };
  }
}

function settleByOthers(
  state: ChunkState,
  record: number,
  others: readonly KnownRecord[],
  kind: RecordKind,
): 'settled' | 'waiting' | 'free' {
  const accepted = others.find(({ entry, by }) => entry === Entry.accepted && by === 'content');
  if (accepted !== undefined) {
    const { id, packageId, runId } = accepted;
    state.outcome.accept(record, {
      ...resultOf({ id, package_id: packageId }, kind),
      status: acceptedStatus(accepted),
    });
    state.outcome.countAsBefore(record, runId);
    return 'settled';
  }
  if (others.some(isUnderWay)) return 'waiting';
  const removing = others.find(({ entry }) => entry === Entry.removing);
  if (removing !== undefined) {
    const reason = `its deletion by run ${removing.runId.slice(0, 8)} was broken off`;
    state.notSent([record], { reason, isEarlier: true });
    return 'settled';
  }
  const [other] = others;
  // What the API replaces may be sent, whatever became of it.
  if (other === undefined || (kind.isUpsert && hasKey(state.chunk, record))) return 'free';
  const run = other.runId.slice(0, 8);
  const isSame = others.some(({ by }) => by === 'content');
  if (isSame) {
    state.unknown(
      [record],
      `run ${run} sent it and does not know what became of it; first: dcycle-upload resume ${run}`,
    );
  } else state.notSent([record], { reason: `run ${run} has just sent another version of it`, isEarlier: true });
  return 'settled';
}
