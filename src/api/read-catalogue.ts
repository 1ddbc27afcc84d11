import type { AccountCatalogue } from './catalogue.ts';
import type { ApiClient } from './client.ts';
import { judgeRead } from './failure.ts';

/** What a call for a catalogue came to. */
export type CatalogueReading<Row> =
  | {
      readonly ok: true;
      readonly rows: readonly Row[];
      /** Rows that were left out, each with its number from 1 and the field that is missing or wrong. */
      readonly invalid: readonly string[];
      /** How many rows the API counts, where it says so. */
      readonly total: number | undefined;
    }
  | { readonly ok: false; readonly reason: string };

/** Pages of a catalogue that are read at most. */
const mostPages = 1000;

/**
 * Reads a catalogue of the account, in one call or page by page. Rows that are not valid are left out and named.
 *
 * @throws RunError (exit 4) when the API refuses the key or the organisation
 */
export async function readCatalogue<Row>(
  client: ApiClient,
  baseUrl: URL,
  catalogue: AccountCatalogue<Row>,
): Promise<CatalogueReading<Row>> {
  const { pageRows, path, what } = catalogue;
  if (pageRows === undefined) return readReplyTo(client, baseUrl, catalogue);
  const rows: Row[] = [];
  const invalid: string[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const query = `${path}?page=${String(page)}&size=${String(pageRows)}`;
    const reading = await readReplyTo(client, baseUrl, { ...catalogue, path: query });
    if (!reading.ok) return reading;
    rows.push(...reading.rows);
    invalid.push(...reading.invalid);
    const given = reading.rows.length + reading.invalid.length;
    // A page that is not full may be one that the API has cut: the total, where it is given, says where the list ends.
    const isLast = reading.total === undefined ? given < pageRows : rows.length + invalid.length >= reading.total;
    if (isLast || given === 0) return { ok: true, rows, invalid, total: reading.total };
  }
  return { ok: false, reason: `there are more than ${String(mostPages * pageRows)} ${what}` };
}

async function readReplyTo<Row>(
  client: ApiClient,
  baseUrl: URL,
  catalogue: AccountCatalogue<Row>,
): Promise<CatalogueReading<Row>> {
  const answer = judgeRead(await client.get(catalogue.path), baseUrl, client.redact);
  if (answer.kind === 'read') return readReply(answer.status, answer.body, catalogue);
  if (answer.kind === 'refused') throw answer.error;
  return { ok: false, reason: answer.reason };
}

function readReply<Row>(
  status: number,
  body: string,
  { open, rowSchema, what }: AccountCatalogue<Row>,
): CatalogueReading<Row> {
  const refused = (why: string): CatalogueReading<Row> => ({
    ok: false,
    reason: `HTTP ${String(status)}, but the reply ${why}`,
  });
  let reply: unknown;
  try {
    reply = JSON.parse(body);
  } catch {
    return refused('is not JSON');
  }
  const opened = open(reply);
  if (opened === undefined) return refused(`is not a list of ${what}`);
  const rows: Row[] = [];
  const invalid: string[] = [];
  for (const [index, each] of opened.rows.entries()) {
    const parsed = rowSchema.safeParse(each);
    if (parsed.success) rows.push(parsed.data);
    else invalid.push(describeRow(index, parsed.error.issues[0]?.path ?? []));
  }
  if (rows.length === 0 && invalid.length > 0) return refused(`has no valid row of ${what} (${invalid[0] ?? ''})`);
  return { ok: true, rows, invalid, total: opened.total };
}

const describeRow = (index: number, path: readonly PropertyKey[]): string =>
  `row ${String(index + 1)}: ${path.length === 0 ? 'is not an object' : `${path.map(String).join('.')} is missing or wrong`}`;
