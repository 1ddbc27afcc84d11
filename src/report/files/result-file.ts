import { type Arena, TextSpace } from '../../columns/arena.ts';
import { type Batch, Verdict } from '../../columns/batch.ts';
import { type Fragments, IdFragments } from '../../columns/fragments.ts';
import { type ByteSink, cellBytes, Output, type Piece } from '../../columns/output.ts';
import type { LocalCalculation } from '../../destinations/local.ts';
import type { StoredResult } from '../../destinations/destination.ts';
import { mayBeFormula } from '../../input/formula-guard.ts';
import type { PlannedInput } from '../../pipeline/plan.ts';
import type { ReportedRows } from '../../pipeline/reported-rows.ts';
import { CellOutput } from './cell-output.ts';
import { csvCell, type ResultValue } from './csv-writer.ts';
import type { Dialect } from './dialect.ts';
import { RefusedRow } from './refused-row.ts';
import type { RowFormat } from './row-file.ts';

const comma = 0x2c;
const dot = 0x2e;
const closingBrace = 0x7d;
const openingBrace = 0x7b;

export interface ResultFileOptions {
  readonly inputs: readonly PlannedInput[];
  readonly format: RowFormat;
  /** `undefined` writes JSON Lines. */
  readonly dialect: Dialect | undefined;
  /** Rows are written as cell lines, one text a row. */
  readonly isTyped: boolean;
  /** What is added to a row after its number. */
  readonly columns: readonly string[];
  readonly arena: Arena;
  readonly fragments: Fragments;
  readonly sink: ByteSink;
}

/** The results: accepted rows as they are in the input, each with what became of it. */
export class ResultFile {
  readonly #options: ResultFileOptions;
  readonly #output: Output;
  /** What is added to rows by the calculation of the input that is read. */
  #added: AddedColumns | undefined;
  #calculation: LocalCalculation | undefined;
  #between: Between | undefined;
  /** Whether its rows may be copied as they are; else, which cells go where. */
  #isVerbatim = false;
  #cells: Int32Array | undefined;
  readonly #cellOutput: CellOutput | undefined;
  readonly #delimiter: number;
  hasRows = false;

  constructor(options: ResultFileOptions) {
    const { arena, dialect, sink } = options;
    this.#options = options;
    this.#output = new Output(arena, sink);
    this.#cellOutput = dialect === undefined ? undefined : new CellOutput(arena, this.#output, dialect);
    this.#delimiter = dialect?.delimiter.charCodeAt(0) ?? comma;
  }

  write(rows: ReportedRows): void {
    const { batch, calculation, input } = rows;
    const { arena, format, dialect, isTyped } = this.#options;
    if (calculation !== undefined && !isTyped && calculation !== this.#calculation) {
      this.#calculation = calculation;
      this.#between ??= new Between(arena, ownNames(format, input), dialect);
      this.#added = new AddedColumns(calculation, this.#between, this.#options, input);
      this.#isVerbatim = format.isVerbatim(input);
      this.#cells = format.cellsOf?.(input);
    }
    const added = calculation === undefined || isTyped || quotesNumbers(dialect) ? undefined : this.#added;
    added?.begin();
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      if (!this.hasRows) this.#output.text(format.header);
      this.hasRows = true;
      if (added === undefined || !this.#writeBytes(batch, row, added)) this.#writeText(rows, row);
    }
  }

  flush(): void {
    this.#output.flush();
  }

  /** Writes a row without making texts of it; false where that is not possible. */
  #writeBytes(batch: Batch, row: number, added: AddedColumns): boolean {
    const { dialect, arena } = this.#options;
    const start = batch.rowStarts[row] ?? 0;
    const end = batch.rowEnds[row] ?? 0;
    const output = this.#output;
    if (!output.fits(6 * (end - start) + batch.width + added.mostBytes(row))) return false;
    if (dialect === undefined) {
      if (!this.#isVerbatim || arena.bytes[end - 1] !== closingBrace) return false;
      output.range(start, end - 1);
      if (arena.bytes[end - 2] !== openingBrace) output.byte(comma);
    } else if (this.#isVerbatim && !hasFormula(batch, row, arena)) {
      output.range(start, end);
      output.byte(this.#delimiter);
    } else {
      for (const cell of this.#cells ?? []) {
        if (cell !== -1) this.#cellOutput?.write(batch, row, cell);
        output.byte(this.#delimiter);
      }
    }
    added.write(output, row, batch.firstRow + row);
    return true;
  }

  #writeText(rows: ReportedRows, row: number): void {
    const { inputs, arena, format } = this.#options;
    const planned = inputs[rows.input];
    if (planned === undefined) return;
    const values = [...format.fileOf(rows.input), rows.batch.firstRow + row, ...this.#valuesOf(rows, row)];
    this.#output.text(format.line(rows.input, new RefusedRow(planned, arena, rows, row), values));
  }

  #valuesOf({ calculation, storedOf }: ReportedRows, row: number): readonly ResultValue[] {
    if (calculation !== undefined) {
      return calculation.columns.map((column): ResultValue => {
        if ('ofSelection' in column) return column.ofSelection(calculation.selected[row] ?? 0);
        const value = column.values[row];
        return Number.isNaN(value) ? undefined : value;
      });
    }
    const stored = storedOf?.(row) ?? {};
    return this.#options.columns.map((name) => stored[name as keyof StoredResult]);
  }
}

/** Delimiters of one byte which numbers cannot contain, whatever their decimal mark is. */
const plainDelimiter = /^(?![\d.eE+-])[\t!-~]$/;

/** Whether numbers may need quotes, as they can contain the delimiter. */
const quotesNumbers = (dialect: Dialect | undefined): boolean =>
  dialect !== undefined && (dialect.delimiter === dialect.decimal || !plainDelimiter.test(dialect.delimiter));

/** Whether a cell of a row may be taken for a formula by a spreadsheet. */
export function hasFormula({ starts, ends, width, harmless }: Batch, row: number, { bytes }: Arena): boolean {
  if (harmless[row] === 1) return false;
  const first = row * width;
  for (let index = first; index < first + width; index += 1) {
    const start = starts[index] ?? 0;
    if (start < (ends[index] ?? 0) && mayBeFormula(bytes[start] ?? 0)) return true;
  }
  return false;
}

/** A part of what is added to a row: a number of its own, after a text, or a text that many rows share. */
type Part =
  | { readonly before: Piece; readonly values: Float64Array; readonly texts: undefined }
  | { readonly before: Piece; readonly values: undefined; readonly texts: IdFragments };

/** The texts between the values that a file adds to rows. */
class Between {
  /** Before the number of the row, and before each value. */
  readonly rowName: Piece;
  readonly names: readonly Piece[];
  readonly none: Piece;
  readonly end: Piece;
  readonly bytes: number;

  constructor(arena: Arena, [rowName = '', ...names]: readonly string[], dialect: Dialect | undefined) {
    const isJson = dialect === undefined;
    const nameOf = (name: string): string => (isJson ? `${JSON.stringify(name)}:` : '');
    const texts = [
      nameOf(rowName),
      ...names.map((name) => (dialect?.delimiter ?? ',') + nameOf(name)),
      isJson ? 'null' : '',
      dialect === undefined ? '}\n' : dialect.lineEnd,
    ];
    this.bytes = Buffer.byteLength(texts.join('')) + 4 * names.length;
    const space = new TextSpace(arena, 3 * this.bytes);
    const pieces = texts.map((text): Piece => ({ start: space.end, end: space.put(text) }));
    const nothing = { start: 0, end: 0 };
    this.rowName = pieces[0] ?? nothing;
    this.names = pieces.slice(1, -2);
    this.none = pieces.at(-2) ?? nothing;
    this.end = pieces.at(-1) ?? nothing;
  }
}

/** What a calculation adds to rows, in the order of its columns: neighbours that depend on the selection are one text. */
class AddedColumns {
  readonly #calculation: LocalCalculation;
  readonly #between: Between;
  /** `_file` with its value, where there are several. */
  readonly #file: string;
  readonly #parts: readonly Part[];
  readonly #mark: number;
  readonly #bytes: number;

  constructor(
    calculation: LocalCalculation,
    between: Between,
    { format, dialect, fragments }: Pick<ResultFileOptions, 'format' | 'dialect' | 'fragments'>,
    input: number,
  ) {
    this.#calculation = calculation;
    this.#between = between;
    const [file] = format.fileOf(input);
    this.#file = file === undefined ? '' : fileText(file, dialect);
    const names = ownNames(format, input);
    this.#mark = dialect?.decimal === ',' ? comma : dot;
    const parts: Part[] = [];
    let shared: ((selection: number) => string)[] = [];
    const closeShared = (): void => {
      if (shared.length === 0) return;
      const own = shared;
      shared = [];
      const texts = new IdFragments(fragments, (selection) => own.map((text) => text(selection)).join(''));
      parts.push({ before: between.none, values: undefined, texts });
    };
    for (const [index, column] of calculation.columns.entries()) {
      if ('values' in column) {
        closeShared();
        parts.push({ before: between.names[index] ?? between.none, values: column.values, texts: undefined });
      } else {
        const name = names[index + 1] ?? column.name;
        shared.push((selection) => textOf(name, column.ofSelection(selection), dialect));
      }
    }
    closeShared();
    this.#parts = parts;
    this.#bytes = Buffer.byteLength(this.#file) + between.bytes + (parts.length + 1) * cellBytes;
  }

  begin(): void {
    for (const { texts } of this.#parts) texts?.begin(this.#calculation.generation);
  }

  mostBytes(row: number): number {
    const selection = this.#calculation.selected[row] ?? 0;
    let most = this.#bytes;
    for (const { texts } of this.#parts) if (texts !== undefined) most += texts.lengthOf(selection);
    return most;
  }

  write(output: Output, row: number, rowNumber: number): void {
    const selection = this.#calculation.selected[row] ?? 0;
    const { rowName, none, end } = this.#between;
    const mark = this.#mark;
    if (this.#file !== '') output.text(this.#file);
    output.piece(rowName);
    output.integer(rowNumber);
    for (const { before, values, texts } of this.#parts) {
      if (texts !== undefined) {
        output.range(texts.startOf(selection), texts.endOf(selection));
        continue;
      }
      output.piece(before);
      const isWritten = mark === dot ? output.number(values, row) : output.numberWith(mark, values, row);
      if (!isWritten) output.piece(none);
    }
    output.piece(end);
  }
}

/** The names of what is added to a row, but for that of its file. */
const ownNames = (format: RowFormat, input: number): readonly string[] =>
  format.names.slice(format.fileOf(input).length);

const fileText = (path: string, dialect: Dialect | undefined): string =>
  dialect === undefined ? `"_file":${JSON.stringify(path)},` : `${csvCell(path, dialect)}${dialect.delimiter}`;

/** A value with what separates it from the one before. */
const textOf = (name: string, value: string | number, dialect: Dialect | undefined): string =>
  dialect === undefined
    ? `,${JSON.stringify(name)}:${JSON.stringify(value)}`
    : `${dialect.delimiter}${csvCell(value, dialect)}`;
