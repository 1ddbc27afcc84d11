import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  dieselId,
  paths,
  type Recharge,
  type RechargePage,
  type RechargesReply,
  shareServer,
} from '../support/serve-client.ts';

/** Fuel purchases. */

const server = shareServer();

const noSuchId = '0d9b8817-fc47-47c3-b134-b3565ae1a57f';
/** The documentation's other fuel. */
const aviationFuelId = 'a0b56b0f-216c-456e-9e0f-1876d3b57622';

const purchase = {
  fuel_id: dieselId,
  country: 'ES',
  date: '2025-06-15',
  quantity: 50,
  vehicle_license_plate: '1234-ABC',
};

const post = async (client: Client, records: readonly object[], options: object = {}) =>
  (await client.call<RechargesReply>('POST', paths.rechargesBulk, { records, options })).body;

const list = async ({ call }: Client, query = ''): Promise<RechargePage> =>
  (await call<RechargePage>('GET', `${paths.recharges}${query}`)).body;

describe('a purchase with the country, date, quantity and plate of a stored one', () => {
  test('updates it: the id stays, the rest is new', async () => {
    const client = server.newClient();
    const first = await post(client, [purchase]);
    const second = await post(client, [{ ...purchase, fuel_id: aviationFuelId, project_id: noSuchId }]);
    expect(second).toMatchObject({ success: 1, failed: 0 });
    expect(second.results[0]?.id).toBe(first.results[0]?.id);
    const { total, items } = await list(client);
    expect(total).toBe(1);
    expect(items).toMatchObject([
      {
        id: first.results[0]?.id,
        fuel_id: aviationFuelId,
        fuel_name: 'aviation_fuel',
        project_id: noSuchId,
        file_id: second.file_id,
      },
    ]);
    expect(items[0]?.created_at).toBeDefined();
    expect(String(items[0]?.updated_at) >= String(items[0]?.created_at)).toBe(true);
  });

  test('updates it also as a single call, and the other way round', async () => {
    const client = server.newClient();
    const { results } = await post(client, [purchase]);
    const single = await client.call<Recharge>('POST', paths.recharges, purchase);
    const again = await post(client, [purchase]);
    expect(new Set([results[0]?.id, single.body.id, again.results[0]?.id]).size).toBe(1);
  });

  test.each([
    ['in another case', { vehicle_license_plate: '1234-abc' }],
    ['with spaces around', { vehicle_license_plate: '  1234-ABC ' }],
  ])('updates it where its plate is %s', async (_name, change) => {
    const client = server.newClient();
    await post(client, [purchase]);
    await post(client, [{ ...purchase, ...change }]);
    expect((await list(client)).total).toBe(1);
  });

  test.each([
    ['no quantity', { quantity: null }],
    ['no plate', { vehicle_license_plate: null }],
    ['neither', { quantity: null, vehicle_license_plate: null }],
    ['an empty plate and none', { vehicle_license_plate: '' }],
  ])('updates it where both have %s', async (_name, change) => {
    const client = server.newClient();
    const without = { ...purchase, ...change };
    const first = await post(client, [without]);
    const absent = Object.fromEntries(Object.entries(without).filter(([, value]) => value));
    const second = await post(client, [absent]);
    expect(second.results[0]?.id).toBe(first.results[0]?.id);
    expect((await list(client)).total).toBe(1);
  });

  test.each([
    ['country', { country: 'FR' }],
    ['date', { date: '2025-06-16' }],
    ['quantity', { quantity: 50.5 }],
    ['quantity', { quantity: null }],
    ['plate', { vehicle_license_plate: '1234 ABC' }],
    ['plate', { vehicle_license_plate: null }],
  ])('is another one where the %s differs', async (_name, change) => {
    const client = server.newClient();
    const first = await post(client, [purchase]);
    const second = await post(client, [{ ...purchase, ...change }]);
    expect(second.results[0]?.id).not.toBe(first.results[0]?.id);
    expect((await list(client)).total).toBe(2);
  });

  test('succeeds within one batch like the first; the later one is what is kept', async () => {
    const client = server.newClient();
    const reply = await post(client, [
      purchase,
      { ...purchase, fuel_id: aviationFuelId },
      { ...purchase, quantity: 1 },
    ]);
    expect(reply).toMatchObject({ total_processed: 3, success: 3, failed: 0, errors: [] });
    expect(reply.results.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(reply.results[1]?.id).toBe(reply.results[0]?.id);
    const { items } = await list(client);
    expect(items.map((item) => item.fuel_name)).toEqual(['aviation_fuel', 'diesel']);
  });
});

describe('a record of a batch', () => {
  test.each([
    ['fuel_id', undefined, 'needs fuel_id'],
    ['fuel_id', 'diesel', 'fuel_id "diesel" is not a valid UUID'],
    ['fuel_id', noSuchId, `Fuel with id '${noSuchId}' not found or inactive`],
    ['country', null, 'needs country'],
    ['country', 'GLO', 'Not Valid Country Code, must be ISO 3166-1 alpha-2'],
    ['date', undefined, 'needs date'],
    ['date', '15/06/2025', 'date "15/06/2025" is not valid'],
    ['date', '2025-06-31', 'date "2025-06-31" is not valid'],
    ['quantity', 0, 'quantity must be more than 0'],
    ['quantity', '50', 'quantity "50" is not valid'],
    ['quantity', [50], 'quantity'],
    ['quantity', 1e300, 'quantity must be at most'],
    ['vehicle_license_plate', 1234, 'vehicle_license_plate "1234" is not valid'],
    ['toc_id', 'van_diesel', 'toc_id "van_diesel" is not a valid UUID'],
    ['project_id', 7, 'project_id "7" is not a valid UUID'],
  ])('fails by itself where %s is %j', async (field, value, error) => {
    const client = server.newClient();
    const reply = await post(client, [{ ...purchase, quantity: 1 }, { ...purchase, [field]: value }, purchase]);
    expect(reply).toMatchObject({ total_received: 3, total_processed: 3, success: 2, failed: 1 });
    expect(reply.results.map(({ index }) => index)).toEqual([0, 2]);
    expect(reply.errors).toEqual([{ index: 1, error: expect.stringContaining(error) as string }]);
    expect((await list(client)).total).toBe(2);
  });

  test('stops the batch with continue_on_error false', async () => {
    const client = server.newClient();
    const records = [purchase, { ...purchase, fuel_id: noSuchId }, { ...purchase, quantity: 1 }];
    const reply = await post(client, records, { continue_on_error: false });
    expect(reply).toMatchObject({ total_received: 3, total_processed: 2, success: 1, failed: 1 });
    expect((await list(client)).total).toBe(1);
  });
});

describe('a single purchase', () => {
  test('that is not valid is refused with 422 and the place of each field', async () => {
    const client = server.newClient();
    const reply = await client.call('POST', paths.recharges, { country: 'XX', date: 'today', quantity: -1 });
    expect(reply.status).toBe(422);
    expect(reply.body.detail).toEqual(
      expect.arrayContaining([
        { loc: ['body', 'fuel_id'], msg: 'needs fuel_id' },
        { loc: ['body', 'country'], msg: 'Not Valid Country Code, must be ISO 3166-1 alpha-2' },
        { loc: ['body', 'date'], msg: expect.stringContaining('"today"') as string },
        { loc: ['body', 'quantity'], msg: 'quantity is negative; it must be more than 0, and is -1' },
      ]),
    );
    expect((await list(client)).total).toBe(0);
  });

  test('may name its fuel in upper case', async () => {
    const client = server.newClient();
    const { status, body } = await client.call<Recharge>('POST', paths.recharges, {
      ...purchase,
      fuel_id: dieselId.toUpperCase(),
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ fuel_name: 'diesel', co2e: expect.any(Number) as number });
    expect((await list(client, `?fuel_id=${dieselId}`)).total).toBe(1);
  });
});

test('every fuel of the catalogue has emissions', async () => {
  const client = server.newClient();
  const { body } = await client.call<{ fuels: { id: string; name: string }[] }>('GET', '/v1/logistics/fuels');
  const records = body.fuels.map(({ id, name }) => ({
    ...purchase,
    country: 'GB',
    fuel_id: id,
    vehicle_license_plate: name,
  }));
  expect(await post(client, records)).toMatchObject({ success: body.fuels.length, failed: 0 });
  const { items } = await list(client, '?size=100');
  expect(items.filter(({ co2e }) => co2e === null || !(co2e > 0)).map((item) => item.fuel_name)).toEqual([]);
});

describe('the list', () => {
  let client: Client;
  let tocId = '';
  let reply: RechargesReply;

  beforeAll(async () => {
    client = server.newClient();
    const tocs = await client.call<{ id: string; toc: string }[]>('GET', '/v1/logistics/tocs');
    tocId = tocs.body.find(({ toc }) => toc === 'van_diesel')?.id ?? '';
    reply = await post(client, [
      { ...purchase, vehicle_license_plate: '1234-ABC', date: '2025-01-31', toc_id: tocId },
      { ...purchase, vehicle_license_plate: '5678-xyz', date: '2025-02-01', fuel_id: aviationFuelId },
      { ...purchase, vehicle_license_plate: null, date: '2025-02-28', project_id: noSuchId },
    ]);
    await client.call('POST', paths.recharges, { ...purchase, vehicle_license_plate: 'LAST', date: '2025-03-01' });
  });

  const plates = async (query: string): Promise<readonly (string | null)[]> =>
    (await list(client, `?${query}`)).items.map((item) => item.vehicle_license_plate);

  test.each([
    ['', ['1234-ABC', '5678-xyz', null, 'LAST']],
    ['search=34-a', ['1234-ABC']],
    ['search=XYZ', ['5678-xyz']],
    ['search=%25', []],
    ['vehicle_type=van_diesel&vehicle_type=rigid_truck', ['1234-ABC']],
    ['vehicle_type[]=rigid_truck', []],
    [`fuel_id=${dieselId}`, ['1234-ABC', null, 'LAST']],
    [`fuel_id[]=${dieselId.toUpperCase()}&fuel_id[]=${aviationFuelId}`, ['1234-ABC', '5678-xyz', null, 'LAST']],
    ['vehicle_license_plate=5678-xyz&vehicle_license_plate=LAST', ['5678-xyz', 'LAST']],
    ['vehicle_license_plate=5678', []],
    [`project_id=${noSuchId}`, [null]],
    ['date_from=2025-02-01', ['5678-xyz', null, 'LAST']],
    ['date_until=2025-02-28', ['1234-ABC', '5678-xyz', null]],
    ['date_from=2025-02-01&date_until=2025-02-28', ['5678-xyz', null]],
    ['status=active', ['1234-ABC', '5678-xyz', null, 'LAST']],
    ['status[]=error', []],
    ['created_at_from=2020-01-01', ['1234-ABC', '5678-xyz', null, 'LAST']],
    ['created_at_until=2020-01-01T00:00:00Z', []],
    ['page=2&size=3', ['LAST']],
  ])('with %s', async (query, expected) => {
    expect(await plates(query)).toEqual(expected);
  });

  test('by file_id', async () => {
    expect(await plates(`file_id=${reply.file_id}`)).toEqual(['1234-ABC', '5678-xyz', null]);
    expect(await plates(`file_id[]=${noSuchId}`)).toEqual([]);
  });

  test('has page, size, total and pages', async () => {
    expect(await list(client, '?size=3')).toMatchObject({ page: 1, size: 3, total: 4, pages: 2 });
    expect((await client.call('GET', `${paths.recharges}?size=101`)).status).toBe(422);
  });

  test('has the fuels and the files that were used as unique values, the most frequent first', async () => {
    const values = async (field: string) =>
      (await client.call<object>('GET', `${paths.recharges}/unique-values?field=${field}`)).body;
    expect(await values('fuel_name')).toEqual({
      field: 'fuel_name',
      total_count: 2,
      values: [
        { value: dieselId, label: 'diesel', count: 3 },
        { value: aviationFuelId, label: 'aviation_fuel', count: 1 },
      ],
    });
    expect(await values('file_id')).toMatchObject({
      field: 'file_id',
      total_count: 2,
      values: [{ value: reply.file_id, label: expect.any(String) as string, count: 3 }, { count: 1 }],
    });
  });

  test.each(['?field=country', '', '?field='])('has no unique values of %j', async (query) => {
    const { status, body } = await client.call('GET', `${paths.recharges}/unique-values${query}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ detail: [{ loc: ['query', 'field'] }] });
  });
});

describe('deletion', () => {
  const path = `${paths.recharges}/batch-delete`;

  test('of one answers 204 without a body, once; then 404', async () => {
    const client = server.newClient();
    const { results } = await post(client, [purchase, { ...purchase, quantity: 1 }]);
    const one = `${paths.recharges}/${String(results[0]?.id)}`;
    expect(await client.call('DELETE', one)).toMatchObject({ status: 204, body: '' });
    expect(await client.call('DELETE', one)).toMatchObject({
      status: 404,
      body: { detail: 'Logistics recharge not found', code: 'NOT_FOUND' },
    });
    expect((await list(client)).items.map(({ id }) => id)).toEqual([results[1]?.id]);
  });

  test('makes room for a new purchase with the same key', async () => {
    const client = server.newClient();
    const { results } = await post(client, [purchase]);
    await client.call('DELETE', `${paths.recharges}/${String(results[0]?.id)}`);
    const again = await post(client, [purchase]);
    expect(again.results[0]?.id).not.toBe(results[0]?.id);
  });

  test('of several is of all or none', async () => {
    const [client, other] = [server.newClient(), server.newClient()];
    const { results } = await post(client, [purchase, { ...purchase, quantity: 1 }]);
    const foreign = await post(other, [purchase]);
    const ids = results.map(({ id }) => id);
    for (const stranger of [noSuchId, foreign.results[0]?.id]) {
      const reply = await client.call('POST', path, { recharge_ids: [...ids, stranger] });
      expect(reply).toMatchObject({ status: 404, body: { detail: 'Logistics recharge not found' } });
    }
    expect((await list(client)).total).toBe(2);
    expect((await client.call('POST', path, { recharge_ids: ids })).status).toBe(204);
    expect((await list(client)).total).toBe(0);
    expect((await list(other)).total).toBe(1);
  });

  test('of none is refused with 422', async () => {
    const reply = await server.newClient().call('POST', path, { recharge_ids: [] });
    expect(reply).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'recharge_ids'] }] } });
  });
});
