import { Entry, type CallRecord, type OpenRun, type SurplusId } from '../ledger/run-store.ts';
import { Fate, type StoredResult } from '../destinations/destination.ts';

/** What the ledger keeps for a fate. */
export const entryOf = {
  [Fate.accepted]: Entry.accepted,
  [Fate.rejected]: Entry.rejected,
  [Fate.notSent]: Entry.notStored,
  [Fate.uncertain]: Entry.uncertain,
} as const satisfies Readonly<Record<Fate, Entry>>;

/** A call in the ledger, with what is known of its records so far. */
export class LoggedCall {
  readonly number: number;
  readonly #run: Pick<OpenRun, 'settle'>;
  readonly #entries: Uint8Array;
  readonly #ids: (string | undefined)[];
  readonly #packageIds: (string | undefined)[];
  readonly #files: Set<string>;
  readonly #alike: Set<number>;
  /** Further ids of records that are stored more than once. */
  readonly #surplus = new Map<number, readonly string[]>();
  readonly #met = new Set<number>();
  endedAt: number | undefined;

  constructor(run: Pick<OpenRun, 'settle'>, call: Pick<CallRecord, 'number' | 'entries'> & Partial<CallRecord>) {
    const { number, entries, ids, packageIds, files, alike, surplus = [], endedAt } = call;
    this.#run = run;
    this.number = number;
    // Until more is known, its end is all that is known of it.
    this.#entries = entries.map((entry) => (entry === Entry.sending ? Entry.uncertain : entry));
    this.#ids = ids === undefined ? Array.from(entries, () => undefined) : [...ids];
    this.#packageIds = packageIds === undefined ? Array.from(entries, () => undefined) : [...packageIds];
    this.#files = new Set(files);
    this.#alike = new Set(alike);
    for (const [record, id] of surplus) this.#surplus.set(record, [...(this.#surplus.get(record) ?? []), id]);
    this.endedAt = endedAt;
  }

  get files(): ReadonlySet<string> {
    return this.#files;
  }

  addFile(file: string): void {
    this.#files.add(file);
  }

  /** @param isLikeAnother its id may be that of another record */
  set(record: number, entry: Entry, result?: StoredResult, isLikeAnother = false): void {
    if (isLikeAnother) this.#alike.add(record);
    else this.#alike.delete(record);
    this.#entries[record] = entry;
    this.#ids[record] = result?.id;
    this.#packageIds[record] = result?.package_id;
  }

  /** A record is stored more than once. */
  addSurplus(record: number, ids: readonly string[]): void {
    if (ids.length > 0) this.#surplus.set(record, ids);
  }

  /** Says that the input still has these records. */
  meet(records: Iterable<number>): void {
    for (const record of records) this.#met.add(record);
  }

  /** Records of unknown fate that the input does not have any more. */
  unmet(): readonly number[] {
    return Array.from(this.#entries.keys()).filter(
      (record) => this.#entries[record] === Entry.uncertain && !this.#met.has(record),
    );
  }

  /** Writes down what is known by now. */
  write(): Promise<void> {
    return this.#run.settle(this.number, {
      endedAt: this.endedAt,
      entries: this.#entries.slice(),
      ids: [...this.#ids],
      packageIds: [...this.#packageIds],
      files: [...this.#files],
      alike: [...this.#alike],
      surplus: [...this.#surplus].flatMap(([record, ids]) => ids.map((id): SurplusId => [record, id])),
    });
  }
}
