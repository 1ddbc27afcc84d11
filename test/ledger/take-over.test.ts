import Libsql from 'libsql';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Account, Entry, type RunStore } from '../../src/ledger/run-store.ts';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { temporaryFolder } from '../support/command.ts';
import { newRun } from '../support/ledger.ts';

const released = fileURLToPath(new URL('../released/', import.meta.url));
const names = ['broken-off', 'killed', 'finished'] as const;

const account: Account = {
  kind: 'requests',
  baseUrl: 'http://127.0.0.1:1',
  organizationId: '00000000-0000-4000-8000-000000000000',
};

/** Copies of the state directories of a released version, in one. */
function stateOf(...copied: readonly (typeof names)[number][]): string {
  const directory = temporaryFolder();
  for (const name of copied) cpSync(join(released, name, 'dcycle-upload'), directory, { recursive: true });
  return directory;
}

const pathsIn = (directory: string): readonly string[] =>
  readdirSync(join(directory, 'runs')).map((name) => join(directory, 'runs', name));

const idOf = (name: (typeof names)[number]): string =>
  (readdirSync(join(released, name, 'dcycle-upload', 'runs'))[0] ?? '').replace('.db', '');

/** What the released version has sent, record by record, and the hash of each. */
const sent = readFileSync(join(released, 'sent.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((body) =>
    (JSON.parse(body) as { readonly records: readonly object[] }).records.map((each) => JSON.stringify(each)),
  );

/** Marks as an upload of the same records makes them now: 128 bits of SHA-256 of the JSON text. */
const marksOfSent = (records: readonly string[]) => ({
  records: records.length,
  contents: Buffer.concat(records.map((json) => createHash('sha256').update(json).digest().subarray(0, 16))),
  keys: new Uint8Array(16 * records.length),
  cells: new Uint8Array(8 * records.length),
  movements: new Uint8Array(8 * records.length),
  inputs: new Uint16Array(records.length),
  rows: new Uint32Array(records.length),
  lines: new Uint32Array(records.length),
});

async function knownOf(store: RunStore, records: readonly string[]) {
  const run = await store.create(newRun('new', { account }), ['/new']);
  const { found } = await run.known(marksOfSent(records));
  await run.close();
  return records.map((_, record) => found.get(record) ?? []);
}

test('runs of a released version are listed as they were', async () => {
  const directory = stateOf(...names);
  const store = createSqliteStore(directory);
  const runs = await store.list();
  expect(runs.map(({ id, exitCode, records }) => [id, exitCode, records?.accepted ?? null]).toSorted()).toEqual(
    [
      [idOf('broken-off'), 5, 10],
      [idOf('killed'), null, null],
      [idOf('finished'), 1, 30],
    ].toSorted(),
  );
  expect(runs[0]).toMatchObject({
    account,
    args: [
      'requests',
      'shipments.csv',
      'shipments.jsonl',
      '--chunk-size',
      '10',
      '--concurrency',
      '1',
      '--retries',
      '0',
    ].concat([
      '--set',
      'category=road',
      '--out',
      'out.jsonl',
      '--errors',
      'errors.jsonl',
      '--rejected',
      'rejected.csv',
    ]),
    paths: ['shipments.csv', 'shipments.jsonl'],
    workingDirectory: '/released',
    startedAt: '2026-01-15T12:00:00.000Z',
    isRunning: false,
  });
  expect(readdirSync(directory)).toEqual(['ledger']);
  await store.close();
});

test('records of a released version are known by the hashes of what it sent', async () => {
  const store = createSqliteStore(stateOf('broken-off'));
  const known = await knownOf(store, sent.flat());
  expect(known.map((entries) => entries.map(({ entry, by }) => [by, entry]))).toEqual([
    ...Array.from({ length: 10 }, () => [['content', Entry.accepted]]),
    ...Array.from({ length: 10 }, () => [['content', Entry.uncertain]]),
    ...Array.from({ length: 10 }, () => []),
  ]);
  const id = idOf('broken-off');
  expect(known[0]).toMatchObject([
    {
      runId: id,
      call: 1,
      record: 0,
      path: 'shipments.csv',
      row: 1,
      day: '2026-01-15',
      id: '01a21e04-4746-424d-b5f3-7089d6f68ce4',
    },
  ]);
  const { calls } = await store.read(id);
  expect(calls.map(({ number, files }) => [number, files])).toEqual([
    [1, ['f5f020ed-4a70-4e8c-b01a-acc331b0a5b2']],
    [2, []],
    [3, []],
  ]);
  expect([...(calls[2]?.marks.inputs ?? [])]).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect([...(calls[2]?.marks.rows ?? [])]).toEqual([24, 25, 1, 2, 3, 4, 5, 6, 8, 9]);
  await store.close();
});

test('what was on its way when a released version was killed is of unknown outcome', async () => {
  const store = createSqliteStore(stateOf('killed'));
  const known = await knownOf(store, sent[1] ?? []);
  for (const entries of known) expect(entries).toMatchObject([{ entry: Entry.sending, isRunning: false }]);
  await store.close();
});

test('a run that was taken over is not taken over again when its file is still there', async () => {
  const directory = stateOf('finished');
  const kept = temporaryFolder();
  const [path = ''] = pathsIn(directory);
  copyFileSync(path, join(kept, 'a.db'));
  const store = createSqliteStore(directory);
  expect(await store.list()).toHaveLength(1);
  await store.close();
  // As if the process had been killed before it removed the file.
  mkdirSync(join(directory, 'runs'));
  copyFileSync(join(kept, 'a.db'), path);
  const again = createSqliteStore(directory);
  expect(await again.list()).toHaveLength(1);
  expect((await knownOf(again, sent[0] ?? [])).every((entries) => entries.length === 1)).toBe(true);
  expect(existsSync(path)).toBe(false);
  await again.close();
});

test('a run that the released version works on stays where it is until later', async () => {
  const directory = stateOf('finished', 'killed');
  const path = join(directory, 'runs', `${idOf('killed')}.db`);
  const other = new Libsql(path);
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const store = createSqliteStore(directory);
  expect((await store.list()).map(({ id }) => id)).toEqual([idOf('finished')]);
  expect(pathsIn(directory)).toEqual([path]);
  other.exec('ROLLBACK');
  other.close();
  await store.close();
  const again = createSqliteStore(directory);
  expect((await again.list()).map(({ id }) => id).toSorted()).toEqual([idOf('finished'), idOf('killed')].toSorted());
  await again.close();
});

test('ids that had spaces are not mixed up, and a file that is damaged is not believed', async () => {
  const directory = stateOf('finished');
  const [path = ''] = pathsIn(directory);
  const change = (sql: string): void => {
    const database = new Libsql(path);
    database.exec(sql);
    database.close();
  };
  change(
    "UPDATE chunks SET ids = 'with space ' || ids WHERE position = 0; UPDATE chunks SET hashes = 'x' WHERE position = 1",
  );
  const store = createSqliteStore(directory);
  await expect(store.list()).rejects.toMatchObject({ code: 'STATE_DAMAGED', exitCode: 2 });
  expect(existsSync(path)).toBe(true);
  change('DELETE FROM chunks WHERE position = 1');
  const [first] = (await store.read(idOf('finished'))).calls;
  expect(first?.ids).toEqual(Array.from({ length: 10 }, () => undefined));
  expect([...(first?.entries ?? [])]).toEqual(Array.from({ length: 10 }, () => Entry.accepted));
  await store.close();
});
