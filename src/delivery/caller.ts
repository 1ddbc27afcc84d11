import type { ApiClient, Exchange } from '../api/client.ts';
import { judgeRead, type ReadAnswer } from '../api/failure.ts';
import type { Wait } from '../api/wait.ts';
import { judge, type Judgement } from './answers.ts';
import { decideRetry, parseRetryAfter } from './retry.ts';
import type { Throttle } from './throttle.ts';

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
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: Wait;
}

/** Records to be sent. */
export interface Post {
  readonly path: string;
  readonly body: Buffer;
  readonly idempotencyKey: string;
  /** For the report of the call. */
  readonly chunk: number;
  readonly records: number;
}

/** What became of records that were sent, and when. */
export interface Posted {
  readonly judgement: Judgement;
  /** Of the last try. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Tries of all calls of a run together beyond which none is made again: the API is not well. */
const maxRetriesOfRun = 1000;

/** Makes calls, again where that does no harm, no faster than the API bears and the user allows. */
export class Caller {
  readonly #options: CallerOptions;
  #retriesLeft = maxRetriesOfRun;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** Sends records; again only where nothing has reached the handler of the API. The reason says why there was no further try. */
  async post(call: Post): Promise<Posted> {
    const { client, baseUrl, now } = this.#options;
    let startedAt = now();
    let last = interruptedBefore;
    for (let attempt = 1; ; attempt += 1) {
      if (!(await this.#options.throttle.begin())) return { judgement: last, startedAt, endedAt: now() };
      startedAt = now();
      const exchange = await client.post(call.path, call.body, { 'idempotency-key': call.idempotencyKey });
      const endedAt = now();
      const judgement = judge(exchange, baseUrl, client.redact);
      const next = this.#after(exchange, judgement.remedy === 'try again', attempt);
      this.#tell(call, exchange, { method: 'POST', attempt, durationMs: endedAt - startedAt, next });
      if (next === undefined) return { judgement, startedAt, endedAt };
      if ('reason' in next) {
        const { endsRun } = next;
        return { judgement: { ...withReason(judgement, next.reason), endsRun }, startedAt, endedAt };
      }
      last = withReason(judgement, 'interrupted');
      if (!(await this.#pause(next))) return { judgement: last, startedAt, endedAt };
    }
  }

  /** Reads; again where it failed, as that does no harm. */
  async get(path: string, chunk = 0): Promise<ReadAnswer> {
    const { client, baseUrl, now, throttle } = this.#options;
    let last: ReadAnswer = { kind: 'failed', reason: 'interrupted', status: undefined };
    for (let attempt = 1; ; attempt += 1) {
      if (!(await throttle.begin())) return last;
      const startedAt = now();
      const exchange = await client.get(path);
      const answer = judgeRead(exchange, baseUrl, client.redact);
      const next = this.#after(exchange, answer.kind === 'failed' && mayPass(exchange), attempt);
      const call = { chunk, records: 0, body: nothing };
      this.#tell(call, exchange, { method: 'GET', attempt, durationMs: now() - startedAt, next });
      if (next === undefined) return answer;
      if ('reason' in next) return withReason(answer, next.reason);
      last = withReason(answer, 'interrupted');
      if (!(await this.#pause(next))) return last;
    }
  }

  /** When a call is made again, why it is not, or `undefined` where that could not help. */
  #after(exchange: Exchange, canHelp: boolean, attempt: number): Next | undefined {
    const { throttle, now, retries, random } = this.#options;
    const retryAfterMs = exchange.kind === 'answer' ? parseRetryAfter(exchange.retryAfter, now()) : undefined;
    throttle.end(isBusy(exchange) ? 'busy' : 'normal', retryAfterMs);
    if (!canHelp) return undefined;
    const decision = decideRetry({ attempt, retries, retryAfterMs, now: now(), random: random() });
    if (!decision.retry) return decision;
    if (this.#retriesLeft === 0) {
      return { reason: `gave up after ${String(maxRetriesOfRun)} further tries of this run` };
    }
    this.#retriesLeft -= 1;
    return { delayMs: decision.delayMs, isAsked: retryAfterMs !== undefined };
  }

  async #pause({ delayMs, isAsked }: Extract<Next, { delayMs: number }>): Promise<boolean> {
    return (await this.#options.wait(delayMs, isAsked ? 'retry-after' : 'backoff')) === 'waited';
  }

  #tell(
    { chunk, records, body }: Pick<Post, 'chunk' | 'records' | 'body'>,
    exchange: Exchange,
    { method, attempt, durationMs, next }: Told,
  ): void {
    const isAnswer = exchange.kind === 'answer';
    this.#options.onCall({
      method,
      chunk,
      attempt,
      records,
      bytes: body.length,
      durationMs: Math.round(durationMs),
      result: isAnswer ? `HTTP ${String(exchange.status)}` : exchange.reason,
      status: isAnswer ? exchange.status : undefined,
      retryAfterMs: isAnswer ? parseRetryAfter(exchange.retryAfter, this.#options.now()) : undefined,
      retryInMs: next !== undefined && 'delayMs' in next ? next.delayMs : undefined,
    });
  }
}

type Next =
  { readonly delayMs: number; readonly isAsked: boolean } | { readonly reason: string; readonly endsRun?: boolean };

interface Told extends Pick<CallEvent, 'method' | 'attempt' | 'durationMs'> {
  readonly next: Next | undefined;
}

const nothing = Buffer.alloc(0);

/** Of a call that the interruption of the run came before. */
const interruptedBefore: Judgement = {
  means: 'never begun',
  remedy: 'give up',
  reason: 'interrupted',
  status: undefined,
  settlesSoon: false,
  records: new Map(),
};

const isBusy = (exchange: Exchange): boolean =>
  exchange.kind === 'answer'
    ? exchange.status === 429 || exchange.status === 503
    : exchange.kind === 'unanswered' && exchange.isTimeout === true;

/** Whether a reading that failed may succeed at another try. */
const mayPass = (exchange: Exchange): boolean =>
  exchange.kind === 'answer'
    ? exchange.status >= 500 || exchange.status === 408 || exchange.status === 425 || exchange.status === 429
    : exchange.kind === 'unanswered' || exchange.isPermanent !== true;

const withReason = <T extends Judgement | ReadAnswer>(judged: T, more: string): T =>
  'reason' in judged ? { ...judged, reason: `${judged.reason}; ${more}` } : judged;
