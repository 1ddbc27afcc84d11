import type { ApiClient, Exchange } from '../api/client.ts';
import { judgeRead, judgeRemoval, type ReadAnswer, type Removal } from '../api/failure.ts';
import type { Wait } from '../api/wait.ts';
import { judge, type Judgement } from './answers.ts';
import { decideRetry, parseRetryAfter } from './retry.ts';
import type { Throttle } from './throttle.ts';

/** One call, for `--verbose` and the counts. */
export interface CallEvent {
  /** `GET` looks records up. */
  readonly method: 'GET' | 'POST' | 'DELETE';
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

/** Records that are to be deleted. */
export interface RemovalCall {
  readonly path: string;
  /** Names the records of a call that deletes several. */
  readonly body?: Buffer;
  /** For the report of the call. */
  readonly records: number;
}

type Failed = Extract<ReadAnswer, { readonly kind: 'failed' }>;

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
  get(path: string, chunk = 0): Promise<ReadAnswer> {
    const { client, baseUrl } = this.#options;
    return this.#repeat<ReadAnswer>({ method: 'GET', chunk, records: 0, body: nothing }, () => client.get(path), {
      judge: (exchange) => judgeRead(exchange, baseUrl, client.redact),
      canHelp: mayPass,
    });
  }

  /**
   * Deletes; again where it failed, as that does no harm.
   *
   * @param call of one record, or with a body that names several
   */
  remove({ path, body, records }: RemovalCall): Promise<Removal> {
    const { client, baseUrl } = this.#options;
    const [method, call] =
      body === undefined
        ? (['DELETE', () => client.delete(path)] as const)
        : (['POST', () => client.post(path, body)] as const);
    return this.#repeat<Removal>({ method, chunk: 0, records, body: body ?? nothing }, call, {
      judge: (exchange) => judgeRemoval(exchange, baseUrl, client.redact),
      // An answer that does not say that it is gone: the next one may.
      canHelp: (exchange) => mayPass(exchange) || (exchange.kind === 'answer' && exchange.status < 300),
    });
  }

  async #repeat<Answer extends ReadAnswer | Removal>(
    shown: Pick<CallEvent, 'method'> & Pick<Post, 'chunk' | 'records' | 'body'>,
    call: () => Promise<Exchange>,
    { judge: judgeIt, canHelp }: { judge: (exchange: Exchange) => Answer; canHelp: (exchange: Exchange) => boolean },
  ): Promise<Answer | Failed> {
    const { now, throttle } = this.#options;
    let last: Answer | Failed = { kind: 'failed', reason: 'interrupted', status: undefined };
    for (let attempt = 1; ; attempt += 1) {
      if (!(await throttle.begin())) return last;
      const startedAt = now();
      const exchange = await call();
      const answer = judgeIt(exchange);
      const next = this.#after(exchange, answer.kind === 'failed' && canHelp(exchange), attempt);
      this.#tell(shown, exchange, { method: shown.method, attempt, durationMs: now() - startedAt, next });
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

const withReason = <T extends Judgement | ReadAnswer | Removal>(judged: T, more: string): T =>
  'reason' in judged ? { ...judged, reason: `${judged.reason}; ${more}` } : judged;
