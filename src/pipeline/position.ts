import type { Batch } from '../columns/batch.ts';
import type { PlannedInput } from './plan.ts';
import { bytesTaken } from './progress.ts';

/** How far the inputs of a run have been read. */
export class Position {
  readonly #inputs: readonly PlannedInput[];
  #input = 0;
  #offset = 0;
  /** The row that was taken last; 0 before the first. */
  #row = 0;
  #line = 0;
  #rowsBefore = 0;

  constructor(inputs: readonly PlannedInput[]) {
    this.#inputs = inputs;
  }

  /** Index of the input that is read. */
  get input(): number {
    return this.#input;
  }

  /** Bytes of all inputs up to the row that was taken last. */
  get bytesTaken(): number {
    return bytesTaken(this.#inputs, this.#input, this.#offset);
  }

  /** Rows of all inputs that were read. */
  get rowsRead(): number {
    return this.#rowsBefore + this.#row;
  }

  enter(input: number): void {
    this.#input = input;
    this.#offset = 0;
  }

  /** Moves to a row of a batch. */
  pass(batch: Batch, row: number): void {
    this.#offset = batch.offsets[row] ?? 0;
    this.#row = batch.firstRow + row;
    this.#line = batch.lines[row] ?? 0;
  }

  /** An input has been read to its end. */
  leave(): void {
    this.#rowsBefore = this.rowsRead;
    this.#row = 0;
    this.#offset = Infinity;
  }

  /** How far the inputs have been read, in words. */
  describe(): string {
    const path = this.#inputs[this.#input]?.path ?? '';
    const place = this.#row === 0 ? 'not read' : `read up to row ${String(this.#row)} (line ${String(this.#line)})`;
    return `${path} was ${place}; what follows was neither read nor sent`;
  }
}
