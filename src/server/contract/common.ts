import * as z from 'zod';

/** Parts that many endpoints share. Times are ISO 8601 UTC, emissions kg CO2e. */

/** Ids are the same in both cases; they are kept in lower case. */
export const id = z.guid().toLowerCase();

const timestamp = z.string().describe('ISO 8601 UTC');
export const timestamps = { created_at: timestamp, updated_at: timestamp };
export const optionalTimestamp = timestamp.nullable();

/** Which page of a list. */
export const pageQuery = {
  page: z.coerce.number().int().min(1).default(1).describe('from 1'),
  size: z.coerce.number().int().min(1).max(100).default(10).describe('items of a page'),
};

/** A parameter that may be given several times: `key=a&key=b` or `key[]=a&key[]=b`. */
export const listOf = <T extends z.ZodType<string>>(value: T) =>
  z.union([z.array(value), value.transform((one): string[] => [one])]).optional();

/** A time, or a day, which means its first or its last moment; as the text by which times are compared. */
const moment = (ofDay: string) =>
  z
    .union([z.iso.date(), z.iso.datetime({ offset: true })])
    .transform((text) => new Date(text.includes('T') ? text : `${text}T${ofDay}`).toISOString())
    .optional()
    .describe('ISO 8601, a day or a time');

/** Bounds of days and times. */
export const dateRange = {
  date_from: z.iso.date().optional(),
  date_until: z.iso.date().optional(),
  created_at_from: moment('00:00:00.000Z'),
  created_at_until: moment('23:59:59.999Z'),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ page: z.int(), size: z.int(), total: z.int(), pages: z.int(), items: z.array(item) });

/** The body of a refusal. */
const refusal = z.object({ detail: z.string(), code: z.string() }).meta({ id: 'Refusal' });

/** The body of a 422. */
const invalid = z
  .object({
    detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
  })
  .meta({ id: 'Invalid' });

/** The refusals that any endpoint with a key may answer. */
export const refusals = {
  400: refusal,
  401: refusal,
  403: refusal,
  404: refusal,
  413: refusal,
  415: refusal,
  422: z.union([invalid, refusal]),
  429: refusal,
  500: refusal,
};

export const noContent = z.null().describe('nothing');
