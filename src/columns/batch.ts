import type { Issue } from '../issues.ts';

/** Rows that are worked on together: few enough that their columns stay in the processor's cache. */
export const mostRows = 2048;
/** Cells of a batch, so that files with thousands of columns do not take the memory. */
const mostCells = 65_536;

/** What is known of a row: what reading says, and what becomes of a valid record. */
export const Verdict = {
  /** A valid record; at the end, one that was accepted. */
  accepted: 0,
  invalid: 1,
  duplicate: 2,
  /** Left out by a rule. */
  skipped: 3,
  /** A valid record that the destination refused. */
  rejected: 4,
  notSent: 5,
  uncertain: 6,
  /** A valid record whose outcome is open. */
  pending: 7,
  /** Of another account: the run of that one counts it. */
  elsewhere: 8,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/**
 * How the bytes of a cell are to be read. The same bytes can mean two things: `a""b`, or `1.234` in a JSON text and as a number.
 * `error` is what a spreadsheet shows instead of a value: `#N/A`, or a formula (`=A1*B1`) whose result is not stored.
 */
export const Tag = { text: 0, csvEscaped: 1, jsonEscaped: 2, number: 3, nested: 4, error: 5, measured: 6 } as const;
export type Tag = (typeof Tag)[keyof typeof Tag];

/** Whether a cell is a number by its type, which has a dot whatever the texts of its file have; a measured one has a unit after it. */
export const isNumberTag = (tag: number | undefined): boolean => tag === Tag.number || tag === Tag.measured;

/** Whether a row has no end of its own in this run: nothing is sent or said of it. */
export const isLeftOut = (verdict: number | undefined): boolean =>
  verdict === Verdict.skipped || verdict === Verdict.elsewhere;

/** A row that could not be read. */
export interface Malformed {
  readonly message: string;
  /** The message without what only this row has; absent where that is all of it. */
  readonly cause?: string;
  /** What can be said of its text. */
  readonly text: string;
}

/** A value under a key that the columns do not have (JSON). */
export interface ExtraValue {
  readonly key: string;
  readonly text: string;
  readonly tag: Tag;
}

/** The cells of some rows as byte ranges of an arena, whatever format they were in. */
export class Batch {
  /** Cells of a row. */
  readonly width: number;
  /** Rows that there is room for. */
  readonly capacity: number;
  // Of cell `c` of row `r` at `r * width + c`.
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly tags: Uint8Array;
  /** Where the rows are in the arena, without their line ends. */
  readonly rowStarts: Int32Array;
  readonly rowEnds: Int32Array;
  /** Where the rows begin in the text of their input. */
  readonly offsets: Float64Array;
  /** The lines on which they begin, from 1. */
  readonly lines: Float64Array;
  readonly verdicts: Uint8Array;
  /** 1 for rows of which it is known that no cell may be a formula to a spreadsheet. */
  readonly harmless: Uint8Array;
  /** Why rows are refused. */
  readonly issues = new Map<number, readonly Issue[]>();
  readonly malformed = new Map<number, Malformed>();
  readonly extras = new Map<number, readonly ExtraValue[]>();
  rows = 0;
  /** Number of the first row in its input, from 1. */
  firstRow = 1;
  /** Where the text continues after the rows, in the text of their input. */
  end = 0;
  /** Rows without any value that were passed over. */
  blank = 0;
  /** The same by the number of rows before them. */
  readonly #blanks: Uint32Array;
  /** Whether a cell may have a tag other than `text`. */
  hasTags = false;

  constructor(width: number, rows = mostRows) {
    const capacity = Math.max(1, Math.min(rows, Math.floor(mostCells / Math.max(1, width))));
    this.width = width;
    this.capacity = capacity;
    this.starts = new Int32Array(capacity * width);
    this.ends = new Int32Array(capacity * width);
    this.tags = new Uint8Array(capacity * width);
    this.rowStarts = new Int32Array(capacity);
    this.rowEnds = new Int32Array(capacity);
    this.offsets = new Float64Array(capacity);
    this.lines = new Float64Array(capacity);
    this.verdicts = new Uint8Array(capacity);
    this.#blanks = new Uint32Array(capacity + 1);
    this.harmless = new Uint8Array(capacity);
  }

  /** Forgets the rows; the next ones follow them. */
  clear(): void {
    this.firstRow += this.rows;
    this.rows = 0;
    if (this.blank > 0) this.#blanks.fill(0);
    this.blank = 0;
    if (this.hasTags) this.tags.fill(Tag.text);
    this.hasTags = false;
    this.verdicts.fill(Verdict.accepted);
    this.harmless.fill(0);
    this.issues.clear();
    this.malformed.clear();
    this.extras.clear();
  }

  /** Passes over a row without any value, after so many rows. */
  passOver(rows: number): void {
    this.blank += 1;
    this.#blanks[rows] = (this.#blanks[rows] ?? 0) + 1;
  }

  /** Forgets all rows but the first ones, and the blank ones after these, before anything was found wrong with them. */
  keep(rows: number): void {
    for (let after = rows; after <= this.rows; after += 1) this.blank -= this.#blanks[after] ?? 0;
    for (const row of this.malformed.keys()) if (row >= rows) this.malformed.delete(row);
    for (const row of this.extras.keys()) if (row >= rows) this.extras.delete(row);
    this.rows = rows;
  }

  /** What a row has under a key that the columns do not have; empty where it has none. */
  extraText(row: number, name: string): string {
    return this.extras.get(row)?.find(({ key }) => key === name)?.text ?? '';
  }

  /** Says that the last row that was added could not be read. */
  refuseMalformed(row: number, malformed: Malformed): void {
    this.malformed.set(row, malformed);
    this.verdicts[row] = Verdict.invalid;
  }

  /** Adds to the reasons for which a row is refused; they are reported in the order in which they are found. */
  refuse(row: number, issues: readonly Issue[]): void {
    this.verdicts[row] = Verdict.invalid;
    const before = this.issues.get(row);
    this.issues.set(row, before === undefined ? issues : [...before, ...issues]);
  }

  /** Gives a row its end, with the reason where it is not accepted. */
  settle(row: number, verdict: Verdict, issue?: Issue): void {
    this.verdicts[row] = verdict;
    if (issue !== undefined) this.issues.set(row, [issue]);
  }

  /** Forgets what was found wrong with a row. */
  absolve(row: number): void {
    this.verdicts[row] = Verdict.accepted;
    this.issues.delete(row);
  }
}
