import type { Issue } from '../issues.ts';
import {
  type Chunk,
  type Failure,
  Fate,
  type Outcome,
  recordOf,
  type StoredResult,
} from '../destinations/destination.ts';
import { errorMessage, RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { Entry } from '../ledger/run-store.ts';
import type { ApiVersion, RecordKind } from '../records/kind.ts';
import { entryOf, type LoggedCall } from './call-log.ts';
import { idOfAnother, storedTwice, uncertain, unsent, unverified } from './fate-issues.ts';
import { OpenOutcome } from './open-outcome.ts';
import type { FoundRecord } from './parking.ts';
import { emissionsOf, resultOf } from './trace-reply.ts';

const likeAnother = `accepted; ${idOfAnother}`;

/** A call that may have stored a record which is sent again. */
export interface SentBefore {
  readonly reason: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** What the API said of the record when it was sent again. */
  readonly refusal?: Issue;
}

/** What is known of the records of a chunk while it is delivered, in memory and in the ledger. */
export class ChunkState {
  readonly chunk: Chunk;
  readonly outcome: OpenOutcome;
  readonly files = new Set<string>();
  readonly #kind: RecordKind;
  readonly #isInline: boolean;
  /** Records that an earlier call may have stored, and that are sent again all the same. */
  readonly #inDoubt = new Map<number, SentBefore>();
  #failure: Failure | undefined;

  constructor(chunk: Chunk, kind: RecordKind, apiVersion: ApiVersion) {
    this.chunk = chunk;
    this.outcome = new OpenOutcome(chunk);
    this.#kind = kind;
    this.#isInline = kind.isCalculatedInline(apiVersion);
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** The `movement_id` of a record. */
  movementOf(record: number): string | undefined {
    const movement = recordOf(this.chunk, record)['movement_id'];
    return movement === undefined ? undefined : String(movement);
  }

  notSent(records: readonly number[], failure: Failure): void {
    if (records.length === 0) return;
    this.#fail(failure);
    this.refuse(records, Fate.notSent, unsent(failure.reason));
  }

  /** Says of records that the API, or the user, does not want them; of those that may be stored already, only that this is unknown. */
  refuse(records: readonly number[], fate: typeof Fate.notSent | typeof Fate.rejected, issue: Issue): void {
    this.outcome.refuse(
      records.filter((record) => !this.#inDoubt.has(record)),
      fate,
      issue,
    );
    for (const record of records) {
      const before = this.#inDoubt.get(record);
      if (before === undefined) continue;
      this.unknown([record], `${before.reason}; then ${issue.message}`);
      if (fate === Fate.rejected) this.#inDoubt.set(record, { ...before, refusal: issue });
    }
  }

  /** They are sent again without having been looked up, as the API replaces what it has. */
  keepInDoubt(records: readonly number[], call: SentBefore): void {
    for (const record of records) if (!this.#inDoubt.has(record)) this.#inDoubt.set(record, call);
  }

  /** The call that may have stored a record which the API has refused since. */
  refusedAfter(record: number): SentBefore | undefined {
    const before = this.#inDoubt.get(record);
    return before?.refusal === undefined ? undefined : before;
  }

  /** They were looked up, and are not there. */
  foundMissing(records: readonly number[]): void {
    for (const record of records) this.#inDoubt.delete(record);
  }

  unknown(records: readonly number[], reason: string): void {
    if (records.length === 0) return;
    this.#fail({ reason, isEarlier: true });
    this.outcome.refuse(records, Fate.uncertain, uncertain(reason));
  }

  /** It can't be told whether the account has this record, which was not sent. */
  unverified(record: number, reason: string): void {
    this.#fail({ reason, isEarlier: true });
    this.outcome.refuse([record], Fate.uncertain, unverified(reason));
  }

  /** The first failure counts; one that says nothing of how the API is now only where no other failed. */
  #fail(failure: Failure): void {
    if (this.#failure === undefined || this.#failure.isEarlier === true) this.#failure = failure;
  }

  /** Accepts a record that was found, with what the list says of it. */
  acceptStored(record: number, { record: stored, surplus, isLikeAnother }: FoundRecord): StoredResult {
    if (typeof stored.file_id === 'string') this.files.add(stored.file_id);
    const co2eKg = stored.kgco2e ?? stored.co2e ?? undefined;
    // What happens to be calculated by now is not part of a sum.
    const hasEmissions = this.#isInline && co2eKg !== undefined;
    const own = resultOf({ ...stored, co2e: co2eKg }, this.#kind);
    const result = isLikeAnother ? { ...own, status: likeAnother } : own;
    const emissions = hasEmissions ? emissionsOf(co2eKg, recordOf(this.chunk, record)) : undefined;
    this.outcome.accept(record, result, emissions);
    if (isLikeAnother) this.outcome.markAlike(record);
    if (surplus.length > 0) this.outcome.remark(record, storedTwice(result.id ?? '', surplus));
    return result;
  }

  /** Writes down the fates of the records of a call, in its order. */
  async write(log: LoggedCall, records: readonly number[]): Promise<boolean> {
    for (const [index, record] of records.entries()) {
      const fate = this.outcome.fateOf(record);
      log.set(index, fate === undefined ? Entry.uncertain : entryOf[fate], this.outcome.results.get(record));
    }
    return this.writeLog(log);
  }

  /** Writes down that nothing of a call was stored; what an earlier one may have stored stays uncertain. */
  async writeRefused(log: LoggedCall, records: readonly number[]): Promise<boolean> {
    for (const [index, record] of records.entries()) {
      log.set(index, this.outcome.fateOf(record) === Fate.uncertain ? Entry.uncertain : Entry.notStored);
    }
    return this.writeLog(log);
  }

  /** Writes down that the same is known of all records of a call. */
  async writeAll(log: LoggedCall, records: readonly number[], entry: Entry): Promise<boolean> {
    for (const index of records.keys()) log.set(index, entry);
    return this.writeLog(log);
  }

  /** `false` where it can't be written down, which ends the sending. */
  async writeLog(log: LoggedCall): Promise<boolean> {
    const written = await this.attempt(async () => {
      await log.write();
      return true;
    });
    return written === true;
  }

  /** Works with the ledger, which may fail: a full disk ends the sending, and is not a defect. */
  async attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      const message = `the record of this run can't be written: ${errorMessage(error)}`;
      const hint = 'make room in the state directory and resume the run';
      const fatal =
        error instanceof RunError ? error : new RunError(ExitCode.incomplete, 'STATE_FAILED', message, hint, error);
      this.#failure = { reason: fatal.message, fatal };
      return undefined;
    }
  }

  /** The outcome; what nothing was done with was not sent. */
  close(): Outcome {
    this.outcome.refuse(this.outcome.open(), Fate.notSent, unsent('the delivery of its chunk ended before it'));
    return this.outcome.close([...this.files], this.#failure);
  }
}
