import type { Arena } from '../../columns/arena.ts';
import { Tag } from '../../columns/batch.ts';
import { cellText } from '../../columns/column.ts';
import type { PlannedInput } from '../../pipeline/plan.ts';
import type { ReportedRows } from '../../pipeline/reported-rows.ts';

/** A row of a batch that is written as a text, for its few readers: one that was refused, or that can't be copied as it is. */
export class RefusedRow {
  readonly row: number;
  readonly line: number;
  readonly isMalformed: boolean;
  readonly #planned: PlannedInput;
  readonly #arena: Arena;
  readonly #rows: ReportedRows;
  readonly #index: number;

  /** @param index of the row in its batch */
  constructor(planned: PlannedInput, arena: Arena, rows: ReportedRows, index: number) {
    const { batch } = rows;
    this.row = batch.firstRow + index;
    this.line = batch.lines[index] ?? 0;
    this.isMalformed = batch.malformed.has(index);
    this.#planned = planned;
    this.#arena = arena;
    this.#rows = rows;
    this.#index = index;
  }

  get movementId(): string | undefined {
    const id = this.isMalformed ? undefined : this.#rows.records.column('movement_id')?.valueOf(this.#index);
    return id === undefined ? undefined : String(id);
  }

  /** The text that the input has for a field. */
  textOf(field: string): string {
    const source = this.#planned.mapping.sources.find((each) => each.field === field);
    return (source?.columns ?? []).map((cell) => this.#cell(cell)).join(', ');
  }

  /** All cells of the row. */
  get cells(): readonly string[] {
    return Array.from({ length: this.#rows.batch.width }, (_, cell) => this.#cell(cell));
  }

  /** The row as it is in the input; of one that could not be read, what can be said of it. */
  get text(): string {
    const { malformed, rowStarts, rowEnds } = this.#rows.batch;
    const { text } = malformed.get(this.#index) ?? {};
    return text ?? this.#arena.text(rowStarts[this.#index] ?? 0, rowEnds[this.#index] ?? 0);
  }

  /** Whether a cell is a number by its type. */
  isNumber(cell: number): boolean {
    const { tags, width } = this.#rows.batch;
    return tags[this.#index * width + cell] === Tag.number;
  }

  #cell(cell: number): string {
    return cellText(this.#rows.batch, this.#index, cell, this.#arena);
  }
}
