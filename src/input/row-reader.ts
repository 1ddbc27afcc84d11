import type { Arena } from '../columns/arena.ts';
import { TextSpace } from '../columns/arena.ts';
import { Batch } from '../columns/batch.ts';
import type { Archive } from './archive.ts';
import { formats } from './formats.ts';
import type { Table } from './table.ts';
import { maxRecordBytes, type Workspace } from './tokeniser.ts';

const firstBytes = 1024;
const textBytes = 8 * 1024 * 1024;
const windowBytes = 4 * maxRecordBytes;

/** What an arena needs for a place where single rows are read. */
export const rowPlaceBytes = windowBytes + textBytes + 4096;

/** Where single rows are read. */
export interface RowPlaceInArena extends Workspace {
  readonly start: number;
}

export const createRowPlace = (arena: Arena): RowPlaceInArena => ({
  arena,
  texts: new TextSpace(arena, textBytes),
  start: arena.allocate(windowBytes),
});

/** Reads single rows of what was read before again, by their places. */
export class RowReader {
  /** The row that was read last. */
  readonly batch: Batch;
  /** Where the row after it begins. */
  next = 0;
  readonly #table: Table;
  readonly #archive: Archive;
  readonly #place: RowPlaceInArena;

  constructor(table: Table, archive: Archive, place: RowPlaceInArena) {
    this.batch = new Batch(table.columns.length, 1);
    this.#table = table;
    this.#archive = archive;
    this.#place = place;
  }

  /** Reads the row that begins at `offset` into the batch; false if the input is no longer what it was. */
  read(offset: number): boolean {
    const { arena, texts, start } = this.#place;
    for (let length = firstBytes; length <= windowBytes; length *= 4) {
      const read = this.#archive.readAt(arena.bytes, start, length, offset);
      texts.clear();
      this.batch.clear();
      const tokeniser = formats[this.#table.format].createTokeniser(this.#table, this.#place);
      const window = { from: start, to: start + read, isFinal: read < length, shift: offset - start };
      this.next = tokeniser.take(this.batch, window) + window.shift;
      if (this.batch.rows > 0) return this.batch.offsets[0] === offset;
      if (window.isFinal) return false;
    }
    return false;
  }

  /** Whether the bytes at a place are these, and a line ends after them. */
  isLine(offset: number, from: Arena, start: number, end: number): boolean {
    const { arena, start: at } = this.#place;
    const length = end - start;
    if (length >= windowBytes) return false;
    const read = this.#archive.readAt(arena.bytes, at, length + 1, offset);
    if (read < length || from.buffer.compare(arena.bytes, at, at + length, start, end) !== 0) return false;
    const next = arena.bytes[at + length];
    return read === length || next === 0x0a || next === 0x0d;
  }
}
