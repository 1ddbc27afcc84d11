import type { ApiClient, Exchange } from '../api/client.ts';
import { decideRetry, parseRetryAfter } from '../api/retry.ts';
import type { Throttle } from '../api/throttle.ts';
import { judge, type Verdict } from '../api/verdict.ts';
import type { Wait } from '../api/wait.ts';

/** One call, for `--verbose` and the counts. */
export interface CallEvent {
  /** `GET` looks records up. */
  readonly method: 'GET' | 'POST';
  readonly chunk: number;
  readonly attempt: number;
  readonly records: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** `HTTP 200`, or why there was no answer. */
  readonly result: string;
  /** HTTP status; `undefined` without an answer. */
  readonly status: number | undefined;
  /** How long the API asked to be left alone, where it did. */
  readonly retryAfterMs: number | undefined;
  /** When the call is made again; `undefined` when it is not. */
  readonly retryInMs: number | undefined;
}

export interface CallerOptions {
  readonly client: ApiClient;
  readonly baseUrl: URL;
  readonly throttle: Throttle;
  /** Tries after the first, per call. */
  readonly retries: number;
  readonly onCall: (event: CallEvent) => void;
  readonly random: () => number;
  readonly now: () => number;
  readonly wait: Wait;
}

/** A call to be made. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: Buffer;
  /** For the report of the call. */
  readonly chunk: number;
  readonly records: number;
  /** Whether it does no harm to make it again when what became of it is unknown. */
  readonly isRepeatable: boolean;
  /** Tries after the first, where they are fewer than usual. */
  readonly retries?: number | undefined;
}

/** Tries of all calls of a run together beyond which none is made again: the API is not well. */
const maxRetriesOfRun = 1000;

/** Makes calls, again where that can help, no faster than the API bears and the user allows. */
export class Caller {
  readonly #options: CallerOptions;
  #retriesLeft = maxRetriesOfRun;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** The verdict on the last try; its reason says why there was no further one. */
  async call(call: Call): Promise<Verdict> {
    const { verdict } = await this.#make(call);
    return verdict;
  }

  /** Reads; the body of a success, or why there is none. */
  async get(path: string, chunk: number): Promise<{ readonly body: string } | { readonly reason: string }> {
    const call: Call = { method: 'GET', path, body: Buffer.alloc(0), chunk, records: 0, isRepeatable: true };
    const { verdict, body } = await this.#make(call);
    if (body !== undefined) return { body };
    return { reason: 'reason' in verdict ? verdict.reason : 'the API refused access' };
  }

  async #make(call: Call): Promise<Made> {
    let last: Verdict = { kind: 'try-again', reason: 'interrupted', status: undefined, retryAfter: undefined };
    for (let attempt = 1; ; attempt += 1) {
      // What an earlier try came to stays true.
      if (!(await this.#options.throttle.begin())) return { verdict: interrupted(last), body: undefined };
      const made = await this.#try(call, attempt);
      if ('verdict' in made) return made;
      last = made.again;
    }
  }

  async #try(call: Call, attempt: number): Promise<Made | { readonly again: Verdict }> {
    const { client, baseUrl, throttle, now } = this.#options;
    const started = now();
    const exchange = await (call.method === 'GET' ? client.get(call.path) : client.post(call.path, call.body));
    const retryAfterMs = exchange.kind === 'answer' ? parseRetryAfter(exchange.retryAfter, now()) : undefined;
    throttle.end(isBusy(exchange) ? 'busy' : 'normal', retryAfterMs);
    const verdict = judge(exchange, baseUrl, client.redact);
    const isRead = call.method === 'GET' && exchange.kind === 'answer' && exchange.status === 200;
    const next = isRead ? undefined : this.#decide(call, verdict, attempt, retryAfterMs);
    this.#options.onCall({
      method: call.method,
      chunk: call.chunk,
      attempt,
      records: call.records,
      bytes: call.body.length,
      durationMs: Math.round(now() - started),
      result: exchange.kind === 'answer' ? `HTTP ${String(exchange.status)}` : exchange.reason,
      status: exchange.kind === 'answer' ? exchange.status : undefined,
      retryAfterMs,
      retryInMs: typeof next === 'number' ? next : undefined,
    });
    if (isRead) return { verdict, body: exchange.body };
    if (next === undefined) return { verdict, body: undefined };
    if (typeof next === 'string') return { verdict: withReason(verdict, next), body: undefined };
    const reason = retryAfterMs === undefined ? 'backoff' : 'retry-after';
    if ((await this.#options.wait(next, reason)) === 'waited') return { again: verdict };
    return { verdict: interrupted(withReason(verdict, 'interrupted')), body: undefined };
  }

  /** Milliseconds until the next try, why there is none, or `undefined` where none could help. */
  #decide(
    call: Call,
    verdict: Verdict,
    attempt: number,
    retryAfterMs: number | undefined,
  ): number | string | undefined {
    const canHelp = verdict.kind === 'try-again' || (verdict.kind === 'uncertain' && call.isRepeatable);
    if (!canHelp) return undefined;
    const { retries, random, now } = this.#options;
    const decision = decideRetry({
      attempt,
      retries: call.retries ?? retries,
      retryAfterMs,
      now: now(),
      random: random(),
    });
    if (!decision.retry) return decision.reason;
    if (this.#retriesLeft === 0) return `gave up after ${String(maxRetriesOfRun)} further tries of this run`;
    this.#retriesLeft -= 1;
    return decision.delayMs;
  }
}

/** What a call came to; the body where it read something. */
interface Made {
  readonly verdict: Verdict;
  readonly body: string | undefined;
}

const isBusy = (exchange: Exchange): boolean =>
  exchange.kind === 'answer'
    ? exchange.status === 429 || exchange.status === 503
    : exchange.kind === 'unanswered' && exchange.isTimeout === true;

const withReason = (verdict: Verdict, more: string): Verdict =>
  'reason' in verdict ? { ...verdict, reason: `${verdict.reason}; ${more}` } : verdict;

const interrupted = (verdict: Verdict): Verdict =>
  verdict.kind === 'try-again' ? { ...verdict, isInterrupted: true } : verdict;
