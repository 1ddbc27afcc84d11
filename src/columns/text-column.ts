import type { Issue } from '../issues.ts';
import type { Arena } from './arena.ts';
import { type Batch, Tag } from './batch.ts';
import { absentHash, type CellSource, type Column, type Hashes, hashText, seeds, type Value } from './column.ts';
import { DictionaryColumn } from './dictionary-column.ts';
import { absent, Dictionary, type Interpret, meantText } from './dictionary.ts';
import { mix, wordAt } from './scan.ts';

/** Texts that are what they are: they stay where they are in the arena. An empty range means that there is no value. */
export class TextColumn implements Column {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #source: CellSource;
  readonly #cell: number;
  readonly #interpret: TextOptions['interpret'];
  readonly #mayBeAbsent: Uint8Array;
  readonly #missing: readonly Issue[];
  readonly #fold: ((value: string) => string) | undefined;
  readonly #unreadable = new Set<number>();

  constructor(source: CellSource, { interpret, mayBeAbsent, missing, fold }: TextOptions) {
    this.starts = new Int32Array(source.capacity);
    this.ends = new Int32Array(source.capacity);
    this.#source = source;
    this.#cell = source.cells[0] ?? 0;
    this.#interpret = interpret;
    this.#mayBeAbsent = mayBeAbsent;
    this.#missing = missing;
    this.#fold = fold;
  }

  read(batch: Batch): void {
    const { starts, ends } = this;
    const { bytes } = this.#source.arena;
    const mayBeAbsent = this.#mayBeAbsent;
    const { rows, width, hasTags } = batch;
    this.#unreadable.clear();
    if (this.#source.cells.length === 0) {
      starts.fill(0, 0, rows);
      ends.fill(0, 0, rows);
      return;
    }
    for (let row = 0, index = this.#cell; row < rows; row += 1, index += width) {
      const start = batch.starts[index] ?? 0;
      const end = batch.ends[index] ?? 0;
      starts[row] = start;
      ends[row] = end;
      if (start === end) continue;
      const may = mayBeAbsent[bytes[start] ?? 0] ?? 0;
      const isUsual = may === 0 || (may === 2 && bytes[start + 1] !== bytes[start]);
      if (!isUsual || (hasTags && batch.tags[index] !== Tag.text)) this.#readUnusual(batch, row, index);
    }
  }

  /** Reads a text that is written in another way than it means, or may be no value. */
  #readUnusual(batch: Batch, row: number, index: number): void {
    const tag = (batch.tags[index] ?? Tag.text) as Tag;
    const written = this.#source.arena.text(batch.starts[index] ?? 0, batch.ends[index] ?? 0);
    const meaning = this.#interpret(meantText(written, tag), tag);
    if (meaning.value !== undefined) {
      if (meaning.value !== written) this.set(row, meaning.value);
      return;
    }
    this.ends[row] = this.starts[row] ?? 0;
    if (meaning.issues === undefined) return;
    this.#unreadable.add(row);
    batch.refuse(row, meaning.issues);
  }

  check(batch: Batch): void {
    if (this.#missing.length === 0) return;
    for (let row = 0; row < batch.rows; row += 1) {
      if (!this.has(row) && !this.#unreadable.has(row)) batch.refuse(row, this.#missing);
    }
  }

  has(row: number): boolean {
    return this.starts[row] !== this.ends[row];
  }

  markAbsent(marks: Uint8Array, rows: number): void {
    const { starts, ends } = this;
    for (let row = 0; row < rows; row += 1) if (starts[row] === ends[row]) marks[row] = 1;
  }

  isUnreadable(row: number): boolean {
    return this.#unreadable.has(row);
  }

  valueOf(row: number): string | undefined {
    return this.has(row) ? this.#source.arena.text(this.starts[row] ?? 0, this.ends[row] ?? 0) : undefined;
  }

  set(row: number, value: Value | undefined): void {
    const { texts } = this.#source;
    this.#unreadable.delete(row);
    this.starts[row] = texts.end;
    this.ends[row] = value === undefined ? texts.end : texts.put(String(value));
  }

  addHashes(hashes: Hashes, rows: Int32Array, count: number): void {
    const { view } = this.#source.arena;
    const { high, low } = hashes;
    const [highSeed, lowSeed] = seeds;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] ?? 0;
      const start = this.starts[row] ?? 0;
      const end = this.ends[row] ?? 0;
      let a = absentHash;
      let b = absentHash;
      if (start !== end) {
        if (this.#fold !== undefined && !isFolded(view, start, end)) {
          const text = this.#fold(this.#source.arena.text(start, end));
          a = hashText(text, highSeed);
          b = hashText(text, lowSeed);
        } else {
          a = highSeed ^ (end - start);
          b = lowSeed ^ (end - start);
          for (let at = start; at < end; at += 4) {
            const word = wordAt(view, at, end);
            a = mix(a, word);
            b = mix(b, word);
          }
        }
      }
      high[row] = mix(high[row] ?? 0, a);
      low[row] = mix(low[row] ?? 0, b);
    }
  }

  noteOf(): undefined {
    return undefined;
  }
}

export interface TextOptions {
  readonly interpret: Interpret<string>;
  /** By the first byte of a text, whether it may be no value; 2 where only if the second one is the same. */
  readonly mayBeAbsent: Uint8Array;
  readonly missing: readonly Issue[];
  readonly fold?: ((value: string) => string) | undefined;
}

/** Whether a plate is compared as it is: ASCII without small letters, and no white space around it. */
function isFolded(view: DataView, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) {
    const byte = view.getUint8(i);
    if (byte >= 0x61 || byte <= 0x20) return false;
  }
  return true;
}

/** Ids of the texts of a column, which are looked up where they are asked for. */
export class TextIds {
  readonly #arena: Arena;
  readonly #column: Column | undefined;
  readonly #dictionary: Dictionary<string>;

  constructor(arena: Arena, column: Column | undefined) {
    this.#arena = arena;
    this.#column = column;
    this.#dictionary =
      column instanceof DictionaryColumn
        ? (column.dictionary as Dictionary<string>)
        : new Dictionary<string>((text) => ({ value: text }));
  }

  get dictionary(): Dictionary<string> {
    return this.#dictionary;
  }

  get generation(): number {
    return this.#dictionary.generation;
  }

  /** Before a batch. */
  trim(): void {
    if (this.#column instanceof TextColumn) this.#dictionary.trim();
  }

  /** `absent` where the row has no value. */
  idAt(row: number): number {
    const column = this.#column;
    if (column instanceof DictionaryColumn) return column.ids[row] ?? absent;
    if (!(column instanceof TextColumn) || !column.has(row)) return absent;
    this.#dictionary.count(1);
    return this.#dictionary.find(this.#arena, column.starts[row] ?? 0, column.ends[row] ?? 0, Tag.text);
  }

  valueOf(row: number): string | undefined {
    const value = this.#column?.valueOf(row);
    return value === undefined ? undefined : String(value);
  }
}
