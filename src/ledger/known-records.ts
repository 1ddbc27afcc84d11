import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { hashKey } from '../pipeline/key-hash.ts';
import { HashTable, type Visit } from './hash-table.ts';
import { type Coverage, IndexFile, type Relation, relations, writeIndex } from './index-file.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { type StoredCall, type StoredSettlement, unsealCall, unsealSettlement } from './rows.ts';
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
  readonly #database: LedgerDatabase;
  readonly #directory: string;
  readonly #file: IndexFile | undefined;
  readonly #added = newTables();
  readonly #calls = new Map<number, FoundCall>();
  #covered: Coverage;

  /** To be called in a transaction. */
  constructor(database: LedgerDatabase, directory: string) {
    this.#database = database;
    this.#directory = directory;
    const { index } = database.head();
    this.#file = index === '' ? undefined : IndexFile.open(join(directory, index), index);
    this.#covered = this.#file?.coverage ?? noCoverage;
  }

  /**
   * Takes in what was written since the last time. To be called in a transaction.
   *
   * @param isOwn calls whose records are not to be found, as their sender knows of them
   * @returns the last event
   */
  refresh(isOwn: (call: number) => boolean = () => false): number {
    let { records } = this.#covered;
    let last = this.#covered.event;
    for (const { id, call } of this.#database.events(this.#covered.event)) {
      last = id;
      if (call === id) {
        const begun = this.call(call).call;
        records += begun.marks.records;
        if (!isOwn(call)) this.#addMarks(call, begun);
      } else if (call !== 0) this.#addIds(call, id);
    }
    if (last < this.#database.head().event) throw new Damage('the last events are missing');
    this.#covered = { event: last, records };
    return last;
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
      const sought = soughtOf(account, { bytes: marks[relation], size: marksSize[relation] });
      const table = this.#added[relation];
      for (let record = 0; record < marks.records; record += 1) {
        if (!sought.isEmpty(record)) table.add(sought.high(record), sought.low(record), event, record);
      }
    }
  }

  #addIds(event: number, settledBy: number): void {
    this.#calls.delete(event);
    const { call, settlement } = this.call(event);
    // A later one has taken its place, and comes later.
    if (settlement === undefined || settlement.event < settledBy) {
      throw new Damage(`settlement ${String(event)} is missing`);
    }
    if (settlement.event > settledBy) return;
    const ids = settlement.ids();
    const sought = soughtOf(call.account, hashesOfIds(ids));
    for (const [record, id] of ids.entries()) {
      if (id !== undefined) this.#added.ids.add(sought.high(record), sought.low(record), event, record);
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

export function hashesOfIds(ids: readonly (string | undefined)[]): Hashes {
  const bytes = Buffer.alloc(8 * ids.length);
  for (const [place, id] of ids.entries()) {
    if (id === undefined) continue;
    const { high, low } = hashKey(id);
    bytes.writeUInt32BE(high, 8 * place);
    bytes.writeUInt32BE(low, 8 * place + 4);
  }
  return { bytes, size: 8 };
}

/** Hashes as the index has them: those of an account are found by it alone. */
export interface Sought {
  isEmpty(record: number): boolean;
  high(record: number): number;
  low(record: number): number;
}

export function soughtOf({ kind, baseUrl, organizationId }: Account, { bytes, size }: Hashes): Sought {
  const salt = createHash('sha256')
    .update(JSON.stringify([kind, baseUrl, organizationId]))
    .digest();
  const saltHigh = salt.readUInt32BE(0);
  const saltLow = salt.readUInt32BE(4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    isEmpty(record) {
      for (let at = record * size; at < (record + 1) * size; at += 4) if (view.getUint32(at) !== 0) return false;
      return true;
    },
    high: (record) => (view.getUint32(record * size) ^ saltHigh) >>> 0,
    low: (record) => (view.getUint32(record * size + 4) ^ saltLow) >>> 0,
  };
}
