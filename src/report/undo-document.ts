import * as z from 'zod';

const count = z.int().min(0);

/**
 * The document that `undo --json` prints.
 *
 * @public published in schemas/
 */
export const undoDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/undo/1'),
  run_id: z.string(),
  kind: z.enum(['requests', 'recharges']).nullable().describe('null where there is no such run'),
  target: z.strictObject({ base_url: z.string(), organization_id: z.string() }).nullable(),
  dry_run: z.boolean(),
  records: z.strictObject({
    selected: count.describe('stored records of the run that are to be deleted'),
    deleted: count.describe('of these, gone now'),
    deleted_before: count.describe('deleted by an earlier undo of the run'),
    stored_twice: count.describe(
      'further ids of the selected records, which the API has more than once: deleted with them',
    ),
    left: count.describe('left: they were there before the run, or have no id'),
  }),
  left: z.array(
    z.strictObject({
      id: z.string(),
      file: z.string(),
      row: count,
      why: z.enum(['earlier run', 'older than the run', 'age unknown']),
    }),
  ),
  replaced: count.describe('records of earlier runs that the run has replaced: they do not come back'),
  later_runs: z
    .array(z.strictObject({ id: z.string(), records: count }))
    .describe('later runs that count records of earlier ones as accepted, with their number'),
  checked: z.boolean().nullable().describe('whether the list shows none of them; null where it was not looked at'),
  exit_code: z.int(),
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
});

export type UndoDocument = z.infer<typeof undoDocumentSchema>;
