import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDecimal } from '../../src/columns/parse-decimal.ts';
import { numberBytes, writeInteger, writeNumber } from '../../src/columns/write-number.ts';
import { parseNumber } from '../../src/mapping/numbers.ts';

/** Numbers of each family that are written; the more, the better. */
const count = Number(process.env['NUMBER_RUNS'] ?? 50_000);

const memory = Buffer.alloc(128, 0xaa);
const view = new DataView(memory.buffer, memory.byteOffset);
const one = new Float64Array(1);
const bits = new Uint32Array(one.buffer);

function written(value: number): string {
  one[0] = value;
  const end = writeNumber(view, 16, one, 0);
  return memory.toString('latin1', 16, end);
}

/** A generator of 32 random bits, the same for each run of a seed (Marsaglia's xorshift). */
function createRandom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const seed = Number(process.env['PROPERTY_SEED'] ?? 1);
const random = createRandom(seed);
const below = (limit: number): number => random() % limit;

/** The next double after one, away from zero. */
function after(value: number): number {
  one[0] = value;
  bits[0] = ((bits[0] ?? 0) + 1) >>> 0;
  if (bits[0] === 0) bits[1] = (bits[1] ?? 0) + 1;
  return one[0] ?? 0;
}

const families: readonly (readonly [string, () => number])[] = [
  [
    'doubles of all exponents',
    () => {
      bits[0] = random();
      bits[1] = random();
      return one[0] ?? 0;
    },
  ],
  ['doubles of usual sizes', () => (random() / 2 ** 32 + random()) * 10 ** (below(20) - 10)],
  ['decimals of few digits', () => Number(`${String(random())}e-${String(below(12))}`)],
  ['decimals of four digits after the point', () => (below(2_000_000_000) - 1_000_000_000) / 1e4],
  ['sums of decimals', () => below(10_000) / 100 + below(10_000) / 1000 + below(100) / 10],
  ['products of decimals', () => (below(100_000) / 100) * (below(10_000) / 1000)],
  [
    'decimals of 15 to 17 digits',
    () => Number(`${String(random())}${String(random())}`.slice(0, 15 + below(3))) / 10 ** below(18),
  ],
  ['whole numbers', () => random() * 2 ** below(22) + below(1000)],
  ['halves between decimals', () => Number(`${String(random())}${String(random()).slice(0, 7)}5`) / 10 ** below(20)],
  ['neighbours of decimals', () => after(Number(`${String(below(1_000_000))}e-${String(below(9))}`))],
  ['neighbours of powers of ten', () => after(10 ** (below(40) - 20)) * (below(2) === 0 ? 1 : 1 - 2 ** -53)],
  ['denormals', () => random() * 5e-324 * 2 ** below(20)],
];

describe('a number that is written', () => {
  test.each(families)('is what String makes of it: %s', (_name, next) => {
    for (let i = 0; i < count; i += 1) {
      const value = next();
      if (Number.isFinite(value) && written(value) !== String(value)) {
        expect(written(value), `seed ${String(seed)}`).toBe(String(value));
      }
      if (Number.isFinite(value) && written(-value) !== String(-value)) {
        expect(written(-value), `seed ${String(seed)}`).toBe(String(-value));
      }
    }
  });

  test('is what String makes of powers of two and ten, their neighbours, and the ends of the range', () => {
    const values = [
      0,
      -0,
      1e21,
      1e-6,
      1e-7,
      1e17,
      1e16,
      123456789012345680000,
      5e-324,
      Number.MAX_VALUE,
      Number.MIN_VALUE,
      1250,
      0.1 + 0.2,
      2 ** 53,
      2 ** 53 - 1,
    ];
    for (let exponent = -1074; exponent < 1024; exponent += 1) values.push(2 ** exponent);
    for (let exponent = -323; exponent < 309; exponent += 1) values.push(Number(`1e${String(exponent)}`));
    for (const value of values) {
      for (const each of [value, after(value), value * (1 - 2 ** -53), value * 3, value * 9.999999999999998]) {
        if (Number.isFinite(each)) expect(written(each)).toBe(String(each));
      }
    }
  });

  test('is what String makes of whole thousands of numbers around those that round', () => {
    for (const start of [0, 99_990, 999_990, 9_999_990, 99_999_990, 999_999_990, 9_999_999_990]) {
      for (let i = 0; i < 20; i += 1) {
        for (const scale of [1, 10, 100, 1000, 1e4, 1e5, 1e6]) {
          const value = (start + i) / scale;
          expect(written(value)).toBe(String(value));
        }
      }
    }
  });

  test('touches nothing before it, and no more after it than it may', () => {
    for (let i = 0; i < count; i += 1) {
      memory.fill(0xaa);
      bits[0] = random();
      bits[1] = random();
      const value = one[0] ?? 0;
      if (!Number.isFinite(value)) continue;
      written(value);
      if (memory.subarray(0, 16).some((byte) => byte !== 0xaa)) expect(value).toBe('written too early');
      if (memory.subarray(16 + numberBytes).some((byte) => byte !== 0xaa)) expect(value).toBe('written too far');
    }
  });

  test('is written as a whole number', () => {
    for (let i = 0; i < count; i += 1) {
      const value = below(2) === 0 ? random() : Math.floor(10 ** below(15));
      const text = memory.toString('latin1', 16, writeInteger(view, 16, value));
      if (text !== String(value)) expect(text).toBe(String(value));
    }
  });
});

/** What `parseDecimal` makes of a text that has other digits before and after it. */
function parsed(text: string, mark: '.' | ','): number {
  const bytes = Buffer.from(`9${text}9`);
  return parseDecimal(bytes, 1, bytes.length - 1, mark.charCodeAt(0));
}

describe('a decimal that is read', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 17 });
  const text = fc.oneof(
    digits,
    fc.tuple(digits, fc.constantFrom('.', ','), digits).map((parts) => parts.join('')),
    fc.string({ unit: fc.constantFrom(..."0123456789.,-+eE \u00a0'"), maxLength: 18 }),
    fc.double().map(String),
    fc.double().map((value) => String(value).replace('.', ',')),
    fc.string({ maxLength: 6 }),
  );

  test('is the number that the ordinary reader makes of it, or is left to it', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('.', ','), (each, mark) => {
        const value = parsed(each, mark as '.' | ',');
        if (!Number.isNaN(value)) expect(Object.is(value, parseNumber(each, mark as '.' | ','))).toBe(true);
      }),
      { numRuns: Math.max(1000, count) },
    );
  });

  test('is read where it is plain digits with at most one mark, of 15 digits', () => {
    for (let i = 0; i < count; i += 1) {
      const whole = String(random()).slice(0, 1 + below(8));
      const fraction = String(random()).slice(0, below(8));
      for (const mark of ['.', ','] as const) {
        const each = fraction === '' ? whole : `${whole}${mark}${fraction}`;
        const value = Number(`${whole}.${fraction}`);
        if (parsed(each, mark) !== value) expect(parsed(each, mark), `of ${each}`).toBe(value);
      }
    }
    for (const [each, value] of [
      ['5.', 5],
      ['.5', 0.5],
      ['007', 7],
      ['0', 0],
      ['999999999999999', 999_999_999_999_999],
    ] as const) {
      expect(parsed(each, '.')).toBe(value);
    }
    for (const each of ['', '.', '1.2.3', '1e3', '-1', '+1', ' 1', '1,5', '1234567890123456', '0.1234567890123456']) {
      expect(parsed(each, '.')).toBeNaN();
    }
  });
});
