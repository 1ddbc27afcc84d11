import { quote } from '../issues.ts';
import type { FuelRecharge } from '../records/recharge.ts';
import type { CalculatorData } from './data.ts';
import { factorYear, foldName } from './data.ts';
import { type Calculated, type Emissions, failure } from './result.ts';

/** The emissions of one fuel purchase and everything they rest on. */
export interface RechargeEmissions extends Emissions {
  readonly fuel: string;
  readonly quantity: number;
  readonly unit: string;
  readonly factorKgPerUnit: number;
  readonly factorRegion: string;
  readonly factorSource: string;
  readonly assumptions: readonly string[];
}

/**
 * Calculates one fuel purchase: kg CO2e = quantity x factor of the fuel, as WTW with its WTT and TTW parts.
 *
 * @param suggest finds the known fuel nearest to an unknown one, for the message
 * @returns the emissions in kg CO2e with full precision, or UNKNOWN_FUEL, MISSING_FIELD
 */
export function calculateRecharge(
  recharge: FuelRecharge,
  data: CalculatorData,
  suggest: (fuel: string) => string,
): Calculated<RechargeEmissions> {
  const { fuel_id: name, quantity, country, date } = recharge;
  const fuel = data.fuels.get(foldName(name));
  if (fuel === undefined && /ad ?blue|\burea\b/i.test(name)) {
    return failure('UNKNOWN_FUEL', 'fuel_id', {
      value: name,
      message: `${quote(name)} is no fuel but an additive, and has no fuel factor`,
      cause: 'AdBlue is no fuel but an additive, and has no fuel factor',
      hint: 'leave these rows out',
    });
  }
  if (fuel === undefined) {
    return failure('UNKNOWN_FUEL', 'fuel_id', {
      value: name,
      message: `the calculator knows no fuel ${quote(name)}${suggest(name)}`,
      hint: 'docs/calculation.md lists the fuels; of the ids of an account it knows diesel and aviation_fuel only',
    });
  }
  if (fuel.countries !== null && !fuel.countries.includes(country)) {
    const places = fuel.countries.join(', ');
    return failure('UNKNOWN_FUEL', 'fuel_id', {
      value: name,
      message: `${fuel.name} has no factor for ${country}, only for ${places}`,
      hint: 'the electricity of other countries is not embedded yet',
    });
  }
  if (quantity === undefined) {
    return failure('MISSING_FIELD', 'quantity', {
      message: 'needs quantity to be calculated',
      hint: `fill in quantity in ${fuel.unit}`,
    });
  }
  const assumptions = [`quantity: in ${fuel.unit}`];
  const year = Number(date.slice(0, 4));
  if (year !== factorYear) assumptions.push(`factor: set of ${String(factorYear)} for ${String(year)}`);
  return {
    ok: true,
    warnings: [],
    value: {
      co2eKg: quantity * fuel.wtwKgPerUnit,
      co2eWttKg: quantity * fuel.wttKgPerUnit,
      co2eTtwKg: quantity * fuel.ttwKgPerUnit,
      fuel: fuel.name,
      quantity,
      unit: fuel.unit,
      factorKgPerUnit: fuel.wtwKgPerUnit,
      factorRegion: fuel.region,
      factorSource: `${fuel.set} ${fuel.id}`,
      assumptions,
    },
  };
}
