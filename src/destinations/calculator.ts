import type { CalculatorData } from '../calculator/data.ts';
import { calculateRecharge, type RechargeEmissions } from '../calculator/recharge.ts';
import type { Calculated } from '../calculator/result.ts';
import { calculateShipment, type ShipmentEmissions } from '../calculator/shipment.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import type { FuelRecharge } from '../records/recharge.ts';
import type { ShipmentRequest } from '../records/request.ts';
import { type Destination, type Fate, outcomeOf, type RecordEmissions, type ResultValue } from './destination.ts';

/** How one kind of record is calculated and written. */
interface Calculation<T> {
  readonly columns: readonly string[];
  calculate(record: Fields): Calculated<T>;
  row(value: T): readonly ResultValue[];
  emissions(value: T): RecordEmissions;
}

const joined = (assumptions: readonly string[]): string => assumptions.join('; ');

const shipments = (data: CalculatorData, suggest: Suggest): Calculation<ShipmentEmissions> => ({
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
  calculate: (record) =>
    calculateShipment(record as ShipmentRequest, data, (toc) => suggest(toc, data.vehicleTypes.keys())),
  row: (value) => [
    value.co2eKg,
    value.co2eWttKg,
    value.co2eTtwKg,
    value.tonneKm,
    value.loadT,
    value.distanceKm,
    value.distanceSource,
    value.toc,
    value.factorKgPerTkm,
    value.factorRegion,
    value.factorSource,
    joined(value.assumptions),
  ],
  emissions: ({ category, co2eKg, tonneKm, distanceKm }) => ({ group: category, co2eKg, tonneKm, distanceKm }),
});

const recharges = (data: CalculatorData, suggest: Suggest): Calculation<RechargeEmissions> => ({
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
  ],
  calculate: (record) => calculateRecharge(record as FuelRecharge, data, (fuel) => suggest(fuel, data.fuels.keys())),
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
    joined(value.assumptions),
  ],
  emissions: ({ fuel, co2eKg }) => ({ group: fuel, co2eKg }),
});

/** The words that name the known name nearest to an unknown one; empty when none is near. */
export type Suggest = (name: string, known: Iterable<string>) => string;

/** The embedded calculator: emissions are worked out on this machine. */
export function createCalculator(kind: RecordKind['name'], data: CalculatorData, suggest: Suggest): Destination {
  return kind === 'requests' ? destination(shipments(data, suggest)) : destination(recharges(data, suggest));
}

function destination<T>(calculation: Calculation<T>): Destination {
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
    deliver: async ({ rows }) => outcomeOf(rows.map(({ record }) => fateOf(record))),
    close: async () => {},
  };
}
