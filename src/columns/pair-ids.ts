/** Numbers pairs of whole numbers from 0 on, each pair once, in the order in which they come. */
export class PairIds {
  /** Quadruples: the first number plus 1 (0 where free), the second, the number of the pair. */
  #slots = new Int32Array(64 * 4);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The number of a pair of numbers from 0 on; a new pair has the number that `size` was. */
  idOf(a: number, b: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = place(a, b, mask); ; slot = (slot + 4) & mask) {
      const found = slots[slot] ?? 0;
      if (found === 0) return this.#add(a, b);
      if (found === a + 1 && slots[slot + 1] === b) return slots[slot + 2] ?? 0;
    }
  }

  clear(): void {
    this.#slots = new Int32Array(64 * 4);
    this.#size = 0;
  }

  #add(a: number, b: number): number {
    const id = this.#size;
    this.#size += 1;
    if (this.#size * 8 > this.#slots.length) {
      const old = this.#slots;
      this.#slots = new Int32Array(old.length * 2);
      for (let slot = 0; slot < old.length; slot += 4) {
        const first = old[slot] ?? 0;
        if (first !== 0) this.#insert(first - 1, old[slot + 1] ?? 0, old[slot + 2] ?? 0);
      }
    }
    this.#insert(a, b, id);
    return id;
  }

  #insert(a: number, b: number, id: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = place(a, b, mask);
    while (slots[slot] !== 0) slot = (slot + 4) & mask;
    slots[slot] = a + 1;
    slots[slot + 1] = b;
    slots[slot + 2] = id;
  }
}

function place(a: number, b: number, mask: number): number {
  const mixed = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) << 2) & mask;
}
