import { mix } from './scan.ts';

/** Numbers tuples of 32-bit integers, each once, in the order in which they come. */
export class TupleIds {
  /** The tuple that is asked for. */
  readonly key: Int32Array;
  /** By slot: the number of a tuple plus 1; 0 where free. */
  #slots = new Int32Array(64);
  /** The tuples, one after the other. */
  #tuples: Int32Array;
  #size = 0;

  /** @param width integers of a tuple */
  constructor(width: number) {
    this.key = new Int32Array(width);
    this.#tuples = new Int32Array(32 * width);
  }

  get size(): number {
    return this.#size;
  }

  /** The number of `key`; a new tuple has the number that `size` was. */
  idOf(): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hashAt(this.key, 0, this.key.length) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] ?? 0;
      if (found === 0) return this.#add(slot);
      if (this.#isKey(found - 1)) return found - 1;
    }
  }

  clear(): void {
    this.#slots = new Int32Array(64);
    this.#size = 0;
  }

  #isKey(id: number): boolean {
    const { key } = this;
    const tuples = this.#tuples;
    for (let i = 0, at = id * key.length; i < key.length; i += 1, at += 1) if (tuples[at] !== key[i]) return false;
    return true;
  }

  #add(slot: number): number {
    const id = this.#size;
    const width = this.key.length;
    this.#size += 1;
    if (this.#size * width > this.#tuples.length) {
      const larger = new Int32Array(this.#tuples.length * 2);
      larger.set(this.#tuples);
      this.#tuples = larger;
    }
    this.#tuples.set(this.key, id * width);
    this.#slots[slot] = id + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    const width = this.key.length;
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; id += 1) {
      let slot = hashAt(this.#tuples, id * width, (id + 1) * width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

function hashAt(integers: Int32Array, from: number, to: number): number {
  let hash = 0;
  for (let i = from; i < to; i += 1) hash = mix(hash, integers[i] ?? 0);
  return hash;
}
