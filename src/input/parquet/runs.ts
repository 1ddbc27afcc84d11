/** Numbers as runs of one value and groups of packed bits: the definition levels and dictionary ids of a page. */
export class Runs {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #width: number;
  #at: number;
  /** Values of the current run that were not taken. */
  #left = 0;
  #value = 0;
  #isPacked = false;
  /** Of a packed run, the next bit after its beginning. */
  #bit = 0;
  #packedAt = 0;

  /** @param width bits of a number */
  constructor(bytes: Buffer, from: number, to: number, width: number) {
    if (width > 32) throw new Error(`numbers of ${String(width)} bits`);
    this.#bytes = bytes;
    this.#at = from;
    this.#end = Math.min(to, bytes.length);
    this.#width = width;
  }

  /**
   * Writes the next numbers into the beginning of an array.
   *
   * @throws Error when they end before
   */
  read(target: Int32Array | Uint8Array, count: number): void {
    if (this.#width === 0) {
      target.fill(0, 0, count);
      return;
    }
    for (let filled = 0; filled < count;) {
      while (this.#left === 0) this.#begin();
      const taken = Math.min(this.#left, count - filled);
      if (this.#isPacked) this.#unpack(target, filled, filled + taken);
      else target.fill(this.#value, filled, filled + taken);
      this.#left -= taken;
      filled += taken;
    }
  }

  #begin(): void {
    const head = this.#varint();
    this.#isPacked = head % 2 === 1;
    if (this.#isPacked) {
      const bytes = Math.min(Math.floor(head / 2) * this.#width, this.#end - this.#at);
      this.#packedAt = this.#at;
      this.#bit = 0;
      // Some writers leave out the zeros that fill the last group.
      this.#left = Math.floor((bytes * 8) / this.#width);
      this.#at += bytes;
    } else {
      this.#left = Math.floor(head / 2);
      this.#value = 0;
      for (let shift = 0; shift < this.#width; shift += 8) this.#value |= this.#byte() << shift;
    }
  }

  #unpack(target: Int32Array | Uint8Array, from: number, to: number): void {
    const width = this.#width;
    const mask = width === 32 ? -1 : (1 << width) - 1;
    for (let index = from; index < to; index += 1) {
      const at = this.#packedAt + (this.#bit >>> 3);
      const shift = this.#bit & 7;
      let word = this.#word(at) >>> shift;
      if (shift + width > 32) word |= (this.#bytes[at + 4] ?? 0) << (32 - shift);
      target[index] = word & mask;
      this.#bit += width;
    }
  }

  #word(at: number): number {
    const bytes = this.#bytes;
    return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 35; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new Error('a run does not end');
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new Error('a page has fewer values than it says');
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
}
