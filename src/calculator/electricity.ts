import type { Assumption } from './assumption.ts';
import { type Fuel, type GridFile, type GridYearsFile, readFuels, readGrid, readGridYears } from './data.ts';
import type { Publication } from './publication.ts';

/** The emissions of a kilowatt-hour at the plug. All of it is well-to-tank: nothing is emitted where it is used. */
export interface ElectricityFactor {
  readonly kgPerKwh: number;
  /** ISO 3166-1 alpha-2, or `world`. */
  readonly region: string;
  readonly source: string;
  readonly publication: Publication;
  /** The figures are of another year than the wanted one. */
  readonly isOtherYear: boolean;
  readonly assumptions: readonly Assumption[];
}

/**
 * What is lost between plant and plug, as a share of what arrives: the United Kingdom's (DESNZ 2025: 0.01853 of 0.177 kg per
 * kWh). No open table by country exists.
 */
const lossShare = 0.01853 / 0.177;
const losses: Assumption = {
  subject: 'electricity',
  kind: 'grid losses',
  detail: { share: lossShare, country: 'GB' },
};

/** DESNZ by year, kg CO2e per kWh: generation, losses, and both again for what precedes the plant. */
const unitedKingdom: Readonly<Record<string, number>> = {
  // Generation and losses by year: the fuels file; upstream 0.0459 + 0.00397 in all three years.
  2023: 0.20707 + 0.01792 + 0.0459 + 0.00397,
  2024: 0.20705 + 0.0183 + 0.0459 + 0.00397,
};

/** Electricity by country and year. */
export class Electricity {
  readonly #british: Fuel | undefined;
  readonly #latest: ReadonlyMap<string, number>;
  readonly #world: number;
  readonly #byYear: ReadonlyMap<string, readonly (number | null)[]>;
  readonly #years: readonly number[];

  constructor(fuels: readonly Fuel[], grid: GridFile, gridYears: GridYearsFile) {
    this.#british = fuels.find(({ isElectricity }) => isElectricity);
    this.#latest = new Map(grid.rows);
    this.#world = grid.worldGramPerKwh;
    this.#byYear = new Map(gridYears.rows.map(([country, ...values]) => [country, values]));
    this.#years = gridYears.years;
  }

  /**
   * The electricity of a country and year: DESNZ for the United Kingdom; else the year's mean by Electricity Maps, nearest
   * year; else Ember's latest; else the world's. Grid losses are added.
   *
   * @param country ISO 3166-1 alpha-2
   */
  factor(country: string | undefined, year: number | undefined): ElectricityFactor {
    const british = this.#british?.kgPerUnit.kWh?.wtt;
    if (country === 'GB' && british !== undefined) {
      const nearest = Math.min(Math.max(year ?? 2025, 2023), 2025);
      const assumptions = year === undefined || nearest === year ? [] : [otherYear(nearest, year)];
      const kgPerKwh = unitedKingdom[nearest] ?? british;
      return {
        kgPerKwh,
        region: 'GB',
        source: `DESNZ ${String(nearest)} electricity-uk`,
        publication: { set: 'DESNZ', year: nearest },
        isOtherYear: assumptions.length > 0,
        assumptions,
      };
    }
    return this.#ofYear(country, year) ?? this.#ofLatest(country);
  }

  #ofYear(country: string | undefined, year: number | undefined): ElectricityFactor | undefined {
    const values = country === undefined ? undefined : this.#byYear.get(country);
    const wanted = year ?? this.#years.at(-1) ?? 0;
    const known = this.#years.flatMap((each, index) => {
      const value = values?.[index];
      return typeof value === 'number' ? [{ year: each, value }] : [];
    });
    const [nearest] = known.toSorted(
      (a, b) => Math.abs(a.year - wanted) - Math.abs(b.year - wanted) || b.year - a.year,
    );
    if (country === undefined || nearest === undefined) return undefined;
    return {
      kgPerKwh: withLosses(nearest.value),
      region: country,
      source: `Electricity Maps ${String(nearest.year)}`,
      publication: { set: 'Electricity Maps', year: nearest.year },
      isOtherYear: nearest.year !== wanted,
      assumptions: [losses, ...(nearest.year === wanted ? [] : [otherYear(nearest.year, wanted)])],
    };
  }

  #ofLatest(country: string | undefined): ElectricityFactor {
    const own = country === undefined ? undefined : this.#latest.get(country);
    const assumptions = [losses, latest];
    const ember = { source: 'Ember', publication: { set: 'Ember' }, isOtherYear: false } as const;
    if (own !== undefined && country !== undefined) {
      return { kgPerKwh: withLosses(own), region: country, ...ember, assumptions };
    }
    return {
      kgPerKwh: withLosses(this.#world),
      region: 'world',
      ...ember,
      assumptions: [...assumptions, { subject: 'electricity', kind: 'electricity of world', detail: { country } }],
    };
  }
}

const withLosses = (gramPerKwh: number): number => (gramPerKwh / 1000) * (1 + lossShare);

const latest: Assumption = { subject: 'electricity', kind: 'latest electricity', detail: {} };

const otherYear = (taken: number, wanted: number): Assumption => ({
  subject: 'electricity',
  kind: 'electricity of other year',
  detail: { taken, wanted },
});

export const readElectricity = (): Electricity => new Electricity(readFuels(), readGrid(), readGridYears());
