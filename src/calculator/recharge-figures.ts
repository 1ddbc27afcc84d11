import type { Warning } from '../issues.ts';
import type { Assumption } from './assumption.ts';
import type { FuelUnit } from './data.ts';
import type { Publication } from './publication.ts';

/** Everything of a purchase's result that does not depend on its quantity. */
export interface RechargeSelection {
  readonly ok: true;
  readonly fuel: string;
  readonly unit: FuelUnit;
  /** kg CO2e per unit of the quantity, well-to-wheel. */
  readonly wtwKgPerUnit: number;
  /** Its parts; `undefined` where the factor's source gives the sum alone. */
  readonly wttKgPerUnit: number | undefined;
  readonly ttwKgPerUnit: number | undefined;
  /** kg of CO2 from biomass per unit, outside of the total; `undefined` where none is published. */
  readonly biogenicKgPerUnit: number | undefined;
  readonly factorRegion: string;
  readonly factorSource: string;
  /** The publications that the factor is taken from; empty for a factor of the user's own. */
  readonly publications: readonly Publication[];
  readonly assumptions: readonly Assumption[];
  readonly warnings: readonly Warning[];
}

/** The figures of purchases, a row each; NaN where one is unknown. */
export interface RechargeFigures {
  readonly co2eKg: Float64Array;
  readonly co2eWttKg: Float64Array;
  readonly co2eTtwKg: Float64Array;
  readonly biogenicCo2Kg: Float64Array;
}

/** Works out the figures of one row: kg CO2e = quantity x factor. Allocates nothing. */
export function rechargeFigures(
  selection: RechargeSelection,
  quantities: Float64Array,
  row: number,
  out: RechargeFigures,
): void {
  const quantity = quantities[row] ?? NaN;
  const { wttKgPerUnit: wtt, ttwKgPerUnit: ttw, biogenicKgPerUnit: biogenic } = selection;
  out.co2eKg[row] = quantity * selection.wtwKgPerUnit;
  out.co2eWttKg[row] = wtt === undefined ? NaN : quantity * wtt;
  out.co2eTtwKg[row] = ttw === undefined ? NaN : quantity * ttw;
  out.biogenicCo2Kg[row] = biogenic === undefined ? NaN : quantity * biogenic;
}
