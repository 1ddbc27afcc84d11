import { describe, expect, test } from 'vitest';
import { dictionaryLimits } from '../../src/columns/dictionary.ts';
import { runProduct } from '../reference/product.ts';
import { csv, jsonl, read } from './read-values.ts';

const both = (table: readonly (readonly string[])[]): readonly string[] => [csv(...table), jsonl(table)];

describe('what is not a fuel', () => {
  const table = (label: string): string[][] => [
    ['date', 'Producto', 'country', 'quantity'],
    ['2025-06-01', 'diesel', 'ES', '50'],
    ['2025-06-02', label, 'ES', '10'],
  ];

  test.each([
    'AdBlue',
    'ADBLUE ',
    'Ad-Blue',
    'DEF',
    'AUS 32',
    'Lavado',
    'Rentat',
    'Lavagem',
    'Lavage',
    'Autolavaggio',
    'Wagenwäsche',
    'Car wash',
    'Peaje',
    'Peatge',
    'Portagem',
    'Péage',
    'Pedaggio',
    'Maut',
    'Parking',
    'Stationnement',
    'Parkgebühr',
    'Aceite motor',
    'Huile moteur',
    'Motoröl',
  ])('is refused in every mode, with the rule that leaves it out: %s', async (label) => {
    for (const mode of ['--local', '--dry-run']) {
      for (const text of both(table(label))) {
        const { exit, errors } = await read(['recharges', mode], text);
        expect(exit).toBe(1);
        expect(errors).toMatchObject([
          { row: 2, code: 'UNKNOWN_FUEL', message: expect.stringContaining('is not a fuel') },
        ]);
      }
    }
    const { exit, rows } = await read(['recharges', '--local', '--skip', `fuel_id=${label}`], csv(...table(label)));
    expect([exit, rows.skipped]).toEqual([0, 1]);
  });

  test.each(['Diesel+', 'Gasóleo A', 'diesel'])('%s is not among it', async (label) => {
    const { errors } = await read(['recharges', '--dry-run'], csv(...table(label)));
    expect(errors.map(({ message }) => message).join()).not.toContain('is not a fuel');
  });
});

describe('--sample', () => {
  const rows = Array.from({ length: 5000 }, (_, at) => [String(at + 1), '100', '500', 'van_diesel']);
  const text = csv(['movement_id', 'distance_km', 'load', 'toc'], ...rows, ['TOTAL', '9', '9', '']);
  const chosen = async (...options: readonly string[]): Promise<readonly number[]> => {
    const { results, rows: counts, warnings } = await read(['requests', '--local', ...options], text);
    expect(counts).toMatchObject({ read: 5001, invalid: 0 });
    expect(warnings.get('ROWS_LIMITED')).toMatch(/^only \d+ of 5001 rows, chosen at random, were looked at/);
    return results.map((row) => Number(row['movement_id']));
  };

  test('takes exactly as many rows, anywhere in the file, and the same ones for a seed', async () => {
    const first = await chosen('--sample', '200');
    expect(first.length).toBeGreaterThanOrEqual(199);
    expect(first.length).toBeLessThanOrEqual(200);
    expect(await chosen('--sample', '200', '--seed', '1')).toEqual(first);
    expect(await chosen('--sample', '200', '--seed', '2')).not.toEqual(first);
    // Each tenth of the file has its share: 20 on average, with a standard deviation of 4.
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = first.filter((id) => id > tenth * 500 && id <= (tenth + 1) * 500).length;
      expect(share).toBeGreaterThan(3);
      expect(share).toBeLessThan(37);
    }
  });

  test('takes all rows of a smaller file', async () => {
    const { rows: counts } = await read(
      ['requests', '--dry-run', '--sample', '9000'],
      csv(['movement_id', 'distance_km', 'load', 'toc'], ...rows),
    );
    expect(counts).toMatchObject({ read: 5000, valid: 5000, skipped: 0 });
  });

  test.each([
    ['--sample', '5'],
    ['--local', '--seed', '2'],
    ['--local', '--sample', '5', '--limit', '2'],
  ])('is refused as %s %s %s %s %s', async (...options) => {
    const { exit, error } = await read(['requests', ...options.filter((each) => each !== undefined)], text);
    expect([exit, error?.code]).toEqual([2, 'OPTIONS_CONFLICT']);
  });
});

describe('--limit', () => {
  const rows = Array.from({ length: 30 }, (_, at) => [`M-${String(at)}`, '10', '100', 'van_diesel']);
  const table = [['movement_id', 'distance_km', 'load', 'toc'], ...rows, ['TOTAL', '5', '1', '']];

  test.each([1, 7, 29, 30])('reads the first %i rows', async (limit) => {
    for (const text of both(table)) {
      const { exit, rows: counts, warnings } = await read(['requests', '--local', '--limit', String(limit)], text);
      expect([exit, counts.read, counts.valid]).toEqual([0, limit, limit]);
      expect(warnings.has('ROWS_LIMITED')).toBe(true);
    }
  });

  test.each([1, 2, 3, 2048])(
    'counts the blank rows before the last one that is read, in batches of %i',
    async (batchRows) => {
      const text =
        'movement_id;distance_km;load;toc\na;1;1;van_diesel\n;;;\nb;1;1;van_diesel\n;;;\n;;;\nc;1;1;van_diesel\n';
      const args = ['requests', 'in.csv', '--dry-run', '--limit', '2'] as const;
      const { summary } = await runProduct({ 'in.csv': Buffer.from(text) }, args, {
        blockBytes: 4096,
        batchRows,
        dictionary: dictionaryLimits,
      });
      expect(summary.rows).toMatchObject({ read: 2, valid: 2 });
      expect(summary.warnings.find(({ code }) => code === 'BLANK_ROWS')).toMatchObject({ count: 1 });
    },
  );

  test('checks no totals', async () => {
    const { exit, rows: counts } = await read(['requests', '--local', '--limit', '31'], csv(...table));
    expect([exit, counts.skipped]).toEqual([0, 1]);
  });

  test('of several inputs together', async () => {
    const { rows: counts } = await read(
      ['requests', '--local', '--limit', '40', '--dedupe-key', 'none'],
      csv(...table),
      csv(...table),
    );
    expect(counts.read).toBe(40);
  });
});

describe('departure and arrival', () => {
  const table = (from: string, to: string, a: string, b: string): string[][] => [
    [from, to, 'load', 'toc', 'distance_km'],
    [a, b, '100', 'van_diesel', '10'],
  ];

  test.each([
    ['Salida', 'Llegada'],
    ['Sortida', 'Arribada'],
    ['Partida', 'Chegada'],
    ['Départ', 'Arrivée'],
    ['Partenza', 'Arrivo'],
    ['Abgang', 'Ankunft'],
    ['Departure', 'Arrival'],
  ])('%s and %s are places where their values are', async (from, to) => {
    for (const text of both(table(from, to, 'Madrid', 'Sevilla'))) {
      expect((await read(['requests', '--dry-run'], text)).warnings.has('UNMAPPED_COLUMN')).toBe(false);
    }
    for (const [a = '', b = ''] of [
      ['08:30', '12:15'],
      ['2025-06-01', '2025-06-02'],
      ['1 jun 2025', '2 jun 2025'],
      ['01/06/2025 08:30', '01/06/2025 12:00'],
      ['Madrid', '12:15'],
      ['Mañana', 'Por la tarde'],
      ['lunes', 'martes noche'],
      ['AM', 'p.m.'],
      ['Morgens', 'Am Abend'],
    ]) {
      expect(
        (await read(['requests', '--dry-run'], csv(...table(from, to, a, b)))).warnings.has('UNMAPPED_COLUMN'),
      ).toBe(true);
    }
  });

  test('give way to columns with a name of their own', async () => {
    const text = csv(
      ['Origen', 'Destino', 'Salida', 'Llegada', 'load', 'toc'],
      ['Madrid', 'Sevilla', 'Muelle norte', 'Muelle sur', '100', 'van_diesel'],
    );
    expect((await read(['requests', '--dry-run'], text)).exit).toBe(0);
  });
});

describe('an incomplete last line', () => {
  test.each(['B;1', 'B;10;100', '"B;10', '{"movement_id":"B","dist'])('is not a record: %s', async (end) => {
    const head = end.startsWith('{')
      ? '{"movement_id":"A","distance_km":10,"load":100,"toc":"van_diesel"}\n'
      : csv(['movement_id', 'distance_km', 'load', 'toc'], ['A', '10', '100', 'van_diesel']);
    const { errors } = await read(['requests', '--dry-run'], head + end);
    expect(errors).toMatchObject([{ row: 2, code: 'MALFORMED_ROW' }]);
  });
});
