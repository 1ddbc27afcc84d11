import type { ApiClient, ApiClientOptions, Exchange } from '../../src/api/client.ts';
import type { VirtualClock } from './clock.ts';
import { mangled, type Mangle } from './mangle.ts';
import { type Answer, type Bulk, json, type Kind, type ModelApi, type Sent } from './model-api.ts';

/** How much of a call is stored, and when, in milliseconds from its start. */
interface Storing {
  /** Of the records, the first ones. */
  readonly share: 0 | 0.5 | 1;
  readonly storedMs: number;
}

/** What goes wrong with one call that sends records. */
export type SendingFault =
  | { readonly kind: 'no connection' }
  | (Storing & { readonly kind: 'answer'; readonly status: number; readonly body: Body; readonly answeredMs: number })
  | (Storing & { readonly kind: 'reset'; readonly answeredMs: number })
  | (Storing & { readonly kind: 'silence' })
  | { readonly kind: 'mangled'; readonly how: Mangle }
  /** A gateway sends the call again by itself: the caller sees one good answer. */
  | { readonly kind: 'echo'; readonly echoMs: number };

export type Body = 'json' | 'text' | 'html' | 'empty';

/** What goes wrong with one call that reads. */
export type ReadingFault =
  | { readonly kind: 'no connection' | 'reset' | 'silence' }
  | { readonly kind: 'answer'; readonly status: number; readonly body: Body }
  | {
      readonly kind: 'list';
      readonly how: 'truncated' | 'html' | 'missing' | 'repeats' | 'omits' | 'unfiltered' | 'empty';
    };

/** A call that sent records, for anyone who judges what was said of it. */
export interface SendingCall {
  readonly number: number;
  readonly process: string;
  readonly runId: string;
  readonly records: readonly Sent[];
  /** Whether its sender was told for certain what became of each record. */
  isKnown: boolean;
  /** Storing that is still to come. */
  pending: number;
}

/** What a call meets by its number; nothing after the last one. */
export interface Weather {
  readonly sending: readonly (SendingFault | undefined)[];
  readonly reading: readonly (ReadingFault | undefined)[];
  /** Until then, in milliseconds from the start, every call is answered with 503. */
  readonly outageMs: number;
}

/** Milliseconds that a call takes when all is well. */
const usualMs = { sending: 900, reading: 150 };

/** Whoever has interrupted a run waits so long for what is in flight. */
const patienceMs = 20_000;

/** Answers that come before anything of a call is looked at. */
const refusedFirst: ReadonlySet<number> = new Set([401, 403, 405, 413, 415, 429]);

const bodies: Readonly<Record<Body, (status: number) => string>> = {
  json: (status) => JSON.stringify({ detail: `failed (${String(status)})` }),
  text: () => 'Internal Server Error',
  html: (status) => `<html><head><title>${String(status)}</title></head></html>`,
  empty: () => '',
};

/** The way between the processes and the API, with everything that happens on it. */
export class Line {
  readonly #api: ModelApi;
  readonly #clock: VirtualClock;
  readonly #startMs: number;
  #weather: Weather;
  readonly #counts = { sending: 0, reading: 0 };
  readonly calls: SendingCall[] = [];
  /** Hears of every call before it is made. */
  onCall: (method: 'GET' | 'POST' | 'DELETE', number: number) => void = () => {};

  constructor(api: ModelApi, clock: VirtualClock, weather: Weather) {
    this.#api = api;
    this.#clock = clock;
    this.#startMs = clock.nowMs;
    this.#weather = weather;
  }

  /** From now on nothing goes wrong on the way. */
  calm(): void {
    this.#weather = { sending: [], reading: [], outageMs: 0 };
  }

  /** The client of one process. */
  client({ timeoutMs, runId = '', interrupted }: ApiClientOptions, process: string): ApiClient {
    const limited = (answers: (tell: (exchange: Exchange) => void) => void): Promise<Exchange> =>
      new Promise((resolve) => {
        const give = this.#clock.after(timeoutMs, () =>
          resolve({ kind: 'unanswered', reason: `no answer within ${String(timeoutMs / 1000)} s`, isTimeout: true }),
        );
        const hurry = (): void => {
          this.#clock.after(patienceMs, () =>
            resolve({ kind: 'unanswered', reason: 'no answer after the interruption' }),
          );
        };
        interrupted?.addEventListener('abort', hurry, { once: true });
        answers((exchange) => {
          give();
          interrupted?.removeEventListener('abort', hurry);
          resolve(exchange);
        });
      });
    return {
      redact: (text) => text,
      get: (path) => limited((tell) => this.#read(path, tell)),
      post: (path, body) => limited((tell) => this.#post(path, body, { process, runId, tell })),
      delete: () => Promise.reject(new Error('uploads delete nothing')),
      close: async () => {},
    };
  }

  #read(path: string, tell: (exchange: Exchange) => void): void {
    const fault = this.#weather.reading[this.#counts.reading];
    this.#counts.reading += 1;
    this.onCall('GET', this.#counts.reading);
    const answer = (made: () => Answer): void => void this.#clock.after(usualMs.reading, () => tell(answered(made())));
    if (this.#isOut()) return answer(() => unavailable);
    switch (fault?.kind) {
      case undefined:
        return answer(() => this.#api.read(path));
      case 'no connection':
        return void this.#clock.after(10, () => tell(unsent));
      case 'reset':
        return void this.#clock.after(usualMs.reading, () => tell(broken));
      case 'silence':
        return;
      case 'answer':
        return answer(() => ({ status: fault.status, body: bodies[fault.body](fault.status) }));
      case 'list':
        return answer(() => this.#wrongList(path, fault.how));
    }
  }

  #wrongList(path: string, how: Extract<ReadingFault, { kind: 'list' }>['how']): Answer {
    if (how === 'unfiltered') return this.#api.read(path.replaceAll(/(?:movement_id|file_id)[^&=]*=/g, 'unknown='));
    const { status, body } = this.#api.read(path);
    if (status !== 200) return { status, body };
    if (how === 'truncated' || how === 'html' || how === 'missing') return { status, body: mangled(body, how) };
    const list = JSON.parse(body) as { total: number; items: object[] };
    const [first] = list.items;
    if (how === 'empty') Object.assign(list, { total: 0, items: [] });
    else if (how === 'omits') list.items = list.items.slice(1);
    // In the place of the last one.
    else if (first !== undefined && list.items.length > 1) list.items = [...list.items.slice(0, -1), first];
    return json(status, list);
  }

  #post(path: string, body: Buffer, sender: Sender): void {
    const { kind, version, name } =
      /^\/(?<version>v\d)\/logistics\/(?<kind>requests|recharges)\/(?<name>bulk|batch-delete)$/.exec(path)?.groups ??
      {};
    const content = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>;
    if (name === 'batch-delete') {
      this.#clock.after(usualMs.sending, () =>
        sender.tell(answered(this.#api.remove(kind as Kind, (content['request_ids'] ?? []) as readonly string[]))),
      );
      return;
    }
    if (name === undefined) return sender.tell(answered(json(404, { code: 'NOT_FOUND', detail: 'Not Found' })));
    const options = content['options'] as { readonly continue_on_error?: boolean } | undefined;
    this.#send(
      {
        kind: kind as Kind,
        version: version ?? '',
        records: content['records'] as readonly Sent[],
        continueOnError: options?.continue_on_error ?? true,
        call: this.calls.length + 1,
      },
      sender,
    );
  }

  #send(bulk: Bulk, { process, runId, tell }: Sender): void {
    const fault = this.#weather.sending[this.#counts.sending];
    this.#counts.sending += 1;
    const call = { number: bulk.call, process, runId, records: bulk.records, isKnown: false, pending: 0 };
    this.calls.push(call);
    this.onCall('POST', this.#counts.sending);
    const tellSurely = (exchange: Exchange): void => {
      call.isKnown = true;
      tell(exchange);
    };
    if (fault?.kind === 'no connection') return void this.#clock.after(10, () => tellSurely(unsent));
    if (this.#isOut()) return void this.#clock.after(usualMs.reading, () => tell(answered(unavailable)));
    const refusal = this.#api.refusalOf(bulk);
    if (refusal !== undefined) {
      // What the handler refuses may have been stored in part, for all that its caller can know.
      call.isKnown = refusal.status === 413 || refusal.status === 422;
      return void this.#clock.after(usualMs.sending, () => tell(answered(refusal)));
    }
    const take = (ms: number, share: number, isEcho = false, then: (answer: Answer) => void = () => {}): void => {
      call.pending += 1;
      this.#clock.after(ms, () => {
        call.pending -= 1;
        then(this.#api.take(bulk, share, isEcho));
      });
    };
    const late = (ms: number, exchange: Exchange): void => void this.#clock.after(ms, () => tell(exchange));
    switch (fault?.kind) {
      case undefined:
        return take(usualMs.sending, 1, false, (answer) => tellSurely(answered(answer)));
      case 'echo':
        take(fault.echoMs, 1, true);
        return take(usualMs.sending, 1, false, (answer) => tellSurely(answered(answer)));
      case 'mangled': {
        const isTold = (number: number): boolean => number !== bulk.call && this.calls[number - 1]?.isKnown === true;
        const foreign = this.#api.stored.findLast((each) => isTold(each.call))?.id;
        return take(usualMs.sending, 1, false, ({ status, body }) =>
          tell(answered({ status, body: mangled(body, fault.how, foreign) })),
        );
      }
      case 'answer':
        call.isKnown = refusedFirst.has(fault.status);
        if (fault.share > 0) take(fault.storedMs, fault.share);
        return late(fault.answeredMs, answered({ status: fault.status, body: bodies[fault.body](fault.status) }));
      case 'reset':
        if (fault.share > 0) take(fault.storedMs, fault.share);
        return late(fault.answeredMs, broken);
      case 'silence':
        if (fault.share > 0) take(fault.storedMs, fault.share);
    }
  }

  #isOut(): boolean {
    return this.#clock.nowMs - this.#startMs < this.#weather.outageMs;
  }
}

interface Sender {
  readonly process: string;
  readonly runId: string;
  readonly tell: (exchange: Exchange) => void;
}

const answered = ({ status, body }: Answer): Exchange => ({ kind: 'answer', status, body, retryAfter: undefined });

const unavailable = json(503, { detail: 'Service Unavailable' });
const unsent: Exchange = { kind: 'unsent', reason: 'no connection (ECONNREFUSED)' };
const broken: Exchange = { kind: 'unanswered', reason: 'the connection broke (ECONNRESET)' };
