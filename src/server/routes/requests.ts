import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Fields } from '../../records/kind.ts';
import { ApiError, InvalidCall, notFound } from '../api-error.ts';
import type { App } from '../app.ts';
import { dateRange, id, listOf, noContent, pageQuery, refusals } from '../contract/common.ts';
import { bulkOf, requestsBulkReply, shipmentRequest } from '../contract/records.ts';
import { shipment, shipmentPage } from '../contract/replies.ts';
import { calculate, createDeferred, createInline, shipmentReader } from '../create-requests.ts';
import { bodyParts } from '../read-record.ts';
import { type Services, timeOf } from '../services.ts';
import { deleteAll } from '../store/delete.ts';
import { insertFile } from '../store/files.ts';
import { insertJob } from '../store/jobs.ts';
import type { Organization } from '../store/organizations.ts';
import { findRequest, type InsertedRequest, insertRequests, listRequests } from '../store/requests.ts';

const tags = ['Shipments'];
const path = '/v1/logistics/requests';

/** Shipments: created one by one and in bulk, in both versions, listed and deleted. */
export function addRequestRoutes(app: App, services: Services): void {
  addCreation(app, services);
  addList(app, services);
  addDeletion(app, services);
}

function addCreation(app: App, services: Services): void {
  const single = (summary: string) => ({
    tags,
    summary,
    body: shipmentRequest,
    response: { 200: shipment, ...refusals },
  });
  const bulk = (summary: string) => ({
    tags,
    summary,
    body: bulkOf(shipmentRequest),
    response: { 200: requestsBulkReply, ...refusals },
  });
  app.post(path, { schema: single('Create a shipment and calculate it') }, async ({ organization, body }) => {
    const record = readBody(services, body);
    const [outcome] = await calculate(services, organization, [{ index: 0, record }]);
    if (outcome === undefined || !outcome.ok) {
      throw new ApiError(422, outcome?.code ?? 'CALCULATION_FAILED', outcome?.message ?? 'no outcome');
    }
    return stored(services, organization, () =>
      insertRequests(services.database, organization, [{ index: 0, record, outcome }], {
        file: insertFile(services.database, organization, `POST ${path}`, timeOf(services)),
        now: timeOf(services),
      }),
    );
  });
  app.post(
    '/v2/logistics/requests',
    { schema: single('Create a shipment; it is calculated afterwards') },
    async ({ organization, body }) => {
      const record = readBody(services, body);
      const reply = stored(services, organization, () => storeToCalculate(services, organization, record));
      services.jobs.wake();
      return reply;
    },
  );
  app.post(
    `${path}/bulk`,
    { schema: bulk('Create up to 5,000 shipments and calculate them') },
    async ({ organization, body }) => createInline(services, organization, body),
  );
  app.post(
    '/v2/logistics/requests/bulk',
    { schema: bulk('Create up to 5,000 shipments; a processing job calculates them') },
    async ({ organization, body }) => createDeferred(services, organization, body),
  );
}

function readBody(services: Services, body: Readonly<Record<string, unknown>>): Fields {
  const read = shipmentReader(services)(body);
  if (!read.ok) throw new InvalidCall(bodyParts(read.problems));
  return read.record;
}

/** Stores one shipment with a job of its own. */
function storeToCalculate(services: Services, organization: Organization, record: Fields) {
  const { database } = services;
  const now = timeOf(services);
  const file = insertFile(database, organization, 'POST /v2/logistics/requests', now);
  insertJob(database, organization, { id: randomUUID(), file, total: 1, errors: [], now });
  return insertRequests(database, organization, [{ index: 0, record }], { file, now });
}

/** The one shipment that is stored, as lists have it. */
function stored({ database }: Services, organization: Organization, store: () => readonly InsertedRequest[]) {
  const found = database.transaction(() => {
    const [inserted] = store();
    return inserted === undefined ? undefined : findRequest(database, organization, inserted.id);
  });
  if (found === undefined) throw notFound('Logistics request');
  return found;
}

const listQuery = z.object({
  ...pageQuery,
  id: listOf(id),
  movement_id: listOf(z.string()),
  file_id: listOf(id),
  package_key: listOf(z.string()),
  client: listOf(z.string()),
  toc: listOf(z.string()),
  category: listOf(z.enum(['road', 'rail', 'maritime', 'air'])),
  status: listOf(z.enum(['pending', 'active', 'error'])),
  vehicle_license_plate: listOf(z.string()),
  ...dateRange,
});

function addList(app: App, { database }: Services): void {
  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'Shipments, in the order in which they came',
        querystring: listQuery,
        response: { 200: shipmentPage, ...refusals },
      },
    },
    async ({ organization, query }) => ({
      ...listRequests(database, organization, query),
      filter_hash: hashOf(query),
    }),
  );
}

/** The same for the same filters, whatever the page. */
const hashOf = ({ page: _page, size: _size, ...filters }: z.infer<typeof listQuery>): string =>
  createHash('sha256').update(JSON.stringify(filters)).digest('hex').slice(0, 16);

function addDeletion(app: App, { database }: Services): void {
  app.delete(
    `${path}/:request_id`,
    {
      schema: {
        tags,
        summary: 'Delete a shipment',
        params: z.object({ request_id: id }),
        response: { 204: noContent, ...refusals },
      },
    },
    async ({ organization, params }, reply) => {
      if (!deleteAll(database, 'requests', organization, [params.request_id])) throw notFound('Logistics request');
      return reply.code(204).send(null);
    },
  );
  app.post(
    `${path}/batch-delete`,
    {
      schema: {
        tags,
        summary: 'Delete several shipments, all or none',
        body: z.object({ request_ids: z.array(id).min(1) }),
        response: { 204: noContent, ...refusals },
      },
    },
    async ({ organization, body }, reply) => {
      if (!deleteAll(database, 'requests', organization, body.request_ids)) throw notFound('Logistics request');
      return reply.code(204).send(null);
    },
  );
}
