import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage, RunError, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { Database, type DatabaseKind } from './database.ts';
import { RunFile, type RunRecord } from './run-file.ts';

const lockDatabase: DatabaseKind = {
  // "DCYL"
  applicationId: 0x4443594c,
  version: 1,
  name: 'lock of dcycle-upload',
  schema: 'CREATE TABLE lock (held INTEGER)',
};

/** What makes two runs the same work. */
export interface Work {
  readonly command: string;
  /** Real paths of the inputs. */
  readonly inputs: readonly string[];
  readonly baseUrl: string;
  readonly organizationId: string;
}

/** Who does some work. */
export interface Holder {
  readonly run: string;
  readonly pid: number;
  readonly since: string;
}

/** A run in the folder; `isRunning` when a process works on it right now, and then nothing else is known of it. */
export type ListedRun =
  | { readonly id: string; readonly isRunning: true }
  | { readonly id: string; readonly isRunning: false; readonly run: RunRecord };

/** Where a record was sent before, by its hash, and whether it was accepted for certain. */
export type SentRecords = (
  hash: string,
) => { readonly run: string; readonly row: number; readonly isAccepted: boolean } | undefined;

/** More rows than any run has. */
const rowsOfRun = 2 ** 32;

/** The records of runs in the state directory, and the locks on work that is being done. */
export class RunFolder {
  readonly #runs: string;
  readonly #locks: string;

  /** @throws RunError (exit 2) where the directory can't be made */
  constructor(directory: string) {
    this.#runs = join(directory, 'runs');
    this.#locks = join(directory, 'locks');
    try {
      for (const folder of [this.#runs, this.#locks]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new RunError(
        ExitCode.usage,
        'STATE_UNWRITABLE',
        `the state directory ${directory} can't be written: ${errorMessage(error)}`,
        'an upload writes down there what it sends, so that it can be resumed; XDG_STATE_HOME chooses another place',
        error,
      );
    }
  }

  /**
   * Takes the lock on some work until it is released, or the process ends, however it ends.
   *
   * @throws RunError (exit 6) when another process does the same work
   */
  lock(work: Work, holder: Holder): () => void {
    const key = createHash('sha256').update(JSON.stringify(work)).digest('hex').slice(0, 32);
    const path = join(this.#locks, `${key}.lock`);
    const note = join(this.#locks, `${key}.json`);
    const database = this.#openLock(path, note);
    writeFileSync(note, JSON.stringify(holder), { mode: 0o600 });
    return () => {
      rmSync(note, { force: true });
      database.close();
    };
  }

  #openLock(path: string, note: string): Database {
    try {
      return Database.open(path, lockDatabase);
    } catch (error) {
      if (!(error instanceof RunError) || error.code !== 'DATABASE_IN_USE') throw error;
      throw new RunError(
        ExitCode.inProgress,
        'IN_PROGRESS',
        `the same upload is in progress${holderText(note)}`,
        'wait for its end; nothing was sent',
        error,
      );
    }
  }

  /** @throws RunError (exit 2) where it can't be written */
  create(run: Parameters<typeof RunFile.create>[1]): RunFile {
    return RunFile.create(this.#pathOf(run.id), run);
  }

  /**
   * Opens the record of a run by its id, or the first characters of it where they are enough.
   *
   * @throws RunError (exit 2) for one that is not there, (exit 6) while it is running
   */
  open(id: string): RunFile {
    const known = this.ids();
    const matching = id === '' ? [] : known.filter((each) => each.startsWith(id.toLowerCase()));
    const [only] = matching;
    if (only === undefined || matching.length > 1) {
      const what = matching.length > 1 ? `${String(matching.length)} runs begin with ${id}` : `there is no run ${id}`;
      throw usageError('RUN_UNKNOWN', what, 'dcycle-upload runs lists them');
    }
    try {
      return RunFile.open(this.#pathOf(only));
    } catch (error) {
      if (!(error instanceof RunError) || error.code !== 'DATABASE_IN_USE') throw error;
      throw new RunError(ExitCode.inProgress, 'IN_PROGRESS', `run ${only} is in progress`, 'wait for its end', error);
    }
  }

  ids(): readonly string[] {
    return readdirSync(this.#runs)
      .filter((name) => name.endsWith('.db'))
      .map((name) => name.slice(0, -'.db'.length));
  }

  /** All runs that can be read, the newest first. */
  list(): readonly ListedRun[] {
    const listed = this.ids().flatMap((id): ListedRun[] => {
      try {
        const file = RunFile.open(this.#pathOf(id));
        const { run } = file;
        file.close();
        return run === undefined ? [] : [{ id, isRunning: false, run }];
      } catch (error) {
        const isRunning = error instanceof RunError && error.code === 'DATABASE_IN_USE';
        return isRunning ? [{ id, isRunning }] : [];
      }
    });
    const startOf = (each: ListedRun): string => (each.isRunning ? '9' : each.run.startedAt);
    return listed.toSorted((a, b) => startOf(b).localeCompare(startOf(a)));
  }

  /**
   * The records that the same account has, or may have, of runs that began before a time and are not running, by hash.
   *
   * @returns the run and row of each
   */
  sentBefore({ command, baseUrl, organizationId }: Omit<Work, 'inputs'>, time: string): SentRecords {
    const runs: string[] = [];
    const places = new Map<string, number>();
    for (const listed of this.list()) {
      if (listed.isRunning || listed.run.startedAt >= time) continue;
      const { run } = listed;
      const isSame = run.command === command && run.baseUrl === baseUrl && run.organizationId === organizationId;
      if (!isSame) continue;
      const file = RunFile.open(this.#pathOf(run.id));
      for (const { hash, row, isAccepted } of file.sent()) {
        // One number for all keeps a record at about 90 bytes; what may not be there is below 0.
        const place = runs.length * rowsOfRun + row;
        if (isAccepted) places.set(hash, place);
        else if (!places.has(hash)) places.set(hash, -place);
      }
      file.close();
      runs.push(run.id);
    }
    return (hash) => {
      const place = places.get(hash);
      if (place === undefined) return undefined;
      const at = Math.abs(place);
      return { run: runs[Math.floor(at / rowsOfRun)] ?? '', row: at % rowsOfRun, isAccepted: place > 0 };
    };
  }

  /** Removes the record of a run that is not running. */
  remove(id: string): void {
    for (const ending of ['', '-wal', '-shm']) rmSync(`${this.#pathOf(id)}${ending}`, { force: true });
  }

  #pathOf(id: string): string {
    return join(this.#runs, `${id}.db`);
  }
}

function holderText(note: string): string {
  try {
    const { run, pid, since } = JSON.parse(readFileSync(note, 'utf8')) as Holder;
    return `: run ${run}, process ${String(pid)}, since ${since}`;
  } catch {
    return '';
  }
}
