import { type Batch, Verdict } from '../columns/batch.ts';
import type { Warning } from '../issues.ts';
import type { OpenedInputs } from './plan.ts';

/** Which rows a check of some of them looks at. */
export interface SampleOptions {
  readonly size: number;
  /** The same seed chooses the same rows of the same inputs. */
  readonly seed: number;
  /** Rows of all inputs together. */
  readonly rows: number;
}

/** Rows of all inputs, read for this alone: each row can be as likely as any other only if their number is known. */
export async function countRows({ inputs }: OpenedInputs): Promise<number> {
  let rows = 0;
  for (const { input } of inputs) {
    await input.survey((batch) => {
      rows += batch.rows;
    });
  }
  return rows;
}

/**
 * Chooses rows at random, exactly as many as are wanted, in one pass (selection sampling, Knuth, The Art of Computer Programming 2,
 * 3.4.2, algorithm S). The others are skipped.
 */
export class RowSample {
  readonly #options: SampleOptions;
  readonly #random: () => number;
  #seen = 0;
  #chosen = 0;

  constructor(options: SampleOptions) {
    this.#options = options;
    this.#random = randomFrom(options.seed);
  }

  skip(batch: Batch): void {
    const { size, rows } = this.#options;
    for (let row = 0; row < batch.rows; row += 1) {
      const isChosen = (rows - this.#seen) * this.#random() < size - this.#chosen;
      this.#seen += 1;
      if (isChosen) {
        this.#chosen += 1;
        continue;
      }
      batch.issues.delete(row);
      batch.settle(row, Verdict.skipped);
    }
  }

  get warning(): Warning {
    const message = `only ${String(this.#chosen)} of ${String(this.#seen)} rows, chosen at random, were looked at, and totals were not checked`;
    return { code: 'ROWS_LIMITED', message };
  }
}

/** Numbers from 0 to 1 by a seed (mulberry32, Tommy Ettinger, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
