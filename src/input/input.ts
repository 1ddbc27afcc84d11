import type { Readable } from 'node:stream';
import { inputError } from '../errors.ts';
import { clip } from '../issues.ts';
import { Archive } from './archive.ts';
import { type Block, BlockReader } from './blocks.ts';
import { decode, detectEncoding, type Encoding, utf8Mark, utf8MarkBytes } from './encoding.ts';
import { detectFormat, formats, hasExtensionOf } from './formats.ts';
import { arrayToLines, isJsonArray } from './json-array.ts';
import { lastLineEnd } from './lines.ts';
import { peek } from './peek.ts';
import type { Format, Row, Table } from './row.ts';
import { openSource, type Source } from './source.ts';

export interface InputOptions {
  readonly format: Format | undefined;
  readonly delimiter: string | undefined;
  /** A WHATWG label. */
  readonly encoding: string | undefined;
  readonly isKnownColumn: (name: string) => boolean;
}

/** Rows of an input with their places in the file. */
export interface PlacedRows {
  readonly rows: readonly PlacedRow[];
  readonly blank: number;
}

export interface PlacedRow extends Row {
  /** Data rows are counted from 1. */
  readonly row: number;
}

/** One input, opened and understood: its table is known, its rows can be read. */
export class Input {
  readonly source: Source;
  readonly encoding: Encoding;
  readonly table: Table;
  #sample: Buffer;
  #blocks: BlockReader;
  readonly #archive: Archive;
  readonly #reasonsColumn: number;
  /** The input lies on disk as it is read, so its rest can be opened anew. */
  readonly #canReopen: boolean;
  #rowsRead = 0;

  private constructor(
    source: Source,
    encoding: Encoding,
    table: Table,
    sample: Buffer,
    blocks: BlockReader,
    archive: Archive,
    canReopen: boolean,
  ) {
    this.#canReopen = canReopen;
    this.source = source;
    this.encoding = encoding;
    this.table = table;
    this.#sample = sample;
    this.#blocks = blocks;
    this.#archive = archive;
    this.#reasonsColumn = table.columns.indexOf('_errors');
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
      // What lies on disk as UTF-8 can be read again where it is; anything else is copied while it is read.
      const copy = source.descriptor === undefined || isDecoded || isArray ? Archive.ofStream() : undefined;
      archive = copy ?? Archive.ofFile(source.descriptor ?? -1);
      const blocks = new BlockReader(text, copy && ((bytes) => copy.append(bytes)));
      if (!isDecoded && encoding.hasMark && !isArray) await blocks.drop(utf8MarkBytes);
      const sample = await blocks.sample();
      const whole = !(await blocks.hasMore(sample.length));
      checkSample(path, sample, whole);
      const format = options.format ?? (isArray ? 'jsonl' : detectFormat(path, sample));
      const table = formats[format].detect(sample, { ...options, path, whole, isDecoded });
      await blocks.drop(table.header.bytes);
      return new Input(
        source,
        encoding,
        table,
        sample.subarray(table.header.bytes),
        blocks,
        archive,
        copy === undefined,
      );
    } catch (error) {
      archive?.close();
      await source.close();
      throw error;
    }
  }

  /** Why an earlier run refused a row, where this input is its rejected file. */
  ownReasons(row: Row): string | undefined {
    return this.#reasonsColumn === -1 ? undefined : row.cells[this.#reasonsColumn];
  }

  /** The rows of the first 1 MiB, without consuming them. */
  sampleRows(): readonly { readonly line: number; readonly row: Row }[] {
    const { rows } = formats[this.table.format].readRows(this.#sample, true, this.table);
    return rows.map((row) => ({ line: 1 + this.table.header.lines + row.line, row }));
  }

  /** Data rows given out so far. */
  get rowsRead(): number {
    return this.#rowsRead;
  }

  /**
   * Lets go of what was read to understand the input. A run may have hundreds of inputs, which are all understood before
   * the first is read.
   */
  rest(): void {
    this.#sample = Buffer.alloc(0);
    if (!this.#canReopen) return;
    const { offset } = this.#blocks;
    this.#blocks = new BlockReader(this.source.chunks(offset), undefined, offset);
  }

  /** All rows in order, a block at a time. */
  async *rows(): AsyncGenerator<PlacedRows> {
    let line = 1 + this.table.header.lines;
    for (let block = await this.#blocks.next(); block !== undefined; block = await this.#blocks.next()) {
      const batch = readBlock(block, this.table);
      if (batch.consumed < block.bytes.length && !block.oversized) {
        this.#blocks.unread(block.bytes.subarray(batch.consumed));
      }
      const rows = batch.rows.map((row): PlacedRow => {
        this.#rowsRead += 1;
        return { ...row, row: this.#rowsRead, line: line + row.line, offset: block.offset + row.offset };
      });
      line += batch.lines;
      yield { rows, blank: batch.blank };
    }
  }

  /** Reads the row again that starts at `offset`; `undefined` if the input is no longer what it was. */
  rowAt(offset: number): Row | undefined {
    for (let length = 1024; ; length *= 4) {
      const bytes = this.#archive.read(offset, length);
      const isEnd = bytes.length < length;
      const whole = isEnd ? bytes : bytes.subarray(0, lastLineEnd(bytes));
      const [row, next] = formats[this.table.format].readRows(whole, isEnd, this.table, 2).rows;
      // A row that ends the bytes may go on behind them; one with a row behind it, or the end, is complete.
      if (isEnd || (next !== undefined && row !== undefined)) return row;
    }
  }

  async close(): Promise<void> {
    this.#archive.close();
    await this.source.close();
  }
}

function readBlock(
  block: Block,
  table: Table,
): { rows: readonly Row[]; consumed: number; lines: number; blank: number } {
  if (!block.oversized) return formats[table.format].readRows(block.bytes, block.final, table);
  const text = clip(block.bytes.toString());
  const malformed = 'is longer than 1 MiB; is a line end missing?';
  return {
    rows: [{ line: 0, offset: 0, cells: [], text, malformed }],
    consumed: block.bytes.length,
    lines: 1,
    blank: 0,
  };
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
