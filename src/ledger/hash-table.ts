/** Where a record is: the event with which its call began, and its place in the call. */
export type Visit = (call: number, record: number) => void;

/** Entries of one relation, by hash: first and last 32 bits. Holds about 24 bytes for each. */
export class HashTable {
  #high = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  #calls = new Uint32Array(1024);
  #records = new Uint16Array(1024);
  /** The next entry with the same slot, from 1. */
  #next = new Uint32Array(1024);
  #slots = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(high: number, low: number, call: number, record: number): void {
    const place = this.#length;
    if (place === this.#high.length) this.#grow();
    this.#high[place] = high;
    this.#low[place] = low;
    this.#calls[place] = call;
    this.#records[place] = record;
    this.#length += 1;
    this.#link(place);
  }

  /** Visits the entries with a hash, the last one first. */
  find(high: number, low: number, visit: Visit): void {
    let place = (this.#slots[high & (this.#slots.length - 1)] ?? 0) - 1;
    while (place >= 0) {
      if (this.#high[place] === high && this.#low[place] === low) {
        visit(this.#calls[place] ?? 0, this.#records[place] ?? 0);
      }
      place = (this.#next[place] ?? 0) - 1;
    }
  }

  /** The entries in the order of hash, call and record. */
  sorted(): SortedEntries {
    const length = this.#length;
    const high = this.#high;
    const low = this.#low;
    const calls = this.#calls;
    const records = this.#records;
    const order = byHash(high, length);
    // Only a few have the first 32 bits in common.
    for (let start = 0; start < length;) {
      let end = start + 1;
      while (end < length && high[order[end] ?? 0] === high[order[start] ?? 0]) end += 1;
      if (end - start > 1) {
        order
          .subarray(start, end)
          .sort(
            (a, b) =>
              (low[a] ?? 0) - (low[b] ?? 0) ||
              (calls[a] ?? 0) - (calls[b] ?? 0) ||
              (records[a] ?? 0) - (records[b] ?? 0),
          );
      }
      start = end;
    }
    const sorted = {
      high: new Uint32Array(length),
      low: new Uint32Array(length),
      calls: new Uint32Array(length),
      records: new Uint16Array(length),
      length,
    };
    for (let place = 0; place < length; place += 1) {
      const from = order[place] ?? 0;
      sorted.high[place] = high[from] ?? 0;
      sorted.low[place] = low[from] ?? 0;
      sorted.calls[place] = calls[from] ?? 0;
      sorted.records[place] = records[from] ?? 0;
    }
    return sorted;
  }

  #link(place: number): void {
    const slot = (this.#high[place] ?? 0) & (this.#slots.length - 1);
    this.#next[place] = this.#slots[slot] ?? 0;
    this.#slots[slot] = place + 1;
  }

  #grow(): void {
    const size = this.#high.length * 2;
    const grown = <T extends Uint32Array | Uint16Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#high = grown(this.#high, new Uint32Array(size));
    this.#low = grown(this.#low, new Uint32Array(size));
    this.#calls = grown(this.#calls, new Uint32Array(size));
    this.#records = grown(this.#records, new Uint16Array(size));
    this.#next = new Uint32Array(size);
    this.#slots = new Uint32Array(size);
    for (let place = 0; place < this.#length; place += 1) this.#link(place);
  }
}

/** Entries of one relation in the order of hash, call and record. */
export interface SortedEntries {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly calls: Uint32Array;
  readonly records: Uint16Array;
  readonly length: number;
}

/** Places in the order of a number of 32 bits: by its lower half, then, keeping that order, by its upper half. */
function byHash(high: Uint32Array, length: number): Uint32Array {
  let order = Uint32Array.from({ length }, (_, place) => place);
  let other = new Uint32Array(length);
  for (const shift of [0, 16]) {
    const starts = new Uint32Array(65_537);
    for (let place = 0; place < length; place += 1) {
      const digit = ((high[place] ?? 0) >>> shift) & 0xffff;
      starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
    }
    for (let digit = 0; digit < 65_536; digit += 1) starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0);
    for (const place of order) {
      const digit = ((high[place] ?? 0) >>> shift) & 0xffff;
      const to = starts[digit] ?? 0;
      other[to] = place;
      starts[digit] = to + 1;
    }
    [order, other] = [other, order];
  }
  return order;
}
