import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { ApiError, InvalidCall, notFound } from '../api-error.ts';
import type { App } from '../app.ts';
import { id, listOf, noContent, pageQuery, refusals } from '../contract/common.ts';
import { hub, hubPage } from '../contract/replies.ts';
import { type Services, timeOf } from '../services.ts';
import { deleteAll } from '../store/delete.ts';
import { findHub, insertHub, listHubs, updateHub } from '../store/hubs.ts';

const tags = ['Hubs'];

const types = ['owned', 'subcontracted'] as const;
const statuses = ['active', 'archived'] as const;

/** The two spellings are the API's. */
const categories = [
  'transshipment_ambient',
  'transshipment_mixed',
  'storage_transhipment_ambient',
  'storage_transhipment_mixed',
  'warehouse_ambient',
  'warehouse_mixed',
  'liquid_bulk_terminals_ambient',
  'liquid_bulk_terminals_mixed',
  'maritime_container_terminals_ambient',
  'maritime_container_terminals_temperature_controlled',
] as const;

const newHub = z
  .object({
    name: z.string().trim().min(1).describe('of which the organisation has one'),
    type: z.enum(types),
    category: z.enum(categories).nullish(),
    address: z.string().min(1).nullish().describe('where shipments from and to this hub start and end'),
    supercharger: z.boolean().default(false),
    facility_id: z.guid().nullish().describe('needed by owned hubs, ignored for subcontracted ones'),
  })
  .meta({ id: 'NewHub' });

/** A change has only what changes. */
const changedHub = z
  .object({
    name: newHub.shape.name.optional(),
    type: z.enum(types).optional(),
    category: z.enum(categories).nullish(),
    address: newHub.shape.address,
    status: z.enum(statuses).optional(),
    supercharger: z.boolean().optional(),
    facility_id: newHub.shape.facility_id,
  })
  .meta({ id: 'ChangedHub' });

const query = {
  ...pageQuery,
  name: z.string().optional().describe('part of the name'),
  type: z.enum(types).optional(),
  category: listOf(z.enum(categories)),
};

/** Only one value each is documented for `type`; the store takes lists. */
const listed = <Q extends { readonly type?: string | undefined }>({ type, ...rest }: Q) => ({
  ...rest,
  type: type === undefined ? undefined : [type],
});

/** Hubs: read, created, changed and deleted. Their names mean their addresses in shipments. */
export function addHubRoutes(app: App, services: Services): void {
  const { database, calculations } = services;
  app.get(
    '/v1/logistics/hubs',
    { schema: { tags, summary: 'Hubs', querystring: z.object(query), response: { 200: hubPage, ...refusals } } },
    async ({ organization, query: given }) => listHubs(database, organization, listed(given)),
  );
  app.get(
    '/v1/logistic-hubs',
    {
      schema: {
        tags,
        summary: 'Hubs, also by status',
        querystring: z.object({ ...query, status: listOf(z.enum(statuses)) }),
        response: { 200: hubPage, ...refusals },
      },
    },
    async ({ organization, query: given }) => listHubs(database, organization, listed(given)),
  );
  app.get(
    '/v1/logistic-hubs/:hub_id',
    {
      schema: {
        tags,
        summary: 'One hub',
        params: z.object({ hub_id: id }),
        response: { 200: hub, ...refusals },
      },
    },
    async ({ organization, params }) => {
      const found = findHub(database, organization, params.hub_id);
      if (found === undefined) throw notFound('Hub');
      return found;
    },
  );
  app.post(
    '/v1/logistic-hubs',
    { schema: { tags, summary: 'Create a hub', body: newHub, response: { 201: hub, ...refusals } } },
    async ({ organization, body }, reply) => {
      const { name, type, category = null, address = null, supercharger, facility_id: facilityId = null } = body;
      if (type === 'owned' && facilityId === null) {
        throw new InvalidCall([{ loc: ['body', 'facility_id'], msg: 'field required for an owned hub' }]);
      }
      const country = address === null ? null : await calculations.countryOf(address);
      const facility = type === 'owned' ? facilityId : null;
      const given = { name, type, category, address, country, supercharger, facilityId: facility };
      const created = insertHub(database, organization, given, timeOf(services));
      if (created === undefined) throw new ApiError(400, 'HUB_EXISTS', 'A hub with this name exists already');
      return reply.code(201).send(created);
    },
  );
  addChanges(app, services);
}

/** Changing and deleting. The vendor's pages name the calls; what they answer is this server's choice. */
function addChanges(app: App, services: Services): void {
  const { database, calculations } = services;
  const params = z.object({ hub_id: id });
  app.put(
    '/v1/logistic-hubs/:hub_id',
    { schema: { tags, summary: 'Change a hub', params, body: changedHub, response: { 200: hub, ...refusals } } },
    async ({ organization, params: { hub_id: hubId }, body }) => {
      const old = findHub(database, organization, hubId);
      if (old === undefined) throw notFound('Hub');
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const next = { ...old, ...(given as Partial<typeof old>) };
      if (next.type === 'owned' && next.facility_id === null && next.address === null) {
        throw new InvalidCall([
          { loc: ['body', 'facility_id'], msg: 'field required for an owned hub without address' },
        ]);
      }
      const isMoved = next.address !== old.address;
      const changed = updateHub(
        database,
        organization,
        hubId,
        {
          ...next,
          country: isMoved && next.address !== null ? await calculations.countryOf(next.address) : next.country,
          facilityId: next.type === 'owned' ? (next.facility_id ?? randomUUID()) : null,
        },
        timeOf(services),
      );
      if (changed === undefined) throw notFound('Hub');
      if (changed === 'name taken') throw new ApiError(400, 'HUB_EXISTS', 'A hub with this name exists already');
      return changed;
    },
  );
  app.delete(
    '/v1/logistic-hubs/:hub_id',
    { schema: { tags, summary: 'Delete a hub', params, response: { 204: noContent, ...refusals } } },
    async ({ organization, params: { hub_id: hubId } }, reply) => {
      if (!deleteAll(database, 'hubs', organization, [hubId])) throw notFound('Hub');
      return reply.code(204).send(null);
    },
  );
}
