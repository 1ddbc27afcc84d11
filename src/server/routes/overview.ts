import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { App } from '../app.ts';
import { id, refusals } from '../contract/common.ts';
import { fuels, organizations, report, summary, tocs } from '../contract/replies.ts';
import type { Services } from '../services.ts';
import { emissionsByCategory, listClients, summarize } from '../store/overview.ts';

const tags = ['Overview'];

/** Catalogues, clients, summary and report. */
export function addOverviewRoutes(app: App, services: Services): void {
  const { database } = services;
  app.get(
    '/v1/logistics/tocs',
    { schema: { tags, summary: 'Vehicle types', response: { 200: tocs, ...refusals } } },
    async () => [...services.tocs],
  );
  app.get(
    '/v1/logistics/fuels',
    { schema: { tags, summary: 'Fuels', response: { 200: fuels, ...refusals } } },
    async () => ({ total_count: services.fuels.length, fuels: [...services.fuels] }),
  );
  app.get(
    '/v2/organizations/tree',
    {
      schema: { tags, summary: 'The organisations that the key opens', response: { 200: organizations, ...refusals } },
    },
    // A key of this server opens one organisation; its name is this server's choice, as it asks for none.
    async ({ organization: { id: own } }) => [{ id: own, name: `Organisation ${own.slice(0, 8)}`, children: [] }],
  );
  app.get(
    '/v1/logistics/clients',
    { schema: { tags, summary: 'Names of the clients', response: { 200: z.array(z.string()), ...refusals } } },
    async ({ organization }) => [...listClients(database, organization)],
  );
  app.get(
    '/v1/logistics/summary',
    {
      schema: {
        tags,
        summary: 'How much there is of what, and when it last changed',
        querystring: z.object({ project_id: id.optional() }),
        response: { 200: summary, ...refusals },
      },
    },
    async ({ organization, query }) => summarize(database, organization, query.project_id),
  );
  app.get(
    '/v1/logistics/report',
    {
      schema: {
        tags,
        summary: 'Emissions of a period by category',
        querystring: z.object({ start_date: z.iso.date(), end_date: z.iso.date(), client: z.string().optional() }),
        response: { 200: report, ...refusals },
      },
    },
    async ({ organization, query: { start_date: startDate, end_date: endDate, client } }) => {
      if (endDate < startDate) throw new ApiError(400, 'INVALID_PERIOD', 'end_date is before start_date');
      return reportOf(emissionsByCategory(database, organization, { startDate, endDate, client }), {
        client: client ?? null,
        period: { start_date: startDate, end_date: endDate },
      });
    },
  );
}

function reportOf(
  categories: ReturnType<typeof emissionsByCategory>,
  head: { readonly client: string | null; readonly period: { start_date: string; end_date: string } },
): z.infer<typeof report> {
  const sum = (figure: (each: (typeof categories)[number]) => number): number =>
    categories.reduce((total, each) => total + figure(each), 0);
  const items = sum((each) => each.items);
  const co2eKg = sum((each) => each.co2e_kg);
  return {
    ...head,
    summary: {
      total_items: items,
      total_co2e_kg: co2eKg,
      total_distance_km: sum((each) => each.distance_km),
      avg_co2e_per_item: items === 0 ? 0 : co2eKg / items,
    },
    by_category: categories.map((each) => ({
      ...each,
      percentage_co2e: co2eKg === 0 ? 0 : (100 * each.co2e_kg) / co2eKg,
    })),
    data_source: 'requests',
    methodology: 'ISO 14083',
  };
}
