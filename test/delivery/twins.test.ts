import { describe, expect, test } from 'vitest';
import type { Fields } from '../../src/records/kind.ts';
import { chunkOf, fatesOf, noAnswer } from '../support/chunks.ts';
import { Clock } from '../support/clock.ts';
import { deliverAll, ModelApi } from '../support/delivery.ts';

// Records that are alike, and meant to be (`--dedupe-key none`), in chunks that are delivered at the same time: each of them is one
// stored record, and none takes that of another.

const named: Fields = { origin: 'Madrid', load: 1.5, category: 'road', movement_id: 'A' };
const nameless: Fields = { origin: 'Madrid', load: 1.5, category: 'road' };
const other = (index: number): Fields => ({
  origin: 'Vigo',
  load: 7,
  category: 'road',
  movement_id: `B-${String(index)}`,
});

interface Twins {
  readonly api: ModelApi;
  readonly verifies?: boolean;
  readonly isAtOnce?: boolean;
}

/** Delivers two chunks of the same record, at once or as soon as the first is parked, and two that are well after them. */
async function deliverTwins(twin: Fields, { api, verifies = false, isAtOnce = true }: Twins) {
  const chunks = [chunkOf([twin], 0), chunkOf([twin], 1), chunkOf([other(2)], 2), chunkOf([other(3)], 3)];
  const { outcomes } = await deliverAll({ api, chunks, concurrency: 2, isAtOnce, settling: { verifies } });
  const twins = api.stored.filter(({ origin }) => origin === 'Madrid');
  return {
    fates: outcomes.slice(0, 2).flatMap(fatesOf),
    ids: outcomes.slice(0, 2).map(({ results }) => results.get(0)?.id),
    stored: twins.map(({ id }) => id),
  };
}

const isTwin = (records: readonly Fields[]): boolean => records[0]?.['origin'] === 'Madrid';

describe.each([
  ['with a movement', named],
  ['without a movement', nameless],
])('%s', (_, twin) => {
  test.each([
    ['both replies are lost', [true, true]],
    ['both replies are lost, and only the first is stored', [true, false]],
    ['both replies are lost, and only the second is stored', [false, true]],
  ])('%s', async (_name, areStored) => {
    const api = new ModelApi(new Clock());
    let calls = 0;
    api.post = (records) => {
      const isStored = areStored[calls];
      if (!isTwin(records) || isStored === undefined) return api.take(records);
      calls += 1;
      if (isStored) api.store(records);
      return noAnswer;
    };
    const { fates, ids, stored } = await deliverTwins(twin, { api });
    expect(fates).toEqual(['accepted', 'accepted']);
    expect(ids.toSorted()).toEqual(stored.toSorted());
  });
});

describe('with --verify', () => {
  test('one that is there already counts for one', async () => {
    const api = new ModelApi(new Clock());
    api.store([named]);
    const { fates, ids, stored } = await deliverTwins(named, { api, verifies: true });
    expect(fates).toEqual(['accepted', 'accepted']);
    expect(stored).toHaveLength(2);
    expect(ids.toSorted()).toEqual(stored.toSorted());
  });

  test('one whose reply was lost is not there for the other', async () => {
    const api = new ModelApi(new Clock());
    let isLost = false;
    api.post = (records) => {
      if (!isTwin(records) || isLost) return api.take(records);
      isLost = true;
      api.store(records);
      return noAnswer;
    };
    const { fates, ids, stored } = await deliverTwins(named, { api, verifies: true, isAtOnce: false });
    expect(fates).toEqual(['accepted', 'accepted']);
    expect(ids.toSorted()).toEqual(stored.toSorted());
    expect(stored).toHaveLength(2);
  });

  test('one that is being sent is not there for the other', async () => {
    const clock = new Clock();
    const api = new ModelApi(clock);
    api.post = async (records) => {
      const taken = api.take(records);
      await clock.sleep(5000);
      return taken;
    };
    // Each of these names takes a query of its own: when the twin is looked up, the first is on its way, and stored.
    const before = Array.from({ length: 10 }, (_, index) => ({
      ...other(index),
      movement_id: `${index}`.padEnd(3900, 'x'),
    }));
    const chunks = [chunkOf([named], 0), chunkOf([...before, named], 1)];
    const { outcomes } = await deliverAll({
      api,
      chunks,
      concurrency: 2,
      isAtOnce: true,
      settling: { verifies: true },
    });
    expect(new Set(outcomes.flatMap(fatesOf))).toEqual(new Set(['accepted']));
    expect(api.posts.map(({ length }) => length)).toEqual([1, 11]);
  });

  test('what may be one of two is not taken for both', async () => {
    const api = new ModelApi(new Clock());
    // The API has the second one; the first one is like it.
    api.store([{ ...named, origin: 'Madrid, Spain' }]);
    const chunks = [chunkOf([named], 0), chunkOf([{ ...named, origin: 'Madrid, Spain' }], 1)];
    const { outcomes } = await deliverAll({ api, chunks, settling: { verifies: true } });
    expect(outcomes.flatMap(fatesOf)).toEqual(['accepted', 'uncertain']);
    expect(api.posts).toEqual([]);
  });
});
