import type { RecordPlace } from '../ledger/run-store.ts';

/** A stored record whose place another takes. */
export interface Earlier {
  readonly id: string;
  /** In the ledger, where that knows it. */
  readonly place: RecordPlace | undefined;
  /** Whether it has no emissions: then the new one need not have any either. */
  readonly hasFailed: boolean;
  /** When it was stored, in milliseconds since 1970, where the list says so. */
  readonly createdAt?: number | undefined;
  /** Why it is not known whether it is to be deleted, where that is so. */
  readonly unknown?: string | undefined;
}

/** A record that is stored, and the earlier versions whose place it takes. */
export interface Replacement {
  /** Of the stored record. */
  readonly id: string;
  readonly movementId: string | undefined;
  readonly earlier: readonly Earlier[];
}

/** Rows with earlier versions in the account, until it is known that they are stored themselves (`--replace`, `_id`). */
export class Replacements {
  readonly #earlier = new Map<string, readonly Earlier[]>();
  /** Those whose earlier versions can be deleted. */
  readonly due: Replacement[] = [];

  /** A row has earlier versions. */
  expect(input: number, row: number, earlier: readonly Earlier[]): void {
    if (earlier.length > 0) this.#earlier.set(`${String(input)}:${String(row)}`, earlier);
  }

  /** A row is stored. */
  accept(input: number, row: number, id: string | undefined, movementOf: () => unknown): void {
    if (this.#earlier.size === 0) return;
    const place = `${String(input)}:${String(row)}`;
    const earlier = this.#earlier.get(place);
    if (earlier === undefined || id === undefined) return;
    this.#earlier.delete(place);
    const movementId = movementOf();
    this.due.push({ id, movementId: movementId === undefined ? undefined : String(movementId), earlier });
  }
}
