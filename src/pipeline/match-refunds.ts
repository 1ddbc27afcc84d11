import { duplicateKey } from '../records/duplicate-key.ts';
import type { Fields, RecordKind } from '../records/kind.ts';

/** Where a row is; `line` is the one on which it begins. */
export interface FoundAt {
  readonly input: number;
  readonly row: number;
  readonly line: number;
}

/** A purchase, or a refund, of which only this matters. */
export interface Bought extends FoundAt {
  readonly date: string;
}

/** The number of a quantity, without the last digits that converting a unit may change. */
export const amountOf = (quantity: number): number => Number(Math.abs(quantity).toPrecision(12));

/** The text that a purchase and its refund have in common: all that is mapped, but for date, sign and case. */
export function refundKey(kind: RecordKind, record: Fields): string {
  const names = Object.keys(kind.fields).filter((field) => field !== 'date' && field !== 'quantity');
  return `${String(amountOf(Number(record['quantity'])))} ${duplicateKey(kind, record, names).toLowerCase()}`;
}

/**
 * Finds the purchase that each refund takes back: one of its key that is not later, and that no other refund takes; the latest of
 * them, and of one day the first.
 */
export function matchRefunds(refunds: readonly Bought[], purchases: readonly Bought[]): ReadonlyMap<Bought, Bought> {
  const matched = new Map<Bought, Bought>();
  // The last one that was put on the pile is taken: the latest, and of one day the first in the files.
  const earlier = purchases.toSorted((a, b) => compareDates(a, b) || comparePlaces(b, a));
  const pile: Bought[] = [];
  let at = 0;
  for (const refund of refunds.toSorted((a, b) => compareDates(a, b) || comparePlaces(a, b))) {
    for (let next = earlier[at]; next !== undefined && next.date <= refund.date; next = earlier[at]) {
      pile.push(next);
      at += 1;
    }
    const purchase = pile.pop();
    if (purchase !== undefined) matched.set(refund, purchase);
  }
  return matched;
}

const compareDates = (a: Bought, b: Bought): number => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0);

const comparePlaces = (a: FoundAt, b: FoundAt): number => a.input - b.input || a.row - b.row;
