import * as z from 'zod';

const findingSchema = z.strictObject({
  area: z.enum(['program', 'configuration', 'credentials', 'connection', 'disk', 'surroundings']),
  check: z.string().describe('a stable name of what was looked at'),
  state: z.enum(['ok', 'warning', 'problem']),
  message: z.string(),
  remedy: z.string().nullable().describe('what to do; null where nothing is to be done'),
});

/**
 * The document that `doctor --json` prints.
 *
 * @public published in schemas/
 */
export const doctorDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/doctor/1'),
  version: z.string(),
  findings: z.array(findingSchema),
  warnings: z.int(),
  problems: z.int(),
  exit_code: z.union([z.literal(0), z.literal(1)]),
});

export type DoctorDocument = z.infer<typeof doctorDocumentSchema>;
export type Finding = z.infer<typeof findingSchema>;
