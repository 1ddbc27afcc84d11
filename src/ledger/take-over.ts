import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Libsql from 'libsql';
import { isBusy } from './failure.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { sealCall, sealRun, sealSettlement, type StoredCall, type StoredRun, unsealRun, workOf } from './rows.ts';
import { Entry, type NewRun, type RecordCounts, type Settlement } from './run-store.ts';
import { Damage } from './seal.ts';
import type { Witness } from './witness.ts';

/** Version 0.1 kept each run in a file of its own, `runs/<id>.db`, and was its only user as long as it had it open. */
const folders = { runs: 'runs', locks: 'locks' };

/** "DCYR" */
const applicationId = 0x44435952;

const isRunFile = (name: string): boolean => name.endsWith('.db');

/** Files of runs that version 0.1 has left in a state directory. */
export function earlierRunFiles(stateDirectory: string): readonly string[] {
  const folder = join(stateDirectory, folders.runs);
  return existsSync(folder)
    ? readdirSync(folder)
        .filter(isRunFile)
        .map((name) => join(folder, name))
    : [];
}

/** Those of them that can't be read. */
export const unreadableRunFiles = (stateDirectory: string): readonly string[] =>
  earlierRunFiles(stateDirectory).filter((path) => {
    try {
      readRunFile(path);
      return false;
    } catch {
      return true;
    }
  });

/**
 * Takes what version 0.1 knew of runs into the ledger, all of it at once, and then removes the files. Those that are in use stay
 * until the next time.
 *
 * @returns whether there were any
 */
export function takeOver(stateDirectory: string, database: LedgerDatabase, witness: Witness): boolean {
  const files = earlierRunFiles(stateDirectory);
  if (files.length === 0) return false;
  const done = database.write(() => {
    const known = new Set([...database.rows('runs')].map(([number, row]) => unsealRun(number, row).id));
    const read = files.flatMap((path) => {
      const run = readRunFile(path);
      return run === 'in use' ? [] : [{ path, run }];
    });
    const runs = read.flatMap(({ run }) => (run === undefined || known.has(run.run.id) ? [] : [run]));
    for (const run of runs.toSorted((a, b) => (a.run.startedAt < b.run.startedAt ? -1 : 1))) add(run, database);
    return read.map(({ path }) => path);
  });
  const { event } = database.read(() => database.head());
  if (event > 0) witness.add(event);
  for (const path of done) removeDatabase(path);
  if (done.length === files.length) {
    for (const folder of Object.values(folders)) rmSync(join(stateDirectory, folder), { recursive: true, force: true });
  }
  return true;
}

function removeDatabase(path: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(path + ending, { force: true });
}

interface EarlierRun {
  readonly run: NewRun & Pick<StoredRun, 'finishedAt' | 'exitCode' | 'records'>;
  readonly chunks: readonly EarlierChunk[];
}

interface EarlierChunk {
  readonly marks: StoredCall['marks'];
  /** `undefined` while it was on its way. */
  readonly settlement: Settlement | undefined;
}

function add({ run, chunks }: EarlierRun, database: LedgerDatabase): void {
  const head = database.head();
  const number = head.run + 1;
  const { id: runId, account, paths } = run;
  const work = workOf(
    account,
    paths.map((path) => realPath(resolve(run.workingDirectory, path))),
  );
  database.put('runs', number, sealRun(number, { ...run, work, pid: 0, isPruned: false }));
  const startedAt = Date.parse(run.startedAt);
  const { apiVersion = 'v2' } = run.options as { readonly apiVersion?: 'v1' | 'v2' };
  let { event, records } = head;
  for (const [place, { marks, settlement }] of chunks.entries()) {
    event += 1;
    const call = event;
    const facts = { run: number, runId, account, paths, number: place + 1, apiVersion, idempotencyKey: '', startedAt };
    database.put('calls', call, sealCall(call, { ...facts, marks }));
    database.addEvent({ id: call, call, run: number });
    records += marks.records;
    if (settlement === undefined) continue;
    event += 1;
    database.put('settlements', call, sealSettlement(call, event, settlement));
    database.addEvent({ id: event, call, run: number });
  }
  database.setHead({ ...head, run: number, event, records });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What a file holds; `undefined` for one whose process was killed before it wrote something. */
function readRunFile(path: string): EarlierRun | 'in use' | undefined {
  const connection = new Libsql(path, { timeout: 0 });
  try {
    // As for the ledger: an error must not contain what is damaged.
    connection.exec('PRAGMA writable_schema = ON');
    const first = (sql: string): unknown => (connection.prepare(sql).raw(true).get() as unknown[])[0];
    if (first('SELECT count(*) FROM sqlite_master') === 0) return undefined;
    if (first('PRAGMA application_id') !== applicationId) throw new Damage('it is another file');
    const [run] = select(connection, 'run', runColumns);
    if (run === undefined) return undefined;
    return { run: runOf(run), chunks: select(connection, 'chunks', chunkColumns, 'ORDER BY position').map(chunkOf) };
  } catch (error) {
    if (isBusy(error)) return 'in use';
    throw new Damage(`the run file ${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    connection.close();
  }
}

const runColumns = [
  'id',
  'command',
  'args',
  'paths',
  'options',
  'working_directory',
  'base_url',
  'organization_id',
  'started_at',
  'finished_at',
  'exit_code',
  'records',
] as const;

const chunkColumns = [
  'records',
  'first_input',
  'last_input',
  'rows',
  'hashes',
  'files',
  'fates',
  'ids',
  'packages',
] as const;

/** A row's values as texts: libsql aborts the process on texts that are not UTF-8, and so they are read as bytes. */
type Texts<Column extends string> = Readonly<Record<Column, string | undefined>>;

function select<Column extends string>(
  connection: Libsql.Database,
  table: string,
  columns: readonly Column[],
  rest = '',
): readonly Texts<Column>[] {
  const list = columns.map((column) => `CAST(CAST(${column} AS TEXT) AS BLOB)`).join(', ');
  const rows = connection.prepare(`SELECT ${list} FROM ${table} ${rest}`).raw(true).all() as (Buffer | null)[][];
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return rows.map((row) => {
    const texts = row.map((bytes) => (bytes === null ? undefined : decoder.decode(bytes)));
    return Object.fromEntries(columns.map((column, place) => [column, texts[place]])) as Texts<Column>;
  });
}

function runOf(row: Texts<(typeof runColumns)[number]>): EarlierRun['run'] {
  const { id = '', command, args, paths, options, exit_code: exitCode, records } = row;
  if (id === '' || (command !== 'requests' && command !== 'recharges')) throw new Damage('its run is damaged');
  return {
    id,
    account: {
      kind: command,
      baseUrl: row.base_url ?? '',
      organizationId: (row.organization_id ?? '').toLowerCase(),
    },
    args: JSON.parse(args ?? '') as string[],
    paths: JSON.parse(paths ?? '') as string[],
    options: JSON.parse(options ?? '') as object,
    workingDirectory: row.working_directory ?? '',
    startedAt: row.started_at ?? '',
    finishedAt: row.finished_at ?? null,
    exitCode: exitCode === undefined ? null : Number(exitCode),
    records: records === undefined ? null : (JSON.parse(records) as RecordCounts),
  };
}

function chunkOf(row: Texts<(typeof chunkColumns)[number]>): EarlierChunk {
  const records = Number(row.records);
  const rows = (row.rows ?? '').split(' ').map(Number);
  const hashes = (row.hashes ?? '').split(' ').map((hash) => Buffer.from(hash, 'base64url'));
  const { fates } = row;
  const isWhole =
    rows.length === records &&
    rows.every((number) => Number.isSafeInteger(number) && number > 0) &&
    hashes.length === records &&
    hashes.every(({ length }) => length === 16) &&
    (fates === undefined || /^[ARNU]*$/.test(fates)) &&
    (fates?.length ?? records) === records;
  if (!isWhole) throw new Damage('its chunks are damaged');
  return {
    marks: {
      records,
      contents: Buffer.concat(hashes),
      keys: new Uint8Array(16 * records),
      cells: new Uint8Array(8 * records),
      movements: new Uint8Array(8 * records),
      inputs: inputsOf(rows, Number(row.first_input), Number(row.last_input)),
      rows: Uint32Array.from(rows),
      lines: new Uint32Array(records),
    },
    settlement: fates === undefined ? undefined : settlementOf(fates, row),
  };
}

/** Rows are numbered in each input: where a number is not higher than the one before, another input begins. */
function inputsOf(rows: readonly number[], first: number, last: number): Uint16Array {
  const inputs = new Uint16Array(rows.length);
  let input = first;
  for (const [place, row] of rows.entries()) {
    if (place > 0 && row <= (rows[place - 1] ?? 0)) input += 1;
    inputs[place] = input;
  }
  // An input of which nothing was sent does not show; the last one is known.
  return input === last ? inputs : inputs.map((each) => (each === input ? last : each));
}

const entries: Readonly<Record<string, Entry>> = {
  A: Entry.accepted,
  R: Entry.rejected,
  N: Entry.notStored,
  U: Entry.uncertain,
};

function settlementOf(fates: string, row: Texts<'files' | 'ids' | 'packages'>): Settlement {
  const accepted = fates.replaceAll(/[^A]/g, '').length;
  /** One for each accepted record, separated by spaces: where an id has a space itself, it is not known which one it is. */
  const spread = (text: string | undefined): readonly (string | undefined)[] => {
    const texts = text === undefined || accepted === 0 ? [] : text.split(' ');
    const isKnown = texts.length === accepted;
    let place = -1;
    return Array.from(fates, (fate) => {
      if (fate !== 'A') return undefined;
      place += 1;
      return isKnown ? texts[place] || undefined : undefined;
    });
  };
  return {
    endedAt: undefined,
    entries: Uint8Array.from(fates, (fate) => entries[fate] ?? Entry.uncertain),
    ids: spread(row.ids),
    packageIds: spread(row.packages),
    files: (row.files ?? '').split(' ').filter((file) => file !== ''),
  };
}
