import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { hashKey } from '../columns/key-hash.ts';
import { HashTable, type Visit } from './hash-table.ts';
import { type Coverage, IndexFile, type Relation, relations, writeIndex } from './index-file.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { type StoredCall, type StoredSettlement, unsealCall, unsealSettlement } from './rows.ts';
import type { OwnEvents } from './own-events.ts';
import type { Account } from './run-store.ts';
import { Damage } from './seal.ts';

/** A call and what became of it. */
export interface FoundCall {
  readonly call: StoredCall;
  readonly settlement: StoredSettlement | undefined;
}

/** Calls that are kept, as records that are known come from few of them: about 0.6 MB each. */
const cachedCalls = 32;

const noCoverage: Coverage = { event: 0, records: 0 };

/** What hashes are sought of: bytes, and how many each has; only the first eight count in the index. */
export interface Hashes {
  readonly bytes: Uint8Array;
  readonly size: 8 | 16;
}

/** Finds records by their hashes: in the index file, and among what was written since it was made. */
export class KnownRecords {
  /** The name of the file, or nothing where there is none. */
  readonly index: string;
  readonly #database: LedgerDatabase;
  readonly #directory: string;
  readonly #file: IndexFile | undefined;
  readonly #added = newTables();
  readonly #calls = new Map<number, FoundCall>();
  #covered: Coverage;

  /** What the database knows, by the index that it names now: another process may replace that at any time but in a writing transaction. */
  static open(database: LedgerDatabase, directory: string): KnownRecords {
    for (;;) {
      const { index } = database.head();
      try {
        return new KnownRecords(database, directory, index);
      } catch (error) {
        if (database.head().index === index) throw error;
      }
    }
  }

  private constructor(database: LedgerDatabase, directory: string, index: string) {
    this.index = index;
    this.#database = database;
    this.#directory = directory;
    this.#file = index === '' ? undefined : IndexFile.open(join(directory, index), index);
    this.#covered = this.#file?.coverage ?? noCoverage;
  }

  /**
   * Takes in what was written since the last time. To be called in a transaction.
   *
   * @param own what their sender knows of: the records of these calls are not to be found, but their ids are
   * @returns the last event
   */
  refresh(own?: OwnEvents): number {
    let { records } = this.#covered;
    let last = this.#covered.event;
    for (const { id, call } of this.#database.events(this.#covered.event)) {
      last = id;
      if (call === id) {
        const ownRecords = own?.recordsOf(call);
        if (ownRecords === undefined) {
          const begun = this.call(call).call;
          records += begun.marks.records;
          this.#addMarks(call, begun);
        } else records += ownRecords;
      } else if (call !== 0) {
        this.#calls.delete(call);
        const ids = own?.takeIds(id);
        if (ids === undefined) this.#addSettled(call, id);
        else this.#add('ids', call, ids);
      }
    }
    if (last < this.#database.head().event) throw new Damage('the last events are missing');
    this.#covered = { event: last, records };
    return last;
  }

  /** Whether there is no entry of a relation at all. */
  isEmpty(relation: Relation): boolean {
    return this.#added[relation].length === 0 && (this.#file === undefined || this.#file.isEmpty(relation));
  }

  /** Whether there may be entries with a hash; reads nothing. */
  mayHave(relation: Relation, high: number, low: number): boolean {
    return this.#added[relation].has(high, low) || this.#file?.mayHave(relation, high, low) === true;
  }

  /** Visits the entries of a relation with a hash; they are hints, to be compared with the call. */
  find(relation: Relation, high: number, low: number, visit: Visit): void {
    this.#file?.find(relation, high, low, visit);
    this.#added[relation].find(high, low, visit);
  }

  /** A call as it is known now. */
  call(event: number): FoundCall {
    const known = this.#calls.get(event);
    if (known !== undefined) return known;
    const found = {
      call: unsealCall(event, this.#database.row('calls', event)),
      settlement: readSettlement(this.#database, event),
    };
    this.#calls.set(event, found);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > cachedCalls && oldest !== undefined) this.#calls.delete(oldest);
    return found;
  }

  /**
   * Writes an index of all that was taken in.
   *
   * @returns of how many records
   */
  write(name: string): number {
    writeIndex(join(this.#directory, name), name, this.#file, this.#added, this.#covered);
    return this.#covered.records;
  }

  close(): void {
    this.#file?.close();
  }

  #addMarks(event: number, { account, marks }: StoredCall): void {
    for (const relation of ['contents', 'keys', 'cells', 'movements'] as const) {
      this.#add(relation, event, soughtOf(account, { bytes: marks[relation], size: marksSize[relation] }));
    }
  }

  #addSettled(event: number, settledBy: number): void {
    const { call, settlement } = this.call(event);
    // A later one has taken its place, and comes later.
    if (settlement === undefined || settlement.event < settledBy) {
      throw new Damage(`settlement ${String(event)} is missing`);
    }
    if (settlement.event > settledBy) return;
    this.#add('ids', event, soughtOf(call.account, hashesOfIds(settlement.ids())));
  }

  #add(relation: Relation, event: number, sought: Sought): void {
    const table = this.#added[relation];
    for (let record = 0; record < sought.records; record += 1) {
      if (!sought.isEmpty(record)) table.add(sought.high(record), sought.low(record), event, record);
    }
  }
}

const newTables = (): Readonly<Record<Relation, HashTable>> =>
  Object.fromEntries(relations.map((relation) => [relation, new HashTable()])) as Record<Relation, HashTable>;

/** Bytes of a hash in the marks. */
export const marksSize = { contents: 16, keys: 16, cells: 8, movements: 8 } as const;

export function readSettlement(database: LedgerDatabase, call: number): StoredSettlement | undefined {
  const row = database.row('settlements', call);
  return row === undefined ? undefined : unsealSettlement(call, row);
}

/** Hashes of ids; zeros where there is none. */
export function hashesOfIds(ids: readonly (string | undefined)[]): Hashes {
  const bytes = new Uint8Array(8 * ids.length);
  const view = new DataView(bytes.buffer);
  for (let place = 0; place < ids.length; place += 1) {
    const id = ids[place];
    if (id === undefined) continue;
    const { high, low } = hashKey(id);
    view.setUint32(8 * place, high);
    view.setUint32(8 * place + 4, low);
  }
  return { bytes, size: 8 };
}

/** Hashes as the index has them: those of an account are found by it alone. */
export class Sought {
  readonly records: number;
  readonly #view: DataView;
  readonly #size: number;
  readonly #saltHigh: number;
  readonly #saltLow: number;

  constructor({ bytes, size }: Hashes, salt: Buffer) {
    this.records = bytes.length / size;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#size = size;
    this.#saltHigh = salt.readUInt32BE(0);
    this.#saltLow = salt.readUInt32BE(4);
  }

  isEmpty(record: number): boolean {
    const start = record * this.#size;
    for (let at = start; at < start + this.#size; at += 4) if (this.#view.getUint32(at) !== 0) return false;
    return true;
  }

  high(record: number): number {
    return (this.#view.getUint32(record * this.#size) ^ this.#saltHigh) >>> 0;
  }

  low(record: number): number {
    return (this.#view.getUint32(record * this.#size + 4) ^ this.#saltLow) >>> 0;
  }
}

export const soughtOf = ({ kind, baseUrl, organizationId }: Account, hashes: Hashes): Sought =>
  new Sought(
    hashes,
    createHash('sha256')
      .update(JSON.stringify([kind, baseUrl, organizationId]))
      .digest(),
  );
