import * as z from 'zod';

/** What the documents of `tocs --json` and `fuels --json` have in common. */
export const provenance = {
  source: z.string().describe('document, edition, sheet and address'),
  licence: z.string(),
};

/** Rows of the account, or null where none were fetched. */
export const accountOf = <Row extends z.ZodType>(row: Row) =>
  z
    .strictObject({ synced_at: z.iso.datetime(), rows: z.array(row) })
    .nullable()
    .describe('what --sync fetched from the account; null where it did not, and where the command failed');

export const failure = z
  .strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() })
  .optional()
  .describe('why the command failed; nothing is listed then');
