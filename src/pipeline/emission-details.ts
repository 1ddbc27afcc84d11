import type { Assumption, AssumptionSubject } from '../calculator/assumption.ts';
import type { DistanceSource, RouterKind } from '../calculator/distances/distance-source.ts';
import type { LandMode } from '../calculator/distances/road.ts';
import type { Publication } from '../calculator/publication.ts';
import type { RecordEmissions } from '../destinations/destination.ts';
import type { Fields } from '../records/kind.ts';
import { Grouping, type GroupTotals, withoutGroup } from './emissions.ts';

/** How well a figure is founded: on what the row says, on a distance that was worked out, or on what the row lacks. */
export type Quality = 'given' | 'estimated' | 'assumed';

/** Distinct texts of one kind that are kept apart: they are few, unless they name places. */
const textsLimit = 500;

/** Assumptions about places and distances: worked out from the row, not put in its place. */
const estimates: ReadonlySet<AssumptionSubject> = new Set<AssumptionSubject>(['distance', 'place']);

/**
 * What a report page says beyond the totals: lanes, how well the figures are founded, which factors were used, the period.
 * Collected where it is asked for only.
 */
export class EmissionDetails {
  readonly #lanes = new Grouping();
  readonly #qualities = new Grouping();
  readonly #distances = new Grouping();
  readonly #factors = new Grouping(textsLimit);
  readonly #publications = new Map<string, readonly Publication[]>();
  readonly #assumptions = new Grouping(textsLimit);
  readonly #assumptionText: (assumption: Assumption) => string;
  #first: string | undefined;
  #last: string | undefined;

  /** @param assumptionText the words of an assumption, which `report/` makes */
  constructor(assumptionText: (assumption: Assumption) => string) {
    this.#assumptionText = assumptionText;
  }

  /** @param emissions `undefined` where the destination does not say them */
  add(record: Fields, emissions: RecordEmissions | undefined): void {
    this.#date(record);
    if (emissions === undefined) return;
    const { origin, destination } = record;
    const isLane = origin !== undefined && destination !== undefined;
    this.#lanes.add(isLane ? `${String(origin)} → ${String(destination)}` : withoutGroup, emissions);
    const { assumed, basis } = emissions;
    if (assumed !== undefined) this.#qualities.add(qualityOf(assumed), emissions);
    if (basis === undefined) return;
    const { distanceSource, factorSource, factorRegion, publications, assumptions } = basis;
    if (distanceSource !== undefined) this.#distances.add(distanceMethod(distanceSource), emissions);
    const factor = `${factorSource} (${factorRegion})`;
    this.#factors.add(factor, emissions);
    if (this.#publications.size < textsLimit) this.#publications.set(factor, publications);
    for (const text of new Set(assumptions.map(this.#assumptionText))) this.#assumptions.add(text, emissions);
  }

  #date({ shipment_date: shipmentDate, date = shipmentDate }: Fields): void {
    if (typeof date !== 'string') return;
    if (this.#first === undefined || date < this.#first) this.#first = date;
    if (this.#last === undefined || date > this.#last) this.#last = date;
  }

  /** First and last day of the accepted records, `YYYY-MM-DD`; `undefined` where none has a date. */
  get period(): { readonly first: string; readonly last: string } | undefined {
    return this.#first === undefined || this.#last === undefined ? undefined : { first: this.#first, last: this.#last };
  }

  /** By origin and destination, as the rows have them. */
  get lanes(): readonly GroupTotals[] {
    return this.#lanes.groups;
  }

  /** By `Quality`; each record is in one. Empty where the destination does not say what its figures rest on. */
  get qualities(): readonly GroupTotals[] {
    return this.#qualities.groups;
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

const qualityOf = (assumed: readonly AssumptionSubject[]): Quality =>
  assumed.length === 0 ? 'given' : assumed.every((subject) => estimates.has(subject)) ? 'estimated' : 'assumed';

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
    case 'flight':
      return source.mode;
    case 'sea lanes':
      return 'sea';
  }
}
