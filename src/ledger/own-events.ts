import { hashesOfIds, soughtOf, type Hashes, type Sought } from './known-records.ts';
import type { Account } from './run-store.ts';

/** The events that a run has written since it was opened: what it knows of them need not be read back. */
export class OwnEvents {
  readonly #account: Account;
  readonly #records = new Map<number, number>();
  readonly #ids = new Map<number, Hashes>();

  constructor(account: Account) {
    this.#account = account;
  }

  /** A call began, with so many records. */
  begin(event: number, records: number): void {
    this.#records.set(event, records);
  }

  /** A call was settled. */
  settle(event: number, ids: readonly (string | undefined)[]): void {
    this.#ids.set(event, hashesOfIds(ids));
  }

  /** How many records a call has that began here; `undefined` for all others. */
  recordsOf(call: number): number | undefined {
    return this.#records.get(call);
  }

  /** The ids that an event settled here, once. */
  takeIds(event: number): Sought | undefined {
    const hashes = this.#ids.get(event);
    if (hashes === undefined) return undefined;
    this.#ids.delete(event);
    return soughtOf(this.#account, hashes);
  }
}
