import * as z from 'zod';
import { maxBulkRecords } from '../../records/limits.ts';
import type { RecordKind } from '../../records/kind.ts';
import { recharges } from '../../records/recharge.ts';
import { requests } from '../../records/request.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A record as a call may carry it: any JSON object. What is wrong with its fields is said record by record, by the
 * schema of `records/`, which this one shows as its documentation.
 */
function recordOf(kind: RecordKind, id: string) {
  const schema = kind.schema({ currentYear: new Date().getUTCFullYear(), target: 'api' });
  const { properties = {}, required } = z.toJSONSchema(schema, { unrepresentable: 'any' });
  const needs = kind.requirements.map(({ text }) => text).join('; ');
  return z.custom<Readonly<Record<string, unknown>>>(isObject, 'value is not a valid dict').meta({
    id,
    type: 'object',
    properties,
    ...(required === undefined ? {} : { required }),
    description: `${needs}. Fields of other names are ignored, null is not a value.`,
  });
}

export const shipmentRequest = recordOf(requests, 'ShipmentRequest');
export const fuelRecharge = recordOf(recharges, 'FuelRecharge');

const options = z
  .object({
    continue_on_error: z
      .boolean()
      .default(true)
      .describe('false stops at the first record that fails; those before it are kept'),
  })
  .default({ continue_on_error: true });

/** The body of a bulk call: 1 to 5,000 records. */
export const bulkOf = <T extends z.ZodType>(record: T) =>
  z.object({ records: z.array(record).min(1).max(maxBulkRecords), options });

const counts = {
  total_received: z.int(),
  total_processed: z.int().describe('success + failed'),
  success: z.int(),
  failed: z.int(),
};
const index = z.int().describe('place in the call, from 0');

const additions = {
  file_id: z.guid().describe('an addition of this server: the batch, for the lists’ filter file_id[]'),
};

/** The reply to a bulk call of shipments; `co2e` in kg, null while it is calculated. */
export const requestsBulkReply = z
  .object({
    ...counts,
    results: z.array(
      z.object({
        index,
        id: z.string(),
        movement_id: z.string().nullable(),
        package_id: z.string().nullable(),
        co2e: z.number().nullable(),
      }),
    ),
    errors: z.array(z.object({ index, movement_id: z.string().nullable(), error: z.string() })),
    ...additions,
    processing_job_id: z.guid().optional().describe('an addition of this server; v2 only'),
  })
  .meta({ id: 'RequestsBulkReply' });

/** The reply to a bulk call of fuel purchases. */
export const rechargesBulkReply = z
  .object({
    ...counts,
    results: z.array(z.object({ index, id: z.string() })),
    errors: z.array(z.object({ index, error: z.string() })),
    ...additions,
  })
  .meta({ id: 'RechargesBulkReply' });
