import { type Batch, Verdict } from '../columns/batch.ts';
import { addAbsent, beginHashes, type Hashes } from '../columns/column.ts';
import type { RecordKind } from '../records/kind.ts';
import type { RecordColumns } from './record-columns.ts';

/**
 * 64-bit hashes of the duplicate keys of a batch's valid records, as two halves. Equal keys have equal hashes, whatever input
 * they are in and however they are written; equal hashes do not prove equal keys.
 */
export class KeyHashes implements Hashes {
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly #records: RecordColumns;
  readonly #allFields: readonly string[];
  readonly #keyFields: readonly string[];
  /** The field that the key needs; without it, all fields are compared. */
  readonly #needs: string | undefined;
  /** Rows with the key, and rows that are compared by all their fields. */
  readonly #keyed: Int32Array;
  readonly #keyless: Int32Array;

  /** @param keyFields the fields to compare; `undefined` takes the kind's own rule */
  constructor(kind: RecordKind, keyFields: readonly string[] | undefined, records: RecordColumns, capacity: number) {
    this.high = new Int32Array(capacity);
    this.low = new Int32Array(capacity);
    this.#keyed = new Int32Array(capacity);
    this.#keyless = new Int32Array(capacity);
    this.#records = records;
    this.#allFields = Object.keys(kind.fields);
    this.#keyFields = keyFields ?? kind.defaultKey.fields;
    this.#needs = keyFields === undefined ? kind.defaultKey.needs : undefined;
  }

  compute(batch: Batch): void {
    const needed = this.#needs === undefined ? undefined : this.#records.column(this.#needs);
    let keyed = 0;
    let keyless = 0;
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      const hasKey = this.#needs === undefined ? this.#hasAny(row) : needed?.has(row) === true;
      if (hasKey) this.#keyed[keyed++] = row;
      else this.#keyless[keyless++] = row;
    }
    beginHashes(this, batch.rows);
    this.#add(this.#keyFields, this.#keyed, keyed);
    this.#add(this.#allFields, this.#keyless, keyless);
  }

  #hasAny(row: number): boolean {
    return this.#keyFields.some((field) => this.#records.column(field)?.has(row) === true);
  }

  #add(fields: readonly string[], rows: Int32Array, count: number): void {
    if (count === 0) return;
    for (const field of fields) {
      const column = this.#records.column(field);
      if (column === undefined) addAbsent(this, rows, count);
      else column.addHashes(this, rows, count);
    }
  }
}
