import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pid as ownPid } from 'node:process';
import { errorMessage, RunError, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { asLedgerError } from './failure.ts';
import { KnownRecords } from './known-records.ts';
import { LedgerDatabase } from './ledger-database.ts';
import { emptyView, viewOf } from './ledger-view.ts';
import { networkFileSystemOf } from './network-file-system.ts';
import { openRun, readCall, recordOf, type Shelf } from './open-run.ts';
import { dropDetails, forgetRun } from './prune.ts';
import { sealRun, type StoredRun, unsealRun, workOf } from './rows.ts';
import { RunLock } from './run-lock.ts';
import type { Account, LedgerView, NewRun, OpenRun, RunRecord, RunStore } from './run-store.ts';
import { Damage } from './seal.ts';
import { earlierRunFiles, takeOver } from './take-over.ts';
import { Witness } from './witness.ts';

/** What tests vary; nothing else depends on it. */
export interface StoreSizes {
  /** As many records may be in no index: each takes 120 bytes of memory. */
  readonly pendingAtMost: number;
}

/** The ledger of this machine: an SQLite database in the state directory, with an index file and locks next to it. */
export function createSqliteStore(stateDirectory: string, sizes: StoreSizes = { pendingAtMost: 100_000 }): RunStore {
  const directory = join(stateDirectory, 'ledger');
  const store = new SqliteStore(stateDirectory, directory, sizes);
  const guard = async <T>(work: () => T): Promise<T> => asLedgerErrors(work, directory, ExitCode.usage);
  return {
    create: (run, inputs) => guard(() => store.create(run, inputs)),
    open: (id) => guard(() => store.open(id)),
    list: () => guard(() => store.list()),
    read: (id) => guard(() => store.read(id)),
    view: (account) => guard(() => store.view(account)),
    prune: (before) => guard(() => store.prune(before)),
    forget: (id) => guard(() => store.forget(id)),
    close: () => guard(() => store.close()),
  };
}

class SqliteStore {
  readonly #stateDirectory: string;
  readonly #directory: string;
  readonly #path: string;
  readonly #sizes: StoreSizes;
  #writing: LedgerDatabase | undefined;

  constructor(stateDirectory: string, directory: string, sizes: StoreSizes) {
    this.#stateDirectory = stateDirectory;
    this.#directory = directory;
    this.#sizes = sizes;
    this.#path = join(directory, 'ledger.db');
  }

  create(run: NewRun, inputs: readonly string[]): OpenRun {
    const database = this.#toWrite();
    const work = workOf(run.account, inputs);
    const opened = database.write((head) => {
      this.#refuseSame(work);
      const number = head.run + 1;
      const lock = this.#lock(number, run.id);
      const stored = {
        ...run,
        finishedAt: null,
        exitCode: null,
        records: null,
        work,
        pid: ownPid,
        isPruned: false,
      };
      database.put('runs', number, sealRun(number, stored));
      database.setHead({ ...head, run: number });
      return { number, lock };
    });
    return this.#opened(opened);
  }

  open(id: string): OpenRun {
    const database = this.#toWrite();
    const opened = database.write(() => {
      const [number, run] = this.#find(database, id);
      if (this.#isRunning(number)) throw inProgress(`run ${run.id} is in progress`, run);
      this.#refuseSame(run.work);
      const lock = this.#lock(number, run.id);
      database.put('runs', number, sealRun(number, { ...run, pid: ownPid }));
      return { number, lock };
    });
    return this.#opened(opened);
  }

  list(): readonly RunRecord[] {
    return this.#reading([], (database) => {
      const runs = this.#runs(database).map(([number, run]) => recordOf(run, this.#isRunning(number)));
      return runs.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
    });
  }

  read(id: string): Awaited<ReturnType<RunStore['read']>> {
    const found = this.#reading(undefined, (database) => {
      const [number, run] = this.#find(database, id);
      const calls = database
        .events(0)
        .flatMap(({ id: event, call, run: of }) => (of === number && event === call ? [readCall(database, call)] : []));
      return { run: recordOf(run, this.#isRunning(number)), calls };
    });
    if (found === undefined) throw unknownRun(id, 0);
    return found;
  }

  view(account: Account): LedgerView {
    refuseNetwork(this.#stateDirectory);
    const hasEarlier = earlierRunFiles(this.#stateDirectory).length > 0;
    const database = this.#openToRead();
    if (database === undefined) return emptyView(hasEarlier ? 'earlier version' : 'empty');
    try {
      const isLost = database.read(() => database.head().hasLoss === true);
      return viewOf(account, {
        database,
        directory: this.#directory,
        gap: hasEarlier ? 'earlier version' : isLost ? 'lost' : undefined,
        isRunning: (run) => this.#isRunning(run),
        guard: async (work) => asLedgerErrors(work, this.#directory, ExitCode.usage),
      });
    } catch (error) {
      database.close();
      throw error;
    }
  }

  prune(before: string): readonly string[] {
    const database = this.#toWrite();
    const dropped = database.write(() =>
      this.#runs(database).flatMap(([number, run]) => {
        const isOld = (run.finishedAt ?? run.startedAt) < before && !this.#isRunning(number);
        return isOld && dropDetails(database, number, run) ? [run.id] : [];
      }),
    );
    this.#writeIds(database);
    return dropped;
  }

  forget(id: string): string {
    const database = this.#toWrite();
    const forgotten = database.write(() => {
      const [number, run] = this.#find(database, id, true);
      if (this.#isRunning(number)) throw inProgress(`run ${run.id} is in progress`, run);
      forgetRun(database, number, run);
      return run.id;
    });
    this.#removeIndexes(database);
    this.#writeIds(database);
    return forgotten;
  }

  close(): void {
    this.#writing?.close();
    this.#writing = undefined;
  }

  #toWrite(): LedgerDatabase {
    if (this.#writing !== undefined) return this.#writing;
    refuseNetwork(this.#stateDirectory);
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw unwritable(this.#directory, error);
    }
    const database = LedgerDatabase.open(this.#path);
    try {
      this.#verify(database);
      if (takeOver(this.#stateDirectory, database, this.#witness)) this.#writeIds(database);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#writing = database;
    return database;
  }

  /** Whether the last call that was written down is there. */
  #verify(database: LedgerDatabase): void {
    if (existsSync(join(this.#directory, 'repaired.db'))) throw new Damage('a repair was broken off');
    // In this order: another process adds to both meanwhile, to the database first.
    const witnessed = this.#witness.last();
    const { event } = database.read(() => database.head());
    if (event < witnessed) throw new Damage(`its last ${String(witnessed - event)} events are missing`);
  }

  get #witness(): Witness {
    return new Witness(join(this.#directory, 'calls.log'));
  }

  #reading<T>(absent: T, work: (database: LedgerDatabase) => T): T {
    const hasEarlier = this.#writing === undefined && earlierRunFiles(this.#stateDirectory).length > 0;
    const writing = hasEarlier ? this.#toWrite() : this.#writing;
    if (writing !== undefined) return writing.read(() => work(writing));
    const database = this.#openToRead();
    if (database === undefined) return absent;
    try {
      return database.read(() => work(database));
    } finally {
      database.close();
    }
  }

  /** The database as far as it is read only, and is what it should be; `undefined` where there is none yet. */
  #openToRead(): LedgerDatabase | undefined {
    const witnessed = this.#witness.last();
    const database = LedgerDatabase.openToRead(this.#path);
    if (database === undefined) {
      if (witnessed > 0) throw new Damage('its database is missing');
      return undefined;
    }
    try {
      this.#verify(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #opened({ number, lock }: { readonly number: number; readonly lock: RunLock }): OpenRun {
    const database = this.#toWrite();
    const directory = this.#directory;
    try {
      this.#writeIds(database);
      this.#merge(database);
      const shelf: Shelf = {
        database,
        directory,
        witness: this.#witness,
        isRunning: (run) => this.#isRunning(run),
        merge: () => this.#merge(database),
        guard: async (work) => asLedgerErrors(work, directory, ExitCode.incomplete),
      };
      return openRun(number, lock, shelf);
    } catch (error) {
      database.write(() => lock.release());
      throw error;
    }
  }

  /** Makes an index of what is in none, where that is much. Another process that did the same at the same time wins. */
  #merge(database: LedgerDatabase): void {
    const { records, indexed: earlier } = database.read(() => database.head());
    if (records - earlier <= this.#sizes.pendingAtMost) return;
    const name = `index-${randomBytes(8).toString('hex')}`;
    const known = KnownRecords.open(database, this.#directory);
    try {
      const indexed = database.read(() => {
        known.refresh();
        return known.write(name);
      });
      database.write((head) => {
        const isWhole = existsSync(join(this.#directory, name));
        if (isWhole && head.index === known.index) database.setHead({ ...head, index: name, indexed });
      });
    } finally {
      known.close();
    }
    this.#removeIndexes(database);
  }

  /** Removes the files of all indexes but the one that is used; one that another process is making is made again another time. */
  #removeIndexes(database: LedgerDatabase): void {
    database.write(({ index }) => {
      for (const file of readdirSync(this.#directory)) {
        // Where the system does not remove a file that is being read, the next one does.
        if (file.startsWith('index-') && file !== index) rmSync(join(this.#directory, file), { force: true });
      }
    });
  }

  #runs(database: LedgerDatabase, withPruned = false): readonly (readonly [number, StoredRun])[] {
    return [...database.rows('runs')]
      .map(([number, row]) => [number, unsealRun(number, row)] as const)
      .filter(([, { id, isPruned }]) => !isPruned || (withPruned && id !== ''));
  }

  /** For the completion of shells, which can't read a database. */
  #writeIds(database: LedgerDatabase): void {
    const ids = database.read(() => this.#runs(database)).map(([, { id }]) => id);
    const shown = ids.filter((id) => /^[\w-]+$/.test(id));
    writeFileSync(join(this.#directory, 'run-ids'), shown.map((id) => `${id}\n`).join(''), { mode: 0o600 });
  }

  #find(database: LedgerDatabase, id: string, withPruned = false): readonly [number, StoredRun] {
    const runs = id === '' ? [] : this.#runs(database, withPruned);
    const exact = runs.find(([, run]) => run.id === id);
    if (exact !== undefined) return exact;
    const matching = runs.filter(([, run]) => run.id.startsWith(id.toLowerCase()));
    const [only] = matching;
    if (only === undefined || matching.length > 1) throw unknownRun(id, matching.length);
    return only;
  }

  /** @throws RunError (exit 6) while another process does the same work */
  #refuseSame(work: string): void {
    const database = this.#toWrite();
    for (const number of this.#lockedRuns()) {
      if (!this.#isRunning(number)) {
        rmSync(this.#lockPath(number), { force: true });
        continue;
      }
      const run = unsealRun(number, database.row('runs', number));
      if (run.work === work) throw inProgress('the same upload is in progress', run);
    }
  }

  #lock(number: number, id: string): RunLock {
    const lock = RunLock.take(this.#lockPath(number));
    if (lock === undefined) throw new RunError(ExitCode.inProgress, 'IN_PROGRESS', `run ${id} is in progress`);
    return lock;
  }

  #lockedRuns(): readonly number[] {
    return readdirSync(this.#directory).flatMap((file) => {
      const number = /^run-(\d+)\.lock$/.exec(file)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
  }

  #isRunning(number: number): boolean {
    return RunLock.isHeld(this.#lockPath(number));
  }

  #lockPath(number: number): string {
    return join(this.#directory, `run-${String(number)}.lock`);
  }
}

function asLedgerErrors<T>(work: () => T, directory: string, exitCode: ExitCode): T {
  try {
    return work();
  } catch (error) {
    throw asLedgerError(error, directory, exitCode);
  }
}

const inProgress = (what: string, { id, pid }: StoredRun): RunError =>
  new RunError(
    ExitCode.inProgress,
    'IN_PROGRESS',
    `${what}: run ${id}, process ${String(pid)}`,
    'wait for its end; nothing was sent',
  );

function unknownRun(id: string, matching: number): RunError {
  const what = matching > 1 ? `${String(matching)} runs begin with ${id}` : `there is no run ${id}`;
  return usageError('RUN_UNKNOWN', what, 'dcycle-upload runs lists them');
}

function refuseNetwork(stateDirectory: string): void {
  let kind: string | undefined;
  try {
    kind = networkFileSystemOf(stateDirectory);
  } catch (error) {
    throw unwritable(stateDirectory, error);
  }
  if (kind === undefined) return;
  throw usageError(
    'STATE_ON_NETWORK',
    `the state directory ${stateDirectory} is on a network file system (${kind}), where locks can't be relied on`,
    'set XDG_STATE_HOME to a folder on a disk of this machine',
  );
}

const unwritable = (directory: string, error: unknown): RunError =>
  new RunError(
    ExitCode.usage,
    'STATE_UNWRITABLE',
    `the state directory ${directory} can't be written: ${errorMessage(error)}`,
    'an upload writes down there what it sends, so that it can be resumed; XDG_STATE_HOME chooses another place',
    error,
  );
