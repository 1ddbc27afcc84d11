import { closeSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { HashTable, SortedEntries, Visit } from './hash-table.ts';
import { Damage, seal, unseal } from './seal.ts';

/** What records are known by, and the API's ids. */
export const relations = ['contents', 'keys', 'cells', 'movements', 'ids'] as const;
export type Relation = (typeof relations)[number];

/** How much of the ledger an index holds. */
export interface Coverage {
  /** The last event. */
  readonly event: number;
  /** Records of the calls until then. */
  readonly records: number;
}

interface Part {
  readonly firstBlock: number;
  readonly blocks: number;
}

type Footer = Coverage & { readonly parts: Readonly<Record<Relation, Part>> };

/** What is in memory of the blocks of a relation. */
interface Fence {
  /** First hash of each block. */
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Of each block, which hashes it may have: three bits for each are set. */
  readonly filters: Uint32Array;
}

type Fences = Readonly<Record<Relation, Fence>>;

/** Words of a block's filter: 5.3 bits an entry let 8 % of what is not there pass. */
const filterWords = 12;
const filterBits = filterWords * 32;

/** The three bits of a filter that belong to a hash. */
const bitOf = (low: number, round: number): number => (((low >>> (round * 10)) & 0x3ff) * filterBits) >>> 10;

/** A block: columns of entries, its number, the count of entries, unused, CRC-32 of all before. Bytes of the entry are 14. */
const blockBytes = 1024;
const entriesOfBlock = 72;
const numberAt = 1008;
const countAt = 1012;
const checksumAt = 1020;
/** After everything: length of the footer, and CRC-32 of that length. */
const endBytes = 8;

class Block {
  readonly bytes = Buffer.from(new ArrayBuffer(blockBytes));
  readonly high = new Uint32Array(this.bytes.buffer, 0, entriesOfBlock);
  readonly low = new Uint32Array(this.bytes.buffer, 288, entriesOfBlock);
  readonly calls = new Uint32Array(this.bytes.buffer, 576, entriesOfBlock);
  readonly records = new Uint16Array(this.bytes.buffer, 864, entriesOfBlock);

  get count(): number {
    return this.bytes.readUInt32LE(countAt);
  }

  seal(number: number, count: number): void {
    this.bytes.writeUInt32LE(number, numberAt);
    this.bytes.writeUInt32LE(count, countAt);
    this.bytes.writeUInt32LE(crc32(this.bytes.subarray(0, checksumAt)), checksumAt);
  }

  verify(number: number): void {
    const isWhole =
      crc32(this.bytes.subarray(0, checksumAt)) === this.bytes.readUInt32LE(checksumAt) &&
      this.bytes.readUInt32LE(numberAt) === number &&
      this.count <= entriesOfBlock;
    if (!isWhole) throw new Damage(`block ${String(number)} of the index is damaged`);
  }
}

/**
 * The entries of known records in the order of their hashes: a file that is written once, in one pass, and asked by reading the one
 * block in which a hash must be. In memory is the first hash of each block, and a filter that tells most of what is not there: 4 bytes a
 * record.
 */
export class IndexFile {
  readonly coverage: Coverage;
  readonly #file: number;
  readonly #parts: Footer['parts'];
  /** First hashes of blocks, by relation: high and low. */
  readonly #fences: Fences;
  readonly #block = new Block();
  #loaded = -1;

  /** @param name of the file, which is part of what is verified */
  static open(path: string, name: string): IndexFile {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch {
      throw new Damage(`the index ${name} is missing`);
    }
    try {
      return new IndexFile(file, statSync(path).size, name);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  private constructor(file: number, size: number, name: string) {
    this.#file = file;
    const end = readAt(file, size - endBytes, endBytes);
    const length = end.readUInt32LE(0);
    if (crc32(end.subarray(0, 4)) !== end.readUInt32LE(4)) throw new Damage(`the index ${name} is cut`);
    const { facts, sections } = unseal<Footer>(name, readAt(file, size - endBytes - length, length));
    this.coverage = { event: facts.event, records: facts.records };
    this.#parts = facts.parts;
    const fences = relations.map((relation, place) => {
      const bytes = sections[place] ?? Buffer.alloc(0);
      const { blocks } = facts.parts[relation];
      const words = new Uint32Array(bytes.buffer, bytes.byteOffset, (2 + filterWords) * blocks);
      const fence: Fence = {
        high: words.subarray(0, blocks),
        low: words.subarray(blocks, 2 * blocks),
        filters: words.subarray(2 * blocks),
      };
      return [relation, fence];
    });
    this.#fences = Object.fromEntries(fences) as Fences;
  }

  isEmpty(relation: Relation): boolean {
    return this.#parts[relation].blocks === 0;
  }

  /** Whether the filters let a hash pass: what is in the file passes, and some of what is not. */
  mayHave(relation: Relation, high: number, low: number): boolean {
    const { filters } = this.#fences[relation];
    const { blocks } = this.#parts[relation];
    for (let block = this.#firstBlock(relation, high, low); block < blocks; block += 1) {
      if (this.#compareFirst(relation, block, high, low) > 0) return false;
      if (passes(filters, block, low)) return true;
    }
    return false;
  }

  /** Visits the entries with a hash, in the order of call and record. Hashes that are asked in their order find blocks read. */
  find(relation: Relation, high: number, low: number, visit: Visit): void {
    const { filters } = this.#fences[relation];
    const { firstBlock, blocks } = this.#parts[relation];
    for (let block = this.#firstBlock(relation, high, low); block < blocks; block += 1) {
      if (this.#compareFirst(relation, block, high, low) > 0) return;
      if (!passes(filters, block, low)) continue;
      const { high: highs, low: lows, calls, records, count } = this.#load(firstBlock + block);
      let place = lowerBound(count, (at) => (highs[at] ?? 0) - high || (lows[at] ?? 0) - low);
      for (; place < count && highs[place] === high && lows[place] === low; place += 1) {
        visit(calls[place] ?? 0, records[place] ?? 0);
      }
      if (place < count) return;
    }
  }

  /** All entries of a relation, block by block; a block is valid until the next one. */
  *blocks(relation: Relation): Generator<Block> {
    const { firstBlock, blocks } = this.#parts[relation];
    for (let block = 0; block < blocks; block += 1) yield this.#load(firstBlock + block);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The last block that begins before a hash: where one begins with the hash, the one before may end with it. */
  #firstBlock(relation: Relation, high: number, low: number): number {
    let from = 0;
    let to = this.#parts[relation].blocks;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#compareFirst(relation, middle, high, low) < 0) from = middle + 1;
      else to = middle;
    }
    return Math.max(0, from - 1);
  }

  #compareFirst(relation: Relation, block: number, high: number, low: number): number {
    const fence = this.#fences[relation];
    return (fence.high[block] ?? 0) - high || (fence.low[block] ?? 0) - low;
  }

  #load(number: number): Block {
    if (this.#loaded === number) return this.#block;
    this.#loaded = -1;
    const bytes = readSync(this.#file, this.#block.bytes, 0, blockBytes, number * blockBytes);
    if (bytes < blockBytes) throw new Damage('the index is cut');
    this.#block.verify(number);
    this.#loaded = number;
    return this.#block;
  }
}

/**
 * Writes an index that holds all of an earlier one and more.
 *
 * @param name of the file, which is part of what is verified
 */
export function writeIndex(
  path: string,
  name: string,
  earlier: IndexFile | undefined,
  added: Readonly<Record<Relation, HashTable>>,
  coverage: Coverage,
): void {
  const writer = new IndexWriter(path);
  try {
    const parts: [Relation, Part][] = [];
    const fences: Uint8Array[] = [];
    for (const relation of relations) {
      const { part, fence } = writer.write(merged(earlier?.blocks(relation), added[relation].sorted()));
      parts.push([relation, part]);
      fences.push(fence);
    }
    writer.end(seal(name, { ...coverage, parts: Object.fromEntries(parts) }, fences));
  } finally {
    writer.close();
  }
}

/** An entry at a time: an object for each would take several times as long. */
type Put = (high: number, low: number, call: number, record: number) => void;

/** Calls back with the entries of both in one order, and with those that are in both once. */
function merged(earlier: Generator<Block> | undefined, added: SortedEntries): (put: Put) => void {
  return (put) => {
    let at = 0;
    const putAdded = (): void => {
      put(added.high(at), added.low(at), added.call(at), added.record(at));
      at += 1;
    };
    for (const { high, low, calls, records, count } of earlier ?? []) {
      for (let place = 0; place < count; place += 1) {
        const compare = (): number =>
          at >= added.length
            ? 1
            : added.high(at) - (high[place] ?? 0) ||
              added.low(at) - (low[place] ?? 0) ||
              added.call(at) - (calls[place] ?? 0) ||
              added.record(at) - (records[place] ?? 0);
        while (compare() < 0) putAdded();
        if (compare() === 0) at += 1;
        put(high[place] ?? 0, low[place] ?? 0, calls[place] ?? 0, records[place] ?? 0);
      }
    }
    while (at < added.length) putAdded();
  };
}

const bufferedBlocks = 1024;

class IndexWriter {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(bufferedBlocks * blockBytes);
  #buffered = 0;
  #blocks = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'wx', 0o600);
  }

  write(entries: (put: Put) => void): { readonly part: Part; readonly fence: Uint8Array } {
    const firstBlock = this.#blocks;
    const block = new Block();
    const high: number[] = [];
    const low: number[] = [];
    const filters: number[] = [];
    let count = 0;
    const flush = (): void => {
      if (count === 0) return;
      high.push(block.high[0] ?? 0);
      low.push(block.low[0] ?? 0);
      filters.push(...filterOf(block.low.subarray(0, count)));
      block.seal(this.#blocks, count);
      this.#add(block.bytes);
      count = 0;
    };
    entries((entryHigh, entryLow, call, record) => {
      block.high[count] = entryHigh;
      block.low[count] = entryLow;
      block.calls[count] = call;
      block.records[count] = record;
      count += 1;
      if (count === entriesOfBlock) flush();
    });
    flush();
    const fence = new Uint8Array(Uint32Array.from([...high, ...low, ...filters]).buffer);
    return { part: { firstBlock, blocks: this.#blocks - firstBlock }, fence };
  }

  end(footer: Buffer): void {
    this.#flush();
    const end = Buffer.alloc(endBytes);
    end.writeUInt32LE(footer.length);
    end.writeUInt32LE(crc32(end.subarray(0, 4)), 4);
    writeAll(this.#file, Buffer.concat([footer, end]));
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  #add(bytes: Buffer): void {
    bytes.copy(this.#buffer, this.#buffered);
    this.#buffered += blockBytes;
    this.#blocks += 1;
    if (this.#buffered === this.#buffer.length) this.#flush();
  }

  #flush(): void {
    writeAll(this.#file, this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

/** Bytes of a file; fewer where it is shorter. */
function readAt(file: number, position: number, length: number): Buffer {
  if (position < 0) throw new Damage('the index is cut');
  const bytes = Buffer.from(new ArrayBuffer(length));
  if (readSync(file, bytes, 0, length, position) < length) throw new Damage('the index is cut');
  return bytes;
}

function filterOf(lows: Uint32Array): Uint32Array {
  const filter = new Uint32Array(filterWords);
  for (const low of lows) {
    for (let round = 0; round < 3; round += 1) {
      const bit = bitOf(low, round);
      filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }
  return filter;
}

function passes(filters: Uint32Array, block: number, low: number): boolean {
  for (let round = 0; round < 3; round += 1) {
    const bit = bitOf(low, round);
    if (((filters[block * filterWords + (bit >>> 5)] ?? 0) & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}

/** The first place for which a comparison with what is sought is not below zero. */
function lowerBound(length: number, compare: (place: number) => number): number {
  let from = 0;
  let to = length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(middle) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
