import { describe, expect, test } from 'vitest';
import {
  aShipment,
  type Client,
  newAccess,
  paths,
  refusedServe,
  serveForTest,
  type ShipmentPage,
  until,
} from '../support/serve-client.ts';

/** What goes wrong on purpose. */

/** A server with these faults, and a client of it. */
async function faulty(...args: readonly string[]) {
  const access = newAccess();
  const serving = await serveForTest(['--quiet', ...access.args, ...args]);
  return { serving, access, client: serving.client(access) };
}

/** What calls came to, one after the other: statuses, or `reset` where the connection broke. */
async function outcomesOf(count: number, call: (index: number) => Promise<{ readonly status: number }>) {
  const outcomes: string[] = [];
  for (let index = 0; index < count; index += 1) {
    outcomes.push(
      await call(index).then(
        ({ status }) => String(status),
        () => 'reset',
      ),
    );
  }
  return outcomes;
}

/** The movements that are stored, read as often as it takes. */
const movementsOf = ({ call }: Client): Promise<readonly (string | null)[]> =>
  until('the list is answered', async () => {
    const reply = await call<ShipmentPage>('GET', `${paths.requests}?size=100`).catch(() => undefined);
    return reply?.status === 200 ? reply.body.items.map((item) => item.movement_id) : undefined;
  });

describe('--fail-rate', () => {
  test('of 1 answers every call with 500, 502, 503 or 504, in the shape of a refusal', async () => {
    const { client } = await faulty('--fail-rate', '1');
    const statuses = new Set<number>();
    for (let index = 0; index < 40; index += 1) {
      const { status, body } = await client.call('POST', paths.requests, aShipment);
      statuses.add(status);
      expect(body).toEqual({ detail: 'Failed on purpose', code: expect.stringMatching(/^[A-Z_]+$/) as string });
    }
    expect([...statuses].toSorted()).toEqual([500, 502, 503, 504]);
  });

  test('of 40% fails about that share of calls, and does nothing of what they ask for', async () => {
    const { client } = await faulty('--fail-rate', '40%');
    const outcomes = await outcomesOf(100, (index) =>
      client.call('POST', paths.requests, { ...aShipment, movement_id: `M-${String(index)}` }),
    );
    const answered = outcomes.flatMap((outcome, index) => (outcome === '200' ? [`M-${String(index)}`] : []));
    expect(answered.length).toBeGreaterThan(40);
    expect(answered.length).toBeLessThan(80);
    expect(await movementsOf(client)).toEqual(answered);
  });

  test('leaves alone /healthz, the documentation, and calls without a valid key', async () => {
    const { client } = await faulty('--fail-rate', '0.5', '--reset-rate', '0.5');
    const spared: (readonly [string, readonly string[]])[] = [];
    for (const path of ['/healthz', '/openapi.json', '/docs']) {
      spared.push([path, await outcomesOf(8, () => client.call('GET', path))]);
    }
    expect(spared).toEqual(spared.map(([path]) => [path, new Array<string>(8).fill('200')]));
    const refused = await outcomesOf(8, () => client.call('GET', paths.requests, undefined, { 'x-api-key': 'wrong' }));
    expect(refused).toEqual(new Array<string>(8).fill('401'));
  });
});

describe('--reset-rate', () => {
  test('breaks connections: half before anything is stored, half after all of it is', async () => {
    const { client } = await faulty('--reset-rate', '0.8');
    const outcomes = await outcomesOf(40, (index) =>
      client.call('POST', paths.requestsBulk, {
        records: ['1', '2'].map((stretch) => ({
          ...aShipment,
          movement_id: String(index),
          movement_stretch: stretch,
        })),
      }),
    );
    const broken = outcomes.flatMap((outcome, index) => (outcome === 'reset' ? [String(index)] : []));
    expect(broken.length).toBeGreaterThan(20);
    const stored = await movementsOf(client);
    const batches = new Set(stored);
    // Each batch is there whole or not at all.
    expect(stored).toHaveLength(2 * batches.size);
    const brokenAfter = broken.filter((movement) => batches.has(movement)).length;
    expect(brokenAfter).toBeGreaterThan(0.2 * broken.length);
    expect(brokenAfter).toBeLessThan(0.8 * broken.length);
    expect(outcomes.filter((outcome) => outcome === '200')).toHaveLength(batches.size - brokenAfter);
  });
});

describe('--seed', () => {
  const args = ['--fail-rate', '0.3', '--reset-rate', '0.2'];
  const sequence = async (seed: string) => {
    const { client } = await faulty(...args, '--seed', seed);
    return outcomesOf(40, () => client.call('GET', '/v1/logistics/summary'));
  };

  test('makes the same faults in the same order of calls, another one others', async () => {
    const [first, second, third] = await Promise.all([sequence('a'), sequence('a'), sequence('b')]);
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
    expect(new Set(first.map((outcome) => outcome.slice(0, 1)))).toEqual(new Set(['2', '5', 'r']));
  });
});

describe('--rate-limit', () => {
  test('answers calls beyond it with 429 and Retry-After, each organisation by itself', async () => {
    const other = newAccess();
    const { serving, client } = await faulty('--rate-limit', '2', ...other.args);
    expect((await client.call('GET', '/v1/logistics/summary')).status).toBe(200);
    const { status, headers, body } = await client.call('GET', '/v1/logistics/summary');
    expect(status).toBe(429);
    expect(body).toEqual({ detail: 'Too many requests', code: 'RATE_LIMIT_EXCEEDED' });
    expect(headers.get('retry-after')).toMatch(/^(?:30|29|28)$/);
    expect((await serving.client(other).call('GET', '/v1/logistics/summary')).status).toBe(200);
    expect((await client.call('GET', '/healthz')).status).toBe(200);
  });

  test('lets calls pass again, and what was refused has done nothing', async () => {
    const { client } = await faulty('--rate-limit', '120');
    await client.call('GET', '/v1/logistics/summary');
    const refused = await client.call('POST', paths.requests, { ...aShipment, movement_id: 'REFUSED' });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    const page = await until('a call passes', async () => {
      const { status, body } = await client.call<ShipmentPage>('GET', paths.requests);
      return status === 200 ? body : undefined;
    });
    expect(page.total).toBe(0);
  });
});

test('--latency makes calls wait, side by side, but not /healthz', async () => {
  const { client } = await faulty('--latency', '400');
  const timed = async (path: string, calls = 1): Promise<number> => {
    const start = performance.now();
    await Promise.all(Array.from({ length: calls }, () => client.call('GET', path)));
    return performance.now() - start;
  };
  await timed('/healthz');
  expect(await timed('/healthz')).toBeLessThan(300);
  const time = await timed('/v1/logistics/summary', 8);
  expect(time).toBeGreaterThan(390);
  expect(time).toBeLessThan(8 * 400);
});

describe('faults are refused with exit 2', () => {
  test('where others are let in, each of them', async () => {
    const faults = [
      ['--fail-rate', '0.1'],
      ['--reset-rate', '1%'],
      ['--latency', '5'],
      ['--rate-limit', '60'],
    ];
    const results = await Promise.all(
      faults.map((fault) => refusedServe(['--host', '0.0.0.0', '--port', '0', '--json', ...fault])),
    );
    for (const { code, stderr, stdout } of results) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/are for this machine alone, not for 0\.0\.0\.0/);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'FAULTS_NOT_LOCAL' } });
    }
  });

  test.each([
    [['--fail-rate', '0.6', '--reset-rate', '0.6'], /more than all calls together/],
    [['--fail-rate', '2'], /a share from 0 to 1, or 0% to 100%/],
    [['--fail-rate', '101%'], /a share from 0 to 1, or 0% to 100%/],
    [['--reset-rate', 'some'], /a share from 0 to 1, or 0% to 100%/],
    [['--rate-limit', '0'], /a whole number from 1/],
    [['--latency', '-1'], /a whole number from 0/],
  ])('where they make no sense: %j', async (args, message) => {
    const result = await refusedServe(['--port', '0', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });
});
