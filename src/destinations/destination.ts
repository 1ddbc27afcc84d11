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
  /** Bytes of the body that `body` makes. */
  readonly bodyBytes: number;
  /** The request body: the records' own bytes between the envelope's. */
  body(): Buffer;
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
  /** What the figure rests on beside the row: `load`, `distance`, `factor`, ... */
  readonly assumed?: readonly string[] | undefined;
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

/** What became of a chunk, with what is known of it. */
export type Outcome =
  /** The destination answered for each record; fates stand in the order of the chunk's rows. */
  | {
      readonly state: 'accepted' | 'partly' | 'rejected';
      readonly fates: readonly Fate[];
      /** The chunk was refused as a whole because of some of its records. */
      readonly isRefused?: boolean;
    }
  /** The chunk was sent, and nobody knows what became of it. */
  | { readonly state: 'uncertain'; readonly reason: string }
  /** No record of the chunk was taken. `fatal` ends the delivery. */
  | { readonly state: 'not-sent'; readonly reason: string; readonly fatal?: RunError };

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
  /** The fuels that the other side knows, where it can be asked. */
  fuels?(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  close(): Promise<void>;
}

/** The outcome whose fates these are. */
export function outcomeOf(fates: readonly Fate[]): Extract<Outcome, { readonly fates: unknown }> {
  const accepted = fates.filter(({ fate }) => fate === 'accepted').length;
  if (accepted === fates.length) return { state: 'accepted', fates };
  return { state: accepted === 0 ? 'rejected' : 'partly', fates };
}
