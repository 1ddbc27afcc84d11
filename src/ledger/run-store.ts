/**
 * The ledger: what was sent, to which account, and what became of it. Everything here is plain data, and every answer may come
 * from another machine; `sqlite-store.ts` is the ledger of this one.
 *
 * A run is created (or opened again), and for each call `known`, `begin` and `settle` follow in this order, of several calls at the
 * same time too; at the end `finish`, and in any case `close`. What is guaranteed when the process or the machine dies:
 *
 * - before `begin` has resolved: the call may be in the ledger or not; its request has not been sent.
 * - after it: the call is in the ledger, and its records are `sending` until `settle`; `isRunning` is false for them from the moment
 *   in which the process dies, so that others know that its outcome is unknown.
 * - after `settle` has resolved: what it said is there when the process dies; when the machine fails, the records may be `sending` again.
 * - after `finish` has resolved: the run has its end.
 *
 * A failure is a `RunError`: with exit code 2 from a `RunStore`, where nothing of this run was sent, with 5 from an `OpenRun`. What is
 * damaged is never returned: STATE_DAMAGED names the remedy.
 */

/** Whose records they are, and of which kind: runs of different accounts know nothing of each other. */
export interface Account {
  readonly kind: 'requests' | 'recharges';
  readonly baseUrl: string;
  /** UUID in lower case. */
  readonly organizationId: string;
}

/** What a run was started with. Holds no secret and nothing of a record. */
export interface NewRun {
  readonly id: string;
  readonly account: Account;
  /** The command's name, options and files. */
  readonly args: readonly string[];
  /** As they were given; relative ones are relative to `workingDirectory`. */
  readonly paths: readonly string[];
  /** The options of the command line, as the command reads them. */
  readonly options: object;
  readonly workingDirectory: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** Counts of records, as the summary has them. */
export interface RecordCounts {
  readonly accepted: number;
  readonly rejected: number;
  readonly not_sent: number;
  readonly uncertain: number;
}

/** A run as the ledger knows it. */
export interface RunRecord extends NewRun {
  /** `null` while it runs, and for one that was killed. */
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly records: RecordCounts | null;
  /** A process works on it right now. */
  readonly isRunning: boolean;
  /** Whether its records were deleted: all, some of them, or an unknown number as that was broken off. */
  readonly undo?: UndoState | undefined;
  /** Records of earlier runs that its own have taken the place of. */
  readonly replaced?: number | undefined;
}

export type UndoState = 'begun' | 'partly' | 'done';

/** Hashes by which records are known again, and where they are in the input. By record, from 0. */
export interface RecordMarks {
  readonly records: number;
  /** 16 bytes each: the first half of SHA-256 of the record's JSON text, as it is sent. */
  readonly contents: Uint8Array;
  /** 16 bytes each: the first half of SHA-256 of the record's identity; zeros where it has none. */
  readonly keys: Uint8Array;
  /** 8 bytes each: hash of the text of the row; zeros where it is not known. */
  readonly cells: Uint8Array;
  /** 8 bytes each: hash of `movement_id`; zeros where the record has none. */
  readonly movements: Uint8Array;
  /** Index of the input. */
  readonly inputs: Uint16Array;
  /** Number of the row in its input, from 1. */
  readonly rows: Uint32Array;
  /** The line on which the row begins, from 1; 0 where it is not known. */
  readonly lines: Uint32Array;
}

/** What the ledger holds of one record of a call. */
export const Entry = {
  /** It is on its way, or its sender died: nothing is known. */
  sending: 0,
  accepted: 1,
  rejected: 2,
  /** It was not sent, or was looked up and is not there. */
  notStored: 3,
  /** It was sent, and what became of it could not be found out. */
  uncertain: 4,
  /** Its deletion was asked for, and what became of it is unknown: it may be stored. */
  removing: 5,
  /** It was stored, and has been deleted. */
  removed: 6,
} as const;
export type Entry = (typeof Entry)[keyof typeof Entry];

/** A call that was written down. */
export interface CallRecord {
  /** Number of the call in its run, from 1, in the order in which they began. */
  readonly number: number;
  readonly apiVersion: 'v1' | 'v2';
  readonly idempotencyKey: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** When it was answered, broke off or timed out; `undefined` where its end is not known. */
  readonly endedAt: number | undefined;
  readonly marks: RecordMarks;
  /** By record: values of `Entry`. */
  readonly entries: Uint8Array;
  /** By record: the API's id of accepted records. */
  readonly ids: readonly (string | undefined)[];
  readonly packageIds: readonly (string | undefined)[];
  /** Ids of the batches in which the API keeps its records, where it gives them. */
  readonly files: readonly string[];
  /** Records whose ids may be each other's: the list did not tell them apart. */
  readonly alike: readonly number[];
  /** Further ids of a record that the API has more than once by this call. */
  readonly surplus: readonly SurplusId[];
}

/** A record of a call, from 0, with a further id of it. */
export type SurplusId = readonly [record: number, id: string];

/** A record that the ledger knows, found by one of its hashes. Only current ones are found: not replaced, not taken back. */
export interface KnownRecord {
  /** The closest of them: the same JSON text, else the same identity, else the same text of the row, else the same movement. */
  readonly by: 'content' | 'key' | 'cells' | 'movement';
  readonly entry: typeof Entry.sending | typeof Entry.accepted | typeof Entry.uncertain | typeof Entry.removing;
  readonly runId: string;
  /** Whether the process that sends it, or sent it, still lives; another run's record that is `sending` is to be waited for then. */
  readonly isRunning: boolean;
  /** A repair has lost how its run was started: it can’t be resumed. */
  readonly isGone: boolean;
  /** Whether records of that run were deleted by an undo, as `RunRecord` has it. */
  readonly undo: UndoState | undefined;
  /** Of the run. */
  readonly call: number;
  /** Of the call, from 0. */
  readonly record: number;
  /** Grows from call to call of the ledger. */
  readonly order: number;
  /** Of its input. */
  readonly path: string;
  readonly row: number;
  /** When the call began, in milliseconds since 1970. */
  readonly sentAt: number;
  /** ISO 8601 date of the call (UTC). */
  readonly day: string;
  /** `undefined` also where it may be that of another record, which a list did not tell from it. */
  readonly id: string | undefined;
  readonly packageId: string | undefined;
}

/** Which record of the ledger. */
export type RecordPlace = Pick<KnownRecord, 'runId' | 'call' | 'record'>;

/** The record to which an id of the API belongs. */
export interface Owner extends Pick<KnownRecord, 'runId' | 'call' | 'record' | 'path' | 'row' | 'entry' | 'order'> {
  /** As in `RecordMarks`: 16 bytes; zeros where it has no identity, or it is not known. */
  readonly key: Uint8Array;
}

/** What the ledger knew at one moment. */
export interface Knowledge {
  /** The moment, for `begin`. */
  readonly position: number;
  /**
   * By record, for those of which something is known: all current entries with its content, then all others with its identity; where
   * there is none of these, the oldest one with its cells, else the oldest one of its movement. The oldest comes first.
   */
  readonly found: ReadonlyMap<number, readonly KnownRecord[]>;
}

/** A call that is about to be made. */
export interface Intent {
  readonly marks: RecordMarks;
  readonly apiVersion: 'v1' | 'v2';
  readonly idempotencyKey: string;
  readonly startedAt: number;
  /** What was known when it was decided to send these records. */
  readonly position: number;
}

/** What became of a call; may be said again when more is known. */
export interface Settlement {
  readonly endedAt: number | undefined;
  readonly entries: Uint8Array;
  readonly ids: readonly (string | undefined)[];
  readonly packageIds: readonly (string | undefined)[];
  readonly files: readonly string[];
  /** As in `CallRecord`. */
  readonly alike?: readonly number[];
  readonly surplus?: readonly SurplusId[];
}

/** A run that this process works on; it holds the run's lock. */
export interface OpenRun {
  readonly run: RunRecord;
  /** Whether a repair lost what was sent before: that the ledger does not know a record says nothing then. */
  readonly hasLoss: boolean;
  /** All calls of the run so far, with what is known of them. */
  calls(): AsyncIterable<CallRecord>;
  /**
   * What the account's ledger knows of records: of all runs and of this run's earlier attempts, but not of calls that were begun here
   * since it was opened, so that two equal rows of an input are two records.
   */
  known(marks: RecordMarks): Promise<Knowledge>;
  /** Of these ids of the API, those that belong to a record of the account's ledger. */
  owners(ids: readonly string[]): Promise<ReadonlyMap<string, Owner>>;
  /**
   * Writes down a call that is about to be made, before a byte of it is sent; survives a power failure. In the same step it is looked
   * for records that another run has begun to send, or had accepted, since `position` (the same content or identity): then nothing is
   * written, and these are named. A run that had an end has none any more.
   */
  begin(intent: Intent): Promise<{ readonly call: number } | { readonly taken: ReadonlyMap<number, KnownRecord> }>;
  /** Writes down what became of a call. */
  settle(call: number, settlement: Settlement): Promise<void>;
  /** Says that records of the run are being deleted, or have been. */
  mark(changed: Pick<RunRecord, 'undo'>): Promise<void>;
  /**
   * Says that records of any run are going to be deleted, have been, or are still there.
   *
   * @param replaced records whose place those of this run have taken with that: counted in the same step, so that no kill parts the two
   * @returns those of which it is written: not those of runs that another process works on
   */
  retire<Place extends RecordPlace>(
    records: readonly Place[],
    entry: typeof Entry.removing | typeof Entry.removed | typeof Entry.accepted,
    replaced?: number,
  ): Promise<readonly Place[]>;
  /** The end of the run, and of the work on it: gives it free as `close` does. */
  finish(finishedAt: string, exitCode: number, records: RecordCounts): Promise<void>;
  /** Gives the run free; again, it does nothing. One that has sent nothing and has no end leaves nothing. */
  close(): Promise<void>;
}

/** What the ledger knows of an account, for who sends nothing. Nothing is written, and nothing made. */
export interface LedgerView extends Pick<OpenRun, 'known'> {
  /**
   * Why it may not know all that was sent: there is no ledger yet, a repair has lost something, or there are runs of version 0.1,
   * which are taken over when something is written.
   */
  readonly gap: 'empty' | 'lost' | 'earlier version' | undefined;
  close(): Promise<void>;
}

/** Where runs are written down. */
export interface RunStore {
  /**
   * @param inputs what makes two runs the same work: real paths, or the run's id for what comes through a pipe
   * @throws RunError (exit 2) where it can't be written; (exit 6) while another process sends the same inputs to the same account
   */
  create(run: NewRun, inputs: readonly string[]): Promise<OpenRun>;
  /**
   * Opens a run by its id, or the first characters of it, to continue it.
   *
   * @throws RunError (exit 2) for one that is not there, (exit 6) while it, or the same work, is in progress
   */
  open(id: string): Promise<OpenRun>;
  /** All runs, the newest first. Writes nothing. */
  list(): Promise<readonly RunRecord[]>;
  /** One run with its calls, also while it is in progress. Writes nothing. */
  read(id: string): Promise<{ readonly run: RunRecord; readonly calls: readonly CallRecord[] }>;
  /** What is known of an account's records, without a run. Writes nothing. */
  view(account: Account): Promise<LedgerView>;
  /**
   * Drops the details of runs that ended before a time (ISO 8601), and keeps hashes, places and ids of their records. A run of which
   * something is uncertain is kept: only it can find out.
   *
   * @returns the runs' ids
   */
  prune(before: string): Promise<readonly string[]>;
  /**
   * Drops all that is known of a run, hashes and ids too: its records are unknown from then on.
   *
   * @returns the run's id
   * @throws RunError (exit 2) for one that is not there, (exit 6) while it is in progress
   */
  forget(id: string): Promise<string>;
  close(): Promise<void>;
}
