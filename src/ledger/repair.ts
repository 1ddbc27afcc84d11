import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorMessage, RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { asLedgerError } from './failure.ts';
import { IndexFile, relations } from './index-file.ts';
import { LedgerDatabase, type LedgerEvent, type Table } from './ledger-database.ts';
import { type Head, sealRun, type StoredCall, unsealCall, unsealRun, unsealSettlement } from './rows.ts';
import { RunLock } from './run-lock.ts';
import { unreadableRunFiles } from './take-over.ts';
import { Witness } from './witness.ts';

/** What a repair came to. */
export interface Repaired {
  readonly runs: number;
  readonly calls: number;
  /** Calls that can't be read: what was sent with them is not known any more. */
  readonly lostCalls: number;
  /** Calls whose outcome can't be read: it is unknown, and looked up by `resume`. */
  readonly lostOutcomes: number;
  /** The folder to which what was damaged was moved. */
  readonly damaged: string;
}

const whole = 'repaired.db';

/**
 * Reads all that the ledger holds. Writes nothing.
 *
 * @returns what is damaged, up to ten; nothing where all is whole
 */
export function findDamage(stateDirectory: string): readonly string[] {
  const directory = join(stateDirectory, 'ledger');
  const damage: string[] = unreadableRunFiles(stateDirectory).map((path) => `the run file ${path} can't be read`);
  if (existsSync(directory)) {
    for (const found of damageOf(directory)) if (damage.length < 10) damage.push(found);
  }
  return damage;
}

function* damageOf(directory: string): Generator<string> {
  const path = join(directory, 'ledger.db');
  if (existsSync(join(directory, whole))) yield 'a repair was broken off';
  const witnessed = new Witness(join(directory, 'calls.log')).last();
  let database: LedgerDatabase | undefined;
  try {
    database = LedgerDatabase.openToRead(path);
    if (database === undefined) {
      if (witnessed > 0) yield 'the database is missing';
      return;
    }
    const head = database.head();
    if (head.event < witnessed) yield `the last ${String(witnessed - head.event)} events are missing`;
    const events = database.events(0);
    if (events.length !== head.event) yield 'events are missing';
    for (const [id, row] of database.rows('runs')) yield* attempt(() => unsealRun(id, row));
    for (const { id, call } of events) {
      const open = database;
      if (id === call) yield* attempt(() => unsealCall(id, open.row('calls', id)));
      else if (call !== 0) yield* attempt(() => unsealSettlement(call, open.row('settlements', call)));
    }
    if (head.index !== '') yield* attempt(() => readIndex(join(directory, head.index), head.index));
  } catch (error) {
    yield errorMessage(error);
  } finally {
    database?.close();
  }
}

function* attempt(work: () => unknown): Generator<string> {
  try {
    work();
  } catch (error) {
    yield errorMessage(error);
  }
}

function readIndex(path: string, name: string): void {
  const index = IndexFile.open(path, name);
  try {
    for (const relation of relations) for (const block of index.blocks(relation)) void block;
  } finally {
    index.close();
  }
}

/**
 * Keeps what is whole, and moves what is not to a folder next to it; the index is made again from the rows. Killed at any point, it can
 * be done again.
 *
 * @param now names the folder
 * @throws RunError (exit 6) while a run is in progress
 */
export function repairLedger(stateDirectory: string, now: Date): Repaired {
  const directory = join(stateDirectory, 'ledger');
  try {
    refuseWhileRunning(directory);
    const damaged = join(directory, `damaged-${now.toISOString().replaceAll(/[-:.]/g, '')}`);
    mkdirSync(damaged, { recursive: true, mode: 0o700 });
    const unreadable = unreadableRunFiles(stateDirectory);
    const path = join(directory, 'ledger.db');
    const counts = existsSync(join(directory, whole))
      ? countRows(directory)
      : salvage(directory, unreadable.length > 0);
    for (const file of unreadable) renameSync(file, join(damaged, basename(file)));
    for (const ending of ['', '-wal', '-shm', '-journal']) {
      if (existsSync(path + ending)) renameSync(path + ending, join(damaged, basename(path) + ending));
    }
    renameSync(join(directory, whole), path);
    for (const file of readdirSync(directory)) {
      if (file.startsWith('index-')) rmSync(join(directory, file), { force: true });
    }
    return { ...counts, damaged };
  } catch (error) {
    throw asLedgerError(error, directory, ExitCode.usage);
  }
}

function refuseWhileRunning(directory: string): void {
  const locks = existsSync(directory) ? readdirSync(directory).filter((file) => file.endsWith('.lock')) : [];
  if (!locks.some((file) => RunLock.isHeld(join(directory, file)))) return;
  throw new RunError(ExitCode.inProgress, 'IN_PROGRESS', 'an upload is in progress', 'repair the ledger after its end');
}

type Counts = Omit<Repaired, 'damaged'>;

/** Of a repair that was broken off after the new database was whole. */
function countRows(directory: string): Counts {
  const database = LedgerDatabase.openToRead(join(directory, whole));
  const runs = [...(database?.rows('runs') ?? [])].length;
  const calls = (database?.events(0) ?? []).filter(({ id, call }) => id === call).length;
  database?.close();
  return { runs, calls, lostCalls: 0, lostOutcomes: 0 };
}

/** Rows of a database that may be damaged anywhere: each is asked for by its number, and those that are whole are kept. */
class Salvage {
  readonly #database: LedgerDatabase | undefined;

  constructor(path: string) {
    try {
      this.#database = LedgerDatabase.openDamaged(path);
    } catch {
      // Nothing of it can be read.
    }
  }

  /** The highest number of a table, as far as it can be told. */
  last(table: Table): number {
    return this.#try(() => this.#database?.last(table)) ?? 0;
  }

  head(): Head | undefined {
    return this.#try(() => this.#database?.head());
  }

  events(): readonly LedgerEvent[] {
    return this.#try(() => this.#database?.events(0)) ?? [];
  }

  row<T>(table: Table, id: number, unseal: (id: number, row: unknown) => T): { row: Buffer; value: T } | undefined {
    return this.#try(() => {
      const row = this.#database?.row(table, id);
      return { row: row as Buffer, value: unseal(id, row) };
    });
  }

  close(): void {
    this.#try(() => this.#database?.close());
  }

  #try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch {
      return undefined;
    }
  }
}

function salvage(directory: string, hasLoss: boolean): Counts {
  const old = new Salvage(join(directory, 'ledger.db'));
  const begun = new Witness(join(directory, 'calls.log')).all();
  const head = old.head();
  const lastEvent = Math.max(0, head?.event ?? 0, old.last('calls'), ...begun);
  const lastRun = Math.max(head?.run ?? 0, old.last('runs'));
  const path = join(directory, 'repairing.db');
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(path + ending, { force: true });
  const repaired = LedgerDatabase.open(path);
  const counts = repaired.write(() => {
    const filled = fill(repaired, old, lastEvent, lastRun, begun);
    // Without the first row or with events missing, nothing tells how many calls there were.
    const isCounted = head !== undefined && head.hasLoss !== true && old.events().length === head.event;
    repaired.setHead({ ...repaired.head(), hasLoss: hasLoss || !isCounted || filled.lostCalls > 0 });
    return filled;
  });
  repaired.close();
  old.close();
  renameSync(path, join(directory, whole));
  return counts;
}

function fill(
  repaired: LedgerDatabase,
  old: Salvage,
  lastCall: number,
  lastRun: number,
  begun: ReadonlySet<number>,
): Counts {
  const events = new Map<number, LedgerEvent>();
  const callOf = new Map<number, StoredCall>();
  let records = 0;
  let lostOutcomes = 0;
  const settled = new Set(old.events().flatMap(({ id, call }) => (id === call || call === 0 ? [] : [call])));
  for (let id = 1; id <= lastCall; id += 1) {
    const call = old.row('calls', id, unsealCall);
    if (call === undefined) continue;
    repaired.put('calls', id, call.row);
    events.set(id, { id, call: id, run: call.value.run });
    callOf.set(id, call.value);
    records += call.value.marks.records;
    const settlement = old.row('settlements', id, unsealSettlement);
    if (settlement === undefined) {
      if (settled.has(id)) lostOutcomes += 1;
      continue;
    }
    repaired.put('settlements', id, settlement.row);
    events.set(settlement.value.event, { id: settlement.value.event, call: id, run: call.value.run });
  }
  const runs = fillRuns(repaired, old, lastRun, callOf);
  const event = Math.max(lastCall, ...events.keys());
  // Of what is lost, the number is not given again.
  for (let id = 1; id <= event; id += 1) repaired.addEvent(events.get(id) ?? { id, call: 0, run: 0 });
  repaired.setHead({ event, run: Math.max(lastRun, ...runs), records, index: '', indexed: 0 });
  const known = new Set([...begun, ...old.events().flatMap(({ id, call }) => (id === call ? [id] : []))]);
  const lostCalls = [...known].filter((id) => !callOf.has(id)).length;
  return { runs: runs.size, calls: callOf.size, lostCalls, lostOutcomes };
}

/** Of a run whose own row is lost, what its calls say of it. */
function fillRuns(
  repaired: LedgerDatabase,
  old: Salvage,
  lastRun: number,
  calls: ReadonlyMap<number, StoredCall>,
): ReadonlySet<number> {
  const kept = new Set<number>();
  for (let id = 1; id <= lastRun; id += 1) {
    const run = old.row('runs', id, unsealRun);
    if (run === undefined) continue;
    repaired.put('runs', id, run.row);
    kept.add(id);
  }
  for (const { run, runId, account, paths, startedAt } of calls.values()) {
    if (kept.has(run)) continue;
    const details = { args: [], options: {}, workingDirectory: '', finishedAt: null, exitCode: null, records: null };
    const known = { id: runId, account, paths, startedAt: new Date(startedAt).toISOString() };
    repaired.put('runs', run, sealRun(run, { ...known, ...details, work: '', pid: 0, isPruned: true }));
    kept.add(run);
  }
  return kept;
}
