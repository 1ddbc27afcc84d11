import { expect, test } from 'vitest';
import type { Exchange } from '../../src/api/client.ts';
import { answer, chunkOf, fatesOf, listOf, noAnswer } from '../support/chunks.ts';
import { Clock } from '../support/clock.ts';
import { deliverAll, ModelApi } from '../support/delivery.ts';

const record = (id: number) => ({ origin: 'Madrid', destination: 'Sevilla', load: id, movement_id: `M-${String(id)}` });
const chunks = (count: number) =>
  Array.from({ length: count }, (_, index) => chunkOf([record(2 * index), record(2 * index + 1)], index));
const movements = (count: number) => Array.from({ length: 2 * count }, (_, id) => `M-${String(id)}`).toSorted();

const endings: readonly (readonly [string, Exchange])[] = [
  ['a broken connection', noAnswer],
  ...[408, 409, 425, 500, 502, 503, 504, 507, 520, 302, 202].map((status): readonly [string, Exchange] => [
    `HTTP ${String(status)}`,
    answer(status, { detail: 'no' }),
  ]),
];

test.each(endings)('%s after everything was stored: nothing is sent twice, and all is accepted', async (_, end) => {
  const api = new ModelApi(new Clock());
  api.post = (records, call) => {
    if (call !== 1) return api.take(records);
    api.store(records);
    return end;
  };
  const { outcomes } = await deliverAll({ api, chunks: chunks(4) });
  expect(outcomes.flatMap(fatesOf)).toEqual(Array.from({ length: 8 }, () => 'accepted'));
  expect(api.movements).toEqual(movements(4));
});

test.each(endings)(
  '%s before anything was stored: what is missing is sent again, or stays uncertain',
  async (name, end) => {
    const api = new ModelApi(new Clock());
    api.post = (records, call) => (call === 1 ? end : api.take(records));
    const { outcomes } = await deliverAll({ api, chunks: chunks(4) });
    const isTaken = name === 'HTTP 202';
    expect(fatesOf(outcomes[1] ?? { fates: new Uint8Array() })).toEqual(
      isTaken ? ['uncertain', 'uncertain'] : ['accepted', 'accepted'],
    );
    if (!isTaken) expect(api.movements).toEqual(movements(4));
  },
);

test('an answer that comes late is waited for: what is stored 60 seconds after its call broke off is not sent again', async () => {
  const clock = new Clock();
  const api = new ModelApi(clock);
  api.post = (records, call) => {
    if (call !== 1) return api.take(records);
    void clock.sleep(60_000).then(() => api.store(records));
    return noAnswer;
  };
  const { outcomes, seconds } = await deliverAll({ api, chunks: chunks(4) });
  expect(outcomes.flatMap(fatesOf)).toEqual(Array.from({ length: 8 }, () => 'accepted'));
  expect(api.movements).toEqual(movements(4));
  expect(seconds).toBeGreaterThan(119);
});

test('a list that does not show what was accepted since proves nothing', async () => {
  const api = new ModelApi(new Clock());
  api.post = (records, call) => {
    if (call !== 1) return api.take(records);
    api.store(records);
    return noAnswer;
  };
  api.list = (path) => (path.includes('movement_id') ? listOf([]) : listOf(api.found(path)));
  const { outcomes } = await deliverAll({ api, chunks: chunks(4) });
  expect(fatesOf(outcomes[1] ?? { fates: new Uint8Array() })).toEqual(['uncertain', 'uncertain']);
  expect(api.movements).toEqual(movements(4));
});

test('three calls in a row without a clear answer hold the others, and end the run when nothing comes of it', async () => {
  const api = new ModelApi(new Clock());
  api.post = () => answer(503, { detail: 'no' });
  const { outcomes, seconds } = await deliverAll({ api, chunks: chunks(10) });
  expect(api.posts.length).toBe(3);
  expect(outcomes.flatMap(fatesOf)).toEqual([
    ...Array.from({ length: 6 }, () => 'uncertain'),
    ...Array.from({ length: 14 }, () => 'not-sent'),
  ]);
  expect(seconds).toBeLessThan(600);
});

test('without any record that was accepted, nothing can be called missing', async () => {
  const api = new ModelApi(new Clock());
  api.post = () => noAnswer;
  const { outcomes } = await deliverAll({ api, chunks: chunks(1) });
  expect(outcomes.flatMap(fatesOf)).toEqual(['uncertain', 'uncertain']);
  expect(api.posts.length).toBe(1);
});

test('the last chunk is missing when an older record is there and four times the time has passed', async () => {
  const api = new ModelApi(new Clock());
  api.post = (records, call) => (call === 1 ? noAnswer : api.take(records));
  const { outcomes, seconds } = await deliverAll({ api, chunks: chunks(2) });
  expect(outcomes.flatMap(fatesOf)).toEqual(Array.from({ length: 4 }, () => 'accepted'));
  expect(seconds).toBeGreaterThan(479);
});

test('a record of a call that began while the one in doubt was on its way is an older one', async () => {
  const clock = new Clock();
  const api = new ModelApi(clock);
  let isBroken = false;
  api.post = async (records) => {
    if (isBroken || records[0]?.['movement_id'] !== 'M-0') return api.take(records);
    isBroken = true;
    await clock.sleep(60_000);
    return noAnswer;
  };
  const { outcomes, seconds } = await deliverAll({ api, chunks: chunks(3), concurrency: 3, isAtOnce: true });
  expect(outcomes.flatMap(fatesOf)).toEqual(Array.from({ length: 6 }, () => 'accepted'));
  expect(api.movements).toEqual(movements(3));
  expect(seconds).toBeGreaterThan(60 + 4 * 120);
});
