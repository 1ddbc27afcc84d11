import type { Arena, TextSpace } from '../columns/arena.ts';
import type { Batch } from '../columns/batch.ts';
import { clip } from '../issues.ts';

/** The longest record that is read; a longer one is MALFORMED_ROW, so that no input can take the memory. */
export const maxRecordBytes = 1024 * 1024;

/** What the texts of one record may take in the arena: JSON numbers such as `1e20` grow when they become text. */
export const mostTextBytes = 6 * maxRecordBytes;

/** Bytes of an input in the arena. */
export interface Window {
  readonly from: number;
  /** Some bytes from here on are overwritten. */
  readonly to: number;
  /** Nothing follows. */
  readonly isFinal: boolean;
  /** What to add to a position in the arena to have the position in the text of the input. */
  readonly shift: number;
}

/** Where tokenisers read and write. */
export interface Workspace {
  readonly arena: Arena;
  readonly texts: TextSpace;
}

/**
 * Finds the cells of whole records. What it is not certain of, one record at a time, goes to the lenient reader of its
 * format, into the same batch.
 */
export interface Tokeniser {
  /** The line, from 1, on which the next record begins. */
  line: number;
  /**
   * Adds records to a batch until it is full.
   *
   * @returns where the first record begins that was not taken; it needs more bytes, or another batch
   */
  take(batch: Batch, window: Window): number;
}

/** Whether there is room in the arena for the texts of one more record. */
export const hasRoom = ({ texts }: Workspace): boolean => texts.room >= mostTextBytes;

/** Starts a row; its cells are empty until they are set. */
export function addRow(batch: Batch, start: number, end: number, shift: number, line: number): number {
  const row = batch.rows;
  const first = row * batch.width;
  batch.starts.fill(0, first, first + batch.width);
  batch.ends.fill(0, first, first + batch.width);
  batch.rowStarts[row] = start;
  batch.rowEnds[row] = end;
  batch.offsets[row] = start + shift;
  batch.lines[row] = line;
  batch.harmless[row] = 0;
  batch.rows = row + 1;
  return row;
}

/** Sets a cell to a text that is not in the input as it is meant. */
export function setCell(batch: Batch, index: number, text: string, { texts }: Workspace): void {
  batch.starts[index] = texts.end;
  batch.ends[index] = texts.put(text);
}

/** Takes the beginning of a record that is longer than any may be; the rest has to be skipped. */
export function addOversized(batch: Batch, { from, to, shift }: Window, { arena }: Workspace, line: number): void {
  const text = clip(arena.text(from, Math.min(to, from + 1024)));
  const row = addRow(batch, from, from, shift, line);
  batch.refuseMalformed(row, { message: 'is longer than 1 MiB; is a line end missing?', text });
}
