/** Types of the compact protocol of Thrift that a Parquet file has. */
const Type = { stop: 0, true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 };

/** No structure of a Parquet file is deeper. */
const mostDepth = 16;

/**
 * Finds where a Thrift structure ends, so that it may be read: hyparquet makes arrays of the lengths that a file claims,
 * whether or not they are there.
 *
 * @returns the place after the structure; `undefined` where the bytes end before
 * @throws Error when it is none
 */
export function endOfStruct(bytes: Uint8Array, start: number): number | undefined {
  const walk = new Walk(bytes, start);
  walk.struct(0);
  return walk.at > bytes.length ? undefined : walk.at;
}

class Walk {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  struct(depth: number): void {
    if (depth > mostDepth) throw new Error('a structure is too deep');
    while (this.at < this.#bytes.length) {
      const head = this.#byte();
      const type = head & 0x0f;
      if (type === Type.stop) return;
      if (head >> 4 === 0) this.#varint();
      if (type !== Type.true && type !== Type.false) this.#value(type, depth);
    }
    this.#pastEnd();
  }

  #value(type: number, depth: number): void {
    switch (type) {
      case Type.byte:
      case Type.true:
      case Type.false:
        this.at += 1;
        break;
      case Type.i16:
      case Type.i32:
      case Type.i64:
        this.#varint();
        break;
      case Type.double:
        this.at += 8;
        break;
      case Type.binary: {
        const length = this.#varint();
        this.at += length;
        break;
      }
      case Type.list:
        this.#list(depth);
        break;
      case Type.struct:
        this.struct(depth + 1);
        break;
      default:
        throw new Error(`there is no type ${String(type)} of values`);
    }
  }

  /** Each element takes a byte at least. */
  #list(depth: number): void {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    if (size > this.#bytes.length - this.at) this.#pastEnd();
    for (let left = size; left > 0 && this.at < this.#bytes.length; left -= 1) this.#value(head & 0x0f, depth + 1);
  }

  #pastEnd(): void {
    this.at = this.#bytes.length + 1;
  }

  #byte(): number {
    const byte = this.#bytes[this.at] ?? 0;
    this.at += 1;
    return byte;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new Error('a number does not end');
  }
}
