import { describe, expect, test } from 'vitest';
import {
  aShipment,
  type Client,
  type Job,
  type JobPage,
  paths,
  type RequestsReply,
  shareServer,
  type Shipment,
  type ShipmentPage,
  shipments,
  until,
} from '../support/serve-client.ts';
import { shapeErrors } from '../support/shape.ts';

/** The processing jobs of v2. */

const server = shareServer();

const post = async (client: Client, records: readonly object[], options: object = {}): Promise<RequestsReply> =>
  (await client.call<RequestsReply>('POST', paths.requestsBulkV2, { records, options })).body;

const unknownToc = { ...aShipment, toc: 'spaceship' };

describe('a job', () => {
  test('goes from PENDING over RUNNING to COMPLETED and never back, with times that follow each other', async () => {
    const client = server.newClient();
    const { processing_job_id: id, file_id: fileId } = await post(client, shipments(5000));
    const seen: Job[] = [];
    const job = await until('the job is finished', async () => {
      const { body } = await client.call<Job>('GET', `${paths.jobs}/${String(id)}`);
      seen.push(body);
      return body.status === 'COMPLETED' ? body : undefined;
    });
    const order = ['PENDING', 'RUNNING', 'COMPLETED'];
    const places = seen.map(({ status }) => order.indexOf(status));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    for (const { status, finished_at: finished, started_at: started } of seen) {
      expect([started === null, finished === null]).toEqual([status === 'PENDING', status !== 'COMPLETED']);
    }
    expect(job).toMatchObject({ id, file_id: fileId, total_records: 5000, success_count: 5000, failure_count: 0 });
    const times = [job.created_at, job.started_at, job.finished_at];
    expect(times).toEqual(times.toSorted());
    expect(shapeErrors('2024-01-15T10:30:00Z', job.finished_at)).toEqual([]);
  });

  test('counts every record of the call, and lists what failed first in the call, then in the calculation', async () => {
    const client = server.newClient();
    const reply = await post(client, [
      { ...aShipment, movement_id: 'GOOD' },
      { ...aShipment, toc: 'spaceship', movement_id: 'NO-TOC' },
      { ...aShipment, movement_id: 'GOOD' },
      { ...aShipment, load: -1, movement_id: 'BAD' },
    ]);
    expect(reply).toMatchObject({ success: 2, failed: 2 });
    const job = await client.finished(reply.processing_job_id);
    expect(job).toMatchObject({ total_records: 4, success_count: 1, failure_count: 3 });
    expect(job.errors).toEqual([
      {
        index: 2,
        stage: 'sync',
        code: null,
        error: 'Duplicate of record 0 of this batch (movement_id "GOOD")',
        movement_id: 'GOOD',
        request_id: null,
      },
      {
        index: 3,
        stage: 'sync',
        code: null,
        error: 'load is negative; it must be more than 0, and is -1',
        movement_id: 'BAD',
        request_id: null,
      },
      {
        index: 1,
        stage: 'calculation',
        code: 'NO_TOC',
        error: expect.stringContaining('spaceship') as string,
        movement_id: 'NO-TOC',
        request_id: reply.results[1]?.id,
      },
    ]);
  });

  test.each([
    ['NO_TOC', 'a vehicle type that is not known', unknownToc],
    ['NO_LOAD', 'a ship without a load, as it has no default', { distance_km: 100, toc: 'general_cargo' }],
    ['NO_LOAD', 'a train without a load, as it has no default', { distance_km: 100, category: 'rail' }],
    [
      'NO_DISTANCE',
      'a road over the sea',
      { origin: 'New York, USA', destination: 'Barcelona, Spain', load: 1, toc: 'van_diesel' },
    ],
    [
      'UNKNOWN_PLACE',
      'a place that is not known',
      { origin: 'Madrid, Spain', destination: 'Xqzzyblorp', load: 1, toc: 'van_diesel' },
    ],
  ])('has the code %s for %s', async (code, _name, record) => {
    const client = server.newClient();
    const reply = await post(client, [record]);
    expect(reply).toMatchObject({ success: 1, failed: 0, errors: [] });
    const job = await client.finished(reply.processing_job_id);
    expect(job).toMatchObject({ status: 'COMPLETED', success_count: 0, failure_count: 1 });
    expect(job.errors).toMatchObject([{ index: 0, stage: 'calculation', code, request_id: reply.results[0]?.id }]);
    const { body } = await client.call<ShipmentPage>('GET', `${paths.requests}?status=error`);
    expect(body.items[0]?.error_messages).toEqual([`${code}: ${String(job.errors[0]?.error)}`]);
  });

  test('needs no load where the vehicle type has a default one', async () => {
    const client = server.newClient();
    const reply = await post(client, [{ distance_km: 100, toc: 'van_diesel' }]);
    const job = await client.finished(reply.processing_job_id);
    expect(job).toMatchObject({ success_count: 1, failure_count: 0 });
  });

  test('keeps the first 100 of its entries, and counts all', async () => {
    const client = server.newClient();
    const invalid = Array.from({ length: 60 }, () => ({ load: -1 }));
    const uncalculable = shipments(1200, { toc: 'spaceship' });
    const reply = await post(client, [...uncalculable, ...invalid, { ...aShipment, movement_id: 'GOOD' }]);
    const job = await client.finished(reply.processing_job_id);
    expect(job).toMatchObject({ total_records: 1261, success_count: 1, failure_count: 1260 });
    expect(job.errors).toHaveLength(100);
    expect(job.errors.filter(({ stage }) => stage === 'sync')).toHaveLength(60);
    const calculated = job.errors.filter(({ stage }) => stage === 'calculation');
    expect(calculated.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });

  test('counts what was looked at where continue_on_error is false', async () => {
    const client = server.newClient();
    const records = [aShipment, { load: -1 }, aShipment];
    const reply = await post(client, records, { continue_on_error: false });
    const job = await client.finished(reply.processing_job_id);
    expect(job).toMatchObject({ total_records: 2, success_count: 1, failure_count: 1 });
  });

  test('of a batch in which nothing is valid completes with its failures', async () => {
    const client = server.newClient();
    const reply = await post(client, [{}, { load: -1 }]);
    const job = await client.finished(reply.processing_job_id);
    expect(job).toMatchObject({ status: 'COMPLETED', total_records: 2, success_count: 0, failure_count: 2 });
  });

  test('is made for a single shipment, too', async () => {
    const client = server.newClient();
    const { body: shipment } = await client.call<Shipment>('POST', paths.requestsV2, unknownToc);
    const { body } = await client.call<JobPage>('GET', paths.jobs);
    expect(body.total).toBe(1);
    const job = await client.finished(body.items[0]?.id);
    expect(job).toMatchObject({ total_records: 1, errors: [{ code: 'NO_TOC', request_id: shipment.id }] });
  });

  test('is made by no call of v1', async () => {
    const client = server.newClient();
    await client.call('POST', paths.requestsBulk, { records: [aShipment] });
    await client.call('POST', paths.requests, aShipment);
    expect((await client.call<JobPage>('GET', paths.jobs)).body.total).toBe(0);
  });

  test('ends also where its shipments are deleted before they are calculated', async () => {
    const client = server.newClient();
    // The first one keeps the calculator busy.
    await post(client, shipments(5000));
    const reply = await post(client, shipments(3));
    await client.call('POST', `${paths.requests}/batch-delete`, { request_ids: reply.results.map(({ id }) => id) });
    const job = await client.finished(reply.processing_job_id);
    expect(job.status).toBe('COMPLETED');
    const { body } = await client.call<ShipmentPage>('GET', `${paths.requests}?file_id=${reply.file_id}`);
    expect(body.total).toBe(0);
  });
});

describe('the list of jobs', () => {
  test('begins with the newest, and is filtered by status and file_id', async () => {
    const client = server.newClient();
    const first = await post(client, [aShipment]);
    const second = await post(client, [aShipment]);
    await client.finished(first.processing_job_id);
    await client.finished(second.processing_job_id);
    const ids = async (query: string): Promise<readonly string[]> =>
      (await client.call<JobPage>('GET', `${paths.jobs}${query}`)).body.items.map(({ id }) => id);
    expect(await ids('')).toEqual([second.processing_job_id, first.processing_job_id]);
    expect(await ids('?size=1&page=2')).toEqual([first.processing_job_id]);
    expect(await ids(`?file_id[]=${first.file_id}`)).toEqual([first.processing_job_id]);
    expect(await ids(`?file_id=${second.file_id.toUpperCase()}`)).toEqual([second.processing_job_id]);
    expect(await ids('?status=COMPLETED')).toHaveLength(2);
    expect(await ids('?status=PENDING&status=RUNNING&status=FAILED')).toEqual([]);
  });

  test('refuses a status that there is not', async () => {
    const reply = await server.newClient().call('GET', `${paths.jobs}?status=DONE`);
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ detail: [{ loc: ['query', 'status'] }] });
  });

  test('answers 404 for a job that is not there, and 422 for an id that is none', async () => {
    const { call } = server.newClient();
    const unknown = await call('GET', `${paths.jobs}/0d9b8817-fc47-47c3-b134-b3565ae1a57f`);
    expect(unknown).toMatchObject({ status: 404, body: { detail: 'Processing job not found', code: 'NOT_FOUND' } });
    expect((await call('GET', `${paths.jobs}/first`)).status).toBe(422);
  });
});
