import * as z from 'zod';
import { parseJson } from '../parse-json.ts';
import type { ReadAnswer } from './failure.ts';

const number = z.number().nullish();

/** `GET /v1/logistics/report`, as far as it is used. */
const reportSchema = z.looseObject({
  summary: z.looseObject({ total_items: z.number(), total_co2e_kg: z.number(), total_distance_km: number }),
  by_category: z
    .array(z.looseObject({ category: z.string(), items: number, co2e_kg: number, distance_km: number }))
    .nullish(),
  data_source: z.string().nullish(),
});

/** What the account reports for a period. */
export type AccountReport = z.infer<typeof reportSchema>;

/** `GET /v1/logistics/summary`: how many records the account has, of any time. */
const countsSchema = z.object({
  requests: z.looseObject({ count: z.number() }),
  recharges: z.looseObject({ count: z.number() }),
});

type Get = (path: string) => Promise<ReadAnswer>;

/** Reads the account's report of a period; both days are included, as ISO 8601 dates. */
export const readReport = (get: Get, { from, to }: { readonly from: string; readonly to: string }) =>
  read(get, `/v1/logistics/report?start_date=${from}&end_date=${to}`, reportSchema);

/** Reads how many records the account has. */
export const readCounts = (get: Get) => read(get, '/v1/logistics/summary', countsSchema);

async function read<Reply>(
  get: Get,
  path: string,
  schema: z.ZodType<Reply>,
): Promise<Reply | { readonly reason: string }> {
  const answer = await get(path);
  if (answer.kind === 'refused') throw answer.error;
  if (answer.kind !== 'read') return { reason: answer.reason };
  const { data } = schema.safeParse(parseJson(answer.body));
  return data ?? { reason: `the answer of ${path.replace(/\?.*/, '')} is not of the form that is documented` };
}
