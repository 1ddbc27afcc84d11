import { createHash } from 'node:crypto';
import type { Exchange } from '../../src/api/client.ts';
import type { BulkReply } from '../../src/delivery/reply.ts';
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
    contents: hashesOf(texts, 16),
    keys: hashesOf(
      records.map(({ movement_id: id, shipment_date: date }) =>
        id === undefined ? '' : `${String(id)} ${String(date)}`,
      ),
      16,
    ),
    cells: new Uint8Array(records.length * 8),
    movements: hashesOf(
      records.map(({ movement_id: id }) => (id === undefined ? '' : String(id))),
      8,
    ),
    position: 0,
    earlier: new Map(),
    inputs: new Uint16Array(records.length),
    rows: Uint32Array.from(records, (_, record) => record + 1),
    lines: Uint32Array.from(records, (_, record) => record + 2),
  };
}

/** Hashes of texts one after the other; zeros for an empty one. */
function hashesOf(texts: readonly (string | Buffer)[], width: number): Uint8Array {
  const hashes = new Uint8Array(texts.length * width);
  for (const [index, text] of texts.entries()) {
    if (text.length > 0) hashes.set(createHash('sha256').update(text).digest().subarray(0, width), index * width);
  }
  return hashes;
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

/** A page of the list of shipments. */
export const listOf = (items: readonly object[]): Exchange => answer(200, { total: items.length, items });
