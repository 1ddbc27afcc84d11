import type { Assumption, AssumptionSubject } from '../calculator/assumption.ts';
import type { Calculator } from '../calculator/calculator.ts';
import { type DistanceSource, isGiven } from '../calculator/distances/distance-source.ts';
import type { RechargeEmissions } from '../calculator/recharge.ts';
import type { Calculated } from '../calculator/result.ts';
import type { ShipmentEmissions } from '../calculator/shipment.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import type { FuelRecharge } from '../records/recharge.ts';
import type { ShipmentRequest } from '../records/request.ts';
import {
  type Chunk,
  type Destination,
  type Fate,
  outcomeOf,
  type RecordEmissions,
  type ResultValue,
} from './destination.ts';

/** How one kind of record is calculated and written. */
interface Calculation<T> {
  readonly columns: readonly string[];
  calculate(record: Fields): Calculated<T>;
  row(value: T): readonly ResultValue[];
  emissions(value: T): RecordEmissions;
}

/** The words of a result row: those of `report/words/`, which this folder may not know. */
export interface ResultWords {
  readonly assumptionText: (assumption: Assumption) => string;
  readonly distanceSourceText: (source: DistanceSource) => string;
}

const joined = (assumptions: readonly Assumption[], { assumptionText }: ResultWords): string =>
  assumptions.map(assumptionText).join('; ');

/** What the assumptions are about, each once. */
const subjectsOf = (assumptions: readonly Assumption[]): readonly AssumptionSubject[] => [
  ...new Set(assumptions.map(({ subject }) => subject)),
];

const shipments = (calculator: Calculator, words: ResultWords): Calculation<ShipmentEmissions> => ({
  columns: [
    'co2e_kg',
    'co2e_wtt_kg',
    'co2e_ttw_kg',
    'tonne_km',
    'load_t',
    'distance_km',
    'distance_source',
    'toc',
    'factor_kg_per_tkm',
    'factor_region',
    'factor_source',
    'assumptions',
  ],
  calculate: (record) => calculator.shipment(record as ShipmentRequest),
  row: (value) => [
    value.co2eKg,
    value.co2eWttKg,
    value.co2eTtwKg,
    value.tonneKm,
    value.loadT,
    value.distanceKm,
    words.distanceSourceText(value.distanceSource),
    value.toc,
    value.factorKgPerTkm,
    value.factorRegion,
    value.factorSource,
    joined(value.assumptions, words),
  ],
  emissions: (value) => {
    const subjects = subjectsOf(value.assumptions);
    return {
      group: value.category,
      vehicleType: value.toc,
      co2eKg: value.co2eKg,
      co2eWttKg: value.co2eWttKg,
      co2eTtwKg: value.co2eTtwKg,
      tonneKm: value.tonneKm,
      distanceKm: value.distanceKm,
      // A distance that was worked out is an estimate, as a default load is.
      assumed: isGiven(value.distanceSource) || subjects.includes('distance') ? subjects : [...subjects, 'distance'],
      basis: value,
    };
  },
});

const recharges = (calculator: Calculator, words: ResultWords): Calculation<RechargeEmissions> => ({
  columns: [
    'co2e_kg',
    'co2e_wtt_kg',
    'co2e_ttw_kg',
    'fuel',
    'quantity',
    'unit',
    'factor_kg_per_unit',
    'factor_region',
    'factor_source',
    'assumptions',
    'biogenic_co2_kg',
  ],
  calculate: (record) => calculator.recharge(record as FuelRecharge),
  row: (value) => [
    value.co2eKg,
    value.co2eWttKg,
    value.co2eTtwKg,
    value.fuel,
    value.quantity,
    value.unit,
    value.factorKgPerUnit,
    value.factorRegion,
    value.factorSource,
    joined(value.assumptions, words),
    value.biogenicCo2Kg,
  ],
  emissions: (value) => ({
    group: value.fuel,
    co2eKg: value.co2eKg,
    co2eWttKg: value.co2eWttKg,
    co2eTtwKg: value.co2eTtwKg,
    biogenicCo2Kg: value.biogenicCo2Kg,
    assumed: subjectsOf(value.assumptions),
    basis: value,
  }),
});

/** Asks for what a chunk needs from outside before it is calculated: a router's distances. */
export type Prepare = (records: readonly Fields[]) => Promise<void>;

/** The embedded calculator: emissions are worked out on this machine. */
export const createCalculator = (
  kind: RecordKind,
  calculator: Calculator,
  words: ResultWords,
  prepare?: Prepare,
): Destination => destinations[kind.name](calculator, words, prepare);

const destinations: Readonly<
  Record<RecordKind['name'], (calculator: Calculator, words: ResultWords, prepare: Prepare | undefined) => Destination>
> = {
  requests: (calculator, words, prepare) => destination(shipments(calculator, words), prepare),
  recharges: (calculator, words) => destination(recharges(calculator, words), undefined),
};

function destination<T>(calculation: Calculation<T>, prepare: Prepare | undefined): Destination {
  const fateOf = (record: Fields): Fate => {
    const calculated = calculation.calculate(record);
    if (!calculated.ok) return { fate: 'rejected', issue: calculated.issue };
    const { value, warnings } = calculated;
    return { fate: 'accepted', result: calculation.row(value), emissions: calculation.emissions(value), warnings };
  };
  return {
    mode: 'local',
    takesBytes: false,
    resultColumns: calculation.columns,
    concurrency: 1,
    deliver: async ({ rows }: Chunk) => {
      await prepare?.(rows.map(({ record }) => record));
      return outcomeOf(rows.map(({ record }) => fateOf(record)));
    },
    close: async () => {},
  };
}
