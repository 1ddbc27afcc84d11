import type { Arena } from '../columns/arena.ts';
import type { Chunk } from '../destinations/destination.ts';
import type { KnownRecord, RecordMarks } from '../ledger/run-store.ts';

export interface ChunkLimits {
  readonly records: number;
  readonly bytes: number;
  readonly continueOnError: boolean;
}

/** No body may be larger, whatever the number of its records. */
export const maxChunkBytes = 8 * 1024 * 1024;

/** Hashes and places of records. */
export type AddedHashes = Omit<RecordMarks, 'records'>;

/** A record that is added to a chunk. */
export interface AddedRecord {
  /** Where its hashes and its place are. */
  readonly hashes: AddedHashes;
  readonly record: number;
  /** What the ledger knew when it was decided to send it. */
  readonly position: number;
  /** What is known of it, where this run has sent it before, or another is sending it. */
  readonly earlier?: KnownRecord | undefined;
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

/** Byte by byte: making views of so few bytes takes longer. */
function copyHash(hashes: Uint8Array, from: number, to: Uint8Array, record: number, size: 8 | 16): void {
  for (let byte = 0; byte < size; byte += 1) to[record * size + byte] = hashes[from * size + byte] ?? 0;
}

/** Collects the JSON texts of records into request bodies. */
export class ChunkBuilder {
  readonly #arena: Arena;
  readonly #sizes: ChunkSizes;
  readonly #tail: Buffer;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #contents: Uint8Array;
  readonly #keys: Uint8Array;
  readonly #cells: Uint8Array;
  readonly #movements: Uint8Array;
  readonly #inputs: Uint16Array;
  readonly #rows: Uint32Array;
  readonly #lines: Uint32Array;
  #earlier = new Map<number, KnownRecord>();
  #position = Infinity;
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
    this.#contents = new Uint8Array(limits.records * 16);
    this.#keys = new Uint8Array(limits.records * 16);
    this.#cells = new Uint8Array(limits.records * 8);
    this.#movements = new Uint8Array(limits.records * 8);
    this.#inputs = new Uint16Array(limits.records);
    this.#rows = new Uint32Array(limits.records);
    this.#lines = new Uint32Array(limits.records);
    this.#begin();
  }

  /** Adds a record by its text in the arena; returns the chunk that was full before it, if one was. */
  add(start: number, end: number, { hashes, record: from, position, earlier }: AddedRecord): Chunk | undefined {
    const size = end - start;
    const full = this.#sizes.add(size) ? this.#take() : undefined;
    this.#reserve(size + 1 + this.#tail.length);
    if (this.#records > 0) this.#body[this.#end++] = comma;
    this.#arena.buffer.copy(this.#body, this.#end, start, end);
    const record = this.#records;
    this.#starts[record] = this.#end;
    this.#ends[record] = this.#end + size;
    copyHash(hashes.contents, from, this.#contents, record, 16);
    copyHash(hashes.keys, from, this.#keys, record, 16);
    copyHash(hashes.cells, from, this.#cells, record, 8);
    copyHash(hashes.movements, from, this.#movements, record, 8);
    this.#inputs[record] = hashes.inputs[from] ?? 0;
    this.#rows[record] = hashes.rows[from] ?? 0;
    this.#lines[record] = hashes.lines[from] ?? 0;
    this.#position = Math.min(this.#position, position);
    if (earlier !== undefined) this.#earlier.set(record, earlier);
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
      contents: this.#contents.slice(0, count * 16),
      keys: this.#keys.slice(0, count * 16),
      cells: this.#cells.slice(0, count * 8),
      movements: this.#movements.slice(0, count * 8),
      inputs: this.#inputs.slice(0, count),
      rows: this.#rows.slice(0, count),
      lines: this.#lines.slice(0, count),
      position: this.#position,
      earlier: this.#earlier,
    };
    this.#next += 1;
    this.#begin();
    return chunk;
  }

  #begin(): void {
    this.#records = 0;
    this.#earlier = new Map();
    this.#position = Infinity;
    this.#end = this.#body.write(head);
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#body.length) return;
    const larger = Buffer.alloc(Math.max(this.#body.length * 2, this.#end + bytes));
    this.#body.copy(larger, 0, 0, this.#end);
    this.#body = larger;
  }
}
