/** Where a record is: the event with which its call began, and its place in the call. */
export type Visit = (call: number, record: number) => void;

/** Words of an entry: first and last 32 bits of its hash, call, record. Side by side, so that one look at memory finds them. */
const entryWords = 4;

/** Entries of one relation, by hash. Holds 16 bytes for each, and 8 more where entries are sought. */
export class HashTable {
  #words = new Uint32Array(1024 * entryWords);
  /** The next entry with the same slot, from 1; of the entries that were there when something was last sought. */
  #next = new Uint32Array(0);
  #slots = new Uint32Array(0);
  #linked = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(high: number, low: number, call: number, record: number): void {
    const at = this.#length * entryWords;
    if (at === this.#words.length) this.#grow();
    const words = this.#words;
    words[at] = high;
    words[at + 1] = low;
    words[at + 2] = call;
    words[at + 3] = record;
    this.#length += 1;
  }

  has(high: number, low: number): boolean {
    return this.#from(this.#firstOf(high), high, low) >= 0;
  }

  /** Visits the entries with a hash, the last one first. */
  find(high: number, low: number, visit: Visit): void {
    let place = this.#from(this.#firstOf(high), high, low);
    while (place >= 0) {
      visit(this.#words[place * entryWords + 2] ?? 0, this.#words[place * entryWords + 3] ?? 0);
      place = this.#from((this.#next[place] ?? 0) - 1, high, low);
    }
  }

  /** The entries in the order of hash, call and record. */
  sorted(): SortedEntries {
    const length = this.#length;
    const words = this.#words.slice(0, length * entryWords);
    const other = new Uint32Array(words.length);
    distribute(words, other, 0);
    distribute(other, words, 16);
    orderNeighbours(words);
    return new SortedEntries(words);
  }

  /** The first entry of the slot of a hash; -1 where there is none. */
  #firstOf(high: number): number {
    if (this.#linked < this.#length) this.#link();
    return this.#length === 0 ? -1 : (this.#slots[high & (this.#slots.length - 1)] ?? 0) - 1;
  }

  /** The next entry with a hash among those of its slot, from an entry on; -1 where there is none. */
  #from(entry: number, high: number, low: number): number {
    const words = this.#words;
    let place = entry;
    while (place >= 0 && (words[place * entryWords] !== high || words[place * entryWords + 1] !== low)) {
      place = (this.#next[place] ?? 0) - 1;
    }
    return place;
  }

  #link(): void {
    const room = this.#words.length / entryWords;
    if (this.#slots.length < room) {
      this.#next = new Uint32Array(room);
      this.#slots = new Uint32Array(room);
      this.#linked = 0;
    }
    for (let place = this.#linked; place < this.#length; place += 1) {
      const slot = (this.#words[place * entryWords] ?? 0) & (this.#slots.length - 1);
      this.#next[place] = this.#slots[slot] ?? 0;
      this.#slots[slot] = place + 1;
    }
    this.#linked = this.#length;
  }

  #grow(): void {
    const grown = new Uint32Array(this.#words.length * 2);
    grown.set(this.#words);
    this.#words = grown;
  }
}

/** Entries of one relation in the order of hash, call and record. */
export class SortedEntries {
  readonly length: number;
  readonly #words: Uint32Array;

  constructor(words: Uint32Array) {
    this.length = words.length / entryWords;
    this.#words = words;
  }

  high(place: number): number {
    return this.#words[place * entryWords] ?? 0;
  }

  low(place: number): number {
    return this.#words[place * entryWords + 1] ?? 0;
  }

  call(place: number): number {
    return this.#words[place * entryWords + 2] ?? 0;
  }

  record(place: number): number {
    return this.#words[place * entryWords + 3] ?? 0;
  }
}

/** Copies entries in the order of 16 bits of the first part of their hashes; those with the same ones stay in their order. */
function distribute(words: Uint32Array, to: Uint32Array, shift: number): void {
  const starts = new Uint32Array(65_537);
  for (let at = 0; at < words.length; at += entryWords) {
    const digit = ((words[at] ?? 0) >>> shift) & 0xffff;
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
  }
  for (let digit = 0; digit < 65_536; digit += 1) starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0);
  for (let at = 0; at < words.length; at += entryWords) {
    const digit = ((words[at] ?? 0) >>> shift) & 0xffff;
    const place = starts[digit] ?? 0;
    copyEntry(words, at, to, place * entryWords);
    starts[digit] = place + 1;
  }
}

/** Orders what only has the first part of the hash in common: few are next to each other in the wrong order. */
function orderNeighbours(words: Uint32Array): void {
  const moved = new Uint32Array(entryWords);
  for (let end = entryWords; end < words.length; end += entryWords) {
    let at = end;
    if (compareEntries(words, at - entryWords, words, at) <= 0) continue;
    copyEntry(words, at, moved, 0);
    for (; at > 0 && compareEntries(words, at - entryWords, moved, 0) > 0; at -= entryWords) {
      copyEntry(words, at - entryWords, words, at);
    }
    copyEntry(moved, 0, words, at);
  }
}

function compareEntries(a: Uint32Array, atA: number, b: Uint32Array, atB: number): number {
  for (let word = 0; word < entryWords; word += 1) {
    const difference = (a[atA + word] ?? 0) - (b[atB + word] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function copyEntry(from: Uint32Array, at: number, to: Uint32Array, atTo: number): void {
  to[atTo] = from[at] ?? 0;
  to[atTo + 1] = from[at + 1] ?? 0;
  to[atTo + 2] = from[at + 2] ?? 0;
  to[atTo + 3] = from[at + 3] ?? 0;
}
