import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/api/client.ts';
import { judge } from '../../src/delivery/answers.ts';

const url = new URL('https://api.example');
const answer = (status: number, body: unknown = {}): Exchange => ({
  kind: 'answer',
  status,
  retryAfter: undefined,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const reply = { total_received: 0, total_processed: 0, success: 0, failed: 0, results: [], errors: [] };
const validator = { detail: [{ loc: ['body', 'records', 1, 'load'], msg: 'wrong' }] };
const text = { detail: 'no' };

const each = (statuses: readonly number[], means: string, remedy: string): [string, Exchange, string, string][] =>
  statuses.map((status) => [`HTTP ${String(status)}`, answer(status, text), means, remedy]);

describe('what can be known of a call', () => {
  test.each<[string, Exchange, string, string]>([
    ['no connection', { kind: 'unsent', reason: 'ECONNREFUSED' }, 'never begun', 'try again'],
    ['no trust', { kind: 'unsent', reason: 'CERT_HAS_EXPIRED', isPermanent: true }, 'never begun', 'give up'],
    ['a bulk reply', answer(200, reply), 'answered', 'believe'],
    ['a bulk reply with 201', answer(201, reply), 'answered', 'believe'],
    ...each([401, 403], 'refused before', 'stop'),
    ['an unknown organisation', answer(404, { code: 'ORGANIZATION_NOT_FOUND', detail: 'x' }), 'refused before', 'stop'],
    ...each([405, 415], 'refused before', 'give up'),
    ...each([429], 'refused before', 'try again'),
    ...each([413], 'refused before', 'take out'),
    ["the validator's 422", answer(422, validator), 'refused before', 'take out'],
    ...each([400, 404, 422], 'refused by handler', 'look up'),
    ...each([408, 409, 410, 418, 425, 451], 'unknown', 'look up'),
    ...each([300, 301, 302, 303, 304, 307, 308], 'unknown', 'look up'),
    ...each([500, 501, 502, 503, 504, 507, 520, 522, 524, 529, 599], 'unknown', 'look up'),
    ...each([200, 202, 204, 207], 'unknown', 'look up'),
    ['a page of HTML', answer(200, '<html>'), 'unknown', 'look up'],
    ['half a reply', answer(200, '{"total_received": 1, "res'), 'unknown', 'look up'],
    ['no answer', { kind: 'unanswered', reason: 'time-out' }, 'unknown', 'look up'],
  ])('%s', (_name, exchange, means, remedy) => {
    expect(judge(exchange, url, (same) => same)).toMatchObject({ means, remedy });
  });

  test('what the framework says of an exception is stored soon, or not at all', () => {
    const soon = (exchange: Exchange): boolean => judge(exchange, url, (same) => same).settlesSoon;
    expect(soon(answer(500, text))).toBe(true);
    expect(soon(answer(500, 'Internal Server Error'))).toBe(true);
    expect(soon(answer(400, text))).toBe(true);
    expect(soon(answer(500, '<html>busy</html>'))).toBe(false);
    expect(soon(answer(502, text))).toBe(false);
  });

  test('the key is in no reason', () => {
    const { reason } = judge(answer(400, { detail: 'key s3cret is no key' }), url, (told) =>
      told.replace('s3cret', '***'),
    );
    expect(reason).toBe('HTTP 400: key *** is no key');
  });
});
