import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimals } from '../../src/report/format.ts';

const usual = fc.oneof(
  fc.double({ noNaN: true }),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  // Halves, where rounding is decided.
  fc.integer({ min: 0, max: 2_000_000_000 }).map((thousandths) => thousandths / 2000),
  fc.nat(),
);

test('numbers are written as Intl.NumberFormat writes them', () => {
  fc.assert(
    fc.property(usual, fc.constantFrom(0, 1, 3, 5), (value, digits) => {
      const format = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
      expect(decimals(value, digits)).toBe(format.format(value));
    }),
    { numRuns: 500 },
  );
});

test.each([
  [0, '0.000'],
  [-0, '-0.000'],
  [1.0005, '1.001'],
  [999.9995, '1,000.000'],
  [1e21, '1,000,000,000,000,000,000,000.000'],
  [1e-7, '0.000'],
  [Infinity, '∞'],
  [NaN, 'NaN'],
  [-1234.5, '-1,234.500'],
])('%d is %s', (value, text) => {
  expect(decimals(value, 3)).toBe(text);
});
