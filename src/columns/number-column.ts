import type { Issue } from '../issues.ts';
import { type Batch, Tag } from './batch.ts';
import { absentHash, type CellSource, type Column, findId, type Hashes, seeds, type Value } from './column.ts';
import { absent, Dictionary, type Interpret } from './dictionary.ts';
import { parseDecimal } from './parse-decimal.ts';
import { mix } from './scan.ts';

/** Numbers; NaN where there is none. Texts other than plain digits are looked up as in a dictionary. */
export class NumberColumn implements Column {
  readonly values: Float64Array;
  /** Index in `unitNames` of the unit that came with the number; 0 for none. */
  readonly units: Uint8Array;
  readonly unitNames: string[] = [''];
  /** 1 for rows whose text has the number in another unit. */
  readonly converted: Uint8Array;
  /** Rows of the batch with a number that is valid and strange, in the order in which they were found. */
  readonly remarks: { readonly row: number; readonly kind: NumberRemark }[] = [];
  readonly #source: CellSource;
  readonly #options: NumberOptions;
  readonly #dictionary: Dictionary<NumberMeaning>;
  readonly #unreadable = new Set<number>();
  readonly #checked = new Map<number, readonly Issue[]>();
  readonly #bits = new Int32Array(2);
  readonly #double = new Float64Array(this.#bits.buffer);

  constructor(source: CellSource, options: NumberOptions) {
    this.values = new Float64Array(source.capacity);
    this.units = new Uint8Array(source.capacity);
    this.converted = new Uint8Array(source.capacity);
    this.#source = source;
    this.#options = options;
    this.#dictionary = new Dictionary(options.interpret, source.limits);
  }

  read(batch: Batch): void {
    const { values, units } = this;
    const { rows, width, starts, ends, tags } = batch;
    const { bytes } = this.#source.arena;
    const { plainMark, convert } = this.#options;
    const cell = this.#source.cells.length === 1 ? this.#source.cells[0] : undefined;
    this.#unreadable.clear();
    this.remarks.length = 0;
    this.#dictionary.trim();
    units.fill(0, 0, rows);
    this.converted.fill(0, 0, rows);
    if (this.#source.cells.length === 0) {
      const id = this.#dictionary.read('', Tag.text);
      for (let row = 0; row < rows; row += 1) values[row] = this.#take(batch, row, id);
      return;
    }
    for (let row = 0; row < rows; row += 1) {
      let value = Number.NaN;
      if (cell !== undefined) {
        const index = row * width + cell;
        const tag = tags[index] ?? 0;
        // A JSON number has a dot, whatever the texts of the file have.
        const mark = tag === Tag.text ? plainMark : tag === Tag.number ? 0x2e : 0;
        if (mark !== 0 && plainMark !== 0) value = parseDecimal(bytes, starts[index] ?? 0, ends[index] ?? 0, mark);
      }
      if (Number.isNaN(value)) value = this.#readOther(batch, row);
      else if (convert !== undefined) value = this.#convert(row, value, convert);
      values[row] = value;
    }
  }

  #convert(row: number, value: number, convert: (value: number) => number): number {
    const result = convert(value);
    if (result !== value) this.converted[row] = 1;
    return result;
  }

  #readOther(batch: Batch, row: number): number {
    this.#dictionary.count(1);
    return this.#take(batch, row, findId(this.#dictionary, batch, row, this.#source));
  }

  #take(batch: Batch, row: number, id: number): number {
    if (id >= 0) {
      const meaning = this.#dictionary.values[id];
      if (meaning?.unit !== undefined) this.units[row] = this.#unitOf(meaning.unit);
      if (meaning?.isConverted === true) this.converted[row] = 1;
      if (meaning?.isGrouped === true) this.remarks.push({ row, kind: 'grouped' });
      return meaning?.value ?? Number.NaN;
    }
    if (id < absent) {
      this.#unreadable.add(row);
      batch.refuse(row, this.#dictionary.issuesOf(id));
    }
    return Number.NaN;
  }

  #unitOf(unit: string): number {
    const known = this.unitNames.indexOf(unit);
    return known === -1 ? this.unitNames.push(unit) - 1 : known;
  }

  check(batch: Batch): void {
    const { values } = this;
    const { above, below, isWhole, missing } = this.#options;
    for (let row = 0; row < batch.rows; row += 1) {
      const value = values[row] ?? Number.NaN;
      if (value > above && value < below && (!isWhole || Math.floor(value) === value)) continue;
      if (!Number.isNaN(value)) this.#checkValue(batch, row, value);
      else if (missing.length > 0 && !this.#unreadable.has(row)) batch.refuse(row, missing);
    }
  }

  #checkValue(batch: Batch, row: number, value: number): void {
    let issues = this.#checked.get(value);
    if (issues === undefined) {
      issues = this.#options.explain(value);
      if (this.#checked.size >= 4096) this.#checked.clear();
      this.#checked.set(value, issues);
    }
    if (issues.length > 0) batch.refuse(row, issues);
    else if (this.#options.isUnusual?.(value) === true) this.remarks.push({ row, kind: 'unusual' });
  }

  /** Says that a row's number can't be understood together with the rest of the row. */
  refuse(batch: Batch, row: number, issue: Issue): void {
    this.values[row] = Number.NaN;
    this.#unreadable.add(row);
    batch.refuse(row, [issue]);
  }

  has(row: number): boolean {
    return !Number.isNaN(this.values[row]);
  }

  markAbsent(marks: Uint8Array, rows: number): void {
    const { values } = this;
    for (let row = 0; row < rows; row += 1) if (Number.isNaN(values[row] ?? Number.NaN)) marks[row] = 1;
  }

  isUnreadable(row: number): boolean {
    return this.#unreadable.has(row);
  }

  valueOf(row: number): number | undefined {
    const value = this.values[row];
    return Number.isNaN(value) ? undefined : value;
  }

  set(row: number, value: Value | undefined): void {
    this.values[row] = typeof value === 'number' ? value : Number.NaN;
    this.units[row] = 0;
    this.converted[row] = 0;
    this.#unreadable.delete(row);
  }

  addHashes({ high, low }: Hashes, rows: Int32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] ?? 0;
      const value = this.values[row] ?? Number.NaN;
      if (Number.isNaN(value)) {
        high[row] = mix(high[row] ?? 0, absentHash);
        low[row] = mix(low[row] ?? 0, absentHash);
        continue;
      }
      // 0 and -0 are one value.
      this.#double[0] = value + 0;
      const [a = 0, b = 0] = this.#bits;
      high[row] = mix(mix(high[row] ?? 0, a), b);
      low[row] = mix(mix(low[row] ?? 0, b ^ seeds[1]), a);
    }
  }

  noteOf(): undefined {
    return undefined;
  }
}

/** A number with the unit that came with it, where the rest of the row decides what that means. */
export interface NumberMeaning {
  readonly value: number;
  /** Its text has a mark that nothing else in the column shows to divide thousands. */
  readonly isGrouped?: boolean | undefined;
  /** Its text has it in another unit. */
  readonly isConverted?: boolean | undefined;
  readonly unit?: string | undefined;
}

/** What is strange about a number: how it was read, or how far it is from the others of its column. */
export type NumberRemark = 'grouped' | 'unusual';

export interface NumberOptions {
  readonly interpret: Interpret<NumberMeaning>;
  /** The byte of the decimal mark of texts; 0 where no text is plain. */
  readonly plainMark: number;
  /** Brings a plain number to the field's own unit. */
  readonly convert?: ((value: number) => number) | undefined;
  /** Numbers between these are surely valid; of others the schema is asked. */
  readonly above: number;
  readonly below: number;
  readonly isWhole: boolean;
  /** Why a number is not valid; nothing where it is. */
  readonly explain: (value: number) => readonly Issue[];
  /** What is wrong with a row without a number; nothing where it needs none. */
  readonly missing: readonly Issue[];
  /** Of a valid number outside of the bounds. */
  readonly isUnusual?: ((value: number) => boolean) | undefined;
}
