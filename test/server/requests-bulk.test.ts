import { describe, expect, test } from 'vitest';
import {
  aShipment,
  type Client,
  paths,
  type RequestsReply,
  shareServer,
  type Shipment,
  type ShipmentPage,
  shipments,
} from '../support/serve-client.ts';

/** What becomes of the records of a bulk call of shipments, in both versions. */

const server = shareServer();

const placeless = { movement_id: 'S-1', toc: 'van_diesel', distance_km: 10, load: 5 };

async function post(
  path: string,
  records: readonly object[],
  options: object = {},
  client: Client = server.newClient(),
): Promise<RequestsReply> {
  const { status, body } = await client.call<RequestsReply>('POST', path, { records, options });
  expect(status).toBe(200);
  expect(body.total_received).toBe(records.length);
  expect(body.total_processed).toBe(body.success + body.failed);
  expect(body.results).toHaveLength(body.success);
  expect(body.errors).toHaveLength(body.failed);
  return body;
}

const indexes = (list: readonly { readonly index: number }[]): number[] => list.map(({ index }) => index);

describe.each([paths.requestsBulk, paths.requestsBulkV2])('%s', (path) => {
  test('names each record that fails by its index and movement_id, and keeps the others', async () => {
    const client = server.newClient();
    const records = [
      { ...aShipment, movement_id: 'A' },
      { ...aShipment, movement_id: 'B', load: -1 },
      { movement_id: 'C', toc: 'van_diesel' },
      { distance_km: 1 },
      { ...aShipment, movement_id: 'E' },
    ];
    const { results, errors } = await post(path, records, {}, client);
    expect(indexes(results)).toEqual([0, 4]);
    expect(results.map((result) => result.movement_id)).toEqual(['A', 'E']);
    expect(errors).toEqual([
      { index: 1, movement_id: 'B', error: 'load is negative; it must be more than 0, and is -1' },
      { index: 2, movement_id: 'C', error: 'needs distance_km, or both origin and destination' },
      { index: 3, movement_id: null, error: 'needs toc or category' },
    ]);
    const { body } = await client.call<ShipmentPage>('GET', paths.requests);
    expect(body.items.map(({ id }) => id)).toEqual(results.map(({ id }) => id));
  });

  test.each([
    ['load', '1000'],
    ['load', 0],
    ['load', true],
    ['load', [1]],
    ['load', { kg: 1 }],
    ['distance_km', -1],
    ['distance_km', '500'],
    ['load_factor', 1.5],
    ['load_factor', 0],
    ['load_unit', 'tonnes'],
    ['load_unit', 'KG'],
    ['toc', 5],
    ['category', 'sea'],
    ['origin_country', 'XX'],
    ['year', 1999],
    ['year', 2024.5],
    ['year', '2024'],
    ['cleaning', 'yes'],
    ['cleaning', 1],
    ['movement_id', 17],
    ['client', { name: 'x' }],
    ['client', ['x']],
    ['shipment_date', '25/12/2023'],
    ['shipment_date', '2023-02-29'],
    ['shipment_date', '2023-12-25T10:00:00Z'],
    ['subcontractor', 'false'],
    ['tkm', -5],
    ['hub_id', 'hub'],
    ['package_key', 12],
  ])('refuses a record whose %s is %j, and names the field', async (field, value) => {
    const { errors } = await post(path, [{ ...aShipment, category: 'road', [field]: value }, aShipment]);
    expect(indexes(errors)).toEqual([0]);
    expect(errors[0]?.error).toMatch(
      field === 'origin_country' ? /^Not Valid Country Code, must be ISO 3166-1 alpha-2$/ : new RegExp(`^${field} `),
    );
  });

  test('names everything that is wrong with a record', async () => {
    const { errors } = await post(path, [{ load: -1, category: 'sea', distance_km: 'far', client: [] }]);
    for (const field of ['load', 'category', 'distance_km', 'client']) expect(errors[0]?.error).toContain(field);
  });

  test('takes null, and text without any, for a field that is not there', async () => {
    const client = server.newClient();
    const absent = Object.fromEntries(
      ['origin', 'load_unit', 'load_factor', 'category', 'year', 'cleaning', 'movement_id', 'hub_id', 'client'].map(
        (field) => [field, null],
      ),
    );
    const record = { ...absent, ...aShipment, package_key: '', movement_stage: '  ' };
    const { results } = await post(path, [record, { ...record, load: 501 }], {}, client);
    expect(results).toMatchObject([
      { movement_id: null, package_id: null },
      { movement_id: null, package_id: null },
    ]);
    const { body } = await client.call<ShipmentPage>('GET', paths.requests);
    expect(body.items[0]).toMatchObject({
      load_unit: 'kg',
      load_factor: 1,
      cleaning: false,
      package_key: null,
      movement_stage: null,
    });
  });

  test('ignores fields that it does not know, whatever they are called', async () => {
    const strange = JSON.stringify({ ...aShipment, weight: 5, co2e: 1, nested: { deep: [1] } });
    const body = `{"records":[${strange.replace('{', '{"__proto__": {"load": -1}, "constructor": {"prototype": 1}, ')}]}`;
    const reply = await server.newClient().call<RequestsReply>('POST', path, body);
    expect(reply.body).toMatchObject({ success: 1, failed: 0 });
  });

  test('refuses numbers of which no sums can be made, so that a list of them stays readable', async () => {
    const client = server.newClient();
    const huge = { toc: 'van_diesel', load: 1e300, distance_km: 1e300, movement_id: 'HUGE' };
    const { errors } = await post(path, [huge, placeless], {}, client);
    expect(indexes(errors)).toEqual([0]);
    expect((await client.call<ShipmentPage>('GET', paths.requests)).body.total).toBe(1);
  });

  test('refuses a value nested twenty thousand deep by its record', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const body = `{"records":[${JSON.stringify({ ...aShipment, client: '|' }).replace('"|"', deep)}, ${JSON.stringify(aShipment)}]}`;
    const reply = await server.newClient().call<RequestsReply>('POST', path, body);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ success: 1, failed: 1, errors: [{ index: 0 }] });
  });

  test('refuses a text with the character NUL, at which the database would cut it off', async () => {
    const { errors } = await post(path, [
      { ...aShipment, package_key: 'P\0A' },
      { ...aShipment, package_key: 'P\0B' },
    ]);
    expect(indexes(errors)).toEqual([0, 1]);
  });

  describe('with duplicates in a batch', () => {
    const leg = {
      ...placeless,
      movement_stretch: '1',
      movement_stage: 'first_mile',
      package_key: 'P-1',
      origin: 'Madrid, Spain',
      destination: 'Toledo, Spain',
      shipment_date: '2025-06-15',
    };

    test('refuses a later leg with the same identity, whatever else differs, and names the first', async () => {
      const { results, errors } = await post(path, [placeless, leg, { ...leg, load: 77, client: 'OTHER' }]);
      expect(indexes(results)).toEqual([0, 1]);
      expect(errors).toEqual([
        { index: 2, movement_id: 'S-1', error: 'Duplicate of record 1 of this batch (movement_id "S-1")' },
      ]);
    });

    test.each([
      ['movement_id', 'S-2'],
      ['movement_stretch', '2'],
      ['movement_stage', 'last_mile'],
      ['package_key', 'P-2'],
      ['origin', 'Soria, Spain'],
      ['destination', 'Soria, Spain'],
      ['shipment_date', '2025-06-16'],
      ['movement_stage', null],
    ])('keeps a leg that differs in %s alone', async (field, value) => {
      const { results } = await post(path, [leg, { ...leg, [field]: value }]);
      expect(indexes(results)).toEqual([0, 1]);
    });

    test('compares the whole record where there is no movement_id', async () => {
      const record = { toc: 'van_diesel', distance_km: 10, load: 5, vehicle_license_plate: '1234-abc' };
      const shuffled = { vehicle_license_plate: ' 1234-ABC', load: 5, unknown: 1, distance_km: 10, toc: 'van_diesel' };
      const { results, errors } = await post(path, [record, { ...record, load: 6 }, shuffled]);
      expect(indexes(results)).toEqual([0, 1]);
      expect(errors).toEqual([{ index: 2, movement_id: null, error: 'Duplicate of record 0 of this batch' }]);
    });

    test('keeps the first valid one: a record that failed is not an original', async () => {
      const { results } = await post(path, [{ ...placeless, load: -1 }, placeless]);
      expect(indexes(results)).toEqual([1]);
    });

    test('stores a batch that is sent twice twice: what is stored is not looked at', async () => {
      const client = server.newClient();
      await post(path, [leg], {}, client);
      const { success } = await post(path, [leg], {}, client);
      expect(success).toBe(1);
      expect((await client.call<ShipmentPage>('GET', paths.requests)).body.total).toBe(2);
    });
  });

  describe('with continue_on_error false', () => {
    test('stops at the first error: what came before is kept, what comes after is not mentioned', async () => {
      const client = server.newClient();
      const records = [
        ...shipments(2),
        { ...aShipment, load: -1, movement_id: 'BAD' },
        ...shipments(3, { client: 'x' }),
      ];
      const reply = await post(path, records, { continue_on_error: false }, client);
      expect(reply).toMatchObject({ total_received: 6, total_processed: 3, success: 2, failed: 1 });
      expect(indexes(reply.results)).toEqual([0, 1]);
      expect(indexes(reply.errors)).toEqual([2]);
      expect((await client.call<ShipmentPage>('GET', paths.requests)).body.total).toBe(2);
    });

    test('stops at a duplicate, too', async () => {
      const reply = await post(path, [placeless, placeless, ...shipments(1)], { continue_on_error: false });
      expect(reply).toMatchObject({ total_received: 3, total_processed: 2, success: 1, failed: 1 });
    });

    test('takes a batch without errors whole', async () => {
      expect(await post(path, shipments(3), { continue_on_error: false })).toMatchObject({ success: 3, failed: 0 });
    });
  });
});

describe('a shipment that can not be calculated', () => {
  const unknownPlace = {
    origin: 'Xqzzyblorp',
    destination: 'Madrid, Spain',
    toc: 'van_diesel',
    movement_id: 'NOWHERE',
  };

  test('is an error of its record in v1, and not stored', async () => {
    const client = server.newClient();
    const reply = await post(
      paths.requestsBulk,
      [aShipment, unknownPlace, { ...aShipment, toc: 'spaceship' }],
      {},
      client,
    );
    expect(reply.errors).toMatchObject([
      { index: 1, movement_id: 'NOWHERE', error: expect.stringMatching(/^UNKNOWN_PLACE: /) as string },
      { index: 2, movement_id: null, error: expect.stringMatching(/^NO_TOC: .*spaceship/) as string },
    ]);
    expect(indexes(reply.results)).toEqual([0]);
    expect((await client.call<ShipmentPage>('GET', paths.requests)).body.total).toBe(1);
  });

  test('is listed in v1 in the order of the call, among records that are not valid', async () => {
    const { errors } = await post(paths.requestsBulk, [unknownPlace, { load: 1 }, { ...aShipment, toc: 'spaceship' }]);
    expect(indexes(errors)).toEqual([0, 1, 2]);
  });

  test('stops v1 with continue_on_error false, before a record after it that is not valid', async () => {
    const client = server.newClient();
    const reply = await post(
      paths.requestsBulk,
      [aShipment, unknownPlace, { ...aShipment, load: 7 }, { load: -1 }],
      { continue_on_error: false },
      client,
    );
    expect(reply).toMatchObject({ total_received: 4, total_processed: 2, success: 1, failed: 1 });
    expect(indexes(reply.errors)).toEqual([1]);
    expect((await client.call<ShipmentPage>('GET', paths.requests)).body.total).toBe(1);
  });

  test('is accepted by v2, and an error afterwards, with why in its error_messages', async () => {
    const client = server.newClient();
    const reply = await post(paths.requestsBulkV2, [unknownPlace], {}, client);
    expect(reply).toMatchObject({ success: 1, failed: 0, errors: [] });
    await client.finished(reply.processing_job_id);
    const { body } = await client.call<ShipmentPage>('GET', paths.requests);
    expect(body.items).toMatchObject([{ status: 'error', co2e: null, kgco2e: null, emission_intensity: null }]);
    expect(body.items[0]?.error_messages).toEqual([expect.stringMatching(/^UNKNOWN_PLACE: .*Xqzzyblorp/)]);
  });

  test('is refused by the single call of v1 with 422, its code and why, and not stored', async () => {
    const client = server.newClient();
    const reply = await client.call('POST', paths.requests, { ...aShipment, toc: 'spaceship' });
    expect(reply.status).toBe(422);
    expect(reply.body).toEqual({ code: 'NO_TOC', detail: expect.stringContaining('spaceship') as string });
    expect((await client.call<ShipmentPage>('GET', paths.requests)).body.total).toBe(0);
  });
});

describe.each([paths.requests, paths.requestsV2])('a single call of %s', (path) => {
  test('is refused with 422 and the place of each field that is wrong', async () => {
    const client = server.newClient();
    const reply = await client.call('POST', path, { load: -1, origin_country: 'XX', client: {}, toc: 'van_diesel' });
    expect(reply.status).toBe(422);
    expect(reply.body.detail).toEqual(
      expect.arrayContaining([
        { loc: ['body', 'load'], msg: 'load is negative; it must be more than 0, and is -1' },
        { loc: ['body', 'origin_country'], msg: 'Not Valid Country Code, must be ISO 3166-1 alpha-2' },
        { loc: ['body', 'client'], msg: expect.stringContaining('client') as string },
        { loc: ['body', 'distance_km'], msg: 'needs distance_km, or both origin and destination' },
      ]),
    );
    expect((await client.call<ShipmentPage>('GET', paths.requests)).body.total).toBe(0);
  });

  test('has the day of the call where no shipment_date is given', async () => {
    const before = new Date().toISOString().slice(0, 10);
    const { body } = await server.newClient().call<Shipment>('POST', path, aShipment);
    expect([before, new Date().toISOString().slice(0, 10)]).toContain(body.shipment_date);
  });
});
