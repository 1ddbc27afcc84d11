import type { DetectedDelimiter } from './delimiter.ts';

/** One data row as it was read. Positions are relative to its block until the pipeline places it. */
export interface Row {
  /** Lines between the start of the block and the start of the row. */
  readonly line: number;
  /** Bytes between the start of the block and the start of the row. */
  readonly offset: number;
  /** The cells, in the order of the table's columns. Of a malformed row: what could be read of it. */
  readonly cells: readonly string[];
  /** Why the row could not be read, if it could not. */
  readonly malformed?: string;
  /** JSONL, and malformed rows of CSV: the line as it stands. */
  readonly text?: string;
  /** JSONL: values of keys that the table's columns do not have. */
  readonly extra?: readonly ExtraValue[];
  /** JSONL: columns whose value is a number, not a text that looks like one. */
  readonly numbers?: readonly number[];
  /** JSONL: columns whose value is an object or an array. */
  readonly nested?: readonly number[];
}

/** A value that stands outside the table's columns. */
export interface ExtraValue {
  readonly key: string;
  readonly text: string;
  readonly isNested: boolean;
  readonly isNumber: boolean;
}

/** The rows of a block. */
export interface RowBatch {
  readonly rows: readonly Row[];
  /** Bytes that were read; what is left begins a record that the block does not finish. */
  readonly consumed: number;
  /** Line feeds in the consumed bytes. */
  readonly lines: number;
  /** Rows without any value, skipped like empty lines. */
  readonly blank: number;
}

/** The names of all input formats; `formats.ts` has how each is read. */
export const formatNames = ['csv', 'jsonl'] as const;
export type Format = (typeof formatNames)[number];

/** What was detected of an input: everything that reading its rows needs. Plain data. */
export interface Table {
  readonly format: Format;
  readonly columns: readonly string[];
  /** CSV: the character between cells. */
  readonly delimiter: string;
  /** CSV: why this one. */
  readonly delimiterReason?: 'option' | 'sep= line' | 'detected';
  readonly delimiterEvidence?: DetectedDelimiter;
  /** CSV: how the header's line ends. */
  readonly lineEnd: string;
  /** The text was decoded: U+FFFD stands where that was impossible. Otherwise it is the input's own UTF-8. */
  readonly isDecoded: boolean;
  /** The file was written by this tool: its cells are guarded against formulas (see `report/files/csv-writer.ts`). */
  readonly isOwnOutput: boolean;
  /** Bytes and lines before the first data row. */
  readonly header: {
    readonly bytes: number;
    readonly lines: number;
    /** CSV: the line of the header, from 1. */
    readonly line: number;
    /** CSV: something stands above the header. */
    readonly hasTitles: boolean;
  };
}

export interface DetectOptions {
  readonly path: string;
  /** The delimiter, if the user gave one. */
  readonly delimiter: string | undefined;
  /** Whether the sample is the whole input. */
  readonly whole: boolean;
  readonly isDecoded: boolean;
  /** Whether a name is that of a column which can be mapped: by it a header below title lines is recognised. */
  readonly isKnownColumn: (name: string) => boolean;
}

/** How one format is read. */
export interface RowFormat {
  /**
   * Finds the columns in the first bytes of an input.
   *
   * @throws RunError (exit 3) when the sample is not of this format
   */
  detect(sample: Buffer, options: DetectOptions): Table;
  /** Reads the rows of a block, or the first few of them; never throws for what is in it. */
  readRows(bytes: Buffer, final: boolean, table: Table, limit?: number): RowBatch;
}
