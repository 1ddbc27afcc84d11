import * as z from 'zod';
import { parseJson } from '../parse-json.ts';

/** The reply to a bulk call, as `POST /v1` and `/v2/logistics/requests/bulk` and `/v1/logistics/recharges/bulk` give it. */
const bulkReplySchema = z.object({
  total_received: z.int(),
  total_processed: z.int(),
  success: z.int(),
  failed: z.int(),
  results: z.array(
    z.object({
      index: z.int(),
      id: z.string(),
      movement_id: z.unknown().optional(),
      package_id: z.string().nullish(),
      co2e: z.number().nullish(),
    }),
  ),
  errors: z.array(z.object({ index: z.int(), error: z.string() })),
  file_id: z.string().nullish(),
});

export type BulkReply = z.infer<typeof bulkReplySchema>;

/** The bulk reply, or a sentence that says what is wrong with it. */
export function readBulkReply(body: string): BulkReply | string {
  const parsed = bulkReplySchema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  return field === '' ? 'the reply is not a JSON object' : `the reply's field ${field} is missing or wrong`;
}
