import { describe, expect, test } from 'vitest';
import { ChunkDelivery, type ChunkDeliveryOptions } from '../../src/destinations/chunk-delivery.ts';
import type { Fields } from '../../src/records/kind.ts';
import { recharges } from '../../src/records/recharge.ts';
import { requests } from '../../src/records/request.ts';
import type { KnownRecord } from '../../src/state/run-file.ts';
import {
  accept,
  answer,
  chunkOf,
  fatesOf,
  listOf,
  noAnswer,
  replyTo,
  type Script,
  scripted,
} from '../support/chunks.ts';

const shipment = (id: string): Fields => ({ origin: 'Madrid', load: 1.5, category: 'road', movement_id: id });
const shipments = (...ids: string[]): readonly Fields[] => ids.map(shipment);
const nameless = (load: number): Fields => ({ distance_km: 10, load, category: 'road' });

/** Delivers records in one chunk; says what it came to and what was sent. */
async function deliver(
  records: readonly Fields[],
  script: Script,
  options: Partial<ChunkDeliveryOptions> = {},
  known?: readonly KnownRecord[],
) {
  const { caller, client, sent, events, wait } = scripted(script);
  const delivery = new ChunkDelivery(chunkOf(records), {
    kind: requests,
    path: '/v2/logistics/requests/bulk',
    caller,
    continueOnError: true,
    resendUncertain: false,
    isInline: false,
    redact: client.redact,
    wait,
    ...options,
  });
  const outcome = await delivery.deliver(known);
  const movements = sent.map((call) => call.map(({ movement_id: id }) => id));
  return { ...outcome, names: fatesOf(outcome), sent, movements, events };
}

const messageOf = ({ issues }: Awaited<ReturnType<typeof deliver>>, record: number): string =>
  issues.get(record)?.message ?? '';

const has = (records: readonly Fields[], id: string): boolean => records.some(({ movement_id: other }) => other === id);

describe('an answer', () => {
  test('that accepts all', async () => {
    const records = shipments('A', 'B', 'C');
    const all = await deliver(records, { post: (sent) => answer(200, replyTo(sent, {}, { file_id: 'f' })) });
    expect(all).toMatchObject({ state: 'accepted', files: ['f'], failure: undefined });
    expect(all.sent).toEqual([records]);
    expect(all.results.size).toBe(3);
    expect(all.issues.size).toBe(0);
    expect(all.results.get(2)).toMatchObject({ id: 'id-C', status: 'pending' });
  });

  test('that rejects some', async () => {
    const some = await deliver(shipments('A', 'B'), {
      post: (sent) => answer(200, replyTo(sent, { 0: 'bad s3cret' })),
    });
    expect(some.names).toEqual(['rejected', 'accepted']);
    expect(some.state).toBe('partly');
    expect(some.failure).toBeUndefined();
    expect(messageOf(some, 0)).toBe('the API rejected it: bad ***');
  });

  test('that refuses the key ends everything', async () => {
    const none = await deliver(shipments('A', 'B'), { post: () => answer(401) });
    expect(none.names).toEqual(['not-sent', 'not-sent']);
    expect(none.failure?.fatal?.code).toBe('ACCESS_REFUSED');
  });

  test('that is not about the records refuses the chunk', async () => {
    const none = await deliver(shipments('A', 'B'), { post: () => answer(410, { detail: 'gone' }) });
    expect(none).toMatchObject({ state: 'not-sent', failure: { reason: 'the chunk was refused (HTTP 410: gone)' } });
    expect(none.sent).toHaveLength(1);
  });
});

const naming = (...places: number[]): ReturnType<typeof answer> =>
  answer(422, { detail: places.map((place) => ({ loc: ['body', 'records', place, 'load'], msg: 'is wrong' })) });

describe('a refusal', () => {
  test('that names records takes these out', async () => {
    const outcome = await deliver(shipments('A', 'B', 'C', 'D'), {
      post: (records, call) => (call === 0 ? naming(1) : call === 1 ? naming(2) : accept(records)),
    });
    expect(outcome.movements).toEqual([
      ['A', 'B', 'C', 'D'],
      ['A', 'C', 'D'],
      ['A', 'C'],
    ]);
    expect(outcome.names).toEqual(['accepted', 'rejected', 'accepted', 'rejected']);
    expect(messageOf(outcome, 3)).toBe('the API rejected it: load: is wrong');
    expect(outcome.results.get(2)?.id).toBe('id-C');
  });

  test('that names records which were not sent is about none', async () => {
    const outcome = await deliver(shipments('A', 'B'), {
      post: (records, call) => (call === 0 ? naming(7) : accept(records)),
    });
    expect(outcome.movements).toEqual([['A', 'B'], ['A'], ['B']]);
    expect(outcome.state).toBe('accepted');
  });

  test('stops the sending with --stop-on-error', async () => {
    const outcome = await deliver(shipments('A', 'B', 'C'), { post: () => naming(1) }, { continueOnError: false });
    expect(outcome.sent).toHaveLength(1);
    expect(outcome.names).toEqual(['not-sent', 'rejected', 'not-sent']);
    expect(messageOf(outcome, 2)).toBe('not sent: an earlier record was rejected (--stop-on-error)');
  });

  test('that names none is narrowed down by halves', async () => {
    const outcome = await deliver(shipments('A', 'B', 'C', 'D', 'E'), {
      post: (records) => (has(records, 'B') ? answer(400, { detail: 'no' }) : accept(records)),
    });
    expect(outcome.movements).toEqual([
      ['A', 'B', 'C', 'D', 'E'],
      ['A', 'B', 'C'],
      ['A', 'B'],
      ['A'],
      ['B'],
      ['C'],
      ['D', 'E'],
    ]);
    expect(outcome.names).toEqual(['accepted', 'rejected', 'accepted', 'accepted', 'accepted']);
    expect(messageOf(outcome, 1)).toBe('the API rejected it: HTTP 400: no');
  });

  test('halves end at the first rejection with --stop-on-error', async () => {
    const outcome = await deliver(
      shipments('A', 'B', 'C', 'D'),
      { post: (records) => (has(records, 'A') ? answer(400) : accept(records)) },
      { continueOnError: false },
    );
    expect(outcome.movements).toEqual([['A', 'B', 'C', 'D'], ['A', 'B'], ['A']]);
    expect(outcome.names).toEqual(['rejected', 'not-sent', 'not-sent', 'not-sent']);
  });

  test('costs a limited number of calls', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `M-${String(index)}`);
    const outcome = await deliver(shipments(...ids), { post: () => answer(400, { detail: 'no' }) });
    expect(outcome.sent).toHaveLength(101);
    expect(outcome.state).toBe('not-sent');
    expect(outcome.names.filter((name) => name === 'rejected').length).toBeGreaterThan(40);
    expect(outcome.failure?.reason).toBe('the chunk was refused (HTTP 400: no), also after 100 calls with parts of it');
  });
});

describe('HTTP 500', () => {
  test('with one record while others get through is about the record', async () => {
    const outcome = await deliver(shipments('A', 'B', 'C', 'D'), {
      post: (records) => (has(records, 'C') ? answer(500, { detail: 'oops' }) : accept(records)),
    });
    expect(outcome.names).toEqual(['accepted', 'accepted', 'rejected', 'accepted']);
    expect(messageOf(outcome, 2)).toContain('the API rejected it: the API fails with this record (HTTP 500: oops');
    expect(outcome.failure).toBeUndefined();
  });

  test('with all of them is about the API', async () => {
    const outcome = await deliver(shipments('A', 'B'), { post: () => answer(500, { detail: 'oops' }) });
    expect(outcome.names).toEqual(['not-sent', 'not-sent']);
    expect(outcome.failure?.reason).toContain('HTTP 500: oops');
    expect(outcome.sent.length).toBeGreaterThan(3);
  });

  test('is not looked into after an interruption', async () => {
    const outcome = await deliver(shipments('A', 'B'), {
      post: () => answer(500, { detail: 'oops' }),
      wait: async () => 'interrupted',
      retries: 3,
    });
    expect(outcome.sent).toHaveLength(1);
    expect(outcome.names).toEqual(['not-sent', 'not-sent']);
    expect(messageOf(outcome, 1)).toBe('not sent: HTTP 500: oops; interrupted');
  });

  test('is looked into where only its text speaks of an interruption', async () => {
    const outcome = await deliver(shipments('A', 'B'), {
      post: (records, call) => (call === 0 ? answer(500, { detail: 'interrupted' }) : accept(records)),
    });
    expect(outcome.state).toBe('accepted');
  });
});

describe('a call without an answer', () => {
  test('is looked up by movement_id; what is missing is sent again', async () => {
    const paths: string[] = [];
    const outcome = await deliver(shipments('A', 'B', 'C'), {
      post: (records, call) => (call === 0 ? noAnswer : accept(records)),
      get: (path) => {
        paths.push(path);
        return listOf(path.includes('=B') ? [{ ...shipment('B'), id: 's', file_id: 'f', co2e: 7 }] : []);
      },
    });
    expect(outcome.movements).toEqual([
      ['A', 'B', 'C'],
      ['A', 'C'],
    ]);
    // Three looks, the later ones without what was found.
    expect(paths.map((path) => path.split('?')[1]?.split('&page')[0])).toEqual([
      'movement_id[]=A&movement_id[]=B&movement_id[]=C',
      'movement_id[]=A&movement_id[]=C',
      'movement_id[]=A&movement_id[]=C',
    ]);
    expect(outcome.state).toBe('accepted');
    expect(outcome.files).toEqual(['f']);
    expect(outcome.results.get(1)).toEqual({ id: 's', package_id: undefined, co2e_kg: 7, status: 'calculated' });
    expect(outcome.emissions.size).toBe(0);
    expect(outcome.results.get(2)?.id).toBe('id-C');
  });

  test('of an API that calculates at once has emissions', async () => {
    const stored = listOf([{ ...shipment('A'), id: 's', kgco2e: 7 }]);
    const outcome = await deliver(shipments('A'), { post: () => noAnswer, get: () => stored }, { isInline: true });
    expect([...outcome.emissions]).toEqual([[0, { group: 'road', co2eKg: 7 }]]);
  });

  test('a stored shipment stands for one record', async () => {
    const stored = listOf([{ ...shipment('A'), id: 's' }]);
    const outcome = await deliver(shipments('A', 'A'), {
      post: (records, call) => (call === 0 ? noAnswer : accept(records)),
      get: () => stored,
    });
    expect(outcome.movements).toEqual([['A', 'A'], ['A']]);
    expect([...outcome.results.values()].map(({ id }) => id).toSorted()).toEqual(['id-A', 's']);
  });

  test('leaves records uncertain that have no movement_id', async () => {
    const outcome = await deliver([nameless(1), shipment('B')], {
      post: () => noAnswer,
      get: () => listOf([{ ...shipment('B'), id: 's' }]),
    });
    expect(outcome.names).toEqual(['uncertain', 'accepted']);
    expect(outcome.state).toBe('partly');
    expect(outcome.issues.get(0)).toMatchObject({
      code: 'UNCERTAIN',
      message:
        'sent, but nobody knows whether it was taken: api.example: the connection broke (ECONNRESET); ' +
        "without movement_id they can't be looked up",
    });
    expect(outcome.failure).toMatchObject({ isEarlier: false });
    expect(outcome.sent).toHaveLength(1);
  });

  test('sends these again with --resend-uncertain', async () => {
    const outcome = await deliver(
      [nameless(1)],
      { post: (records, call) => (call === 0 ? noAnswer : accept(records)) },
      { resendUncertain: true },
    );
    expect(outcome.sent).toEqual([[nameless(1)], [nameless(1)]]);
    expect(outcome.state).toBe('accepted');
  });

  test('leaves records uncertain when they cannot be looked up', async () => {
    const outcome = await deliver(shipments('A'), { post: () => noAnswer, get: () => answer(404) });
    expect(outcome.state).toBe('uncertain');
    expect(messageOf(outcome, 0)).toContain("; and they can't be looked up: HTTP 404");
  });

  test('is repeated for what the API replaces', async () => {
    const purchase = { fuel_id: 'x', country: 'ES', date: '2025-06-15' };
    const outcome = await deliver(
      [purchase],
      { post: (records, call) => (call === 0 ? noAnswer : accept(records)), retries: 1 },
      { kind: recharges },
    );
    expect(outcome.sent).toHaveLength(2);
    expect(outcome.results.get(0)?.status).toBe('accepted');
  });

  test('a wrong reply is as good as none', async () => {
    const outcome = await deliver(shipments('A', 'B'), {
      post: (records) => answer(200, { ...replyTo(records), success: 1 }),
      get: () => listOf(['A', 'B'].map((id) => ({ ...shipment(id), id: `s-${id}` }))),
    });
    expect(outcome.state).toBe('accepted');
    expect(outcome.results.get(1)?.id).toBe('s-B');
  });
});

describe('a chunk of an earlier attempt', () => {
  const known: readonly KnownRecord[] = [
    { fate: 'accepted', id: 'a', packageId: 'p' },
    { fate: 'rejected' },
    { fate: 'uncertain' },
    { fate: 'not-sent' },
  ];

  test('is sent without what was accepted, and what is stored', async () => {
    const outcome = await deliver(
      shipments('A', 'B', 'C', 'D'),
      { post: accept, get: () => listOf([{ ...shipment('C'), id: 's' }]) },
      {},
      known,
    );
    expect(outcome.movements).toEqual([['B', 'D']]);
    expect(outcome.state).toBe('accepted');
    expect(outcome.results.get(0)).toEqual({ id: 'a', package_id: 'p', co2e_kg: undefined, status: 'pending' });
    expect([1, 2, 3].map((record) => outcome.results.get(record)?.id)).toEqual(['id-B', 's', 'id-D']);
  });

  test('says of uncertain records that this is not new', async () => {
    const outcome = await deliver([nameless(1), shipment('B')], { post: accept }, {}, [
      { fate: 'uncertain' },
      { fate: 'accepted', id: 'b', packageId: undefined },
    ]);
    expect(outcome.sent).toEqual([]);
    expect(outcome.names).toEqual(['uncertain', 'accepted']);
    expect(outcome.failure?.isEarlier).toBe(true);
    expect(messageOf(outcome, 0)).toContain('an earlier attempt sent it and heard no answer');
  });

  test('a failure of this attempt counts more', async () => {
    const outcome = await deliver([nameless(1), nameless(2)], { post: () => answer(503) }, {}, [
      { fate: 'uncertain' },
      { fate: 'not-sent' },
    ]);
    expect(outcome.names).toEqual(['uncertain', 'not-sent']);
    expect(outcome.failure?.reason).toContain('HTTP 503');
    expect(outcome.failure?.isEarlier).toBeUndefined();
  });
});
