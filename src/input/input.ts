import type { Readable } from 'node:stream';
import { inputError } from '../errors.ts';
import { Arena } from '../columns/arena.ts';
import type { Batch } from '../columns/batch.ts';
import {
  BatchReader,
  allColumns,
  cellsOf,
  type CellTexts,
  createPlace,
  type Place,
  placeBytes,
  readBytes,
  readRange,
  type RowRange,
  type UseBatch,
} from './batch-reader.ts';
import type { TextSource } from './blocks.ts';
import type { Encoding } from './encoding.ts';
import { detectFormat, formats } from './formats.ts';
import { lastLineEnd } from './lines.ts';
import { openText, type OpenedText } from './open-text.ts';
import { RowReader, type RowPlaceInArena } from './row-reader.ts';
import { openSource, type Source } from './source.ts';
import type { Format, Table } from './table.ts';
import { TextStream } from './text-stream.ts';
import type { Workspace } from './tokeniser.ts';

export interface InputOptions {
  readonly format: Format | undefined;
  readonly delimiter: string | undefined;
  /** A WHATWG label. */
  readonly encoding: string | undefined;
  /** The name or number, from 1, of the sheet of a workbook that is read. */
  readonly sheet?: string | undefined;
  readonly isKnownColumn: (name: string) => boolean;
  /** Whether a name is that of a column of measures. */
  readonly isMeasure?: ((name: string) => boolean) | undefined;
  /** The id of the unit that a text is: below the names of columns, and in what cells of workbooks are shown with. */
  readonly unitOf?: ((text: string) => string | undefined) | undefined;
}

/** A row of the sample. */
export interface SampleRow extends CellTexts {
  readonly line: number;
  readonly isMalformed: boolean;
}

/** One input, opened and understood: its table is known, its rows can be read. */
export class Input {
  readonly source: Source;
  readonly encoding: Encoding;
  readonly table: Table;
  #sample: Buffer;
  #stream: TextStream | undefined;
  /** What passed by once and was surveyed. */
  #copy: TextSource | undefined;
  readonly #opened: OpenedText;
  /** The sample is all there is. */
  readonly isSampleWhole: boolean;
  /** Rows that it has at most, where the sample is all there is. */
  readonly mostRows: number | undefined;
  /** Where the rows begin in the text. */
  readonly #dataOffset: number;

  private constructor(parts: {
    readonly source: Source;
    readonly encoding: Encoding;
    readonly table: Table;
    readonly sample: Buffer;
    readonly stream: TextStream;
    readonly opened: OpenedText;
    readonly isSampleWhole: boolean;
  }) {
    this.source = parts.source;
    this.encoding = parts.encoding;
    this.table = parts.table;
    this.#sample = parts.sample;
    this.#stream = parts.stream;
    this.#opened = parts.opened;
    this.isSampleWhole = parts.isSampleWhole;
    this.mostRows = parts.isSampleWhole ? Math.max(1, parts.sample.length) : undefined;
    this.#dataOffset = parts.stream.offset;
  }

  /**
   * Opens an input and finds out what it is from its first 1 MiB.
   *
   * @throws RunError (exit 3) when it can't be read, is empty, or is of no format that is read
   */
  static async open(path: string, options: InputOptions, stdin: Readable): Promise<Input> {
    const source = await openSource(path, stdin);
    let opened: OpenedText | undefined;
    try {
      opened = await openText(source, options);
      const { encoding, text, archive, isDecoded, sheet, leftOut } = opened;
      const stream = new TextStream(text, archive.isOriginal ? undefined : (bytes) => archive.append(bytes));
      if (opened.markBytes > 0) await stream.drop(opened.markBytes);
      const sample = await stream.sample();
      const whole = !(await stream.hasMore(sample.length));
      checkSample(path, sample, whole);
      const format = opened.format ?? options.format ?? detectFormat(path, sample);
      const detected = formats[format].detect(sample, { ...options, path, whole, isDecoded });
      const table = { ...detected, ...(sheet && { sheet }), ...(leftOut && { leftOut }) };
      await stream.drop(table.header.bytes);
      return new Input({
        source,
        encoding,
        table,
        sample: sample.subarray(table.header.bytes),
        stream,
        opened,
        isSampleWhole: whole,
      });
    } catch (error) {
      opened?.close();
      await source.close();
      throw error;
    }
  }

  /** Whether a row of a workbook that was decoded so far is hidden. */
  get hasHiddenRows(): boolean {
    return this.#opened.hasHiddenRows?.() ?? false;
  }

  /** The rows of the first 1 MiB, without consuming them. */
  sampleRows(): readonly SampleRow[] {
    const rows: SampleRow[] = [];
    const columns = allColumns(this.table);
    this.readSample((batch, { arena }) => {
      for (let row = 0; row < batch.rows; row += 1) {
        rows.push({
          ...cellsOf(batch, row, arena, columns),
          line: batch.lines[row] ?? 0,
          isMalformed: batch.malformed.has(row),
        });
      }
    });
    return rows;
  }

  /** Shows the batches of the first 1 MiB, without consuming them. */
  readSample(use: UseBatch): void {
    readBytes(this.#sample, this.table, use);
  }

  /**
   * Lets go of what was read to understand the input. A run may have hundreds of inputs, which are all understood before
   * the first is read.
   */
  rest(): void {
    this.#sample = Buffer.alloc(0);
    if (this.#opened.archive.isOriginal) this.#stream = undefined;
  }

  /**
   * Shows all rows before they are read, for what only all of them answer. What passes by only once is read into its copy,
   * and from there when it is read.
   */
  async survey(use: (batch: Batch, workspace: Workspace) => void): Promise<void> {
    const place = createPlace(new Arena(placeBytes()));
    const reader = new BatchReader(this.table, place);
    const { source, offset } = this.rows();
    reader.begin(source, offset);
    while (await reader.more()) while (reader.take()) use(reader.batch, place);
    if (this.#opened.archive.isOriginal) this.#stream = undefined;
    else this.#copy = this.#opened.archive.between(this.#dataOffset, Number.POSITIVE_INFINITY);
  }

  /** The text of the rows, once; where it begins in the text of the input. */
  rows(): { readonly source: TextSource; readonly offset: number } {
    const source = this.#copy ?? this.#stream ?? this.source.from(this.#dataOffset);
    return { source, offset: this.#dataOffset };
  }

  /** The text of the rows again; of what passes by only once, as far as it was read. */
  rowsAgain(): { readonly source: TextSource; readonly offset: number } {
    const offset = this.#dataOffset;
    const { archive } = this.#opened;
    return { source: archive.isOriginal ? this.source.from(offset) : archive.between(offset, archive.bytes), offset };
  }

  /** Makes a reader of single rows that were read already. */
  createRowReader(place: RowPlaceInArena): RowReader {
    return new RowReader(this.table, this.#opened.archive, place);
  }

  /** Reads rows again. */
  readAgain(rows: RowRange, place: Place, batchRows: number): Generator<Batch> {
    return readRange(this.table, this.#opened.archive, rows, place, batchRows);
  }

  async close(): Promise<void> {
    this.#opened.close();
    await this.source.close();
  }
}

/** Refuses what holds nothing, or no lines. */
function checkSample(path: string, sample: Buffer, whole: boolean): void {
  if (whole && sample.every((byte) => byte <= 0x20)) throw inputError('INPUT_EMPTY', `${path} is empty`);
  if (whole || lastLineEnd(sample) > 0) return;
  throw inputError('INPUT_NOT_ROWS', `the first line of ${path} is longer than 1 MiB`, 'is this a CSV or JSONL file?');
}
