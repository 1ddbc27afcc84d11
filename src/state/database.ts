import { closeSync, openSync, readSync } from 'node:fs';
import Libsql from 'libsql';
import { errorMessage, RunError, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';

/** A value as SQLite binds it. */
export type SqlValue = string | number | null;

/** What a database file is and how an empty one is made. */
export interface DatabaseKind {
  /** Written to the file's header, so that no other program's file is taken for one of ours (SQLite: application_id). */
  readonly applicationId: number;
  /** Version of the tables (SQLite: user_version). */
  readonly version: number;
  /** The statements that make the tables. */
  readonly schema: string;
  /** What the file is called in messages. */
  readonly name: string;
}

/** The path of a database that lives as long as its process. */
export const inMemory = ':memory:';

/**
 * An SQLite database for one process alone. Every statement is prepared once; a transaction is written whole or not at
 * all, also when the process is killed (write-ahead log), and what was committed survives a power failure.
 */
export class Database {
  readonly #connection: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement>();

  /**
   * Opens a database and makes its tables where it is new.
   *
   * @param path a file, or `:memory:`
   * @throws RunError (exit 2) where the file is something else, of a newer version, in use or out of reach
   */
  static open(path: string, kind: DatabaseKind): Database {
    if (path !== inMemory && isForeign(path, kind)) throw unusable(path, `it is not a ${kind.name}`);
    let connection: Libsql.Database;
    try {
      connection = new Libsql(path, { timeout: 1000 });
    } catch (error) {
      // SQLITE_CANTOPEN is all that is said.
      throw unusable(path, 'its folder is not there, or the file may not be opened', error);
    }
    try {
      return new Database(connection, path, kind);
    } catch (error) {
      connection.close();
      if (error instanceof RunError) throw error;
      throw isBusy(error) ? inUse(path) : unusable(path, errorMessage(error), error);
    }
  }

  private constructor(connection: Libsql.Database, path: string, { applicationId, version, schema }: DatabaseKind) {
    this.#connection = connection;
    const pragma = (text: string): unknown =>
      Object.values(this.get<Record<string, unknown>>(`PRAGMA ${text}`) ?? {})[0];
    // The first read takes the lock for as long as the connection lives: two servers must not do the same jobs.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    const foundVersion = Number(pragma('user_version'));
    const isEmpty = this.get<{ tables: number }>('SELECT count(*) AS tables FROM sqlite_master')?.tables === 0;
    if (!isEmpty && foundVersion !== version) {
      throw unusable(path, `its tables have version ${String(foundVersion)}, this program knows ${String(version)}`);
    }
    // Goes into the file itself, where `isForeign` looks for it, as long as there is no log next to the file.
    if (isEmpty) connection.exec(`PRAGMA application_id = ${String(applicationId)}`);
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    // 64 MiB of pages: ids are random, so their index is written all over.
    connection.exec('PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192');
    if (isEmpty) {
      this.transaction(() => {
        connection.exec(schema);
        connection.exec(`PRAGMA user_version = ${String(version)}`);
      });
    }
  }

  /** Runs a statement that gives no rows; returns how many rows it changed. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return this.#prepare(sql).run(values).changes;
  }

  /** The first row. */
  get<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#prepare(sql).get(values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: readonly SqlValue[]): Row[] {
    return this.#prepare(sql).all(values) as Row[];
  }

  /** Does several things or none of them, and keeps them even if the machine fails. One within another is part of it. */
  transaction<T>(work: () => T): T {
    if (this.#connection.inTransaction) return work();
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    }
  }

  /** A transaction whose work can be done again: if the machine fails, the last ones of these may be lost. */
  repeatableTransaction<T>(work: () => T): T {
    this.#connection.exec('PRAGMA synchronous = NORMAL');
    try {
      return this.transaction(work);
    } finally {
      this.#connection.exec('PRAGMA synchronous = FULL');
    }
  }

  /** Ends the use of the database: its file is whole by itself then, without a log next to it, and free for others. */
  close(): void {
    this.#statements.clear();
    try {
      // SQLite would do so, too, but the library keeps the connection open until its statements are garbage-collected.
      this.#connection.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL');
      this.#connection.exec('SELECT count(*) FROM sqlite_master');
    } catch {
      // What has no room in the file stays in the log, where the next start finds it.
    }
    this.#connection.close();
  }

  #prepare(sql: string): Libsql.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** What SQLite files begin with; the four bytes at 68 are their application_id. */
const magic = 'SQLite format 3\0';

/**
 * Whether a file is not a database of this kind. It is found out without SQLite, which may write into a file that it opens
 * to read: what a program that was killed left in its log. Only before SQLite has the file open in this process: closing a
 * file drops all locks that the process holds on it (POSIX).
 */
function isForeign(path: string, { applicationId }: DatabaseKind): boolean {
  const header = Buffer.alloc(100);
  let length: number;
  try {
    const file = openSync(path, 'r');
    try {
      length = readSync(file, header, 0, header.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // There is no file yet, or none that can be read: opening it will tell.
    return false;
  }
  return length > 0 && (!header.toString('latin1').startsWith(magic) || header.readInt32BE(68) !== applicationId);
}

const isBusy = (error: unknown): boolean => /SQLITE_BUSY|database is locked/.test(errorMessage(error));

const inUse = (path: string) =>
  usageError('DATABASE_IN_USE', `${path} is in use by another process`, 'stop the other one, or give another file');

const unusable = (path: string, why: string, cause?: unknown) =>
  new RunError(
    ExitCode.usage,
    'DATABASE_UNUSABLE',
    `${path} can't be used as a database: ${why}`,
    'give a new file, or one made by this program',
    cause,
  );
