import type { Issue } from '../issues.ts';
import {
  type Chunk,
  type Failure,
  Fate,
  type Outcome,
  stateOf,
  type StoredEmissions,
  type StoredResult,
} from '../destinations/destination.ts';

/** No fate yet. */
const open = 255;

/** The outcome of a chunk while it is found out, record by record. */
export class OpenOutcome {
  readonly #fates: Uint8Array;
  readonly #issues = new Map<number, Issue>();
  readonly #results = new Map<number, StoredResult>();
  readonly #emissions = new Map<number, StoredEmissions>();
  readonly #before = new Set<number>();
  readonly #alike = new Set<number>();
  #otherRun: string | undefined;

  constructor({ records }: Pick<Chunk, 'records'>) {
    this.#fates = new Uint8Array(records).fill(open);
  }

  accept(record: number, result: StoredResult, emissions?: StoredEmissions): void {
    this.#fates[record] = Fate.accepted;
    this.#issues.delete(record);
    this.#results.set(record, result);
    if (emissions !== undefined) this.#emissions.set(record, emissions);
  }

  /** Says of an accepted record that it was there before this run, or that another one brought it meanwhile. */
  countAsBefore(record: number, otherRun?: string): void {
    this.#before.add(record);
    this.#otherRun ??= otherRun;
  }

  /** Says of an accepted record that its id may be that of another, which a list did not tell from it. */
  markAlike(record: number): void {
    this.#alike.add(record);
  }

  /** Says something of a record that is accepted all the same. */
  remark(record: number, issue: Issue): void {
    this.#issues.set(record, issue);
  }

  /** All of these records for the same reason. */
  refuse(records: Iterable<number>, fate: Exclude<Fate, typeof Fate.accepted>, issue: Issue): void {
    for (const record of records) {
      this.#fates[record] = fate;
      this.#issues.set(record, issue);
    }
  }

  has(fate: Fate): boolean {
    return this.#fates.includes(fate);
  }

  /** The fate of a record, if it has one. */
  fateOf(record: number): Fate | undefined {
    const fate = this.#fates[record];
    return fate === open || fate === undefined ? undefined : (fate as Fate);
  }

  /** Records without a fate. */
  *open(): Generator<number> {
    for (let record = this.#fates.indexOf(open); record !== -1; record = this.#fates.indexOf(open, record + 1)) {
      yield record;
    }
  }

  /** Of the accepted records. */
  get results(): ReadonlyMap<number, StoredResult> {
    return this.#results;
  }

  /** The outcome; every record has its fate now. */
  close(files: readonly string[], failure?: Failure): Outcome {
    return {
      state: stateOf(this.#fates),
      fates: this.#fates,
      issues: this.#issues,
      results: this.#results,
      emissions: this.#emissions,
      before: this.#before,
      alike: this.#alike,
      otherRun: this.#otherRun,
      files,
      failure,
    };
  }
}
