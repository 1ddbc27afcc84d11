import type { Arena } from '../../columns/arena.ts';
import { type Batch, Tag } from '../../columns/batch.ts';
import { cellText } from '../../columns/column.ts';
import type { Output } from '../../columns/output.ts';
import { findBelowOrEqual, lanesOf } from '../../columns/scan.ts';
import { mayBeFormula } from '../../input/formula-guard.ts';
import { csvCell } from './csv-writer.ts';
import type { Dialect } from './dialect.ts';

const space = 0x20;
const exclamationMark = 0x21;
const zero = 0x30;
const dot = 0x2e;
const upToQuote = lanesOf(0x23);

/** Writes cells of a batch as CSV: those that need neither quotes nor a guard are copied. */
export class CellOutput {
  readonly #arena: Arena;
  readonly #output: Output;
  readonly #dialect: Dialect;
  readonly #delimiters: number;

  constructor(arena: Arena, output: Output, dialect: Dialect) {
    this.#arena = arena;
    this.#output = output;
    this.#dialect = dialect;
    this.#delimiters = lanesOf(dialect.delimiter.charCodeAt(0));
  }

  write(batch: Batch, row: number, cell: number): void {
    const index = row * batch.width + cell;
    const start = batch.starts[index] ?? 0;
    const end = batch.ends[index] ?? 0;
    if (start === end) return;
    if (this.#isPlain(start, end, batch.tags[index] ?? Tag.text)) this.#output.range(start, end);
    else this.#output.text(csvCell(cellText(batch, row, cell, this.#arena), this.#dialect));
  }

  #isPlain(start: number, end: number, tag: number): boolean {
    const { bytes, view } = this.#arena;
    const first = bytes[start] ?? 0;
    const last = bytes[end - 1] ?? 0;
    if (tag === Tag.number) return this.#isPlainNumber(start, end);
    // White space that is not ASCII is left to the writer of texts.
    if (tag !== Tag.text || mayBeFormula(first) || first === space || first >= 0xc2) return false;
    if (last === space || last >= 0x80) return false;
    for (let i = start; ; i += 1) {
      i = findBelowOrEqual(view, i, upToQuote, this.#delimiters);
      if (i >= end) return true;
      const byte = bytes[i];
      if (byte !== space && byte !== exclamationMark) return false;
    }
  }

  /** A JSON number that is written as `String` writes it. */
  #isPlainNumber(start: number, end: number): boolean {
    const { bytes } = this.#arena;
    if (end - start > 15 || bytes[start] === 0x2d || (bytes[start] === zero && end - start > 4)) return false;
    let hasDot = false;
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i] ?? 0;
      if (byte === dot) hasDot = true;
      else if (byte < zero || byte > 0x39) return false;
    }
    return !(hasDot && bytes[end - 1] === zero) && !this.#dialect.delimiter.includes('.');
  }
}
