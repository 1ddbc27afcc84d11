import * as z from 'zod';

const count = z.int().min(0);
const figures = z.strictObject({
  records: count,
  co2e_kg: z.number(),
  tonne_km: z.number().nullable().describe('null where the account does not report it, and of fuel purchases'),
  distance_km: z.number().nullable(),
});
const pair = z.strictObject({ run: figures, account: figures.nullable() });

/** What may explain a difference between a run and the account's report. */
const explanations = [
  'not calculated yet',
  'not calculable',
  'not listed',
  'without id',
  'deleted',
  'being deleted',
  'other records',
  'counted by package',
  'lower than the run',
] as const;

/**
 * The document that `results --account --json` prints.
 *
 * @public published in schemas/
 */
export const accountResultsSchema = z.strictObject({
  schema: z.literal('dcycle-upload/account-results/1'),
  run_id: z.string(),
  kind: z.enum(['requests', 'recharges']).nullable().describe('null where there is no such run'),
  target: z.strictObject({ base_url: z.string(), organization_id: z.string() }).nullable(),
  period: z
    .strictObject({ from: z.string(), to: z.string() })
    .nullable()
    .describe('first and last day of the records of the run; null where none is listed'),
  records: z.strictObject({
    accepted: count.describe('records of the run that the ledger has as accepted'),
    calculated: count,
    pending: count.describe('still to be calculated'),
    failed: count.describe('stored, and could not be calculated'),
    missing: count.describe('not shown by the list'),
  }),
  account_records: count.nullable().describe('records of this kind that the account has, of any time'),
  totals: pair.nullable().describe('what the run has brought, and what the account reports for the period'),
  by_category: z.array(z.strictObject({ category: z.string(), ...pair.shape })),
  explanations: z.array(z.strictObject({ what: z.enum(explanations), records: count.nullable() })),
  exit_code: z.int(),
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
});

export type AccountResults = z.infer<typeof accountResultsSchema>;
