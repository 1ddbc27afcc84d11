import { cellSeparator, numberCell, textCell } from '../../input/cell-lines.ts';
import type { Issue } from '../../issues.ts';
import type { PlannedInput } from '../../pipeline/plan.ts';
import { Remembered } from '../../remembered.ts';
import { csvCell, csvLine } from './csv-writer.ts';
import type { Dialect } from './dialect.ts';
import { columnOf, errorColumns, errorRow } from './error-row.ts';
import type { OutputFile } from './output-file.ts';
import type { RefusedRow } from './refused-row.ts';
import type { FileFormat } from './row-file.ts';

/** The error report: one row for each thing that is wrong with a row of an input. */
export class ErrorFile {
  readonly #file: OutputFile;
  readonly #format: FileFormat;
  readonly #dialect: Dialect;
  #input: PlannedInput | undefined;
  /** What is the same in all rows of the input with an issue, which rows with the same text share. */
  #middles: Remembered<Issue, string> | undefined;
  hasRows = false;

  /** @param dialect of CSV */
  constructor(file: OutputFile, format: FileFormat, dialect: Dialect) {
    this.#file = file;
    this.#format = format;
    this.#dialect = dialect;
  }

  write(planned: PlannedInput, row: RefusedRow, issue: Issue): void {
    if (this.#format === 'jsonl') {
      this.#file.write(`${JSON.stringify(errorRow(planned, row, issue))}\n`);
    } else if (this.#format === 'xlsx') {
      if (!this.hasRows) this.#file.write(cellLine(errorColumns));
      this.#file.write(cellLine(Object.values(errorRow(planned, row, issue))));
    } else {
      if (!this.hasRows) this.#file.write(csvLine(errorColumns, this.#dialect));
      this.#file.write(this.#line(planned, row, issue));
    }
    this.hasRows = true;
  }
  #line(planned: PlannedInput, row: RefusedRow, issue: Issue): string {
    const { delimiter, lineEnd } = this.#dialect;
    const cell = (value: string | null): string => csvCell(value ?? undefined, this.#dialect);
    const error = errorRow(planned, row, issue);
    if (this.#middles === undefined || planned !== this.#input) {
      this.#input = planned;
      this.#middles = new Remembered(({ field, code, message }) =>
        [field ?? null, columnOf(planned, field), code, message].map(cell).join(delimiter),
      );
    }
    const cells = [
      cell(error.file),
      String(error.row),
      String(error.line),
      this.#middles.of(issue),
      cell(error.value),
      error.stage,
      cell(error.movement_id),
    ];
    return cells.join(delimiter) + lineEnd;
  }
}

const cellLine = (values: readonly (string | number | null)[]): string =>
  `${values.map((value) => (typeof value === 'number' ? numberCell(value) : textCell(value ?? ''))).join(cellSeparator)}\n`;
