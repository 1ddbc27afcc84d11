import type { TextSource } from './blocks.ts';
import { lastLineEnd } from './lines.ts';

const sampleBytes = 1024 * 1024;

/** A text that passes by once, whose beginning can be looked at first. */
export class TextStream implements TextSource {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #onText: ((bytes: Buffer) => void) | undefined;
  #pending: Buffer = Buffer.alloc(0);
  #offset = 0;
  #isEnded = false;

  /** @param onText sees every byte of the text once, in order */
  constructor(chunks: AsyncIterable<Buffer>, onText?: (bytes: Buffer) => void) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#onText = onText;
  }

  /** The first bytes (at most 1 MiB, whole lines where there are any), without consuming them. */
  async sample(): Promise<Buffer> {
    await this.#fill(sampleBytes + 1);
    if (this.#pending.length <= sampleBytes) return this.#pending;
    const sample = this.#pending.subarray(0, sampleBytes);
    const cut = lastLineEnd(sample);
    return cut > 0 ? sample.subarray(0, cut) : sample;
  }

  /** Bytes that were consumed. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether the text continues after `bytes` bytes. */
  async hasMore(bytes: number): Promise<boolean> {
    await this.#fill(bytes + 1);
    return this.#pending.length > bytes;
  }

  /** Drops bytes from the front: a byte order mark, a header. */
  async drop(bytes: number): Promise<void> {
    await this.#fill(bytes);
    this.#consume(bytes);
  }

  async read(target: Uint8Array, at: number, length: number): Promise<number> {
    await this.#fill(1);
    const bytes = this.#pending.subarray(0, length);
    target.set(bytes, at);
    this.#consume(bytes.length);
    return bytes.length;
  }

  #consume(bytes: number): void {
    this.#offset += bytes;
    // What is left of a buffer, be it nothing, keeps the whole of it in memory.
    this.#pending = bytes >= this.#pending.length ? Buffer.alloc(0) : this.#pending.subarray(bytes);
  }

  async #fill(length: number): Promise<void> {
    if (this.#isEnded || this.#pending.length >= length) return;
    const parts = this.#pending.length === 0 ? [] : [this.#pending];
    let total = this.#pending.length;
    while (total < length) {
      const next = await this.#chunks.next();
      if (next.done === true) {
        this.#isEnded = true;
        break;
      }
      this.#onText?.(next.value);
      parts.push(next.value);
      total += next.value.length;
    }
    this.#pending = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }
}
