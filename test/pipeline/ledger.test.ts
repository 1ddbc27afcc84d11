import { expect, test } from 'vitest';
import { Ledger } from '../../src/pipeline/ledger.ts';
import { interruption, tooManyErrors, tooManyFailures } from '../../src/pipeline/stop.ts';
import { WarningCounts } from '../../src/pipeline/warnings.ts';

test('a ledger balances when every row and every record has its fate', () => {
  const ledger = new Ledger(2);
  Object.assign(ledger.input(0), { read: 7, valid: 3, invalid: 1, duplicates: 1, skipped: 2 });
  Object.assign(ledger.input(1), { read: 1, valid: 1 });
  Object.assign(ledger.records, { accepted: 2, rejected: 1, uncertain: 1 });
  expect(ledger.imbalance()).toBeUndefined();
  expect(ledger.rows).toEqual({ read: 8, valid: 4, invalid: 1, duplicates: 1, skipped: 2 });
});

test('a lost row and a lost record are both found', () => {
  const ledger = new Ledger(1);
  Object.assign(ledger.input(0), { read: 2, valid: 1 });
  expect(ledger.imbalance()).toContain('2 rows read');
  ledger.input(0).skipped = 2;
  expect(ledger.imbalance()).toContain('2 rows read, but 1 valid + 0 invalid + 0 duplicates + 2 skipped');
  ledger.input(0).skipped = 0;
  ledger.input(0).read = 1;
  expect(ledger.imbalance()).toContain('1 valid rows, but 0 accepted');
});

test('--max-errors counts rows at once, shares after 1,000 rows', () => {
  expect(tooManyErrors(undefined, 10, 10)).toBeUndefined();
  expect(tooManyErrors({ rows: 10 }, 20, 10)).toBeUndefined();
  expect(tooManyErrors({ rows: 10 }, 20, 11)?.exitCode).toBe(7);
  expect(tooManyErrors({ share: 0.05 }, 999, 999)).toBeUndefined();
  expect(tooManyErrors({ share: 0.05 }, 1000, 50)).toBeUndefined();
  expect(tooManyErrors({ share: 0.05 }, 1000, 51)?.reason).toContain('5 %');
});

test('three failures in a row are an API that is down; signals have their own exit codes', () => {
  expect(tooManyFailures(2, 'x')).toBeUndefined();
  expect(tooManyFailures(3, 'HTTP 500')?.reason).toContain('HTTP 500');
  expect(interruption(AbortSignal.abort('SIGTERM'))?.exitCode).toBe(143);
  expect(interruption(AbortSignal.abort('SIGINT'))?.exitCode).toBe(130);
  expect(interruption(new AbortController().signal)).toBeUndefined();
});

test('warnings are counted, and bounded however many different ones there are', () => {
  const warnings = new WarningCounts();
  for (let i = 0; i < 10_000; i += 1) warnings.add({ code: 'FERRY', message: `m${String(i % 500)}` });
  expect(warnings.all.length).toBeLessThanOrEqual(101);
  expect(warnings.all.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
});
