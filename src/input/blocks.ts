import { lastLineEnd, lineEnd } from './lines.ts';

/** The longest record that is read; a longer one is MALFORMED_ROW, so that no input can take the memory. */
export const maxRecordBytes = 1024 * 1024;

const blockBytes = 1024 * 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;

/** Whole lines of an input, ready for a row reader. */
export interface Block {
  readonly bytes: Buffer;
  /** Where the block starts in the text of its input. */
  readonly offset: number;
  /** Nothing follows. */
  readonly final: boolean;
  /**
   * The block is one line of more than `maxRecordBytes`, of which only the beginning was kept. The rest has been
   * skipped.
   */
  readonly oversized: boolean;
}

/**
 * Cuts a stream of bytes into blocks of about 1 MiB.
 *
 * A block ends after a line end, on the assumption that it is not inside quotes. The reader of a block
 * knows better: what it can't finish it gives back with `unread`, and the next block begins with it.
 */
export class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #onText: ((bytes: Buffer) => void) | undefined;
  #pending: Buffer = Buffer.alloc(0);
  #offset = 0;
  #ended = false;
  #unreadBytes = 0;

  /**
   * @param onText sees every byte of the text once, in order
   * @param offset where the chunks start in the text
   */
  constructor(chunks: AsyncIterable<Buffer>, onText?: (bytes: Buffer) => void, offset = 0) {
    this.#offset = offset;
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#onText = onText;
  }

  /** The first bytes of the text (at most 1 MiB, whole lines where there are any), without consuming them. */
  async sample(): Promise<Buffer> {
    await this.#fill(blockBytes + 1);
    if (this.#pending.length <= blockBytes) return this.#pending;
    const sample = this.#pending.subarray(0, blockBytes);
    const cut = lastLineEnd(sample);
    return cut > 0 ? sample.subarray(0, cut) : sample;
  }

  /** Where the next block starts. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether the text goes on after `bytes` bytes. */
  async hasMore(bytes: number): Promise<boolean> {
    await this.#fill(bytes + 1);
    return this.#pending.length > bytes;
  }

  /** Drops bytes from the front: a byte order mark, a header. */
  async drop(bytes: number): Promise<void> {
    await this.#fill(bytes);
    this.#skip(bytes);
  }

  /** The next block, `undefined` at the end of the input. */
  async next(): Promise<Block | undefined> {
    await this.#fill(this.#unreadBytes + blockBytes);
    this.#unreadBytes = 0;
    if (this.#pending.length === 0) {
      // What is left of a buffer, be it nothing, keeps the whole of it in memory.
      this.#pending = Buffer.alloc(0);
      return undefined;
    }
    if (this.#ended) return this.#take(this.#pending.length, true);
    const cut = lastLineEnd(this.#pending);
    return cut > 0 ? this.#take(cut, false) : this.#skipLine();
  }

  /** Gives back the end of the last block; the next one starts there and is longer. */
  unread(tail: Buffer): void {
    this.#unreadBytes = tail.length;
    this.#pending = Buffer.concat([tail, this.#pending]);
    this.#offset -= tail.length;
  }

  #skip(bytes: number): void {
    this.#pending = this.#pending.subarray(bytes);
    this.#offset += bytes;
  }

  #take(length: number, final: boolean): Block {
    const bytes = this.#pending.subarray(0, length);
    const block = { bytes, offset: this.#offset, final, oversized: false };
    this.#skip(length);
    return block;
  }

  async #skipLine(): Promise<Block> {
    const offset = this.#offset;
    const bytes = Buffer.from(this.#pending.subarray(0, 1024));
    await this.#dropLine();
    return { bytes, offset, final: this.#ended && this.#pending.length === 0, oversized: true };
  }

  /** Drops bytes up to the end of the line. */
  async #dropLine(): Promise<void> {
    while (this.#pending.length > 0) {
      const end = lineEnd(this.#pending, 0);
      const last = this.#pending[end - 1];
      if (last === newline || (last === carriageReturn && end < this.#pending.length)) {
        this.#skip(end);
        return;
      }
      // A CR at the very end may be half a CRLF: it stays until the byte behind it is there.
      this.#skip(last === carriageReturn ? end - 1 : end);
      await this.#fill(this.#pending.length + 1);
      if (this.#ended && this.#pending.length === 1 && this.#pending[0] === carriageReturn) this.#skip(1);
    }
  }

  async #fill(length: number): Promise<void> {
    if (this.#ended || this.#pending.length >= length) return;
    const parts = [this.#pending];
    let total = this.#pending.length;
    while (total < length) {
      const next = await this.#chunks.next();
      if (next.done === true) {
        this.#ended = true;
        break;
      }
      this.#onText?.(next.value);
      parts.push(next.value);
      total += next.value.length;
    }
    this.#pending = Buffer.concat(parts);
  }
}
