import * as z from 'zod';
import { printable } from '../issues.ts';
import { count } from './format.ts';
import { summarySchema } from './summary-schema.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';

const account = { id: z.string(), name: z.string().describe('as the API names it, else the id') };

/**
 * The document that `--json` prints of an upload whose rows name their organisations.
 *
 * @public published in schemas/
 */
export const sharesDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/organizations/1'),
  organizations: z.array(z.strictObject({ ...account, summary: summarySchema })),
  not_begun: z.array(z.strictObject(account)).describe('accounts whose upload an interruption kept from beginning'),
  exit_code: z.int().describe('the most urgent one of the runs'),
  error: summarySchema.shape.error,
});

export type SharesDocument = z.infer<typeof sharesDocumentSchema>;

const columns: readonly TableColumn[] = [
  { head: 'Organisation', alignment: 'left', narrows: 'wrap' },
  { head: 'Accepted', alignment: 'right' },
  { head: 'Rejected', alignment: 'right' },
  { head: 'Not sent', alignment: 'right' },
  { head: 'Uncertain', alignment: 'right' },
  { head: 'Run', alignment: 'left', rank: 1 },
  { head: 'Exit', alignment: 'right' },
];

/** What became of the rows of each account. */
export function renderShares({ organizations, not_begun: notBegun }: SharesDocument, options: TableOptions): string {
  const rows = organizations.map(({ name, summary: { records, run_id: run, exit_code: code } }) => [
    printable(name),
    ...[records.accepted, records.rejected, records.not_sent, records.uncertain].map(count),
    run.slice(0, 8),
    String(code),
  ]);
  const others = notBegun.map(({ name }) => [printable(name), '–', '–', '–', '–', '–', '–']);
  return renderTable(columns, [...rows, ...others], { ...options, isTight: true });
}
