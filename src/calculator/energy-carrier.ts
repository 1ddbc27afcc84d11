import type { Fuel, FuelUnit } from './data.ts';

/** Energies that a class of vehicles may run on alone, as iLEAP 1.0.0 calls them. */
export type CarrierName = 'Diesel' | 'Petrol' | 'CNG' | 'LPG' | 'Electric';

/** The one energy that the vehicles of an intensity run on. */
export interface EnergyCarrier {
  readonly name: CarrierName;
  /** The year of the set that the intensity is from. */
  readonly year?: number | undefined;
  /** Electricity: kg CO2e per kilowatt-hour at the plug, all of it well-to-tank. */
  readonly kgPerKwh?: number | undefined;
}

/** What a unit of energy emits, kg CO2e. */
export interface EnergyFactor {
  readonly carrier: CarrierName;
  readonly unit: Exclude<FuelUnit, 'm3'>;
  readonly wtwKgPerUnit: number;
  readonly ttwKgPerUnit: number;
}

/** What DESNZ's vehicles run on: the blends that are sold at pumps (methodology paper, "Freight transport"). */
const fuelNames: Readonly<Record<Exclude<CarrierName, 'Electric'>, string>> = {
  Diesel: 'Diesel (average biofuel blend)',
  Petrol: 'Petrol (average biofuel blend)',
  CNG: 'CNG',
  LPG: 'LPG',
};

/** The carrier that a factor's row names; `undefined` for mixes and groups of fuels. */
export function carrierOf(energy: string): CarrierName | undefined {
  const names: readonly CarrierName[] = ['Diesel', 'Petrol', 'CNG', 'LPG'];
  return names.find((name) => name.toLowerCase() === energy.toLowerCase());
}

/** The factor of a carrier in the year of its intensity, in the unit in which it is bought; `undefined` where none is known. */
export function energyFactor(
  { name, year, kgPerKwh }: EnergyCarrier,
  fuels: readonly Fuel[],
): EnergyFactor | undefined {
  if (name === 'Electric') {
    return kgPerKwh === undefined ? undefined : { carrier: name, unit: 'kWh', wtwKgPerUnit: kgPerKwh, ttwKgPerUnit: 0 };
  }
  const fuel = fuels.find((each) => each.name === fuelNames[name]);
  const figures = fuel?.kgPerUnit[fuel.unit];
  const scale = year === fuel?.year ? { wtt: 1, ttw: 1 } : fuel?.earlierYears[String(year)];
  if (fuel === undefined || fuel.unit === 'm3' || figures === undefined || scale === undefined) return undefined;
  const ttw = figures.ttw * scale.ttw;
  return { carrier: name, unit: fuel.unit, wtwKgPerUnit: figures.wtt * scale.wtt + ttw, ttwKgPerUnit: ttw };
}
