import { duplicateKey } from '../records/duplicate-key.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { hashKey } from './key-hash.ts';
import { KeyTable, type RowPlace } from './key-table.ts';

/** The first row with a key, found again for a later one. */
export interface FirstRow {
  readonly place: RowPlace;
  readonly record: Fields;
}

/** Rereads the record of a row; `undefined` when there is no such record any more. */
export type ReadAgain = (place: RowPlace) => Fields | undefined;

/** First rows that were reread lately: a file that repeats one row does not read it again each time. */
const cacheSize = 512;

/** The input is no longer what it was when it was read first. */
export class InputChanged extends Error {}

/** Finds, over all inputs of a run, rows with the duplicate key of an earlier row. */
export class Deduplicator {
  readonly #kind: RecordKind;
  readonly #keyFields: readonly string[] | undefined;
  readonly #readAgain: ReadAgain;
  readonly #hash: typeof hashKey;
  readonly #table = new KeyTable();
  readonly #cache = new Map<string, Fields>();

  /**
   * @param keyFields the fields of the key; `undefined` takes the kind's own rule
   * @param hash what keys are found by; another one than the default makes sense in tests only
   */
  constructor(kind: RecordKind, keyFields: readonly string[] | undefined, readAgain: ReadAgain, hash = hashKey) {
    this.#hash = hash;
    this.#kind = kind;
    this.#keyFields = keyFields;
    this.#readAgain = readAgain;
  }

  /**
   * Notes a record, or returns the first row with its key.
   *
   * @throws InputChanged when that row can't be found again
   */
  offer(record: Fields, place: RowPlace): FirstRow | undefined {
    const key = duplicateKey(this.#kind, record, this.#keyFields);
    const hash = this.#hash(key);
    for (const candidate of this.#table.find(hash)) {
      const earlier = this.#recall(candidate);
      const earlierKey = earlier === undefined ? '' : duplicateKey(this.#kind, earlier, this.#keyFields);
      const earlierHash = this.#hash(earlierKey);
      if (earlier === undefined || earlierHash.high !== hash.high || earlierHash.low !== hash.low) {
        throw new InputChanged(`row ${String(candidate.row)} (line ${String(candidate.line)}) is not there any more`);
      }
      // Equal hashes are not equal keys: only the keys decide.
      if (earlierKey === key) return { place: candidate, record: earlier };
    }
    this.#table.add(hash, place);
    return undefined;
  }

  #recall(place: RowPlace): Fields | undefined {
    const name = `${String(place.input)}:${String(place.offset)}`;
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const record = this.#readAgain(place);
    if (record === undefined) return undefined;
    if (this.#cache.size === cacheSize) this.#cache.delete(this.#cache.keys().next().value ?? '');
    this.#cache.set(name, record);
    return record;
  }
}
