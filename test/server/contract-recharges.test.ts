import { describe, expect, test } from 'vitest';
import { createCalculator, rechargeOf } from '../support/calculator.ts';
import {
  dieselId,
  paths,
  type Recharge,
  type RechargePage,
  type RechargesReply,
  shareServer,
} from '../support/serve-client.ts';
import { shapeErrors } from '../support/shape.ts';

/** The page "Create Logistics Recharges (Bulk)" of the API's documentation, by its samples. */

const server = shareServer();

const unknownFuel = '550e8400-e29b-41d4-a716-446655440000';

/** The body of the cURL sample, as it is there. */
const curlBody = `{
    "records": [
      {
        "fuel_id": "550e8400-e29b-41d4-a716-446655440000",
        "country": "ES",
        "date": "2025-06-15",
        "quantity": 50.0,
        "vehicle_license_plate": "1234-ABC"
      },
      {
        "fuel_id": "550e8400-e29b-41d4-a716-446655440000",
        "country": "ES",
        "date": "2025-06-16",
        "quantity": 60.0,
        "vehicle_license_plate": "5678-XYZ"
      }
    ],
    "options": { "continue_on_error": true }
  }`;

const documentedReply = {
  total_received: 3,
  total_processed: 3,
  success: 2,
  failed: 1,
  results: [
    { index: 0, id: '660e8400-e29b-41d4-a716-446655440000' },
    { index: 2, id: '770e8400-e29b-41d4-a716-446655440000' },
  ],
  errors: [{ index: 1, error: "Fuel with id '...' not found or inactive" }],
};

/** Fields of the documentation's list; `unit` and `vehicle_type` are texts. */
const documentedItem = {
  id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  vehicle_license_plate: '1234-ABC',
  vehicle_type: 'van_diesel',
  fuel_name: 'diesel',
  quantity: 50.5,
  unit: 'l',
  date: '2025-06-15',
  co2e: 159.1,
  created_at: '2025-06-15T10:30:00Z',
  updated_at: '2025-06-15T10:30:00Z',
};

const expectedKg = (quantity: number, country = 'ES', date = '2025-06-15'): number =>
  rechargeOf(createCalculator(), { fuel_id: dieselId, country, date, quantity }).co2eKg;

describe('the cURL sample', () => {
  test('is answered in the documented shape; its fuel, a placeholder, is refused in the documented words', async () => {
    const { call } = server.newClient();
    const { status, body } = await call<RechargesReply>('POST', paths.rechargesBulk, curlBody);
    expect(status).toBe(200);
    expect(shapeErrors(documentedReply, body)).toEqual([]);
    expect(body).toMatchObject({ total_received: 2, total_processed: 2, success: 0, failed: 2, results: [] });
    const error = `Fuel with id '${unknownFuel}' not found or inactive`;
    expect(body.errors).toEqual([
      { index: 0, error },
      { index: 1, error },
    ]);
  });

  test('succeeds with a fuel of the catalogue, with nothing but index and id in its results', async () => {
    const { call } = server.newClient();
    const { body } = await call<RechargesReply>(
      'POST',
      paths.rechargesBulk,
      curlBody.replaceAll(unknownFuel, dieselId),
    );
    expect(shapeErrors(documentedReply, body)).toEqual([]);
    expect(body).toMatchObject({ success: 2, failed: 0, errors: [] });
    expect(body.results.map((result) => Object.keys(result))).toEqual([
      ['index', 'id'],
      ['index', 'id'],
    ]);
    const list = await call<RechargePage>('GET', paths.recharges);
    expect(list.body.items).toMatchObject([
      { date: '2025-06-15', quantity: 50, vehicle_license_plate: '1234-ABC', fuel_name: 'diesel', unit: 'l' },
      { date: '2025-06-16', quantity: 60, vehicle_license_plate: '5678-XYZ', fuel_name: 'diesel', unit: 'l' },
    ]);
    expect(list.body.items.map(({ co2e }) => co2e)).toEqual([expectedKg(50), expectedKg(60)]);
  });

  test('with one fuel that exists and one that does not is answered as in the page: two kept, one refused', async () => {
    const { call } = server.newClient();
    const { body } = await call<RechargesReply>('POST', paths.rechargesBulk, {
      records: [
        { fuel_id: dieselId, country: 'ES', date: '2025-06-15' },
        { fuel_id: unknownFuel, country: 'ES', date: '2025-06-16' },
        { fuel_id: dieselId, country: 'ES', date: '2025-06-17' },
      ],
    });
    expect(shapeErrors(documentedReply, body)).toEqual([]);
    expect(body).toMatchObject({ total_received: 3, total_processed: 3, success: 2, failed: 1 });
    expect(body.results.map(({ index }) => index)).toEqual([0, 2]);
    expect(body.errors.map(({ index }) => index)).toEqual([1]);
  });
});

test('the JavaScript sample, one empty record and empty options, fails by its record', async () => {
  const { call } = server.newClient();
  const { status, body } = await call<RechargesReply>(
    'POST',
    paths.rechargesBulk,
    JSON.stringify({ records: [{}], options: {} }),
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({ total_received: 1, total_processed: 1, success: 0, failed: 1, results: [] });
  expect(body.errors).toEqual([{ index: 0, error: 'needs fuel_id; needs country; needs date' }]);
});

describe('the pandas sample', () => {
  const csv = `fuel_id,country,date,quantity,plate
${dieselId},ES,2025-06-15,50.5,1234-ABC
${dieselId},ES,2025-06-15,,
${dieselId},XX,2025-06-15,12,5678-XYZ
`;

  /** What the sample's list comprehension makes of the rows; an empty cell is NaN in pandas. */
  const records = (empty: unknown) =>
    csv
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => {
        const [fuel, country, date, quantity, plate] = row.split(',');
        return {
          fuel_id: fuel,
          country,
          date,
          quantity: quantity === '' ? empty : Number(quantity),
          vehicle_license_plate: plate === '' ? empty : plate,
        };
      });

  test('is taken with null for its empty cells', async () => {
    const { call } = server.newClient();
    const { body: result } = await call<RechargesReply>('POST', paths.rechargesBulk, {
      records: records(null),
      options: { continue_on_error: true },
    });
    expect(`Processed: ${result.success}/${result.total_received}`).toBe('Processed: 2/3');
    expect(result.errors).toEqual([{ index: 2, error: 'Not Valid Country Code, must be ISO 3166-1 alpha-2' }]);
    const { body } = await call<RechargePage>('GET', paths.recharges);
    expect(body.items).toMatchObject([
      { quantity: 50.5, vehicle_license_plate: '1234-ABC', co2e: expectedKg(50.5) },
      { quantity: null, vehicle_license_plate: null, co2e: null },
    ]);
  });

  test('is refused as no JSON with NaN for its empty cells', async () => {
    const { call } = server.newClient();
    const body = JSON.stringify({ records: records('NaN') }).replaceAll('"NaN"', 'NaN');
    expect(body).toContain('"quantity":NaN');
    const reply = await call('POST', paths.rechargesBulk, body);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ detail: 'The body is not valid JSON', code: 'INVALID_JSON' });
  });
});

describe('documented texts', () => {
  test('of a country code that is none', async () => {
    const { call } = server.newClient();
    const { body } = await call<RechargesReply>('POST', paths.rechargesBulk, {
      records: ['XX', 'ESP', 'Spain', 'es', 34].map((country) => ({ fuel_id: dieselId, country, date: '2025-06-15' })),
    });
    expect(new Set(body.errors.map(({ error }) => error))).toEqual(
      new Set(['Not Valid Country Code, must be ISO 3166-1 alpha-2']),
    );
    expect(body.failed).toBe(5);
  });

  test.each([paths.requestsBulk, paths.requestsBulkV2, paths.rechargesBulk])(
    'of more than 5,000 records for %s',
    async (path) => {
      const { call } = server.newClient();
      const reply = await call('POST', path, { records: Array.from({ length: 5001 }, () => ({})) });
      expect(reply.status).toBe(422);
      expect(reply.body).toEqual({
        detail: [{ loc: ['body', 'records'], msg: 'ensure this value has at most 5000 items' }],
      });
    },
  );

  test.each([paths.requestsBulk, paths.requestsBulkV2, paths.rechargesBulk])('of no records for %s', async (path) => {
    const { call } = server.newClient();
    const reply = await call('POST', path, { records: [] });
    expect(reply.status).toBe(422);
    expect(reply.body).toEqual({
      detail: [{ loc: ['body', 'records'], msg: 'ensure this value has at least 1 items' }],
    });
  });

  test('of a key that is not known', async () => {
    const { call } = server.newClient();
    const reply = await call('GET', paths.recharges, undefined, { 'x-api-key': 'sk_live_1234567890abcdef' });
    expect(reply.status).toBe(401);
    expect(reply.body).toEqual({ detail: 'Invalid API key', code: 'INVALID_API_KEY' });
  });

  test('of an organisation that is not known', async () => {
    const { call } = server.newClient();
    const id = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';
    const reply = await call('GET', paths.recharges, undefined, { 'x-organization-id': id });
    expect(reply.status).toBe(404);
    expect(reply.body).toEqual({
      code: 'ORGANIZATION_NOT_FOUND',
      detail: `Organization with id=UUID('${id}') not found`,
    });
  });

  test.each([
    ['DELETE', paths.requests, 'Logistics request not found'],
    ['DELETE', paths.recharges, 'Logistics recharge not found'],
    ['GET', paths.packages, 'Package not found'],
  ])('of something that %s %s/{id} does not find', async (method, path, detail) => {
    const { call } = server.newClient();
    const reply = await call(method, `${path}/${unknownFuel}`);
    expect(reply.status).toBe(404);
    expect(reply.body).toEqual({ code: 'NOT_FOUND', detail });
  });
});

describe('a single fuel purchase', () => {
  test('is answered with 200, not 201, and the fields of the documented list', async () => {
    const { call } = server.newClient();
    const tocs = await call<{ id: string; toc: string }[]>('GET', '/v1/logistics/tocs');
    const { status, body } = await call<Recharge>('POST', paths.recharges, {
      fuel_id: dieselId,
      country: 'ES',
      date: '2025-06-15',
      quantity: 50.5,
      vehicle_license_plate: '1234-ABC',
      toc_id: tocs.body.find(({ toc }) => toc === 'van_diesel')?.id,
    });
    expect(status).toBe(200);
    expect(shapeErrors(documentedItem, body)).toEqual([]);
    expect(body).toMatchObject({ fuel_name: 'diesel', vehicle_type: 'van_diesel', co2e: expectedKg(50.5) });
    const list = await call<RechargePage>('GET', paths.recharges);
    expect(list.body.items).toEqual([body]);
  });

  test('with a fuel that is not known is refused with 404 in the documented words', async () => {
    const { call } = server.newClient();
    const reply = await call('POST', paths.recharges, { fuel_id: unknownFuel, country: 'ES', date: '2025-06-15' });
    expect(reply.status).toBe(404);
    expect(reply.body).toEqual({ detail: `Fuel with id '${unknownFuel}' not found or inactive`, code: 'NOT_FOUND' });
  });
});
