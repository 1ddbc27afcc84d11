import { beforeAll, describe, expect, test } from 'vitest';
import {
  aShipment,
  type Client,
  paths,
  type RequestsReply,
  shareServer,
  type ShipmentPage,
  shipments,
} from '../support/serve-client.ts';

/** Shipments read back and deleted. */

const server = shareServer();

const noSuchId = '0d9b8817-fc47-47c3-b134-b3565ae1a57f';

const post = async (client: Client, records: readonly object[], path: string = paths.requestsBulk) =>
  (await client.call<RequestsReply>('POST', path, { records })).body;

const list = async ({ call }: Client, query = ''): Promise<ShipmentPage> =>
  (await call<ShipmentPage>('GET', `${paths.requests}${query}`)).body;

describe('pages', () => {
  let client: Client;
  beforeAll(async () => {
    client = server.newClient();
    await post(client, shipments(25));
  });

  test('have 10 shipments in the order in which they came, where nothing else is asked for', async () => {
    const page = await list(client);
    expect(page).toMatchObject({ page: 1, size: 10, total: 25, pages: 3 });
    expect(page.items.map((item) => item.movement_id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `M-${String(index)}`),
    );
  });

  test('are all of them together, once each', async () => {
    const pages = await Promise.all([1, 2, 3].map((page) => list(client, `?page=${String(page)}&size=10`)));
    const ids = pages.flatMap(({ items }) => items.map((item) => item.movement_id));
    expect(ids).toEqual(Array.from({ length: 25 }, (_, index) => `M-${String(index)}`));
    expect(pages.map(({ items }) => items.length)).toEqual([10, 10, 5]);
  });

  test('after the last one are empty, with the same total', async () => {
    expect(await list(client, '?page=4')).toMatchObject({ page: 4, total: 25, pages: 3, items: [] });
    expect(await list(client, '?page=9007199254740991&size=100')).toMatchObject({ total: 25, items: [] });
  });

  test('have 100 shipments at most', async () => {
    expect(await list(client, '?size=100')).toMatchObject({ size: 100, total: 25, pages: 1 });
  });

  test.each([
    ['size=101', 'size', 'ensure this value is less than or equal to 100'],
    ['size=0', 'size', 'ensure this value is greater than or equal to 1'],
    ['page=0', 'page', 'ensure this value is greater than or equal to 1'],
    ['page=-1', 'page', 'ensure this value is greater than or equal to 1'],
    ['page=two', 'page', 'value is not a valid number'],
    ['size=1.5', 'size', 'value is not a valid integer'],
    ['page=1&page=2', 'page', 'value is not a valid number'],
  ])('with %s are refused with 422', async (query, name, msg) => {
    const { status, body } = await client.call('GET', `${paths.requests}?${query}`);
    expect(status).toBe(422);
    expect(body).toEqual({ detail: [{ loc: ['query', name], msg }] });
  });

  test('of one filter have one filter_hash, and those of another one another', async () => {
    const hash = async (query: string): Promise<string> => (await list(client, query)).filter_hash;
    expect(await hash('?size=2')).toBe(await hash('?page=3'));
    expect(await hash('?client=A')).not.toBe(await hash('?client=B'));
  });
});

describe('filters', () => {
  const all = ['ROAD', 'RAIL', 'SHIP', 'NO-TOC'] as const;
  const records = [
    {
      ...aShipment,
      movement_id: 'ROAD',
      client: 'AMAZON',
      package_key: 'P-1',
      vehicle_license_plate: '1234-ABC',
      shipment_date: '2025-01-31',
    },
    {
      category: 'rail',
      distance_km: 100,
      load: 1000,
      movement_id: 'RAIL',
      client: 'INDITEX & CO',
      package_key: 'P-2',
      shipment_date: '2025-02-01',
    },
    { toc: 'general_cargo', distance_km: 100, load: 1000, movement_id: 'SHIP', shipment_date: '2025-02-28' },
    { ...aShipment, toc: 'spaceship', movement_id: 'NO-TOC', client: 'AMAZON', shipment_date: '2025-03-01' },
  ];
  let client: Client;
  let reply: RequestsReply;
  let other: RequestsReply;
  let before: string;

  beforeAll(async () => {
    client = server.newClient();
    before = new Date().toISOString();
    reply = await post(client, records, paths.requestsBulkV2);
    await client.finished(reply.processing_job_id);
    other = await post(client, [{ ...aShipment, movement_id: 'OTHER', shipment_date: '2030-01-01' }]);
  });

  const ids = async (query: string): Promise<readonly (string | null)[]> =>
    (await list(client, `?${query}`)).items.map((item) => item.movement_id);

  test.each([
    ['movement_id=ROAD', ['ROAD']],
    ['movement_id[]=ROAD&movement_id[]=SHIP', ['ROAD', 'SHIP']],
    ['movement_id=ROAD&movement_id=SHIP', ['ROAD', 'SHIP']],
    ['movement_id%5B%5D=ROAD&movement_id=SHIP', ['ROAD', 'SHIP']],
    ['movement_id=road', []],
    ['client=AMAZON', ['ROAD', 'NO-TOC']],
    ['client=INDITEX%20%26%20CO', ['RAIL']],
    ['client=INDITEX+%26+CO', ['RAIL']],
    ['package_key[]=P-2', ['RAIL']],
    ['vehicle_license_plate=1234-ABC', ['ROAD']],
    ['toc=van_diesel', ['ROAD', 'OTHER']],
    ['toc=generic_average_rail', ['RAIL']],
    ['category=rail&category=maritime', ['RAIL', 'SHIP']],
    ['category=road', ['ROAD', 'OTHER']],
    ['category=air', []],
    ['status=error', ['NO-TOC']],
    ['status[]=active', ['ROAD', 'RAIL', 'SHIP', 'OTHER']],
    ['status=pending', []],
    ['date_from=2025-02-01', ['RAIL', 'SHIP', 'NO-TOC', 'OTHER']],
    ['date_until=2025-02-28', ['ROAD', 'RAIL', 'SHIP']],
    ['date_from=2025-02-01&date_until=2025-02-28', ['RAIL', 'SHIP']],
    ['client=AMAZON&status=active', ['ROAD']],
    ['unknown=1&movement_id=SHIP', ['SHIP']],
    [`file_id=${noSuchId}`, []],
  ])('%s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
    expect((await list(client, `?${query}&size=1`)).total).toBe(expected.length);
  });

  test('by file_id, file_id[], in any case, and several of them', async () => {
    expect(await ids(`file_id=${reply.file_id}`)).toEqual(all);
    expect(await ids(`file_id[]=${reply.file_id.toUpperCase()}`)).toEqual(all);
    expect(await ids(`file_id[]=${other.file_id}&file_id[]=${reply.file_id}`)).toEqual([...all, 'OTHER']);
  });

  test('by id, in any case', async () => {
    const wanted = [reply.results[1], reply.results[2]].map((result) => `id=${String(result?.id)}`).join('&');
    expect(await ids(wanted)).toEqual(['RAIL', 'SHIP']);
    expect(await ids(`id=${String(reply.results[0]?.id).toUpperCase()}`)).toEqual(['ROAD']);
  });

  test('by the time of creation: a day is all of it, a second is its beginning', async () => {
    const [item] = (await list(client, '?movement_id=OTHER')).items;
    const created = String(item?.created_at);
    const day = created.slice(0, 10);
    const wholeSecond = `${before.slice(0, 19)}Z`;
    const count = async (query: string): Promise<number> => (await list(client, `?${query}`)).total;
    expect(await count(`created_at_from=${day}`)).toBe(5);
    expect(await count(`created_at_until=${day}`)).toBe(5);
    expect(await count(`created_at_from=${wholeSecond}`)).toBe(5);
    expect(await count(`created_at_from=${created}`)).toBe(1);
    expect(await count(`created_at_until=${created}`)).toBe(5);
    expect(await count('created_at_until=2020-01-01')).toBe(0);
    expect(await count('created_at_from=2999-12-31T23:59:59%2B02:00')).toBe(0);
    expect(await count('created_at_until=2999-12-31T23:59:59%2B02:00')).toBe(5);
  });

  test.each([
    'category=sea',
    'status=done',
    'file_id=batch',
    'file_id[]=',
    'id=1',
    'date_from=01/02/2025',
    'date_until=2025-02-30',
    'created_at_from=yesterday',
    'created_at_until=',
  ])('%s is refused with 422 and its place', async (query) => {
    const { status, body } = await client.call('GET', `${paths.requests}?${query}`);
    expect(status).toBe(422);
    const name = query.split('=')[0]?.replace('[]', '');
    expect(body).toMatchObject({ detail: [{ loc: expect.arrayContaining(['query', name]) as string[] }] });
  });
});

describe('DELETE of a shipment', () => {
  test('answers 204 without a body, once; then 404', async () => {
    const client = server.newClient();
    const { results } = await post(client, shipments(2));
    const path = `${paths.requests}/${String(results[0]?.id)}`;
    expect(await client.call('DELETE', path)).toMatchObject({ status: 204, body: '' });
    expect((await list(client)).items.map(({ id }) => id)).toEqual([results[1]?.id]);
    expect(await client.call('DELETE', path)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', detail: 'Logistics request not found' },
    });
  });

  test('takes an id in upper case, and a content type without a body', async () => {
    const client = server.newClient();
    const { results } = await post(client, shipments(1));
    const { status } = await client.call(
      'DELETE',
      `${paths.requests}/${String(results[0]?.id).toUpperCase()}`,
      undefined,
      { 'content-type': 'application/json' },
    );
    expect(status).toBe(204);
  });

  test('answers 422 for an id that is none', async () => {
    const { status, body } = await server.newClient().call('DELETE', `${paths.requests}/1`);
    expect(status).toBe(422);
    expect(body).toEqual({ detail: [{ loc: ['params', 'request_id'], msg: 'value is not a valid uuid' }] });
  });

  test('leaves a shipment of another organisation where it is', async () => {
    const [owner, other] = [server.newClient(), server.newClient()];
    const { results } = await post(owner, shipments(1));
    expect((await other.call('DELETE', `${paths.requests}/${String(results[0]?.id)}`)).status).toBe(404);
    expect((await list(owner)).total).toBe(1);
  });
});

describe('batch-delete of shipments', () => {
  const path = `${paths.requests}/batch-delete`;

  test('deletes all of them with 204 and no body; an id that comes twice is one', async () => {
    const client = server.newClient();
    const { results } = await post(client, shipments(3));
    const [first, second] = results.map(({ id }) => id);
    const reply = await client.call('POST', path, { request_ids: [first, second, first?.toUpperCase()] });
    expect(reply).toMatchObject({ status: 204, body: '' });
    expect((await list(client)).items.map(({ id }) => id)).toEqual([results[2]?.id]);
  });

  test('deletes none where one is not known', async () => {
    const client = server.newClient();
    const { results } = await post(client, shipments(3));
    const reply = await client.call('POST', path, { request_ids: [...results.map(({ id }) => id), noSuchId] });
    expect(reply).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', detail: 'Logistics request not found' } });
    expect((await list(client)).total).toBe(3);
  });

  test("deletes none where one is another organisation's", async () => {
    const [owner, other] = [server.newClient(), server.newClient()];
    const foreign = await post(other, shipments(1));
    const own = await post(owner, shipments(1));
    const ids = [own, foreign].map(({ results }) => results[0]?.id);
    expect((await owner.call('POST', path, { request_ids: ids })).status).toBe(404);
    expect((await list(owner)).total).toBe(1);
    expect((await list(other)).total).toBe(1);
  });

  test('takes 5,000 ids', async () => {
    const client = server.newClient();
    const { results } = await post(client, shipments(5000));
    expect((await client.call('POST', path, { request_ids: results.map(({ id }) => id) })).status).toBe(204);
    expect((await list(client)).total).toBe(0);
  });

  test.each([
    ['no list', {}, ['body', 'request_ids'], 'field required'],
    ['an empty list', { request_ids: [] }, ['body', 'request_ids'], 'ensure this value has at least 1 items'],
    ['an id that is none', { request_ids: ['1'] }, ['body', 'request_ids', 0], 'value is not a valid uuid'],
  ])('refuses %s with 422', async (_name, body, loc, msg) => {
    const reply = await server.newClient().call('POST', path, body);
    expect(reply.status).toBe(422);
    expect(reply.body).toEqual({ detail: [{ loc, msg }] });
  });
});
