import type { Batch } from '../columns/batch.ts';
import type { Warning } from '../issues.ts';

/** How many rows a run reads at most, of all inputs together. */
export class RowLimit {
  readonly #limit: number;
  #read = 0;
  /** Rows followed in the last batch that were not wanted. */
  isCut = false;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** Totals can't be checked where only some rows are read. */
  get isSet(): boolean {
    return Number.isFinite(this.#limit);
  }

  get isReached(): boolean {
    return this.#read >= this.#limit;
  }

  /** Counts the rows of a batch; those after the last one that is wanted were not read. */
  take(batch: Batch): void {
    const left = this.#limit - this.#read;
    this.isCut = batch.rows > left;
    // What is blank after the last row was not read, wherever the batch ends.
    if (batch.rows >= left) batch.keep(left);
    this.#read += batch.rows;
  }

  /** What is said of a run that read no more. */
  get warning(): Warning {
    const rows = this.#limit === 1 ? 'row was' : `${String(this.#limit)} rows were`;
    return { code: 'ROWS_LIMITED', message: `only the first ${rows} read, and totals were not checked` };
  }
}
