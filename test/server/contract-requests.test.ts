import { describe, expect, test } from 'vitest';
import type { ShipmentRequest } from '../../src/records/request.ts';
import { createCalculator, shipmentOf } from '../support/calculator.ts';
import {
  type JobPage,
  paths,
  type RequestsReply,
  shareServer,
  type Shipment,
  type ShipmentPage,
} from '../support/serve-client.ts';
import { shapeErrors } from '../support/shape.ts';

/** The page "Create Logistics Requests (Bulk, v2)" of the API's documentation, by its samples. */

const server = shareServer();

/** The body of the cURL sample, as it is there. */
const curlBody = `{
      "records": [
        {
          "origin": "Madrid, Spain",
          "destination": "Barcelona, Spain",
          "origin_country": "ES",
          "load": 1000,
          "load_unit": "kg",
          "toc": "truck_diesel",
          "movement_id": "SHIP-001"
        }
      ],
      "options": { "continue_on_error": true }
    }`;

/** The `json=` of the Python sample. */
const pythonBody = {
  records: [
    {
      origin: 'Madrid, Spain',
      destination: 'Barcelona, Spain',
      origin_country: 'ES',
      load: 1000,
      load_unit: 'kg',
      toc: 'truck_diesel',
      movement_id: 'SHIP-001',
    },
  ],
  options: { continue_on_error: true },
} as const;

const documentedReply = {
  total_received: 3,
  total_processed: 3,
  success: 3,
  failed: 0,
  results: [
    {
      index: 0,
      id: '0d9b8817-fc47-47c3-b134-b3565ae1a57f',
      movement_id: 'SHIP-001',
      package_id: null,
      co2e: null,
    },
    {
      index: 1,
      id: '683a0184-6dac-44ab-80a2-ce31b14ce927',
      movement_id: 'SHIP-002',
      package_id: null,
      co2e: null,
    },
  ],
  errors: [],
};

/** Both generations of the list's items, as they are documented. */
const documentedItems = {
  old: {
    id: '0d9b8817-fc47-47c3-b134-b3565ae1a57f',
    origin: 'Madrid, Spain',
    destination: 'Barcelona, Spain',
    origin_country: 'ES',
    distance_km: 500,
    load: 1000,
    load_unit: 'kg',
    load_factor: 1,
    toc: 'van_diesel',
    category: 'road',
    year: 2024,
    cleaning: false,
    co2e: 100.5,
    created_at: '2024-01-15T10:30:00Z',
    updated_at: '2024-01-15T10:30:00Z',
    package_id: '0d9b8817-fc47-47c3-b134-b3565ae1a57f',
    package_key: 'PKG-2024-123456',
  },
  new: {
    id: '',
    load_unit: '',
    created_at: '2023-11-07T05:31:56Z',
    origin: '',
    destination: '',
    distance_km: 0,
    load: 0,
    toc: '',
    cleaning: true,
    status: 'active',
    movement_id: '',
    client: '',
    shipment_date: '2023-12-25',
    movement_stretch: '',
    movement_stage: '',
    vehicle_license_plate: '',
    trailer_license_plate: '',
    subcontractor: true,
    hub_id: '',
    tkm: 0,
    kgco2e: 0,
    emission_intensity: 0,
    error_messages: [''],
    estimated_data: [''],
    file_name: '',
    uploaded_by: { first_name: '', last_name: '', profile_img_url: '' },
    linked_projects: [{ project_id: '', project_name: '', organization_id: '', organization_name: '' }],
  },
};

/** A record in which no field is left out. */
const wholeRecord = {
  origin: 'Madrid, Spain',
  destination: 'Barcelona, Spain',
  distance_km: 500,
  load: 1000,
  load_unit: 'kg',
  load_factor: 0.5,
  toc: 'van_diesel',
  category: 'road',
  origin_country: 'ES',
  year: 2024,
  cleaning: true,
  movement_id: 'MOV-2024-001234',
  client: 'CORREOS-EXPRESS',
  shipment_date: '2023-12-25',
  movement_stretch: '1',
  movement_stage: 'long_haul',
  vehicle_license_plate: '1234-ABC',
  trailer_license_plate: 'R-1234-BCD',
  subcontractor: true,
  hub_id: '7c0e8c1e-8f5f-4b76-9a3e-2f6a5c1d0b42',
  package_key: 'PKG-2024-123456',
} as const;

const expectedKg = (record: ShipmentRequest): number => shipmentOf(createCalculator(), record).co2eKg;

describe('the cURL sample', () => {
  test('is answered by v2 in the documented shape, with co2e null', async () => {
    const { call } = server.newClient();
    const { status, headers, body } = await call<RequestsReply>('POST', paths.requestsBulkV2, curlBody);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(shapeErrors(documentedReply, body)).toEqual([]);
    expect(body).toMatchObject({ total_received: 1, total_processed: 1, success: 1, failed: 0, errors: [] });
    expect(body.results).toEqual([
      { index: 0, id: expect.any(String) as string, movement_id: 'SHIP-001', package_id: null, co2e: null },
    ]);
  });

  test('is answered by v1 in the same shape, with the emissions that the embedded calculator finds', async () => {
    const { call } = server.newClient();
    const { status, body } = await call<RequestsReply>('POST', paths.requestsBulk, curlBody);
    expect(status).toBe(200);
    expect(shapeErrors(documentedReply, body)).toEqual([]);
    expect(body.results[0]?.co2e).toBe(expectedKg(pythonBody.records[0]));
    expect(body).not.toHaveProperty('processing_job_id');
  });

  test('gives v2 shipments that are read back by file_id[] with the emissions that v1 gives', async () => {
    const { call, finished } = server.newClient();
    const other = await call<RequestsReply>('POST', paths.requestsBulkV2, curlBody);
    const { body } = await call<RequestsReply>('POST', paths.requestsBulkV2, curlBody);
    await finished(other.body.processing_job_id);
    await finished(body.processing_job_id);
    const list = await call<ShipmentPage>('GET', `${paths.requests}?file_id[]=${body.file_id}`);
    expect(list.body.total).toBe(1);
    const [item] = list.body.items;
    expect(item?.id).toBe(body.results[0]?.id);
    expect(item?.co2e).toBe(expectedKg(pythonBody.records[0]));
    expect(item).toMatchObject({ kgco2e: item?.co2e, status: 'active', movement_id: 'SHIP-001', error_messages: [] });
  });
});

test('the Python sample is accepted and prints what its last line reads', async () => {
  const { call } = server.newClient();
  const { body: result } = await call<RequestsReply>('POST', paths.requestsBulkV2, pythonBody);
  expect(`Accepted ${result.success}/${result.total_received} records for async calculation`).toBe(
    'Accepted 1/1 records for async calculation',
  );
});

test('the body of the page is the same with options left out', async () => {
  const { call } = server.newClient();
  const { body } = await call<RequestsReply>('POST', paths.requestsBulkV2, { records: pythonBody.records });
  expect(body.success).toBe(1);
});

describe('a list', () => {
  test('has items with every documented field of both generations', async () => {
    const { call } = server.newClient();
    await call('POST', paths.requestsBulk, { records: [wholeRecord] });
    const { body } = await call<ShipmentPage>('GET', paths.requests);
    expect(shapeErrors({ page: 1, size: 50, total: 100, items: [], filter_hash: '' }, body)).toEqual([]);
    expect(shapeErrors([documentedItems.old], body.items)).toEqual([]);
    expect(shapeErrors([documentedItems.new], body.items)).toEqual([]);
  });

  test('has every field of a shipment as it was sent', async () => {
    const { call } = server.newClient();
    await call('POST', paths.requestsBulk, { records: [wholeRecord] });
    const { body } = await call<ShipmentPage>('GET', paths.requests);
    expect(body.items).toMatchObject([wholeRecord]);
  });

  test('has the emissions as co2e and as kgco2e, and their intensity per tonne-km', async () => {
    const { call } = server.newClient();
    await call('POST', paths.requestsBulk, { records: [wholeRecord] });
    const { body } = await call<ShipmentPage>('GET', paths.requests);
    const kg = expectedKg(wholeRecord);
    // 1,000 kg by half over 500 km.
    expect(body.items).toMatchObject([{ co2e: kg, kgco2e: kg, tkm: 250, emission_intensity: kg / 250 }]);
  });

  test('names what had to be assumed in estimated_data', async () => {
    const { call } = server.newClient();
    await call('POST', paths.requestsBulk, {
      records: [{ origin: 'Madrid, Spain', destination: 'Barcelona, Spain', category: 'road', year: 2024 }],
    });
    const { body } = await call<ShipmentPage>('GET', paths.requests);
    expect(body.items[0]?.estimated_data).toEqual(expect.arrayContaining(['toc', 'load', 'distance_km']));
  });
});

describe('a single shipment', () => {
  const fields =
    'id co2e created_at updated_at origin destination distance_km load load_unit category toc origin_country year ' +
    'movement_id client shipment_date movement_stretch movement_stage vehicle_license_plate trailer_license_plate ' +
    'subcontractor tkm hub_id package_id package_key';

  test.each([paths.requests, paths.requestsV2])('%s answers the documented fields and no others', async (path) => {
    const { call } = server.newClient();
    const { status, body } = await call<Shipment>('POST', path, wholeRecord);
    expect(status).toBe(200);
    expect(Object.keys(body).toSorted()).toEqual(fields.split(' ').toSorted());
  });

  test('has its emissions at once in v1', async () => {
    const { call } = server.newClient();
    const { body } = await call<Shipment>('POST', paths.requests, wholeRecord);
    expect(body.co2e).toBe(expectedKg(wholeRecord));
  });

  test('has neither emissions nor a distance yet in v2 where no distance was given', async () => {
    const { call } = server.newClient();
    const { body } = await call<Shipment>('POST', paths.requestsV2, pythonBody.records[0]);
    expect(body).toMatchObject({ co2e: null, distance_km: null, tkm: null, origin: 'Madrid, Spain' });
  });

  test('has tonne-kilometres at once in v2 where the distance was given', async () => {
    const { call } = server.newClient();
    const { body } = await call<Shipment>('POST', paths.requestsV2, {
      toc: 'van_diesel',
      load: 2000,
      distance_km: 500,
    });
    expect(body).toMatchObject({ co2e: null, distance_km: 500, tkm: 1000 });
  });

  test('of v2 is read back by movement_id with its emissions', async () => {
    const { call, finished } = server.newClient();
    const { body } = await call<Shipment>('POST', paths.requestsV2, wholeRecord);
    const [job] = (await call<JobPage>('GET', paths.jobs)).body.items;
    await finished(job?.id);
    const list = await call<ShipmentPage>('GET', `${paths.requests}?movement_id=MOV-2024-001234`);
    expect(list.body.items).toMatchObject([{ id: body.id, co2e: expectedKg(wholeRecord), status: 'active' }]);
  });
});
