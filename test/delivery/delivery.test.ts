import { describe, expect, test } from 'vitest';
import { recharges } from '../../src/records/recharge.ts';
import type { Fields } from '../../src/records/kind.ts';
import { answer, chunkOf, fatesOf, listOf, noAnswer } from '../support/chunks.ts';
import { Clock } from '../support/clock.ts';
import { deliverAll, type Delivered, ModelApi } from '../support/delivery.ts';

const shipment = (id: string): Fields => ({ origin: 'Madrid', load: 1.5, category: 'road', movement_id: id });
const shipments = (...ids: string[]): readonly Fields[] => ids.map(shipment);
/** A chunk that is accepted before and after those that a test is about. */
const before = chunkOf(shipments('before'), 0);
const after = chunkOf(shipments('after'), 2);

const has = (records: readonly Fields[], id: string): boolean => records.some(({ movement_id: other }) => other === id);

/** Delivers records in one chunk between two others that are well. */
async function deliver(records: readonly Fields[], script: ModelApi['post'], given: Partial<Delivered> = {}) {
  const api = given.api ?? new ModelApi(new Clock());
  api.post = (sent, call) => (has(sent, 'before') || has(sent, 'after') ? api.take(sent) : script(sent, call - 1));
  const all = await deliverAll({ api, chunks: [before, chunkOf(records, 1), after], ...given });
  const outcome = all.outcomes[1];
  if (outcome === undefined) throw new Error('no outcome');
  const sent = api.posts.filter((posted) => !has(posted, 'before') && !has(posted, 'after'));
  const movements = sent.map((call) => call.map(({ movement_id: id }) => id));
  const messageOf = (record: number): string => outcome.issues.get(record)?.message ?? '';
  return { ...outcome, ...all, api, names: fatesOf(outcome), movements, messageOf };
}

const naming = (...places: number[]): ReturnType<typeof answer> =>
  answer(422, { detail: places.map((place) => ({ loc: ['body', 'records', place, 'load'], msg: 'is wrong' })) });

describe('a refusal before the handler', () => {
  test('of the key ends everything', async () => {
    const none = await deliver(shipments('A', 'B'), () => answer(401));
    expect(none.names).toEqual(['not-sent', 'not-sent']);
    expect(none.failure?.fatal?.code).toBe('ACCESS_REFUSED');
  });

  test('that names records takes these out', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver(
      shipments('A', 'B', 'C', 'D'),
      (records, call) => (call === 0 ? naming(1) : call === 1 ? naming(2) : api.take(records)),
      { api },
    );
    expect(outcome.movements.slice(0, 3)).toEqual([
      ['A', 'B', 'C', 'D'],
      ['A', 'C', 'D'],
      ['A', 'C'],
    ]);
    expect(outcome.names).toEqual(['accepted', 'rejected', 'accepted', 'rejected']);
    expect(outcome.messageOf(3)).toBe('the API rejected it: load: is wrong');
  });

  test('of the size is narrowed down by halves, at once', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver(
      shipments('A', 'B', 'C', 'D'),
      (records) => (records.length > 1 ? answer(413) : api.take(records)),
      { api },
    );
    expect(outcome.names).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
    expect(outcome.seconds).toBeLessThan(5);
  });

  test('stops the sending with --stop-on-error', async () => {
    const outcome = await deliver(shipments('A', 'B', 'C'), () => naming(1), { continueOnError: false });
    expect(outcome.movements).toHaveLength(1);
    expect(outcome.names).toEqual(['not-sent', 'rejected', 'not-sent']);
    expect(outcome.messageOf(2)).toBe('not sent: an earlier record was rejected (--stop-on-error)');
  });

  describe('in a reply that ends there, with --stop-on-error', () => {
    const stopped =
      (stored: readonly string[]) =>
      async (given: Partial<Delivered> = {}) => {
        const api = new ModelApi(new Clock());
        const reply = {
          total_received: 4,
          total_processed: 2,
          success: 1,
          failed: 1,
          results: [{ index: 0, id: 'id-1' }],
          errors: [{ index: 1, error: 'load is wrong' }],
        };
        const chunks = [chunkOf(shipments('A', 'B', 'C', 'D'))];
        api.post = (records) => {
          api.store(records.filter(({ movement_id: id }) => stored.includes(String(id))));
          return answer(200, reply);
        };
        return { ...(await deliverAll({ api, chunks, continueOnError: false, ...given })), api };
      };

    test('the rest is not sent, as a look-up agrees', async () => {
      const { outcomes, ledger, seconds } = await stopped(['A'])();
      expect(outcomes.flatMap(fatesOf)).toEqual(['accepted', 'rejected', 'not-sent', 'not-sent']);
      expect(ledger.calls.map(({ entries }) => [...entries])).toEqual([[1, 2, 3, 3]]);
      expect(seconds).toBeLessThan(12);
    });

    test('what is there all the same is accepted', async () => {
      const { outcomes, ledger } = await stopped(['A', 'C'])();
      expect(outcomes.flatMap(fatesOf)).toEqual(['accepted', 'rejected', 'accepted', 'not-sent']);
      expect(ledger.calls.map(({ ids }) => ids)).toEqual([['id-1', undefined, 'id-2', undefined]]);
    });

    test('where it can’t be looked up, it is uncertain', async () => {
      const { outcomes, ledger } = await stopped(['A'])({ settling: { settle: 0 } });
      expect(outcomes.flatMap(fatesOf)).toEqual(['accepted', 'rejected', 'uncertain', 'uncertain']);
      expect(ledger.calls.map(({ entries }) => [...entries])).toEqual([[1, 2, 4, 4]]);
    });
  });

  test('costs a limited number of calls', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `M-${String(index)}`);
    const outcome = await deliver(shipments(...ids), () => answer(413));
    expect(outcome.movements).toHaveLength(101);
    expect(outcome.failure?.reason).toContain('also after 100 calls with parts of it');
  });

  test('429 is tried again, and never counts as a call that is in doubt', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver(shipments('A'), (records, call) => (call < 2 ? answer(429) : api.take(records)), {
      api,
    });
    expect(outcome.names).toEqual(['accepted']);
    const never = await deliver(shipments('A'), () => answer(429));
    expect(never.names).toEqual(['not-sent']);
  });
});

describe('a refusal by the handler', () => {
  test('is looked up before anything is sent again, and narrowed down to the record', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver(
      shipments('A', 'B', 'C', 'D'),
      (records) => (has(records, 'B') ? answer(400, { detail: 'no' }) : api.take(records)),
      { api },
    );
    expect(outcome.names).toEqual(['accepted', 'rejected', 'accepted', 'accepted']);
    expect(outcome.messageOf(1)).toBe('the API rejected it: HTTP 400: no');
    expect(api.movements).toEqual(['A', 'C', 'D', 'after', 'before']);
  });

  test('that comes after a part was stored does not store that twice', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver(
      shipments('A', 'B', 'C', 'D'),
      (records) => {
        if (!has(records, 'B')) return api.take(records);
        api.store(records.filter(({ movement_id: id }) => id !== 'B').slice(0, 2));
        return answer(400, { detail: 'no' });
      },
      { api },
    );
    expect(outcome.names).toEqual(['accepted', 'rejected', 'accepted', 'accepted']);
    expect(api.movements).toEqual(['A', 'C', 'D', 'after', 'before']);
  });
});

test('an API that fails with one record, while others get through, is narrowed down to it', async () => {
  const api = new ModelApi(new Clock());
  const outcome = await deliver(
    shipments('A', 'B', 'C', 'D'),
    (records) => (has(records, 'C') ? answer(500, { detail: 'oops' }) : api.take(records)),
    { api },
  );
  expect(outcome.names).toEqual(['accepted', 'accepted', 'rejected', 'accepted']);
  expect(outcome.messageOf(2)).toContain('the API fails with this record (HTTP 500: oops');
});

test('the last chunk is narrowed down, too, where nothing comes after it that would show that the API is well', async () => {
  const api = new ModelApi(new Clock());
  api.post = (records) => (has(records, 'B') ? answer(500, { detail: 'oops' }) : api.take(records));
  const { outcomes } = await deliverAll({ api, chunks: [before, chunkOf(shipments('A', 'B', 'C', 'D'), 1)] });
  expect(outcomes.slice(1).flatMap(fatesOf)).toEqual(['accepted', 'uncertain', 'accepted', 'accepted']);
  const down = new ModelApi(new Clock());
  down.post = (records) => (has(records, 'before') ? down.take(records) : answer(500, { detail: 'oops' }));
  const none = await deliverAll({ api: down, chunks: [before, chunkOf(shipments('A', 'B', 'C', 'D'), 1)] });
  expect(none.outcomes.slice(1).flatMap(fatesOf)).toEqual(['uncertain', 'uncertain', 'uncertain', 'uncertain']);
  expect(down.posts.length).toBeLessThan(10);
});

describe('what is wrong with a reply', () => {
  const swapped = (api: ModelApi) => (records: readonly Fields[]) => {
    const { body, ...rest } = api.take(records) as {
      kind: 'answer';
      body: string;
      status: number;
      retryAfter: undefined;
    };
    const reply = JSON.parse(body) as { results: { movement_id: string }[] };
    const [a, b] = reply.results;
    if (a !== undefined && b !== undefined) [a.movement_id, b.movement_id] = [b.movement_id, a.movement_id];
    return { ...rest, body: JSON.stringify(reply) };
  };

  test('movements that are swapped are looked up, and each record has its own id', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver(shipments('A', 'B'), swapped(api), { api });
    expect(outcome.names).toEqual(['accepted', 'accepted']);
    expect(outcome.results.get(0)?.id).toBe(api.stored.find(({ movement_id: id }) => id === 'A')?.id);
    expect(api.movements).toEqual(['A', 'B', 'after', 'before']);
  });

  test('after a success nothing is sent a second time', async () => {
    const outcome = await deliver(shipments('A', 'B'), () => answer(200, '<html>'));
    expect(outcome.movements).toEqual([['A', 'B']]);
    expect(outcome.names).toEqual(['uncertain', 'uncertain']);
    expect(outcome.messageOf(0)).toContain('is not sent again in the same run');
  });

  test('an id of another record is not believed', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver(
      shipments('A'),
      (records) => {
        const { body, ...rest } = api.take(records) as {
          kind: 'answer';
          body: string;
          status: number;
          retryAfter: undefined;
        };
        return { ...rest, body: body.replace('"id-2"', '"id-1"') };
      },
      { api },
    );
    expect(outcome.names).toEqual(['accepted']);
    expect(outcome.results.get(0)?.id).toBe('id-2');
  });
});

test('a record that the API has twice is accepted, and said', async () => {
  const api = new ModelApi(new Clock());
  const outcome = await deliver(
    shipments('A'),
    (records) => {
      api.store(records);
      api.store(records);
      return noAnswer;
    },
    { api },
  );
  expect(outcome.names).toEqual(['accepted']);
  expect(outcome.issues.get(0)).toMatchObject({ code: 'STORED_TWICE', isStored: true });
});

describe('records without a movement', () => {
  const nameless = (load: number): Fields => ({ distance_km: 10, load, category: 'road' });

  test('are found in the pages since the call', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver(
      [nameless(1), nameless(2)],
      (records) => {
        api.store(records);
        return noAnswer;
      },
      { api },
    );
    expect(outcome.names).toEqual(['accepted', 'accepted']);
    expect(api.stored).toHaveLength(4);
  });

  test('are sent again where the pages show that they are not there', async () => {
    const api = new ModelApi(new Clock());
    const outcome = await deliver([nameless(1)], (records, call) => (call === 0 ? noAnswer : api.take(records)), {
      api,
    });
    expect(outcome.names).toEqual(['accepted']);
    expect(api.stored).toHaveLength(3);
  });
});

describe('limits of the user', () => {
  test('--retries 0 sends nothing a second time', async () => {
    const outcome = await deliver(shipments('A'), () => noAnswer, { retries: 0 });
    expect(outcome.movements).toEqual([['A']]);
    expect(outcome.names).toEqual(['uncertain']);
  });

  test('--settle-rounds says how often what is missing is sent again', async () => {
    const outcome = await deliver(shipments('A'), () => noAnswer, { settling: { rounds: 3 } });
    expect(outcome.movements).toHaveLength(4);
  });

  test('--settle 0: nothing counts as missing', async () => {
    const outcome = await deliver(shipments('A'), () => noAnswer, { settling: { settle: 0 } });
    expect(outcome.movements).toEqual([['A']]);
    expect(outcome.names).toEqual(['uncertain']);
  });

  test('--assume ends what stays uncertain', async () => {
    const stored = await deliver(shipments('A'), () => noAnswer, { settling: { rounds: 0, assume: 'stored' } });
    expect(stored.names).toEqual(['uncertain']);
    const hidden = new ModelApi(new Clock());
    hidden.list = (path) => listOf(path.includes('movement_id') ? [] : hidden.found(path));
    const assumed = await deliver(shipments('A'), () => noAnswer, { api: hidden, settling: { assume: 'stored' } });
    expect(assumed.names).toEqual(['accepted']);
  });
});

describe('a fuel purchase', () => {
  const purchase: Fields = {
    fuel_id: 'f',
    country: 'ES',
    date: '2025-06-15',
    quantity: 5,
    vehicle_license_plate: '1234-ABC',
  };

  test('with all parts of its key is sent again, when what was sent first has settled', async () => {
    const chunk = chunkOf([purchase]);
    const api = new ModelApi(new Clock());
    api.post = (records, call) => (call === 0 ? noAnswer : api.take(records));
    const whole = { ...chunk, keys: new Uint8Array(16).fill(1) };
    const { outcomes, seconds } = await deliverAll({ api, chunks: [whole], kind: recharges });
    expect(outcomes.flatMap(fatesOf)).toEqual(['accepted']);
    expect(seconds).toBeGreaterThan(119);
  });

  const whole = { ...chunkOf([purchase], 1), keys: new Uint8Array(16).fill(1) };
  const other = (index: number) => ({
    ...chunkOf([{ ...purchase, quantity: 70 + index }], index),
    keys: new Uint8Array(16).fill(10 + index),
  });

  test('that is refused by the handler and stored all the same is looked up before it is called rejected', async () => {
    const clock = new Clock();
    const api = new ModelApi(clock);
    api.post = (records) => {
      if (records[0]?.['quantity'] !== 5) return api.take(records);
      void clock.sleep(8000).then(() => api.store(records));
      return answer(404, { detail: 'no such fuel' });
    };
    const { outcomes } = await deliverAll({ api, chunks: [other(0), whole, other(2)], kind: recharges });
    expect(outcomes.flatMap(fatesOf)).toEqual(['accepted', 'accepted', 'accepted']);
    api.post = () => answer(404, { detail: 'no such fuel' });
    api.stored.length = 0;
    const none = await deliverAll({ api, chunks: [whole], kind: recharges });
    expect(none.outcomes.flatMap(fatesOf)).toEqual(['uncertain']);
  });

  test.each([
    ['415', answer(415), 'uncertain'],
    ['401', answer(401), 'uncertain'],
    ['413', answer(413), 'accepted'],
    ['422 that names it', naming(0), 'accepted'],
  ])(
    'in doubt that is refused with %s when it is sent again is looked up where that can be',
    async (_, refusal, fate) => {
      const api = new ModelApi(new Clock());
      api.post = (records, call) => {
        if (call > 0) return refusal;
        api.store(records);
        return noAnswer;
      };
      const { outcomes, ledger } = await deliverAll({ api, chunks: [{ ...whole, index: 0 }], kind: recharges });
      expect(outcomes.flatMap(fatesOf)).toEqual([fate]);
      expect(ledger.calls.map(({ entries }) => [...entries])).toContainEqual([fate === 'accepted' ? 1 : 4]);
    },
  );

  test('in doubt that is refused when it is sent again stays in doubt where nothing proves that it is missing', async () => {
    const api = new ModelApi(new Clock());
    api.post = (_records, call) => (call > 0 ? naming(0) : noAnswer);
    const { outcomes } = await deliverAll({ api, chunks: [{ ...whole, index: 0 }], kind: recharges });
    expect(outcomes.flatMap(fatesOf)).toEqual(['uncertain']);
  });

  test('with a part missing is looked up', async () => {
    const { quantity: _quantity, ...part } = purchase;
    const api = new ModelApi(new Clock());
    api.post = (records) => {
      api.store(records);
      return noAnswer;
    };
    const chunk = { ...chunkOf([part]), keys: new Uint8Array(16) };
    const { outcomes } = await deliverAll({ api, chunks: [chunk], kind: recharges });
    expect(outcomes.flatMap(fatesOf)).toEqual(['accepted']);
    expect(api.stored).toHaveLength(1);
  });
});
