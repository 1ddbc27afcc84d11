import { type Batch, isLeftOut, Verdict } from '../columns/batch.ts';
import type { Chunk, StoredResult } from '../destinations/destination.ts';
import { defect } from '../errors.ts';
import type { Issue } from '../issues.ts';
import type { RecordColumns } from './record-columns.ts';
import type { RunObserver } from './reported-rows.ts';

/** The rows of a batch, by what is needed to report them later. */
export interface Segment {
  readonly input: number;
  /** Where its rows are in the text of the input. */
  readonly from: number;
  readonly to: number;
  readonly firstRow: number;
  readonly firstLine: number;
  readonly rows: number;
}

/** Reads the rows of a segment again; `use` sees each batch that they make, as it was read. */
export type Reread = (segment: Segment, use: (batch: Batch, records: RecordColumns) => void) => void;

class OpenSegment implements Segment {
  readonly input: number;
  readonly from: number;
  to = 0;
  readonly firstRow: number;
  readonly firstLine: number;
  readonly rows: number;
  readonly verdicts: Uint8Array;
  readonly issues = new Map<number, Issue>();
  readonly results = new Map<number, StoredResult>();
  /** Rows whose outcome is open; unknown until all rows have been taken. */
  open = Number.POSITIVE_INFINITY;
  /** Whether a report needs its rows. */
  isReported = false;

  /** What it adds to the issues that wait. */
  weight = 0;

  constructor(input: number, { offsets, lines, firstRow, rows }: Batch) {
    this.input = input;
    this.from = offsets[0] ?? 0;
    this.firstRow = firstRow;
    this.firstLine = lines[0] ?? 0;
    this.rows = rows;
    this.verdicts = new Uint8Array(rows).fill(Verdict.pending);
  }
}

/** Issues that wait for rows before them to be settled. */
const mostIssues = 100_000;
/** Codes of rows that are refused for what other rows or other rules say: they are not found when the row is read alone. */
const foundWithOthers: ReadonlySet<string> = new Set<Issue['code']>(['TOTAL_ROW_MISMATCH', 'IMPLAUSIBLE']);
const mostRows = 4_000_000;

/**
 * Reports rows in the order of the inputs: up to the first row without a fate. What waits is fates, not rows; these are read
 * again when their turn comes.
 */
export class RowOrder {
  readonly #observer: RunObserver;
  readonly #reread: Reread;
  readonly #segments: OpenSegment[] = [];
  #last: OpenSegment | undefined;
  #waitingIssues = 0;
  #waitingRows = 0;

  constructor(observer: RunObserver, reread: Reread) {
    this.#observer = observer;
    this.#reread = reread;
  }

  /** Whether so much waits that nothing more should be read. */
  get isFull(): boolean {
    return this.#waitingIssues > mostIssues || this.#waitingRows > mostRows;
  }

  /** Begins with the rows of a batch. */
  open(input: number, batch: Batch): void {
    if (batch.rows > 0) this.#segments.push(new OpenSegment(input, batch));
  }

  /** Keeps what the results say of a row of the last batch. */
  keep(row: number, result: StoredResult): void {
    const segment = this.#segments.at(-1);
    segment?.results.set(row - segment.firstRow, result);
  }

  /** All rows of the last batch have been taken; those that are not pending are final. */
  close(batch: Batch, records: RecordColumns): void {
    const segment = this.#segments.at(-1);
    if (batch.rows === 0 || segment === undefined) return;
    segment.to = batch.end;
    let open = 0;
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.pending) segment.verdicts[row] = batch.verdicts[row] ?? 0;
      if (segment.verdicts[row] === Verdict.pending) open += 1;
    }
    segment.open = open;
    segment.isReported = this.#observer.wantsAccepted || segment.verdicts.some((verdict) => isRefused(verdict));
    if (open === 0 && this.#segments.length === 1) {
      this.#segments.pop();
      this.#report(segment, batch, records);
      return;
    }
    this.#waitingRows += segment.rows;
    // The issues of rows that are not valid are found again when they are read again.
    for (const [row, issues] of batch.issues) {
      const [issue] = issues;
      if (issue === undefined) continue;
      if (segment.verdicts[row] === Verdict.invalid && !foundWithOthers.has(issue.code)) continue;
      segment.issues.set(row, issue);
      segment.weight += 1;
    }
    this.#waitingIssues += segment.weight;
    this.write();
  }

  /** Settles the row of a record. */
  settle(
    { inputs, rows }: Chunk,
    record: number,
    verdict: Verdict,
    issue: Issue | undefined,
    result: StoredResult | undefined,
  ): void {
    const segment = this.#segmentOf(inputs[record] ?? 0, rows[record] ?? 0);
    const row = (rows[record] ?? 0) - segment.firstRow;
    segment.verdicts[row] = verdict;
    segment.open -= 1;
    if (issue !== undefined) {
      segment.issues.set(row, issue);
      segment.isReported = true;
    }
    if (result !== undefined && this.#observer.wantsAccepted) segment.results.set(row, result);
  }

  /** Reports all rows up to the first that is open. */
  write(): void {
    for (let head = this.#segments[0]; head !== undefined && head.open === 0; head = this.#segments[0]) {
      const segment = head;
      this.#segments.shift();
      this.#waitingRows -= segment.rows;
      this.#waitingIssues = this.#segments.length === 0 ? 0 : this.#waitingIssues - segment.weight;
      if (segment.isReported) this.#reread(segment, (batch, records) => this.#report(segment, batch, records));
    }
  }

  #segmentOf(input: number, row: number): OpenSegment {
    const holds = (segment: OpenSegment | undefined): boolean =>
      segment !== undefined &&
      segment.input === input &&
      row >= segment.firstRow &&
      row < segment.firstRow + segment.rows;
    // Records of a chunk follow one another.
    if (this.#last !== undefined && holds(this.#last)) return this.#last;
    this.#last = this.#segments.find(holds);
    if (this.#last === undefined) throw defect(`row ${String(row)} has been reported already`);
    return this.#last;
  }

  #report(segment: OpenSegment, batch: Batch, records: RecordColumns): void {
    const { input, firstRow, verdicts, issues, results } = segment;
    const shift = batch.firstRow - firstRow;
    for (let row = 0; row < batch.rows; row += 1) {
      const verdict = verdicts[row + shift] as Verdict;
      const issue = issues.get(row + shift);
      if (verdict === Verdict.invalid && issue === undefined) continue;
      batch.verdicts[row] = verdict;
      if (isLeftOut(verdict)) batch.issues.delete(row);
      if (issue !== undefined) batch.settle(row, verdict, issue);
    }
    this.#observer.rows({ input, batch, records, storedOf: (row) => results.get(row + shift) });
  }
}

const isRefused = (verdict: number): boolean => verdict !== Verdict.accepted && verdict !== Verdict.pending;
