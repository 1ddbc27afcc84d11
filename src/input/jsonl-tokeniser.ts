import { type Batch, Tag } from '../columns/batch.ts';
import { findBelowOrEqual, lanesOf } from '../columns/scan.ts';
import { readLineLeniently } from './jsonl-lenient.ts';
import { lineEnd } from './lines.ts';
import type { Table } from './table.ts';
import { isSound, unsound } from './sound.ts';
import { addRow, hasRoom, maxRecordBytes, setCell, type Tokeniser, type Window, type Workspace } from './tokeniser.ts';

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const open = 0x7b;
const close = 0x7d;
const backslash = 0x5c;
const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;
const letterN = 0x6e;
const letterT = 0x74;
const letterF = 0x66;
const letterU = 0x75;
const zero = 0x30;
const minus = 0x2d;
const dot = 0x2e;

const backslashes = lanesOf(backslash);
const upToQuote = lanesOf(quote + 1);

/** From so many digits in a row on, a number may be one that a JavaScript number can't hold: it is read as text. */
const longDigits = 16;

/** Finds the values of flat JSON objects, one a line, in the cells of the columns that their keys name. */
export class JsonlTokeniser implements Tokeniser {
  line: number;
  readonly #table: Table;
  readonly #workspace: Workspace;
  readonly #keys: readonly Buffer[];
  readonly #known: ReadonlySet<string>;
  // Of the value that was read last.
  #start = 0;
  #end = 0;
  #tag: Tag = Tag.text;

  constructor(table: Table, workspace: Workspace) {
    this.line = 1;
    this.#table = table;
    this.#workspace = workspace;
    this.#known = new Set(table.columns);
    // Keys that JSON escapes, and lines of a rejected file that could not be read, are left to the lenient reader.
    const isPlain = (key: string): boolean => JSON.stringify(key) === `"${key}"` && key !== '_raw';
    this.#keys = table.columns.map((column) => Buffer.from(isPlain(column) ? column : '\0'));
  }

  take(batch: Batch, window: Window): number {
    const { arena } = this.#workspace;
    const { bytes } = arena;
    const { to, isFinal, shift } = window;
    // What ends every search.
    bytes[to] = newline;
    bytes[to + 1] = quote;
    bytes[to + 2] = newline;
    let at = window.from;
    while (batch.rows < batch.capacity && at < to) {
      const byte = bytes[at];
      if (byte === newline) {
        at += 1;
        this.line += 1;
        continue;
      }
      const end = byte === open ? this.#scanRow(batch, at, to) : -1;
      if (end !== -1 && end - at <= maxRecordBytes) {
        const isEnd = end >= to;
        if (isEnd && !isFinal) break;
        let after = end + 1;
        if (bytes[end] === carriageReturn && !isEnd) {
          if (after >= to && !isFinal) break;
          if (after < to && bytes[after] === newline) after += 1;
        }
        const row = batch.rows;
        batch.offsets[row] = at + shift;
        batch.lines[row] = this.line;
        batch.rows = row + 1;
        this.line += 1;
        at = Math.min(after, to);
        continue;
      }
      const next = hasRoom(this.#workspace) ? this.#takeLeniently(batch, { ...window, from: at }) : at;
      if (next === at) break;
      at = next;
    }
    // What was begun of a row and not finished leaves no trace.
    if (batch.hasTags) batch.tags.fill(Tag.text, batch.rows * batch.width, (batch.rows + 1) * batch.width);
    if (!isSound(arena.buffer.subarray(window.from, at), this.#table)) this.#refuseUnsound(batch);
    return at;
  }

  /** Reads an object into the cells of the next row; returns where its line ends, -1 where the object is doubtful. */
  #scanRow(batch: Batch, from: number, to: number): number {
    const { bytes } = this.#workspace.arena;
    const { starts, ends, tags, width, rows } = batch;
    const first = rows * width;
    for (let index = first; index < first + width; index += 1) starts[index] = ends[index] = 0;
    let i = this.#skipBlanks(from + 1);
    let isFirst = true;
    for (let expected = 0; ; isFirst = false) {
      if (bytes[i] === close && isFirst) break;
      if (bytes[i] !== quote) return -1;
      const cell = this.#cellOf(i + 1, expected);
      if (cell === -1) return -1;
      i = this.#skipBlanks(i + (this.#keys[cell]?.length ?? 0) + 2);
      if (bytes[i] !== colon) return -1;
      i = this.#readValue(this.#skipBlanks(i + 1), to);
      if (i === -1) return -1;
      const index = first + cell;
      // A key twice: the last one counts for JSON.parse.
      if (ends[index] !== 0) return -1;
      starts[index] = this.#start;
      ends[index] = this.#end;
      tags[index] = this.#tag;
      if (this.#tag !== Tag.text) batch.hasTags = true;
      i = this.#skipBlanks(i);
      if (bytes[i] === close) break;
      if (bytes[i] !== comma) return -1;
      i = this.#skipBlanks(i + 1);
      expected = cell + 1;
    }
    if (i >= to) return -1;
    batch.rowStarts[rows] = from;
    batch.rowEnds[rows] = i + 1;
    i = this.#skipBlanks(i + 1);
    return bytes[i] === newline || bytes[i] === carriageReturn ? i : -1;
  }

  #skipBlanks(from: number): number {
    const { bytes } = this.#workspace.arena;
    let i = from;
    while (bytes[i] === space || bytes[i] === tab) i += 1;
    return i;
  }

  /** The column of a key: mostly that after the last one; -1 for a key that no column has. */
  #cellOf(at: number, expected: number): number {
    const count = this.#keys.length;
    for (let tried = 0, cell = expected; tried < count; tried += 1, cell += 1) {
      if (cell >= count) cell = 0;
      if (this.#isKey(at, this.#keys[cell] as Buffer)) return cell;
    }
    return -1;
  }

  #isKey(at: number, key: Buffer): boolean {
    const { bytes } = this.#workspace.arena;
    if (bytes[at + key.length] !== quote) return false;
    for (let i = 0; i < key.length; i += 1) if (bytes[at + i] !== key[i]) return false;
    return true;
  }

  /** Reads a string, number or word; returns where it ends, -1 where it is another value or not certain. */
  #readValue(at: number, to: number): number {
    const { bytes } = this.#workspace.arena;
    const byte = bytes[at] ?? 0;
    this.#tag = Tag.text;
    if (byte === quote) return this.#readString(at + 1, to);
    this.#start = at;
    if (byte === letterN || byte === letterT || byte === letterF) {
      const word = byte === letterN ? 'null' : byte === letterT ? 'true' : 'false';
      this.#end = at + word.length;
      if (this.#workspace.arena.buffer.toString('latin1', at, this.#end) !== word) return -1;
      const end = this.#end;
      // No value: an empty range, which is still told from a key that is not there.
      if (byte === letterN) this.#end = this.#start;
      return end;
    }
    return this.#readNumber(at);
  }

  #readString(from: number, to: number): number {
    const { bytes, view } = this.#workspace.arena;
    this.#start = from;
    let i = from;
    for (;;) {
      i = findBelowOrEqual(view, i, upToQuote, backslashes);
      const byte = bytes[i] ?? 0;
      if (byte === quote) break;
      if (byte < space) return -1;
      if (byte === backslash) {
        this.#tag = Tag.jsonEscaped;
        i += 1;
        // Half of a surrogate pair can't be written as UTF-8, and a wrong escape is not JSON.
        if (!isPlainEscape(bytes, i)) return -1;
      }
      i += 1;
    }
    if (i >= to) return -1;
    this.#end = i;
    return i + 1;
  }

  #readNumber(at: number): number {
    const { bytes } = this.#workspace.arena;
    let i = at;
    if (bytes[i] === minus) i += 1;
    const whole = i;
    let run = 0;
    let longest = 0;
    let dots = 0;
    for (; ; i += 1) {
      const digit = (bytes[i] ?? 0) - zero;
      if (digit >= 0 && digit <= 9) run += 1;
      else if (bytes[i] === dot && dots === 0 && run > 0) {
        longest = run;
        run = 0;
        dots = 1;
      } else break;
    }
    const byte = bytes[i] ?? 0;
    // An exponent, a point without digits, a zero before others: rare, or no JSON.
    if (run === 0 || !(byte === comma || byte === close || byte === space || byte === tab)) return -1;
    if (bytes[whole] === zero && i - whole > 1 && bytes[whole + 1] !== dot) return -1;
    this.#end = i;
    this.#tag = Math.max(longest, run) >= longDigits ? Tag.text : Tag.number;
    return i;
  }

  /** Takes the line that is doubtful as JSON.parse reads it, or passes over one that is blank. */
  #takeLeniently(batch: Batch, { from, to, isFinal, shift }: Window): number {
    const workspace = this.#workspace;
    const { arena } = workspace;
    const rest = arena.buffer.subarray(from, to);
    const end = lineEnd(rest, 0);
    // A line end must be there, and what follows a CR must be known.
    const last = rest[end - 1];
    const isWhole = last === newline || (last === carriageReturn && end < rest.length);
    if (!isWhole && !isFinal) return from;
    const read = readLineLeniently(rest.subarray(0, end), this.#table, this.#known);
    if (read !== undefined) {
      const row = addRow(batch, from, from + end, shift, this.line);
      if (read.kind === 'malformed') batch.refuseMalformed(row, read);
      else {
        for (const [cell, { text, tag }] of read.cells.entries()) {
          const index = row * batch.width + cell;
          setCell(batch, index, text, workspace);
          batch.tags[index] = tag;
          if (tag !== Tag.text) batch.hasTags = true;
        }
        if (read.extras.length > 0) batch.extras.set(row, read.extras);
        // What the row is: its line, or the line that its own text is on.
        batch.rowStarts[row] = workspace.texts.end;
        batch.rowEnds[row] = workspace.texts.put(read.text);
      }
    }
    this.line += 1;
    return from + end;
  }

  #refuseUnsound(batch: Batch): void {
    const { buffer } = this.#workspace.arena;
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.malformed.has(row)) continue;
      const bytes = buffer.subarray(batch.rowStarts[row], batch.rowEnds[row]);
      if (isSound(bytes, this.#table)) continue;
      const first = row * batch.width;
      batch.ends.set(batch.starts.subarray(first, first + batch.width), first);
      batch.extras.delete(row);
      batch.refuseMalformed(row, { message: unsound(this.#table), text: bytes.toString().trim() });
    }
  }
}

/** Whether what follows a backslash is an escape that is not part of a surrogate pair. */
function isPlainEscape(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] ?? 0;
  if (byte !== letterU) return escapes.has(byte);
  for (let i = at + 1; i < at + 5; i += 1) if (!isHexadecimal(bytes[i] ?? 0)) return false;
  const isD = bytes[at + 1] === 0x64 || bytes[at + 1] === 0x44;
  return !(isD && (bytes[at + 2] ?? 0) >= 0x38);
}

const escapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

const isHexadecimal = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
