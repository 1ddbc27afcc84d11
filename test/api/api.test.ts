import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLoopback, readBaseUrl } from '../../src/base-url.ts';
import { readFailure } from '../../src/api/failure.ts';
import { readBulkReply } from '../../src/delivery/reply.ts';
import { decideRetry, parseRetryAfter } from '../../src/delivery/retry.ts';

describe('reading replies', () => {
  test('names the field that is wrong', () => {
    expect(readBulkReply('{"total_received":1}')).toBe("the reply's field total_processed is missing or wrong");
    expect(readBulkReply('nonsense')).toBe('the reply is not a JSON object');
  });

  test('keeps what it does not know out of the way', () => {
    const reply = {
      total_received: 1,
      total_processed: 1,
      success: 1,
      failed: 0,
      results: [{ index: 0, id: 'x', new: 1 }],
      errors: [],
      job_id: 'j',
    };
    expect(readBulkReply(JSON.stringify(reply))).toMatchObject({ results: [{ index: 0, id: 'x' }] });
  });

  test('finds the records that a 422 names', () => {
    const detail = [
      { loc: ['body', 'records', 3, 'load'], msg: 'wrong' },
      { loc: ['body', 'records', 3, 'toc'], msg: 'unknown' },
      { loc: ['body', 'records'], msg: 'too many' },
    ];
    const failure = readFailure(JSON.stringify({ detail }));
    expect([...failure.records]).toEqual([[3, 'load: wrong; toc: unknown']]);
    expect(readFailure('{"detail":"no","code":"X"}')).toMatchObject({ code: 'X', message: 'no', records: new Map() });
    expect(readFailure('<html>busy</html>').message).toBe('<html>busy</html>');
  });
});

describe('retrying', () => {
  test('ends after the allowed tries', () => {
    const question = { retries: 2, retryAfterMs: undefined, now: 0, random: 1 };
    expect(decideRetry({ ...question, attempt: 2 })).toEqual({ retry: true, delayMs: 1000 });
    expect(decideRetry({ ...question, attempt: 3 })).toEqual({
      retry: false,
      reason: 'gave up after 3 tries',
      endsRun: false,
    });
  });

  test('waits as long as Retry-After says, but not for ever', () => {
    const question = { attempt: 1, retries: 5, now: Date.parse('2026-10-21T07:28:00Z'), random: 0 };
    expect(decideRetry({ ...question, retryAfterMs: 90_000 })).toEqual({ retry: true, delayMs: 90_000 });
    expect(decideRetry({ ...question, retryAfterMs: 600_000 })).toEqual({ retry: true, delayMs: 600_000 });
    // Also where no try is left: the time is what the user has to know.
    for (const attempt of [1, 9]) {
      expect(decideRetry({ ...question, attempt, retryAfterMs: 3_600_000 })).toEqual({
        retry: false,
        reason: 'the API asks to wait 60 minutes, until 2026-10-21 08:28 UTC',
        endsRun: true,
      });
    }
  });

  test('never waits longer than 30 s by itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const decision = decideRetry({ attempt, retries: 100, retryAfterMs: undefined, now: 0, random });
        return decision.retry && decision.delayMs >= 0 && decision.delayMs <= 30_000;
      }),
    );
  });

  test.each([
    ['120', 120_000],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wednesday, 21-Oct-26 07:28:30 GMT', 30_000],
    ['Wed Oct 21 07:28:30 2026', 30_000],
    ['0', 0],
    ['9'.repeat(400), 365 * 86_400_000],
    ['Wed, 21 Oct 2026 07:00:00 GMT', undefined],
    ['-5', undefined],
    ['-1', undefined],
    ['+5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['2026', 2_026_000],
    ['2026-10-21T07:28:30Z', undefined],
    ['Wed, 99 Oct 2026 07:28:30 GMT', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After %s is %s ms', (header, delayMs) => {
    expect(parseRetryAfter(header, Date.parse('2026-10-21T07:28:00Z'))).toBe(delayMs);
  });
});

describe('the base URL', () => {
  test.each([
    'http://127.0.0.1:8080',
    'http://127.9.9.9',
    'http://localhost:3000/api',
    'http://[::1]:1',
    'https://api.dcycle.io',
  ])('%s is taken', (text) => {
    expect(readBaseUrl(text).href).toContain(text);
  });

  test.each(['http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://10.0.0.1', 'http://0.0.0.0'])(
    '%s is not this machine',
    (text) => {
      expect(isLoopback(new URL(text))).toBe(false);
      expect(() => readBaseUrl(text)).toThrow('plain http');
    },
  );
});
