import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExactSums } from '../../src/columns/exact-sums.ts';

const numRuns = Number(process.env['SUM_RUNS'] ?? 1000);

/** A double is a whole number of these. */
const unit = 1074n;

/** A double as a whole number of 2^-1074. */
function exactly(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  const exponent = (raw >> 52n) & 0x7ffn;
  const fraction = raw & 0xfffffffffffffn;
  const size = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return raw >> 63n === 1n ? -size : size;
}

/** The double nearest to a whole number of 2^-1074, ties to even, by long division. */
function rounded(sum: bigint): number {
  const size = sum < 0n ? -sum : sum;
  const bits = size.toString(2).length;
  const shift = BigInt(Math.max(0, bits - 53));
  let kept = size >> shift;
  const rest = size - (kept << shift);
  const half = shift === 0n ? 0n : 1n << (shift - 1n);
  if (shift > 0n && (rest > half || (rest === half && kept % 2n === 1n))) kept += 1n;
  const value = Number(kept) * 2 ** Number(shift - unit + 500n) * 2 ** -500;
  return sum < 0n ? -value : value;
}

const sumOf = (values: readonly number[]): number =>
  rounded(values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0n : exactly(value)), 0n));

/** Sizes that emissions, weights and distances have, and others, without the bits below 2^-60, which are left out of a sum. */
const value = fc
  .oneof(
    fc.double({ min: -1e12, max: 1e12, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.integer(),
    fc
      .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 6 }))
      .map(([digits, places]) => digits / 10 ** places),
    fc
      .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -59, max: 45 }))
      .map(([fraction, exponent]) => fraction * 2 ** exponent),
    fc.constantFrom(0.1, -0.1, 2 ** 46, -(2 ** 46), 1, -0),
  )
  .map((each) => (Math.abs(each) < 2 ** -7 ? Math.round(each * 2 ** 60) * 2 ** -60 : each));
const values = fc.array(value, { maxLength: 60 });

function added(all: readonly number[]): ExactSums {
  const sums = new ExactSums();
  sums.allocate(1);
  for (const each of all) sums.add(0, each);
  return sums;
}

describe('an exact sum', () => {
  test('is the sum of the doubles, rounded once', () => {
    fc.assert(
      fc.property(values, (all) => {
        expect(added(all).valueOf(0) + 0).toBe(sumOf(all) + 0);
      }),
      { numRuns },
    );
  });

  test('is the same in whatever order and however it is split', () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(3)), fc.boolean(), (all, split, carries) => {
        const expected = added(all).valueOf(0);
        expect(added(all.toReversed()).valueOf(0)).toBe(expected);
        const tables = [0, 1, 2, 3].map((table) =>
          added(all.filter((_, i) => (split[i % split.length] ?? 0) === table)),
        );
        const total = new ExactSums();
        total.allocate(3);
        for (const table of tables) {
          table.carry();
          total.addSum(2, table, 0);
          if (carries) total.carry();
        }
        expect(total.valueOf(2) + 0).toBe(expected + 0);
        expect([total.valueOf(0), total.valueOf(1)]).toEqual([0, 0]);
      }),
      { numRuns },
    );
  });

  test('has a difference that is rounded once, too', () => {
    fc.assert(
      fc.property(values, values, (all, less) => {
        const sums = new ExactSums();
        sums.allocate(2);
        for (const each of all) sums.add(0, each);
        for (const each of less) sums.add(1, each);
        expect(sums.difference(0, 1) + 0).toBe(sumOf([...all, ...less.map((each) => -each)]) + 0);
      }),
      { numRuns },
    );
  });

  test('of groups leaves out what is not known, and says so', () => {
    const row = fc.tuple(fc.oneof(value, fc.constant(Number.NaN)), fc.nat(4), fc.boolean());
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (all, stride) => {
        const sums = new ExactSums();
        sums.allocate(5 * stride);
        const place = stride - 1;
        const rows = Int32Array.from(all.flatMap(([, , isTaken], index) => (isTaken ? [index] : [])));
        const taken = all.filter(([, , isTaken]) => isTaken);
        const groups = Int32Array.from(taken.map(([, group]) => group));
        const hasNaN = sums.addEach(
          Float64Array.from(all.map(([each]) => each)),
          { rows, groups, count: rows.length },
          stride,
          place,
        );
        expect(hasNaN).toBe(taken.some(([each]) => Number.isNaN(each)));
        for (let group = 0; group < 5; group += 1) {
          const own = taken.flatMap(([each, of]) => (of === group ? [each] : []));
          expect(sums.valueOf(group * stride + place) + 0).toBe(sumOf(own) + 0);
        }
      }),
      { numRuns },
    );
  });

  test('holds more additions than a part does without its carries', () => {
    const [sums, count] = [new ExactSums(), 5_000_000];
    sums.allocate(2);
    for (let i = 0; i < count; i += 1) {
      sums.add(0, 0.1);
      sums.add(1, -(2 ** 30 - 1 + 2 ** -20));
    }
    expect(sums.valueOf(0)).toBe(rounded(exactly(0.1) * BigInt(count)));
    expect(sums.valueOf(1)).toBe(rounded(exactly(-(2 ** 30 - 1 + 2 ** -20)) * BigInt(count)));
  });

  test('leaves out of each number what is below 2^-60, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 60 }), (all) => {
        const sum = added(all).valueOf(0);
        expect(added(all.toReversed()).valueOf(0)).toBe(sum);
        expect(Math.abs(sum - sumOf(all))).toBeLessThanOrEqual(all.length * 2 ** -61 + Math.abs(sum) * 2 ** -52);
      }),
      { numRuns },
    );
  });

  test('of numbers without a bound is infinite, not a failure', () => {
    expect(added([1.5e308, 1.5e308]).valueOf(0)).toBe(Infinity);
  });

  test('is kept when the table grows, and is nothing once it is forgotten', () => {
    const sums = new ExactSums();
    for (let sum = 0; sum < 1000; sum += 1) {
      expect(sums.allocate(1)).toBe(sum);
      sums.add(sum, sum + 0.1);
    }
    for (let sum = 0; sum < 1000; sum += 1) expect(sums.valueOf(sum)).toBe(sum + 0.1);
    sums.clear();
    expect(sums.allocate(2)).toBe(0);
    expect([sums.valueOf(0), sums.valueOf(1)]).toEqual([0, 0]);
  });
});
