import { Arena, TextSpace } from '../../src/columns/arena.ts';
import { Batch } from '../../src/columns/batch.ts';
import { formats } from '../../src/input/formats.ts';
import type { Table } from '../../src/input/table.ts';
import { type ReadRow, rowOf } from './inputs.ts';

const regionBytes = 256 * 1024;
const textBytes = 16 * 1024 * 1024;

const arena = new Arena(regionBytes + textBytes + 4096);
const workspace = { arena, texts: new TextSpace(arena, textBytes) };
const start = arena.allocate(regionBytes);

export interface Tokenised {
  readonly rows: readonly ReadRow[];
  readonly blank: number;
  /** The line after the last one, where that has an end. */
  readonly line: number | undefined;
}

export interface Pieces {
  /** Where the text is cut, in ascending order: at each place all that was not taken is offered again, with more. */
  readonly cuts?: readonly number[];
  readonly batchRows?: number;
  /** What is in memory after the bytes; it may not matter. */
  readonly junk?: string;
}

/** Rows of text as the tokeniser of a table finds them. The text is the rows alone, the header came before. */
export function tokenise(bytes: Buffer, table: Table, { cuts = [], batchRows, junk = '"' }: Pieces = {}): Tokenised {
  if (bytes.length > regionBytes - 1024) throw new RangeError('the text is too long for this test');
  const tokeniser = formats[table.format].createTokeniser(table, workspace);
  const batch = new Batch(table.columns.length, batchRows);
  const rows: ReadRow[] = [];
  let blank = 0;
  let taken = 0;
  for (const cut of [...cuts, bytes.length]) {
    const isFinal = cut === bytes.length;
    const part = bytes.subarray(taken, cut);
    arena.buffer.set(part, start);
    arena.buffer.fill(junk, start + part.length, start + part.length + 64);
    const to = start + part.length;
    let at = start;
    while (at < to) {
      workspace.texts.clear();
      batch.clear();
      const next = tokeniser.take(batch, { from: at, to, isFinal, shift: taken - start });
      for (let row = 0; row < batch.rows; row += 1) rows.push(rowOf(batch, row, arena));
      blank += batch.blank;
      if (next === at) break;
      at = next;
    }
    taken = cut - (to - at);
    if (isFinal && taken !== bytes.length) throw new Error(`${String(bytes.length - taken)} bytes were not taken`);
  }
  const last = bytes.at(-1);
  return { rows, blank, line: last === 0x0a || last === 0x0d ? tokeniser.line : undefined };
}
