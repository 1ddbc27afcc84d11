import type { Issue } from '../../src/issues.ts';
import type { Fields } from '../../src/records/kind.ts';
import { differences } from './duplicates.ts';
import type { JudgedRow, ReferenceRun } from './run.ts';

/** A row whose only fault is that its quantity is negative. */
export interface Refund {
  readonly judged: JudgedRow;
  readonly fields: Fields;
  /** What is in columns that tell equal records apart. */
  readonly telling: readonly (string | undefined)[];
}

const isBefore = (a: JudgedRow, b: JudgedRow): boolean =>
  a.input < b.input || (a.input === b.input && a.row.row < b.row.row);

const dateOf = (fields: Fields | undefined): string => String(fields?.['date'] ?? '');

/** The same purchase, but for its sign and day. */
const isOfOne = (run: Pick<ReferenceRun, 'kind'>, refund: Fields, purchase: Fields): boolean =>
  Math.abs(Number(refund['quantity']) + Number(purchase['quantity'])) < 1e-9 * Number(purchase['quantity']) &&
  differences(run.kind, lower(refund), lower(purchase)).every((field) => field === 'quantity' || field === 'date');

const lower = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value.toLowerCase() : value]),
  );

/** Refunds with what they take back: from the first day on, each the latest purchase that is left; of one day the first. */
export function settleRefunds(
  run: Pick<ReferenceRun, 'kind' | 'rows'>,
  refunds: readonly Refund[],
  dedupes: boolean,
): ReadonlyMap<JudgedRow, { readonly purchase?: JudgedRow; readonly repeats?: JudgedRow }> {
  const settled = new Map<JudgedRow, { readonly purchase?: JudgedRow; readonly repeats?: JudgedRow }>();
  const taken = new Set<JudgedRow>();
  const kept: Refund[] = [];
  for (const refund of refunds) {
    const first = kept.find(
      ({ fields, telling }) =>
        differences(run.kind, lower(fields), lower(refund.fields)).length === 0 &&
        JSON.stringify(telling) === JSON.stringify(refund.telling),
    );
    if (dedupes && first !== undefined) settled.set(refund.judged, { repeats: first.judged });
    else kept.push(refund);
  }
  for (const { judged, fields } of kept.toSorted((a, b) => (dateOf(a.fields) < dateOf(b.fields) ? -1 : 1))) {
    let best: JudgedRow | undefined;
    for (const row of run.rows) {
      const { record } = row;
      if (row.verdict !== 'valid' || record === undefined || taken.has(row)) continue;
      if (!isOfOne(run, fields, record) || dateOf(record) > dateOf(fields)) continue;
      const isLater = best === undefined || dateOf(record) > dateOf(best.record);
      if (isLater || (best !== undefined && dateOf(record) === dateOf(best.record) && isBefore(row, best))) best = row;
    }
    settled.set(judged, best === undefined ? {} : { purchase: best });
    if (best !== undefined) taken.add(best);
  }
  return settled;
}

/** What is said of a refund that is refused; `where` names a row. */
export function refusedRefund(
  { quantity, quantity_unit: unit }: Fields,
  { purchase, repeats }: { readonly purchase?: JudgedRow; readonly repeats?: JudgedRow },
  where: (row: JudgedRow) => string,
): Issue {
  const amount = `${String(-Number(quantity))}${unit === undefined ? '' : ` ${String(unit)}`}`;
  const refund = `quantity is negative: a refund of ${amount}`;
  const message =
    repeats !== undefined
      ? `${refund} that is equal to ${where(repeats)} in every cell, and takes nothing back`
      : purchase === undefined
        ? `${refund}, and no other purchase of this amount, on the same day or earlier, has all its other values; ` +
          `what it takes back stays counted, if it is here: over by ${amount}`
        : `${refund}; the purchase that it takes back, ${where(purchase)}, stays counted: over by ${amount}`;
  return { code: 'OUT_OF_RANGE', stage: 'validate', field: 'quantity', value: String(quantity), message };
}
