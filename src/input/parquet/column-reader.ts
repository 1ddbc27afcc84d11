import { crc32 } from 'node:zlib';
import type { ColumnMetaData, CompressionCodec, Encoding, PageHeader, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { CellBuffer } from './cell-buffer.ts';
import type { PlainValues, WriteCell } from './cell-writers.ts';
import { decompress } from './decompress.ts';
import { plainValues, valuesOf, widthOf } from './plain-values.ts';
import { Runs } from './runs.ts';
import { endOfStruct } from './thrift-bounds.ts';

/** The head of a page is read with the page where that is small. */
const headBytes = 16 * 1024;
/** Heads hold the least and the greatest value, which may be long. */
const mostHeadBytes = 1024 * 1024;

/** Where pages are read from. */
export interface PageSource {
  /** Bytes of the file; fewer where it ends. */
  bytes(position: number, length: number): Buffer;
  /**
   * Says how much more memory pages take, or less.
   *
   * @throws PageTooLarge when it is too much
   */
  hold(bytes: number): void;
}

/** The cells of the distinct values of a column chunk. */
interface DictionaryCells {
  readonly bytes: Buffer;
  readonly ends: Int32Array;
  readonly count: number;
}

/** Reads a column as cells, a page at a time. */
export class ColumnReader {
  /** Where the cells of the rows that were read are: row `r` at `starts[r]` to `ends[r]`. */
  bytes: Buffer = Buffer.alloc(0);
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #source: PageSource;
  readonly #element: SchemaElement;
  readonly #write: WriteCell;
  readonly #width: number;
  readonly #cells = new CellBuffer();
  readonly #levels: Uint8Array;
  readonly #ids: Int32Array;
  #codec: CompressionCodec = 'UNCOMPRESSED';
  #position = 0;
  /** Rows of the row group after the page. */
  #rowsAfter = 0;
  /** Rows of the page that were not read. */
  #rowsLeft = 0;
  #held = { dictionary: 0, page: 0 };
  #dictionary: DictionaryCells | undefined;
  /** Of the page: which rows have a value, ids of the dictionary, or values and where the next is. */
  #isPresent: Runs | undefined;
  #idsOfPage: Runs | undefined;
  #values: PlainValues = valuesOf(Buffer.alloc(0));
  #at = 0;

  /** @param rows that are read at a time, at most */
  constructor(source: PageSource, element: SchemaElement, write: WriteCell, rows: number) {
    this.#source = source;
    this.#element = element;
    this.#write = write;
    this.#width = widthOf(element);
    this.starts = new Int32Array(rows);
    this.ends = new Int32Array(rows);
    this.#levels = new Uint8Array(rows).fill(1);
    this.#ids = new Int32Array(rows);
  }

  /** Begins with the column's part of a row group. */
  begin({ codec, dictionary_page_offset: dictionary, data_page_offset: data }: ColumnMetaData, rows: number): void {
    this.#codec = codec;
    this.#position = Number(dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data);
    this.#rowsAfter = rows;
    this.#rowsLeft = 0;
    this.#dictionary = undefined;
    this.#holdPage(0);
    this.#hold('dictionary', 0);
  }

  /** How many rows can be read at once: those that are left in the page. */
  available(): number {
    while (this.#rowsLeft === 0) this.#nextPage();
    return this.#rowsLeft;
  }

  /**
   * Reads the cells of the next rows.
   *
   * @param rows at most `available()`, and as many as there is room for
   */
  read(rows: number): void {
    this.#rowsLeft -= rows;
    this.#isPresent?.read(this.#levels, rows);
    if (this.#idsOfPage === undefined) this.#readValues(rows);
    else this.#readIds(rows, this.#idsOfPage);
  }

  #readIds(rows: number, ids: Runs): void {
    const { starts, ends } = this;
    const levels = this.#levels;
    const { bytes, ends: cellEnds, count } = this.#dictionary ?? { bytes: Buffer.alloc(0), ends: starts, count: 0 };
    this.bytes = bytes;
    let present = rows;
    if (this.#isPresent !== undefined) {
      present = 0;
      for (let row = 0; row < rows; row += 1) present += levels[row] ?? 0;
    }
    ids.read(this.#ids, present);
    for (let row = 0, index = 0; row < rows; row += 1) {
      starts[row] = ends[row] = 0;
      if (this.#isPresent !== undefined && levels[row] === 0) continue;
      const id = this.#ids[index] ?? 0;
      index += 1;
      if (id < 0 || id >= count) throw new Error('a value is not in its dictionary');
      starts[row] = id === 0 ? 0 : (cellEnds[id - 1] ?? 0);
      ends[row] = cellEnds[id] ?? 0;
    }
  }

  #readValues(rows: number): void {
    const { starts, ends } = this;
    const cells = this.#cells;
    cells.end = 0;
    for (let row = 0; row < rows; row += 1) {
      starts[row] = cells.end;
      const isPresent = this.#isPresent === undefined || this.#levels[row] === 1;
      if (isPresent) this.#at = this.#writeCell(this.#values, this.#at, cells);
      ends[row] = cells.end;
    }
    this.bytes = cells.bytes;
  }

  /** Writes the cell of the value at a place; returns where the next value is. */
  #writeCell(values: PlainValues, place: number, cells: CellBuffer): number {
    const { view } = values;
    const isFixed = this.#width > 0;
    const at = isFixed ? place : place + 4;
    const length = isFixed ? this.#width : at <= view.byteLength ? view.getUint32(place, true) : 0;
    if (at + length > view.byteLength) throw new Error('a page has fewer values than it says');
    this.#write(values, at, length, cells);
    return at + length;
  }

  #nextPage(): void {
    this.#holdPage(0);
    if (this.#rowsAfter <= 0) throw new Error('it has fewer rows than its row group');
    const { header, body } = this.#readPage();
    switch (header.type) {
      case 'DICTIONARY_PAGE':
        this.#dictionary = this.#readDictionary(header, body);
        break;
      case 'DATA_PAGE':
        this.#beginData(header, body);
        break;
      case 'DATA_PAGE_V2':
        this.#beginDataV2(header, body);
        break;
      default:
    }
    this.#rowsAfter -= this.#rowsLeft;
  }

  #readPage(): { readonly header: PageHeader; readonly body: Buffer } {
    let head = this.#source.bytes(this.#position, headBytes);
    let end = endOfStruct(head, 0);
    if (end === undefined && head.length === headBytes) {
      head = this.#source.bytes(this.#position, mostHeadBytes);
      end = endOfStruct(head, 0);
    }
    if (end === undefined) throw new Error('a page is cut off');
    const header = parquetHeader({ view: valuesOf(head).view, offset: 0 });
    const length = header.compressed_page_size;
    if (!(length >= 0 && header.uncompressed_page_size >= 0)) throw new Error('a page has a length below zero');
    this.#holdPage(length + header.uncompressed_page_size);
    const body =
      end + length <= head.length ? head.subarray(end, end + length) : this.#source.bytes(this.#position + end, length);
    if (body.length < length) throw new Error('a page is cut off');
    const { crc } = header;
    if (crc !== undefined && crc >>> 0 !== crc32(body)) throw new Error('the checksum of a page is wrong');
    this.#position += end + length;
    return { header, body };
  }

  #readDictionary(header: PageHeader, body: Buffer): DictionaryCells {
    const count = header.dictionary_page_header?.num_values ?? 0;
    const values = valuesOf(decompress(this.#codec, body, header.uncompressed_page_size));
    const isBoolean = this.#element.type === 'BOOLEAN';
    if (isBoolean || count < 0 || count * (this.#width || 4) > values.bytes.length) {
      throw new Error('a dictionary has fewer values than it says');
    }
    const cells = new CellBuffer();
    const ends = new Int32Array(count);
    for (let id = 0, at = 0; id < count; id += 1) {
      at = this.#writeCell(values, at, cells);
      ends[id] = cells.end;
    }
    this.#holdPage(0);
    this.#hold('dictionary', cells.bytes.length + 4 * count);
    return { bytes: cells.bytes, ends, count };
  }

  #beginData(header: PageHeader, body: Buffer): void {
    const { num_values: rows, encoding, definition_level_encoding: levelEncoding } = required(header.data_page_header);
    const content = decompress(this.#codec, body, header.uncompressed_page_size);
    if (!this.#isOptional) {
      this.#beginValues(content, encoding, rows);
      return;
    }
    if (levelEncoding !== 'RLE') throw new Error(`its encoding ${levelEncoding} is not known`);
    if (content.length < 4) throw new Error('a page is cut off');
    const at = 4 + content.readUInt32LE(0);
    this.#beginValues(content.subarray(at), encoding, rows, () => new Runs(content, 4, at, 1));
  }

  #beginDataV2(header: PageHeader, body: Buffer): void {
    const page = required(header.data_page_header_v2);
    const levels = page.repetition_levels_byte_length + page.definition_levels_byte_length;
    const length = header.uncompressed_page_size - levels;
    if (!(page.repetition_levels_byte_length >= 0 && levels >= 0 && levels <= body.length && length >= 0)) {
      throw new Error('a page has a length below zero');
    }
    const rest = body.subarray(levels);
    const content = page.is_compressed === false ? rest : decompress(this.#codec, rest, length);
    const levelsOf = (): Runs => new Runs(body, page.repetition_levels_byte_length, levels, 1);
    this.#beginValues(content, page.encoding, page.num_values, this.#isOptional ? levelsOf : undefined);
  }

  get #isOptional(): boolean {
    return this.#element.repetition_type === 'OPTIONAL';
  }

  #beginValues(bytes: Buffer, encoding: Encoding, rows: number, levelsOf?: () => Runs): void {
    if (!(rows >= 0 && rows <= this.#rowsAfter)) throw new Error('it has more rows than its row group');
    this.#rowsLeft = rows;
    this.#isPresent = levelsOf?.();
    this.#idsOfPage = undefined;
    this.#at = 0;
    if (encoding !== 'PLAIN_DICTIONARY' && encoding !== 'RLE_DICTIONARY') {
      this.#values = plainValues(bytes, encoding, () => this.#countPresent(rows, levelsOf?.()), this.#element);
    } else if (this.#dictionary === undefined) {
      throw new Error('a dictionary is missing');
    } else {
      // A page without a value may have nothing.
      this.#idsOfPage = new Runs(bytes, 1, bytes.length, bytes[0] ?? 0);
    }
  }

  /** How many rows of a page have a value. */
  #countPresent(rows: number, levels: Runs | undefined): number {
    if (levels === undefined) return rows;
    let present = 0;
    for (let left = rows; left > 0; left -= this.#levels.length) {
      const count = Math.min(left, this.#levels.length);
      levels.read(this.#levels, count);
      for (let row = 0; row < count; row += 1) present += this.#levels[row] ?? 0;
    }
    return present;
  }

  #holdPage(bytes: number): void {
    if (bytes === 0) {
      this.#values = valuesOf(Buffer.alloc(0));
      this.#idsOfPage = this.#isPresent = undefined;
    }
    this.#hold('page', bytes);
  }

  #hold(what: 'dictionary' | 'page', bytes: number): void {
    this.#source.hold(bytes - this.#held[what]);
    this.#held[what] = bytes;
  }
}

function required<T>(header: T | undefined): T {
  if (header === undefined) throw new Error('a page has no head');
  return header;
}
