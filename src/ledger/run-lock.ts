import { existsSync, rmSync, truncateSync } from 'node:fs';
import Libsql from 'libsql';
import { errorMessage } from '../errors.ts';

/**
 * A lock that the system takes back when its process ends, however it ends: SQLite's lock on a file without content. Files of locks
 * are made and removed while the ledger's own lock is held, so that no two processes hold the same name on different files.
 */
export class RunLock {
  readonly #connection: Libsql.Database;
  readonly #path: string;

  /** `undefined` while another process, or another user of this one, holds it. */
  static take(path: string): RunLock | undefined {
    const connection = new Libsql(path, { timeout: 1000 });
    try {
      connection.exec('BEGIN EXCLUSIVE');
      return new RunLock(connection, path);
    } catch (error) {
      connection.close();
      if (isBusy(error)) return undefined;
      // No one holds it, as its content was read. It should have none.
      truncateSync(path);
      return RunLock.take(path);
    }
  }

  /** Whether a process holds a lock. Writes nothing. */
  static isHeld(path: string): boolean {
    if (!existsSync(path)) return false;
    const connection = new Libsql(path, { timeout: 0 });
    try {
      // Takes a shared lock, for a moment.
      connection.exec('SELECT count(*) FROM sqlite_master');
      return false;
    } catch (error) {
      return isBusy(error);
    } finally {
      connection.close();
    }
  }

  private constructor(connection: Libsql.Database, path: string) {
    this.#connection = connection;
    this.#path = path;
  }

  release(): void {
    rmSync(this.#path, { force: true });
    this.#connection.exec('ROLLBACK');
    this.#connection.close();
  }
}

const isBusy = (error: unknown): boolean => /SQLITE_BUSY|database is locked/.test(errorMessage(error));
