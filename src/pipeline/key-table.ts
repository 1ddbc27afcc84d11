import type { KeyHash } from './key-hash.ts';

/** Where the first row with a key stands. */
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

/** Columns of entries; a page never moves, so growth copies nothing. 26 bytes an entry. */
interface Page {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly offset: Float64Array;
  readonly input: Uint16Array;
  readonly row: Uint32Array;
  readonly line: Uint32Array;
}

/**
 * A hash table of row places by 64-bit key hash, in typed arrays: about 35 bytes a key.
 *
 * A JavaScript Map or Set takes twice that and ends at 16,777,216 entries. The slots are split into 256 partitions, so
 * that one that grows rehashes only 1/256 of the keys.
 *
 * Equal hashes do not prove equal keys: `find` yields every place with the hash, and the caller compares the rows.
 */
export class KeyTable {
  readonly #pages: Page[] = [];
  readonly #partitions: Uint32Array[] = Array.from({ length: partitionCount }, () => new Uint32Array(16));
  readonly #used = new Uint32Array(partitionCount);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes held in typed arrays. */
  get byteLength(): number {
    const slots = this.#partitions.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return slots + this.#pages.length * pageSize * 26;
  }

  /** The places of all keys with this hash, oldest first. */
  find(hash: KeyHash): RowPlace[] {
    const slots = this.#slotsOf(hash);
    const mask = slots.length - 1;
    const found: RowPlace[] = [];
    for (let slot = hash.low & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0;
      if (entry === 0) return found;
      const page = this.#pageOf(entry - 1);
      const at = (entry - 1) & pageMask;
      if (page.high[at] === hash.high && page.low[at] === hash.low) {
        found.push({
          input: page.input[at] ?? 0,
          offset: page.offset[at] ?? 0,
          row: page.row[at] ?? 0,
          line: page.line[at] ?? 0,
        });
      }
    }
  }

  add(hash: KeyHash, place: RowPlace): void {
    const entry = this.#size;
    if ((entry & pageMask) === 0) this.#pages.push(newPage());
    const page = this.#pageOf(entry);
    const at = entry & pageMask;
    page.high[at] = hash.high;
    page.low[at] = hash.low;
    page.input[at] = place.input;
    page.offset[at] = place.offset;
    page.row[at] = place.row;
    page.line[at] = place.line;
    this.#size += 1;

    const partition = partitionOf(hash);
    const used = (this.#used[partition] ?? 0) + 1;
    this.#used[partition] = used;
    let slots = this.#slotsOf(hash);
    if (used * 4 > slots.length * 3) slots = this.#grow(partition);
    insert(slots, hash.low, entry + 1);
  }

  #slotsOf(hash: KeyHash): Uint32Array {
    return this.#partitions[partitionOf(hash)] as Uint32Array;
  }

  #pageOf(entry: number): Page {
    return this.#pages[entry >>> pageBits] as Page;
  }

  #grow(partition: number): Uint32Array {
    const old = this.#partitions[partition] as Uint32Array;
    const slots = new Uint32Array(old.length * 2);
    // Entries are numbered by age; rehashed in that order, equal hashes stay oldest first.
    for (const entry of old.filter((slot) => slot !== 0).toSorted()) {
      insert(slots, this.#pageOf(entry - 1).low[(entry - 1) & pageMask] ?? 0, entry);
    }
    this.#partitions[partition] = slots;
    return slots;
  }
}

const partitionOf = (hash: KeyHash): number => hash.high >>> (32 - partitionBits);

function insert(slots: Uint32Array, low: number, entry: number): void {
  const mask = slots.length - 1;
  let slot = low & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = entry;
}

const newPage = (): Page => ({
  high: new Uint32Array(pageSize),
  low: new Uint32Array(pageSize),
  offset: new Float64Array(pageSize),
  input: new Uint16Array(pageSize),
  row: new Uint32Array(pageSize),
  line: new Uint32Array(pageSize),
});
