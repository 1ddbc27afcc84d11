import type { Arena } from '../../columns/arena.ts';
import { type Batch, Verdict } from '../../columns/batch.ts';
import { type Fragments, IdFragments } from '../../columns/fragments.ts';
import { type ByteSink, cellBytes, Output } from '../../columns/output.ts';
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
    const { format, dialect, fragments } = this.#options;
    if (calculation !== undefined && calculation !== this.#calculation) {
      this.#calculation = calculation;
      this.#added = new AddedColumns(calculation, format, dialect, fragments);
      this.#isVerbatim = format.isVerbatim(input);
      this.#cells = format.cellsOf?.(input);
    }
    const added = calculation === undefined || quotesNumbers(dialect) ? undefined : this.#added;
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
    const values = [rows.batch.firstRow + row, ...this.#valuesOf(rows, row)];
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
export function hasFormula({ starts, ends, width }: Batch, row: number, { bytes }: Arena): boolean {
  const first = row * width;
  for (let index = first; index < first + width; index += 1) {
    const start = starts[index] ?? 0;
    if (start < (ends[index] ?? 0) && mayBeFormula(bytes[start] ?? 0)) return true;
  }
  return false;
}

/** A part of what is added to a row: a number of its own, or a text that many rows share. */
type Part = { readonly values: Float64Array; readonly before: number } | { readonly texts: IdFragments };

/** What a calculation adds to rows, in the order of its columns: neighbours that depend on the selection are one text. */
class AddedColumns {
  readonly #calculation: LocalCalculation;
  readonly #parts: readonly Part[];
  readonly #rowName: Buffer;
  readonly #end: Buffer;
  readonly #mark: number;
  readonly #separator: number;
  readonly #empty: Buffer;
  readonly #isJson: boolean;
  readonly #names: Buffer[] = [];
  #bytes = 0;

  constructor(
    calculation: LocalCalculation,
    { names: [rowName = '', ...names] }: RowFormat,
    dialect: Dialect | undefined,
    fragments: Fragments,
  ) {
    this.#calculation = calculation;
    this.#isJson = dialect === undefined;
    this.#separator = dialect === undefined ? comma : dialect.delimiter.charCodeAt(0);
    this.#mark = dialect?.decimal === ',' ? comma : dot;
    this.#empty = Buffer.from(dialect === undefined ? 'null' : '');
    this.#end = Buffer.from(dialect === undefined ? '}\n' : dialect.lineEnd);
    const nameOf = (name: string): Buffer => Buffer.from(dialect === undefined ? `${JSON.stringify(name)}:` : '');
    this.#rowName = nameOf(rowName);
    const parts: Part[] = [];
    let shared: ((selection: number) => string)[] = [];
    const closeShared = (): void => {
      if (shared.length === 0) return;
      const own = shared;
      parts.push({ texts: new IdFragments(fragments, (selection) => own.map((text) => text(selection)).join('')) });
      shared = [];
    };
    for (const [index, column] of calculation.columns.entries()) {
      const name = names[index] ?? column.name;
      if ('values' in column) {
        closeShared();
        parts.push({ values: column.values, before: this.#names.push(nameOf(name)) - 1 });
      } else {
        shared.push((selection) => textOf(name, column.ofSelection(selection), dialect));
      }
    }
    closeShared();
    this.#parts = parts;
    this.#bytes = (parts.length + 1) * (cellBytes + 64) + this.#names.reduce((sum, { length }) => sum + length, 0) + 64;
  }

  begin(): void {
    for (const part of this.#parts) if ('texts' in part) part.texts.begin(this.#calculation.generation);
  }

  mostBytes(row: number): number {
    const selection = this.#calculation.selected[row] ?? 0;
    let most = this.#bytes;
    for (const part of this.#parts) if ('texts' in part) most += part.texts.lengthOf(selection);
    return most;
  }

  write(output: Output, row: number, rowNumber: number): void {
    const selection = this.#calculation.selected[row] ?? 0;
    putAll(output, this.#rowName);
    output.integer(rowNumber);
    for (const part of this.#parts) {
      if ('texts' in part) {
        output.range(part.texts.startOf(selection), part.texts.endOf(selection));
        continue;
      }
      output.byte(this.#separator);
      if (this.#isJson) putAll(output, this.#names[part.before] ?? this.#empty);
      if (Number.isNaN(part.values[row])) putAll(output, this.#empty);
      else if (this.#mark === dot) output.number(part.values, row);
      else output.numberWith(this.#mark, part.values, row);
    }
    putAll(output, this.#end);
  }
}

/** A value with what separates it from the one before. */
const textOf = (name: string, value: string | number, dialect: Dialect | undefined): string =>
  dialect === undefined
    ? `,${JSON.stringify(name)}:${JSON.stringify(value)}`
    : `${dialect.delimiter}${csvCell(value, dialect)}`;

function putAll(output: Output, bytes: Buffer): void {
  for (let i = 0; i < bytes.length; i += 1) output.byte(bytes[i] ?? 0);
}
