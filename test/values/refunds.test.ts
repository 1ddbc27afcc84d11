import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Bought, matchRefunds } from '../../src/pipeline/match-refunds.ts';
import { runProduct } from '../reference/product.ts';
import { csv, jsonl, read } from './read-values.ts';

const head = ['date', 'country', 'fuel_id', 'quantity', 'vehicle_license_plate', 'receipt'];

/** Purchases of diesel in Spain; each `day quantity plate receipt`. */
const table = (...rows: readonly string[]): string[][] => [
  head,
  ...rows.map((row) => {
    const [day = '', quantity = '', plate = '', receipt = ''] = row.split(' ');
    return [`2025-06-${day}`, 'ES', 'diesel', quantity, plate, receipt];
  }),
];

const net = ['recharges', '--local', '--refunds', 'net'] as const;

test.each(['Card', 'Nº tarjeta', 'Kartennummer', 'Numéro de carte', 'Numero carta', 'Cartão', 'Targeta'])(
  'a refund takes back no purchase of another card, by a column %s',
  async (header) => {
    const rows = (purchase: string, refund: string): string =>
      csv(
        ['date', 'country', 'fuel_id', 'quantity', header],
        ['2025-06-01', 'ES', 'diesel', '50', purchase],
        ['2025-06-02', 'ES', 'diesel', '-50', refund],
      );
    expect((await read(net, rows('7001', '7001'))).rows).toMatchObject({ skipped: 2, invalid: 0 });
    expect((await read(net, rows('7001', '7002'))).rows).toMatchObject({ valid: 1, invalid: 1 });
  },
);

describe('a refund is refused, and its message names the purchase that stays counted', () => {
  test.each([
    ['before it', ['01 50 A', '02 -50 A'], 2, /row 1 \(line \d\), stays counted: over by 50$/],
    ['after it in the file', ['02 -50.5 A', '01 50.5 A'], 1, /row 2 \(line \d\), stays counted: over by 50\.5$/],
    ['with a minus after it', ['01 50 A', '02 50- A'], 2, /row 1 \(line \d\), stays counted: over by 50$/],
  ])('%s', async (_what, rows, row, message) => {
    for (const text of [csv(...table(...rows)), jsonl(table(...rows))]) {
      const { exit, rows: counts, errors } = await read(['recharges', '--local'], text);
      expect([exit, counts.valid, counts.invalid]).toEqual([1, 1, 1]);
      expect(errors).toMatchObject([{ row, code: 'OUT_OF_RANGE', message: expect.stringMatching(message) }]);
    }
  });

  test.each([
    ['a part of it', ['01 50 A', '02 -20 A']],
    ['of another vehicle', ['01 50 A', '02 -50 B']],
    ['before the purchase', ['02 50 A', '01 -50 A']],
    ['of a purchase that another refund takes back', ['01 50 A', '02 -50 A', '03 -50 A']],
  ])('%s has none', async (_what, rows) => {
    const refused = await read([...net], csv(...table(...rows)));
    expect(refused.errors).toMatchObject([{ message: expect.stringContaining('no other purchase of this amount') }]);
    expect(refused.rows.invalid).toBe(1);
  });
});

describe('--refunds net leaves a refund out with one purchase', () => {
  test('of two that are equal but for their receipts, and of two days the later', async () => {
    const twins = await read([...net], csv(...table('01 50 A 811', '01 50 A 954', '02 -50 A 322')));
    expect([twins.exit, twins.rows.valid, twins.rows.skipped]).toEqual([0, 1, 2]);
    expect(twins.co2eKg).toBeCloseTo(50 * 3.18183, 6);
    const days = await read([...net], csv(...table('05 50 A', '01 50 A', '03 50 A', '03 -50 A', '09 70 A')));
    expect(days.warnings.get('ROWS_SKIPPED')).toContain('--refunds net (rows 3, 4)');
  });

  test('and not one of a row that is no record of its own', async () => {
    // The second purchase is the first one again, and so is the second refund.
    const again = await read([...net], csv(...table('01 50 A 811', '01 50 A 811', '02 -50 A 322', '02 -50 A 322')));
    expect(again.rows).toMatchObject({ valid: 0, duplicates: 1, skipped: 2, invalid: 1 });
    expect(again.errors.at(-1)?.message).toContain('is equal to row 3 (line 4) in every cell');
    const two = await read([...net], csv(...table('01 50 A 811', '01 50 A 811', '02 -50 A 322', '02 -50 A 954')));
    expect(two.rows).toMatchObject({ valid: 0, duplicates: 1, skipped: 2, invalid: 1 });
    const skipped = await read([...net, '--skip', 'receipt=1'], csv(...table('01 50 A 1', '02 -50 A 2', '03 9 A 3')));
    expect(skipped.rows).toMatchObject({ valid: 1, skipped: 1, invalid: 1 });
  });

  test('of another file, of a compressed one, of standard input, and in other units', async () => {
    const [may, june] = [csv(...table('01 50 A', '02 30 A')), csv(...table('09 -50 A'))];
    expect((await read([...net], june, may)).rows).toMatchObject({ valid: 1, skipped: 2, invalid: 0 });
    const both = Buffer.from(csv(...table('09 -50 A', '01 50 A', '02 30 A')));
    for (const [name, bytes] of [
      ['in.csv.gz', gzipSync(both)],
      ['-', both],
    ] as const) {
      const { summary } = await runProduct({ [name]: bytes }, ['recharges', name, '--dry-run', '--refunds', 'net']);
      expect(summary.rows).toMatchObject({ read: 3, valid: 1, skipped: 2, invalid: 0 });
    }
    const gallons = csv(...table('01 10 A', '02 -10 A', '03 7 A')).replace('quantity', 'gallons');
    const ofUs = await read([...net, '--gallon', 'us'], gallons);
    expect(ofUs.rows).toMatchObject({ valid: 1, skipped: 2 });
  });

  test('by the mapping file too, and never on upload', async () => {
    const files = { 'in.csv': Buffer.from(csv(...table('01 50 A', '02 -50 A', '03 9 A'))) };
    const mapping = { ...files, 'mapping.json': Buffer.from('{"refunds": "net"}') };
    const { summary } = await runProduct(mapping, ['recharges', 'in.csv', '--map', 'mapping.json', '--local']);
    expect(summary.rows).toMatchObject({ valid: 1, skipped: 2 });
    for (const [given, option] of [
      [mapping, ['--map', 'mapping.json']],
      [files, ['--refunds', 'net']],
    ] as const) {
      const upload = await runProduct(given, ['recharges', 'in.csv', ...option]);
      expect([upload.code, upload.summary.error?.code]).toEqual([2, 'OPTIONS_CONFLICT']);
    }
  });

  test('no refunds, no second look at what is counted', async () => {
    const { exit, rows } = await read([...net], csv(...table('01 50 A', '02 30 A-1')));
    expect([exit, rows.valid, rows.skipped]).toEqual([0, 2, 0]);
  });
});

test('as many refunds have a purchase as can have one, whatever their order', () => {
  const bought = fc.integer({ min: 1, max: 6 }).map((day) => `2025-06-0${String(day)}`);
  const place = (date: string, at: number): Bought => ({ date, input: 0, row: at + 1, line: at + 2 });
  fc.assert(
    fc.property(fc.array(bought, { maxLength: 6 }), fc.array(bought, { maxLength: 6 }), (refunds, purchases) => {
      const matched = matchRefunds(refunds.map(place), purchases.map(place));
      expect(new Set(matched.values()).size).toBe(matched.size);
      for (const [refund, purchase] of matched) expect(purchase.date <= refund.date).toBe(true);
      // The most that can be: each refund, the earliest first, takes any that is left.
      const left = purchases.toSorted();
      const most = refunds.toSorted().filter((date) => {
        const isThere = (left[0] ?? '9') <= date;
        if (isThere) left.shift();
        return isThere;
      }).length;
      expect(matched.size).toBe(most);
    }),
  );
});
