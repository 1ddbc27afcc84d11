import * as z from 'zod';

const count = z.int().min(0);

const differenceSchema = z.strictObject({
  file: z.string(),
  row: count,
  line: count,
  verdict: z.enum(['otherwise', 'no emissions', 'missing', 'twice', 'different', 'unknown']),
  movement_id: z.string().nullable(),
  ids: z.array(z.string()).describe('of the stored records'),
  fields: z.array(z.string()).describe('those that are different'),
  changes: z
    .array(z.strictObject({ field: z.string(), account: z.string().nullable(), file: z.string().nullable() }))
    .describe('the values of these; null: none'),
  why: z.string().nullable(),
});

/**
 * The document that `verify --json` prints.
 *
 * @public published in schemas/
 */
export const verifyDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/verify/1'),
  kind: z.enum(['requests', 'recharges']),
  target: z.strictObject({ base_url: z.string(), organization_id: z.string() }).nullable(),
  rows: z.strictObject({ read: count, valid: count, invalid: count, duplicates: count, skipped: count }),
  records: z.strictObject({
    there: count.describe('once, with every value'),
    otherwise: count.describe('once, and some value is written otherwise'),
    no_emissions: count.describe('once, and not calculated'),
    missing: count,
    twice: count.describe('more often than the files: the same again, or another version of it'),
    different: count,
    unknown: count.describe('it could not be told'),
  }),
  differences: z.array(differenceSchema).describe('the first 1,000; --out has all of them'),
  exit_code: z.int(),
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
});

export type VerifyDocument = z.infer<typeof verifyDocumentSchema>;
export type Difference = z.infer<typeof differenceSchema>;
