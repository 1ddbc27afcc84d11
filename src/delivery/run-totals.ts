import { type CallRecord, Entry } from '../ledger/run-store.ts';
import type { RecordKind } from '../records/kind.ts';
import { hasEmissions } from './named-records.ts';
import { isPending } from './calculated.ts';
import type { Get, StoredRecord } from './read-stored.ts';
import { readListed } from './undo.ts';

/** Sums of stored records. */
export interface Figures {
  records: number;
  co2eKg: number;
  tonneKm: number;
  distanceKm: number;
}

/** What a run has stored, as the account's list has it. */
export interface RunTotals {
  /** Records with an id in the ledger that were accepted. */
  readonly accepted: number;
  /** Of these, calculated. */
  readonly calculated: Figures;
  readonly byCategory: ReadonlyMap<string, Figures>;
  readonly pending: number;
  readonly failed: number;
  /** The list does not show them. */
  readonly missing: number;
  /** Accepted without an id: nothing tells which of the account's they are. */
  readonly nameless: number;
  /** Deleted since: by an undo, or as later records took their place. */
  readonly removed: number;
  /** Being deleted: that was broken off. */
  readonly removing: number;
  /** The first and the last day of its records; `undefined` where none is listed with one. */
  readonly period: { readonly from: string; readonly to: string } | undefined;
}

const noFigures = (): Figures => ({ records: 0, co2eKg: 0, tonneKm: 0, distanceKm: 0 });

/**
 * Adds up what a run has stored, by the ids that the ledger has.
 *
 * @param calls of the run
 * @returns the sums, or why the list can't be read
 */
export async function readRunTotals(
  calls: readonly CallRecord[],
  get: Get,
  { listPath, fields }: Pick<RecordKind, 'listPath' | 'fields'>,
): Promise<RunTotals | { readonly reason: string }> {
  const { left, nameless, removed, removing, since, files } = whatIsAccepted(calls);
  const accepted = left.size;
  const calculated = noFigures();
  const byCategory = new Map<string, Figures>();
  const dated = Object.keys(fields).find((field) => fields[field]?.type === 'date') ?? '';
  let [pending, failed] = [0, 0];
  let period: RunTotals['period'];
  const see = (items: readonly StoredRecord[]): void => {
    for (const item of items) {
      // A list that changes is read again, and a record is counted once.
      if (!left.delete(item.id)) continue;
      period = withDay(period, String(item[dated] ?? '').slice(0, 10));
      if (!hasEmissions(item)) {
        if (isPending(item)) pending += 1;
        else failed += 1;
        continue;
      }
      const category = String(item['category'] ?? item['fuel_name'] ?? '');
      const own = byCategory.get(category) ?? noFigures();
      byCategory.set(category, own);
      for (const sums of [calculated, own]) add(sums, item);
    }
  };
  const failure = accepted === 0 ? undefined : await readListed(get, { listPath, files, since }, see);
  if (failure !== undefined) return { reason: failure.reason };
  return { accepted, calculated, byCategory, pending, failed, missing: left.size, nameless, removed, removing, period };
}

function whatIsAccepted(calls: readonly CallRecord[]) {
  const left = new Set<string>();
  const files = new Set<string>();
  let [nameless, removed, removing] = [0, 0, 0];
  let hasFiles = true;
  for (const { entries, ids, files: own } of calls) {
    for (const file of own) files.add(file);
    for (const [record, entry] of entries.entries()) {
      if (entry === Entry.removed) removed += 1;
      else if (entry === Entry.removing) removing += 1;
      if (entry !== Entry.accepted) continue;
      if (own.length === 0) hasFiles = false;
      const id = ids[record];
      if (id === undefined) nameless += 1;
      else left.add(id);
    }
  }
  const since = Math.min(...calls.map(({ startedAt }) => startedAt));
  return { left, nameless, removed, removing, since, files: hasFiles && files.size > 0 ? [...files] : undefined };
}

function withDay(period: RunTotals['period'], day: string): RunTotals['period'] {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return period;
  if (period === undefined) return { from: day, to: day };
  return { from: day < period.from ? day : period.from, to: day > period.to ? day : period.to };
}

function add(sums: Figures, { co2e, kgco2e, tkm, distance_km: distance }: StoredRecord): void {
  sums.records += 1;
  sums.co2eKg += kgco2e ?? co2e ?? 0;
  if (typeof tkm === 'number') sums.tonneKm += tkm;
  if (typeof distance === 'number') sums.distanceKm += distance;
}
