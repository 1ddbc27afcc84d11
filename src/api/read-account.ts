import * as z from 'zod';
import type { ApiClient } from './client.ts';
import { judgeRead } from './failure.ts';
import { parseJson } from '../parse-json.ts';

/** What a call that changes nothing came to. */
export type AccountReading = {
  /** The API's clock, as its answer has it. */
  readonly date: string | undefined;
} & (
  | { readonly kind: 'open'; readonly shipments: number; readonly purchases: number }
  /** The API knows the caller not, or not for this organisation. */
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string | undefined }
  | { readonly kind: 'unreadable'; readonly message: string }
);

const count = z.looseObject({ count: z.int() });
const summarySchema = z.looseObject({ requests: count, recharges: count });

/** Reads how much an organisation has stored: whether key and organisation are right shows by it. */
export async function readAccount(client: ApiClient, baseUrl: URL): Promise<AccountReading> {
  const exchange = await client.get('/v1/logistics/summary');
  const date = exchange.kind === 'answer' ? exchange.date : undefined;
  const answer = judgeRead(exchange, baseUrl, client.redact);
  if (answer.kind === 'read') {
    const summary = summarySchema.safeParse(parseJson(answer.body));
    return summary.success
      ? { kind: 'open', date, shipments: summary.data.requests.count, purchases: summary.data.recharges.count }
      : { kind: 'unreadable', date, message: `${baseUrl.host} answers, but not as the Logistics API does` };
  }
  if (answer.kind === 'refused') {
    return { kind: 'refused', date, message: answer.error.message, hint: answer.error.hint };
  }
  return { kind: 'unreadable', date, message: answer.reason };
}
