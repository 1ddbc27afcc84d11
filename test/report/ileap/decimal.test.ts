import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, sumOf } from '../../../src/report/ileap/decimal.ts';

test.each([
  [0, '0'],
  [0.1 + 0.2, '0.3'],
  [1e-7, '0.0000001'],
  [1e-12, '0'],
  [100, '100'],
  [1234567.5, '1234567.5'],
  [1e21, '1000000000000000000000'],
  [1.5e22, '15000000000000000000000'],
])('%d is %s', (value, text) => {
  expect(decimal(value)).toBe(text);
});

test('a sum is that of the decimals as they are written, to the last digit', () => {
  expect(sumOf([])).toBe('0');
  expect(sumOf(['0.1', '0.2', '10'])).toBe('10.3');
  // In doubles the small one would be lost.
  expect(sumOf(['9007199254740993', '0.000000001'])).toBe('9007199254740993.000000001');
  const whole = fc.bigInt({ min: 0n, max: 10n ** 30n });
  fc.assert(
    fc.property(fc.array(whole), (nanos) => {
      const texts = nanos.map((nano) => {
        const digits = String(nano).padStart(10, '0');
        return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
      });
      const [head = '', tail = ''] = sumOf(texts).split('.');
      expect(BigInt(head + tail.padEnd(9, '0'))).toBe(nanos.reduce((a, b) => a + b, 0n));
    }),
  );
});
