/** A call that failed and might succeed when it is made again. */
export interface RetryQuestion {
  /** Tries made so far, from 1. */
  readonly attempt: number;
  /** Tries allowed after the first. */
  readonly retries: number;
  /** What the API asked for with `Retry-After`, if it did. */
  readonly retryAfterMs: number | undefined;
  /** The time, in milliseconds. */
  readonly now: number;
  /** A number from 0 to 1. */
  readonly random: number;
}

export type RetryDecision =
  | { readonly retry: true; readonly delayMs: number }
  /** `endsRun`: no other call can help before the time that the API has named. */
  | { readonly retry: false; readonly reason: string; readonly endsRun: boolean };

const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** A `Retry-After` beyond this is an answer for a later run, not for this one. */
export const longestRetryAfterMs = 10 * 60_000;

/** Exponential backoff with full jitter; `Retry-After` is obeyed to the second. */
export function decideRetry({ attempt, retries, retryAfterMs, now, random }: RetryQuestion): RetryDecision {
  if (retryAfterMs !== undefined && retryAfterMs > longestRetryAfterMs) {
    const until = new Date(now + retryAfterMs).toISOString().slice(0, 16).replace('T', ' ');
    const minutes = Math.ceil(retryAfterMs / 60_000);
    const reason = `the API asks to wait ${String(minutes)} minutes, until ${until} UTC`;
    return { retry: false, reason, endsRun: true };
  }
  if (attempt > retries) {
    const reason = `gave up after ${String(attempt)} ${attempt === 1 ? 'try' : 'tries'}`;
    return { retry: false, reason, endsRun: false };
  }
  if (retryAfterMs === undefined) {
    return { retry: true, delayMs: Math.round(random * Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1))) };
  }
  return { retry: true, delayMs: retryAfterMs };
}

/** A year: no API means more, and a time so far away can still be named. */
const mostMs = 365 * 86_400_000;

/** The three forms of an HTTP date begin with the day of the week. `Date.parse` alone takes `-5` for a year. */
const httpDate = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? .*\d{2}:\d{2}:\d{2}/;

/**
 * The delay that a `Retry-After` header asks for: seconds, or an HTTP date (RFC 9110, section 10.2.3).
 *
 * @returns milliseconds; `undefined` for a header that can't be read, and for a time that has passed
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, mostMs);
  if (!httpDate.test(text)) return undefined;
  // The oldest form names no zone, and means GMT.
  const delayMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - nowMs;
  return delayMs >= 0 ? Math.min(delayMs, mostMs) : undefined;
}
