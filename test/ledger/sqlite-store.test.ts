import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { temporaryFolder } from '../support/command.ts';
import { account, intentOf, marksOf, newRun } from '../support/ledger.ts';
import { testRunStore } from './contract.ts';

testRunStore(() => {
  const directory = temporaryFolder();
  return () => createSqliteStore(directory);
});

test('reading writes nothing, also next to a run that was killed', async () => {
  const directory = temporaryFolder();
  const writer = createSqliteStore(directory);
  for (let n = 0; n < 30; n += 1) {
    const run = await writer.create(newRun(`r-${String(n)}`), [String(n)]);
    const marks = marksOf([`a-${String(n)}`]);
    await run.begin(intentOf(marks, (await run.known(marks)).position));
    if (n < 29) await run.close();
  }
  // As a process leaves it that is killed: with a log, and a lock that no one holds.
  const left = temporaryFolder();
  cpSync(directory, left, { recursive: true });
  const filesOf = () =>
    readdirSync(join(left, 'ledger'))
      // What readers share in memory, and what SQLite left of a lock that no one holds any more.
      .filter((name) => !name.endsWith('-shm') && !name.endsWith('.lock-journal'))
      .map((name) => [name, readFileSync(join(left, 'ledger', name)).toString('base64')]);
  const before = filesOf();
  const reader = createSqliteStore(left);
  expect((await reader.list()).length).toBe(30);
  expect((await reader.read('r-29')).calls.length).toBe(1);
  const view = await reader.view(account);
  expect((await view.known(marksOf(['a-29', 'a-1']))).found.size).toBe(2);
  await view.close();
  await reader.close();
  expect(filesOf()).toEqual(before);
  await writer.close();
});
