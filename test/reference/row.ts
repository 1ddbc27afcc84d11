/** A data row as it was read. */
export interface Row {
  /** Data rows are counted from 1. */
  readonly row: number;
  /** The line of the file on which it starts, from 1. */
  readonly line: number;
  /** Where it starts in the text. */
  readonly offset: number;
  /** In the order of the table's columns; none where the row is malformed. */
  readonly cells: readonly string[];
  /** Why it could not be read. */
  readonly malformed?: string;
  /** The line as it is: of JSON Lines, and of malformed rows. */
  readonly text?: string;
  /** JSON Lines: values of keys that the table's columns do not have. */
  readonly extra?: readonly ExtraValue[];
  /** JSON Lines: columns whose value is a number. */
  readonly numbers?: readonly number[];
  /** JSON Lines: columns whose value is an object or a list. */
  readonly nested?: readonly number[];
}

export interface ExtraValue {
  readonly key: string;
  readonly text: string;
  readonly isNested: boolean;
  readonly isNumber: boolean;
}

/** What a row is before it is counted. */
export type UncountedRow = Omit<Row, 'row'>;

/** How the rows of a text are found. */
export interface Table {
  readonly format: 'csv' | 'jsonl';
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly lineEnd: string;
  /** The text was decoded; U+FFFD is where that was impossible. */
  readonly isDecoded: boolean;
  /** The file was written by this tool: its cells are guarded against formulas. */
  readonly isOwnOutput: boolean;
  /** Bytes before the first data row. */
  readonly headerEnd: number;
  /** The line of the header, where something is above it. */
  readonly titledLine: number | undefined;
}

/** A run that ends before a row is looked at; `code` is that of the product's error. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export const mebibyte = 1024 * 1024;

export const replacement = '\ufffd';
