import { type Arena, TextSpace } from './arena.ts';
import type { Dictionary } from './dictionary.ts';

/** What one batch may add at most: all of its texts are values that were not seen before. */
const batchBytes = 16 * 1024 * 1024;

/** Texts that were prepared once to be copied many times, in the arena. When they have become too many, all are forgotten. */
export class Fragments {
  readonly #space: TextSpace;
  /** Goes up when all are forgotten. */
  epoch = 0;

  constructor(arena: Arena) {
    this.#space = new TextSpace(arena, Fragments.bytes);
  }

  static readonly bytes = 3 * batchBytes;

  /** Before a batch: makes sure that there is room for what it adds. */
  trim(): void {
    if (this.#space.room >= batchBytes) return;
    this.#space.clear();
    this.epoch += 1;
  }

  get end(): number {
    return this.#space.end;
  }

  put(text: string): number {
    return this.#space.put(text);
  }
}

/** A fragment for each value of a dictionary. */
export class ValueFragments<T> {
  readonly #fragments: Fragments;
  readonly #dictionary: Pick<Dictionary<T>, 'values' | 'generation'>;
  readonly #textOf: (value: T) => string;
  #generation = -1;
  #epoch = -1;
  // By id.
  starts: number[] = [];
  ends: number[] = [];

  constructor(
    fragments: Fragments,
    dictionary: Pick<Dictionary<T>, 'values' | 'generation'>,
    textOf: (value: T) => string,
  ) {
    this.#fragments = fragments;
    this.#dictionary = dictionary;
    this.#textOf = textOf;
  }

  /** Prepares those of all values that are known now. */
  update(): void {
    const { generation, values } = this.#dictionary;
    const { epoch } = this.#fragments;
    if (generation !== this.#generation || epoch !== this.#epoch) {
      this.starts = [];
      this.ends = [];
      this.#generation = generation;
      this.#epoch = epoch;
    }
    for (let id = this.starts.length; id < values.length; id += 1) {
      this.starts.push(this.#fragments.end);
      this.ends.push(this.#fragments.put(this.#textOf(values[id] as T)));
    }
  }
}

/** A fragment for each of some numbers, prepared when it is asked for. */
export class IdFragments {
  readonly #fragments: Fragments;
  readonly #textOf: (id: number) => string;
  #generation = -1;
  #epoch = -1;
  #starts: (number | undefined)[] = [];
  #ends: number[] = [];

  constructor(fragments: Fragments, textOf: (id: number) => string) {
    this.#fragments = fragments;
    this.#textOf = textOf;
  }

  /**
   * Before a batch.
   *
   * @param generation of the numbers: with another one, they mean something else
   */
  begin(generation: number): void {
    this.#fragments.trim();
    const { epoch } = this.#fragments;
    if (generation === this.#generation && epoch === this.#epoch) return;
    this.#starts = [];
    this.#ends = [];
    this.#generation = generation;
    this.#epoch = epoch;
  }

  startOf(id: number): number {
    let start = this.#starts[id];
    if (start === undefined) {
      start = this.#fragments.end;
      this.#starts[id] = start;
      this.#ends[id] = this.#fragments.put(this.#textOf(id));
    }
    return start;
  }

  endOf(id: number): number {
    return this.#ends[id] ?? 0;
  }

  lengthOf(id: number): number {
    const start = this.startOf(id);
    return this.endOf(id) - start;
  }
}
