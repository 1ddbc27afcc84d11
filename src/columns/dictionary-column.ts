import type { Issue } from '../issues.ts';
import { type Batch, Tag } from './batch.ts';
import {
  absentHash,
  type CellSource,
  type Column,
  findId,
  type Hashes,
  hashText,
  seeds,
  type Value,
} from './column.ts';
import { absent, Dictionary, type Interpret, PerValue } from './dictionary.ts';
import { mix } from './scan.ts';

/** Values of which there are few, or whose texts have to be interpreted: words, days, countries, customers. */
export class DictionaryColumn<T extends string | boolean> implements Column {
  readonly ids: Int32Array;
  readonly dictionary: Dictionary<T>;
  readonly #source: CellSource;
  readonly #missing: readonly Issue[];
  readonly #checks: PerValue<T, readonly Issue[]>;
  readonly #high: PerValue<T, number>;
  readonly #low: PerValue<T, number>;

  constructor(source: CellSource, options: DictionaryOptions<T>) {
    this.ids = new Int32Array(source.capacity);
    this.dictionary = new Dictionary(options.interpret, source.limits);
    this.#source = source;
    this.#missing = options.missing;
    this.#checks = new PerValue(this.dictionary, (value) => {
      const issues = options.explain(value);
      if (issues.length > 0) this.dictionary.refused += 1;
      return issues;
    });
    const fold = options.fold ?? ((value: T) => String(value));
    this.#high = new PerValue(this.dictionary, (value) => hashText(fold(value), seeds[0]));
    this.#low = new PerValue(this.dictionary, (value) => hashText(fold(value), seeds[1]));
  }

  read(batch: Batch): void {
    const { ids, dictionary } = this;
    const { rows, width, starts, ends, tags } = batch;
    const { arena, cells } = this.#source;
    const [cell = 0] = cells;
    dictionary.trim();
    if (cells.length === 0) {
      const id = dictionary.read('', Tag.text);
      ids.fill(id, 0, rows);
      if (id < absent) for (let row = 0; row < rows; row += 1) batch.refuse(row, dictionary.issuesOf(id));
      return;
    }
    dictionary.count(rows);
    for (let row = 0; row < rows; row += 1) {
      const index = row * width + cell;
      const id =
        cells.length === 1
          ? dictionary.find(arena, starts[index] ?? 0, ends[index] ?? 0, tags[index] ?? 0)
          : findId(dictionary, batch, row, this.#source);
      ids[row] = id;
      if (id < absent) batch.refuse(row, dictionary.issuesOf(id));
    }
  }

  check(batch: Batch): void {
    const issues = this.#checks.update();
    const { ids } = this;
    if (this.dictionary.refused === 0 && this.#missing.length === 0) return;
    for (let row = 0; row < batch.rows; row += 1) {
      const id = ids[row] ?? absent;
      if (id >= 0) {
        const found = issues[id];
        if (found !== undefined && found.length > 0) batch.refuse(row, found);
      } else if (id === absent && this.#missing.length > 0) batch.refuse(row, this.#missing);
    }
  }

  has(row: number): boolean {
    return (this.ids[row] ?? absent) >= 0;
  }

  markAbsent(marks: Uint8Array, rows: number): void {
    const { ids } = this;
    for (let row = 0; row < rows; row += 1) if ((ids[row] ?? absent) < 0) marks[row] = 1;
  }

  isUnreadable(row: number): boolean {
    return (this.ids[row] ?? absent) < absent;
  }

  valueOf(row: number): T | undefined {
    return this.dictionary.values[this.ids[row] ?? absent];
  }

  set(row: number, value: Value | undefined): void {
    this.ids[row] = value === undefined ? absent : this.dictionary.idOf(value as T);
  }

  addHashes({ high, low }: Hashes, rows: Int32Array, count: number): void {
    const highs = this.#high.update();
    const lows = this.#low.update();
    const { ids } = this;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] ?? 0;
      const id = ids[row] ?? absent;
      high[row] = mix(high[row] ?? 0, highs[id] ?? absentHash);
      low[row] = mix(low[row] ?? 0, lows[id] ?? absentHash);
    }
  }

  noteOf(row: number): string | undefined {
    return this.dictionary.hasNotes ? this.dictionary.notes[this.ids[row] ?? absent] : undefined;
  }
}

export interface DictionaryOptions<T> {
  readonly interpret: Interpret<T>;
  /** Why a value is not valid; nothing where it is. */
  readonly explain: (value: T) => readonly Issue[];
  /** What is wrong with a row without a value; nothing where it needs none. */
  readonly missing: readonly Issue[];
  /** What values are compared by, where that is not their text. */
  readonly fold?: ((value: T) => string) | undefined;
}
