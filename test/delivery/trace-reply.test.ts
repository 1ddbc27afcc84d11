import { describe, expect, test } from 'vitest';
import { OpenOutcome } from '../../src/delivery/open-outcome.ts';
import { traceReply, type TraceOptions } from '../../src/delivery/trace-reply.ts';
import { recharges } from '../../src/records/recharge.ts';
import { requests } from '../../src/records/request.ts';
import { chunkOf, fatesOf, replyTo } from '../support/chunks.ts';

const records = ['A', 'B', 'C', 'D'].map((id) => ({ movement_id: id, category: 'road' }));
/** The ledger knows one id, of a record with this identity. */
const ownersOf = (ids: readonly string[], key: Uint8Array): ReadonlyMap<string, { key: Uint8Array }> =>
  new Map(ids.filter((id) => id === 'of another').map((id) => [id, { key }]));

const options: TraceOptions = {
  kind: requests,
  continueOnError: true,
  redact: (text) => text.replace('s3cret', '***'),
  owners: async (ids) => ownersOf(ids, new Uint8Array(16).fill(1)),
  claims: { isFound: (id) => id === 'found meanwhile' },
};

async function trace(reply: ReturnType<typeof replyTo>, more: Partial<typeof options> = {}, called = [0, 1, 2, 3]) {
  const chunk = chunkOf(records);
  const outcome = new OpenOutcome(chunk);
  const fault = await traceReply(reply, chunk, called, outcome, { ...options, ...more });
  return { fault, open: [...outcome.open()], outcome: outcome.close([]) };
}

test('each record has what the reply says of it', async () => {
  const { fault, outcome } = await trace(replyTo(records, { 2: 'load of s3cret is wrong' }));
  expect(fault).toBeUndefined();
  expect(fatesOf(outcome)).toEqual(['accepted', 'accepted', 'rejected', 'accepted']);
  expect(outcome.state).toBe('partly');
  expect(outcome.results.get(3)).toEqual({ id: 'id-D', package_id: undefined, co2e_kg: undefined, status: 'pending' });
  expect(outcome.issues.get(2)?.message).toBe('the API rejected it: load of *** is wrong');
  expect(outcome.emissions.size).toBe(0);
});

test('emissions in the reply are in the category of the record', async () => {
  const results = [
    { index: 1, id: 'x', package_id: 'p', co2e: 12.5 },
    { index: 0, id: 'y', co2e: null },
  ];
  const { outcome } = await trace({ ...replyTo(records.slice(0, 2)), results }, {}, [3, 1]);
  expect([...outcome.results]).toEqual([
    [1, { id: 'x', package_id: 'p', co2e_kg: 12.5, status: 'calculated' }],
    [3, { id: 'y', package_id: undefined, co2e_kg: undefined, status: 'pending' }],
  ]);
  expect([...outcome.emissions]).toEqual([[1, { group: 'road', co2eKg: 12.5 }]]);
});

test('what is never read back is accepted', async () => {
  const { outcome } = await trace(replyTo(records), { kind: recharges });
  expect(outcome.results.get(0)?.status).toBe('accepted');
});

test('a call that stops at an error leaves the rest unsent', async () => {
  const reply = { ...replyTo(records.slice(0, 2), { 1: 'wrong' }), total_received: 4 };
  const { fault, outcome } = await trace(reply, { continueOnError: false });
  expect(fault).toBeUndefined();
  expect(fatesOf(outcome)).toEqual(['accepted', 'rejected', 'not-sent', 'not-sent']);
  expect(outcome.issues.get(3)?.message).toBe('not sent: the API stopped at an earlier record that it rejected');
});

const result = (index: number) => ({ index, id: String(index) });

test.each([
  ['the counts of the reply do not add up: it received 3 records of 4', { total_received: 3 }],
  ['the counts of the reply do not add up: it processed 4 records, 3 + 0', { success: 3 }],
  ['the counts of the reply do not add up: it names 1 of 4 accepted records', { results: [result(0)] }],
  ['the counts of the reply do not add up: it names 1 of 0 rejected records', { errors: [{ index: 0, error: '' }] }],
  ['the reply names record 4 of 4', { results: [0, 1, 2, 4].map(result) }],
  ['the reply names record -1 of 4', { results: [0, 1, 2, -1].map(result) }],
  ['the reply names record 1 twice', { results: [0, 1, 1, 3].map(result) }],
  [
    'the reply has no id for record 2',
    { results: [0, 1, 2, 3].map((index) => ({ index, id: index === 2 ? ' ' : String(index) })) },
  ],
  [
    'the reply has the id x twice',
    { results: [0, 1, 2, 3].map((index) => ({ index, id: index > 1 ? 'x' : String(index) })) },
  ],
  [
    'the reply has the id of another, which is that of another record',
    { results: [0, 1, 2, 3].map((index) => ({ index, id: index === 3 ? 'of another' : String(index) })) },
  ],
  [
    'the reply has the movement of another record under 1',
    { results: [0, 1, 2, 3].map((index) => ({ index, id: String(index), movement_id: ['A', 'C', 'B', 'D'][index] })) },
  ],
])('%s: nothing is believed', async (text, wrong) => {
  const { fault, open } = await trace({ ...replyTo(records), ...wrong });
  expect(fault).toBe(text);
  expect(open).toEqual([0, 1, 2, 3]);
});

test('a call that stops at an error names the records before it', async () => {
  const reply = { ...replyTo(records.slice(0, 2), { 1: 'x' }), total_received: 4, errors: [{ index: 2, error: 'x' }] };
  expect((await trace(reply, { continueOnError: false })).fault).toBe('the reply does not name record 1');
});

test('a movement that comes back written otherwise, or is that of no record, says nothing', async () => {
  const results = [0, 1, 2, 3].map((index) => ({
    index,
    id: String(index),
    movement_id: ['a', ' B', null, 'new'][index],
  }));
  expect((await trace({ ...replyTo(records), results })).fault).toBeUndefined();
});

describe('of purchases', () => {
  const withKeys = records.map((record) => ({ ...record, shipment_date: '2026-01-01' }));
  const { keys } = chunkOf(withKeys);
  const ownKey = keys.slice(48, 64);
  const results = [0, 1, 2, 3].map((index) => ({ index, id: index === 3 ? 'of another' : String(index) }));

  async function traceOf(sent: Parameters<typeof chunkOf>[0], key: Uint8Array): Promise<string | undefined> {
    const chunk = chunkOf(sent);
    const owners: TraceOptions['owners'] = async (ids) => ownersOf(ids, key);
    const reply = { ...replyTo(records), results };
    return traceReply(reply, chunk, [0, 1, 2, 3], new OpenOutcome(chunk), { ...options, kind: recharges, owners });
  }

  test('the id that one had before is its own, and that of one whose identity is not known may be', async () => {
    expect(await traceOf(withKeys, ownKey)).toBeUndefined();
    expect(await traceOf(withKeys, new Uint8Array(16))).toBeUndefined();
  });

  test('the id of one with another identity is that of another', async () => {
    const fault = 'the reply has the id of another, which is that of another record';
    expect(await traceOf(withKeys, keys.slice(0, 16))).toBe(fault);
    const lacksIdentity = [...withKeys.slice(0, 3), {}];
    expect(await traceOf(lacksIdentity, ownKey)).toBe(fault);
  });
});
