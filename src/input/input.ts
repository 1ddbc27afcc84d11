import type { Readable } from 'node:stream';
import { inputError } from '../errors.ts';
import { Arena } from '../columns/arena.ts';
import type { Batch } from '../columns/batch.ts';
import { Archive } from './archive.ts';
import {
  BatchReader,
  cellsOf,
  type CellTexts,
  createPlace,
  type Place,
  placeBytes,
  readBytes,
  readRange,
  type RowRange,
} from './batch-reader.ts';
import type { TextSource } from './blocks.ts';
import { decode, detectEncoding, type Encoding, utf8Mark, utf8MarkBytes } from './encoding.ts';
import { detectFormat, formats, hasExtensionOf } from './formats.ts';
import { arrayToLines, isJsonArray } from './json-array.ts';
import { lastLineEnd } from './lines.ts';
import { peek } from './peek.ts';
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
  readonly isKnownColumn: (name: string) => boolean;
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
  readonly #archive: Archive;
  /** The sample is all there is. */
  readonly isSampleWhole: boolean;
  /** Where the rows begin in the text. */
  readonly #dataOffset: number;

  private constructor(parts: {
    readonly source: Source;
    readonly encoding: Encoding;
    readonly table: Table;
    readonly sample: Buffer;
    readonly stream: TextStream;
    readonly archive: Archive;
    readonly isSampleWhole: boolean;
  }) {
    this.source = parts.source;
    this.encoding = parts.encoding;
    this.table = parts.table;
    this.#sample = parts.sample;
    this.#stream = parts.stream;
    this.#archive = parts.archive;
    this.isSampleWhole = parts.isSampleWhole;
    this.#dataOffset = parts.stream.offset;
  }

  /**
   * Opens an input and finds out what it is from its first 1 MiB.
   *
   * @throws RunError (exit 3) when it can't be read, is empty, or is not CSV or JSONL
   */
  static async open(path: string, options: InputOptions, stdin: Readable): Promise<Input> {
    const source = await openSource(path, stdin);
    let archive: Archive | undefined;
    try {
      const { head, isWhole, chunks } = await peek(source.chunks());
      const encoding = detectEncoding(path, head, isWhole, options.encoding);
      const isDecoded = encoding.label !== 'utf-8';
      const decoded = isDecoded ? decode(chunks, encoding.label) : chunks;
      const { isArray, text } = await linesOf(decoded, path, options.format);
      // What is on the disk as UTF-8 can be read again where it is; anything else is copied while it is read.
      const copy = source.descriptor === undefined || isDecoded || isArray ? Archive.ofStream() : undefined;
      archive = copy ?? Archive.ofFile(source.descriptor ?? -1);
      const stream = new TextStream(text, copy && ((bytes) => copy.append(bytes)));
      if (!isDecoded && encoding.hasMark && !isArray) await stream.drop(utf8MarkBytes);
      const sample = await stream.sample();
      const whole = !(await stream.hasMore(sample.length));
      checkSample(path, sample, whole);
      const format = options.format ?? (isArray ? 'jsonl' : detectFormat(path, sample));
      const table = formats[format].detect(sample, { ...options, path, whole, isDecoded });
      await stream.drop(table.header.bytes);
      return new Input({
        source,
        encoding,
        table,
        sample: sample.subarray(table.header.bytes),
        stream,
        archive,
        isSampleWhole: whole,
      });
    } catch (error) {
      archive?.close();
      await source.close();
      throw error;
    }
  }

  /**
   * The rows of the first 1 MiB, without consuming them.
   *
   * @param columns whose cells are wanted; the others are empty
   */
  sampleRows(columns: readonly number[]): readonly SampleRow[] {
    const rows: SampleRow[] = [];
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
  readSample(use: (batch: Batch, workspace: Workspace) => void): void {
    readBytes(this.#sample, this.table, use);
  }

  /**
   * Lets go of what was read to understand the input. A run may have hundreds of inputs, which are all understood before
   * the first is read.
   */
  rest(): void {
    this.#sample = Buffer.alloc(0);
    if (this.#archive.isOriginal) this.#stream = undefined;
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
    if (this.#archive.isOriginal) this.#stream = undefined;
    else this.#copy = this.#archive.between(this.#dataOffset, Number.POSITIVE_INFINITY);
  }

  /** The text of the rows, once; where it begins in the text of the input. */
  rows(): { readonly source: TextSource; readonly offset: number } {
    const source = this.#copy ?? this.#stream ?? this.source.from(this.#dataOffset);
    return { source, offset: this.#dataOffset };
  }

  /** Makes a reader of single rows that were read already. */
  createRowReader(place: RowPlaceInArena): RowReader {
    return new RowReader(this.table, this.#archive, place);
  }

  /** Reads rows once more that were read already. */
  readAgain(rows: RowRange, place: Place, batchRows: number): Generator<Batch> {
    return readRange(this.table, this.#archive, rows, place, batchRows);
  }

  async close(): Promise<void> {
    this.#archive.close();
    await this.source.close();
  }
}

/** The text as lines: a JSON array has its elements written one a line. */
async function linesOf(
  text: AsyncIterable<Buffer>,
  path: string,
  format: Format | undefined,
): Promise<{ isArray: boolean; text: AsyncIterable<Buffer> }> {
  if (format === 'csv' || (format === undefined && hasExtensionOf(path, 'csv'))) return { isArray: false, text };
  const { head, chunks } = await peek(text);
  const isArray = isJsonArray(head.subarray(0, utf8MarkBytes).equals(utf8Mark) ? head.subarray(utf8MarkBytes) : head);
  return { isArray, text: isArray ? arrayToLines(chunks) : chunks };
}

/** Refuses what holds nothing, or no lines. */
function checkSample(path: string, sample: Buffer, whole: boolean): void {
  if (whole && sample.every((byte) => byte <= 0x20)) throw inputError('INPUT_EMPTY', `${path} is empty`);
  if (whole || lastLineEnd(sample) > 0) return;
  throw inputError('INPUT_NOT_ROWS', `the first line of ${path} is longer than 1 MiB`, 'is this a CSV or JSONL file?');
}
