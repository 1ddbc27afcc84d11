import type { Arena } from '../columns/arena.ts';
import { maxRecordBytes, type Window } from './tokeniser.ts';

/** Reads of 256 KiB to 4 MiB measure the same; small blocks keep the memory small. */
export const blockBytes = 256 * 1024;

const newline = 0x0a;
const carriageReturn = 0x0d;

/** The text of an input, in order. */
export interface TextSource {
  /** Writes the next bytes into memory at a place; returns how many, 0 at the end. */
  read(target: Uint8Array, at: number, length: number): Promise<number>;
}

/**
 * The blocks of an input in one place of the arena. What was not taken of one begins the next.
 */
export class Blocks {
  readonly #arena: Arena;
  readonly #start: number;
  readonly #blockBytes: number;
  #source: TextSource | undefined;
  #end: number;
  #isFinal = false;
  /** What to add to a position in the arena to have the position in the text. */
  #shift = 0;

  constructor(arena: Arena, size = blockBytes) {
    this.#arena = arena;
    this.#blockBytes = size;
    // A record is known to be too long when more than the longest is there.
    this.#start = this.#end = arena.allocate(maxRecordBytes + 2 * Math.max(size, blockBytes));
  }

  /** Begins with a text at a position. */
  begin(source: TextSource, offset: number): void {
    this.#source = source;
    this.#end = this.#start;
    this.#isFinal = false;
    this.#shift = offset - this.#start;
  }

  /** What is there, from a position of the arena on; at first, `start`. */
  window(from: number): Window {
    return { from, to: this.#end, isFinal: this.#isFinal, shift: this.#shift };
  }

  get start(): number {
    return this.#start;
  }

  /** Bytes that there is room for. */
  get capacity(): number {
    return maxRecordBytes + 2 * Math.max(this.#blockBytes, blockBytes);
  }

  /** Whether everything from a position on has been taken, and nothing follows. */
  isAtEnd(from: number): boolean {
    return this.#isFinal && from >= this.#end;
  }

  /** Whether more is there than the longest record has. */
  isOverfull(from: number): boolean {
    return !this.#isFinal && this.#end - from > maxRecordBytes;
  }

  /** Continues with what begins at a position, and more; the new block begins at `start`. */
  async next(from: number): Promise<void> {
    this.#arena.bytes.copyWithin(this.#start, from, this.#end);
    this.#shift += from - this.#start;
    this.#end -= from - this.#start;
    const wanted = Math.max(this.#blockBytes, this.#end - this.#start + this.#blockBytes);
    while (!this.#isFinal && this.#end - this.#start < wanted) await this.#fill(wanted - (this.#end - this.#start));
  }

  async #fill(length: number): Promise<void> {
    const read = (await this.#source?.read(this.#arena.bytes, this.#end, length)) ?? 0;
    this.#end += read;
    this.#isFinal = read === 0;
  }

  /** Drops bytes up to the end of the line that a position is in. */
  async skipLine(from: number): Promise<void> {
    const { bytes } = this.#arena;
    let at = from;
    for (;;) {
      while (at < this.#end && bytes[at] !== newline && bytes[at] !== carriageReturn) at += 1;
      if (at < this.#end && (bytes[at] === newline || this.#isFinal || at + 1 < this.#end)) break;
      if (this.#isFinal) break;
      // A CR at the very end may be half a CRLF.
      await this.next(at);
      at = this.#start;
    }
    if (at < this.#end) at += bytes[at] === carriageReturn && bytes[at + 1] === newline && at + 1 < this.#end ? 2 : 1;
    await this.next(at);
  }
}
