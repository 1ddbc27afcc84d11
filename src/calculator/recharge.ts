import { quote, type Warning } from '../issues.ts';
import type { FuelRecharge, QuantityUnit } from '../records/recharge.ts';
import type { Assumption } from './assumption.ts';
import { foldName, type Fuel, type FuelUnit } from './data.ts';
import type { Electricity } from './electricity.ts';
import type { Publication } from './publication.ts';
import { rechargeFigures, type RechargeFigures, type RechargeSelection } from './recharge-figures.ts';
import { type Calculated, type Emissions, type Failure, failure } from './result.ts';

/** A fuel purchase, with the unit of its quantity where it is not the fuel's own. */
export type Recharge = FuelRecharge & { readonly quantity_unit?: QuantityUnit | undefined };

/** The emissions of one fuel purchase and everything they are based on. */
export interface RechargeEmissions extends Emissions {
  readonly fuel: string;
  readonly quantity: number;
  readonly unit: FuelUnit;
  readonly factorKgPerUnit: number;
  readonly factorRegion: string;
  readonly factorSource: string;
  /** The publications that the factor is taken from; empty for a factor of the user's own. */
  readonly publications: readonly Publication[];
  /** CO2 from biomass, kg; outside of the total (ISO 14083). `undefined` where none is published. */
  readonly biogenicCo2Kg: number | undefined;
  /** What was decided where the row does not say. */
  readonly assumptions: readonly Assumption[];
}

/** Everything that a purchase's row says but its quantity. */
export interface RechargeWords {
  /** A fuel's name, alias or id. */
  readonly fuel: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly year: number;
  readonly quantityUnit?: QuantityUnit | undefined;
  readonly hasQuantity: boolean;
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

/** Calculates fuel purchases in two steps: what a row's words decide, and the arithmetic on its quantity. */
export class RechargeCalculator {
  readonly #basis: RechargeBasis;
  // The row form is the two steps for a table of one row.
  readonly #quantity = new Float64Array(1);
  readonly #figures: RechargeFigures = {
    co2eKg: new Float64Array(1),
    co2eWttKg: new Float64Array(1),
    co2eTtwKg: new Float64Array(1),
    biogenicCo2Kg: new Float64Array(1),
  };

  constructor(basis: RechargeBasis) {
    this.#basis = basis;
  }

  /**
   * Calculates one fuel purchase: kg CO2e = quantity x factor of the fuel, as WTW with its WTT and TTW parts; biogenic CO2
   * separately.
   *
   * @param given a factor that is taken instead of the catalogue's
   * @returns the emissions in kg CO2e with full precision, or UNKNOWN_FUEL, MISSING_FIELD, INVALID_CHOICE
   */
  calculate(recharge: Recharge, given?: GivenFactor): Calculated<RechargeEmissions> {
    const { quantity } = recharge;
    const selection = this.select(wordsOf(recharge), given);
    if (!selection.ok) return selection;
    if (quantity === undefined) return missingQuantity(selection.unit);
    this.#quantity[0] = quantity;
    const figures = this.#figures;
    rechargeFigures(selection, this.#quantity, 0, figures);
    const { wttKgPerUnit: wtt, ttwKgPerUnit: ttw, biogenicKgPerUnit: biogenic } = selection;
    return {
      ok: true,
      warnings: selection.warnings,
      value: {
        co2eKg: first(figures.co2eKg),
        co2eWttKg: wtt === undefined ? undefined : first(figures.co2eWttKg),
        co2eTtwKg: ttw === undefined ? undefined : first(figures.co2eTtwKg),
        fuel: selection.fuel,
        quantity,
        unit: selection.unit,
        factorKgPerUnit: selection.wtwKgPerUnit,
        factorRegion: selection.factorRegion,
        factorSource: selection.factorSource,
        publications: selection.publications,
        biogenicCo2Kg: biogenic === undefined ? undefined : first(figures.biogenicCo2Kg),
        assumptions: selection.assumptions,
      },
    };
  }

  /**
   * Decides what the words of a purchase decide. It remembers nothing: a caller with many rows keeps selections by all
   * the words.
   *
   * @param given a factor that is taken instead of the catalogue's
   */
  select(words: RechargeWords, given?: GivenFactor): RechargeSelection | Failure {
    if (given !== undefined) return words.hasQuantity ? selectionOf(given, words) : missingQuantity(given.unit);
    const fuel = this.#basis.fuels.find(words.fuel);
    if (fuel === undefined) return unknownFuel(words.fuel, this.#basis);
    if (!words.hasQuantity) return missingQuantity(fuel.unit);
    const { quantityUnit, country, year } = words;
    const unit = quantityUnit === undefined ? fuel.unit : unitNames[quantityUnit];
    const figures = fuel.kgPerUnit[unit] ?? figuresOfVolume(fuel, unit);
    if (figures === undefined) return wrongUnit(fuel, unit);
    // Liquids are bought in litres and electricity in kWh; gases in several units.
    const isUsual = quantityUnit !== undefined || unit === 'l' || unit === 'kWh';
    const assumptions: readonly Assumption[] = isUsual
      ? []
      : [{ subject: 'quantity', kind: 'unit of fuel', detail: { unit } }];
    return fuel.isElectricity
      ? electricitySelection(this.#basis.electricity(), country, year, unit, assumptions)
      : fuelSelection(fuel, figures, year, unit, assumptions);
  }
}

/** What is denser than this, in kg per litre, is a liquid by itself. */
const lightestLiquid = 0.6;

/**
 * Litres and cubic metres are the same volume: a liquid that is sold in one can be given in the other. Gases are metered at normal
 * pressure, compressed or liquefied, which are volumes of their own.
 */
function figuresOfVolume({ kgPerUnit, densityKgPerL }: Fuel, unit: FuelUnit): Fuel['kgPerUnit'][FuelUnit] {
  if ((densityKgPerL ?? 0) < lightestLiquid) return undefined;
  const [other, times] = unit === 'm3' ? [kgPerUnit.l, 1000] : unit === 'l' ? [kgPerUnit.m3, 0.001] : [undefined, 1];
  if (other === undefined) return undefined;
  const { wtt, ttw, biogenicCo2 } = other;
  return { wtt: wtt * times, ttw: ttw * times, biogenicCo2: biogenicCo2 === null ? null : biogenicCo2 * times };
}

const wordsOf = (recharge: Recharge): RechargeWords => ({
  fuel: recharge.fuel_id,
  country: recharge.country,
  year: Number(recharge.date.slice(0, 4)),
  quantityUnit: recharge.quantity_unit,
  hasQuantity: recharge.quantity !== undefined,
});

/** What a purchase whose factor is given is based on. */
function selectionOf(factor: GivenFactor, { fuel }: RechargeWords): RechargeSelection {
  return {
    ok: true,
    fuel,
    unit: factor.unit,
    wtwKgPerUnit: factor.wtwKgPerUnit,
    wttKgPerUnit: factor.wttKgPerUnit,
    ttwKgPerUnit: factor.ttwKgPerUnit,
    biogenicKgPerUnit: undefined,
    factorRegion: factor.region ?? 'given',
    factorSource: factor.source,
    publications: [],
    assumptions: [],
    warnings: [],
  };
}

function electricitySelection(
  electricity: Electricity,
  country: string,
  year: number,
  unit: FuelUnit,
  assumptions: readonly Assumption[],
): RechargeSelection {
  const grid = electricity.factor(country, year);
  return {
    ok: true,
    fuel: 'Electricity',
    unit,
    wtwKgPerUnit: grid.kgPerKwh,
    wttKgPerUnit: grid.kgPerKwh,
    ttwKgPerUnit: 0,
    biogenicKgPerUnit: 0,
    factorRegion: grid.region,
    factorSource: grid.source,
    publications: [grid.publication],
    assumptions: [...assumptions, ...grid.assumptions],
    warnings: grid.isOtherYear ? [otherYear(year)] : [],
  };
}

function fuelSelection(
  fuel: Fuel,
  figures: NonNullable<Fuel['kgPerUnit'][FuelUnit]>,
  year: number,
  unit: FuelUnit,
  assumed: readonly Assumption[],
): RechargeSelection {
  const set = setOf(fuel, year);
  const assumptions = [...assumed];
  if (set.year !== year) {
    assumptions.push({ subject: 'factor', kind: 'other year', detail: { taken: set.year, wanted: year } });
  }
  if (set.year !== fuel.year && (figures.biogenicCo2 ?? 0) > 0) {
    assumptions.push({ subject: 'biogenic', kind: 'biogenic share of year', detail: { year: fuel.year } });
  }
  const wtt = figures.wtt * set.wtt;
  const ttw = figures.ttw * set.ttw;
  return {
    ok: true,
    fuel: fuel.name,
    unit,
    wtwKgPerUnit: wtt + ttw,
    wttKgPerUnit: wtt,
    ttwKgPerUnit: ttw,
    biogenicKgPerUnit: figures.biogenicCo2 ?? undefined,
    factorRegion: fuel.region,
    factorSource: `DESNZ ${String(set.year)} ${fuel.id.replace(/^desnz2025/, `desnz${String(set.year)}`)}`,
    publications: [{ set: 'DESNZ', year: set.year }],
    assumptions,
    warnings: set.year === year ? [] : [otherYear(year)],
  };
}

const otherYear = (year: number): Warning => ({
  code: 'FACTOR_YEAR',
  message: `no factors are known for ${String(year)}; the nearest year was taken`,
});

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
  return failure('UNKNOWN_FUEL', 'fuel_id', {
    value: name,
    message: `the calculator knows no fuel ${quote(name)}${suggest(name, fuels.names())}`,
    hint: 'dcycle-upload fuels lists the fuels; fuels --sync adds the ids of your account',
  });
}

function wrongUnit({ name, kgPerUnit }: Fuel, unit: FuelUnit): Failure {
  const known = Object.keys(kgPerUnit).join(', ');
  return failure('INVALID_CHOICE', 'quantity_unit', {
    value: unit,
    message: `${name} has no factor for ${unit}, only for ${known}`,
    hint: `give the quantity in ${known}`,
  });
}

const first = (column: Float64Array): number => column[0] ?? NaN;
