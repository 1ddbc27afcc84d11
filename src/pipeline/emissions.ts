import type { RecordEmissions } from '../destinations/destination.ts';
import type { Fields } from '../records/kind.ts';

/** Sums of one group of records; kg CO2e. */
export interface GroupTotals {
  readonly group: string;
  records: number;
  co2eKg: number;
  // These three are `undefined` where the destination does not say them for every record.
  co2eWttKg: number | undefined;
  co2eTtwKg: number | undefined;
  biogenicCo2Kg: number | undefined;
  // These two where it does not say them for any.
  tonneKm: number | undefined;
  distanceKm: number | undefined;
  /** kg CO2e of the records whose tonne-kilometres are known: what an intensity may be worked out from. */
  co2eOfTonneKm: number;
}

const add = (sum: number | undefined, value: number | undefined): number | undefined =>
  value === undefined ? sum : (sum ?? 0) + value;

/** The parts of a total are known only where they are of every record: otherwise they would not add up to it. */
const addPart = ({ records }: GroupTotals, sum: number | undefined, value: number | undefined): number | undefined =>
  value === undefined || (records > 0 && sum === undefined) ? undefined : (sum ?? 0) + value;

const emptyTotals = (group: string): GroupTotals => ({
  group,
  records: 0,
  co2eKg: 0,
  co2eWttKg: undefined,
  co2eTtwKg: undefined,
  biogenicCo2Kg: undefined,
  tonneKm: undefined,
  distanceKm: undefined,
  co2eOfTonneKm: 0,
});

function addTo(totals: GroupTotals, emissions: RecordEmissions): void {
  totals.co2eWttKg = addPart(totals, totals.co2eWttKg, emissions.co2eWttKg);
  totals.co2eTtwKg = addPart(totals, totals.co2eTtwKg, emissions.co2eTtwKg);
  totals.biogenicCo2Kg = addPart(totals, totals.biogenicCo2Kg, emissions.biogenicCo2Kg);
  totals.records += 1;
  totals.co2eKg += emissions.co2eKg;
  totals.tonneKm = add(totals.tonneKm, emissions.tonneKm);
  totals.distanceKm = add(totals.distanceKm, emissions.distanceKm);
  if (emissions.tonneKm !== undefined) totals.co2eOfTonneKm += emissions.co2eKg;
}

/** Groups of one kind that are kept apart; a file with more clients than this has them under `(others)`. */
const groupsLimit = 10_000;
/** The group of what came when there were groups enough. */
export const others = '(others)';

/** Totals by one property of the records. */
export class Grouping {
  readonly #groups = new Map<string, GroupTotals>();
  readonly #limit: number;

  constructor(limit = groupsLimit) {
    this.#limit = limit;
  }

  add(group: string, emissions: RecordEmissions): void {
    let totals = this.#groups.get(group);
    if (totals === undefined) {
      const isFull = this.#groups.size >= this.#limit;
      totals = (isFull ? this.#groups.get(others) : undefined) ?? emptyTotals(isFull ? others : group);
      this.#groups.set(totals.group, totals);
    }
    addTo(totals, emissions);
  }

  /** The heaviest first. */
  get groups(): readonly GroupTotals[] {
    return [...this.#groups.values()].toSorted((a, b) => b.co2eKg - a.co2eKg);
  }
}

/** A record without the property that is grouped by. */
export const withoutGroup = '(none)';

/** Adds up the emissions of accepted records: all, by category or fuel, vehicle type, client and month. */
export class EmissionTotals {
  readonly #total = emptyTotals('total');
  readonly #assumed = emptyTotals('assumed');
  readonly #groups = new Grouping();
  readonly #vehicleTypes = new Grouping();
  readonly #clients = new Grouping();
  readonly #months = new Grouping();
  readonly #assumptions = new Grouping();

  add(emissions: RecordEmissions, record: Fields): void {
    addTo(this.#total, emissions);
    this.#groups.add(emissions.group, emissions);
    if (emissions.vehicleType !== undefined) this.#vehicleTypes.add(emissions.vehicleType, emissions);
    const { client, shipment_date: shipmentDate, date = shipmentDate } = record;
    this.#clients.add(client === undefined ? withoutGroup : String(client), emissions);
    this.#months.add(date === undefined ? withoutGroup : String(date).slice(0, 7), emissions);
    const { assumed = [] } = emissions;
    if (assumed.length === 0) return;
    addTo(this.#assumed, emissions);
    for (const kind of assumed) this.#assumptions.add(kind, emissions);
  }

  /** By transport category or fuel. */
  get groups(): readonly GroupTotals[] {
    return this.#groups.groups;
  }

  get vehicleTypes(): readonly GroupTotals[] {
    return this.#vehicleTypes.groups;
  }

  get clients(): readonly GroupTotals[] {
    return this.#clients.groups;
  }

  /** In the order of the calendar; records without a date last. */
  get months(): readonly GroupTotals[] {
    const order = ({ group }: GroupTotals): string => (group.startsWith('(') ? '~' : group);
    return this.#months.groups.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  /** Records that rest on an assumption, and the same by what was assumed; one record may be in several. */
  get assumed(): { readonly total: GroupTotals; readonly kinds: readonly GroupTotals[] } {
    return { total: this.#assumed, kinds: this.#assumptions.groups };
  }

  /** All records together; `undefined` when nothing was added. */
  get total(): GroupTotals | undefined {
    return this.#total.records === 0 ? undefined : this.#total;
  }
}
