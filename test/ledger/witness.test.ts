import { afterEach, expect, test, vi } from 'vitest';
import { findDamage } from '../../src/ledger/repair.ts';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { Witness } from '../../src/ledger/witness.ts';
import { temporaryFolder } from '../support/command.ts';
import { marksOf, newRun } from '../support/ledger.ts';

// Several processes start at once: one opens the ledger while another one writes a call down, first in the database and then in the
// file of witnessed calls. Whoever read the database before that and the file after it would take the ledger for damaged.

afterEach(() => void vi.restoreAllMocks());

const isDone = <T>(work: Promise<T>): Promise<T | { readonly code: string }> =>
  work.catch((error: { readonly code: string }) => error);

test.each<[string, (folder: string) => Promise<unknown>]>([
  ['an upload', async (folder) => (await createSqliteStore(folder).create(newRun('b'), ['b.csv'])).run.id],
  ['resume', async (folder) => (await createSqliteStore(folder).open('old')).run.id],
  ['runs', async (folder) => (await createSqliteStore(folder).list()).length],
  ['doctor', async (folder) => findDamage(folder)],
])('%s that begins while another process writes a call down finds no damage', async (what, start) => {
  const folder = temporaryFolder();
  const store = createSqliteStore(folder);
  const old = await store.create(newRun('old'), ['old.csv']);
  await old.finish('2026-01-01T00:00:01.000Z', 0, { accepted: 0, rejected: 0, not_sent: 0, uncertain: 0 });
  const other = await store.create(newRun('a'), ['a.csv']);
  const intent = { marks: marksOf(['x']), apiVersion: 'v2', idempotencyKey: '', startedAt: 0, position: 0 } as const;
  await other.begin(intent);
  const { last } = Witness.prototype;
  const begun: Promise<unknown>[] = [];
  const looks = vi.spyOn(Witness.prototype, 'last').mockImplementation(function (this: Witness) {
    // At the worst moment: just before the file is read.
    begun.push(other.begin(intent));
    return last.call(this);
  });
  const came = await isDone(start(folder));
  expect(looks).toHaveBeenCalled();
  expect(await Promise.all(begun)).not.toContainEqual(expect.objectContaining({ taken: expect.anything() }));
  expect(came).toEqual({ 'an upload': 'b', resume: 'old', runs: 2, doctor: [] }[what]);
});
