import { describe, expect, test } from 'vitest';
import type { Fields } from '../../src/records/kind.ts';
import { answer, chunkOf, fatesOf, listOf } from '../support/chunks.ts';
import { Clock } from '../support/clock.ts';
import { deliverAll, ModelApi } from '../support/delivery.ts';
import { MemoryLedger } from '../support/memory-run.ts';

const shipments = (...ids: string[]): readonly Fields[] =>
  ids.map((id) => ({ origin: 'Madrid', load: 1.5, category: 'road', movement_id: id }));

describe('before the first call', () => {
  test.each([
    ['a page of HTML', answer(200, '<html>'), 'NOT_THE_API'],
    ['a redirect', answer(302, ''), 'NOT_THE_API'],
    ['nothing of that name', answer(404, { detail: 'Not Found' }), 'NOT_THE_API'],
    ['a refused key', answer(401, {}), 'ACCESS_REFUSED'],
    ['an API that is down', answer(503, {}), 'API_UNAVAILABLE'],
  ])('%s: nothing is sent', async (_, page, code) => {
    const api = new ModelApi(new Clock());
    api.list = () => page;
    const { outcomes } = await deliverAll({ api, chunks: [chunkOf(shipments('A')), chunkOf(shipments('B'), 1)] });
    expect(outcomes.flatMap(fatesOf)).toEqual(['not-sent', 'not-sent']);
    expect(outcomes[0]?.failure?.fatal?.code).toBe(code);
    expect(api.posts).toEqual([]);
  });

  test('an account that has the records already, of which this ledger knows nothing', async () => {
    const api = new ModelApi(new Clock());
    api.store(shipments('A'));
    const chunks = [chunkOf(shipments('A', 'B'))];
    const { outcomes } = await deliverAll({ api, chunks });
    expect(outcomes[0]?.failure?.fatal).toMatchObject({ code: 'ALREADY_STORED', exitCode: 2 });
    expect(api.posts).toEqual([]);
    const verified = await deliverAll({ api, chunks, settling: { verifies: true } });
    expect(verified.outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted']);
    expect(api.movements).toEqual(['A', 'B']);
    const again = await deliverAll({ api, chunks, settling: { isAgain: true } });
    expect(again.outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted']);
    expect(api.movements).toEqual(['A', 'A', 'B', 'B']);
  });

  test('looks at the first 100 movements, whatever chunks they are in', async () => {
    const chunks = Array.from({ length: 102 }, (_, index) => chunkOf(shipments(`M-${String(index)}`), index));
    const api = new ModelApi(new Clock());
    api.store(shipments('M-99'));
    const { outcomes } = await deliverAll({ api, chunks });
    expect(outcomes[0]?.failure?.fatal).toMatchObject({ code: 'ALREADY_STORED' });
    expect(api.posts).toEqual([]);
    const beyond = new ModelApi(new Clock());
    beyond.store(shipments('M-100'));
    const sent = await deliverAll({ api: beyond, chunks });
    expect(sent.outcomes.flatMap(fatesOf)).toEqual(chunks.map(() => 'accepted'));
  });

  describe('a run that continues', () => {
    const rows = shipments('A', 'B');

    test('is new where it made no call yet: what the account has by now is not sent again', async () => {
      const api = new ModelApi(new Clock());
      const ledger = new MemoryLedger();
      const given = { api, ledger, chunks: [chunkOf(rows)] };
      const { list } = api;
      api.list = () => answer(503, {});
      const down = await deliverAll({ ...given, retries: 0 });
      expect(down.outcomes[0]?.failure?.fatal?.code).toBe('API_UNAVAILABLE');
      api.list = list;
      api.store(rows);
      const resumed = await deliverAll({ ...given, goesOn: true });
      expect(resumed.outcomes.flatMap(fatesOf)).toEqual(['not-sent', 'not-sent']);
      expect(resumed.outcomes[0]?.failure?.fatal).toMatchObject({ code: 'ALREADY_STORED', exitCode: 2 });
      await deliverAll({ ...given, runId: 'run-b', settling: { verifies: true } });
      const again = await deliverAll({ ...given, goesOn: true });
      expect(again.outcomes[0]?.failure?.fatal?.code).toBe('ALREADY_STORED');
      expect(api.posts).toEqual([]);
    });

    test('is new where the API took none of its calls', async () => {
      const api = new ModelApi(new Clock());
      const ledger = new MemoryLedger();
      const given = { api, ledger, chunks: [chunkOf(rows)] };
      api.post = () => answer(403, { detail: 'read only' });
      await deliverAll(given);
      expect(ledger.calls).toHaveLength(1);
      api.post = (records) => api.take(records);
      api.store(rows);
      const resumed = await deliverAll({ ...given, goesOn: true });
      expect(resumed.outcomes[0]?.failure?.fatal?.code).toBe('ALREADY_STORED');
      expect(api.movements).toEqual(['A', 'B']);
    });

    test('is not where something of it is stored', async () => {
      const api = new ModelApi(new Clock());
      const ledger = new MemoryLedger();
      await deliverAll({ api, ledger, chunks: [chunkOf(shipments('A'))] });
      const gets = api.gets.length;
      const rest = { ...chunkOf(shipments('B'), 1), position: ledger.calls.length };
      const { outcomes } = await deliverAll({ api, ledger, chunks: [rest], goesOn: true });
      expect(outcomes.flatMap(fatesOf)).toEqual(['accepted']);
      expect(api.gets.slice(gets).filter((path) => path.includes('movement_id'))).toEqual([]);
    });
  });

  test('a leg that the account has, of a movement of which this ledger sent another', async () => {
    const api = new ModelApi(new Clock());
    const ledger = new MemoryLedger();
    const leg = (day: number, load: number): Fields => ({
      ...shipments('A')[0],
      shipment_date: `2026-01-0${String(day)}`,
      load,
    });
    const [there, own] = [[leg(1, 1.5)], [leg(2, 9)]];
    await deliverAll({ api, ledger, chunks: [chunkOf(own)] });
    api.store(there);
    const chunk = { ...chunkOf(there), position: ledger.calls.length };
    const stopped = await deliverAll({ api, ledger, chunks: [chunk], runId: 'run-b' });
    expect(stopped.outcomes[0]?.failure?.fatal?.code).toBe('ALREADY_STORED');
    const other = { ...chunkOf([leg(3, 5)]), position: ledger.calls.length };
    const sent = await deliverAll({ api, ledger, chunks: [other], runId: 'run-c' });
    expect(sent.outcomes.flatMap(fatesOf)).toEqual(['accepted']);
  });

  test('a ledger of which a repair lost something does not decide alone, also in a run that continues', async () => {
    const api = new ModelApi(new Clock());
    const ledger = new MemoryLedger();
    await deliverAll({ api, chunks: [chunkOf(shipments('A'))], ledger });
    api.store(shipments('B'));
    ledger.hasLoss = true;
    const goesOn = { api, ledger, goesOn: true, chunks: [chunkOf(shipments('B', 'C'))] };
    const { outcomes } = await deliverAll(goesOn);
    expect(outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted']);
    expect(api.movements).toEqual(['A', 'B', 'C']);
    const again = { ...chunkOf(shipments('A')), position: ledger.calls.length };
    await deliverAll({ api, ledger, chunks: [again], runId: 'run-b', settling: { isAgain: true } });
    expect(api.movements).toEqual(['A', 'A', 'B', 'C']);
  });

  describe('what can’t be told of the account is not sent', () => {
    const down: ModelApi['list'] = (path) =>
      path.includes('size=1') && !path.includes('size=100') ? listOf([]) : answer(503, {});
    /** Nothing but its movement tells what it is. */
    const thin = { movement_id: 'A' };

    test('where a look-up fails', async () => {
      const api = new ModelApi(new Clock());
      api.list = down;
      const chunks = [chunkOf(shipments('A'))];
      const { outcomes } = await deliverAll({ api, chunks });
      expect(outcomes[0]?.failure?.fatal).toMatchObject({ code: 'API_UNAVAILABLE', exitCode: 5 });
      const verified = await deliverAll({ api, chunks, settling: { verifies: true } });
      expect(verified.outcomes.flatMap(fatesOf)).toEqual(['uncertain']);
      expect(api.posts).toEqual([]);
    });

    test('where what is there may be it', async () => {
      const api = new ModelApi(new Clock());
      api.store([thin]);
      const chunks = [chunkOf(shipments('A', 'B'))];
      const { outcomes } = await deliverAll({ api, chunks });
      expect(outcomes[0]?.failure?.fatal).toMatchObject({ code: 'ALREADY_STORED', exitCode: 2 });
      const verified = await deliverAll({ api, chunks, settling: { verifies: true } });
      expect(verified.outcomes.flatMap(fatesOf)).toEqual(['uncertain', 'accepted']);
      expect(api.movements).toEqual(['A', 'B']);
    });

    describe('as it has no movement,', () => {
      const nameless = { origin: 'Madrid', load: 1.5, category: 'road' };
      const chunks = [chunkOf([nameless, { ...nameless, load: 2.5 }])];

      test.each([
        ['with --verify', false, { verifies: true }],
        ['after a repair that lost something', true, {}],
      ])('%s: what is like one that is there, and only that', async (_, hasLoss, settling) => {
        const api = new ModelApi(new Clock());
        api.store([nameless]);
        const ledger = new MemoryLedger();
        ledger.hasLoss = hasLoss;
        const { outcomes } = await deliverAll({ api, chunks, ledger, settling });
        expect(outcomes.flatMap(fatesOf)).toEqual(['uncertain', 'accepted']);
        expect(outcomes[0]?.issues.get(0)?.message).toContain('id-1 is the same');
        expect(api.posts).toEqual([[{ ...nameless, load: 2.5 }]]);
      });

      test('where not all can be read, anything', async () => {
        const api = new ModelApi(new Clock());
        api.list = (path) => (path.includes('size=1') && !path.includes('size=100') ? listOf([]) : answer(503, {}));
        const { outcomes } = await deliverAll({ api, chunks, settling: { verifies: true } });
        expect(outcomes.flatMap(fatesOf)).toEqual(['uncertain', 'uncertain']);
        expect(api.posts).toEqual([]);
      });
    });

    test('until the user says what it is', async () => {
      const api = new ModelApi(new Clock());
      api.store([thin]);
      const chunks = [chunkOf(shipments('A'))];
      const stored = await deliverAll({ api, chunks, settling: { verifies: true, assume: 'stored' } });
      expect(stored.outcomes.flatMap(fatesOf)).toEqual(['accepted']);
      expect(api.posts).toEqual([]);
      const missing = await deliverAll({ api, chunks, settling: { verifies: true, assume: 'missing' } });
      expect(missing.outcomes.flatMap(fatesOf)).toEqual(['accepted']);
      expect(api.movements).toEqual(['A', 'A']);
    });
  });
});
