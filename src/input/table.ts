import type { DetectedDelimiter } from './delimiter.ts';
import type { Tokeniser, Workspace } from './tokeniser.ts';

/** The names of all input formats; `formats.ts` has how each is read. */
export const formatNames = ['csv', 'jsonl', 'xlsx', 'ods', 'html', 'parquet'] as const;
export type Format = (typeof formatNames)[number];

/** The ends of the names of compressed files, by what they are compressed with; `compression/` has how they are read. */
export const compressedExtensions = { gzip: 'gz', zstd: 'zst' } as const;
export type CompressionName = keyof typeof compressedExtensions;

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
  /** The text was decoded: it has U+FFFD where that was impossible. Otherwise it is the input's own UTF-8. */
  readonly isDecoded: boolean;
  /** The file was written by this tool: its cells are guarded against formulas (see `report/files/csv-writer.ts`). */
  readonly isOwnOutput: boolean;
  /** Workbooks: by column, whether it holds measures, whose units may be in the formats of their cells. */
  readonly measures?: readonly boolean[];
  /** Workbooks: the sheet that is read. */
  readonly sheet?: ChosenSheet;
  /** Parquet: the columns that are not read. */
  readonly leftOut?: readonly LeftOutColumn[];
  /** Bytes and lines before the first data row. */
  readonly header: {
    readonly bytes: number;
    readonly lines: number;
    /** The line of the header, from 1; 0 where the names of the columns are in none (Parquet). */
    readonly line: number;
    /** The line of a row with the units of the columns, where one is below the header. */
    readonly unitsLine?: number | undefined;
    /** CSV: something is above the header. */
    readonly hasTitles: boolean;
  };
}

/** The sheet of a workbook that is read, and why this one. */
export interface ChosenSheet {
  readonly name: string;
  readonly reason: 'option' | 'only visible sheet' | 'only sheet with known columns';
  /** All sheets, in their order. */
  readonly sheets: readonly { readonly name: string; readonly isHidden: boolean }[];
}

/** A column whose values are not one a row, or can't be read. */
export interface LeftOutColumn {
  readonly name: string;
  /** What it holds: `lists`. */
  readonly holds: string;
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
  /** Whether a name is that of a column of measures, such as weights. */
  readonly isMeasure?: ((name: string) => boolean) | undefined;
  /** The id of the unit that a text is. */
  readonly unitOf?: ((text: string) => string | undefined) | undefined;
}

/** How one format is read. */
export interface RowFormat {
  /**
   * Finds the columns in the first bytes of an input.
   *
   * @throws RunError (exit 3) when the sample is not of this format
   */
  detect(sample: Buffer, options: DetectOptions): Table;
  /** Makes what finds the cells of an input's records; it never throws for what is in them. */
  createTokeniser(table: Table, workspace: Workspace): Tokeniser;
}
