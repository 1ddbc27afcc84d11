import type { Assumption, AssumptionSubject } from '../calculator/assumption.ts';
import type { DistanceSource, RouterKind } from '../calculator/distances/distance-source.ts';
import type { LandMode } from '../calculator/distances/road.ts';
import type { Publication } from '../calculator/publication.ts';
import { type Basis, type Figures, Grouping, type GroupTotals, withoutGroup } from './emissions.ts';

/** What is noted of a record; `day` is `YYYY-MM-DD`. */
export interface DetailedRecord {
  readonly day: string | undefined;
  readonly origin: string | undefined;
  readonly destination: string | undefined;
  /** Whether somebody else carried it; `undefined` where the row does not say. */
  readonly isBought: boolean | undefined;
}

/** A row that outweighs the others. */
export interface HeavyRow {
  readonly name: string;
  readonly kg: number;
}

/** Emissions by who carried the rows, kg CO2e; what the rows do not say is in none. */
export interface CarriedEmissions {
  /** Fuel that own vehicles burned, and its provision. */
  readonly ownTtwKg: number;
  readonly ownWttKg: number;
  readonly ownElectricKg: number;
  readonly boughtKg: number;
}

/** What the figure of a record was worked out from. */
export interface DetailedBasis extends Basis {
  readonly assumed: readonly AssumptionSubject[];
  /** Absent where distance plays no part. */
  readonly distanceSource?: DistanceSource;
  readonly factorRegion: string;
  readonly factorSource: string;
  readonly publications: readonly Publication[];
  readonly assumptions: readonly Assumption[];
}

/** Distinct texts of one kind that are kept apart: they are few, unless they name places. */
const textsLimit = 500;

/**
 * What a report page says beyond the totals: lanes, how distances were found, which factors were used, the period.
 * Collected where it is asked for only.
 */
export class EmissionDetails {
  readonly #lanes = new Grouping();
  readonly #distances = new Grouping();
  readonly #factors = new Grouping({ limit: textsLimit });
  readonly #publications = new Map<string, readonly Publication[]>();
  readonly #assumptions = new Grouping({ limit: textsLimit });
  readonly #assumptionText: (assumption: Assumption) => string;
  readonly #carriers = new Grouping();
  #first: string | undefined;
  #last: string | undefined;
  /** Noted at the end of a calculation. */
  heavyRow: HeavyRow | undefined;

  /** @param assumptionText the words of an assumption, which `report/` makes */
  constructor(assumptionText: (assumption: Assumption) => string) {
    this.#assumptionText = assumptionText;
  }

  /** Notes an accepted record. */
  add(record: DetailedRecord, figures: Figures | undefined, row: number, basis: DetailedBasis | undefined): void {
    const { day, origin, destination } = record;
    if (day !== undefined) {
      if (this.#first === undefined || day < this.#first) this.#first = day;
      if (this.#last === undefined || day > this.#last) this.#last = day;
    }
    if (figures === undefined) return;
    const isLane = origin !== undefined && destination !== undefined;
    this.#lanes.add(isLane ? `${origin} → ${destination}` : withoutGroup, figures, row);
    this.#addCarrier(record.isBought, figures, row, basis);
    if (basis === undefined) return;
    const { distanceSource, factorSource, factorRegion, publications, assumptions } = basis;
    if (distanceSource !== undefined) this.#distances.add(distanceMethod(distanceSource), figures, row);
    const factor = `${factorSource} (${factorRegion})`;
    this.#factors.add(factor, figures, row);
    if (this.#publications.size < textsLimit) this.#publications.set(factor, publications);
    for (const text of new Set(assumptions.map(this.#assumptionText))) this.#assumptions.add(text, figures, row);
  }

  #addCarrier(isBought: boolean | undefined, figures: Figures, row: number, basis: DetailedBasis | undefined): void {
    if (isBought === undefined) return;
    const isElectric = basis?.publications.some(({ set }) => set !== 'DESNZ') === true;
    this.#carriers.add(isBought ? 'bought' : isElectric ? 'electric' : 'own', figures, row);
  }

  /** `undefined` where no row says who carried it. Of own vehicles, only what is known in its two parts counts. */
  get carried(): CarriedEmissions | undefined {
    const groups = new Map(this.#carriers.inOrder.map((each) => [each.group, each]));
    if (groups.size === 0) return undefined;
    const own = groups.get('own');
    const hasParts = own?.co2eTtwKg !== undefined && own.co2eWttKg !== undefined;
    return {
      ownTtwKg: hasParts ? (own.co2eTtwKg ?? 0) : 0,
      ownWttKg: hasParts ? (own.co2eWttKg ?? 0) : 0,
      ownElectricKg: groups.get('electric')?.co2eKg ?? 0,
      boughtKg: groups.get('bought')?.co2eKg ?? 0,
    };
  }

  /** First and last day of the accepted records, `YYYY-MM-DD`; `undefined` where none has a date. */
  get period(): { readonly first: string; readonly last: string } | undefined {
    return this.#first === undefined || this.#last === undefined ? undefined : { first: this.#first, last: this.#last };
  }

  /** By origin and destination, as the rows have them. */
  get lanes(): readonly GroupTotals[] {
    return this.#lanes.groups;
  }

  /** By `DistanceMethod`. */
  get distances(): readonly GroupTotals[] {
    return this.#distances.groups;
  }

  /** By factor, named with its set and region. */
  get factors(): readonly GroupTotals[] {
    return this.#factors.groups;
  }

  /** The publications that a group of `factors` is taken from; none for a factor of the user's own. */
  publicationsOf(factor: string): readonly Publication[] {
    return this.#publications.get(factor) ?? [];
  }

  /** By the text of an assumption; a record may be in several. */
  get assumptions(): readonly GroupTotals[] {
    return this.#assumptions.groups;
  }
}

/** How a distance was found, without the places. */
export type DistanceMethod = 'given' | 'given tkm' | LandMode | 'air' | 'sea' | `road: ${RouterKind}`;

function distanceMethod(source: DistanceSource): DistanceMethod {
  switch (source.kind) {
    case 'given':
    case 'given tkm':
      return source.kind;
    case 'router':
      return `road: ${source.router}`;
    case 'great circle':
    case 'within town':
    case 'flight':
      return source.mode;
    case 'sea lanes':
      return 'sea';
  }
}

/** A truth value of a record, which columns have as text. */
export const booleanOf = (text: string | undefined): boolean | undefined =>
  text === undefined ? undefined : text === 'true';
