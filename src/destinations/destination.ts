import type { Assumption, AssumptionSubject } from '../calculator/assumption.ts';
import type { DistanceSource } from '../calculator/distances/distance-source.ts';
import type { Publication } from '../calculator/publication.ts';
import type { RunError } from '../errors.ts';
import type { PlacedRow } from '../input/input.ts';
import type { Issue, Warning } from '../issues.ts';
import type { Fields } from '../records/kind.ts';

/** A valid row: its record, and the record's wire form where the destination sends it. */
export interface ValidRow {
  /** Index of the input. */
  readonly input: number;
  readonly row: PlacedRow;
  readonly record: Fields;
  /** The record as JSON, UTF-8; empty where nothing is sent. */
  readonly json: Buffer;
}

/** What goes to the destination in one call. */
export interface Chunk {
  /** Chunks are counted from 0. */
  readonly index: number;
  readonly rows: readonly ValidRow[];
  /** Bytes of the body of all rows. */
  readonly bodyBytes: number;
  /** The request body for rows of the chunk: the records' own bytes between the envelope's. */
  bodyOf(rows: readonly ValidRow[]): Buffer;
}

/** What the figure of a record was worked out from, for a report. */
export interface EmissionBasis {
  /** Absent where distance plays no part. */
  readonly distanceSource?: DistanceSource;
  readonly factorRegion: string;
  readonly factorSource: string;
  /** The publications that the factor is taken from; empty for a factor of the user's own. */
  readonly publications: readonly Publication[];
  readonly assumptions: readonly Assumption[];
}

/** Emissions of an accepted record, for the totals; kg CO2e. */
export interface RecordEmissions {
  /** Transport category, or fuel. */
  readonly group: string;
  readonly co2eKg: number;
  // What follows is `undefined` where the destination does not say.
  readonly co2eWttKg?: number | undefined;
  readonly co2eTtwKg?: number | undefined;
  readonly biogenicCo2Kg?: number | undefined;
  readonly tonneKm?: number | undefined;
  readonly distanceKm?: number | undefined;
  readonly vehicleType?: string | undefined;
  /** What the figure rests on beside the row. */
  readonly assumed?: readonly AssumptionSubject[] | undefined;
  readonly basis?: EmissionBasis | undefined;
}

/** A value of a result row; `undefined` is an empty cell. */
export type ResultValue = string | number | undefined;

export interface Accepted {
  readonly fate: 'accepted';
  /** The values of the destination's result columns. */
  readonly result: readonly ResultValue[];
  readonly emissions?: RecordEmissions | undefined;
  readonly warnings?: readonly Warning[];
}

/** A record that was not accepted: refused, not sent, or nobody knows. */
export interface NotAccepted {
  readonly fate: 'rejected' | 'not-sent' | 'uncertain';
  readonly issue: Issue;
}

/** What became of one record. */
export type Fate = Accepted | NotAccepted;

/** What became of a chunk: the fate of each record, and what the whole of it comes to. */
export interface Outcome {
  readonly state: 'accepted' | 'partly' | 'rejected' | 'uncertain' | 'not-sent';
  /** In the order of the chunk's rows. */
  readonly fates: readonly Fate[];
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
  /** It is known from an earlier attempt, and says nothing of how the other side is now. */
  readonly isEarlier?: boolean | undefined;
}

/** Where an upload goes. */
export interface Target {
  readonly baseUrl: string;
  /** UUID. */
  readonly organizationId: string;
}

/** Where chunks go. One file of this folder for each. */
export interface Destination {
  readonly mode: 'upload' | 'local' | 'dry-run';
  /** Whether it sends the records' bytes; otherwise none are made. */
  readonly takesBytes: boolean;
  /** Columns that an accepted record adds to its row in the results, after `_row`. */
  readonly resultColumns: readonly string[];
  /** Chunks that may be delivered at the same time. */
  readonly concurrency: number;
  /** Delivers a chunk. Never rejects for what the other side does; that is an outcome. */
  deliver(chunk: Chunk): Promise<Outcome>;
  /** Where it sends, if it does. */
  readonly target?: Target;
  /** The fuels that the other side knows, where it can be asked. */
  fuels?(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  close(): Promise<void>;
}

/** The outcome whose fates these are. */
export function outcomeOf(fates: readonly Fate[], failure?: Failure): Outcome {
  const has = (fate: Fate['fate']): boolean => fates.some((each) => each.fate === fate);
  const isWhole = fates.every(({ fate }) => fate === 'accepted');
  if (isWhole) return { state: 'accepted', fates, failure };
  if (has('accepted')) return { state: 'partly', fates, failure };
  return { state: has('uncertain') ? 'uncertain' : has('not-sent') ? 'not-sent' : 'rejected', fates, failure };
}
