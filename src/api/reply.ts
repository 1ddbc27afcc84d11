import * as z from 'zod';
import { parseJson } from '../parse-json.ts';

/** The reply to a bulk call, as `POST /v1` and `/v2/logistics/requests/bulk` and `/v1/logistics/recharges/bulk` give it. */
const bulkReplySchema = z.looseObject({
  total_received: z.int(),
  total_processed: z.int(),
  success: z.int(),
  failed: z.int(),
  results: z.array(
    z.looseObject({
      index: z.int(),
      id: z.string(),
      package_id: z.string().nullish(),
      co2e: z.number().nullish(),
    }),
  ),
  errors: z.array(z.looseObject({ index: z.int(), error: z.string() })),
  file_id: z.string().nullish(),
});

export type BulkReply = z.infer<typeof bulkReplySchema>;

const failureSchema = z.looseObject({
  code: z.string().optional(),
  detail: z.union([
    z.string(),
    z.array(z.looseObject({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
  ]),
});

/** An answer other than success, as far as it could be read. */
export interface FailureReply {
  readonly code: string | undefined;
  readonly message: string;
  /** Per-record reasons, where `detail[].loc` names records: index to message. */
  readonly records: ReadonlyMap<number, string>;
}

/** The bulk reply, or a sentence that says what is wrong with it. */
export function readBulkReply(body: string): BulkReply | string {
  const parsed = bulkReplySchema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  return field === '' ? 'the reply is not a JSON object' : `the reply's field ${field} is missing or wrong`;
}

/** Reads the body of a refusal: `detail` is a text, or a list of places and messages. */
export function readFailure(body: string): FailureReply {
  const parsed = failureSchema.safeParse(parseJson(body));
  if (!parsed.success) return { code: undefined, message: body.trim().slice(0, 200), records: new Map() };
  const { code, detail } = parsed.data;
  if (typeof detail === 'string') return { code, message: detail, records: new Map() };
  const records = new Map<number, string>();
  for (const { loc, msg } of detail) {
    const [, list, index, ...field] = loc;
    if (list !== 'records' || typeof index !== 'number') continue;
    const message = field.length > 0 ? `${field.join('.')}: ${msg}` : msg;
    const earlier = records.get(index);
    records.set(index, earlier === undefined ? message : `${earlier}; ${message}`);
  }
  return {
    code,
    message: detail
      .map(({ loc, msg }) => `${loc.join('.')}: ${msg}`)
      .join('; ')
      .slice(0, 500),
    records,
  };
}
