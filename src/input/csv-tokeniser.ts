import { type Batch, Tag } from '../columns/batch.ts';
import { findBelowOrEqual, findEqual, lanesOf } from '../columns/scan.ts';
import { describeWidth, readRecordLeniently } from './csv-lenient.ts';
import { isGuarded, mayBeFormula } from './formula-guard.ts';
import { countLines, endsInWideSpace, lastLineEnd, wideSpaceAt } from './lines.ts';
import type { Table } from './table.ts';
import { isSound, unsound } from './sound.ts';
import { addRow, hasRoom, maxRecordBytes, setCell, type Tokeniser, type Window, type Workspace } from './tokeniser.ts';

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;
const formFeed = 0x0c;
const apostrophe = 0x27;
/** The highest byte that begins a formula. */
const atSign = 0x40;

const quotes = lanesOf(quote);
/** Bytes up to the quote: control characters, space, `!` and the quote itself. */
const upToQuote = lanesOf(quote + 1);

/** Delimiters that the tokeniser takes: printable ASCII that is neither white space nor a quote, and the tab. */
const isPlainDelimiter = (delimiter: string): boolean => /^[!-~\t]$/.test(delimiter) && delimiter !== '"';

/** Finds the cells of CSV records (RFC 4180 with any delimiter, LF, CRLF or CR, and blanks around cells). */
export class CsvTokeniser implements Tokeniser {
  line: number;
  readonly #table: Table;
  readonly #workspace: Workspace;
  readonly #delimiter: number;
  readonly #delimiters: number;
  /** In a file of this tool's own: the cell with the codes, by which rows that are one text are known. */
  readonly #codesCell: number;
  #isDoubtful = false;

  constructor(table: Table, workspace: Workspace) {
    this.line = 1 + table.header.lines;
    this.#table = table;
    this.#workspace = workspace;
    this.#delimiter = isPlainDelimiter(table.delimiter) ? table.delimiter.charCodeAt(0) : -1;
    this.#delimiters = lanesOf(this.#delimiter);
    this.#codesCell = table.isOwnOutput ? table.columns.indexOf('_codes') : -1;
  }

  take(batch: Batch, window: Window): number {
    const { arena } = this.#workspace;
    let at = window.from;
    while (batch.rows < batch.capacity && at < window.to) {
      if (this.#delimiter === -1) this.#isDoubtful = true;
      else at = this.#scan(batch, { ...window, from: at });
      if (!this.#isDoubtful || !hasRoom(this.#workspace)) break;
      const next = this.#takeLeniently(batch, { ...window, from: at });
      if (next === at) break;
      at = next;
    }
    if (!isSound(arena.buffer.subarray(window.from, at), this.#table)) this.#refuseUnsound(batch);
    return at;
  }

  /** Adds rows up to the first that is doubtful, or not whole. */
  #scan(batch: Batch, { from, to, isFinal, shift }: Window): number {
    const { bytes, view } = this.#workspace.arena;
    const { width, starts, ends, tags, capacity, rowStarts, rowEnds, offsets, lines, harmless } = batch;
    const delimiter = this.#delimiter;
    const delimiters = this.#delimiters;
    // What ends every search: a line end outside of quotes, a quote inside.
    bytes[to] = newline;
    bytes[to + 1] = quote;
    bytes[to + 2] = newline;
    this.#isDoubtful = false;
    let { line } = this;
    let next = from;
    let row = batch.rows;
    while (row < capacity && next < to) {
      let i = next;
      let byte = bytes[i] ?? 0;
      if (byte === newline) {
        next += 1;
        line += 1;
        continue;
      }
      const first = row * width;
      let cell = 0;
      let isFilled = false;
      let isHarmless = true;
      let isQuoted = false;
      let lineEnds = 0;
      for (;;) {
        byte = bytes[i] ?? 0;
        while (byte === space || ((byte === tab || byte === formFeed) && byte !== delimiter)) {
          i += 1;
          byte = bytes[i] ?? 0;
        }
        let start = i;
        let end = i;
        let tag: Tag = Tag.text;
        if (byte === quote && i < to) {
          isQuoted = true;
          start = i += 1;
          for (;;) {
            i = findEqual(view, i, quotes);
            if (bytes[i + 1] !== quote || i + 1 >= to) break;
            i += 2;
            tag = Tag.csvEscaped;
          }
          if (i >= to) return this.#stop(batch, row, next, line, isFinal || to - next > maxRecordBytes);
          end = i;
          const inside = countLineEnds(bytes, start, end);
          if (inside > 0) {
            lineEnds += inside;
            // A quote that someone forgot to close swallows rows, which have as many delimiters as this one.
            if (countBytes(bytes, start, end, delimiter) >= width - 1) {
              return this.#stop(batch, row, next, line, true);
            }
          }
          i += 1;
          byte = bytes[i] ?? 0;
          while (byte === space || ((byte === tab || byte === formFeed) && byte !== delimiter)) {
            i += 1;
            byte = bytes[i] ?? 0;
          }
          if (byte !== delimiter && byte !== newline && byte !== carriageReturn) {
            return this.#stop(batch, row, next, line, true);
          }
        } else {
          if (byte >= 0xc2 && wideSpaceAt(bytes, i) > 0) return this.#stop(batch, row, next, line, true);
          for (;;) {
            i = findBelowOrEqual(view, i, upToQuote, delimiters);
            byte = bytes[i] ?? 0;
            if (byte === delimiter || byte === newline || byte === carriageReturn) break;
            // A stray quote, a control character: only spaces and the like are nothing to wonder about.
            if (byte === quote || (byte < space && byte !== tab)) return this.#stop(batch, row, next, line, true);
            i += 1;
          }
          end = i;
          while (end > start && (bytes[end - 1] === space || bytes[end - 1] === tab)) end -= 1;
          if (end > start && (bytes[end - 1] ?? 0) >= 0x80 && endsInWideSpace(bytes, end)) {
            return this.#stop(batch, row, next, line, true);
          }
        }
        if (i >= to && !isFinal) return this.#stop(batch, row, next, line, false);
        if (cell < width) {
          starts[first + cell] = start;
          ends[first + cell] = end;
          if (tag !== Tag.text) {
            tags[first + cell] = tag;
            batch.hasTags = true;
          }
        }
        if (end > start) {
          isFilled = true;
          const begin = bytes[start] ?? 0;
          if (begin <= atSign && mayBeFormula(begin)) isHarmless = false;
        }
        cell += 1;
        if (byte !== delimiter || i >= to) break;
        i += 1;
      }
      let after = i + 1;
      if (byte === carriageReturn && i < to) {
        if (after >= to && !isFinal) return this.#stop(batch, row, next, line, false);
        if (after < to && bytes[after] === newline) after += 1;
      }
      if (after > to) after = to;
      if (!isFilled) {
        // A line without anything is not a row; one of empty cells is a blank row.
        if (cell > 1 || isQuoted) batch.passOver(row);
      } else {
        const isOdd = after - next > maxRecordBytes || (lineEnds > 0 && cell !== width);
        if (isOdd || this.#isWholeLine(batch, first, cell)) return this.#stop(batch, row, next, line, true);
        rowStarts[row] = next;
        rowEnds[row] = i;
        offsets[row] = next + shift;
        lines[row] = line;
        harmless[row] = isHarmless ? 1 : 0;
        if (cell !== width) this.#refuseWidth(batch, row, cell);
        else if (this.#table.isOwnOutput) this.#removeGuards(batch, first);
        row += 1;
      }
      line += 1 + lineEnds;
      next = after;
    }
    return this.#stop(batch, row, next, line, false);
  }

  #stop(batch: Batch, rows: number, next: number, line: number, isDoubtful: boolean): number {
    // What was begun of a row and not finished leaves no trace.
    if (batch.hasTags) batch.tags.fill(Tag.text, rows * batch.width, (rows + 1) * batch.width);
    batch.rows = rows;
    this.line = line;
    this.#isDoubtful = isDoubtful;
    return next;
  }

  /** A row of another width than the header; its quotes are sound. */
  #refuseWidth(batch: Batch, row: number, cells: number): void {
    const { arena } = this.#workspace;
    const text = arena.text(batch.rowStarts[row] ?? 0, batch.rowEnds[row] ?? 0).trimEnd();
    const first = row * batch.width;
    batch.starts.fill(0, first, first + batch.width);
    batch.ends.fill(0, first, first + batch.width);
    batch.refuseMalformed(row, { message: describeWidth(cells, batch.width), text });
  }

  /** Whether a row of this tool's own rejected file holds a line that could not be read, as a whole. */
  #isWholeLine(batch: Batch, first: number, cells: number): boolean {
    if (this.#codesCell === -1 || cells !== batch.width) return false;
    const index = first + this.#codesCell;
    return this.#workspace.arena.text(batch.starts[index] ?? 0, batch.ends[index] ?? 0) === 'MALFORMED_ROW';
  }

  /** Cells that this tool guards against spreadsheets are read as they were. */
  #removeGuards({ starts, ends, width }: Batch, first: number): void {
    const { arena } = this.#workspace;
    for (let index = first; index < first + width; index += 1) {
      const start = starts[index] ?? 0;
      const end = ends[index] ?? 0;
      if (end > start && arena.bytes[start] === apostrophe && isGuarded(arena.text(start, end))) {
        starts[index] = start + 1;
      }
    }
  }

  /** Adds the one record that was doubtful, or passes over what is blank; returns where it began if it needs more bytes. */
  #takeLeniently(batch: Batch, { from, to, isFinal, shift }: Window): number {
    const workspace = this.#workspace;
    const { buffer } = workspace.arena;
    const rest = buffer.subarray(from, to);
    const bytes = isFinal ? rest : rest.subarray(0, lastLineEnd(rest));
    if (bytes.length === 0) return from;
    const read = readRecordLeniently(bytes, this.#table, isFinal);
    if (read.kind === 'open') return from;
    if (read.kind !== 'nothing') {
      const line = this.line + countLines(bytes, 0, read.start);
      if (read.kind === 'blank') batch.passOver(batch.rows);
      else {
        const row = addRow(batch, from + read.start, from + withoutLineEnd(bytes, read.end), shift, line);
        if (read.kind === 'malformed') batch.refuseMalformed(row, read);
        else for (const [cell, text] of read.cells.entries()) setCell(batch, row * batch.width + cell, text, workspace);
      }
    }
    this.line += countLines(bytes, 0, read.end);
    return from + read.end;
  }

  #refuseUnsound(batch: Batch): void {
    const { buffer } = this.#workspace.arena;
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.malformed.has(row)) continue;
      const bytes = buffer.subarray(batch.rowStarts[row], batch.rowEnds[row]);
      if (isSound(bytes, this.#table)) continue;
      const first = row * batch.width;
      batch.starts.fill(0, first, first + batch.width);
      batch.ends.fill(0, first, first + batch.width);
      batch.refuseMalformed(row, { message: unsound(this.#table), text: bytes.toString().trimEnd() });
    }
  }
}

function countLineEnds(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i];
    if (byte === newline || (byte === carriageReturn && bytes[i + 1] !== newline)) count += 1;
  }
  return count;
}

function countBytes(bytes: Uint8Array, start: number, end: number, wanted: number): number {
  let count = 0;
  for (let i = start; i < end; i += 1) if (bytes[i] === wanted) count += 1;
  return count;
}

function withoutLineEnd(bytes: Buffer, end: number): number {
  let last = end;
  if (last > 0 && bytes[last - 1] === newline) last -= 1;
  if (last > 0 && bytes[last - 1] === carriageReturn) last -= 1;
  return last;
}
