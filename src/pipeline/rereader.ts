import type { Arena } from '../columns/arena.ts';
import { defect } from '../errors.ts';
import { createPlace, type Place } from '../input/batch-reader.ts';
import { createRowPlace, type RowPlaceInArena } from '../input/row-reader.ts';
import { InputChanged, type Rereading } from './deduplicate.ts';
import { KeyHashes } from './key-hashes.ts';
import type { FlowSizes } from './memory.ts';
import type { Plan, PlannedInput } from './plan.ts';
import { RecordColumns } from './record-columns.ts';
import type { Reread } from './row-order.ts';

/** Reads rows again that were read before: single ones to compare them, and batches that had to wait for their report. */
export class Rereader {
  readonly #plan: Plan;
  readonly #keyFields: readonly string[] | undefined;
  readonly #sizes: FlowSizes;
  readonly #place: Place;
  readonly #rowPlace: RowPlaceInArena;
  readonly #rows = new Map<number, Rereading>();
  /** Of the input that was read again last: what its texts mean need not be found out for each segment. */
  #last: { readonly input: number; readonly capacity: number; readonly records: RecordColumns } | undefined;

  constructor(plan: Plan, keyFields: readonly string[] | undefined, arena: Arena, sizes: FlowSizes) {
    this.#plan = plan;
    this.#keyFields = keyFields;
    this.#sizes = sizes;
    this.#place = createPlace(arena, sizes.blockBytes);
    this.#rowPlace = createRowPlace(arena);
  }

  /** What reads single rows of an input. */
  rowsOf(index: number): Rereading {
    const known = this.#rows.get(index);
    if (known !== undefined) return known;
    const planned = this.#input(index);
    const records = new RecordColumns(this.#plan.readingOf(planned), this.#rowPlace, 1, this.#sizes.dictionary);
    const rows = {
      path: planned.path,
      reader: planned.input.createRowReader(this.#rowPlace),
      records,
      hashes: new KeyHashes(this.#plan.kind, this.#keyFields, records, 1),
      arena: this.#rowPlace.arena,
      columns: planned.input.table.columns,
      telling: planned.conventions.telling,
    };
    this.#rows.set(index, rows);
    return rows;
  }

  readonly reread: Reread = (segment, use) => {
    const planned = this.#input(segment.input);
    let rows = 0;
    for (const batch of planned.input.readAgain(segment, this.#place, this.#sizes.batchRows)) {
      const records = this.#columnsOf(segment.input, batch.capacity);
      records.read(batch);
      rows += batch.rows;
      use(batch, records);
    }
    if (rows !== segment.rows) throw new InputChanged(`row ${String(segment.firstRow + rows)} is not there any more`);
  };

  /** The columns of an input, with room for so many rows. */
  #columnsOf(input: number, capacity: number): RecordColumns {
    if (this.#last?.input === input && this.#last.capacity >= capacity) return this.#last.records;
    const reading = this.#plan.readingOf(this.#input(input));
    const records = new RecordColumns(reading, this.#place, capacity, this.#sizes.dictionary);
    this.#last = { input, capacity, records };
    return records;
  }

  #input(index: number): PlannedInput {
    const planned = this.#plan.inputs[index];
    if (planned === undefined) throw defect(`there is no input ${String(index)}`);
    return planned;
  }
}
