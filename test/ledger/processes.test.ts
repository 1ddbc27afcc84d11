import { afterAll, expect, test } from 'vitest';
import type { RunStore } from '../../src/ledger/run-store.ts';
import { temporaryFolder } from '../support/command.ts';
import { intentOf, marksOf, newRun, settlementOf } from '../support/ledger.ts';
import { LedgerProcess } from '../support/ledger-process.ts';
import { testAgainstModel } from './model.ts';

/** Small, so that indexes are made. */
const sizes = { pendingAtMost: 8 };

const processes: LedgerProcess[] = [];

function start(): LedgerProcess {
  const started = new LedgerProcess();
  processes.push(started);
  return started;
}

afterAll(async () => {
  for (const each of processes) if (each.isAlive) await each.kill();
});

testAgainstModel(() => {
  const directory = temporaryFolder();
  const idle = processes.filter(({ isAlive }) => isAlive);
  return () => {
    const process = idle.pop() ?? start();
    return { store: process.connect(directory, sizes), kill: () => process.kill() };
  };
});

test('of processes that begin the same records at the same moment, one gets them', async () => {
  const directory = temporaryFolder();
  const stores = Array.from({ length: 3 }, () => start().connect(directory, sizes));
  const marks = marksOf(['a', 'b', 'c']);
  const same = await Promise.allSettled(
    stores.map((store, at) => store.create(newRun(`same-${String(at)}`), ['/same'])),
  );
  expect(same.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const each of same) {
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'IN_PROGRESS', exitCode: 6 });
    else await each.value.close();
  }
  const runs = await Promise.all(stores.map((store, at) => store.create(newRun(`run-${String(at)}`), [String(at)])));
  const looks = await Promise.all(runs.map((run) => run.known(marks)));
  const begun = await Promise.all(runs.map((run, at) => run.begin(intentOf(marks, looks[at]?.position ?? 0))));
  expect(begun.filter((each) => 'call' in each)).toHaveLength(1);
  for (const each of begun) if ('taken' in each) expect([...each.taken.keys()]).toEqual([0, 1, 2]);
  for (const run of runs) await run.close();
  for (const store of stores) await store.close();
});

test('processes that replace the index all the time find it, and all that is known', async () => {
  const directory = temporaryFolder();
  const stores = Array.from({ length: 3 }, () => start().connect(directory, { pendingAtMost: 0 }));
  const upload = async (store: RunStore, name: string): Promise<void> => {
    const run = await store.create(newRun(name), [name]);
    const marks = marksOf([`${name} a`, `${name} b`]);
    const { position, found } = await run.known(marks);
    expect(found.size).toBe(0);
    const begun = await run.begin(intentOf(marks, position));
    if (!('call' in begun)) throw new Error('taken');
    await run.settle(begun.call, settlementOf('AA'));
    await run.finish('2026-01-01T00:00:01.000Z', 0, { accepted: 2, rejected: 0, not_sent: 0, uncertain: 0 });
  };
  const rounds = Array.from({ length: 20 }, (_, round) => round);
  await Promise.all(
    stores.map(async (store, at) => {
      for (const round of rounds) await upload(store, `${String(at)}-${String(round)}`);
    }),
  );
  const reader = start().connect(directory, sizes);
  const run = await reader.create(newRun('last'), ['last']);
  const names = stores.flatMap((_, at) =>
    rounds.flatMap((round) => ['a', 'b'].map((x) => `${String(at)}-${String(round)} ${x}`)),
  );
  expect((await run.known(marksOf(names))).found.size).toBe(names.length);
  await run.close();
  for (const each of [...stores, reader]) await each.close();
});
