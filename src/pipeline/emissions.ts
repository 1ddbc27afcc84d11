import type { RecordEmissions } from '../destinations/destination.ts';

/** Sums of one group of records; kg CO2e. */
export interface GroupTotals {
  readonly group: string;
  records: number;
  co2eKg: number;
  /** `undefined` where the destination does not say. */
  tonneKm: number | undefined;
  distanceKm: number | undefined;
}

const add = (sum: number | undefined, value: number | undefined): number | undefined =>
  value === undefined ? sum : (sum ?? 0) + value;

/** Adds up the emissions of accepted records by transport category or fuel. */
export class EmissionTotals {
  readonly #groups = new Map<string, GroupTotals>();

  add({ group, co2eKg, tonneKm, distanceKm }: RecordEmissions): void {
    let totals = this.#groups.get(group);
    if (totals === undefined) {
      totals = { group, records: 0, co2eKg: 0, tonneKm: undefined, distanceKm: undefined };
      this.#groups.set(group, totals);
    }
    totals.records += 1;
    totals.co2eKg += co2eKg;
    totals.tonneKm = add(totals.tonneKm, tonneKm);
    totals.distanceKm = add(totals.distanceKm, distanceKm);
  }

  /** The groups, the heaviest first. */
  get groups(): readonly GroupTotals[] {
    return [...this.#groups.values()].toSorted((a, b) => b.co2eKg - a.co2eKg);
  }

  /** All groups together; `undefined` when nothing was added. */
  get total(): GroupTotals | undefined {
    if (this.#groups.size === 0) return undefined;
    const total: GroupTotals = { group: 'total', records: 0, co2eKg: 0, tonneKm: undefined, distanceKm: undefined };
    for (const { records, co2eKg, tonneKm, distanceKm } of this.#groups.values()) {
      total.records += records;
      total.co2eKg += co2eKg;
      total.tonneKm = add(total.tonneKm, tonneKm);
      total.distanceKm = add(total.distanceKm, distanceKm);
    }
    return total;
  }
}
