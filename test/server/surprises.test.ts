import { describe, expect, test } from 'vitest';
import {
  aShipment,
  type Client,
  dieselId,
  newAccess,
  paths,
  type RechargePage,
  type RechargesReply,
  refusedServe,
  type RequestsReply,
  serveForTest,
  type ShipmentPage,
  until,
} from '../support/serve-client.ts';

/** What an API may do, and a client must bear. */

/** A client of a server with these options. */
async function surprising(...args: readonly string[]): Promise<Client> {
  const access = newAccess();
  const serving = await serveForTest(['--quiet', ...access.args, ...args]);
  return serving.client(access);
}

const movement = (id: string, more: object = {}) => ({ ...aShipment, movement_id: id, ...more });

const send = (client: Client, records: readonly object[], headers: Readonly<Record<string, string>> = {}) =>
  client.call<RequestsReply>('POST', paths.requestsBulkV2, { records }, headers);

const listed = async ({ call }: Client): Promise<ShipmentPage['items']> =>
  (await call<ShipmentPage>('GET', `${paths.requests}?size=100`)).body.items;

const idsOf = (items: ShipmentPage['items']): readonly (string | null)[] =>
  items.map(({ movement_id: id }) => id).toSorted();

/** Sends shipments one by one; those that were answered with 200, and the others. */
async function sendEach(client: Client, count: number) {
  const ids = Array.from({ length: count }, (_, n) => `M-${String(n + 10)}`);
  const answered = new Map<number, string[]>();
  for (const id of ids) {
    const { status } = await send(client, [movement(id)]);
    answered.set(status, [...(answered.get(status) ?? []), id]);
  }
  return { ids, answered };
}

describe('--commit-then', () => {
  test.each([504, 503, 409, 303, 204])('%i answers about half of the calls, and stores all of them', async (status) => {
    const client = await surprising('--commit-then', String(status));
    const { ids, answered } = await sendEach(client, 20);
    expect([...answered.keys()].toSorted((a, b) => a - b)).toEqual([200, status].toSorted((a, b) => a - b));
    expect(answered.get(status)?.length).toBeGreaterThan(4);
    expect(answered.get(200)?.length).toBeGreaterThan(4);
    expect(idsOf(await listed(client))).toEqual(ids);
  });

  test('stores fuel purchases too, and leaves calls that read and calls that are refused alone', async () => {
    const client = await surprising('--commit-then', '504');
    const purchase = { fuel_id: dieselId, country: 'ES', date: '2025-03-01' };
    const statuses = new Set<number>();
    for (let n = 1; n <= 12; n += 1) {
      const { status } = await client.call('POST', paths.rechargesBulk, { records: [{ ...purchase, quantity: n }] });
      statuses.add(status);
      expect((await client.call('POST', paths.rechargesBulk, { records: [] })).status).toBe(422);
      expect((await client.call('GET', paths.recharges)).status).toBe(200);
    }
    expect(statuses).toEqual(new Set([200, 504]));
    expect((await client.call<RechargePage>('GET', paths.recharges)).body.total).toBe(12);
  });

  test('with the same seed answers the same calls', async () => {
    const play = async (seed: string) =>
      (await sendEach(await surprising('--commit-then', '504', '--seed', seed), 12)).answered;
    const [one, same, other] = await Promise.all([play('a'), play('a'), play('b')]);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test('with --commit-delay stores after the answer', async () => {
    const client = await surprising('--commit-then', '504', '--commit-delay', '2');
    let sent = 0;
    for (let status = 200; status === 200; sent += 1) ({ status } = await send(client, [movement('M-1')]));
    expect(await listed(client)).toHaveLength(sent - 1);
    await until('all are stored', async () => ((await listed(client)).length === sent ? true : undefined));
  });
});

test('--commit-delay alone stores late, and answers then', async () => {
  const client = await surprising('--commit-delay', '2');
  const sent = send(client, [movement('M-1')]);
  expect(await listed(client)).toEqual([]);
  expect((await sent).status).toBe(200);
  expect(await listed(client)).toHaveLength(1);
});

test('--visibility-delay shows a record later', async () => {
  const client = await surprising('--visibility-delay', '2');
  expect((await send(client, [movement('M-1')])).body.success).toBe(1);
  expect(await listed(client)).toEqual([]);
  await until('it shows', async () => ((await listed(client)).length === 1 ? true : undefined));
});

test('--list-lag answers some lists as they were before', async () => {
  const client = await surprising('--list-lag', '3600');
  await send(client, [movement('M-1')]);
  const lengths: number[] = [];
  for (let n = 0; n < 16; n += 1) lengths.push((await listed(client)).length);
  expect(new Set(lengths)).toEqual(new Set([0, 1]));
});

test('--normalise gives records back in another spelling, found by what was sent', async () => {
  const client = await surprising('--normalise', '--seed', '3');
  const sent = movement('M-1 Ñ', {
    origin: 'Mérida, Spain',
    destination: 'A Coruña',
    client: 'Ibérica, S.L.',
    load: 10.4567,
  });
  const { body } = await send(client, [sent]);
  const { items } = (
    await client.call<ShipmentPage>('GET', `${paths.requests}?movement_id=${encodeURIComponent('M-1 Ñ')}`)
  ).body;
  expect(items).toHaveLength(1);
  const {
    movement_id: id = null,
    origin = null,
    destination = null,
    client: whose = null,
    load = null,
  } = items[0] ?? {};
  expect(id?.toLowerCase()).toBe('m-1 ñ');
  expect(id).not.toBe('M-1 Ñ');
  expect(body.results[0]?.movement_id).toBe(id);
  expect([origin, destination, whose, load]).not.toEqual(['Mérida, Spain', 'A Coruña', 'Ibérica, S.L.', 10.4567]);
  const folded = (text: string | null): string =>
    (text ?? '')
      .normalize('NFD')
      .replaceAll(/[^a-z]/gi, '')
      .toLowerCase();
  expect([origin, destination, whose].map(folded)).toEqual(['meridaspain', 'acoruna', 'ibericasl']);
  expect(Math.abs((load ?? 0) - 10.4567)).toBeLessThan(0.5);
});

test('--swap-replies exchanges the first and the last record of replies, which are stored as they came', async () => {
  const client = await surprising('--swap-replies', '1');
  const { body } = await send(
    client,
    ['M-1', 'M-2', 'M-3'].map((id) => movement(id)),
  );
  expect(body.results.map(({ index, movement_id: id }) => [index, id])).toEqual([
    [2, 'M-1'],
    [1, 'M-2'],
    [0, 'M-3'],
  ]);
  expect(idsOf(await listed(client))).toEqual(['M-1', 'M-2', 'M-3']);
});

test.each([
  ['equal', 1],
  ['distinct', 3],
])('--null-keys %s: three purchases that lack the same plate are %i', async (how, stored) => {
  const client = await surprising('--null-keys', how);
  const purchase = { fuel_id: dieselId, country: 'ES', date: '2025-03-01', quantity: 20 };
  const whole = { ...purchase, vehicle_license_plate: '1234-ABC' };
  const ids = new Set<string | undefined>();
  for (let n = 0; n < 3; n += 1) {
    const { body } = await client.call<RechargesReply>('POST', paths.rechargesBulk, { records: [purchase, whole] });
    ids.add(body.results[0]?.id);
  }
  expect(ids.size).toBe(stored);
  expect((await client.call<RechargePage>('GET', paths.recharges)).body.total).toBe(stored + 1);
});

test('an Idempotency-Key is ignored', async () => {
  const client = await surprising();
  for (let n = 0; n < 2; n += 1) await send(client, [movement('M-1')], { 'idempotency-key': 'a' });
  expect(await listed(client)).toHaveLength(2);
});

describe('surprises are refused with exit 2', () => {
  test.each([
    [['--commit-then', '504']],
    [['--commit-delay', '1']],
    [['--visibility-delay', '1']],
    [['--list-lag', '1']],
    [['--normalise']],
    [['--swap-replies', '10%']],
  ])('where others are let in: %j', async (args) => {
    const result = await refusedServe(['--host', '0.0.0.0', '--port', '0', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/are for this machine alone, not for 0\.0\.0\.0/);
  });

  test.each([
    [['--commit-then', '99'], /a whole number from 200 to 599/],
    [['--commit-delay', '-1'], /a number of seconds/],
    [['--swap-replies', '2'], /a share from 0 to 1/],
    [['--null-keys', 'some'], /Allowed choices are equal, distinct/],
  ])('where they make no sense: %j', async (args, message) => {
    const result = await refusedServe(['--port', '0', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });
});
