const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const comma = 0x2c;
const quote = 0x22;
const backslash = 0x5c;
const open: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const close: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Whether bytes begin a JSON array, after white space. */
export const isJsonArray = (bytes: Buffer): boolean => bytes.find((byte) => byte > space) === 0x5b;

/**
 * Writes the elements of a JSON array as JSON Lines, one a line, as they pass.
 *
 * An element is on the line on which it starts in the array, so that errors are reported where they are; elements that
 * share a line, as in an array without line ends, are counted on. What is not JSON passes through and is refused by the
 * reader of lines.
 */
export async function* arrayToLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const splitter = new ArraySplitter();
  for await (const chunk of chunks) yield splitter.push(chunk);
  yield splitter.end();
}

class ArraySplitter {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isInElement = false;
  /** Lines of the array, and of what was written. */
  #lineIn = 0;
  #lineOut = 0;
  #hasWritten = false;

  push(chunk: Buffer): Buffer {
    // Every byte is written at most once, and before an element the line ends that the array had since the last one.
    const out = Buffer.allocUnsafe(chunk.length * 2 + 2 + Math.max(0, this.#lineIn - this.#lineOut));
    let length = 0;
    const write = (byte: number): void => {
      out[length] = byte;
      length += 1;
      if (byte === newline) this.#lineOut += 1;
    };
    for (const byte of chunk) {
      if (byte === newline) this.#lineIn += 1;
      if (this.#isInString) {
        write(byte === newline || byte === carriageReturn ? space : byte);
        this.#stepInString(byte);
      } else if (this.#depth === 0) {
        if (byte === 0x5b) this.#depth = 1;
      } else if (this.#depth === 1 && (byte === comma || close.has(byte))) {
        this.#isInElement = false;
        if (close.has(byte)) this.#depth = 0;
      } else if (byte === newline || byte === carriageReturn) {
        if (this.#isInElement) write(space);
      } else if (this.#isInElement || byte > space) {
        if (!this.#isInElement) this.#startElement(write);
        write(byte);
        this.#step(byte);
      }
    }
    return out.subarray(0, length);
  }

  end(): Buffer {
    return Buffer.from('\n');
  }

  #startElement(write: (byte: number) => void): void {
    this.#isInElement = true;
    if (this.#hasWritten) write(newline);
    this.#hasWritten = true;
    while (this.#lineOut < this.#lineIn) write(newline);
  }

  #step(byte: number): void {
    if (byte === quote) this.#isInString = true;
    else if (open.has(byte)) this.#depth += 1;
    else if (close.has(byte)) this.#depth -= 1;
  }

  #stepInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) this.#isInString = false;
  }
}
