import type { FileMetaData, RowGroup, SchemaTree } from 'hyparquet';
import { parquetMetadata, parquetSchema } from 'hyparquet/src/metadata.js';
import { errorMessage, inputError, RunError } from '../../errors.ts';
import { quote } from '../../issues.ts';
import type { Archive } from '../archive.ts';
import { cellSeparator, textCell } from '../cell-lines.ts';
import type { LeftOutColumn } from '../table.ts';
import { CellBuffer } from './cell-buffer.ts';
import { meaningOf, type WriteCell } from './cell-writers.ts';
import { ColumnReader, type PageSource } from './column-reader.ts';
import { canDecompress } from './decompress.ts';
import { magic } from './is-parquet.ts';
import { PageTooLarge } from './plain-values.ts';
import { endOfStruct } from './thrift-bounds.ts';

const footerTailBytes = 8;
/** A larger footer takes more memory than a run has: one of 100 columns and 500 row groups has 8 MiB. */
const mostFooterBytes = 16 * 1024 * 1024;
/** What the pages that are read may take: a page of each column has to be there at once. */
const mostHeldBytes = 256 * 1024 * 1024;
/** More than this, and it may be made to fill the disk; below the size it does not matter. */
const mostRatio = 1000;
const harmlessBytes = 128 * 1024 * 1024;

/** Rows that are put together at a time, and cells. */
const most = { rows: 1024, cells: 65_536 } as const;
const pieceBytes = 256 * 1024;
const newline = 0x0a;
const tab = cellSeparator.charCodeAt(0);

interface FlatColumn {
  readonly node: SchemaTree;
  readonly write: WriteCell;
  /** Of the columns of a row group. */
  readonly index: number;
}

/** A Parquet file, opened: its columns are known, and no row is read yet. */
export interface ParquetFile {
  readonly leftOut: readonly LeftOutColumn[];
  /**
   * Its rows as cell lines below a line with the names of the columns.
   *
   * @throws RunError (exit 3) when it is damaged, or made to fill memory or disk
   */
  rows(): AsyncIterable<Buffer>;
}

/**
 * Opens a Parquet file (format 2.11).
 *
 * @throws RunError (exit 3) when it is damaged, cut off or encrypted, or none of its columns can be read
 */
export function openParquet(file: Archive, path: string): ParquetFile {
  const metadata = readFooter(file, path);
  const columns: FlatColumn[] = [];
  const leftOut: LeftOutColumn[] = [];
  guard(path, 'its footer', () => {
    let index = 0;
    for (const node of parquetSchema(metadata).children) {
      const unread = unreadable(node);
      const meaning = unread === undefined ? meaningOf(node.element) : { unread };
      if ('write' in meaning) columns.push({ node, write: meaning.write, index });
      else leftOut.push({ name: node.element.name, holds: meaning.unread });
      index += countLeaves(node);
    }
  });
  if (columns.length === 0) {
    throw inputError('INPUT_EMPTY', `${path} has no columns that can be read`, describe(leftOut));
  }
  return { leftOut, rows: () => new RowReader(file, path, columns).read(metadata.row_groups) };
}

const describe = (columns: readonly LeftOutColumn[]): string | undefined =>
  columns.length === 0 ? undefined : columns.map(({ name, holds }) => `${quote(name)} holds ${holds}`).join(', ');

/** What a column holds that is not one value a row. */
function unreadable({ element, children }: SchemaTree): string | undefined {
  const name = element.logical_type?.type ?? element.converted_type;
  if (name === 'MAP' || name === 'MAP_KEY_VALUE') return 'maps';
  if (name === 'LIST' || element.repetition_type === 'REPEATED') return 'lists';
  return children.length > 0 ? 'structures' : undefined;
}

const countLeaves = ({ children }: SchemaTree): number =>
  children.length === 0 ? 1 : children.reduce((sum, child) => sum + countLeaves(child), 0);

function readFooter(file: Archive, path: string): FileMetaData {
  const size = file.bytes;
  const tail = bytesAt(file, size - footerTailBytes, footerTailBytes);
  const end = tail.toString('latin1', 4);
  if (end === magic.encrypted) throw encrypted(path);
  if (end !== magic.plain || size < magic.plain.length + footerTailBytes) {
    throw damaged(path, 'its end is missing; was it copied whole?');
  }
  const length = tail.readUInt32LE(0);
  if (length > size - footerTailBytes - magic.plain.length) throw damaged(path, 'its footer is not in the file');
  if (length > mostFooterBytes) {
    throw inputError(
      'INPUT_TOO_LARGE',
      `${path} has a footer of ${mebibytes(length)}: it has too many row groups and columns`,
      'write it with larger row groups, or fewer columns',
    );
  }
  return guard(path, 'its footer', () => {
    const footer = bytesAt(file, size - footerTailBytes - length, length + footerTailBytes);
    const structEnd = endOfStruct(footer.subarray(0, length), 0);
    if (structEnd === undefined) throw new Error('it ends in the middle');
    const metadata = parquetMetadata(new Uint8Array(footer), { parsers, geoparquet: false });
    const chunks = metadata.row_groups.flatMap(({ columns }) => columns);
    if (chunks.some((chunk) => chunk.crypto_metadata !== undefined)) throw encrypted(path);
    return metadata;
  });
}

/** What the least and the greatest values say is not used. */
const parsers = { stringFromBytes: () => undefined, uuidFromBytes: () => undefined };

class RowReader implements PageSource {
  readonly #file: Archive;
  readonly #path: string;
  readonly #columns: readonly FlatColumn[];
  readonly #readers: readonly ColumnReader[];
  readonly #windowRows: number;
  /** Where the next cell of a row goes. */
  readonly #places: Int32Array;
  readonly #most: number;
  #held = 0;
  #written = 0;

  constructor(file: Archive, path: string, columns: readonly FlatColumn[]) {
    this.#file = file;
    this.#path = path;
    this.#columns = columns;
    const rows = Math.max(1, Math.min(most.rows, Math.floor(most.cells / columns.length)));
    this.#windowRows = rows;
    this.#places = new Int32Array(rows);
    this.#readers = columns.map(({ node, write }) => new ColumnReader(this, node.element, write, rows));
    this.#most = Math.max(harmlessBytes, mostRatio * file.bytes);
  }

  bytes(position: number, length: number): Buffer {
    return bytesAt(this.#file, position, length);
  }

  hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held > mostHeldBytes) throw new PageTooLarge();
  }

  async *read(groups: readonly RowGroup[]): AsyncGenerator<Buffer> {
    const names = this.#columns.map(({ node }) => textCell(node.element.name));
    yield Buffer.from(`${names.join(cellSeparator)}\n`);
    const piece = new CellBuffer();
    for (const [index, group] of groups.entries()) {
      let left = this.#begin(group, index);
      while (left > 0) {
        left -= this.#readWindow(left, piece);
        if (piece.end < pieceBytes) continue;
        yield this.#take(piece);
        // Signals and calls have their turn.
        await new Promise(setImmediate);
      }
    }
    yield this.#take(piece);
  }

  #begin(group: RowGroup, index: number): number {
    return guard(this.#path, `row group ${String(index + 1)}`, () => {
      const rows = Number(group.num_rows);
      if (!(rows >= 0)) throw new Error('it has a number of rows below zero');
      for (const [at, { node, index: chunkIndex }] of this.#columns.entries()) {
        const chunk = group.columns[chunkIndex];
        const metadata = chunk?.meta_data;
        if (metadata === undefined || metadata.type !== node.element.type) throw new Error('a column is missing');
        if (chunk?.file_path !== undefined) throw new Error('a column is in another file');
        if (!canDecompress(metadata.codec)) throw this.#unknownCodec(metadata.codec);
        this.#readers[at]?.begin(metadata, rows);
      }
      return rows;
    });
  }

  #unknownCodec(codec: string | undefined): RunError {
    return inputError(
      'INPUT_UNREADABLE',
      `${this.#path} is compressed in a way that is not known (${codec ?? 'without a name'})`,
      'write it with ZSTD or Snappy',
    );
  }

  /** Puts rows together as far as they are in the same pages; returns how many. */
  #readWindow(left: number, piece: CellBuffer): number {
    let rows = Math.min(left, this.#windowRows);
    const readers = this.#readers;
    for (const [index, reader] of readers.entries()) {
      rows = Math.min(
        rows,
        this.#ofColumn(index, () => reader.available()),
      );
    }
    for (const [index, reader] of readers.entries()) this.#ofColumn(index, () => reader.read(rows));
    this.#putTogether(rows, piece);
    return rows;
  }

  /** Writes the cells of the rows that were read, a column after the other, each to its place in its row. */
  #putTogether(rows: number, piece: CellBuffer): void {
    const places = this.#places.fill(this.#readers.length, 0, rows);
    for (const { starts, ends } of this.#readers) {
      for (let row = 0; row < rows; row += 1) places[row] = (places[row] ?? 0) + (ends[row] ?? 0) - (starts[row] ?? 0);
    }
    const begin = piece.end;
    for (let row = 0; row < rows; row += 1) {
      const length = places[row] ?? 0;
      places[row] = piece.end;
      piece.end += length;
    }
    const bytes = piece.end - begin;
    piece.end = begin;
    piece.reserve(bytes);
    for (const reader of this.#readers) putColumn(reader, rows, piece.bytes, places);
    for (let row = 0; row < rows; row += 1) piece.bytes[(places[row] ?? 0) - 1] = newline;
    piece.end += bytes;
  }

  #ofColumn<T>(index: number, action: () => T): T {
    return guard(this.#path, `column ${quote(this.#columns[index]?.node.element.name ?? '')}`, action);
  }

  #take(piece: CellBuffer): Buffer {
    const bytes = Buffer.from(piece.bytes.subarray(0, piece.end));
    piece.end = 0;
    this.#written += bytes.length;
    if (this.#written <= this.#most) return bytes;
    throw inputError(
      'INPUT_TOO_LARGE',
      `${this.#path} grows to more than ${String(mostRatio)} times its size: it may be made to fill the disk`,
      'if you trust it, write it as CSV and give that',
    );
  }
}

/** Copying short cells byte by byte is faster than a call for each. */
const shortCell = 48;

function putColumn({ bytes, starts, ends }: ColumnReader, rows: number, target: Buffer, places: Int32Array): void {
  for (let row = 0; row < rows; row += 1) {
    const start = starts[row] ?? 0;
    const end = ends[row] ?? 0;
    let place = places[row] ?? 0;
    if (end - start > shortCell) place += bytes.copy(target, place, start, end);
    else for (let at = start; at < end; at += 1, place += 1) target[place] = bytes[at] ?? 0;
    target[place] = tab;
    places[row] = place + 1;
  }
}

function bytesAt(file: Archive, position: number, length: number): Buffer {
  const from = Math.max(0, Math.min(position, file.bytes));
  const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, file.bytes - from)));
  return buffer.subarray(0, file.readAt(buffer, 0, buffer.length, from));
}

const mebibytes = (bytes: number): string => `${String(Math.round(bytes / 1024 / 1024))} MiB`;

/** @throws RunError where reading a part of the file fails: nothing in it is taken on trust */
function guard<T>(path: string, part: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof RunError) throw error;
    if (error instanceof PageTooLarge) {
      throw inputError(
        'INPUT_TOO_LARGE',
        `the row groups of ${path} need more than ${mebibytes(mostHeldBytes)} of memory`,
        'write it with smaller row groups: 100,000 rows',
      );
    }
    throw damaged(path, `${part}: ${errorMessage(error)}`, error);
  }
}

const damaged = (path: string, why: string, cause?: unknown): RunError =>
  inputError('INPUT_DAMAGED', `${path} is damaged: ${why}`, 'get the file again, or write it again', cause);

const encrypted = (path: string): RunError =>
  inputError('INPUT_ENCRYPTED', `${path} is encrypted`, 'write it without encryption');
