import type { Exchange } from '../api/client.ts';
import { readRefusal, type Refusal } from '../api/failure.ts';
import type { RunError } from '../errors.ts';
import { parseJson } from '../parse-json.ts';
import { type BulkReply, readBulkReply } from './reply.ts';

/**
 * What can be known of a bulk call by its end. Only the first four are knowledge:
 *
 * - `never begun`: nothing reached the API
 * - `answered`: there is a reply, to be checked record by record (`trace-reply.ts`)
 * - `refused before`: the request was refused before its handler ran, so nothing was stored
 * - `refused by handler`: perhaps after a part was stored
 * - `unknown`: everything else
 */
export type Meaning = 'never begun' | 'answered' | 'refused before' | 'refused by handler' | 'unknown';

/**
 * What is to be done with the records of the call:
 *
 * - `try again`: the same call, at once or when the API wants it
 * - `stop`: no call can succeed
 * - `give up`: this call can't succeed
 * - `take out`: the records that are named, or both halves, as the size or a record is the reason
 * - `look up`: nothing is sent before it is known what is stored
 */
export type Remedy = 'believe' | 'try again' | 'stop' | 'give up' | 'take out' | 'look up';

/** The end of a call with what is read from it once. */
interface Seen {
  readonly exchange: Exchange;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  readonly reply: BulkReply | string | undefined;
  readonly refusal: Refusal | undefined;
}

interface Row {
  /** Which ends of a call. */
  readonly of: (seen: Seen) => boolean;
  readonly means: Meaning;
  readonly remedy: Remedy;
  /** What is stored of it is stored by now: the look-up need not wait for long. */
  readonly settlesSoon?: true;
}

const hasStatus =
  (...statuses: readonly number[]) =>
  ({ status }: Seen): boolean =>
    statuses.includes(status);

/** The framework's own words for an exception that its handler did not catch. */
const isOfFramework = ({ exchange }: Seen): boolean =>
  exchange.kind === 'answer' &&
  (exchange.body.trim() === 'Internal Server Error' || typeof parseJson(exchange.body) === 'object');

/** The table; the first row that holds counts, and the last one always does. Held by docs/operations.md. */
const table: readonly Row[] = [
  {
    of: ({ exchange }) => exchange.kind === 'unsent' && exchange.isPermanent === true,
    means: 'never begun',
    remedy: 'give up',
  },
  { of: ({ exchange }) => exchange.kind === 'unsent', means: 'never begun', remedy: 'try again' },
  { of: ({ reply }) => typeof reply === 'object', means: 'answered', remedy: 'believe' },
  { of: ({ refusal }) => refusal?.access !== undefined, means: 'refused before', remedy: 'stop' },
  { of: hasStatus(405, 415), means: 'refused before', remedy: 'give up' },
  { of: hasStatus(429), means: 'refused before', remedy: 'try again' },
  { of: hasStatus(413), means: 'refused before', remedy: 'take out' },
  {
    of: ({ status, refusal }) => status === 422 && refusal?.isOfValidator === true,
    means: 'refused before',
    remedy: 'take out',
  },
  { of: hasStatus(400, 404, 422), means: 'refused by handler', remedy: 'look up', settlesSoon: true },
  {
    of: (seen) => seen.status === 500 && isOfFramework(seen),
    means: 'unknown',
    remedy: 'look up',
    settlesSoon: true,
  },
  { of: () => true, means: 'unknown', remedy: 'look up' },
];

/** What a bulk call came to. */
export interface Judgement {
  readonly means: Meaning;
  readonly remedy: Remedy;
  /** In words, without the key. */
  readonly reason: string;
  /** HTTP status; `undefined` without an answer. */
  readonly status: number | undefined;
  readonly settlesSoon: boolean;
  /** Of a call that was answered. */
  readonly reply?: BulkReply | undefined;
  /** Records that are to be taken out: index in the call to message. */
  readonly records: ReadonlyMap<number, string>;
  /** The API asks for more time than this run has: nothing more is sent. */
  readonly endsRun?: boolean | undefined;
  /** Why no call can succeed. */
  readonly error?: RunError | undefined;
}

const none: ReadonlyMap<number, string> = new Map();

/** Judges one bulk call. Pure: knows nothing of tries and clocks. */
export function judge(exchange: Exchange, baseUrl: URL, redact: (text: string) => string): Judgement {
  const status = exchange.kind === 'answer' ? exchange.status : 0;
  const isSuccess = status >= 200 && status < 300;
  const reply = exchange.kind === 'answer' && isSuccess ? readBulkReply(exchange.body) : undefined;
  const refusal = exchange.kind === 'answer' && !isSuccess ? readRefusal(status, exchange.body, redact) : undefined;
  const seen: Seen = { exchange, status, reply, refusal };
  const row = table.find(({ of }) => of(seen));
  return {
    means: row?.means ?? 'unknown',
    remedy: row?.remedy ?? 'look up',
    settlesSoon: row?.settlesSoon === true,
    reason: reasonOf(seen, baseUrl),
    status: status === 0 ? undefined : status,
    reply: typeof reply === 'object' ? reply : undefined,
    records: row?.remedy === 'take out' ? (refusal?.records ?? none) : none,
    error: refusal?.access,
  };
}

function reasonOf({ exchange, status, reply, refusal }: Seen, { host }: URL): string {
  if (exchange.kind === 'unanswered') return `${host}: ${exchange.reason}`;
  if (exchange.kind === 'unsent') {
    return exchange.isPermanent === true
      ? `${host}: ${exchange.reason}`
      : `${host} can't be reached: ${exchange.reason}`;
  }
  return refusal?.reason ?? `HTTP ${String(status)}${typeof reply === 'string' ? `, but ${reply}` : ''}`;
}
