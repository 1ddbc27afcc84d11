import * as z from 'zod';
import { RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { parseJson } from '../parse-json.ts';
import type { Exchange } from './client.ts';

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
  /** Whether the validator answered, before the handler saw the request: `detail` is a list of places and messages. */
  readonly isOfValidator: boolean;
  /** Per-record reasons, where `detail[].loc` names records: index to message. */
  readonly records: ReadonlyMap<number, string>;
}

/** Reads the body of a refusal: `detail` is a text, or a list of places and messages. */
export function readFailure(body: string): FailureReply {
  const parsed = failureSchema.safeParse(parseJson(body));
  const none = { isOfValidator: false, records: new Map<number, string>() };
  if (!parsed.success) return { code: undefined, message: body.trim().slice(0, 200), ...none };
  const { code, detail } = parsed.data;
  if (typeof detail === 'string') return { code, message: detail, ...none };
  const records = new Map<number, string>();
  for (const { loc, msg } of detail) {
    const [, list, index, ...field] = loc;
    if (list !== 'records' || typeof index !== 'number') continue;
    const message = field.length > 0 ? `${field.join('.')}: ${msg}` : msg;
    const earlier = records.get(index);
    records.set(index, earlier === undefined ? message : `${earlier}; ${message}`);
  }
  const message = detail
    .map(({ loc, msg }) => `${loc.join('.')}: ${msg}`)
    .join('; ')
    .slice(0, 500);
  return { code, message, isOfValidator: detail.length > 0, records };
}

/** An answer in words, and what it refuses: the key or the organisation, or this call alone. */
export interface Refusal extends FailureReply {
  /** Status and message, without the key. */
  readonly reason: string;
  /** The API refuses this key or organisation: no call can succeed. */
  readonly access: RunError | undefined;
}

/** Reads an answer that is not a success. */
export function readRefusal(status: number, body: string, redact: (text: string) => string): Refusal {
  // Before anything is cut: half a key is still a secret.
  const failure = readFailure(redact(body));
  const { code, message } = failure;
  const reason = redact(`HTTP ${String(status)}${message === '' ? '' : `: ${message}`}${adviceFor(status)}`);
  const refusesAccess = status === 401 || status === 403 || (status === 404 && code === 'ORGANIZATION_NOT_FOUND');
  return { ...failure, reason, access: refusesAccess ? accessRefused(status, reason) : undefined };
}

/** What a call that changes nothing came to. */
export type ReadAnswer =
  | { readonly kind: 'read'; readonly status: number; readonly body: string }
  | { readonly kind: 'refused'; readonly error: RunError }
  /** `status` is `undefined` without an answer. */
  | { readonly kind: 'failed'; readonly reason: string; readonly status: number | undefined };

/** Judges a call that changes nothing: it can be made again without harm. */
export function judgeRead(exchange: Exchange, baseUrl: URL, redact: (text: string) => string): ReadAnswer {
  if (exchange.kind !== 'answer') {
    const how = exchange.kind === 'unsent' && exchange.isPermanent !== true ? " can't be reached" : '';
    return { kind: 'failed', reason: `${baseUrl.host}${how}: ${exchange.reason}`, status: undefined };
  }
  const { status, body } = exchange;
  if (status >= 200 && status < 300) return { kind: 'read', status, body };
  const { reason, access } = readRefusal(status, body, redact);
  return access === undefined ? { kind: 'failed', reason, status } : { kind: 'refused', error: access };
}

/** What a call that deletes came to. */
export type Removal =
  | { readonly kind: 'gone' }
  /** The API does not have what is to be deleted; of several, one at least. */
  | { readonly kind: 'unknown' }
  /** The API has no such call. */
  | { readonly kind: 'no call'; readonly reason: string }
  /** It was refused as it is. */
  | { readonly kind: 'not taken'; readonly reason: string }
  | { readonly kind: 'refused'; readonly error: RunError }
  /** Whatever it did, it can be made again. `status` is `undefined` without an answer. */
  | { readonly kind: 'failed'; readonly reason: string; readonly status: number | undefined };

/** Judges a call that deletes: only 204 says that something is gone, only NOT_FOUND that it is not there. */
export function judgeRemoval(exchange: Exchange, baseUrl: URL, redact: (text: string) => string): Removal {
  const read = judgeRead(exchange, baseUrl, redact);
  if (read.kind === 'read') {
    const { status } = read;
    return status === 204
      ? { kind: 'gone' }
      : { kind: 'failed', reason: `HTTP ${String(status)}, which does not say that it is deleted`, status };
  }
  if (read.kind === 'refused') return read;
  const { reason, status } = read;
  const body = exchange.kind === 'answer' ? exchange.body : '';
  if (status === 404 && readFailure(body).code === 'NOT_FOUND') return { kind: 'unknown' };
  if (status === 404 || status === 405 || status === 501) return { kind: 'no call', reason };
  return status === 400 || status === 413 || status === 415 || status === 422 ? { kind: 'not taken', reason } : read;
}

/** What the status alone says of the remedy. */
function adviceFor(status: number): string {
  if (status >= 300 && status < 400) return '; redirects are not followed: give the final address with --base-url';
  if (status === 404) return '; is --base-url right?';
  if (status === 415) return '; if --gzip was given, resume with --no-gzip';
  return status === 413 ? '; try a smaller --chunk-size' : '';
}

function accessRefused(status: number, reason: string): RunError {
  const hint = {
    401: 'check the API key (DCYCLE_API_KEY, or that of the profile): it may be wrong, expired or revoked',
    403: 'check that the key belongs to the organisation (DCYCLE_ORG_ID, or org of the profile)',
    404: 'check the organisation (DCYCLE_ORG_ID, or org of the profile)',
  }[status];
  return new RunError(ExitCode.refused, 'ACCESS_REFUSED', `the API refused access (${reason})`, hint);
}
