import { Verdict } from '../columns/batch.ts';
import type { Rereading } from './deduplicate.ts';

/** Rows in the same order that can not be a coincidence. */
const rowsOfCopy = 20;

/** A row, by its number and where it is. */
export interface CopiedRow {
  readonly input: number;
  readonly row: number;
  readonly offset: number;
}

/** Finds out whether rows that repeat earlier ones are the beginning of a second copy of them: the same rows in the same order. */
export class SecondCopies {
  readonly #inputs: (input: number) => Rereading;
  /** The last pair that is part of a copy, and the last for which it was found that there is none. */
  #copy: { readonly now: CopiedRow; readonly first: CopiedRow } | undefined;
  #none: { readonly now: CopiedRow; readonly first: CopiedRow; readonly until: number } | undefined;

  constructor(inputs: (input: number) => Rereading) {
    this.#inputs = inputs;
  }

  /** Whether `now`, which repeats `first`, is part of a copy; `isNew` where it is the first row of one. */
  find(now: CopiedRow, first: CopiedRow): { readonly isNew: boolean } | undefined {
    const follows = (pair: { now: CopiedRow; first: CopiedRow } | undefined, most: number): boolean => {
      if (pair === undefined || pair.now.input !== now.input || pair.first.input !== first.input) return false;
      const steps = now.row - pair.now.row;
      return steps > 0 && steps <= most && first.row - pair.first.row === steps;
    };
    if (follows(this.#copy, 1)) {
      this.#copy = { now, first };
      return { isNew: false };
    }
    if (follows(this.#none, this.#none?.until ?? 0)) return undefined;
    const equal = this.#equalRows(now, first);
    if (equal === rowsOfCopy) {
      this.#copy = { now, first };
      return { isNew: true };
    }
    this.#none = { now, first, until: equal };
    return undefined;
  }

  /** How many rows from two on are equal in their keys, up to those that make a copy. */
  #equalRows(now: CopiedRow, first: CopiedRow): number {
    let [a, b] = [now.offset, first.offset];
    for (let count = 0; count < rowsOfCopy; count += 1) {
      const left = this.#keyAt(now.input, a);
      const right = this.#keyAt(first.input, b);
      if (left === undefined || right === undefined || left.key !== right.key) return count;
      [a, b] = [left.next, right.next];
    }
    return rowsOfCopy;
  }

  #keyAt(input: number, offset: number): { readonly key: string; readonly next: number } | undefined {
    const { reader, records, hashes } = this.#inputs(input);
    if (!reader.read(offset)) return undefined;
    const { batch } = reader;
    records.read(batch);
    hashes.compute(batch);
    if (batch.verdicts[0] !== Verdict.accepted) return undefined;
    return { key: `${String(hashes.high[0])} ${String(hashes.low[0])}`, next: reader.next };
  }
}
