import { describe, expect, test } from 'vitest';
import { type CallRecord, type OpenRun, Entry, type RecordMarks, type RunStore } from '../../src/ledger/run-store.ts';
import { account, intentOf, marksOf, newRun, settlementOf } from '../support/ledger.ts';

const callsOf = async (run: OpenRun): Promise<readonly CallRecord[]> => {
  const calls: CallRecord[] = [];
  for await (const call of run.calls()) calls.push(call);
  return calls;
};

/** Sends records as a run does: looks what is known, begins. */
async function begin(run: OpenRun, marks: RecordMarks): Promise<number> {
  const { position } = await run.known(marks);
  const begun = await run.begin(intentOf(marks, position));
  if ('taken' in begun) throw new Error('taken');
  return begun.call;
}

const counts = { accepted: 2, rejected: 0, not_sent: 0, uncertain: 0 };
const end = '2026-01-01T00:01:00.000Z';

/**
 * What every ledger does.
 *
 * @param connect gives the same ledger each time, as another process has it
 */
export function testRunStore(connectTo: () => () => RunStore): void {
  describe('a ledger', () => {
    test('keeps a run with its calls as they were written', async () => {
      const connect = connectTo();
      const store = connect();
      const run = await store.create(newRun('r-1'), ['/w/a.csv']);
      const marks = marksOf([{ content: 'a', key: 'k', cells: 'c', movement: 'm', row: 7 }, 'b', 'c']);
      const call = await begin(run, marks);
      const ids = ['with space\nand line', '', '\ud800 lone 😀'];
      const settlement = { ...settlementOf('AAA', ids), packageIds: [undefined, '', ' p '], files: ['f 1', ''] };
      await run.settle(call, settlement);
      await run.finish(end, 0, counts);
      await store.close();

      const again = connect();
      const { run: read, calls } = await again.read('r-1');
      expect(read).toEqual({ ...newRun('r-1'), finishedAt: end, exitCode: 0, records: counts, isRunning: false });
      expect(calls).toMatchObject([
        {
          number: 1,
          apiVersion: 'v2',
          idempotencyKey: 'key',
          startedAt: Date.UTC(2026, 0, 1),
          ids,
          files: ['f 1', ''],
        },
      ]);
      expect(calls[0]?.packageIds).toEqual([undefined, '', ' p ']);
      expect([...(calls[0]?.marks.rows ?? [])]).toEqual([7, 2, 3]);
      for (const relation of ['contents', 'keys', 'cells', 'movements'] as const) {
        expect(Buffer.from(calls[0]?.marks[relation] ?? []).equals(marks[relation])).toBe(true);
      }
      expect(await again.list()).toEqual([read]);
      await again.close();
    });

    test('knows records of earlier runs by content, identity, cells and movement, and only their account does', async () => {
      const store = connectTo()();
      const first = await store.create(newRun('first'), ['/a']);
      const sent = marksOf([
        { content: 'a', key: 'ka', cells: 'ca', movement: 'm' },
        { content: 'b', key: 'kb', cells: 'cb', movement: 'm' },
        'rejected',
        'missing',
        'uncertain',
      ]);
      await first.settle(await begin(first, sent), settlementOf('AARNU', ['id-a', 'id-b']));
      await first.finish(end, 1, counts);

      const second = await store.create(newRun('second'), ['/b']);
      const { found } = await second.known(
        marksOf([
          'a',
          { content: 'x', key: 'kb' },
          { content: 'y', cells: 'ca' },
          { content: 'z', movement: 'm' },
          'rejected',
          'missing',
          'uncertain',
          'new',
        ]),
      );
      const shown = [...found].map(([record, entries]) => [
        record,
        entries.map(({ by, entry, id }) => [by, entry, id]),
      ]);
      expect(shown).toEqual([
        [0, [['content', Entry.accepted, 'id-a']]],
        [1, [['key', Entry.accepted, 'id-b']]],
        [2, [['cells', Entry.accepted, 'id-a']]],
        [3, [['movement', Entry.accepted, 'id-a']]],
        [6, [['content', Entry.uncertain, undefined]]],
      ]);
      expect(found.get(0)).toMatchObject([
        { runId: 'first', isRunning: false, call: 1, record: 0, path: 'a.csv', row: 1, day: '2026-01-01' },
      ]);
      expect(await second.owners(['id-b', 'id-x', ''])).toEqual(
        new Map([
          [
            'id-b',
            {
              runId: 'first',
              call: 1,
              record: 1,
              path: 'a.csv',
              row: 2,
              entry: Entry.accepted,
              order: expect.any(Number) as number,
              key: new Uint8Array(sent.keys.subarray(16, 32)),
            },
          ],
        ]),
      );
      await second.close();
      const others = [{ kind: 'recharges' }, { baseUrl: 'https://other/' }, { organizationId: 'o' }] as const;
      for (const [place, other] of others.entries()) {
        const run = await store.create(newRun(`other-${String(place)}`, { account: { ...account, ...other } }), ['/a']);
        expect((await run.known(sent)).found.size).toBe(0);
        expect((await run.owners(['id-a'])).size).toBe(0);
        await run.close();
      }
      await store.close();
    });

    test('shows who writes nothing what every run has sent, those that are being sent included', async () => {
      const connect = connectTo();
      const reader = connect();
      const before = await reader.view(account);
      expect(before.gap).toBe('empty');
      expect((await before.known(marksOf(['a']))).found.size).toBe(0);
      await before.close();
      const writer = connect();
      const run = await writer.create(newRun('r'), ['/a']);
      await run.settle(await begin(run, marksOf(['a'])), settlementOf('A', ['id-a']));
      const view = await reader.view(account);
      const shown = async () =>
        [...(await view.known(marksOf(['a', 'b']))).found].map(([record, [first]]) => [
          record,
          first?.entry,
          first?.isRunning,
          first?.id,
        ]);
      expect(view.gap).toBeUndefined();
      expect(await shown()).toEqual([[0, Entry.accepted, true, 'id-a']]);
      await begin(run, marksOf(['b']));
      expect(await shown()).toEqual([
        [0, Entry.accepted, true, 'id-a'],
        [1, Entry.sending, true, undefined],
      ]);
      await run.close();
      expect((await shown()).at(1)).toEqual([1, Entry.sending, false, undefined]);
      const other = await reader.view({ ...account, organizationId: 'o' });
      expect((await other.known(marksOf(['a']))).found.size).toBe(0);
      await Promise.all([view.close(), other.close()]);
      await Promise.all([writer.close(), reader.close()]);
    });

    test('keeps ids that may be each other’s as known, and gives none of them as that of a record', async () => {
      const store = connectTo()();
      const first = await store.create(newRun('first'), ['/a']);
      const call = await begin(first, marksOf(['a', 'b', 'c']));
      await first.settle(call, { ...settlementOf('AAA', ['x', 'y', 'z']), alike: [0, 1] });
      await first.finish(end, 0, counts);
      const second = await store.create(newRun('second'), ['/b']);
      const { found } = await second.known(marksOf(['a', 'b', 'c']));
      expect([...found.values()].map(([entry]) => entry?.id)).toEqual([undefined, undefined, 'z']);
      expect([...(await second.owners(['x', 'y', 'z'])).keys()]).toEqual(['x', 'y', 'z']);
      expect((await store.read('first')).calls[0]).toMatchObject({ ids: ['x', 'y', 'z'], alike: [0, 1] });
      await second.close();
      await store.prune('2027');
      const view = await store.view(account);
      expect((await view.known(marksOf(['a']))).found.get(0)).toMatchObject([{ id: undefined }]);
      await view.close();
      await store.close();
    });

    test('knows all records with one content, in each of those who ask', async () => {
      const store = connectTo()();
      const first = await store.create(newRun('first'), ['/a']);
      await first.settle(await begin(first, marksOf(['a', 'a', 'b', 'a'])), settlementOf('AARA'));
      await first.close();
      const second = await store.create(newRun('second'), ['/b']);
      const { found } = await second.known(marksOf(['a', 'b', 'a']));
      expect([...found].map(([record, entries]) => [record, entries.map((entry) => entry.row)])).toEqual([
        [0, [1, 2, 4]],
        [2, [1, 2, 4]],
      ]);
      await second.close();
      await store.close();
    });

    test('does not find what a run has begun itself, but what it has begun before it was opened again', async () => {
      const store = connectTo()();
      const run = await store.create(newRun('r'), ['/a']);
      await begin(run, marksOf(['a']));
      expect((await run.known(marksOf(['a']))).found.size).toBe(0);
      expect((await callsOf(run)).map(({ entries }) => [...entries])).toEqual([[Entry.sending]]);
      await run.close();
      const again = await store.open('r');
      const { found } = await again.known(marksOf(['a']));
      expect(found.get(0)).toMatchObject([{ by: 'content', entry: Entry.sending, runId: 'r', isRunning: true }]);
      expect(await begin(again, marksOf(['b']))).toBe(2);
      await again.settle(1, settlementOf('A', ['late']));
      expect((await callsOf(again)).map(({ entries, ids }) => [...entries, ...ids])).toEqual([
        [Entry.accepted, 'late'],
        [Entry.sending, undefined],
      ]);
      await again.close();
      await store.close();
    });

    test('gives no record to two runs', async () => {
      const connect = connectTo();
      const [one, two] = [connect(), connect()];
      const first = await one.create(newRun('first'), ['/a']);
      const second = await two.create(newRun('second'), ['/b']);
      const { position } = await first.known(marksOf(['a', 'b']));
      const { position: other } = await second.known(marksOf(['b', { content: 'c', key: 'k' }]));
      expect(await first.begin(intentOf(marksOf(['a', 'b', { content: 'd', key: 'k' }]), position))).toEqual({
        call: 1,
      });
      const begun = await second.begin(intentOf(marksOf(['b', { content: 'c', key: 'k' }, 'e']), other));
      expect(
        'taken' in begun &&
          [...begun.taken].map(([record, { by, entry, runId, isRunning }]) => [record, by, entry, runId, isRunning]),
      ).toEqual([
        [0, 'content', Entry.sending, 'first', true],
        [1, 'key', Entry.sending, 'first', true],
      ]);
      expect(await callsOf(second)).toEqual([]);
      // What was not stored is free; what was accepted in the meantime is not.
      const { position: third } = await second.known(marksOf(['b']));
      await first.settle(1, settlementOf('NAN'));
      expect(await second.begin(intentOf(marksOf(['a', { content: 'c', key: 'k' }]), third))).toEqual({ call: 1 });
      expect('taken' in (await second.begin(intentOf(marksOf(['b']), third)))).toBe(true);
      await first.close();
      await second.close();
      await one.close();
      await two.close();
    });

    test('refuses the same work at the same time, and a run that is in progress', async () => {
      const connect = connectTo();
      const [one, two] = [connect(), connect()];
      const run = await one.create(newRun('first'), ['/a', '/b']);
      await expect(two.create(newRun('second'), ['/b', '/a'])).rejects.toMatchObject({
        exitCode: 6,
        code: 'IN_PROGRESS',
      });
      await expect(two.open('first')).rejects.toMatchObject({ exitCode: 6, code: 'IN_PROGRESS' });
      await expect(two.open('nothing')).rejects.toMatchObject({ exitCode: 2, code: 'RUN_UNKNOWN' });
      await begin(run, marksOf(['a']));
      expect((await two.list()).map(({ id, isRunning }) => [id, isRunning])).toEqual([['first', true]]);
      await run.close();
      expect((await two.list()).map(({ id, isRunning }) => [id, isRunning])).toEqual([['first', false]]);
      const again = await two.create(newRun('second'), ['/b', '/a']);
      await expect(one.open('first')).rejects.toMatchObject({ exitCode: 6 });
      await again.close();
      // It has sent nothing, and has no end.
      expect((await one.list()).map(({ id }) => id)).toEqual(['first']);
      await one.close();
      await two.close();
    });

    test('opens a run by the first characters of its id where they are enough', async () => {
      const store = connectTo()();
      for (const id of ['abc1', 'abd2', 'abd']) await (await store.create(newRun(id), [id])).finish(end, 0, counts);
      const run = await store.open('abc');
      expect(run.run.id).toBe('abc1');
      await run.close();
      expect((await store.read('abd')).run.id).toBe('abd');
      for (const id of ['ab', '', 'x']) {
        await expect(store.read(id)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
        await expect(store.open(id)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
      }
      await store.close();
    });

    test('takes the end of a run away when it sends again', async () => {
      const store = connectTo()();
      const run = await store.create(newRun('r'), ['/a']);
      await run.finish(end, 5, counts);
      const again = await store.open('r');
      expect(again.run).toMatchObject({ finishedAt: end, exitCode: 5, records: counts, isRunning: true });
      await begin(again, marksOf(['a']));
      await again.close();
      expect(await store.list()).toMatchObject([{ id: 'r', finishedAt: null, exitCode: null, isRunning: false }]);
      await store.close();
    });

    test('does not know records that were deleted, in whatever run, and still knows one that is being deleted', async () => {
      const store = connectTo()();
      const first = await store.create(newRun('first'), ['/a']);
      const call = await begin(first, marksOf(['a', 'b', 'c']));
      await first.settle(call, settlementOf('AAA', ['id-a', 'id-b', 'id-c']));
      const second = await store.create(newRun('second'), ['/b']);
      const at = (record: number, runId = 'first') => [{ runId, call, record }];
      expect(await second.retire(at(0), Entry.removed)).toEqual([]);
      await first.mark({ undo: 'begun' });
      await first.finish(end, 0, counts);
      expect(await second.retire(at(0), Entry.removed)).toEqual(at(0));
      expect(await second.retire([...at(1), ...at(1, 'third')], Entry.removing)).toEqual(at(1));
      const { found } = await second.known(marksOf(['a', 'b', 'c']));
      expect([...found].map(([record, entries]) => [record, entries.map(({ entry }) => entry)])).toEqual([
        [1, [Entry.removing]],
        [2, [Entry.accepted]],
      ]);
      expect([...(await second.owners(['id-a', 'id-b'])).keys()]).toEqual(['id-b']);
      expect((await store.read('first')).run.undo).toBe('begun');
      // It is not known whether one of them is there.
      expect(await store.prune('2027-01-01T00:00:00.000Z')).toEqual([]);
      await second.close();
      await store.close();
    });

    test('forgets a run with all that it knew of its records, one whose details are dropped too', async () => {
      const connect = connectTo();
      const store = connect();
      for (const [id, records] of Object.entries({ kept: ['a', 'b'], gone: ['c', 'd'], old: ['e'] })) {
        const run = await store.create(newRun(id), [`/${id}`]);
        await run.settle(await begin(run, marksOf(records)), settlementOf('A'.repeat(records.length), records));
        if (id === 'gone') await expect(store.forget('gone')).rejects.toMatchObject({ exitCode: 6 });
        await run.finish(end, 0, counts);
      }
      await store.prune('2027-01-01T00:00:00.000Z');
      expect([await store.forget('go'), await store.forget('old')]).toEqual(['gone', 'old']);
      for (const id of ['gone', '', 'x']) await expect(store.forget(id)).rejects.toMatchObject({ exitCode: 2 });
      await store.close();

      const again = connect();
      const run = await again.create(newRun('new'), ['/new']);
      const { found } = await run.known(marksOf(['a', 'b', 'c', 'd', 'e']));
      expect([...found.keys()]).toEqual([0, 1]);
      expect([...(await run.owners(['a', 'c', 'e'])).keys()]).toEqual(['a']);
      await run.settle(await begin(run, marksOf(['c'])), settlementOf('A', ['c2']));
      await run.finish(end, 0, counts);
      await again.close();
    });

    test('drops the details of old runs, and still knows their records', async () => {
      const store = connectTo()();
      const endOf = (day: number) => `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
      for (const [id, day, letters] of [
        ['old', 1, 'A'],
        ['uncertain', 1, 'U'],
        ['young', 3, 'A'],
      ] as const) {
        const run = await store.create(newRun(id), [id]);
        await run.settle(await begin(run, marksOf([id])), settlementOf(letters, [`id of ${id}`]));
        await run.finish(endOf(day), 0, counts);
      }
      await (await store.create(newRun('empty'), ['/e'])).finish(endOf(1), 0, counts);
      const held = await store.create(newRun('held'), ['/h']);
      await held.finish(endOf(1), 0, counts);
      const working = await store.open('held');
      expect((await store.prune(endOf(2))).toSorted()).toEqual(['empty', 'old']);
      expect((await store.list()).map(({ id }) => id).toSorted()).toEqual(['held', 'uncertain', 'young']);
      await expect(store.open('old')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
      const { found } = await working.known(marksOf(['old', 'young']));
      expect(found.get(0)).toMatchObject([{ runId: 'old', id: 'id of old', path: 'a.csv', row: 1 }]);
      expect((await working.owners(['id of old'])).get('id of old')).toMatchObject({ runId: 'old' });
      await working.close();
      expect(await store.prune(endOf(2))).toEqual(['held']);
      await store.close();
    });
  });
}
