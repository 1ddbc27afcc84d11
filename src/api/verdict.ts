import { RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { Exchange } from './client.ts';
import { type BulkReply, readBulkReply, readFailure } from './reply.ts';

/** What a call means for its chunk. */
export type Verdict =
  | { readonly kind: 'processed'; readonly reply: BulkReply }
  /** Nothing was taken, and the same call may succeed later. */
  | {
      readonly kind: 'try-again';
      readonly reason: string;
      readonly status: number | undefined;
      readonly retryAfter: string | undefined;
      /** It was to be made again, and the run was interrupted before. */
      readonly isInterrupted?: boolean;
    }
  /** Nothing was taken, and the same call can't succeed. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly status: number | undefined;
      readonly records: ReadonlyMap<number, string>;
    }
  /** The API refuses this key or organisation: no call can succeed. */
  | { readonly kind: 'fatal'; readonly error: RunError }
  /** Perhaps it was taken, perhaps not. */
  | { readonly kind: 'uncertain'; readonly reason: string };

/** Answers that say that the request was not processed and may be sent again. */
const transient: ReadonlySet<number> = new Set([408, 425, 429, 500, 503]);

/** Answers of a gateway that does not know what the API did. */
const ambiguous: ReadonlySet<number> = new Set([502, 504]);

/**
 * Judges one call. Pure: knows nothing of tries and clocks.
 *
 * A 500 is taken at its word: nothing was stored. A gateway's 502 or 504 knows nothing of the API behind it.
 */
export function judge(exchange: Exchange, baseUrl: URL, redact: (text: string) => string = (text) => text): Verdict {
  if (exchange.kind === 'unsent' && exchange.isPermanent === true) {
    return { kind: 'refused', reason: `${baseUrl.host}: ${exchange.reason}`, status: undefined, records: new Map() };
  }
  if (exchange.kind === 'unsent') {
    const reason = `${baseUrl.host} can't be reached: ${exchange.reason}`;
    return { kind: 'try-again', reason, status: undefined, retryAfter: undefined };
  }
  if (exchange.kind === 'unanswered') return { kind: 'uncertain', reason: `${baseUrl.host}: ${exchange.reason}` };
  const { status, body, retryAfter } = exchange;
  if (status >= 200 && status < 300) {
    const reply = readBulkReply(body);
    return typeof reply === 'string'
      ? { kind: 'uncertain', reason: `HTTP ${String(status)}, but ${reply}` }
      : { kind: 'processed', reply };
  }
  // Before anything is cut: half a key is still a secret.
  const { code, message, records } = readFailure(redact(body));
  const reason = redact(`HTTP ${String(status)}${message === '' ? '' : `: ${message}`}${adviceFor(status)}`);
  if (status === 401 || status === 403 || (status === 404 && code === 'ORGANIZATION_NOT_FOUND')) {
    return { kind: 'fatal', error: accessRefused(status, reason) };
  }
  if (transient.has(status)) return { kind: 'try-again', reason, status, retryAfter };
  if (ambiguous.has(status)) return { kind: 'uncertain', reason };
  return { kind: 'refused', reason, status, records };
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
