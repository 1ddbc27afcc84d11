/** Bytes after those of a block that may be read, and do not matter. */
export const padding = 8;

/** Reads bits from the end of a range of bytes to its beginning, as entropy coders write them. */
export class BackwardBits {
  /** Bits that are left. */
  left: number;
  readonly #view: DataView;
  readonly #start: number;

  /** @throws Error when the range does not end in the bit that ends it */
  constructor(view: DataView, start: number, end: number) {
    const last = end > start ? view.getUint8(end - 1) : 0;
    if (last === 0) throw new Error('a stream of bits has no end');
    this.#view = view;
    this.#start = start;
    this.left = (end - start) * 8 - Math.clz32(last) + 23;
  }

  /**
   * The next bits, 25 at most.
   *
   * @throws Error when there are fewer
   */
  read(count: number): number {
    const from = this.left - count;
    if (from < 0) throw new Error('a stream of bits is too short');
    this.left = from;
    return (this.#view.getUint32(this.#start + (from >> 3), true) >>> (from & 7)) & ((1 << count) - 1);
  }

  /** The next bits, which are not taken; zeros where there are fewer. */
  peek(count: number): number {
    const from = this.left - count;
    if (from >= 0) return (this.#view.getUint32(this.#start + (from >> 3), true) >>> (from & 7)) & ((1 << count) - 1);
    return (this.#view.getUint32(this.#start, true) & ((1 << this.left) - 1)) << -from;
  }
}
