import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../src/destinations/destination.ts';
import { Entry, type KnownRecord } from '../../src/ledger/run-store.ts';
import type { Fields } from '../../src/records/kind.ts';
import { kinds } from '../../src/records/kinds.ts';
import { chunkOf, fatesOf } from '../support/chunks.ts';
import { Clock } from '../support/clock.ts';
import { deliverAll, ModelApi } from '../support/delivery.ts';
import { MemoryLedger } from '../support/memory-run.ts';

const shipment = (id: string): Fields => ({ origin: 'Madrid', load: 1.5, category: 'road', movement_id: id });
const shipments = (...ids: string[]): readonly Fields[] => ids.map(shipment);
const after = chunkOf(shipments('after'), 2);

describe('a run that continues', () => {
  /** What an earlier attempt left: records of one call with these entries. */
  async function earlier(
    api: ModelApi,
    records: readonly Fields[] | Chunk,
    entries: readonly Entry[],
    endedAt?: number,
    secondsAgo = 3000,
  ) {
    const ledger = new MemoryLedger();
    const run = ledger.open('run-a');
    const chunk = 'records' in records ? records : chunkOf(records, 0);
    await run.begin({
      marks: chunk,
      apiVersion: 'v2',
      idempotencyKey: '',
      startedAt: api.clock.now() - secondsAgo * 1000,
      position: 0,
    });
    const ids = entries.map((entry, index) => (entry === Entry.accepted ? `old-${String(index)}` : undefined));
    const settlement = {
      endedAt,
      entries: Uint8Array.from(entries),
      ids,
      packageIds: ids.map(() => undefined),
      files: [],
    };
    if (endedAt !== undefined) await run.settle(1, settlement);
    const known = (await run.known(chunk)).found;
    const taken: Chunk = {
      ...chunk,
      earlier: new Map(Array.from(known, ([record, [first]]) => [record, first as KnownRecord])),
    };
    return { ledger, taken };
  }

  test('finds out what a call that was broken off did, and sends the rest', async () => {
    const api = new ModelApi(new Clock());
    const records = shipments('A', 'B');
    const { ledger, taken } = await earlier(api, records, [Entry.sending, Entry.sending]);
    api.store(records.slice(0, 1));
    const { outcomes } = await deliverAll({ api, chunks: [taken, after], ledger, goesOn: true });
    expect(outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(api.movements).toEqual(['A', 'B', 'after']);
    expect([...(ledger.calls[0]?.entries ?? [])]).toEqual([Entry.accepted, Entry.notStored]);
  });

  test('looks at once, and waits for the end of a call that no one saw only for what is not there', async () => {
    const api = new ModelApi(new Clock());
    const all = await earlier(api, shipments('A', 'B'), [Entry.sending, Entry.sending], undefined, 5);
    api.store(shipments('A', 'B'));
    const found = await deliverAll({ api, chunks: [all.taken], ledger: all.ledger, goesOn: true });
    expect(found.outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted']);
    expect(found.seconds).toBeLessThan(1);
    const part = await earlier(api, shipments('C', 'D'), [Entry.sending, Entry.sending], undefined, 5);
    api.store(shipments('C'));
    const sent = await deliverAll({ api, chunks: [part.taken, after], ledger: part.ledger, goesOn: true });
    expect(sent.outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(sent.seconds).toBeGreaterThan(120 + 120 - 5);
    expect(api.movements).toEqual(['A', 'B', 'C', 'D', 'after']);
  });

  test('takes of purchases at once only what is as it was sent: the API has the earlier version until it has the new one', async () => {
    const purchase = { fuel_id: 'f', country: 'ES', date: '2025-05-01', vehicle_license_plate: 'X' };
    const sentOf = (quantity: number): Chunk => ({
      ...chunkOf([{ ...purchase, quantity }]),
      keys: new Uint8Array(16).fill(1),
    });
    const api = new ModelApi(new Clock());
    api.store([{ ...purchase, quantity: 10 }]);
    const same = await earlier(api, sentOf(10), [Entry.sending], undefined, 5);
    const known = { api, goesOn: true, kind: kinds.recharges };
    const found = await deliverAll({ ...known, chunks: [same.taken], ledger: same.ledger });
    expect([...found.outcomes.flatMap(fatesOf), found.seconds < 1]).toEqual(['accepted', true]);
    const other = await earlier(api, sentOf(10.4), [Entry.sending], undefined, 5);
    const sent = await deliverAll({ ...known, chunks: [other.taken], ledger: other.ledger });
    expect([...sent.outcomes.flatMap(fatesOf), sent.seconds > 235]).toEqual(['accepted', true]);
    expect(api.posts).toEqual([[{ ...purchase, quantity: 10.4 }]]);
  });

  test('keeps what was accepted, with its id', async () => {
    const api = new ModelApi(new Clock());
    const { ledger, taken } = await earlier(api, shipments('A'), [Entry.accepted], api.clock.now() - 2_900_000);
    const { outcomes } = await deliverAll({ api, chunks: [taken], ledger, goesOn: true });
    expect(outcomes[0]?.results.get(0)).toMatchObject({ id: 'old-0' });
    expect(api.posts).toEqual([]);
    expect(api.gets).toEqual([]);
  });

  test('without a later record, what is not there is uncertain for an hour, and then is sent', async () => {
    const api = new ModelApi(new Clock());
    const recent = await earlier(api, shipments('A'), [Entry.uncertain], api.clock.now() - 1_000_000);
    const first = await deliverAll({ api, chunks: [recent.taken], ledger: recent.ledger, goesOn: true });
    expect(first.outcomes.flatMap(fatesOf)).toEqual(['uncertain']);
    const old = await earlier(api, shipments('B'), [Entry.uncertain], api.clock.now() - 3_700_000);
    const second = await deliverAll({ api, chunks: [old.taken], ledger: old.ledger, goesOn: true });
    expect(second.outcomes.flatMap(fatesOf)).toEqual(['accepted']);
    expect(api.movements).toEqual(['B']);
  });

  test('ends by the word of the user', async () => {
    const api = new ModelApi(new Clock());
    const { ledger, taken } = await earlier(
      api,
      shipments('A', 'B'),
      [Entry.uncertain, Entry.uncertain],
      api.clock.now(),
    );
    const stored = await deliverAll({ api, chunks: [taken], ledger, goesOn: true, settling: { assume: 'stored' } });
    expect(stored.outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted']);
    expect(api.posts).toEqual([]);
    const missing = await earlier(api, shipments('C'), [Entry.uncertain], api.clock.now());
    const sent = await deliverAll({
      api,
      chunks: [missing.taken],
      ledger: missing.ledger,
      goesOn: true,
      settling: { assume: 'missing' },
    });
    expect(sent.outcomes.flatMap(fatesOf)).toEqual(['accepted']);
    expect(api.movements).toEqual(['C']);
  });
});

describe('two runs at once', () => {
  test('a record that another run has begun to send is waited for, and counts as that of the other', async () => {
    const clock = new Clock();
    const api = new ModelApi(clock);
    const ledger = new MemoryLedger();
    const other = ledger.open('run-b');
    const chunk = chunkOf(shipments('A', 'B'));
    const begun = await other.begin({
      marks: { ...chunkOf(shipments('A')) },
      apiVersion: 'v2',
      idempotencyKey: '',
      startedAt: clock.now(),
      position: 0,
    });
    const settleLater = async (): Promise<void> => {
      await clock.sleep(20_000);
      if ('call' in begun) {
        await other.settle(begun.call, {
          endedAt: clock.now(),
          entries: Uint8Array.of(Entry.accepted),
          ids: ['of-b'],
          packageIds: [undefined],
          files: [],
        });
      }
    };
    void settleLater();
    const { outcomes } = await deliverAll({ api, chunks: [chunk], ledger });
    expect(outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted']);
    expect(outcomes[0]?.results.get(0)?.id).toBe('of-b');
    expect(outcomes[0]?.before).toEqual(new Set([0]));
    expect(api.movements).toEqual(['B']);
  });
});
