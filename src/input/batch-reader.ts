import { Arena, TextSpace } from '../columns/arena.ts';
import { Batch, mostRows, Tag } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import { defect } from '../errors.ts';
import type { Archive } from './archive.ts';
import { Blocks, blockBytes, type TextSource } from './blocks.ts';
import { formats } from './formats.ts';
import type { Table } from './table.ts';
import {
  addOversized,
  maxRecordBytes,
  mostTextBytes,
  type Tokeniser,
  type Window,
  type Workspace,
} from './tokeniser.ts';

/** Room for the texts of a batch that are not in the input as they are meant; see `tokeniser.ts`. */
const textBytes = 16 * 1024 * 1024;

/** What an arena needs for one place where batches are read. */
export const placeBytes = (size = blockBytes): number =>
  maxRecordBytes + 2 * Math.max(size, blockBytes) + textBytes + 4096;

/** Where batches are read: a block and the texts of one batch. Used for one input after the other. */
export interface Place extends Workspace {
  readonly blocks: Blocks;
}

export const createPlace = (arena: Arena, size?: number): Place => ({
  arena,
  blocks: new Blocks(arena, size),
  texts: new TextSpace(arena, textBytes),
});

/** Reads the batches of an input, one after the other, into the same one. */
export class BatchReader {
  readonly batch: Batch;
  readonly #place: Place;
  readonly #tokeniser: Tokeniser;
  #from: number;
  /** The batch holds a row that is too long, which was read already. */
  #isTaken = false;
  #hasMoved = true;

  /** @param rows of a batch at most */
  constructor(table: Table, place: Place, rows?: number) {
    this.batch = new Batch(table.columns.length, rows);
    this.#place = place;
    this.#tokeniser = formats[table.format].createTokeniser(table, place);
    this.#from = place.blocks.start;
  }

  /**
   * Begins with a text.
   *
   * @param first number and line of its first row, where they are not those of the first row of the input
   */
  begin(source: TextSource, offset: number, first?: { readonly row: number; readonly line: number }): void {
    this.#place.blocks.begin(source, offset);
    this.#from = this.#place.blocks.start;
    this.#hasMoved = true;
    this.batch.clear();
    if (first === undefined) return;
    this.batch.firstRow = first.row;
    this.#tokeniser.line = first.line;
  }

  /** Reads more of the text; false where nothing is left. */
  async more(): Promise<boolean> {
    const { blocks } = this.#place;
    if (blocks.isAtEnd(this.#from)) return false;
    if (!this.#hasMoved && blocks.isOverfull(this.#from)) {
      this.#place.texts.clear();
      this.batch.clear();
      addOversized(this.batch, blocks.window(this.#from), this.#place, this.#tokeniser.line);
      this.#tokeniser.line += 1;
      await blocks.skipLine(this.#from);
      this.batch.end = blocks.start + blocks.window(blocks.start).shift;
      this.#isTaken = true;
    } else {
      if (!this.#hasMoved && blocks.window(this.#from).isFinal) throw defect("the end of an input can't be read");
      await blocks.next(this.#from);
    }
    this.#from = blocks.start;
    return true;
  }

  /** Whether nothing follows the batch, as far as that is known. */
  get isLast(): boolean {
    return this.#place.blocks.isAtEnd(this.#from);
  }

  /** Reads the next batch of what is there; false where more has to be read first. */
  take(): boolean {
    if (this.#isTaken) {
      this.#isTaken = false;
      this.#hasMoved = true;
      return true;
    }
    const { blocks, texts } = this.#place;
    texts.clear();
    this.batch.clear();
    const window = blocks.window(this.#from);
    const next = window.from === window.to ? window.to : this.#tokeniser.take(this.batch, window);
    this.#hasMoved = next !== this.#from;
    this.#from = next;
    this.batch.end = next + window.shift;
    return this.batch.rows > 0 || this.batch.blank > 0;
  }
}

/** The cells of a row as texts. */
export interface CellTexts {
  readonly cells: readonly string[];
  readonly tags: readonly Tag[];
}

/** @param columns of the cells that are wanted; the others are empty */
export function cellsOf(batch: Batch, row: number, arena: Arena, columns: readonly number[]): CellTexts {
  const cells = new Array<string>(batch.width).fill('');
  const tags = new Array<Tag>(batch.width).fill(Tag.text);
  for (const cell of columns) {
    cells[cell] = cellText(batch, row, cell, arena);
    tags[cell] = (batch.tags[row * batch.width + cell] ?? 0) as Tag;
  }
  return { cells, tags };
}

export const allColumns = ({ columns }: Table): readonly number[] => columns.map((_, column) => column);

/** All rows of an input as texts: for small files, which hold no records. */
export async function* readTexts(
  table: Table,
  { source, offset }: { readonly source: TextSource; readonly offset: number },
): AsyncGenerator<CellTexts & { readonly line: number }> {
  const place = createPlace(new Arena(placeBytes()));
  const reader = new BatchReader(table, place);
  const columns = allColumns(table);
  reader.begin(source, offset);
  while (await reader.more()) {
    while (reader.take()) {
      const { batch } = reader;
      for (let row = 0; row < batch.rows; row += 1) {
        yield { ...cellsOf(batch, row, place.arena, columns), line: batch.lines[row] ?? 0 };
      }
    }
  }
}

/** Sees a batch of bytes that are in memory, and whether nothing follows it there. */
export type UseBatch = (batch: Batch, workspace: Workspace, isLast: boolean) => void;

/** Reads bytes that are in memory, such as a sample. */
export function readBytes(bytes: Buffer, table: Table, use: UseBatch): void {
  // A run may have thousands of small inputs: each takes what it needs, and a tokeniser the room for a record more.
  const ownTextBytes = Math.min(textBytes, 16 * bytes.length + mostTextBytes);
  const arena = new Arena(bytes.length + ownTextBytes + 4096);
  const workspace = { arena, texts: new TextSpace(arena, ownTextBytes) };
  const start = arena.allocate(bytes.length);
  arena.bytes.set(bytes, start);
  const tokeniser = formats[table.format].createTokeniser(table, workspace);
  const batch = new Batch(table.columns.length, Math.min(mostRows, bytes.length));
  const to = start + bytes.length;
  for (let from = start; from < to;) {
    workspace.texts.clear();
    batch.clear();
    from = tokeniser.take(batch, { from, to, isFinal: true, shift: -start });
    batch.end = from - start;
    use(batch, workspace, from >= to);
  }
}

/** Rows that follow one another, from their batch or batches. */
export interface RowRange {
  /** Where they are in the text of the input. */
  readonly from: number;
  readonly to: number;
  readonly firstRow: number;
  readonly firstLine: number;
  readonly rows: number;
}

/** Bytes after rows that are read with them: mostly, nothing that follows says more of the last one. */
const readAhead = 4096;

/**
 * Reads rows that were one batch again; they may make several. What follows them is there, too, as it was when they were
 * read first: why a quote is wrong may be many lines below it.
 */
export function* readRange(
  table: Table,
  archive: Archive,
  { from, to, firstRow, firstLine, rows }: RowRange,
  place: Place,
  batchRows: number,
): Generator<Batch> {
  const { arena, texts, blocks } = place;
  const tokeniser = formats[table.format].createTokeniser(table, place);
  const batch = new Batch(table.columns.length, Math.min(rows, batchRows));
  batch.firstRow = firstRow;
  tokeniser.line = firstLine;
  const { start } = blocks;
  const windowAt = (offset: number, length: number): Window => {
    const read = archive.readAt(arena.bytes, start, length, offset);
    return { from: start, to: start + read, isFinal: read < length, shift: offset - start };
  };
  let window = windowAt(from, Math.min(to - from + readAhead, blocks.capacity));
  let at = start;
  for (let left = rows; left > 0;) {
    texts.clear();
    batch.clear();
    const next = tokeniser.take(batch, { ...window, from: at });
    if (next !== at) {
      at = next;
      batch.rows = Math.min(batch.rows, left);
      left -= batch.rows;
      if (batch.rows > 0) yield batch;
    } else if (window.isFinal) {
      return;
    } else if (window.to - at === blocks.capacity) {
      // A row that is too long, of which the beginning is kept.
      addOversized(batch, window, place, tokeniser.line);
      yield batch;
      return;
    } else {
      window = windowAt(at + window.shift, blocks.capacity);
      at = start;
    }
  }
}
