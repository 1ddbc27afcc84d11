import { BackwardBits, padding } from './backward-bits.ts';
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from './huffman.ts';
import { decodeSequences, readTables, type SequenceTables } from './sequences.ts';

export const mostBlockBytes = 128 * 1024;

/** Matches up to this length are copied faster byte by byte. */
const shortMatch = 24;

/** Decodes the blocks of one frame (RFC 8878, 3.1.1.2), each of which may refer to what those before have made. */
export class BlockDecoder {
  readonly #windowBytes: number;
  /** What was made last, a window of it at least. */
  readonly #made: Buffer;
  #end = 0;
  readonly #literals = Buffer.allocUnsafe(mostBlockBytes);
  readonly #block = Buffer.alloc(mostBlockBytes + padding);
  readonly #view = new DataView(this.#block.buffer, this.#block.byteOffset, this.#block.length);
  #code: HuffmanTable | undefined;
  #tables: SequenceTables | undefined;
  readonly #recent: [number, number, number] = [1, 4, 8];

  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
    this.#made = Buffer.allocUnsafe(windowBytes + Math.min(windowBytes, 8 * mostBlockBytes) + mostBlockBytes);
  }

  /** A block of bytes as they are. */
  copy(bytes: Buffer): Buffer {
    const start = this.#makeRoom();
    this.#end += bytes.copy(this.#made, start);
    return bytes;
  }

  /** A block of one byte that repeats. */
  repeat(byte: number, times: number): Buffer {
    return this.copy(Buffer.alloc(times, byte));
  }

  /**
   * A compressed block.
   *
   * @throws Error when it is damaged
   */
  decode(bytes: Buffer): Buffer {
    const start = this.#makeRoom();
    bytes.copy(this.#block);
    this.#block.fill(0, bytes.length, bytes.length + padding);
    const literals = this.#readLiterals(bytes.length);
    let [at, count] = this.#readCount(literals.end);
    let used = 0;
    if (count > 0) {
      const { tables, end } = readTables(this.#view, at, this.#tables);
      this.#tables = tables;
      at = bytes.length;
      const stream = new BackwardBits(this.#view, end, bytes.length);
      decodeSequences(stream, count, { tables, recent: this.#recent }, (length, distance, match) => {
        this.#append(literals.bytes, used, length);
        used += length;
        this.#repeatFrom(distance, match);
      });
    }
    if (at !== bytes.length) throw new Error('a block is too long');
    this.#append(literals.bytes, used, literals.bytes.length - used);
    if (this.#end - start > mostBlockBytes) throw new Error('a block becomes too long');
    return Buffer.from(this.#made.subarray(start, this.#end));
  }

  /** Where the next block is written: what no distance can lead to is forgotten. */
  #makeRoom(): number {
    if (this.#end + mostBlockBytes > this.#made.length) {
      this.#made.copyWithin(0, this.#end - this.#windowBytes, this.#end);
      this.#end = this.#windowBytes;
    }
    return this.#end;
  }

  #append(literals: Buffer, from: number, length: number): void {
    if (from + length > literals.length) throw new Error('a block has fewer literals than it uses');
    if (this.#end + length > this.#made.length) throw new Error('a block becomes too long');
    const made = this.#made;
    if (length > shortMatch) literals.copy(made, this.#end, from, from + length);
    else for (let index = 0; index < length; index += 1) made[this.#end + index] = literals[from + index] ?? 0;
    this.#end += length;
  }

  #repeatFrom(distance: number, length: number): void {
    const [made, end] = [this.#made, this.#end];
    if (distance > end || distance === 0) throw new Error('a distance leads before the beginning');
    if (end + length > made.length) throw new Error('a block becomes too long');
    if (length > shortMatch && distance >= length) made.copyWithin(end, end - distance, end - distance + length);
    else for (let at = end; at < end + length; at += 1) made[at] = made[at - distance] ?? 0;
    this.#end = end + length;
  }

  /** How many sequences there are, and where that is said to the end. */
  #readCount(at: number): [end: number, count: number] {
    const first = this.#block.readUInt8(at);
    if (first < 128) return [at + 1, first];
    if (first < 255) return [at + 2, ((first - 128) << 8) + this.#block.readUInt8(at + 1)];
    return [at + 3, this.#block.readUInt16LE(at + 1) + 0x7f00];
  }

  #readLiterals(blockBytes: number): { readonly bytes: Buffer; readonly end: number } {
    const first = this.#block.readUInt8(0);
    const [kind, form] = [first & 3, (first >> 2) & 3];
    if (kind >= 2) return this.#readCodedLiterals(kind === 3, form, blockBytes);
    const headBytes = [1, 2, 1, 3][form] ?? 1;
    const length = this.#block.readUIntLE(0, headBytes) >> (headBytes === 1 ? 3 : 4);
    const end = headBytes + (kind === 0 ? length : 1);
    if (length > mostBlockBytes || end > blockBytes) throw new Error('a block has fewer literals than it says');
    const bytes = this.#literals.subarray(0, length);
    if (kind === 0) this.#block.copy(bytes, 0, headBytes, end);
    else bytes.fill(this.#block.readUInt8(headBytes));
    return { bytes, end };
  }

  #readCodedLiterals(
    hasCodeOfBefore: boolean,
    form: number,
    blockBytes: number,
  ): { readonly bytes: Buffer; readonly end: number } {
    const headBytes = [3, 3, 4, 5][form] ?? 3;
    const sizes = Math.floor(this.#block.readUIntLE(0, headBytes) / 16);
    const sizeRange = 2 ** ([10, 10, 14, 18][form] ?? 10);
    const [length, compressedBytes] = [sizes % sizeRange, Math.floor(sizes / sizeRange)];
    const end = headBytes + compressedBytes;
    if (length > mostBlockBytes || end > blockBytes) throw new Error('a block has fewer literals than it says');
    let at = headBytes;
    if (!hasCodeOfBefore) ({ table: this.#code, end: at } = readHuffmanTable(this.#view, at));
    if (this.#code === undefined) throw new Error('a code is missing');
    const bytes = this.#literals.subarray(0, length);
    if (form === 0) decodeHuffman(this.#code, new BackwardBits(this.#view, at, end), bytes);
    else this.#decodeFourStreams(this.#code, bytes, [at, end]);
    return { bytes, end };
  }

  #decodeFourStreams(code: HuffmanTable, bytes: Buffer, [start, end]: readonly [number, number]): void {
    const quarter = (bytes.length + 3) >> 2;
    let at = start + 6;
    for (let stream = 0; stream < 4; stream += 1) {
      const next = stream === 3 ? end : at + this.#block.readUInt16LE(start + 2 * stream);
      if (next > end) throw new Error('a block has fewer literals than it says');
      const target = bytes.subarray(stream * quarter, stream === 3 ? bytes.length : (stream + 1) * quarter);
      decodeHuffman(code, new BackwardBits(this.#view, at, next), target);
      at = next;
    }
  }
}
