import type { Arena } from '../columns/arena.ts';
import type { Chunk } from '../destinations/destination.ts';

export interface ChunkLimits {
  readonly records: number;
  readonly bytes: number;
  readonly continueOnError: boolean;
}

/** No body may be larger, whatever the number of its records. */
export const maxChunkBytes = 8 * 1024 * 1024;

/** The row of a record. */
export interface RecordPlace {
  readonly input: number;
  readonly row: number;
  readonly line: number;
}

const head = '{"records":[';
const comma = 0x2c;

/** Decides which records are sent together: as many as the limits let be, in their order. */
export class ChunkSizes {
  readonly #limits: ChunkLimits;
  readonly #envelope: number;
  #records = 0;
  #bytes: number;

  constructor(limits: ChunkLimits) {
    this.#limits = limits;
    this.#envelope = head.length + tailOf(limits).length;
    this.#bytes = this.#envelope;
  }

  /** Adds a record; returns whether the chunk was full before it, so that it begins the next. */
  add(bytes: number): boolean {
    const { records, continueOnError } = this.#limits;
    // The same chunks come of the same rows, whether they stop at an error or not: `false` is one byte longer.
    const most = this.#limits.bytes - (continueOnError ? 1 : 0);
    const isFull = this.#records === records || (this.#records > 0 && this.#bytes + bytes + 1 > most);
    if (isFull) this.clear();
    this.#bytes += bytes + (this.#records > 0 ? 1 : 0);
    this.#records += 1;
    return isFull;
  }

  get isEmpty(): boolean {
    return this.#records === 0;
  }

  clear(): void {
    this.#records = 0;
    this.#bytes = this.#envelope;
  }
}

const tailOf = ({ continueOnError }: ChunkLimits): string =>
  `],"options":{"continue_on_error":${String(continueOnError)}}}`;

/** Collects the JSON texts of records into request bodies. */
export class ChunkBuilder {
  readonly #arena: Arena;
  readonly #sizes: ChunkSizes;
  readonly #tail: Buffer;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #inputs: Uint16Array;
  readonly #rows: Uint32Array;
  readonly #lines: Uint32Array;
  #body = Buffer.alloc(64 * 1024);
  #end = 0;
  #records = 0;
  #next = 0;

  constructor(arena: Arena, limits: ChunkLimits) {
    this.#arena = arena;
    this.#sizes = new ChunkSizes(limits);
    this.#tail = Buffer.from(tailOf(limits));
    this.#starts = new Int32Array(limits.records);
    this.#ends = new Int32Array(limits.records);
    this.#inputs = new Uint16Array(limits.records);
    this.#rows = new Uint32Array(limits.records);
    this.#lines = new Uint32Array(limits.records);
    this.#begin();
  }

  /** Adds a record by its text in the arena; returns the chunk that was full before it, if one was. */
  add(start: number, end: number, { input, row, line }: RecordPlace): Chunk | undefined {
    const size = end - start;
    const full = this.#sizes.add(size) ? this.#take() : undefined;
    this.#reserve(size + 1 + this.#tail.length);
    if (this.#records > 0) this.#body[this.#end++] = comma;
    this.#arena.buffer.copy(this.#body, this.#end, start, end);
    const record = this.#records;
    this.#starts[record] = this.#end;
    this.#ends[record] = this.#end + size;
    this.#inputs[record] = input;
    this.#rows[record] = row;
    this.#lines[record] = line;
    this.#end += size;
    this.#records = record + 1;
    return full;
  }

  /** The chunk of the records that are left, if any are. */
  flush(): Chunk | undefined {
    if (this.#records === 0) return undefined;
    this.#sizes.clear();
    return this.#take();
  }

  #take(): Chunk {
    const count = this.#records;
    this.#end += this.#tail.copy(this.#body, this.#end);
    const chunk: Chunk = {
      index: this.#next,
      records: count,
      body: Buffer.from(this.#body.subarray(0, this.#end)),
      starts: this.#starts.slice(0, count),
      ends: this.#ends.slice(0, count),
      inputs: this.#inputs.slice(0, count),
      rows: this.#rows.slice(0, count),
      lines: this.#lines.slice(0, count),
    };
    this.#next += 1;
    this.#begin();
    return chunk;
  }

  #begin(): void {
    this.#records = 0;
    this.#end = this.#body.write(head);
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#body.length) return;
    const larger = Buffer.alloc(Math.max(this.#body.length * 2, this.#end + bytes));
    this.#body.copy(larger, 0, 0, this.#end);
    this.#body = larger;
  }
}
