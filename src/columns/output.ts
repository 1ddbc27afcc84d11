import type { Arena } from './arena.ts';
import { numberBytes, writeInteger, writeNumber } from './write-number.ts';

/** Where finished pieces of output go. */
export interface ByteSink {
  /** Takes bytes of an array, before the call returns. */
  writeBytes(bytes: Uint8Array, start: number, end: number): void;
}

/** Pieces are handed on when they have this size. */
const pieceBytes = 256 * 1024;
/** Room for a piece and what comes on top of it at once. */
const roomBytes = 4 * 1024 * 1024;

/** The region of the arena that an output takes. */
export const outputBytes = pieceBytes + roomBytes;

/** A text in the arena. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Output that is put together in the arena, where ranges of the input are copied fastest. */
export class Output {
  readonly #arena: Arena;
  readonly #start: number;
  readonly #sink: ByteSink;
  #at: number;

  constructor(arena: Arena, sink: ByteSink) {
    this.#arena = arena;
    this.#start = this.#at = arena.allocate(outputBytes);
    this.#sink = sink;
  }

  /** Whether so many bytes fit. */
  fits(size: number): boolean {
    if (this.#at - this.#start >= pieceBytes) this.flush();
    return size <= roomBytes;
  }

  range(start: number, end: number): void {
    this.#at = this.#arena.copy(this.#at, start, end);
  }

  /** A text that is written often. */
  piece({ start, end }: Piece): void {
    this.#at = this.#arena.copy(this.#at, start, end);
  }

  byte(byte: number): void {
    this.#arena.bytes[this.#at] = byte;
    this.#at += 1;
  }

  /** Writes `values[row]`: taken from the array here, it needs no object on its way. False for NaN, which is not written. */
  number(values: Float64Array, row: number): boolean {
    if (Number.isNaN(values[row] ?? Number.NaN)) return false;
    this.#at = writeNumber(this.#arena.view, this.#at, values, row);
    return true;
  }

  /** The same with another decimal mark than a dot. */
  numberWith(mark: number, values: Float64Array, row: number): boolean {
    const start = this.#at;
    if (!this.number(values, row)) return false;
    const { bytes } = this.#arena;
    for (let i = start; i < this.#at; i += 1) if (bytes[i] === 0x2e) bytes[i] = mark;
    return true;
  }

  integer(value: number): void {
    this.#at = writeInteger(this.#arena.view, this.#at, value);
  }

  /** A text of any length. */
  text(text: string): void {
    if (this.fits(text.length * 3)) {
      this.#at += this.#arena.buffer.write(text, this.#at);
      return;
    }
    this.flush();
    const bytes = Buffer.from(text);
    this.#sink.writeBytes(bytes, 0, bytes.length);
  }

  flush(): void {
    if (this.#at > this.#start) this.#sink.writeBytes(this.#arena.bytes, this.#start, this.#at);
    this.#at = this.#start;
  }
}

/** Bytes that a number of a row may take, with a separator. */
export const cellBytes = numberBytes + 8;
