import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  aShipment,
  type Client,
  dieselId,
  type Hub,
  type JobPage,
  paths,
  type Recharge,
  type RequestsReply,
  shareServer,
} from '../support/serve-client.ts';

/** Who may call what, and see whose records. */

const server = shareServer();

const anId = '0d9b8817-fc47-47c3-b134-b3565ae1a57f';
const aRecharge = { fuel_id: dieselId, country: 'ES', date: '2025-06-15', quantity: 50 };
const aHub = { name: 'Nave 7', type: 'subcontracted', address: 'Madrid, Spain' };
const period = 'start_date=2000-01-01&end_date=2999-12-31';

/** Every endpoint that needs a key: method, path as it is documented, query, and a body that is valid. */
const endpoints: readonly (readonly [method: string, path: string, query: string, body: object | undefined])[] = [
  ['POST', '/v1/logistics/requests', '', aShipment],
  ['POST', '/v2/logistics/requests', '', aShipment],
  ['POST', '/v1/logistics/requests/bulk', '', { records: [aShipment] }],
  ['POST', '/v2/logistics/requests/bulk', '', { records: [aShipment] }],
  ['GET', '/v1/logistics/requests', '', undefined],
  ['DELETE', '/v1/logistics/requests/{request_id}', '', undefined],
  ['POST', '/v1/logistics/requests/batch-delete', '', { request_ids: [anId] }],
  ['POST', '/v1/logistics/recharges', '', aRecharge],
  ['POST', '/v1/logistics/recharges/bulk', '', { records: [aRecharge] }],
  ['GET', '/v1/logistics/recharges', '', undefined],
  ['GET', '/v1/logistics/recharges/unique-values', '?field=fuel_name', undefined],
  ['DELETE', '/v1/logistics/recharges/{recharge_id}', '', undefined],
  ['POST', '/v1/logistics/recharges/batch-delete', '', { recharge_ids: [anId] }],
  ['GET', '/v1/logistics/tocs', '', undefined],
  ['GET', '/v1/logistics/fuels', '', undefined],
  ['GET', '/v1/logistics/clients', '', undefined],
  ['GET', '/v1/logistics/summary', '', undefined],
  ['GET', '/v1/logistics/report', `?${period}`, undefined],
  ['GET', '/v2/organizations/tree', '', undefined],
  ['GET', '/v1/logistics/packages', '', undefined],
  ['GET', '/v1/logistics/packages/{package_id}', '', undefined],
  ['GET', '/v1/logistics/hubs', '', undefined],
  ['GET', '/v1/logistic-hubs', '', undefined],
  ['POST', '/v1/logistic-hubs', '', aHub],
  ['GET', '/v1/logistic-hubs/{hub_id}', '', undefined],
  ['PUT', '/v1/logistic-hubs/{hub_id}', '', { name: 'Nave 8' }],
  ['DELETE', '/v1/logistic-hubs/{hub_id}', '', undefined],
  ['GET', '/v1/processing-jobs', '', undefined],
  ['GET', '/v1/processing-jobs/{job_id}', '', undefined],
];

const callOf = (path: string, query: string, id: string = anId): string => `${path.replace(/\{\w+\}/, id)}${query}`;

test('the tables of this file have every endpoint that is documented to need a key', async () => {
  const { body } = await server.newClient().call<{
    paths: Record<string, Record<string, { security?: unknown[] }>>;
  }>('GET', '/openapi.json');
  const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security === undefined || security.length > 0)
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.toSorted()).toEqual(endpoints.map(([method, path]) => `${method} ${path}`).toSorted());
});

describe('a call', () => {
  let caller: Client;
  let other: Client;
  beforeAll(() => {
    caller = server.newClient();
    other = server.newClient();
  });

  describe.each(endpoints)('%s %s', (method, path, query, body) => {
    const url = callOf(path, query);

    test.each([
      ['without a key', { 'x-api-key': undefined }],
      ['with an empty key', { 'x-api-key': '' }],
      ['with a key that is not known', { 'x-api-key': 'sk_live_1234567890abcdef' }],
      ['with neither key nor organisation', { 'x-api-key': undefined, 'x-organization-id': undefined }],
      ['with a key in another header', { 'x-api-key': undefined, authorization: 'Bearer key' }],
    ])('answers 401 %s', async (_name, headers) => {
      const reply = await caller.call(method, url, body, headers);
      expect(reply.status).toBe(401);
      expect(reply.body).toEqual({ detail: 'Invalid API key', code: 'INVALID_API_KEY' });
    });

    test('answers 422 without an organisation, and for one that is not a valid UUID', async () => {
      const { call } = caller;
      const loc = ['header', 'x-organization-id'];
      const missing = await call(method, url, body, { 'x-organization-id': undefined });
      expect(missing).toMatchObject({ status: 422, body: { detail: [{ loc, msg: 'field required' }] } });
      const malformed = await call(method, url, body, { 'x-organization-id': 'dcycle' });
      expect(malformed).toMatchObject({ status: 422, body: { detail: [{ loc, msg: 'value is not a valid uuid' }] } });
    });

    test('answers 404 for an organisation that is not known', async () => {
      const id = randomUUID();
      const reply = await caller.call(method, url, body, { 'x-organization-id': id });
      expect(reply.status).toBe(404);
      expect(reply.body).toEqual({
        code: 'ORGANIZATION_NOT_FOUND',
        detail: `Organization with id=UUID('${id}') not found`,
      });
    });

    test('answers 403 for an organisation that the key does not open', async () => {
      const reply = await caller.call(method, url, body, { 'x-organization-id': other.organizationId });
      expect(reply).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    });
  });
});

test('an organisation may be given in upper case', async () => {
  const { call, organizationId } = server.newClient();
  const reply = await call('GET', paths.requests, undefined, { 'x-organization-id': organizationId.toUpperCase() });
  expect(reply.status).toBe(200);
});

describe('an organisation', () => {
  /** Ids of what an organisation has, by the name that they have in paths. */
  async function fill(client: Client): Promise<Readonly<Record<string, string>>> {
    const record = { ...aShipment, package_key: 'P-1', movement_id: 'M-1', client: 'AMAZON' };
    const bulk = await client.call<RequestsReply>('POST', paths.requestsBulkV2, { records: [record] });
    const job = await client.finished(bulk.body.processing_job_id);
    const recharge = await client.call<Recharge>('POST', paths.recharges, aRecharge);
    const hub = await client.call<Hub>('POST', paths.hubs, aHub);
    const [shipment] = bulk.body.results;
    return {
      request_id: String(shipment?.id),
      package_id: String(shipment?.package_id),
      recharge_id: recharge.body.id,
      hub_id: hub.body.id,
      job_id: job.id,
      file_id: bulk.body.file_id,
    };
  }

  /** What each call that reads answers, without times. */
  async function everythingOf({ call }: Client, ids: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
    // The tree names the organisation that asks.
    const reads = endpoints.filter(([method, path]) => method === 'GET' && !path.endsWith('/tree'));
    return Promise.all(
      reads.map(async ([method, path, query]) => {
        const [, name = ''] = /\{(\w+)\}/.exec(path) ?? [];
        return call(method, callOf(path, query, ids[name])).then(({ status, body }) => [path, status, body]);
      }),
    );
  }

  test('sees nothing of another one in any call that reads', async () => {
    const [owner, stranger, empty] = [server.newClient(), server.newClient(), server.newClient()];
    const ids = await fill(owner);
    const nothing = Object.fromEntries(Object.keys(ids).map((name) => [name, anId]));
    expect(await everythingOf(stranger, ids)).toEqual(await everythingOf(empty, nothing));
    for (const [path, status] of (await everythingOf(owner, ids)) as [string, number][]) {
      expect(`${path} ${String(status)}`).toBe(`${path} 200`);
    }
  });

  test.each([
    `${paths.requests}?file_id[]={file_id}`,
    `${paths.requests}?id={request_id}`,
    `${paths.requests}?movement_id=M-1`,
    `${paths.recharges}?date_from=2025-06-15`,
    `${paths.jobs}?file_id={file_id}`,
    `${paths.packages}?package_key=P-1`,
    `${paths.hubs}?name=nave`,
  ])('finds nothing of another one by GET %s', async (template) => {
    const [owner, stranger] = [server.newClient(), server.newClient()];
    const ids = await fill(owner);
    const path = template.replace(/\{(\w+)\}/, (_, name: string) => String(ids[name]));
    expect((await stranger.call<JobPage>('GET', path)).body.total).toBe(0);
    expect((await owner.call<JobPage>('GET', path)).body.total).toBe(1);
  });

  test.each(endpoints.filter(([method, path]) => /DELETE|PUT/.test(method) || path.endsWith('batch-delete')))(
    'deletes and changes nothing of another one by %s %s',
    async (method, path, query, body) => {
      const [owner, stranger] = [server.newClient(), server.newClient()];
      const ids = await fill(owner);
      const before = await everythingOf(owner, ids);
      const kind = ['request', 'recharge', 'hub'].find((name) => path.includes(name)) ?? '';
      const id = String(ids[`${kind}_id`]);
      const sent =
        body === undefined || method === 'PUT' ? body : Object.fromEntries(Object.keys(body).map((key) => [key, [id]]));
      expect((await stranger.call(method, callOf(path, query, id), sent)).status).toBe(404);
      expect(await everythingOf(owner, ids)).toEqual(before);
    },
  );

  test('changes nothing of another one by records that are the same', async () => {
    const [owner, stranger] = [server.newClient(), server.newClient()];
    const ids = await fill(owner);
    const before = await everythingOf(owner, ids);
    const theirs = await fill(stranger);
    expect(await everythingOf(owner, ids)).toEqual(before);
    for (const [name, id] of Object.entries(theirs)) expect(`${name} ${id}`).not.toBe(`${name} ${String(ids[name])}`);
  });

  test("does not start at another one's hubs", async () => {
    const [owner, stranger] = [server.newClient(), server.newClient()];
    await owner.call('POST', paths.hubs, { ...aHub, name: 'Xqzzy 7' });
    const record = { origin: 'Xqzzy 7', destination: 'Barcelona, Spain', toc: 'van_diesel', load: 1 };
    expect((await owner.call('POST', paths.requests, record)).status).toBe(200);
    expect((await stranger.call('POST', paths.requests, record)).status).toBe(422);
  });
});

describe('without a key', () => {
  const bare = { 'x-api-key': undefined, 'x-organization-id': undefined };

  test('GET /healthz says that the server works', async () => {
    const { status, body } = await server.newClient().call('GET', '/healthz', undefined, bare);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      unfinished_jobs: expect.any(Number) as number,
    });
  });

  test.each(['/nothing', '/v1/logistics/nothing', '/'])('GET %s is answered with 404', async (path) => {
    const { status, headers, body } = await server.newClient().call('GET', `${path}?key=secret`, undefined, bare);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual({ detail: `GET ${path} not found`, code: 'NOT_FOUND' });
  });

  test.each(['PUT', 'PATCH', 'OPTIONS'])('%s of a known path is answered with 404', async (method) => {
    const { status, body } = await server.newClient().call(method, paths.requests);
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
  });

  test.each([
    ['a path that is not encoded correctly', '/v1/%', 400],
    ['a part of a path that is too long', `${paths.packages}/${'a'.repeat(300)}`, 414],
  ])('%s is refused in the same shape', async (_name, path, status) => {
    const reply = await server.newClient().call('GET', path);
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({ detail: 'The path is not valid', code: 'BAD_REQUEST' });
  });
});
