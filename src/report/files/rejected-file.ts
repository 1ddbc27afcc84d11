import type { Arena } from '../../columns/arena.ts';
import { type ByteSink, Output } from '../../columns/output.ts';
import type { Issue } from '../../issues.ts';
import type { ReportedRows } from '../../pipeline/reported-rows.ts';
import { csvLine } from './csv-writer.ts';
import type { Dialect } from './dialect.ts';
import type { RefusedRow } from './refused-row.ts';
import { hasFormula } from './result-file.ts';
import type { RowFormat } from './row-file.ts';

const withMark = ({ message, mark }: Issue): string => (mark === undefined ? message : `${message} ${mark}`);

/** The rejected rows as they are in the input, with what is wrong with them, to be fixed and uploaded again. */
export class RejectedFile {
  readonly #arena: Arena;
  readonly #format: RowFormat;
  /** `undefined` writes JSON Lines. */
  readonly #dialect: Dialect | undefined;
  readonly #output: Output;
  /** By input, the cell of a row that has an id already; -1 for none. `undefined` writes no ids. */
  readonly #idCells: readonly number[] | undefined;
  hasRows = false;

  constructor(
    arena: Arena,
    sink: ByteSink,
    format: RowFormat,
    dialect: Dialect | undefined,
    idCells: readonly number[] | undefined,
  ) {
    this.#arena = arena;
    this.#format = format;
    this.#dialect = dialect;
    this.#idCells = idCells;
    this.#output = new Output(arena, sink);
  }

  /** @param index of the row in its batch */
  write(rows: ReportedRows, index: number, row: RefusedRow, issues: readonly Issue[]): void {
    if (!this.hasRows) this.#output.text(this.#format.header);
    this.hasRows = true;
    const values = [
      ...this.#format.fileOf(rows.input),
      ...this.#idOf(rows, row, issues),
      row.row,
      issues.map(({ code }) => code).join('; '),
      issues.map(withMark).join('; '),
    ];
    if (!this.#writeVerbatim(rows, index, row, values)) this.#output.text(this.#format.line(rows.input, row, values));
  }

  /** The id of what is stored of a row, or that which the row has named itself. */
  #idOf({ input }: ReportedRows, row: RefusedRow, issues: readonly Issue[]): readonly string[] {
    if (this.#idCells === undefined) return [];
    const cell = this.#idCells[input] ?? -1;
    const own = cell === -1 || row.isMalformed ? '' : (row.cells[cell] ?? '');
    return [issues.find(({ storedId }) => storedId !== undefined)?.storedId ?? own];
  }

  flush(): void {
    this.#output.flush();
  }

  /** Copies a row as it is; false where it has to be written cell by cell. */
  #writeVerbatim(rows: ReportedRows, index: number, row: RefusedRow, values: readonly (string | number)[]): boolean {
    const { batch, input } = rows;
    const dialect = this.#dialect;
    if (dialect === undefined || row.isMalformed || !this.#format.isVerbatim(input)) return false;
    const start = batch.rowStarts[index] ?? 0;
    const end = batch.rowEnds[index] ?? 0;
    if (hasFormula(batch, index, this.#arena) || !this.#output.fits(end - start + 8)) return false;
    this.#output.range(start, end);
    this.#output.text(dialect.delimiter + csvLine(values, dialect));
    return true;
  }
}
