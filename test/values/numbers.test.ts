import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { provesGroups } from '../../src/mapping/numbers.ts';
import { csv, jsonl, read } from './read-values.ts';

/** Liters of three fills, one of them with a mark that reads both ways; a column of money proves which one it is. */
const fills = (litres: string, money: string, values: readonly string[], amounts: readonly string[]): string[][] => [
  ['date', 'fuel_id', 'country', litres, money],
  ...values.map((value, index) => [`2025-06-0${String(index + 1)}`, 'diesel', 'ES', value, amounts[index] ?? '']),
];

const quantities = (results: readonly Readonly<Record<string, unknown>>[]): unknown[] =>
  results.map(({ quantity }) => quantity);

describe('a column of amounts that is not mapped proves the decimal mark', () => {
  test.each([
    ['en', 'Litres', 'Net amount', '.'],
    ['en', 'Litres', 'VAT', '.'],
    ['en', 'Litres', 'Unit price (EUR)', '.'],
    ['es', 'Litros', 'Importe', ','],
    ['es', 'Litros', 'Precio/L', ','],
    ['es', 'Litros', 'Base imponible', ','],
    ['ca', 'Litres', 'Import total', ','],
    ['ca', 'Litres', 'Preu', ','],
    ['ca', 'Litres', 'IVA', ','],
    ['pt', 'Litros', 'Valor', ','],
    ['pt', 'Litros', 'Preço', ','],
    ['pt', 'Litros', 'Imposto', ','],
    ['fr', 'Litres', 'Montant TTC', ','],
    ['fr', 'Litres', 'Prix', ','],
    ['fr', 'Litres', 'TVA', ','],
    ['it', 'Litri', 'Importo', ','],
    ['it', 'Litri', 'Prezzo', ','],
    ['it', 'Litri', 'Imponibile', ','],
    ['de', 'Liter', 'Betrag', ','],
    ['de', 'Liter', 'Einzelpreis', ','],
    ['de', 'Liter', 'MwSt.', ','],
  ])('%s: %s by %s', async (_language, litres, money, mark) => {
    const written = (text: string): string => text.replaceAll('.', mark);
    const table = fills(
      litres,
      money,
      ['350.250', '120.125', '98.760'].map(written),
      ['489.30 €', '168.42 €', ''].map(written),
    );
    for (const text of [csv(...table), jsonl(table)]) {
      const { exit, results, warnings } = await read(['recharges', '--local'], text);
      expect(exit).toBe(0);
      expect(quantities(results)).toEqual([350.25, 120.125, 98.76]);
      expect(warnings.get('DECIMAL_ASSUMED')).toContain(written('489.30'));
    }
  });

  test.each(['HS code', 'ADR class', 'Fecha', 'Latitud', 'Versión', 'Tarif-Nr.', 'Tax code', 'Observaciones'])(
    'codes, dates and places do not: %s',
    async (header) => {
      const table = fills('Litros', header, ['350,250', '120,125'], ['48.13', '2.1']);
      const { exit, error } = await read(['recharges', '--local'], csv(...table));
      expect([exit, error?.code]).toEqual([2, 'DECIMAL_AMBIGUOUS']);
    },
  );

  test('nor do witnesses that disagree, or a column that holds anything else', async () => {
    const both = csv(
      ['date', 'fuel_id', 'country', 'Litros', 'Importe', 'Precio'],
      ['2025-06-01', 'diesel', 'ES', '350,250', '489,30', '1.39'],
    );
    const mixed = csv(...fills('Litros', 'Importe', ['350,250', '120,125'], ['489,30', 'gratis']));
    for (const text of [both, mixed]) expect((await read(['recharges', '--local'], text)).exit).toBe(2);
  });

  test('nor numbers of JSON', async () => {
    const line = { date: '2025-06-01', fuel_id: 'diesel', country: 'ES', quantity: '350,250', amount: 489.3 };
    expect((await read(['recharges', '--local'], `${JSON.stringify(line)}\n`)).exit).toBe(2);
  });

  test('not against reason: where its mark makes most values impossible', async () => {
    const table = fills('Litros', 'Importe', ['350,250', '120,125'], ['489.30', '168.42']);
    expect((await read(['recharges', '--local'], csv(...table))).error?.code).toBe('DECIMAL_AMBIGUOUS');
  });
});

describe('an open decimal mark', () => {
  const text = csv(
    ['Fahrt', 'distance_km', 'load', 'toc'],
    ['F1', '20,398', '500', 'van_diesel'],
    ['F2', '11,204', '500', 'van_diesel'],
  );

  test('is asked, with both readings, what speaks for each, and a finished command for each', async () => {
    const { exit, error } = await read(['requests', '--local'], text);
    expect(exit).toBe(2);
    expect(error?.message).toContain('"20,398" in line 2, column "distance_km" is 20.398 or 20398');
    expect(error?.hint).toMatch(
      /20\.398: dcycle-upload requests .*--decimal ,\n {2}20398: dcycle-upload .*--decimal \.$/,
    );
  });

  test.each([
    [',', 20.398],
    ['.', 20398],
  ])('is what --decimal %s says', async (mark, km) => {
    const { exit, results } = await read(['requests', '--local', '--decimal', mark], text);
    expect(exit).toBe(0);
    expect(results[0]?.['distance_km']).toBe(km);
  });

  test('refuses a later row that reads both ways, and reads one that does not', async () => {
    const rows = Array.from({ length: 60_000 }, (_, at) => [`F${String(at)}`, '12', '500', 'van_diesel']);
    const late = [
      ['L1', '1,234', '500', 'van_diesel'],
      ['L2', '12,5', '500', 'van_diesel'],
    ];
    const { errors, rows: counts } = await read(
      ['requests', '--dry-run'],
      csv(['movement_id', 'distance_km', 'load', 'toc'], ...rows, ...late),
    );
    expect(counts).toMatchObject({ read: 60_002, invalid: 1 });
    expect(errors).toMatchObject([{ row: 60_001, code: 'INVALID_NUMBER' }]);
    expect(errors[0]?.message).toContain('1234 or 1.234: open decimal mark');
  });

  test('is settled by an input with the very same header, and by no other', async () => {
    const header = ['movement_id', 'distance_km', 'load', 'toc'];
    const open = csv(header, ['F1', '20,398', '500', 'van_diesel']);
    const proof = csv(header, ['F2', '11,5', '500', 'van_diesel']);
    const other = csv([...header, 'note'], ['F2', '11,5', '500', 'van_diesel', '']);
    const read2 = await read(['requests', '--local'], open, proof);
    expect(read2.results[0]?.['distance_km']).toBe(20.398);
    expect((await read(['requests', '--local'], open, other)).exit).toBe(2);
  });
});

test('--decimal against proof refuses rows that read both ways as well', async () => {
  const text = csv(
    ['movement_id', 'distance_km', 'load', 'toc'],
    ['A', '12,5', '500', 'van_diesel'],
    ['B', '1,234', '500', 'van_diesel'],
    ['C', '7', '500', 'van_diesel'],
  );
  const { rows } = await read(['requests', '--local', '--decimal', '.'], text);
  expect(rows).toMatchObject({ valid: 1, invalid: 2 });
});

test('two mapped columns that prove opposite marks end the run', async () => {
  const text = csv(['movement_id', 'distance_km', 'load', 'toc'], ['A', '12,5', '500.5', 'van_diesel']);
  expect((await read(['requests', '--local'], text)).error?.code).toBe('DECIMAL_AMBIGUOUS');
});

test.each(['18.450,000-', '(18,5)', '-18,5', '\u221218,5'])('%s is negative', async (text) => {
  const { errors } = await read(
    ['requests', '--local'],
    csv(['movement_id', 'distance_km', 'load', 'toc'], ['A', '12,5', text, 'van_diesel']),
  );
  expect(errors).toMatchObject([{ code: 'OUT_OF_RANGE', message: expect.stringContaining('is negative') }]);
});

/** How people and programs write a number of up to three decimals. */
const conventions: readonly ((value: number) => string)[] = [
  (value) => String(value),
  (value) => String(value).replace('.', ','),
  (value) => value.toFixed(2),
  (value) => value.toFixed(2).replace('.', ','),
  (value) => value.toFixed(3),
  (value) => value.toFixed(3).replace('.', ','),
  (value) => new Intl.NumberFormat('en', { maximumFractionDigits: 3 }).format(value),
  (value) => new Intl.NumberFormat('de', { maximumFractionDigits: 3 }).format(value),
  (value) => new Intl.NumberFormat('fr', { maximumFractionDigits: 3 }).format(value),
  (value) => new Intl.NumberFormat('de-CH', { maximumFractionDigits: 3 }).format(value),
  (value) => `${value.toFixed(2)} l`,
  (value) => `${value.toFixed(1).replace('.', ',')} l`,
];

const runs = Number(process.env['VALUE_RUNS'] ?? 30);

describe('random numbers in twelve conventions', () => {
  const values = fc.array(
    fc.integer({ min: 1, max: 3_000_000 }).map((thousandths) => thousandths / 1000),
    { minLength: 1, maxLength: 8 },
  );
  const header = ['date', 'fuel_id', 'country', 'quantity'];
  const tableOf = (texts: readonly string[]): string =>
    csv(header, ...texts.map((text, at) => [`2025-06-${String(at + 10)}`, 'diesel', 'ES', text]));

  /** Every number that was read is the number that was written, or something was said. */
  async function expectNoneSilentlyWrong(texts: readonly string[], meant: readonly number[]): Promise<void> {
    const { exit, results, warnings } = await read(['recharges', '--local'], tableOf(texts));
    if (
      exit === 2 ||
      warnings.has('GROUPS_ASSUMED') ||
      warnings.has('DECIMAL_ASSUMED') ||
      warnings.has('IMPLAUSIBLE')
    ) {
      return;
    }
    for (const { _row: row, quantity } of results) {
      const value = meant[Number(row) - 1] ?? Number.NaN;
      expect(Math.abs(Number(quantity) - value), `${JSON.stringify(texts)}`).toBeLessThanOrEqual(0.0501);
    }
  }

  test('one convention: none is read as another number without a word', async () => {
    await fc.assert(
      fc.asyncProperty(values, fc.constantFrom(...conventions), async (numbers, write) => {
        await expectNoneSilentlyWrong(numbers.map(write), numbers);
      }),
      { numRuns: runs },
    );
  });

  test('two conventions in one column', async () => {
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.constantFrom(...conventions),
        fc.constantFrom(...conventions),
        async (numbers, a, b) => {
          const texts = numbers.map((value, at) => (at % 2 === 0 ? a : b)(value));
          // A column that shows its groups, as in 1.234,5, is one in which 1.234 is a thousand.
          if (!texts.some((text) => provesGroups(text))) await expectNoneSilentlyWrong(texts, numbers);
        },
      ),
      { numRuns: runs * 2 },
    );
  });

  test('a single value that rises or falls by more than 500 is shown', async () => {
    const usual = fc.array(fc.integer({ min: 400, max: 700 }), { minLength: 2, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(usual, fc.constantFrom(0.001, 1000), fc.nat(), async (numbers, factor, at) => {
        const index = at % numbers.length;
        const texts = numbers.map((value, each) => (each === index ? String(value * factor) : String(value)));
        const { exit, warnings } = await read(['recharges', '--local'], tableOf(texts));
        expect(exit === 2 || warnings.has('IMPLAUSIBLE')).toBe(true);
      }),
      { numRuns: runs },
    );
  });
});

test.each([
  ['2.300,500', '12,250', 12.25],
  ['1.058,125', '350,250', 350.25],
  ['2,300.500', '12.250', 12.25],
  ["2'300,500", '12,250', 12.25],
])('%s proves that %s has three decimals, too: nothing is said', async (proof, open, meant) => {
  const table = [
    ['movement_id', 'distance_km', 'load', 'toc'],
    ['A', '12', proof, 'van_diesel'],
    ['B', '13', open, 'van_diesel'],
  ];
  for (const text of [csv(...table), jsonl(table)]) {
    const { results, warnings } = await read(['requests', '--local'], text);
    expect(results[1]?.['load_t']).toBeCloseTo(meant / 1000, 9);
    expect(warnings.has('DECIMAL_ASSUMED')).toBe(false);
  }
});
