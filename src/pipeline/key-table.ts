/** Where the first row with a key is. */
export interface RowPlace {
  /** Index of the input. */
  readonly input: number;
  /** Byte offset in the text of the input. */
  readonly offset: number;
  readonly row: number;
  readonly line: number;
}

const partitionBits = 8;
const partitionCount = 1 << partitionBits;
const pageBits = 14;
const pageSize = 1 << pageBits;
const pageMask = pageSize - 1;

/** Columns of entries; a page never moves, so growth copies nothing. 22 bytes an entry. */
interface Page {
  readonly high: Int32Array;
  readonly offset: Float64Array;
  readonly input: Uint16Array;
  readonly row: Uint32Array;
  readonly line: Uint32Array;
}

const entryBytes = 22;

/**
 * A hash table of row places by 64-bit key hash, in typed arrays: about 35 bytes a key.
 *
 * A JavaScript Map or Set takes twice that and ends at 16,777,216 entries. The slots are split into 256 partitions, so that
 * one that grows rehashes only 1/256 of the keys. A slot holds the low half of the hash next to the entry, so that a look-up
 * reads one place in memory.
 *
 * Equal hashes do not prove equal keys: `find` gives one entry after the other, and the caller compares the rows.
 */
export class KeyTable {
  readonly #pages: Page[] = [];
  /** By partition: pairs of a low half and the number of its entry, counted from 1. */
  readonly #partitions: Int32Array[];
  readonly #used = new Int32Array(partitionCount);
  #size = 0;

  /** @param expected about how many keys there will be; too few costs time, too many memory */
  constructor(expected = 0) {
    const pairs = Math.max(16, 2 ** Math.ceil(Math.log2(expected / 0.7 / partitionCount)));
    // One piece of memory is there sooner than 256; they grow at about the same time, and it is free again.
    const slots = new Int32Array(partitionCount * pairs * 2);
    this.#partitions = Array.from({ length: partitionCount }, (_, partition) =>
      slots.subarray(partition * pairs * 2, (partition + 1) * pairs * 2),
    );
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes held in typed arrays. */
  get byteLength(): number {
    const slots = this.#partitions.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return slots + this.#pages.length * pageSize * entryBytes;
  }

  /** The entry with this hash that comes after another one, 0 for none; 0 where there is no more. */
  find(high: number, low: number, after = 0): number {
    const slots = this.#partitions[high >>> (32 - partitionBits)] as Int32Array;
    const mask = slots.length - 1;
    let isPast = after === 0;
    for (let slot = (low << 1) & mask; ; slot = (slot + 2) & mask) {
      const entry = slots[slot + 1] ?? 0;
      if (entry === 0) return 0;
      if (slots[slot] === low && isPast && this.#pageOf(entry).high[(entry - 1) & pageMask] === high) return entry;
      if (entry === after) isPast = true;
    }
  }

  placeOf(entry: number): RowPlace {
    const page = this.#pageOf(entry);
    const at = (entry - 1) & pageMask;
    return {
      input: page.input[at] ?? 0,
      offset: page.offset[at] ?? 0,
      row: page.row[at] ?? 0,
      line: page.line[at] ?? 0,
    };
  }

  /** The first entry with this hash; 0 where there was none, and the place was added. */
  findOrAdd(high: number, low: number, input: number, offset: number, row: number, line: number): number {
    const slots = this.#partitions[high >>> (32 - partitionBits)] as Int32Array;
    const mask = slots.length - 1;
    let slot = (low << 1) & mask;
    for (; ; slot = (slot + 2) & mask) {
      const entry = slots[slot + 1] ?? 0;
      if (entry === 0) break;
      if (slots[slot] === low && this.#pageOf(entry).high[(entry - 1) & pageMask] === high) return entry;
    }
    slots[slot] = low;
    slots[slot + 1] = this.#append(high, input, offset, row, line);
    this.#count(high, slots);
    return 0;
  }

  /** Adds a place to those that have the same hash. */
  add(high: number, low: number, input: number, offset: number, row: number, line: number): void {
    const slots = this.#partitions[high >>> (32 - partitionBits)] as Int32Array;
    insert(slots, low, this.#append(high, input, offset, row, line));
    this.#count(high, slots);
  }

  #append(high: number, input: number, offset: number, row: number, line: number): number {
    const at = this.#size & pageMask;
    if (at === 0) this.#pages.push(newPage());
    this.#size += 1;
    const page = this.#pageOf(this.#size);
    page.high[at] = high;
    page.offset[at] = offset;
    page.input[at] = input;
    page.row[at] = row;
    page.line[at] = line;
    return this.#size;
  }

  /** Makes room before a partition is three quarters full. */
  #count(high: number, slots: Int32Array): void {
    const partition = high >>> (32 - partitionBits);
    const used = (this.#used[partition] ?? 0) + 1;
    this.#used[partition] = used;
    if (used * 8 > slots.length * 3) this.#partitions[partition] = doubled(slots);
  }

  #pageOf(entry: number): Page {
    return this.#pages[(entry - 1) >>> pageBits] as Page;
  }
}

function doubled(slots: Int32Array): Int32Array {
  const larger = new Int32Array(slots.length * 2);
  for (let slot = 0; slot < slots.length; slot += 2) {
    const entry = slots[slot + 1] ?? 0;
    if (entry !== 0) insert(larger, slots[slot] ?? 0, entry);
  }
  return larger;
}

function insert(slots: Int32Array, low: number, entry: number): void {
  const mask = slots.length - 1;
  let slot = (low << 1) & mask;
  while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
  slots[slot] = low;
  slots[slot + 1] = entry;
}

const newPage = (): Page => ({
  high: new Int32Array(pageSize),
  offset: new Float64Array(pageSize),
  input: new Uint16Array(pageSize),
  row: new Uint32Array(pageSize),
  line: new Uint32Array(pageSize),
});
