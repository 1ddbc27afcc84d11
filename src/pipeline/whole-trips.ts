import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import { normaliseName } from '../mapping/names.ts';
import { Remembered } from '../remembered.ts';
import type { RecordColumns } from './record-columns.ts';

/** Rows of one shipment that are compared; what has more is a tour. */
const mostRows = 24;

/** A row of a shipment: between which places it carries what. */
interface Stretch {
  readonly from: string;
  readonly to: string;
  readonly goods: string;
}

/**
 * Finds shipments that count twice: their legs are rows, and their whole trip is one, too. The rows of a shipment are compared where they
 * follow each other.
 */
export class WholeTrips {
  readonly #records: RecordColumns;
  readonly #arena: Arena;
  readonly #cell: number;
  readonly #names = new Remembered(normaliseName);
  /** The rows of the shipment that was read last, once it has more than one, and at the end of a batch. */
  #stretches: Stretch[] = [];
  /** The shipment of the last row of the batch before. */
  #lastId = '';

  /** @param cell of the shipment's id */
  constructor(records: RecordColumns, arena: Arena, cell: number) {
    this.#records = records;
    this.#arena = arena;
    this.#cell = cell;
  }

  /** The rows that complete a whole trip and its legs; batches come in the order of the input. */
  find(batch: Batch): readonly number[] {
    const found: number[] = [];
    let last: number | undefined;
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      if (!this.#isSameAs(last, batch, row)) this.#stretches = [];
      else {
        if (this.#stretches.length === 0 && last !== undefined) this.#stretches.push(this.#stretchOf(last));
        this.#stretches.push(this.#stretchOf(row));
        if (this.#stretches.length <= mostRows && completesTrip(this.#stretches)) found.push(row);
      }
      last = row;
    }
    if (last !== undefined) {
      this.#lastId = cellText(batch, last, this.#cell, this.#arena);
      if (this.#stretches.length === 0) this.#stretches.push(this.#stretchOf(last));
    }
    return found;
  }

  /** Whether a row is of the shipment of the one before it, which is in this batch or the one before. */
  #isSameAs(last: number | undefined, batch: Batch, row: number): boolean {
    const { starts, ends, width } = batch;
    const index = row * width + this.#cell;
    const start = starts[index] ?? 0;
    const length = (ends[index] ?? 0) - start;
    if (length === 0) return false;
    if (last === undefined) return cellText(batch, row, this.#cell, this.#arena) === this.#lastId;
    const before = last * width + this.#cell;
    const other = starts[before] ?? 0;
    if ((ends[before] ?? 0) - other !== length) return false;
    const { bytes } = this.#arena;
    // Ids that follow each other differ at their ends.
    for (let at = length - 1; at >= 0; at -= 1) if (bytes[start + at] !== bytes[other + at]) return false;
    return true;
  }

  #stretchOf(row: number): Stretch {
    const text = (field: string): string => String(this.#records.column(field)?.valueOf(row) ?? '');
    return {
      from: this.#names.of(text('origin')),
      to: this.#names.of(text('destination')),
      goods: JSON.stringify([text('package_key'), text('load'), text('load_unit')]),
    };
  }
}

/** Whether the last stretch is the whole trip of others that carry the same, or the leg that completes one. */
function completesTrip(stretches: readonly Stretch[]): boolean {
  const last = stretches.at(-1);
  if (last === undefined) return false;
  const alike = stretches.filter(
    ({ from, to, goods }) => goods === last.goods && from !== '' && to !== '' && from !== to,
  );
  return alike.some((whole) => {
    const legs = alike.filter(({ from, to }) => from !== whole.from || to !== whole.to);
    if (whole === last) return reaches(legs, whole.from, whole.to);
    return legs.includes(last) && reaches(legs, whole.from, last.from) && reaches(legs, last.to, whole.to);
  });
}

/** Whether legs lead from one place to another. */
function reaches(legs: readonly Stretch[], start: string, end: string): boolean {
  const reached = new Set([start]);
  for (const place of reached) {
    for (const { from, to } of legs) if (from === place) reached.add(to);
  }
  return reached.has(end);
}
