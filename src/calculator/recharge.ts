import { quote, type Warning } from '../issues.ts';
import type { FuelRecharge, QuantityUnit } from '../records/recharge.ts';
import { foldName, type Fuel, type FuelUnit } from './data.ts';
import type { Electricity } from './electricity.ts';
import { type Calculated, type Emissions, failure } from './result.ts';

/** A fuel purchase, with the unit of its quantity where it is not the fuel's own. */
export type Recharge = FuelRecharge & { readonly quantity_unit?: QuantityUnit | undefined };

/** The emissions of one fuel purchase and everything they rest on. */
export interface RechargeEmissions extends Emissions {
  readonly fuel: string;
  readonly quantity: number;
  readonly unit: FuelUnit;
  readonly factorKgPerUnit: number;
  readonly factorRegion: string;
  readonly factorSource: string;
  /** CO2 from biomass, kg; outside of the total (ISO 14083). `undefined` where none is published. */
  readonly biogenicCo2Kg: number | undefined;
  readonly assumptions: readonly string[];
}

const unitNames: Readonly<Record<QuantityUnit, FuelUnit>> = { l: 'l', kg: 'kg', m3: 'm3', kwh: 'kWh' };

/** What a purchase is calculated with. */
export interface RechargeBasis {
  readonly fuels: FuelCatalogue;
  readonly electricity: () => Electricity;
  readonly suggest: (fuel: string, known: Iterable<string>) => string;
}

/** A factor that is taken instead of the catalogue's, kg CO2e per unit of the quantity. */
export interface GivenFactor {
  readonly wtwKgPerUnit: number;
  readonly wttKgPerUnit?: number | undefined;
  readonly ttwKgPerUnit?: number | undefined;
  readonly unit: FuelUnit;
  readonly region?: string | undefined;
  readonly source: string;
}

/** The emissions of a purchase whose factor is given. */
export function calculateWithFactor(recharge: Recharge, factor: GivenFactor): Calculated<RechargeEmissions> {
  const { quantity, fuel_id: fuel } = recharge;
  if (quantity === undefined) return missingQuantity(factor.unit);
  const { wtwKgPerUnit: wtw, wttKgPerUnit: wtt, ttwKgPerUnit: ttw, unit, region = 'given', source } = factor;
  const times = (value: number | undefined): number | undefined => (value === undefined ? undefined : quantity * value);
  return {
    ok: true,
    warnings: [],
    value: {
      co2eKg: quantity * wtw,
      co2eWttKg: times(wtt),
      co2eTtwKg: times(ttw),
      fuel,
      quantity,
      unit,
      factorKgPerUnit: wtw,
      factorRegion: region,
      factorSource: source,
      biogenicCo2Kg: undefined,
      assumptions: [],
    },
  };
}

const otherYear = (year: number): Warning => ({
  code: 'FACTOR_YEAR',
  message: `no factors are known for ${String(year)}; the nearest year was taken`,
});

const missingQuantity = (unit: FuelUnit) =>
  failure('MISSING_FIELD', 'quantity', {
    message: 'needs quantity to be calculated',
    hint: `fill in quantity in ${unit}`,
  });

/** The fuels that can be calculated, by name, alias or id. */
export class FuelCatalogue {
  readonly fuels: readonly Fuel[];
  readonly #byName: ReadonlyMap<string, Fuel>;

  /** @param accountNames names of the account's fuels by their ids, which `fuels --sync` fetched */
  constructor(fuels: readonly Fuel[], accountNames: ReadonlyMap<string, string> = new Map()) {
    this.fuels = fuels;
    const byName = new Map<string, Fuel>();
    for (const fuel of fuels) {
      for (const name of [fuel.id, fuel.name, ...fuel.aliases, ...fuel.ids]) byName.set(foldName(name), fuel);
    }
    for (const [id, name] of accountNames) {
      const fuel = byName.get(foldName(name)) ?? byName.get(foldName(name.replaceAll('_', ' ')));
      if (fuel !== undefined && !byName.has(foldName(id))) byName.set(foldName(id), fuel);
    }
    this.#byName = byName;
  }

  find(name: string): Fuel | undefined {
    return this.#byName.get(name) ?? this.#byName.get(foldName(name));
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }
}

/**
 * Calculates one fuel purchase: kg CO2e = quantity x factor of the fuel, as WTW with its WTT and TTW parts; biogenic CO2
 * beside it.
 *
 * @returns the emissions in kg CO2e with full precision, or UNKNOWN_FUEL, MISSING_FIELD, INVALID_CHOICE
 */
export function calculateRecharge(recharge: Recharge, basis: RechargeBasis): Calculated<RechargeEmissions> {
  const { fuel_id: name, quantity, country, date } = recharge;
  const fuel = basis.fuels.find(name);
  if (fuel === undefined) return unknownFuel(name, basis);
  if (quantity === undefined) return missingQuantity(fuel.unit);
  const year = Number(date.slice(0, 4));
  const unit = recharge.quantity_unit === undefined ? fuel.unit : unitNames[recharge.quantity_unit];
  const figures = fuel.kgPerUnit[unit];
  if (figures === undefined) {
    const known = Object.keys(fuel.kgPerUnit).join(', ');
    return failure('INVALID_CHOICE', 'quantity_unit', {
      value: unit,
      message: `${fuel.name} has no factor for ${unit}, only for ${known}`,
      hint: `give the quantity in ${known}`,
    });
  }
  // Liquids are bought in litres and electricity in kWh; gases in several units.
  const isUsual = recharge.quantity_unit !== undefined || unit === 'l' || unit === 'kWh';
  const assumptions = isUsual ? [] : [`quantity: in ${unit}`];
  if (fuel.isElectricity) {
    const grid = basis.electricity().factor(country, year);
    return {
      ok: true,
      warnings: grid.isOtherYear ? [otherYear(year)] : [],
      value: {
        co2eKg: quantity * grid.kgPerKwh,
        co2eWttKg: quantity * grid.kgPerKwh,
        co2eTtwKg: 0,
        fuel: 'Electricity',
        quantity,
        unit,
        factorKgPerUnit: grid.kgPerKwh,
        factorRegion: grid.region,
        factorSource: grid.source,
        biogenicCo2Kg: 0,
        assumptions: [...assumptions, ...grid.assumptions],
      },
    };
  }
  const set = setOf(fuel, year);
  if (set.year !== year) assumptions.push(`factor: set of ${String(set.year)} for ${String(year)}`);
  if (set.year !== fuel.year && (figures.biogenicCo2 ?? 0) > 0) {
    assumptions.push(`biogenic: CO2 from biomass as in ${String(fuel.year)}`);
  }
  const wtt = figures.wtt * set.wtt;
  const ttw = figures.ttw * set.ttw;
  return {
    ok: true,
    warnings: set.year === year ? [] : [otherYear(year)],
    value: {
      co2eKg: quantity * (wtt + ttw),
      co2eWttKg: quantity * wtt,
      co2eTtwKg: quantity * ttw,
      fuel: fuel.name,
      quantity,
      unit,
      factorKgPerUnit: wtt + ttw,
      factorRegion: fuel.region,
      factorSource: `DESNZ ${String(set.year)} ${fuel.id.replace(/^desnz2025/, `desnz${String(set.year)}`)}`,
      biogenicCo2Kg: figures.biogenicCo2 === null ? undefined : quantity * figures.biogenicCo2,
      assumptions,
    },
  };
}

/** The figures of the year that is nearest, relative to those of the fuel's own year. */
function setOf({ year: own, earlierYears }: Fuel, wanted: number): { year: number; wtt: number; ttw: number } {
  const sets = [
    { year: own, wtt: 1, ttw: 1 },
    ...Object.entries(earlierYears).map(([year, ratios]) => ({ year: Number(year), ...ratios })),
  ];
  const [nearest] = sets.toSorted((a, b) => Math.abs(a.year - wanted) - Math.abs(b.year - wanted) || b.year - a.year);
  return nearest ?? { year: own, wtt: 1, ttw: 1 };
}

function unknownFuel(name: string, { fuels, suggest }: RechargeBasis) {
  if (/ad ?blue|\burea\b/i.test(name)) {
    return failure('UNKNOWN_FUEL', 'fuel_id', {
      value: name,
      message: `${quote(name)} is no fuel but an additive, and has no fuel factor`,
      cause: 'AdBlue is no fuel but an additive, and has no fuel factor',
      hint: 'leave these rows out',
    });
  }
  return failure('UNKNOWN_FUEL', 'fuel_id', {
    value: name,
    message: `the calculator knows no fuel ${quote(name)}${suggest(name, fuels.names())}`,
    hint: 'dcycle-upload fuels lists the fuels; fuels --sync adds the ids of your account',
  });
}
