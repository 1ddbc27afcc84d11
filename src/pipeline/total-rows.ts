import type { Arena } from '../columns/arena.ts';
import { type Batch, Tag, Verdict } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import { NumberColumn } from '../columns/number-column.ts';
import type { Issue } from '../issues.ts';
import type { DecimalMark } from '../mapping/numbers.ts';
import { isTotalLabel, mayBeginTotal } from '../mapping/total-words.ts';
import { markOf } from '../mapping/usual-values.ts';
import type { HeaderRows } from './header-rows.ts';
import type { RecordColumns } from './record-columns.ts';

/** Fields that a total adds up, and those whose cells may hold its label. */
const additive = ['quantity', 'load', 'distance_km', 'tkm'] as const;
const labelled = [
  'movement_id',
  'package_key',
  'shipment_date',
  'date',
  'origin',
  'destination',
  'client',
  'fuel_id',
  'vehicle_license_plate',
] as const;
/** Fields that name a record: a row at the end without them, under rows that have them, may be a total. */
const naming = ['movement_id', 'package_key', 'shipment_date', 'date', 'fuel_id', 'vehicle_license_plate'] as const;

/** Total rows whose sums are remembered: a total may be of all rows, or of those since one of them. */
const mostWindows = 64;
const usuallyFilled = 0.9;

interface Additive {
  readonly field: string;
  readonly cell: number;
  readonly column: NumberColumn;
  /** Half a unit of the last place of its values. */
  readonly half: number;
  sum: number;
  /** Rows whose value can't be read, and is not in the sum. */
  unread: number;
}

/** Sums as they were at a total row, of so many records. */
interface Window {
  readonly sums: readonly number[];
  readonly rows: number;
}

/** What a total row is: skipped where it adds up, refused where it does not. */
type Found = { readonly row: number; readonly issue: Issue | undefined };

export interface TotalRowsOptions {
  readonly records: RecordColumns;
  readonly arena: Arena;
  readonly mark: DecimalMark;
  /** Decimals of the values of a field, at most. */
  readonly places: Readonly<Record<string, number>>;
  /** Only some rows are read: totals can't be checked. */
  readonly isPart: boolean;
}

/** Finds the rows of an input that are totals of others, and whether they add up. */
export class TotalRows {
  readonly #records: RecordColumns;
  readonly #arena: Arena;
  readonly #mark: DecimalMark;
  readonly #isPart: boolean;
  readonly #additive: readonly Additive[];
  readonly #labelCells: readonly number[];
  readonly #dateCells: readonly number[];
  readonly #naming: readonly { readonly field: string; readonly cell: number; filled: number }[];
  readonly #windows: Window[] = [];
  #rows = 0;
  /** Totals that have a date, and whether a record with a date is called so, too: then the label means something else. */
  #datedTotals = 0;
  #hasDatedRecords = false;
  #found: Found[] = [];

  constructor({ records, arena, mark, places, isPart }: TotalRowsOptions) {
    this.#records = records;
    this.#arena = arena;
    this.#mark = mark;
    this.#isPart = isPart;
    const cellsOf = (field: string): readonly number[] => records.cellsOf(field).slice(0, 1);
    this.#additive = additive.flatMap((field) =>
      cellsOf(field).flatMap((cell): Additive[] => {
        const column = records.column(field);
        const half = 0.5 / 10 ** (places[field] ?? 0);
        return column instanceof NumberColumn ? [{ field, cell, column, half, sum: 0, unread: 0 }] : [];
      }),
    );
    this.#labelCells = [...new Set([0, ...labelled.flatMap(cellsOf)])];
    this.#dateCells = [...cellsOf('shipment_date'), ...cellsOf('date')];
    this.#naming = naming.flatMap((field) => cellsOf(field).map((cell) => ({ field, cell, filled: 0 })));
    this.#windows.push({ sums: this.#additive.map(() => 0), rows: 0 });
  }

  /** Adds up the numbers of a batch as they are written, before units are settled, and finds its totals. */
  note(batch: Batch, isLast: boolean, headers: HeaderRows): void {
    this.#found = [];
    for (let row = 0; row < batch.rows; row += 1) {
      if (headers.has(row)) continue;
      if (batch.malformed.has(row)) {
        for (const each of this.#additive) each.unread += 1;
        continue;
      }
      const isEnd = isLast && row === batch.rows - 1;
      if (this.#isLabelled(batch, row)) this.#found.push({ row, issue: this.#check(batch, row) });
      else if (isEnd && !this.#isPart && this.#isUnlabelled(batch, row)) this.#found.push({ row, issue: undefined });
      else this.#add(batch, row);
    }
  }

  /** Gives the totals of the batch their ends; `skipped` sees each that adds up. */
  settle(batch: Batch, skipped: (row: number) => void): void {
    for (const { row, issue } of this.#found) {
      if (batch.verdicts[row] === Verdict.elsewhere) continue;
      batch.issues.delete(row);
      batch.settle(row, issue === undefined ? Verdict.skipped : Verdict.invalid, issue);
      if (issue === undefined) skipped(row);
    }
  }

  #add({ starts, ends, width }: Batch, row: number): void {
    this.#rows += 1;
    for (const each of this.#additive) {
      if (starts[row * width + each.cell] === ends[row * width + each.cell]) continue;
      const value = each.column.values[row] ?? Number.NaN;
      if (!Number.isNaN(value)) each.sum += value;
      else if (each.column.isUnreadable(row)) each.unread += 1;
    }
    for (const each of this.#naming) {
      if (starts[row * width + each.cell] !== ends[row * width + each.cell]) each.filled += 1;
    }
  }

  #isLabelled(batch: Batch, row: number): boolean {
    const { starts, ends, width } = batch;
    const first = row * width;
    let found = false;
    for (const cell of this.#labelCells) found ||= this.#isLabel(batch, row, cell);
    if (!found && starts[first] === ends[first]) {
      let cell = 1;
      while (cell < width && starts[first + cell] === ends[first + cell]) cell += 1;
      found = cell < width && this.#isLabel(batch, row, cell);
    }
    return found && (!this.#hasDate(batch, row) || this.#isDatedTotal(batch, row));
  }

  /** A labelled row with a date, such as the last day of its month, is a total only if it adds up. */
  #isDatedTotal(batch: Batch, row: number): boolean {
    if (this.#isPart || this.#hasDatedRecords) return false;
    const filled = this.#filled(batch, row);
    const least = this.#datedTotals === 0 ? 2 : 1;
    const fits = this.#windows.some(
      (window) => this.#rows - window.rows >= least && this.#differing(window, filled, row, batch).length === 0,
    );
    if (fits && filled.length > 0) this.#datedTotals += 1;
    else this.#hasDatedRecords = true;
    return fits && filled.length > 0;
  }

  #isLabel(batch: Batch, row: number, cell: number): boolean {
    const index = row * batch.width + cell;
    const start = batch.starts[index] ?? 0;
    const end = batch.ends[index] ?? 0;
    if (!mayBeginTotal(this.#arena.bytes, start, end) || batch.tags[index] === Tag.number) return false;
    return isTotalLabel(cellText(batch, row, cell, this.#arena));
  }

  #hasDate({ starts, ends, width }: Batch, row: number): boolean {
    const column = this.#records.column('shipment_date') ?? this.#records.column('date');
    const isFilled = this.#dateCells.some((cell) => starts[row * width + cell] !== ends[row * width + cell]);
    return isFilled && column?.has(row) === true;
  }

  /** A last row without a name, whose numbers are the sums of those above. */
  #isUnlabelled({ starts, ends, width }: Batch, row: number): boolean {
    const usual = this.#naming.filter(({ filled }) => filled >= usuallyFilled * this.#rows);
    const isUnnamed = usual.every(
      ({ field, cell }) => starts[row * width + cell] === ends[row * width + cell] || this.#isAbsent(field, row),
    );
    if (this.#rows < 2 || usual.length === 0 || !isUnnamed) return false;
    const filled = this.#filled({ starts, ends, width }, row);
    return filled.length >= 2 && this.#windows.some((window) => this.#differing(window, filled, row).length === 0);
  }

  /** Whether a text says that there is no value: `nan`. */
  #isAbsent(field: string, row: number): boolean {
    const column = this.#records.column(field);
    return column?.has(row) === false && !column.isUnreadable(row);
  }

  #filled({ starts, ends, width }: Pick<Batch, 'starts' | 'ends' | 'width'>, row: number): readonly Additive[] {
    return this.#additive.filter(
      ({ field, cell }) => starts[row * width + cell] !== ends[row * width + cell] && !this.#isAbsent(field, row),
    );
  }

  /** Why a labelled row does not add up; nothing where it does, or has nothing to add up. */
  #check(batch: Batch, row: number): Issue | undefined {
    if (this.#isPart) return undefined;
    const filled = this.#filled(batch, row);
    const fits = this.#windows.some((window) => this.#differing(window, filled, row, batch).length === 0);
    const [whole] = this.#windows;
    const [wrong] = fits || whole === undefined ? [] : this.#differing(whole, filled, row, batch);
    this.#windows.push({ sums: this.#additive.map(({ sum }) => sum), rows: this.#rows });
    if (this.#windows.length > mostWindows + 1) this.#windows.splice(1, 1);
    if (wrong === undefined) return undefined;
    const { field, cell } = wrong;
    const text = cellText(batch, row, cell, this.#arena);
    const why = whyNot(wrong, wrong.column.values[row] ?? Number.NaN, text);
    return {
      code: 'TOTAL_ROW_MISMATCH',
      stage: 'validate',
      field,
      value: text,
      message: `is labelled as a total, but ${why}`,
      cause: 'is labelled as a total, but does not add up',
      hint: 'check that no row is missing; leave the row out with --skip if it is not a total of these rows',
    };
  }

  /** The fields in which a row is not the sum of the records since a window began. */
  #differing({ sums, rows }: Window, filled: readonly Additive[], row: number, batch?: Batch): readonly Additive[] {
    const count = this.#rows - rows;
    return filled.filter((each) => {
      const own = batch === undefined ? 0 : this.#placesOf(batch, row, each.cell);
      const tolerance = 0.5 / 10 ** own + 2 * Math.sqrt(count) * each.half;
      const since = each.sum - (sums[this.#additive.indexOf(each)] ?? 0);
      const distance = Math.abs((each.column.values[row] ?? Number.NaN) - since);
      return !(distance <= tolerance + 1e-9 * Math.abs(since));
    });
  }

  #placesOf(batch: Batch, row: number, cell: number): number {
    const text = cellText(batch, row, cell, this.#arena);
    const at = text.lastIndexOf(markOf(batch.tags[row * batch.width + cell], this.#mark));
    return at === -1 ? 0 : (/^\d*/.exec(text.slice(at + 1))?.[0].length ?? 0);
  }
}

/** Why a field of a total is not the sum of the rows above. */
function whyNot({ field, sum, unread }: Additive, value: number, text: string): string {
  if (Number.isNaN(value)) return `its ${field} is not a number`;
  const difference = String(Number(Math.abs(value - sum).toPrecision(12)));
  const than = `its ${field} is ${text}, and the rows above add up to ${String(Number(sum.toPrecision(12)))}: ${difference}`;
  if (value < sum) return `${than} less`;
  if (unread === 0) return `${than} more; a row may be missing`;
  return `${than} more; the ${field} of ${unread === 1 ? 'one of them' : `${String(unread)} of them`} can't be read`;
}
