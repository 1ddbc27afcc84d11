import { hash } from 'node:crypto';
import type { Batch } from '../columns/batch.ts';
import type { Arena } from '../columns/arena.ts';
import { type Column, hashText, seeds, type Value } from '../columns/column.ts';
import { hashBytes } from '../columns/scan.ts';
import type { RecordMarks } from '../ledger/run-store.ts';
import { foldOf } from '../records/duplicate-key.ts';
import type { RecordKind } from '../records/kind.ts';
import { hashKey } from '../columns/key-hash.ts';
import type { RecordColumns } from './record-columns.ts';

const [contentBytes, keyBytes, cellBytes, movementBytes] = [16, 16, 8, 8];

/** A field of an identity, with how its texts are compared. */
interface IdentityField {
  readonly column: Column | undefined;
  readonly fold: ((text: string) => string) | undefined;
}

/** The hashes by which the ledger knows records again, of those of a batch that are sent. */
export class RecordHashes {
  readonly contents: Uint8Array;
  readonly keys: Uint8Array;
  readonly cells: Uint8Array;
  readonly movements: Uint8Array;
  readonly inputs: Uint16Array;
  readonly rows: Uint32Array;
  readonly lines: Uint32Array;
  /** By record: 1 where another day can't be meant. */
  readonly hasIdentity: Uint8Array;
  readonly #arena: Arena;
  readonly #input: number;
  readonly #identity: readonly IdentityField[];
  readonly #needed: readonly (Column | undefined)[];
  readonly #dated: readonly (Column | undefined)[];
  readonly #movement: Column | undefined;
  readonly #seeds: readonly [number, number];
  records = 0;

  /** @param header the column names of the input: the same text under other names is another row */
  constructor(kind: RecordKind, records: RecordColumns, { arena, input, header, capacity }: HashedInput) {
    this.contents = new Uint8Array(capacity * contentBytes);
    this.keys = new Uint8Array(capacity * keyBytes);
    this.cells = new Uint8Array(capacity * cellBytes);
    this.movements = new Uint8Array(capacity * movementBytes);
    this.inputs = new Uint16Array(capacity);
    this.rows = new Uint32Array(capacity);
    this.lines = new Uint32Array(capacity);
    this.hasIdentity = new Uint8Array(capacity);
    this.#arena = arena;
    this.#input = input;
    const { fields, needs, dated } = kind.identity;
    const columns = (names: readonly string[]): (Column | undefined)[] => names.map((name) => records.column(name));
    this.#identity = fields.map((name) => ({ column: records.column(name), fold: foldOf(name) }));
    this.#needed = columns(needs);
    this.#dated = columns(dated);
    this.#movement = records.column('movement_id');
    this.#seeds = [hashText(header, seeds[0]), hashText(header, seeds[1])];
  }

  clear(): void {
    this.records = 0;
  }

  /** Adds a record by its row and its JSON text; returns its number. */
  add(batch: Batch, row: number, json: Uint8Array): number {
    const record = this.records;
    this.records = record + 1;
    putSha256(this.contents, record * contentBytes, json);
    const has = (column: Column | undefined): boolean => column?.has(row) === true;
    const hasKey = this.#needed.every(has);
    const movement = this.#movement?.valueOf(row);
    if (hasKey) putSha256(this.keys, record * keyBytes, this.#identityOf(row, movement));
    else this.keys.fill(0, record * keyBytes, (record + 1) * keyBytes);
    this.hasIdentity[record] = hasKey && this.#dated.every(has) ? 1 : 0;
    const [start, end] = [batch.rowStarts[row] ?? 0, batch.rowEnds[row] ?? 0];
    const { view } = this.#arena;
    const [high, low] = this.#seeds;
    put(this.cells, record, hashBytes(view, start, end, high), hashBytes(view, start, end, low));
    if (movement === undefined) put(this.movements, record, 0, 0);
    else {
      const hashed = hashKey(String(movement));
      put(this.movements, record, hashed.high, hashed.low);
    }
    this.inputs[record] = this.#input;
    this.rows[record] = batch.firstRow + row;
    this.lines[record] = batch.lines[row] ?? 0;
    return record;
  }

  #identityOf(row: number, movement: Value | undefined): string {
    let text = '';
    for (const { column, fold } of this.#identity) {
      const value = column === this.#movement ? movement : column?.valueOf(row);
      // A field without a value is another than one with an empty text.
      text += value === undefined ? '\u0000' : `\u0001${fold === undefined ? String(value) : fold(String(value))}`;
    }
    return text;
  }

  /** What was added, until the next batch. */
  get marks(): RecordMarks {
    const { records } = this;
    return {
      records,
      contents: this.contents.subarray(0, records * contentBytes),
      keys: this.keys.subarray(0, records * keyBytes),
      cells: this.cells.subarray(0, records * cellBytes),
      movements: this.movements.subarray(0, records * movementBytes),
      inputs: this.inputs.subarray(0, records),
      rows: this.rows.subarray(0, records),
      lines: this.lines.subarray(0, records),
    };
  }
}

/** An input whose records are hashed. */
export interface HashedInput {
  readonly arena: Arena;
  readonly input: number;
  readonly header: string;
  /** Records at a time at most. */
  readonly capacity: number;
}

/** Puts 128 bits of SHA-256. A text of bytes takes a quarter of the time of a buffer. */
function putSha256(to: Uint8Array, at: number, data: Uint8Array | string): void {
  const bytes = hash('sha256', data, 'binary');
  for (let byte = 0; byte < 16; byte += 1) to[at + byte] = bytes.charCodeAt(byte);
}

/** Puts the halves of a hash, the lowest byte first. */
function put(to: Uint8Array, record: number, high: number, low: number): void {
  const at = record * 8;
  to[at] = high;
  to[at + 1] = high >>> 8;
  to[at + 2] = high >>> 16;
  to[at + 3] = high >>> 24;
  to[at + 4] = low;
  to[at + 5] = low >>> 8;
  to[at + 6] = low >>> 16;
  to[at + 7] = low >>> 24;
}
