import type { Arena } from '../columns/arena.ts';
import { type Batch, isNumberTag, Verdict } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import type { Table } from '../input/table.ts';
import { type Issue, quote } from '../issues.ts';
import { matchColumn } from '../mapping/columns.ts';
import { normaliseName } from '../mapping/names.ts';
import { findUnit } from '../mapping/units.ts';
import type { RecordReading } from './record-columns.ts';

/** Names of columns that a row needs to be a header. */
const leastNames = 2;

/** Why rows are refused: a header below the first one has other columns. */
interface OtherHeader {
  readonly line: number;
  readonly difference: string;
}

/**
 * Finds headers among the rows of an input, as joined exports have them. One that repeats the header is not a record; below one with other
 * columns, in another order or in other units, no row is read by the first.
 */
export class HeaderRows {
  readonly #arena: Arena;
  readonly #table: Table;
  readonly #isName: (text: string) => boolean;
  /** Columns that a field comes from. */
  readonly #mapped: readonly number[];
  readonly #names: readonly string[];
  #other: OtherHeader | undefined;
  #repeated: number[] = [];
  readonly #refused = new Map<number, Issue>();

  constructor({ kind, mapping }: Pick<RecordReading, 'kind' | 'mapping'>, table: Table, arena: Arena) {
    this.#arena = arena;
    this.#table = table;
    this.#mapped = mapping.sources.flatMap(({ columns }) => columns);
    this.#names = table.columns.map(normaliseName);
    const own = new Set(this.#names);
    own.delete('');
    const isKnown = (text: string): boolean => findUnit(text) === undefined && matchColumn(kind, text) !== undefined;
    this.#isName = (text) => own.has(normaliseName(text)) || isKnown(text);
  }

  /** Looks at the rows of the batch that was read last; batches come in the order of the input. */
  note(batch: Batch): void {
    this.#repeated = [];
    this.#refused.clear();
    for (let row = 0; row < batch.rows; row += 1) {
      const difference = this.#mayBeHeader(batch, row) ? this.#differenceOf(batch, row) : undefined;
      if (difference === 'none') {
        this.#other = undefined;
        this.#repeated.push(row);
      } else if (difference !== undefined) {
        this.#other = { line: batch.lines[row] ?? 0, difference };
        this.#refused.set(row, headerIssue(this.#other));
      } else if (this.#other !== undefined && !batch.malformed.has(row)) this.#refused.set(row, rowIssue(this.#other));
    }
  }

  /** Whether a row of the batch is a header, or can't be read by the first one. */
  has(row: number): boolean {
    return this.#refused.has(row) || this.#repeated.includes(row);
  }

  /** Gives what was found its end; `skipped` sees each header that is repeated. */
  settle(batch: Batch, skipped: (row: number) => void): void {
    for (const [row, issue] of this.#refused) batch.settle(row, Verdict.invalid, issue);
    for (const row of this.#repeated) {
      batch.issues.delete(row);
      batch.settle(row, Verdict.skipped);
      skipped(row);
    }
  }

  /** Most rows are told by a number: names of columns begin with none. */
  #mayBeHeader(batch: Batch, row: number): boolean {
    const { starts, ends, tags, width } = batch;
    let filled = 0;
    for (const column of this.#mapped) {
      const index = row * width + column;
      const start = starts[index] ?? 0;
      if (start === ends[index]) continue;
      const digit = (this.#arena.bytes[start] ?? 0) - 0x30;
      if ((digit >= 0 && digit <= 9) || isNumberTag(tags[index])) return false;
      filled += 1;
    }
    return filled >= leastNames && !batch.malformed.has(row);
  }

  /** In what a header differs from the first one where that matters, or `none`; `undefined` for a row of another kind. */
  #differenceOf(batch: Batch, row: number): string | undefined {
    const { columns } = this.#table;
    const texts = columns.map((_, column) => cellText(batch, row, column, this.#arena).trim());
    const filled = texts.filter((text) => text !== '');
    const names = new Set(filled.filter(this.#isName));
    if (names.size < leastNames || 2 * names.size < filled.length) return undefined;
    const at = texts.findIndex(
      (text, column) =>
        normaliseName(text) !== this.#names[column] && (this.#mapped.includes(column) || this.#isName(text)),
    );
    return at === -1
      ? 'none'
      : `column ${String(at + 1)} is ${quote(texts[at] ?? '')}, not ${quote(columns[at] ?? '')}`;
  }
}

const hint = 'divide the file at this header: each part is read by its own';

const headerIssue = ({ difference }: OtherHeader): Issue => ({
  code: 'OTHER_HEADER',
  stage: 'parse',
  message: `is a header with other columns than the first: ${difference}`,
  hint,
});

const rowIssue = ({ line, difference }: OtherHeader): Issue => ({
  code: 'OTHER_HEADER',
  stage: 'parse',
  message: `is below the header in line ${String(line)}, which has other columns than the first: ${difference}`,
  cause: `is below the header in line ${String(line)}, which has other columns than the first`,
  hint,
});
