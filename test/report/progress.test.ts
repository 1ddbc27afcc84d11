import fc from 'fast-check';
import stringWidth from 'string-width';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Progress } from '../../src/pipeline/progress.ts';
import { cutText } from '../../src/report/tables/cut-text.ts';
import { createProgress } from '../../src/report/live/progress.ts';
import { progressLines } from '../../src/report/live/progress-text.ts';
import { RecentRate } from '../../src/report/live/recent-rate.ts';
import type { Terminal } from '../../src/report/terminal.ts';
import { plainStyle } from '../../src/report/style.ts';

const progress: Progress = {
  input: 0,
  bytesTaken: 450,
  rows: { read: 12_345, valid: 12_300, invalid: 40, duplicates: 5, skipped: 0 },
  records: { accepted: 10_000, rejected: 2, notSent: 0, acceptedBefore: 0, storedTwice: 0, uncertain: 3 },
  chunksInFlight: 2,
  chunksParked: 0,
};

const call = {
  method: 'POST',
  chunk: 0,
  attempt: 1,
  records: 5,
  bytes: 9,
  durationMs: 7,
  result: 'HTTP 503',
  status: 503,
  retryAfterMs: undefined,
} as const;

describe('progress without a terminal', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  test('is a line every 30 seconds, also while nothing is heard', async () => {
    let written = '';
    const terminal: Terminal = {
      out: () => {},
      err: (text) => (written += text),
      live: undefined,
      outDrained: async () => {},
      outFailure: async () => undefined,
      outIsTerminal: false,
      outWidth: 100,
      errWidth: 100,
      outStyle: plainStyle,
      errStyle: plainStyle,
    };
    const view = await createProgress({
      terminal,
      isShown: true,
      isVerbose: false,
      mode: 'upload',
      paths: ['a.csv'],
      totalBytes: 1000,
      now: Date.now,
    });
    view.start();
    view.update(progress);
    view.call({ ...call, retryInMs: 40_000 });
    const ended = view.wait(40_000, 'retry-after');
    view.calculation({ records: 500, calculated: 120 });
    vi.advanceTimersByTime(29_000);
    expect(written).toBe('');
    vi.advanceTimersByTime(1000);
    expect(written).toBe(
      'progress: 45 % read, 12,345 rows, 335 rows/s, 30 s, ETA 52 s; 10,000 accepted, 42 rejected, 5 duplicates, ' +
        '3 uncertain, 2 chunks in flight, 120 of 500 calculated by the API, 1 retry; ' +
        'waiting 10 s, as the API asked (Retry-After)\n',
    );
    written = '';
    ended();
    vi.advanceTimersByTime(30_000);
    expect(written).toMatch(/^progress: 45 % read, 12,345 rows, 1 min 00 s; .* 1 retry\n$/);
    written = '';
    view.stop();
    vi.advanceTimersByTime(90_000);
    expect(written).toBe('');
  });
});

describe('the lines of progress', () => {
  const snapshot = {
    progress,
    mode: 'upload',
    paths: ['a.csv', 'b.csv'],
    elapsedMs: 12_000,
    share: 0.45,
    rowsPerSecond: 500,
    retries: 3,
    calculation: undefined,
    waits: [],
  } as const;

  test('lose what matters least where the width does not suffice', () => {
    expect(progressLines(snapshot, 100)).toEqual([
      '45 % read · 12,345 rows · 500 rows/s · 12 s · ETA 35 s · 1 of 2: a.csv',
      '10,000 accepted · 42 rejected · 5 duplicates · 3 uncertain · 2 chunks in flight · 3 retries',
    ]);
    expect(progressLines(snapshot, 58)).toEqual([
      '45 % read · 12,345 rows · 500 rows/s · 12 s · ETA 35 s',
      '10,000 accepted · 42 rejected · 2 chunks in flight',
    ]);
    expect(progressLines(snapshot, 20)).toEqual(['12,345 rows · 12 s', '10,000 accepted']);
    expect(progressLines(snapshot, 8)).toEqual(['12,345 …', '10,000 …']);
  });

  test('say for what is waited', () => {
    const waiting = (...waits: Parameters<typeof progressLines>[0]['waits']) =>
      progressLines({ ...snapshot, waits }, 80)[2];
    expect(waiting({ reason: 'rate', leftMs: 29_400 })).toBe('next call in 30 s (--rate)');
    expect(waiting({ reason: 'backoff', leftMs: 9000 }, { reason: 'backoff', leftMs: 3100 })).toBe(
      'a call failed; trying again in 4 s',
    );
    expect(waiting({ reason: 'backoff', leftMs: 1000 }, { reason: 'retry-after', leftMs: 125_000 })).toBe(
      'waiting 2 min 05 s, as the API asked (Retry-After)',
    );
    expect(waiting({ reason: 'calculation', leftMs: 15_000 })).toBe('the API is calculating; looking again in 15 s');
  });

  test('are never wider than they may be, whatever the names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.string({ unit: 'grapheme' }), (width, path) => {
        for (const line of progressLines({ ...snapshot, paths: [path, 'b'] }, width)) {
          expect(stringWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});

test('a text that is too wide is cut between characters, at its end or its start', () => {
  expect(cutText('shipments.csv', 13)).toBe('shipments.csv');
  expect(cutText('shipments.csv', 8)).toBe('shipmen…');
  expect(cutText('shipments.csv', 8, 'end')).toBe('…nts.csv');
  expect(cutText('顧客データ', 6)).toBe('顧客…');
  expect(cutText('a👩‍👩‍👧bc', 4)).toBe('a👩‍👩‍👧…');
  expect(cutText('añb', 2)).toBe('a…');
});

test('a rate is that of the last ten seconds', () => {
  const rate = new RecentRate(0);
  expect(rate.perSecond(0, 0)).toBe(0);
  for (let second = 1; second <= 60; second += 1) rate.perSecond(second * 1000, second * 100);
  expect(rate.perSecond(60_000, 6000)).toBeCloseTo(100, 5);
  for (let second = 61; second <= 75; second += 1) rate.perSecond(second * 1000, 6000);
  expect(rate.perSecond(75_000, 6000)).toBe(0);
});
