import type { Arena } from './arena.ts';
import { type Batch, Verdict } from './batch.ts';
import type { Column } from './column.ts';
import type { DictionaryColumn } from './dictionary-column.ts';
import { NumberColumn } from './number-column.ts';
import { TextColumn } from './text-column.ts';
import { type Fragments, ValueFragments } from './fragments.ts';
import { lanesOf } from './scan.ts';
import { numberBytes, writeNumber } from './write-number.ts';

const [comma, quote, backslash, open, close] = [0x2c, 0x22, 0x5c, 0x7b, 0x7d];

/** Writes one field of records as JSON: `"name":value,`, or nothing where a row has no value. */
interface FieldWriter {
  begin(): void;
  /** Writes the field of a row; returns where it ends. */
  write(row: number, at: number): number;
  /** Bytes that the field of a row takes; numbers are written to find out. */
  sizeOf(row: number, scratch: number): number;
  /** Bytes that it may take at most. */
  mostBytes(row: number): number;
}

/** Whole fields, `"toc":"van_diesel",`, prepared once for each value. */
class WordWriter implements FieldWriter {
  readonly #arena: Arena;
  readonly #ids: Int32Array;
  readonly #fragments: ValueFragments<string | boolean>;

  constructor(arena: Arena, name: string, column: DictionaryColumn<string | boolean>, fragments: Fragments) {
    this.#arena = arena;
    this.#ids = column.ids;
    this.#fragments = new ValueFragments(
      fragments,
      column.dictionary,
      (value) => `${JSON.stringify(name)}:${JSON.stringify(value)},`,
    );
  }

  begin(): void {
    this.#fragments.update();
  }

  write(row: number, at: number): number {
    const id = this.#ids[row] ?? -1;
    if (id < 0) return at;
    return this.#arena.copy(at, this.#fragments.starts[id] ?? 0, this.#fragments.ends[id] ?? 0);
  }

  sizeOf(row: number): number {
    const id = this.#ids[row] ?? -1;
    return id < 0 ? 0 : (this.#fragments.ends[id] ?? 0) - (this.#fragments.starts[id] ?? 0);
  }

  mostBytes(row: number): number {
    return this.sizeOf(row);
  }
}

class NumberWriter implements FieldWriter {
  readonly #arena: Arena;
  readonly #values: Float64Array;
  readonly #name: Buffer;

  constructor(arena: Arena, name: string, { values }: NumberColumn) {
    this.#arena = arena;
    this.#values = values;
    this.#name = Buffer.from(`${JSON.stringify(name)}:`);
  }

  begin(): void {}

  write(row: number, start: number): number {
    if (Number.isNaN(this.#values[row])) return start;
    const { bytes, view } = this.#arena;
    const at = writeNumber(view, put(bytes, start, this.#name), this.#values, row);
    bytes[at] = comma;
    return at + 1;
  }

  sizeOf(row: number, scratch: number): number {
    if (Number.isNaN(this.#values[row])) return 0;
    return this.#name.length + writeNumber(this.#arena.view, scratch, this.#values, row) - scratch + 1;
  }

  mostBytes(): number {
    return this.#name.length + numberBytes;
  }
}

class TextWriter implements FieldWriter {
  readonly #arena: Arena;
  readonly #column: TextColumn;
  readonly #name: Buffer;

  constructor(arena: Arena, name: string, column: TextColumn) {
    this.#arena = arena;
    this.#column = column;
    this.#name = Buffer.from(`${JSON.stringify(name)}:"`);
  }

  begin(): void {}

  write(row: number, start: number): number {
    const from = this.#column.starts[row] ?? 0;
    const to = this.#column.ends[row] ?? 0;
    if (from === to) return start;
    const { bytes, buffer, view } = this.#arena;
    let at = put(bytes, start, this.#name);
    if (needsEscapes(view, from, to)) {
      at += buffer.write(JSON.stringify(this.#arena.text(from, to)).slice(1, -1), at);
    } else {
      at = this.#arena.copy(at, from, to);
    }
    bytes[at] = quote;
    bytes[at + 1] = comma;
    return at + 2;
  }

  sizeOf(row: number): number {
    const from = this.#column.starts[row] ?? 0;
    const to = this.#column.ends[row] ?? 0;
    if (from === to) return 0;
    const text = needsEscapes(this.#arena.view, from, to)
      ? Buffer.byteLength(JSON.stringify(this.#arena.text(from, to))) - 2
      : to - from;
    return this.#name.length + text + 2;
  }

  mostBytes(row: number): number {
    return this.#name.length + 6 * ((this.#column.ends[row] ?? 0) - (this.#column.starts[row] ?? 0)) + 2;
  }
}

function put(bytes: Uint8Array, start: number, text: Buffer): number {
  for (let i = 0; i < text.length; i += 1) bytes[start + i] = text[i] ?? 0;
  return start + text.length;
}

const controls = lanesOf(0x20);
const quotes = lanesOf(quote);
const backslashes = lanesOf(backslash);
const ones = 0x01010101;
const upperBits = 0x80808080 | 0;

/** Whether a text has a byte that JSON escapes: a quote, a backslash, a control character. */
function needsEscapes(view: DataView, from: number, to: number): boolean {
  for (let i = from; i < to; i += 4) {
    const word = view.getInt32(i, true);
    const q = word ^ quotes;
    const b = word ^ backslashes;
    if (((((word - controls) & ~word) | ((q - ones) & ~q) | ((b - ones) & ~b)) & upperBits) === 0) continue;
    // A byte after the end may be meant.
    for (let at = i; at < Math.min(i + 4, to); at += 1) {
      const byte = view.getUint8(at);
      if (byte < 0x20 || byte === quote || byte === backslash) return true;
    }
  }
  return false;
}

/** The region of the arena in which the records of a batch are written. */
export const jsonBytes = 24 * 1024 * 1024;

/** Writes the valid records of a batch as JSON, byte for byte as `JSON.stringify` does. */
export class JsonWriter {
  /** By row: where its record is in the arena. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** By row: bytes of its record, as `measure` found. */
  readonly sizes: Int32Array;
  readonly #arena: Arena;
  readonly #start: number;
  readonly #fragments: Fragments;
  readonly #writers: readonly FieldWriter[];

  /** @param start of a region of `jsonBytes` */
  constructor(
    arena: Arena,
    start: number,
    fragments: Fragments,
    columns: ReadonlyMap<string, Column>,
    capacity: number,
  ) {
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.sizes = new Int32Array(capacity);
    this.#arena = arena;
    this.#start = start;
    this.#fragments = fragments;
    this.#writers = Array.from(columns, ([name, column]): FieldWriter => {
      if (column instanceof NumberColumn) return new NumberWriter(arena, name, column);
      if (column instanceof TextColumn) return new TextWriter(arena, name, column);
      return new WordWriter(arena, name, column as DictionaryColumn<string | boolean>, fragments);
    });
  }

  /**
   * Writes records from a row on, as many as there is room for.
   *
   * @returns the first row that was not written
   */
  write(batch: Batch, from: number): number {
    const { bytes } = this.#arena;
    this.#fragments.trim();
    for (const writer of this.#writers) writer.begin();
    const limit = this.#start + jsonBytes;
    let at = this.#start;
    for (let row = from; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      if (at > this.#start && at + this.#mostBytes(row) > limit) return row;
      this.starts[row] = at;
      bytes[at] = open;
      let end = at + 1;
      for (const writer of this.#writers) end = writer.write(row, end);
      // The comma of the last field gives way to the brace.
      bytes[end - 1] = close;
      this.ends[row] = end;
      at = end;
    }
    return batch.rows;
  }

  /** Finds the sizes of the valid records, without writing them. */
  measure(batch: Batch): void {
    this.#fragments.trim();
    for (const writer of this.#writers) writer.begin();
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      // Two braces, and a comma less than there are fields.
      let size = 1;
      for (const writer of this.#writers) size += writer.sizeOf(row, this.#start);
      this.sizes[row] = size;
    }
  }

  #mostBytes(row: number): number {
    let most = 2;
    for (const writer of this.#writers) most += writer.mostBytes(row);
    return most;
  }
}
