import * as z from 'zod';
import { kindNames } from '../records/kind.ts';

/** A mapping file has a schema of its own: schemas/mapping-1.json. */
const answer = z.record(z.string(), z.unknown());

/**
 * The document that `map` prints without a terminal.
 *
 * @public published in schemas/
 */
export const mapDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/map/1'),
  command: z.literal('map'),
  kind: z.enum(kindNames),
  path: z.string(),
  rows: z
    .strictObject({
      read: z.int().describe('of the first 1 MiB, without those that are left out'),
      ready: z.int().describe('valid, with known vehicle types and fuels'),
      is_whole: z.boolean().describe('whether these are all rows of the file'),
    })
    .nullable(),
  questions: z.array(
    z.strictObject({
      id: z.string(),
      text: z.string(),
      rows: z.int().describe('rows that it is about'),
      samples: z.array(z.string()),
      proposals: z
        .array(z.strictObject({ label: z.string(), answer }))
        .describe('the likeliest first; each answer is a part of a mapping file, and --answers takes such parts'),
    }),
  ),
  mapping: answer.nullable().describe('the mapping file as it is with what is answered and detected'),
  mapping_file: z.string().nullable().describe('where it was written'),
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() }).optional(),
});

export type MapDocument = z.infer<typeof mapDocumentSchema>;
