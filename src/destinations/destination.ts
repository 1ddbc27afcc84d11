import type { RunError } from '../errors.ts';
import type { Issue } from '../issues.ts';
import type { KnownRecord, RecordMarks } from '../ledger/run-store.ts';
import type { Fields } from '../records/kind.ts';

/** What became of one record. */
export const Fate = { accepted: 0, rejected: 1, notSent: 2, uncertain: 3 } as const;
export type Fate = (typeof Fate)[keyof typeof Fate];

/** What goes to the API in one call. Plain data: nothing in it is shared with what is read next. */
export interface Chunk extends RecordMarks {
  /** Chunks are counted from 0. */
  readonly index: number;
  /** The request body of all records. */
  readonly body: Buffer;
  // By record, from 0: where its JSON text is in the body.
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** What the ledger knew when it was decided to send these records. */
  readonly position: number;
  /** Records that this run has sent before, or that another run is sending right now. */
  readonly earlier: ReadonlyMap<number, KnownRecord>;
}

/** The JSON text of a record, as it is sent. */
export const jsonOf = ({ body, starts, ends }: Chunk, record: number): Buffer =>
  body.subarray(starts[record], ends[record]);

export const recordOf = (chunk: Chunk, record: number): Fields =>
  JSON.parse(jsonOf(chunk, record).toString()) as Fields;

/** Whether the API knows a record again, where it replaces what has the same key: one with all parts of its key. */
export const hasKey = ({ keys }: Pick<Chunk, 'keys'>, record: number): boolean =>
  keys.subarray(record * 16, record * 16 + 16).some((byte) => byte !== 0);

/** Whether a record is to be sent for the first time, as far as the ledger can tell. */
export function isFresh({ earlier }: Pick<Chunk, 'earlier'>, record: number): boolean {
  const known = earlier.get(record);
  return known === undefined || known.isGone;
}

const comma = Buffer.from(',');

/** The request body for some records of a chunk, in this order: their own bytes between the envelope's. */
export function bodyOf(chunk: Chunk, records: readonly number[]): Buffer {
  const { body, starts, ends } = chunk;
  if (records.length === chunk.records) return body;
  const parts = records.flatMap((record, index) => [...(index > 0 ? [comma] : []), jsonOf(chunk, record)]);
  return Buffer.concat([body.subarray(0, starts[0]), ...parts, body.subarray(ends[chunk.records - 1])]);
}

/** The hashes and places of some records of a chunk, in this order. */
export function marksOf(chunk: Chunk, records: readonly number[]): RecordMarks {
  if (records.length === chunk.records) return chunk;
  const bytes = (from: Uint8Array, width: number): Uint8Array => {
    const picked = new Uint8Array(records.length * width);
    for (const [index, record] of records.entries()) {
      picked.set(from.subarray(record * width, (record + 1) * width), index * width);
    }
    return picked;
  };
  return {
    records: records.length,
    contents: bytes(chunk.contents, 16),
    keys: bytes(chunk.keys, 16),
    cells: bytes(chunk.cells, 8),
    movements: bytes(chunk.movements, 8),
    inputs: Uint16Array.from(records, (record) => chunk.inputs[record] ?? 0),
    rows: Uint32Array.from(records, (record) => chunk.rows[record] ?? 0),
    lines: Uint32Array.from(records, (record) => chunk.lines[record] ?? 0),
  };
}

/** Emissions of a record as the API says them, for the totals; kg CO2e. */
export interface StoredEmissions {
  /** Transport category, or `unspecified`. */
  readonly group: string;
  readonly co2eKg: number;
  readonly tonneKm?: number | undefined;
  readonly distanceKm?: number | undefined;
  readonly vehicleType?: string | undefined;
}

/** What is known of an accepted record. The names are those of the columns of the results. */
export interface StoredResult {
  readonly id?: string | undefined;
  readonly package_id?: string | undefined;
  readonly co2e_kg?: number | undefined;
  readonly status?: string | undefined;
  /** What the embedded calculator makes of it (`--compare`). */
  readonly local_co2e_kg?: number | undefined;
  readonly difference_kg?: number | undefined;
}

export type ResultColumn = keyof StoredResult;

/** What became of a chunk: the fate of each record, and what the whole of it amounts to. */
export interface Outcome {
  readonly state: 'accepted' | 'partly' | 'rejected' | 'uncertain' | 'not-sent';
  /** By record. */
  readonly fates: Uint8Array;
  /** Why records were not accepted; or what is to be said of accepted ones. */
  readonly issues: ReadonlyMap<number, Issue>;
  /** Of accepted records. */
  readonly results: ReadonlyMap<number, StoredResult>;
  /** Of accepted records whose emissions are known. */
  readonly emissions: ReadonlyMap<number, StoredEmissions>;
  /** Accepted records that an earlier run brought. */
  readonly before?: ReadonlySet<number> | undefined;
  /** Accepted records whose ids may be those of others, which a list did not tell from them. */
  readonly alike?: ReadonlySet<number> | undefined;
  /** A run that was sending some of these records at the same time. */
  readonly otherRun?: string | undefined;
  /** Ids of the batches in which the API keeps its records, where it gives them. */
  readonly files?: readonly string[] | undefined;
  /** Why the chunk, or a part of it, could not be delivered. */
  readonly failure?: Failure | undefined;
}

/** What kept records from being delivered. */
export interface Failure {
  readonly reason: string;
  /** No other chunk can be delivered either: this ends the delivery. */
  readonly fatal?: RunError | undefined;
  /** Nothing more is to be sent, and what was sent is as it is. */
  readonly stops?: boolean | undefined;
  /** It is known from an earlier attempt, and says nothing of how the other side is now. */
  readonly isEarlier?: boolean | undefined;
}

/** Where an upload goes. */
export interface Target {
  readonly baseUrl: string;
  /** UUID. */
  readonly organizationId: string;
}

/** Where chunks go. */
export interface Destination {
  /** Columns that an accepted record adds to its row in the results, after `_row`. */
  readonly resultColumns: readonly ResultColumn[];
  /** Chunks that may be delivered at the same time. */
  readonly concurrency: number;
  /**
   * Shows a chunk before the first one is delivered, in the order of the chunks.
   *
   * @returns whether the next one is to be shown before that, too
   */
  preview?(chunk: Chunk): boolean;
  /**
   * Delivers a chunk. Never rejects for what the other side does; that is an outcome.
   *
   * @param onParked told when nothing is left to do for the chunk but to wait: others may be delivered meanwhile
   */
  deliver(chunk: Chunk, onParked?: () => void): Promise<Outcome>;
  /** No further chunk comes: those that are parked need not wait for one. */
  end?(): void;
  readonly target: Target;
  close(): Promise<void>;
}

/** The state of a chunk whose records have these fates. */
export function stateOf(fates: Uint8Array): Outcome['state'] {
  if (fates.every((fate) => fate === Fate.accepted)) return 'accepted';
  if (fates.includes(Fate.accepted)) return 'partly';
  return fates.includes(Fate.uncertain) ? 'uncertain' : fates.includes(Fate.notSent) ? 'not-sent' : 'rejected';
}
