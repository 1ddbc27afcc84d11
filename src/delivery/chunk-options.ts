import type { Wait } from '../api/wait.ts';
import type { Chunk, Failure } from '../destinations/destination.ts';
import type { CallRecord, OpenRun } from '../ledger/run-store.ts';
import type { ApiVersion, RecordKind } from '../records/kind.ts';
import type { LoggedCall } from './call-log.ts';
import type { Caller } from './caller.ts';
import type { Claims } from './claims.ts';
import type { Assumption } from './doubt.ts';
import type { Gate } from './gate.ts';
import type { Parking } from './parking.ts';
import type { Found } from './there.ts';

/** What chunks of a run share while they are delivered. */
export interface ChunkCallOptions {
  readonly kind: RecordKind;
  readonly apiVersion: ApiVersion;
  readonly run: OpenRun;
  /** Calls of earlier attempts by their numbers. */
  readonly earlierCalls: ReadonlyMap<number, EarlierCall>;
  readonly caller: Caller;
  readonly gate: Gate;
  readonly parking: Parking;
  /** Looks at the API before the first call that sends; why none may be made. */
  readonly preflight: () => Promise<Failure | undefined>;
  /** What the account has of these records already, where it is asked (`--verify`). */
  readonly verify: (chunk: Chunk, records: readonly number[]) => Promise<Found<number>>;
  /** Whether anything is sent; else what was sent is looked up, and that is all. */
  readonly sends: boolean;
  readonly continueOnError: boolean;
  /** Times that missing records are sent again. */
  readonly settleRounds: number;
  readonly assume: Assumption | undefined;
  readonly timeoutMs: number;
  readonly redact: (text: string) => string;
  readonly owners: OpenRun['owners'];
  readonly claims: Claims;
  readonly createKey: () => string;
  readonly now: () => number;
  readonly wait: Wait;
}

/** A call of an earlier attempt. */
export interface EarlierCall {
  readonly call: CallRecord;
  readonly log: LoggedCall;
}
