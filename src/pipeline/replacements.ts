import type { KnownRecord } from '../ledger/run-store.ts';

/** A record that is stored, and the earlier versions whose place it takes. */
export interface Replacement {
  /** Of the stored record. */
  readonly id: string;
  readonly movementId: string;
  /** Each with its id. */
  readonly earlier: readonly KnownRecord[];
}

/** Rows with earlier versions in the account, until it is known that they are stored themselves (`--replace`). */
export class Replacements {
  readonly #earlier = new Map<string, readonly KnownRecord[]>();
  /** Those whose earlier versions can be deleted. */
  readonly due: Replacement[] = [];

  /** A row has earlier versions. */
  expect(input: number, row: number, earlier: readonly KnownRecord[]): void {
    if (earlier.length > 0) this.#earlier.set(`${String(input)}:${String(row)}`, earlier);
  }

  /** A row is stored. */
  accept(input: number, row: number, id: string | undefined, movementOf: () => unknown): void {
    if (this.#earlier.size === 0) return;
    const place = `${String(input)}:${String(row)}`;
    const earlier = this.#earlier.get(place);
    if (earlier === undefined || id === undefined) return;
    this.#earlier.delete(place);
    this.due.push({ id, movementId: String(movementOf()), earlier });
  }
}
