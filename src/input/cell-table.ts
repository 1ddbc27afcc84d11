import { type Batch, Tag } from '../columns/batch.ts';
import { inputError } from '../errors.ts';
import { quote } from '../issues.ts';
import { CellKind, cellSeparator, readCell } from './cell-lines.ts';
import { isKnownHeader } from './header.ts';
import { namesWithUnits } from './units-row.ts';
import type { DetectOptions, RowFormat, Table } from './table.ts';
import { addOversized, addRow, maxRecordBytes, type Tokeniser, type Window, type Workspace } from './tokeniser.ts';

const newline = 0x0a;
const tab = 0x09;
const space = 0x20;
const worded = CellKind.worded.charCodeAt(0);

/** Lines in which a header is looked for. */
const headerSearchLines = 30;

/** Rows of typed cells, as workbooks and columnar files are decoded to. */
export const cellTable = (format: Table['format']): RowFormat => ({
  detect: (sample, options) => detect(format, sample, options),
  createTokeniser: (table, workspace) => new CellTokeniser(table, workspace),
});

interface Line {
  readonly number: number;
  readonly end: number;
  readonly cells: readonly string[];
}

/** The first lines that are not empty. */
function* linesOf(sample: Buffer): Generator<Line> {
  let number = 0;
  for (let start = 0; start < sample.length;) {
    const at = sample.indexOf(newline, start);
    const end = at === -1 ? sample.length : at + 1;
    number += 1;
    const text = sample.toString('utf8', start, at === -1 ? end : at);
    if (text.trim() !== '') {
      yield { number, end, cells: text.split(cellSeparator).map((cell) => readCell(cell).trim()) };
    }
    start = end;
  }
}

/** The line that names the columns: the first with two known names, else the first. */
export function findHeaderLine(
  sample: Buffer,
  isKnownColumn: (name: string) => boolean,
): { readonly header: Line | undefined; readonly isKnown: boolean; readonly isFirst: boolean } {
  let first: Line | undefined;
  let count = 0;
  for (const line of linesOf(sample)) {
    first ??= line;
    if (isKnownHeader(line.cells, isKnownColumn)) return { header: line, isKnown: true, isFirst: line === first };
    count += 1;
    if (count === headerSearchLines) break;
  }
  return { header: first, isKnown: false, isFirst: true };
}

function detect(format: Table['format'], sample: Buffer, options: DetectOptions): Table {
  const { path, whole, isKnownColumn, isMeasure } = options;
  const { header, isFirst } = findHeaderLine(sample, isKnownColumn);
  if (header === undefined) throw inputError('INPUT_EMPTY', `${path} is empty`);
  const below = linesOf(sample.subarray(header.end)).next().value;
  const named = namesWithUnits(header.cells, below?.cells, options);
  const last = named === undefined || below === undefined ? { end: 0, number: 0 } : below;
  const end = header.end + last.end;
  if (whole && linesOf(sample.subarray(end)).next().done === true) {
    throw inputError(
      'INPUT_EMPTY',
      `${path} has a header but no rows`,
      header.cells.length === 1 ? `its only line is ${quote(header.cells[0] ?? '')}` : undefined,
    );
  }
  const columns = (named ?? header.cells).slice(0, header.cells.findLastIndex((cell) => cell !== '') + 1);
  return {
    format,
    columns,
    measures: columns.map((name) => isMeasure?.(name) === true),
    delimiter: ',',
    lineEnd: '\n',
    isDecoded: false,
    isOwnOutput: header.cells.includes('_row'),
    header: {
      bytes: end,
      lines: header.number + last.number,
      line: header.number,
      unitsLine: named && header.number + last.number,
      hasTitles: !isFirst,
    },
  };
}

/** By the letter of a cell's kind, how its bytes are to be read. */
const tags = new Uint8Array(256).fill(Tag.text);
tags[CellKind.escaped.charCodeAt(0)] = Tag.jsonEscaped;
tags[CellKind.number.charCodeAt(0)] = Tag.number;
tags[CellKind.measured.charCodeAt(0)] = Tag.measured;
tags[CellKind.worded.charCodeAt(0)] = Tag.number;
tags[CellKind.error.charCodeAt(0)] = Tag.error;

/** Finds the cells of cell lines. They are of this tool's own making, so nothing in them is doubtful. */
class CellTokeniser implements Tokeniser {
  line: number;
  readonly #workspace: Workspace;
  /** By column, whether the words that a number is shown with belong to it. */
  readonly #measures: readonly boolean[];

  constructor(table: Table, workspace: Workspace) {
    this.line = 1 + table.header.lines;
    this.#workspace = workspace;
    this.#measures = table.measures ?? [];
  }

  take(batch: Batch, window: Window): number {
    const { bytes } = this.#workspace.arena;
    const { to, isFinal, shift } = window;
    bytes[to] = newline;
    let at = window.from;
    while (batch.rows < batch.capacity && at < to) {
      const row = addRow(batch, at, at, shift, this.line);
      const end = this.#readRow(batch, row * batch.width, at);
      if (end >= to && !isFinal) {
        batch.rows -= 1;
        break;
      }
      batch.rowEnds[row] = end;
      if (end - at > maxRecordBytes) {
        batch.rows -= 1;
        addOversized(batch, { ...window, from: at }, this.#workspace, this.line);
      } else if (!hasCells(batch, row)) {
        batch.rows -= 1;
        if (end > at) batch.passOver(batch.rows);
      }
      this.line += 1;
      at = Math.min(end + 1, to);
    }
    // What was begun of a row and not finished leaves no trace.
    if (batch.hasTags) batch.tags.fill(Tag.text, batch.rows * batch.width, (batch.rows + 1) * batch.width);
    return at;
  }

  /** Sets the cells from `first` on; returns where the line ends. Cells to the right of the columns are not part of the table. */
  #readRow(batch: Batch, first: number, from: number): number {
    const { bytes } = this.#workspace.arena;
    const last = first + batch.width;
    let i = from;
    for (let index = first; ; index += 1) {
      const kind = bytes[i] ?? 0;
      if (kind >= 0x20) {
        const start = (i += 1);
        while ((bytes[i] ?? 0) >= 0x20) i += 1;
        if (index < last) {
          batch.starts[index] = start;
          const isMeasure = kind === worded && this.#measures[index - first] === true;
          batch.ends[index] = kind === worded && !isMeasure ? bytes.indexOf(space, start) : i;
          const tag = isMeasure ? Tag.measured : (tags[kind] ?? Tag.text);
          batch.tags[index] = tag;
          if (tag !== Tag.text) batch.hasTags = true;
        }
      }
      if (bytes[i] !== tab) return i;
      i += 1;
    }
  }
}

function hasCells({ starts, ends, width }: Batch, row: number): boolean {
  for (let index = row * width; index < (row + 1) * width; index += 1) if (starts[index] !== ends[index]) return true;
  return false;
}
