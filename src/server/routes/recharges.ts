import * as z from 'zod';
import type { Recharge } from '../../calculator/recharge.ts';
import type { Fields } from '../../records/kind.ts';
import { recharges } from '../../records/recharge.ts';
import { admit } from '../admit.ts';
import { ApiError, InvalidCall, notFound } from '../api-error.ts';
import type { App } from '../app.ts';
import { dateRange, id, listOf, noContent, pageQuery, refusals } from '../contract/common.ts';
import { bulkOf, fuelRecharge, rechargesBulkReply } from '../contract/records.ts';
import { recharge, rechargePage, uniqueValues } from '../contract/replies.ts';
import { bodyParts, createRecordReader } from '../read-record.ts';
import { type Services, timeOf } from '../services.ts';
import { deleteAll } from '../store/delete.ts';
import { insertFile } from '../store/files.ts';
import * as store from '../store/recharges.ts';

const tags = ['Fuel purchases'];
const path = '/v1/logistics/recharges';

/** Fuel purchases: created one by one and in bulk, listed and deleted. */
export function addRechargeRoutes(app: App, services: Services): void {
  const purchases = new Purchases(services);
  addCreation(app, services, purchases);
  addLists(app, services, purchases);
  addDeletion(app, services);
}

/** What fuel and vehicle of a purchase are called, and what it emits. */
class Purchases {
  readonly #fuels: ReadonlyMap<string, Services['fuels'][number]>;
  readonly #tocs: ReadonlyMap<string, string>;
  readonly #calculator: Services['calculator'];

  constructor({ fuels, tocs, calculator }: Services) {
    this.#fuels = new Map(fuels.map((fuel) => [fuel.id, fuel]));
    this.#tocs = new Map(tocs.map(({ id: tocId, toc }) => [tocId, toc]));
    this.#calculator = calculator;
  }

  /** What is wrong with the fuel of a purchase; said by the API word for word. */
  problemOf = ({ fuel_id: fuelId }: Fields): string | undefined =>
    this.#fuels.has(String(fuelId).toLowerCase())
      ? undefined
      : `Fuel with id '${String(fuelId)}' not found or inactive`;

  /** kg CO2e; null where there is no quantity to calculate with. */
  co2eOf(record: Fields): number | null {
    const calculated = this.#calculator.recharge(record as unknown as Recharge);
    return calculated.ok ? calculated.value.co2eKg : null;
  }

  fuelName(fuelId: string): string | null {
    return this.#fuels.get(fuelId)?.name ?? null;
  }

  tocIds(names: readonly string[] | undefined): readonly string[] | undefined {
    return names === undefined
      ? undefined
      : [...this.#tocs].filter(([, toc]) => names.includes(toc)).map(([tocId]) => tocId);
  }

  replyOf({ id: rechargeId, record, co2eKg, fileId, createdAt, updatedAt }: store.StoredRecharge) {
    const text = (name: string): string | null => (record[name] === undefined ? null : String(record[name]));
    const fuel = this.#fuels.get(String(record['fuel_id']).toLowerCase());
    return {
      id: rechargeId,
      fuel_id: String(record['fuel_id']),
      fuel_name: fuel?.name ?? null,
      country: String(record['country']),
      date: String(record['date']),
      quantity: record['quantity'] === undefined ? null : Number(record['quantity']),
      unit: fuel?.unit ?? null,
      vehicle_license_plate: text('vehicle_license_plate'),
      vehicle_type: this.#tocs.get(String(record['toc_id']).toLowerCase()) ?? null,
      toc_id: text('toc_id'),
      project_id: text('project_id'),
      file_id: fileId,
      co2e: co2eKg,
      created_at: createdAt,
      updated_at: updatedAt,
    };
  }
}

function addCreation(app: App, services: Services, purchases: Purchases): void {
  const { database, now, nullsAreEqual } = services;
  const reader = () => createRecordReader(recharges, now().getUTCFullYear());
  const calculated = (record: Fields) => ({ record, co2eKg: purchases.co2eOf(record) });
  app.post(
    path,
    {
      schema: {
        tags,
        summary: 'Create a fuel purchase, or update the one with the same country, date, quantity and plate',
        body: fuelRecharge,
        response: { 200: recharge, ...refusals },
      },
    },
    async ({ organization, body }) => {
      const read = reader()(body);
      if (!read.ok) throw new InvalidCall(bodyParts(read.problems));
      const problem = purchases.problemOf(read.record);
      if (problem !== undefined) throw new ApiError(404, 'NOT_FOUND', problem);
      const found = database.transaction(() => {
        const time = timeOf(services);
        const call = { file: insertFile(database, organization, `POST ${path}`, time), now: time, nullsAreEqual };
        const stored = store.upsertRecharge(database, organization, calculated(read.record), call);
        return store.findRecharge(database, organization, stored);
      });
      if (found === undefined) throw notFound('Logistics recharge');
      return purchases.replyOf(found);
    },
  );
  app.post(
    `${path}/bulk`,
    {
      schema: {
        tags,
        summary: 'Create or update up to 5,000 fuel purchases',
        body: bulkOf(fuelRecharge),
        response: { 200: rechargesBulkReply, ...refusals },
      },
    },
    async ({ organization, body: { records, options } }) => {
      const { admitted, refused } = admit(records, {
        read: reader(),
        check: purchases.problemOf,
        continueOnError: options.continue_on_error,
      });
      return database.transaction(() => {
        const time = timeOf(services);
        const file = insertFile(database, organization, `POST ${path}/bulk`, time);
        const call = { file, now: time, nullsAreEqual };
        return {
          total_received: records.length,
          total_processed: admitted.length + refused.length,
          success: admitted.length,
          failed: refused.length,
          results: admitted.map(({ index, record }) => ({
            index,
            id: store.upsertRecharge(database, organization, calculated(record), call),
          })),
          errors: refused.map(({ index, error }) => ({ index, error })),
          file_id: file.id,
        };
      });
    },
  );
}

const listQuery = z.object({
  ...pageQuery,
  search: z.string().optional().describe('part of a licence plate'),
  vehicle_type: listOf(z.string()),
  fuel_id: listOf(id),
  vehicle_license_plate: listOf(z.string()),
  file_id: listOf(id),
  status: listOf(z.string()),
  project_id: listOf(id),
  ...dateRange,
});

function addLists(app: App, { database }: Services, purchases: Purchases): void {
  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'Fuel purchases, in the order in which they came',
        querystring: listQuery,
        response: { 200: rechargePage, ...refusals },
      },
    },
    async ({ organization, query: { vehicle_type: types, ...query } }) => {
      const page = store.listRecharges(database, organization, { ...query, toc_id: purchases.tocIds(types) });
      return { ...page, items: page.items.map((each) => purchases.replyOf(each)) };
    },
  );
  app.get(
    `${path}/unique-values`,
    {
      schema: {
        tags,
        summary: 'The fuels or files of the stored purchases, with their numbers',
        querystring: z.object({ field: z.enum(['fuel_name', 'file_id']) }),
        response: { 200: uniqueValues, ...refusals },
      },
    },
    async ({ organization, query: { field } }) => {
      const found = store.uniqueValues(database, organization, field);
      const values = found.map(({ value, label, count }) => ({
        value,
        label: field === 'fuel_name' ? purchases.fuelName(value) : label,
        count,
      }));
      return { field, total_count: values.length, values };
    },
  );
}

function addDeletion(app: App, { database }: Services): void {
  app.delete(
    `${path}/:recharge_id`,
    {
      schema: {
        tags,
        summary: 'Delete a fuel purchase',
        params: z.object({ recharge_id: id }),
        response: { 204: noContent, ...refusals },
      },
    },
    async ({ organization, params }, reply) => {
      if (!deleteAll(database, 'recharges', organization, [params.recharge_id])) throw notFound('Logistics recharge');
      return reply.code(204).send(null);
    },
  );
  app.post(
    `${path}/batch-delete`,
    {
      schema: {
        tags,
        summary: 'Delete several fuel purchases, all or none',
        body: z.object({ recharge_ids: z.array(id).min(1) }),
        response: { 204: noContent, ...refusals },
      },
    },
    async ({ organization, body }, reply) => {
      if (!deleteAll(database, 'recharges', organization, body.recharge_ids)) throw notFound('Logistics recharge');
      return reply.code(204).send(null);
    },
  );
}
