import type { ApiClient } from '../api/client.ts';
import { readFuels } from '../api/fuels.ts';
import type { BulkReply } from '../api/reply.ts';
import { decideRetry, parseRetryAfter } from '../api/retry.ts';
import { judge, type Verdict } from '../api/verdict.ts';
import type { Issue } from '../issues.ts';
import type { RecordKind } from '../records/kind.ts';
import { type Chunk, type Destination, type Fate, type Outcome, outcomeOf } from './destination.ts';

/** One call, for `--verbose` and the counts. */
export interface CallEvent {
  readonly chunk: number;
  readonly attempt: number;
  readonly records: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** `HTTP 200`, or why there was no answer. */
  readonly result: string;
  /** When the call is made again; `undefined` when it is not. */
  readonly retryInMs: number | undefined;
}

export interface ApiDestinationOptions {
  readonly kind: RecordKind['name'];
  readonly client: ApiClient;
  readonly baseUrl: URL;
  readonly apiVersion: 'v1' | 'v2';
  readonly concurrency: number;
  readonly retries: number;
  readonly continueOnError: boolean;
  readonly onCall: (event: CallEvent) => void;
  readonly random: () => number;
  readonly now: () => number;
  /** Waits, or returns early when the run is interrupted. */
  readonly wait: (delayMs: number) => Promise<'waited' | 'interrupted'>;
}

/** Dcycle's bulk endpoints. */
export function createApi(options: ApiDestinationOptions): Destination {
  const { kind, client, baseUrl, apiVersion, concurrency } = options;
  const path = kind === 'requests' ? `/${apiVersion}/logistics/requests/bulk` : '/v1/logistics/recharges/bulk';
  // The API updates a recharge that it has already, so one may be sent again; a request would be stored twice.
  const isRepeatable = kind === 'recharges';

  const tryOnce = async (chunk: Chunk, body: Buffer, attempt: number): Promise<Outcome | 'again'> => {
    const started = options.now();
    const exchange = await client.post(path, body);
    const verdict = judge(exchange, baseUrl, client.redact);
    const result = exchange.kind === 'answer' ? `HTTP ${String(exchange.status)}` : exchange.reason;
    const report = (retryInMs: number | undefined): void => {
      const durationMs = Math.round(options.now() - started);
      options.onCall({
        chunk: chunk.index,
        attempt,
        records: chunk.rows.length,
        bytes: body.length,
        durationMs,
        result,
        retryInMs,
      });
    };
    const isRetryable = verdict.kind === 'try-again' || (verdict.kind === 'uncertain' && isRepeatable);
    if (!isRetryable) {
      report(undefined);
      return outcomeOfVerdict(verdict, chunk, options);
    }
    const decision = decideRetry({
      attempt,
      retries: options.retries,
      retryAfterMs: verdict.kind === 'try-again' ? parseRetryAfter(verdict.retryAfter, options.now()) : undefined,
      random: options.random(),
    });
    report(decision.retry ? decision.delayMs : undefined);
    if (!decision.retry) return givenUp(verdict, `${verdict.reason}; ${decision.reason}`);
    if ((await options.wait(decision.delayMs)) === 'interrupted') {
      return givenUp(verdict, `${verdict.reason}; interrupted`);
    }
    return 'again';
  };

  return {
    mode: 'upload',
    takesBytes: true,
    resultColumns: ['id', 'package_id', 'co2e_kg', 'status'],
    concurrency,
    async deliver(chunk) {
      const body = chunk.body();
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await tryOnce(chunk, body, attempt);
        if (outcome !== 'again') return outcome;
      }
    },
    fuels: () => readFuels(client, baseUrl),
    close: () => client.close(),
  };
}

const givenUp = ({ kind }: Verdict, reason: string): Outcome =>
  kind === 'uncertain' ? { state: 'uncertain', reason } : { state: 'not-sent', reason };

function outcomeOfVerdict(verdict: Verdict, chunk: Chunk, options: ApiDestinationOptions): Outcome {
  switch (verdict.kind) {
    case 'processed':
      return traceReply(verdict.reply, chunk, options);
    case 'refused':
      return outcomeOfRefusal(verdict.records, verdict.reason, chunk, options.client.redact);
    case 'fatal':
      return { state: 'not-sent', reason: verdict.error.message, fatal: verdict.error };
    default:
      return { state: 'uncertain', reason: verdict.reason };
  }
}

/** A refusal of the whole call: records that it names are rejected, the others were not taken either. */
function outcomeOfRefusal(
  named: ReadonlyMap<number, string>,
  reason: string,
  { rows }: Chunk,
  redact: (text: string) => string,
): Outcome {
  const isTraceable = named.size > 0 && [...named.keys()].every((index) => index >= 0 && index < rows.length);
  if (!isTraceable) return { state: 'not-sent', reason: `the chunk was refused (${reason})` };
  const outcome = outcomeOf(
    rows.map((_row, index): Fate => {
      const message = named.get(index);
      if (message !== undefined) return { fate: 'rejected', issue: rejected(redact(message)) };
      return {
        fate: 'not-sent',
        issue: {
          code: 'NOT_SENT',
          stage: 'send',
          message: 'not taken: the API refused the chunk because of other records in it; upload it again',
        },
      };
    }),
  );
  return { ...outcome, isRefused: true };
}

const rejected = (error: string): Issue => ({
  code: 'API_REJECTED',
  stage: 'api',
  message: `the API rejected it: ${error}`,
  // Quoted parts are what one record has; without them, equal errors are one cause.
  cause: `the API rejected it: ${error.replace(/'[^']*'|"[^"]*"/g, '…')}`,
});

/** Finds each record of the chunk in the reply, by its index. */
function traceReply(reply: BulkReply, chunk: Chunk, options: ApiDestinationOptions): Outcome {
  const { rows } = chunk;
  const fates = new Array<Fate | undefined>(rows.length).fill(undefined);
  const place = (index: number, fate: Fate): boolean => {
    if (index < 0 || index >= rows.length || fates[index] !== undefined) return false;
    fates[index] = fate;
    return true;
  };
  for (const { index, id, package_id: packageId, co2e } of reply.results) {
    const co2eKg = co2e ?? undefined;
    const status = co2eKg === undefined ? (options.kind === 'recharges' ? 'accepted' : 'pending') : 'calculated';
    const group = String(rows[index]?.record['category'] ?? 'unspecified');
    const accepted: Fate = {
      fate: 'accepted',
      result: [id, packageId ?? undefined, co2eKg, status],
      emissions: co2eKg === undefined ? undefined : { group, co2eKg },
    };
    if (!place(index, accepted)) return badIndex(index, rows.length);
  }
  for (const { index, error } of reply.errors) {
    if (!place(index, { fate: 'rejected', issue: rejected(options.client.redact(error)) })) {
      return badIndex(index, rows.length);
    }
  }
  const hasStopped = !options.continueOnError && reply.errors.length > 0;
  const lastNamed = fates.findLastIndex((fate) => fate !== undefined);
  return outcomeOf(fates.map((fate, index) => fate ?? unaccounted(hasStopped && index > lastNamed)));
}

const badIndex = (index: number, records: number): Outcome => ({
  state: 'uncertain',
  reason: `the reply names record ${String(index)} ${index >= 0 && index < records ? 'twice' : `of ${String(records)}`}`,
});

/** A record that a reply does not mention. */
const unaccounted = (hasStopped: boolean): Fate =>
  hasStopped
    ? {
        fate: 'not-sent',
        issue: {
          code: 'NOT_SENT',
          stage: 'send',
          message: 'not taken: the API stopped at an earlier record that it rejected',
        },
      }
    : {
        fate: 'uncertain',
        issue: {
          code: 'UNCERTAIN',
          stage: 'api',
          message: 'the API’s reply mentions this record neither as accepted nor as rejected',
          hint: 'look it up in Dcycle before you send it again',
        },
      };
