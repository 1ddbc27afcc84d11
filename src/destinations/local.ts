import type { Assumption, AssumptionSubject } from '../calculator/assumption.ts';
import type { Calculator } from '../calculator/calculator.ts';
import type { ShipmentSelection } from '../calculator/shipment-figures.ts';
import type { DistanceSource } from '../calculator/distances/distance-source.ts';
import type { DistanceLimits } from '../calculator/limits.ts';
import type { Publication } from '../calculator/publication.ts';
import type { Arena } from '../columns/arena.ts';
import type { Batch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { Warning } from '../issues.ts';
import type { DataKind, Evidence } from './evidence.ts';
import type { Fields } from '../records/kind.ts';

/** The words of a result row: those of `report/words/`, which this folder may not know. */
export interface ResultWords {
  readonly assumptionText: (assumption: Assumption) => string;
  readonly distanceSourceText: (source: DistanceSource) => string;
}

/** What the calculator knows of legs beyond their figures. */
export type ShipmentFacts = Pick<Calculator, 'endsOf' | 'energyFactor'>;

/** Asks for what records need from outside before they are calculated: a router's distances. */
export type Prepare = (records: readonly Fields[]) => Promise<void>;

/** What the figures of a row are based on. */
export interface LocalBasis {
  /** Transport category, or fuel. */
  readonly group: string;
  readonly vehicleType?: string | undefined;
  /** What was assumed or worked out, each subject once. */
  readonly assumed: readonly AssumptionSubject[];
  /** The weakest part of it, but for the units of numbers. */
  readonly evidence: Evidence;
  readonly data: DataKind;
  /** Absent where distance plays no part. */
  readonly distanceSource?: DistanceSource;
  readonly factorRegion: string;
  readonly factorSource: string;
  readonly publications: readonly Publication[];
  readonly assumptions: readonly Assumption[];
  /** Shipments: all that a leg's words decide. */
  readonly selection?: ShipmentSelection;
}

/** A column of the results: a number for each row, or a value for each selection. */
export type LocalColumn =
  | { readonly name: string; readonly values: Float64Array }
  | { readonly name: string; readonly ofSelection: (selection: number) => string | number };

/** The figures of the rows of a batch; NaN where one is unknown. */
export interface LocalFigures {
  readonly co2eKg: Float64Array;
  readonly co2eWttKg: Float64Array;
  readonly co2eTtwKg: Float64Array;
  readonly biogenicCo2Kg?: Float64Array;
  readonly tonneKm?: Float64Array;
  readonly loadT?: Float64Array;
  readonly distanceKm?: Float64Array;
}

/**
 * The emissions of the valid records of one input, a batch at a time. What a row's words decide is a selection, chosen once for
 * each combination of them; the figures are arithmetic on its numbers.
 */
export interface LocalCalculation {
  readonly columns: readonly LocalColumn[];
  readonly figures: LocalFigures;
  /** By row: the number of its selection. */
  readonly selected: Int32Array;
  /** Goes up when the numbers of selections are forgotten, which happens between batches. */
  readonly generation: number;
  basisOf(selection: number): LocalBasis;
  warningsOf(selection: number): readonly Warning[];
  /** What is strange about a row's own numbers. */
  warningOf(row: number): Warning | undefined;
  /** Calculates the valid records of a batch; those that can't be calculated are rejected. */
  calculate(batch: Batch): void;
}

/**
 * Makes the calculation of one input's records.
 *
 * @param placeTexts places as the beginning of the input has them, which tell where most of them lie
 */
export type CreateLocalCalculation = (
  columns: ReadonlyMap<string, Column>,
  arena: Arena,
  capacity: number,
  placeTexts?: Iterable<string>,
) => LocalCalculation;

/** The embedded calculator as the end of a run. */
export interface LocalDestination {
  readonly resultColumns: readonly string[];
  readonly create: CreateLocalCalculation;
  readonly prepare?: Prepare | undefined;
  /** Between which kilometres the given distance of a record lies, as far as its places are certain. */
  readonly distanceLimits?: (record: Fields) => DistanceLimits | undefined;
  /** Shipments: what is known of their places and of the energy of their vehicles. */
  readonly facts?: ShipmentFacts | undefined;
}

export const joined = (assumptions: readonly Assumption[], { assumptionText }: ResultWords): string =>
  assumptions.map(assumptionText).join('; ');
