import { ExactSums } from '../columns/exact-sums.ts';
import { type DataKind, dataKinds, type Evidence, evidences } from '../destinations/evidence.ts';

/** Sums of one group of records; kg CO2e. */
export interface GroupTotals {
  readonly group: string;
  readonly records: number;
  readonly co2eKg: number;
  // These three are `undefined` where they are not known of every record: otherwise they would not add up to the total.
  readonly co2eWttKg: number | undefined;
  readonly co2eTtwKg: number | undefined;
  readonly biogenicCo2Kg: number | undefined;
  // These two where they are not known of any.
  readonly tonneKm: number | undefined;
  readonly distanceKm: number | undefined;
  /** kg CO2e of the records whose tonne-kilometres are known: what an intensity may be worked out from. */
  readonly co2eOfTonneKm: number;
}

/** The figures of records, a row each; NaN, or no column, where one is unknown. */
export interface Figures {
  readonly co2eKg: Float64Array;
  readonly co2eWttKg?: Float64Array;
  readonly co2eTtwKg?: Float64Array;
  readonly biogenicCo2Kg?: Float64Array;
  readonly tonneKm?: Float64Array;
  readonly distanceKm?: Float64Array;
}

/** Some rows, and the number of the group that each is added to. */
export interface GroupedRows {
  readonly rows: Int32Array;
  readonly groups: Int32Array;
  readonly count: number;
}

/** Sums of a group: co2e, its two parts, biogenic CO2, tonne-kilometres, kilometres, co2e of unknown tonne-kilometres. */
const sumsOfGroup = 7;
/** Counts of a group: records, and those whose figures 1 to 5 are unknown. */
const countsOfGroup = 6;

/** Sums by group, exact: they do not depend on the order of the rows nor on how they were split. */
export class GroupSums {
  readonly #sums = new ExactSums();
  #counts = new Float64Array(countsOfGroup * 8);
  #groups = 0;
  readonly #hasParts: boolean;

  /** @param hasParts whether the parts of co2e and biogenic CO2 are added up, too */
  constructor(hasParts = true) {
    this.#hasParts = hasParts;
  }

  /** Adds a group; returns its number. */
  open(): number {
    const group = this.#groups;
    this.#groups += 1;
    this.#sums.allocate(sumsOfGroup);
    if (this.#groups * countsOfGroup > this.#counts.length) {
      const larger = new Float64Array(this.#counts.length * 2);
      larger.set(this.#counts);
      this.#counts = larger;
    }
    return group;
  }

  get size(): number {
    return this.#groups;
  }

  add(group: number, figures: Figures, row: number): void {
    const co2e = figures.co2eKg[row] ?? 0;
    const first = group * countsOfGroup;
    this.#counts[first] = (this.#counts[first] ?? 0) + 1;
    this.#sums.add(group * sumsOfGroup, co2e);
    if (this.#hasParts) {
      this.#addFigure(group, 1, figures.co2eWttKg, row);
      this.#addFigure(group, 2, figures.co2eTtwKg, row);
      this.#addFigure(group, 3, figures.biogenicCo2Kg, row);
    }
    if (!this.#addFigure(group, 4, figures.tonneKm, row)) this.#sums.add(group * sumsOfGroup + 6, co2e);
    this.#addFigure(group, 5, figures.distanceKm, row);
  }

  #addFigure(group: number, place: number, values: Float64Array | undefined, row: number): boolean {
    const value = values === undefined ? Number.NaN : (values[row] ?? Number.NaN);
    if (Number.isNaN(value)) {
      const at = group * countsOfGroup + place;
      this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      return false;
    }
    this.#sums.add(group * sumsOfGroup + place, value);
    return true;
  }

  /** Adds some rows, each to a group of its own. */
  addEach(figures: Figures, added: GroupedRows): void {
    const { rows, groups, count } = added;
    for (let i = 0; i < count; i += 1) {
      const first = (groups[i] ?? 0) * countsOfGroup;
      this.#counts[first] = (this.#counts[first] ?? 0) + 1;
    }
    this.#sums.addEach(figures.co2eKg, added, sumsOfGroup, 0);
    const hasParts = this.#hasParts;
    this.#addFigures(hasParts ? figures.co2eWttKg : undefined, added, 1);
    this.#addFigures(hasParts ? figures.co2eTtwKg : undefined, added, 2);
    this.#addFigures(hasParts ? figures.biogenicCo2Kg : undefined, added, 3);
    if (this.#addFigures(figures.tonneKm, added, 4)) {
      for (let i = 0; i < count; i += 1) {
        const row = rows[i] ?? 0;
        const isKnown = !Number.isNaN(figures.tonneKm?.[row] ?? Number.NaN);
        if (!isKnown) this.#sums.add((groups[i] ?? 0) * sumsOfGroup + 6, figures.co2eKg[row] ?? 0);
      }
    }
    this.#addFigures(figures.distanceKm, added, 5);
  }

  /** Adds one figure of rows; whether it is unknown of any. */
  #addFigures(values: Float64Array | undefined, added: GroupedRows, place: number): boolean {
    const { rows, groups, count } = added;
    const hasUnknown = values === undefined ? count > 0 : this.#sums.addEach(values, added, sumsOfGroup, place);
    if (!hasUnknown) return false;
    for (let i = 0; i < count; i += 1) {
      if (values !== undefined && !Number.isNaN(values[rows[i] ?? 0])) continue;
      const at = (groups[i] ?? 0) * countsOfGroup + place;
      this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    }
    return true;
  }

  /** Before the sums are added to another table. */
  carry(): void {
    this.#sums.carry();
  }

  /** Adds the sums of a group of another table. */
  addGroup(group: number, other: GroupSums, from: number): void {
    for (let place = 0; place < sumsOfGroup; place += 1) {
      this.#sums.addSum(group * sumsOfGroup + place, other.#sums, from * sumsOfGroup + place);
    }
    for (let place = 0; place < countsOfGroup; place += 1) {
      const at = group * countsOfGroup + place;
      this.#counts[at] = (this.#counts[at] ?? 0) + (other.#counts[from * countsOfGroup + place] ?? 0);
    }
  }

  clear(): void {
    this.#sums.clear();
    this.#counts.fill(0);
    this.#groups = 0;
  }

  totals(group: number, name: string): GroupTotals {
    const records = this.#count(group, 0);
    const sum = (place: number): number => this.#sums.valueOf(group * sumsOfGroup + place);
    const ofAll = (place: number): number | undefined =>
      !this.#hasParts || this.#count(group, place) > 0 || records === 0 ? undefined : sum(place);
    const ofAny = (place: number): number | undefined =>
      this.#count(group, place) === records ? undefined : sum(place);
    return {
      group: name,
      records,
      co2eKg: sum(0),
      co2eWttKg: ofAll(1),
      co2eTtwKg: ofAll(2),
      biogenicCo2Kg: ofAll(3),
      tonneKm: ofAny(4),
      distanceKm: ofAny(5),
      co2eOfTonneKm: this.#sums.difference(group * sumsOfGroup, group * sumsOfGroup + 6),
    };
  }

  #count(group: number, place: number): number {
    return this.#counts[group * countsOfGroup + place] ?? 0;
  }
}

/** Groups of one kind that are kept apart; a file with more clients than this has them under `(others)`. */
const groupsLimit = 10_000;
/** The group of what came when there were groups enough. */
export const others = '(others)';

/** Totals by one property of the records. */
export class Grouping {
  readonly #sums: GroupSums;
  readonly #groups = new Map<string, number>();
  readonly #limit: number;

  constructor({ limit = groupsLimit, hasParts = true }: { limit?: number; hasParts?: boolean } = {}) {
    this.#limit = limit;
    this.#sums = new GroupSums(hasParts);
  }

  /** The number of a group, for `addTo`. */
  groupOf(name: string): number {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const isFull = this.#groups.size >= this.#limit;
    const opened = isFull ? this.#groups.get(others) : undefined;
    if (opened !== undefined) return opened;
    const group = this.#sums.open();
    this.#groups.set(isFull ? others : name, group);
    return group;
  }

  addTo(group: number, figures: Figures, row: number): void {
    this.#sums.add(group, figures, row);
  }

  addEach(figures: Figures, added: GroupedRows): void {
    this.#sums.addEach(figures, added);
  }

  add(name: string, figures: Figures, row: number): void {
    this.#sums.add(this.groupOf(name), figures, row);
  }

  addGroup(name: string, other: GroupSums, from: number): void {
    this.#sums.addGroup(this.groupOf(name), other, from);
  }

  /** The heaviest first. */
  get groups(): readonly GroupTotals[] {
    return this.inOrder.toSorted((a, b) => b.co2eKg - a.co2eKg);
  }

  /** In the order in which they came. */
  get inOrder(): readonly GroupTotals[] {
    return Array.from(this.#groups, ([name, group]) => this.#sums.totals(group, name));
  }
}

/** A record without the property that is grouped by. */
export const withoutGroup = '(none)';

/** What the figures of records depend on, as far as their totals tell it apart. */
export interface Basis {
  /** Transport category, or fuel. */
  readonly group: string;
  readonly vehicleType?: string | undefined;
  /** What the figure depends on besides the row: `load`, `distance`, `factor`, ... */
  readonly assumed?: readonly string[] | undefined;
  /** The weakest part of what the figure is based on, but for the units of numbers; absent where it is not known. */
  readonly evidence?: Evidence | undefined;
  /** Where the energy or the intensity comes from. */
  readonly data?: DataKind | undefined;
}

/** Rows that are added together, and the numbers of the groups of each. */
export interface AddedRows {
  readonly rows: Int32Array;
  readonly bases: Int32Array;
  readonly clients: Int32Array;
  readonly months: Int32Array;
  readonly count: number;
}

const basesLimit = 20_000;

/** Adds up the emissions of accepted records: all, by category or fuel, vehicle type, client and month. */
export class EmissionTotals {
  readonly #totals = new Grouping();
  readonly #groups = new Grouping();
  readonly #vehicleTypes = new Grouping();
  readonly #clients = new Grouping({ hasParts: false });
  readonly #months = new Grouping();
  readonly #assumptions = new Grouping();
  readonly #evidences = new Grouping();
  readonly #data = new Grouping();
  /** Sums by basis, which the totals, groups, vehicle types and assumptions are made of. */
  readonly #byBasis = new GroupSums();
  readonly #bases = new Map<Basis, number>();
  /** The same for rows of which a number was converted. */
  readonly #convertedBases = new Map<Basis, number>();

  /**
   * The number of a basis, for `add`; it holds until the next `settle`.
   *
   * @param isConverted whether a number of the row was in another unit
   */
  basisOf(basis: Basis, isConverted = false): number {
    const bases = isConverted ? this.#convertedBases : this.#bases;
    const known = bases.get(basis);
    if (known !== undefined) return known;
    const group = this.#byBasis.open();
    bases.set(basis, group);
    return group;
  }

  clientOf(client: string | undefined): number {
    return this.#clients.groupOf(client ?? withoutGroup);
  }

  /** @param day `YYYY-MM-DD` */
  monthOf(day: string | undefined): number {
    return this.#months.groupOf(day?.slice(0, 7) ?? withoutGroup);
  }

  add(figures: Figures, row: number, basis: number, client: number, month: number): void {
    this.#byBasis.add(basis, figures, row);
    this.#clients.addTo(client, figures, row);
    this.#months.addTo(month, figures, row);
  }

  /** Adds some rows; by row, `bases`, `clients` and `months` have the numbers of their groups. */
  addEach(figures: Figures, { rows, bases, clients, months, count }: AddedRows): void {
    this.#byBasis.addEach(figures, { rows, groups: bases, count });
    this.#clients.addEach(figures, { rows, groups: clients, count });
    this.#months.addEach(figures, { rows, groups: months, count });
  }

  /** Whether there are so many bases that they should be settled. */
  get isFull(): boolean {
    return this.#byBasis.size >= basesLimit;
  }

  /** Brings the sums by basis where they belong; numbers of bases are forgotten. */
  settle(): void {
    this.#byBasis.carry();
    for (const [basis, from] of this.#bases) this.#settleBasis(basis, from, basis.evidence);
    for (const [basis, from] of this.#convertedBases) {
      this.#settleBasis(basis, from, basis.evidence === 'given' ? 'converted' : basis.evidence);
    }
    this.#bases.clear();
    this.#convertedBases.clear();
    this.#byBasis.clear();
  }

  #settleBasis({ group, vehicleType, assumed = [], data }: Basis, from: number, evidence: Evidence | undefined): void {
    this.#totals.addGroup('total', this.#byBasis, from);
    this.#groups.addGroup(group, this.#byBasis, from);
    if (vehicleType !== undefined) this.#vehicleTypes.addGroup(vehicleType, this.#byBasis, from);
    if (evidence !== undefined) this.#evidences.addGroup(evidence, this.#byBasis, from);
    if (data !== undefined) this.#data.addGroup(data, this.#byBasis, from);
    if (assumed.length > 0) this.#totals.addGroup('assumed', this.#byBasis, from);
    for (const kind of assumed) this.#assumptions.addGroup(kind, this.#byBasis, from);
  }

  /** By transport category or fuel. */
  get groups(): readonly GroupTotals[] {
    this.settle();
    return this.#groups.groups;
  }

  get vehicleTypes(): readonly GroupTotals[] {
    this.settle();
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

  /** By the weakest part of what figures are based on: each record is in one. Empty where that is not known. */
  get evidences(): readonly GroupTotals[] {
    this.settle();
    return evidences.flatMap((name) => this.#evidences.inOrder.find(({ group }) => group === name) ?? []);
  }

  /** By where energy or intensity comes from: each record is in one. Empty where that is not known. */
  get data(): readonly GroupTotals[] {
    this.settle();
    return dataKinds.flatMap((name) => this.#data.inOrder.find(({ group }) => group === name) ?? []);
  }

  /** Records that depend on an assumption or on what was worked out, and the same by what was assumed; one record may be in several. */
  get assumed(): { readonly total: GroupTotals; readonly kinds: readonly GroupTotals[] } {
    this.settle();
    return { total: this.#totalOf('assumed'), kinds: this.#assumptions.groups };
  }

  /** All records together; `undefined` when nothing was added. */
  get total(): GroupTotals | undefined {
    this.settle();
    const total = this.#totalOf('total');
    return total.records === 0 ? undefined : total;
  }

  #totalOf(name: string): GroupTotals {
    return this.#totals.inOrder.find(({ group }) => group === name) ?? new GroupSums().totals(0, name);
  }
}
