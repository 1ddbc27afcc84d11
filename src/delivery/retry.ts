/** A call that failed and might succeed when it is made again. */
export interface RetryQuestion {
  /** Tries made so far, from 1. */
  readonly attempt: number;
  /** Tries allowed after the first. */
  readonly retries: number;
  /** What the API asked for with `Retry-After`, if it did. */
  readonly retryAfterMs: number | undefined;
  /** A number from 0 to 1. */
  readonly random: number;
}

export type RetryDecision =
  | { readonly retry: true; readonly delayMs: number }
  /** `isForLater`: the API asks for more time than this run has. */
  | { readonly retry: false; readonly reason: string; readonly isForLater?: true };

const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** A `Retry-After` beyond this is an answer for a later run, not for this one. */
export const longestRetryAfterMs = 10 * 60_000;

/** Exponential backoff with full jitter; `Retry-After` is obeyed to the second. */
export function decideRetry({ attempt, retries, retryAfterMs, random }: RetryQuestion): RetryDecision {
  if (attempt > retries) {
    return { retry: false, reason: `gave up after ${String(attempt)} ${attempt === 1 ? 'try' : 'tries'}` };
  }
  if (retryAfterMs === undefined) {
    return { retry: true, delayMs: Math.round(random * Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1))) };
  }
  if (retryAfterMs > longestRetryAfterMs) {
    const minutes = Math.ceil(retryAfterMs / 60_000);
    return { retry: false, reason: `the API asks to wait ${String(minutes)} minutes`, isForLater: true };
  }
  return { retry: true, delayMs: retryAfterMs };
}

/** The delay a `Retry-After` header asks for: seconds, or an HTTP date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
