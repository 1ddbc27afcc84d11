import { beforeAll, describe, expect, test } from 'vitest';
import { createCalculator, shipmentOf } from '../support/calculator.ts';
import {
  aShipment,
  type Client,
  dieselId,
  type Hub,
  type HubPage,
  paths,
  type Report,
  type RequestsReply,
  shareServer,
  type ShipmentPage,
} from '../support/serve-client.ts';
import { shapeErrors } from '../support/shape.ts';

/** What is next to shipments and fuel purchases: hubs, catalogues, clients, summary and report. */

const server = shareServer();

const facilityId = '7c0e8c1e-8f5f-4b76-9a3e-2f6a5c1d0b42';

const createHub = ({ call }: Client, hub: object) => call<Hub>('POST', paths.hubs, hub);

const post = async (client: Client, records: readonly object[], path: string = paths.requestsBulk) =>
  (await client.call<RequestsReply>('POST', path, { records })).body;

describe('a hub', () => {
  const documented = {
    id: facilityId,
    name: 'Madrid Warehouse',
    address: 'Calle de Alcalá 1, Madrid',
    country: 'ES',
    type: 'owned',
    category: 'warehouse_ambient',
    status: 'active',
    supercharger: false,
    facility_id: facilityId,
    co2e: null,
    created_at: '2024-01-15T10:30:00Z',
    updated_at: null,
  };

  test('is created with 201, in the documented shape, with the country of its address', async () => {
    const client = server.newClient();
    const { status, body } = await createHub(client, {
      name: 'Madrid Warehouse',
      type: 'owned',
      category: 'warehouse_ambient',
      address: 'Madrid, Spain',
      facility_id: facilityId,
    });
    expect(status).toBe(201);
    expect(shapeErrors(documented, body)).toEqual([]);
    expect(body).toMatchObject({ country: 'ES', status: 'active', supercharger: false, facility_id: facilityId });
    expect((await client.call('GET', `${paths.hubs}/${body.id}`)).body).toEqual(body);
  });

  test('has no country where its address is not known, or not given', async () => {
    const client = server.newClient();
    const lost = await createHub(client, { name: 'Lost', type: 'subcontracted', address: 'Xqzzyblorp' });
    const none = await createHub(client, { name: 'None', type: 'subcontracted' });
    expect([lost.body.country, none.body.country, none.body.address]).toEqual([null, null, null]);
  });

  test('that is owned needs a facility_id; that of a subcontracted one is dropped', async () => {
    const client = server.newClient();
    const refused = await client.call('POST', paths.hubs, { name: 'A', type: 'owned' });
    expect(refused).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'facility_id'] }] } });
    const { status, body } = await createHub(client, { name: 'A', type: 'subcontracted', facility_id: facilityId });
    expect([status, body.facility_id]).toEqual([201, null]);
  });

  test.each(['Madrid Warehouse', 'madrid warehouse', 'MADRID WÁREHOUSE'])(
    'may not be called %s beside a Madrid Warehouse',
    async (name) => {
      const client = server.newClient();
      await createHub(client, { name: 'Madrid Warehouse', type: 'subcontracted' });
      const { status, body } = await client.call('POST', paths.hubs, { name, type: 'subcontracted' });
      expect(status).toBe(400);
      expect(body).toEqual({ detail: 'A hub with this name exists already', code: 'HUB_EXISTS' });
    },
  );

  test.each([
    ['no name', { type: 'subcontracted' }, 'name'],
    ['a name without text', { name: '  ', type: 'subcontracted' }, 'name'],
    ['no type', { name: 'A' }, 'type'],
    ['another type', { name: 'A', type: 'rented' }, 'type'],
    ['another category', { name: 'A', type: 'subcontracted', category: 'shed' }, 'category'],
  ])('with %s is refused with 422', async (_name, hub, field) => {
    const reply = await server.newClient().call('POST', paths.hubs, hub);
    expect(reply).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', field] }] } });
  });

  test.each([paths.requestsBulk, paths.requestsBulkV2])(
    'means its address where a shipment of %s starts or ends at its name',
    async (path) => {
      const client = server.newClient();
      await createHub(client, { name: 'Nave 7', type: 'subcontracted', address: 'Madrid, Spain' });
      await createHub(client, { name: 'Almacén Norte', type: 'subcontracted', address: 'Barcelona, Spain' });
      const leg = { toc: 'van_diesel', load: 1000, origin_country: 'ES', year: 2024 };
      const reply = await post(client, [{ ...leg, origin: 'nave 7', destination: 'ALMACEN NORTE' }], path);
      if (reply.processing_job_id !== undefined) await client.finished(reply.processing_job_id);
      const { body } = await client.call<ShipmentPage>('GET', paths.requests);
      const expected = shipmentOf(createCalculator(), {
        ...leg,
        origin: 'Madrid, Spain',
        destination: 'Barcelona, Spain',
      });
      expect(body.items).toMatchObject([
        {
          origin: 'nave 7',
          destination: 'ALMACEN NORTE',
          distance_km: expected.distanceKm,
          co2e: expected.co2eKg,
        },
      ]);
    },
  );

  test('that is not there means nothing', async () => {
    const { errors } = await post(server.newClient(), [
      { origin: 'Xqzzy 7', destination: 'Barcelona, Spain', toc: 'van_diesel', load: 1 },
    ]);
    expect(errors).toMatchObject([{ error: expect.stringContaining('UNKNOWN_PLACE') as string }]);
  });
});

describe('a hub that is changed', () => {
  test('keeps what the change does not name; its country is that of the new address', async () => {
    const client = server.newClient();
    const { body: old } = await createHub(client, { name: 'Nave 7', type: 'subcontracted', address: 'Madrid, Spain' });
    const { status, body } = await client.call<Hub>('PUT', `${paths.hubs}/${old.id}`, { address: 'Lyon, France' });
    expect(status).toBe(200);
    expect({ ...body, updated_at: null }).toEqual({ ...old, address: 'Lyon, France', country: 'FR' });
    expect(body.updated_at).not.toBe(null);
    expect((await client.call('GET', `${paths.hubs}/${old.id}`)).body).toEqual(body);
  });

  test('is given a facility when it becomes owned, and can’t take the name of another', async () => {
    const client = server.newClient();
    await createHub(client, { name: 'Nave 7', type: 'subcontracted' });
    const { body } = await createHub(client, { name: 'Nave 8', type: 'subcontracted', address: 'Madrid, Spain' });
    const path = `${paths.hubs}/${body.id}`;
    expect((await client.call('PUT', path, { name: 'NAVE 7' })).body).toMatchObject({ code: 'HUB_EXISTS' });
    const owned = (await client.call<Hub>('PUT', path, { type: 'owned' })).body;
    expect(owned.facility_id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await client.call<Hub>('PUT', path, { type: 'subcontracted' })).body.facility_id).toBe(null);
  });

  test('or deleted is not there any more', async () => {
    const client = server.newClient();
    const { body } = await createHub(client, { name: 'Nave 7', type: 'subcontracted' });
    const path = `${paths.hubs}/${body.id}`;
    expect((await client.call('DELETE', path)).status).toBe(204);
    expect((await client.call('DELETE', path)).status).toBe(404);
    expect((await client.call('PUT', path, { name: 'B' })).status).toBe(404);
    expect((await client.call<HubPage>('GET', paths.hubs)).body.total).toBe(0);
  });
});

describe.each(['/v1/logistics/hubs', '/v1/logistic-hubs'])('GET %s', (path) => {
  let client: Client;
  beforeAll(async () => {
    client = server.newClient();
    const hubs = [
      { name: 'Madrid Warehouse', type: 'owned', category: 'warehouse_ambient', facility_id: facilityId },
      { name: 'Puerto', type: 'subcontracted', category: 'maritime_container_terminals_ambient' },
      { name: 'Warehouse B', type: 'subcontracted', category: 'warehouse_mixed', supercharger: true },
    ];
    for (const hub of hubs) await createHub(client, hub);
  });

  test.each([
    ['', ['Madrid Warehouse', 'Puerto', 'Warehouse B']],
    ['?name=WAREHOUSE', ['Madrid Warehouse', 'Warehouse B']],
    ['?type=owned', ['Madrid Warehouse']],
    ['?category=warehouse_mixed', ['Warehouse B']],
    ['?category[]=warehouse_mixed&category[]=warehouse_ambient', ['Madrid Warehouse', 'Warehouse B']],
    ['?name=ware&type=subcontracted', ['Warehouse B']],
    ['?size=2&page=2', ['Warehouse B']],
    ['?name=%25', []],
  ])('%s', async (query, names) => {
    const { body } = await client.call<HubPage>('GET', `${path}${query}`);
    expect(body.items.map(({ name }) => name)).toEqual(names);
  });

  test('has page, size, total and pages', async () => {
    const { body } = await client.call<HubPage>('GET', `${path}?size=2`);
    expect(body).toMatchObject({ page: 1, size: 2, total: 3, pages: 2 });
  });
});

test('hubs are filtered by status', async () => {
  const client = server.newClient();
  await createHub(client, { name: 'A', type: 'subcontracted' });
  const total = async (query: string): Promise<number> =>
    (await client.call<HubPage>('GET', `${paths.hubs}?${query}`)).body.total;
  expect([await total('status[]=active'), await total('status=archived')]).toEqual([1, 0]);
});

test('a hub that is not there is answered with 404', async () => {
  const reply = await server.newClient().call('GET', `${paths.hubs}/${facilityId}`);
  expect(reply).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', detail: 'Hub not found' } });
});

describe('the catalogues', () => {
  test('of fuels have the documented shape and ids', async () => {
    const { body } = await server
      .newClient()
      .call<{ total_count: number; fuels: { id: string; name: string; unit_id: string }[] }>(
        'GET',
        '/v1/logistics/fuels',
      );
    const unitId = '54a709bf-79fe-4acb-ab85-5e1d7cd26eb4';
    const documented = { id: dieselId, name: 'diesel', unit_id: unitId, region: 'EU' };
    expect(shapeErrors({ total_count: 21, fuels: [documented] }, body)).toEqual([]);
    expect(body.total_count).toBe(body.fuels.length);
    expect(new Set(body.fuels.map(({ id }) => id)).size).toBe(body.fuels.length);
    expect(body.fuels).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: dieselId, name: 'diesel', unit_id: unitId }),
        expect.objectContaining({ id: 'a0b56b0f-216c-456e-9e0f-1876d3b57622', name: 'aviation_fuel', unit_id: unitId }),
      ]),
    );
  });

  test('of vehicle types are a bare list in which toc is vehicle and type', async () => {
    type Toc = {
      id: string;
      toc: string;
      category: string;
      vehicle: string;
      type: string;
      default_load: number | null;
    };
    const { body } = await server.newClient().call<Toc[]>('GET', '/v1/logistics/tocs');
    const documented = {
      toc: 'van_diesel',
      category: 'road',
      vehicle: 'van',
      type: 'diesel',
      wtw: 1.27,
      default_load: null,
      location: 'EU',
    };
    expect(shapeErrors([documented], body)).toEqual([]);
    expect(body.find(({ toc }) => toc === 'van_diesel')).toMatchObject({
      ...documented,
      wtw: expect.any(Number) as number,
      default_load: 400,
      location: 'GLO',
    });
    const joined = body.map(({ vehicle, type }) => [vehicle, type].filter((part) => part !== '').join('_'));
    expect(joined).toEqual(body.map(({ toc }) => toc));
    expect(new Set(body.map(({ id }) => id)).size).toBe(body.length);
  });

  test('have vehicle types that a shipment can be calculated with, each of them', async () => {
    const client = server.newClient();
    const { body } = await client.call<{ toc: string }[]>('GET', '/v1/logistics/tocs');
    const { errors } = await post(
      client,
      body.map(({ toc }) => ({ toc, distance_km: 100, load: 1000 })),
    );
    expect(errors).toEqual([]);
  });
});

describe('clients, summary and report', () => {
  let client: Client;
  let items: ShipmentPage['items'];
  beforeAll(async () => {
    client = server.newClient();
    const reply = await post(
      client,
      [
        { ...aShipment, client: 'SEUR', shipment_date: '2025-01-01' },
        { ...aShipment, client: 'AMAZON', shipment_date: '2025-01-31', distance_km: 300 },
        { ...aShipment, client: 'AMAZON', shipment_date: '2025-02-01', load: 700 },
        { category: 'rail', distance_km: 400, load: 9000, client: 'AMAZON', shipment_date: '2025-01-15' },
        { ...aShipment, toc: 'spaceship', client: 'DHL', shipment_date: '2025-01-15' },
        { ...aShipment, shipment_date: '2025-01-15' },
      ],
      paths.requestsBulkV2,
    );
    await client.finished(reply.processing_job_id);
    await createHub(client, { name: 'A', type: 'subcontracted' });
    await client.call('POST', paths.recharges, {
      fuel_id: dieselId,
      country: 'ES',
      date: '2025-01-01',
      project_id: facilityId,
    });
    await client.call('POST', paths.recharges, { fuel_id: dieselId, country: 'ES', date: '2025-01-02' });
    items = (await client.call<ShipmentPage>('GET', `${paths.requests}?size=100`)).body.items;
  });

  const report = async (query: string): Promise<Report> =>
    (await client.call<Report>('GET', `/v1/logistics/report?${query}`)).body;
  const sum = (figures: readonly (number | null)[]): number =>
    figures.reduce<number>((total, each) => total + Number(each), 0);

  test('clients are a bare sorted list, each once', async () => {
    const { body } = await client.call<string[]>('GET', '/v1/logistics/clients');
    expect(body).toEqual(['AMAZON', 'DHL', 'SEUR']);
    expect((await server.newClient().call<string[]>('GET', '/v1/logistics/clients')).body).toEqual([]);
  });

  test('summary counts what there is, with the time of the last change', async () => {
    const { body } = await client.call('GET', '/v1/logistics/summary');
    const documented = { count: 1250, last_updated: '2024-01-15T10:30:00Z' };
    expect(shapeErrors({ requests: documented, recharges: documented, hubs: documented }, body)).toEqual([]);
    expect(body).toMatchObject({ requests: { count: 6 }, recharges: { count: 2 }, hubs: { count: 1 } });
    const empty = { count: 0, last_updated: null };
    const other = await server.newClient().call('GET', '/v1/logistics/summary');
    expect(other.body).toEqual({ requests: empty, recharges: empty, hubs: empty });
  });

  test('summary of a project counts its fuel purchases', async () => {
    const { body } = await client.call('GET', `/v1/logistics/summary?project_id=${facilityId.toUpperCase()}`);
    expect(body).toMatchObject({ recharges: { count: 1 } });
  });

  test('report sums the calculated shipments of the period, both days included, by category', async () => {
    const body = await report('start_date=2025-01-01&end_date=2025-01-31');
    const road = items.filter(
      (item) => item.category === 'road' && item.status === 'active' && item.shipment_date < '2025-02',
    );
    const rail = items.filter((item) => item.category === 'rail');
    const roadKg = sum(road.map(({ co2e }) => co2e));
    const railKg = sum(rail.map(({ co2e }) => co2e));
    expect([road.length, rail.length]).toEqual([3, 1]);
    expect(body).toMatchObject({
      client: null,
      period: { start_date: '2025-01-01', end_date: '2025-01-31' },
      summary: { total_items: 4, total_distance_km: 900 },
      data_source: 'requests',
      methodology: 'ISO 14083',
    });
    expect(body.summary.total_co2e_kg).toBeCloseTo(roadKg + railKg, 9);
    expect(body.summary.avg_co2e_per_item).toBeCloseTo((roadKg + railKg) / 4, 9);
    const figures = body.by_category.map(({ category, items: count, distance_km: km }) => [category, count, km]);
    expect(figures.toSorted()).toEqual([
      ['rail', 1, 400],
      ['road', 3, 500],
    ]);
    const kg = body.by_category.map(({ co2e_kg: each }) => each);
    expect(kg).toEqual(kg.toSorted((a, b) => b - a));
    for (const each of body.by_category) {
      expect(each.percentage_co2e).toBeCloseTo((100 * each.co2e_kg) / (roadKg + railKg), 9);
    }
    expect(sum(body.by_category.map((each) => each.percentage_co2e))).toBeCloseTo(100, 9);
  });

  test('report of a client has its shipments alone', async () => {
    const body = await report('start_date=2025-01-01&end_date=2025-12-31&client=AMAZON');
    expect(body).toMatchObject({ client: 'AMAZON', summary: { total_items: 3, total_distance_km: 800 } });
    expect((await report('start_date=2025-01-01&end_date=2025-12-31&client=amazon')).summary.total_items).toBe(0);
  });

  test('report of a period without shipments is empty, with numbers', async () => {
    expect(await report('start_date=2020-01-01&end_date=2020-12-31')).toMatchObject({
      summary: { total_items: 0, total_co2e_kg: 0, total_distance_km: 0, avg_co2e_per_item: 0 },
      by_category: [],
    });
  });

  test.each([
    ['start_date=2025-01-01', 422],
    ['end_date=2025-01-01', 422],
    ['start_date=2025-01-01&end_date=2025-02-30', 422],
    ['start_date=2025-01-02&end_date=2025-01-01', 400],
  ])('report with %s is refused with %d', async (query, status) => {
    expect((await client.call('GET', `/v1/logistics/report?${query}`)).status).toBe(status);
  });
});
