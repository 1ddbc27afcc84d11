import type { Chunk, ValidRow } from '../destinations/destination.ts';

export interface ChunkLimits {
  readonly records: number;
  readonly bytes: number;
  readonly continueOnError: boolean;
}

/** No body may be larger, whatever the number of its records. */
export const maxChunkBytes = 8 * 1024 * 1024;

const comma = Buffer.from(',');

/** Collects valid rows into chunks, which are as large as the limits let them be. */
export class ChunkBuilder {
  readonly #limits: ChunkLimits;
  readonly #head = Buffer.from('{"records":[');
  readonly #tail: Buffer;
  #rows: ValidRow[] = [];
  #bytes: number;
  #next = 0;

  constructor(limits: ChunkLimits) {
    this.#limits = limits;
    this.#tail = Buffer.from(`],"options":{"continue_on_error":${String(limits.continueOnError)}}}`);
    this.#bytes = this.#envelopeBytes;
  }

  /** The same chunks come of the same rows, whether they stop at an error or not: `false` is one byte longer. */
  get #mostBytes(): number {
    return this.#limits.bytes - (this.#limits.continueOnError ? 1 : 0);
  }

  get #envelopeBytes(): number {
    return this.#head.length + this.#tail.length;
  }

  /** Adds a row; returns the chunk that was full before it, if one was. */
  add(row: ValidRow): Chunk | undefined {
    const isFull =
      this.#rows.length === this.#limits.records ||
      (this.#rows.length > 0 && this.#bytes + row.json.length + comma.length > this.#mostBytes);
    const full = isFull ? this.flush() : undefined;
    this.#bytes += row.json.length + (this.#rows.length > 0 ? comma.length : 0);
    this.#rows.push(row);
    return full;
  }

  /** The chunk of the rows that are left, if any are. */
  flush(): Chunk | undefined {
    if (this.#rows.length === 0) return undefined;
    const rows = this.#rows;
    const chunk: Chunk = {
      index: this.#next,
      rows,
      bodyBytes: this.#bytes,
      bodyOf: (some) => this.#assemble(some),
    };
    this.#next += 1;
    this.#rows = [];
    this.#bytes = this.#envelopeBytes;
    return chunk;
  }

  #assemble(rows: readonly ValidRow[]): Buffer {
    const parts: Buffer[] = [this.#head];
    for (const [index, { json }] of rows.entries()) {
      if (index > 0) parts.push(comma);
      parts.push(json);
    }
    parts.push(this.#tail);
    return Buffer.concat(parts);
  }
}
