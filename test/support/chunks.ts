import type { ApiClient, Exchange } from '../../src/api/client.ts';
import type { BulkReply } from '../../src/api/reply.ts';
import { Throttle } from '../../src/api/throttle.ts';
import type { Wait } from '../../src/api/wait.ts';
import { type CallEvent, Caller } from '../../src/destinations/api-calls.ts';
import { type Chunk, Fate, type Outcome } from '../../src/destinations/destination.ts';
import type { Fields } from '../../src/records/kind.ts';

/** A chunk of records, as rows 1, 2, ... of one CSV file. */
export function chunkOf(records: readonly Fields[], index = 0): Chunk {
  const texts = records.map((record) => Buffer.from(JSON.stringify(record)));
  const starts = new Int32Array(records.length);
  const ends = new Int32Array(records.length);
  const head = Buffer.from('{"records":[');
  const parts: Buffer[] = [head];
  let length = head.length;
  for (const [record, text] of texts.entries()) {
    if (record > 0) {
      parts.push(Buffer.from(','));
      length += 1;
    }
    starts[record] = length;
    length += text.length;
    ends[record] = length;
    parts.push(text);
  }
  parts.push(Buffer.from('],"options":{"continue_on_error":true}}'));
  return {
    index,
    records: records.length,
    body: Buffer.concat(parts),
    starts,
    ends,
    inputs: new Uint16Array(records.length),
    rows: Uint32Array.from(records, (_, record) => record + 1),
    lines: Uint32Array.from(records, (_, record) => record + 2),
  };
}

const fateNames = ['accepted', 'rejected', 'not-sent', 'uncertain'] as const;

/** The fates of an outcome in words. */
export const fatesOf = ({ fates }: Pick<Outcome, 'fates'>): readonly (string | undefined)[] =>
  Array.from(fates, (fate) => fateNames[fate]);

/** A whole outcome of records that were all accepted. */
export const acceptedOutcome = (ids: readonly string[]): Outcome => ({
  state: 'accepted',
  fates: new Uint8Array(ids.length).fill(Fate.accepted),
  issues: new Map(),
  results: new Map(ids.map((id, record) => [record, { id, status: 'pending' }])),
  emissions: new Map(),
});

export const answer = (status: number, body: unknown = {}): Exchange => ({
  kind: 'answer',
  status,
  retryAfter: undefined,
  body: JSON.stringify(body),
});

export const noAnswer: Exchange = { kind: 'unanswered', reason: 'the connection broke (ECONNRESET)' };

/** The reply to a call all of whose records are accepted but some, by their indices. */
export function replyTo(
  records: readonly Fields[],
  refused: Readonly<Record<number, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
): BulkReply {
  const all = records.map((record, index) => ({ index, id: `id-${String(record['movement_id'])}` }));
  const errors = Object.entries(refused).map(([index, error]) => ({ index: Number(index), error }));
  const results = all.filter(({ index }) => refused[index] === undefined);
  return {
    total_received: records.length,
    total_processed: records.length,
    success: results.length,
    failed: errors.length,
    results,
    errors,
    ...more,
  };
}

export const accept = (records: readonly Fields[]): Exchange => answer(200, replyTo(records));

export interface Script {
  /** Answers a bulk call; calls are counted from 0. */
  readonly post: (records: readonly Fields[], call: number) => Exchange;
  /** Answers a look-up. */
  readonly get?: (path: string) => Exchange;
  readonly wait?: Wait;
  readonly retries?: number;
}

/** A caller to which a script answers, and the records of the bulk calls that it made. */
export function scripted({ post, get, wait = async () => 'waited', retries = 0 }: Script) {
  const sent: (readonly Fields[])[] = [];
  const events: CallEvent[] = [];
  const client: ApiClient = {
    post: async (_path, body) => {
      const { records } = JSON.parse(body.toString()) as { records: Fields[] };
      sent.push(records);
      return post(records, sent.length - 1);
    },
    get: async (path) => get?.(path) ?? answer(404),
    redact: (text) => text.replaceAll('s3cret', '***'),
    close: async () => {},
  };
  const now = (): number => 0;
  const caller = new Caller({
    client,
    baseUrl: new URL('https://api.example'),
    throttle: new Throttle({ most: 1, callsPerMinute: undefined, now, wait }),
    retries,
    onCall: (event) => events.push(event),
    random: () => 0,
    now,
    wait,
  });
  return { caller, client, sent, events, wait };
}

/** A page of the list of shipments. */
export const listOf = (items: readonly object[]): Exchange => answer(200, { total: items.length, items });
