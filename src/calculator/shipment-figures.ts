import type { Warning } from '../issues.ts';
import type { Category } from '../records/request.ts';
import type { Assumption } from './assumption.ts';
import type { DistanceSource } from './distances/distance-source.ts';
import type { EnergyCarrier } from './energy-carrier.ts';
import type { Publication } from './publication.ts';

/**
 * What transport activity is worked out from: the load of the row, the default load of the vehicle type, or given
 * tonne-kilometres.
 */
export type ActivityRule = 'load' | 'default load' | 'tkm';

/** Everything of a leg's result that does not depend on the row's numbers. */
export interface ShipmentSelection {
  readonly ok: true;
  readonly category: Category;
  readonly toc: string;
  /** kg CO2e per tonne-kilometre, well-to-wheel. */
  readonly wtwKgPerTkm: number;
  /** Its parts; `undefined` where the factor's source gives the sum alone. */
  readonly wttKgPerTkm: number | undefined;
  readonly ttwKgPerTkm: number | undefined;
  readonly factorRegion: string;
  readonly factorSource: string;
  /** The publications that the factor is taken from; empty for a factor of the user's own. */
  readonly publications: readonly Publication[];
  /** The one energy that the vehicles run on; `undefined` where the factor's source does not name it. */
  readonly carrier: EnergyCarrier | undefined;
  /** Factor on distances (ISO 14083: DAF). */
  readonly distanceAdjustment: number;
  readonly activity: ActivityRule;
  /** Tonnes of one unit of load; `undefined` where the unit is unknown. */
  readonly unitTonnes: number | undefined;
  /** Tonnes of a leg without load; `undefined` where none is known. */
  readonly defaultLoadT: number | undefined;
  /** Kilometres between the places; `undefined` where the row gives the distance, or none is known. */
  readonly distanceKm: number | undefined;
  readonly distanceSource: DistanceSource;
  /** kg CO2e that come on top whatever the activity: cleaning. */
  readonly extraKg: number;
  readonly assumptions: readonly Assumption[];
  /** All but `tkmMismatch`, which depends on the numbers and comes last. */
  readonly warnings: readonly Warning[];
}

/** The numbers of legs, a row each; NaN where a row has none. */
export interface ShipmentNumbers {
  /** In the selection's load unit. */
  readonly load: Float64Array;
  readonly loadFactor: Float64Array;
  readonly distanceKm: Float64Array;
  readonly tkm: Float64Array;
}

/** The figures of legs, a row each; NaN where one is unknown. */
export interface ShipmentFigures {
  readonly co2eKg: Float64Array;
  readonly co2eWttKg: Float64Array;
  readonly co2eTtwKg: Float64Array;
  readonly tonneKm: Float64Array;
  readonly loadT: Float64Array;
  readonly distanceKm: Float64Array;
}

/** Given tonne-kilometres and load x distance may differ by this share without a warning. */
const tkmTolerance = 0.05;

/** The warning of a row for which `shipmentFigures` returns true. */
export const tkmMismatch: Warning = {
  code: 'TKM_MISMATCH',
  message: 'tkm differs from load x distance by more than 5 %; load x distance was taken',
};

/**
 * Works out the figures of one row: kg CO2e = tonnes x km x intensity, as WTW with its WTT and TTW parts. Allocates nothing.
 *
 * @param numbers must have a number wherever the selection was told that the row has one
 * @param row index in `numbers` and `out`
 * @returns whether the given tonne-kilometres differ from load x distance: then the row has the warning `tkmMismatch`
 */
export function shipmentFigures(
  selection: ShipmentSelection,
  numbers: ShipmentNumbers,
  row: number,
  out: ShipmentFigures,
): boolean {
  const { activity, distanceAdjustment, extraKg, wttKgPerTkm: wtt, ttwKgPerTkm: ttw } = selection;
  const given = numbers.loadFactor[row] ?? NaN;
  const loadFactor = Number.isNaN(given) ? 1 : given;
  const loadT =
    activity === 'default load'
      ? (selection.defaultLoadT ?? NaN) * loadFactor
      : (numbers.load[row] ?? NaN) * loadFactor * (selection.unitTonnes ?? NaN);
  const km = selection.distanceKm ?? numbers.distanceKm[row] ?? NaN;
  const tkm = numbers.tkm[row] ?? NaN;
  const tonneKm = activity === 'tkm' ? tkm : loadT * km;
  const adjusted = tonneKm * distanceAdjustment;
  out.co2eKg[row] = adjusted * selection.wtwKgPerTkm + extraKg;
  out.co2eWttKg[row] = wtt === undefined ? NaN : adjusted * wtt;
  out.co2eTtwKg[row] = ttw === undefined ? NaN : adjusted * ttw + extraKg;
  out.tonneKm[row] = tonneKm;
  out.loadT[row] = loadT;
  out.distanceKm[row] = km;
  // Without tkm this compares with NaN, which is false.
  return activity === 'load' && Math.abs(tkm - tonneKm) > tkmTolerance * tonneKm;
}
