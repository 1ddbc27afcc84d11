import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addFormulaGuard, removeFormulaGuard } from '../../src/input/formula-guard.ts';

test.each(['=1+1', '+cmd', '-x', '@SUM(A1)', '\t=1', '\r=1', "'=1", '-', '=HYPERLINK("http://x")'])(
  '%j is guarded',
  (cell) => {
    expect(addFormulaGuard(cell)).toBe(`'${cell}`);
  },
);

test.each(['-12.5', '+5', '-1e3', '-0,5', '12', 'Madrid', "O'Brien", "'quoted'", ''])('%j is left alone', (cell) => {
  expect(addFormulaGuard(cell)).toBe(cell);
});

test('any text is read back as it was', () => {
  const text = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '1', 'a', ' ') });
  fc.assert(fc.property(text, (cell) => removeFormulaGuard(addFormulaGuard(cell)) === cell));
});
