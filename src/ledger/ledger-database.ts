import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import Libsql from 'libsql';
import { isBusy } from './failure.ts';
import { type Head, sealHead, unsealHead } from './rows.ts';
import { Damage } from './seal.ts';

/** "DCYG" */
const applicationId = 0x44435947;
const version = 1;

/**
 * No table has an index, and no column has a text: what SQLite reads of a damaged file is then found out when the row's checksum is
 * verified. Columns are asked for with CAST, as libsql aborts the process on texts that are not UTF-8: a damaged byte can make a text
 * of bytes, and the name of a column's type is a text of the file, too. An event is a call that begins (`call` is its own number), or that is settled; they are numbered without a gap.
 */
const schema = [
  'CREATE TABLE head (id INTEGER PRIMARY KEY, row BLOB)',
  'CREATE TABLE runs (id INTEGER PRIMARY KEY, row BLOB)',
  'CREATE TABLE events (id INTEGER PRIMARY KEY, call INTEGER, run INTEGER, checksum INTEGER)',
  'CREATE TABLE calls (id INTEGER PRIMARY KEY, row BLOB)',
  'CREATE TABLE settlements (id INTEGER PRIMARY KEY, row BLOB)',
];

const emptyHead: Head = { event: 0, run: 0, records: 0, index: '', indexed: 0 };

export type Table = 'head' | 'runs' | 'calls' | 'settlements';

/** An event: a call began, or was settled. */
export interface LedgerEvent {
  readonly id: number;
  readonly call: number;
  readonly run: number;
}

/** How long a process waits for another one's transaction. */
const busyMs = 10_000;

/** The ledger's tables, for several processes at a time. */
export class LedgerDatabase {
  readonly #path: string;
  #file: number | undefined;
  readonly #connection: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement>();

  /** Opens the database to write, and makes its tables where it is new. */
  static open(path: string): LedgerDatabase {
    const database = new LedgerDatabase(path);
    try {
      database.#exec('PRAGMA journal_mode = WAL');
      database.#exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096; PRAGMA cache_size = -8192');
      if (!database.#isMade()) database.#make();
      database.#file = statSync(path).ino;
      return database;
    } catch (error) {
      database.#connection.close();
      throw error;
    }
  }

  /** Opens the database to read; `undefined` where there is none. */
  static openToRead(path: string): LedgerDatabase | undefined {
    if (!existsSync(path)) return undefined;
    const database = new LedgerDatabase(`${pathToFileURL(path).href}?mode=ro`);
    try {
      if (database.#isMade()) return database;
      database.#connection.close();
      return undefined;
    } catch (error) {
      database.#connection.close();
      throw error;
    }
  }

  /** Opens a database of which only some may be readable; `undefined` where there is none. */
  static openDamaged(path: string): LedgerDatabase | undefined {
    return existsSync(path) ? new LedgerDatabase(path) : undefined;
  }

  private constructor(path: string) {
    this.#path = path;
    this.#connection = new Libsql(path, { timeout: busyMs });
    // A schema that is damaged is an error without the damaged text in it: libsql aborts the process on text that is not UTF-8.
    this.#connection.exec('PRAGMA writable_schema = ON; PRAGMA cell_size_check = ON');
  }

  /** What the ledger holds at one moment. */
  read<T>(work: () => T): T {
    return this.#transaction('BEGIN', work);
  }

  /**
   * Does all of some work or nothing of it; other processes wait.
   *
   * @param isRepeatable what is lost when the machine fails at once can be found out again
   */
  write<T>(work: (head: Head) => T, isRepeatable = false): T {
    this.#exec(`PRAGMA synchronous = ${isRepeatable ? 'NORMAL' : 'FULL'}`);
    return this.#transaction('BEGIN IMMEDIATE', () => {
      // A repair puts another file there.
      const file = statSync(this.#path).ino;
      if (this.#file !== file) throw new Damage('it was repaired while this process used it');
      return work(this.head());
    });
  }

  head(): Head {
    return unsealHead(this.row('head', 1));
  }

  setHead(head: Head): void {
    this.put('head', 1, sealHead(head));
  }

  /** A row as it is stored, whatever it is. */
  row(table: Table, id: number): unknown {
    return this.#get(`SELECT CAST(row AS BLOB) FROM ${table} WHERE id = ?`, id)?.[0];
  }

  /** The numbers of a table's rows in their order, and the rows. */
  *rows(table: Table): Generator<readonly [id: number, row: unknown]> {
    yield* this.#all(`SELECT CAST(id AS INTEGER), CAST(row AS BLOB) FROM ${table} ORDER BY id`) as [number, unknown][];
  }

  /** The highest number of a table's rows. */
  last(table: Table): number {
    return Number(this.#get(`SELECT max(id) FROM ${table}`)?.[0] ?? 0);
  }

  put(table: Table, id: number, row: Buffer): void {
    this.#statement(`INSERT OR REPLACE INTO ${table} (id, row) VALUES (?, ?)`).run([id, row]);
  }

  remove(table: Table, id: number): void {
    this.#statement(`DELETE FROM ${table} WHERE id = ?`).run([id]);
  }

  /** The events after a number, in their order. */
  events(after: number): readonly LedgerEvent[] {
    const rows = this.#all(
      `SELECT CAST(id AS INTEGER), CAST(call AS INTEGER), CAST(run AS INTEGER), CAST(checksum AS INTEGER)
       FROM events WHERE id > ? ORDER BY id`,
      after,
    ) as [number, number, number, number][];
    return rows.map(([id, call, run, checksum], place) => {
      const event = { id, call, run };
      if (id !== after + 1 + place || checksum !== checksumOf(event)) {
        throw new Damage(`event ${String(id)} is damaged`);
      }
      return event;
    });
  }

  addEvent(event: LedgerEvent): void {
    const { id, call, run } = event;
    this.#statement('INSERT INTO events (id, call, run, checksum) VALUES (?, ?, ?, ?)').run([
      id,
      call,
      run,
      checksumOf(event),
    ]);
  }

  /** Ends the use of the database: the last one that uses it leaves one file without a log. */
  close(): void {
    this.#statements.clear();
    try {
      this.#connection.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE');
    } catch {
      // Others use it.
    }
    this.#connection.close();
  }

  /** Whether the tables are there, and are those that this program knows. */
  #isMade(): boolean {
    const found = this.#all("SELECT CAST(sql AS BLOB) FROM sqlite_master WHERE type = 'table' ORDER BY rowid");
    if (found.length === 0) return false;
    const foundVersion = Number(this.#get('PRAGMA user_version')?.[0]);
    const isOurs = this.#get('PRAGMA application_id')?.[0] === applicationId;
    if (isOurs && foundVersion > version) {
      throw new Damage(`it is of a newer version of this program (${String(foundVersion)})`);
    }
    const isKnown = found.every(([sql], place) => Buffer.isBuffer(sql) && sql.toString('latin1') === schema[place]);
    if (!isOurs || !isKnown || found.length !== schema.length) throw new Damage('its tables are not those of a ledger');
    this.#exec('PRAGMA writable_schema = OFF');
    return true;
  }

  #make(): void {
    this.#exec(`PRAGMA writable_schema = OFF; PRAGMA application_id = ${String(applicationId)}`);
    this.#transaction('BEGIN IMMEDIATE', () => {
      // Another process may have been faster.
      if (this.#isMade()) return;
      this.#connection.exec(`${schema.join(';')}; PRAGMA user_version = ${String(version)}`);
      this.setHead(emptyHead);
    });
  }

  #transaction<T>(begin: string, work: () => T): T {
    this.#exec(begin);
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    }
  }

  /** Not every lock is waited for by SQLite itself: changing the kind of the log is not. */
  #exec(sql: string): void {
    const until = Date.now() + busyMs;
    for (;;) {
      try {
        this.#connection.exec(sql);
        return;
      } catch (error) {
        if (!isBusy(error) || Date.now() > until) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      }
    }
  }

  #get(sql: string, ...values: readonly number[]): readonly unknown[] | undefined {
    return this.#statement(sql).get(values) as readonly unknown[] | undefined;
  }

  #all(sql: string, ...values: readonly number[]): readonly (readonly unknown[])[] {
    return this.#statement(sql).all(values) as (readonly unknown[])[];
  }

  #statement(sql: string): Libsql.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    if (/^(SELECT|PRAGMA)/.test(sql)) statement.raw(true);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const checksumOf = ({ id, call, run }: LedgerEvent): number => crc32(Buffer.from(Uint32Array.of(id, call, run).buffer));
