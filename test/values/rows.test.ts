import { describe, expect, test } from 'vitest';
import { csv, jsonl, read } from './read-values.ts';

/** A shipment list in the words of a language, with one row more. */
const list = (last: readonly string[], label = 'movement_id'): string[][] => [
  [label, 'client', 'distance_km', 'load', 'toc'],
  ['A-1', 'X', '100.5', '1000', 'van_diesel'],
  ['A-2', 'Y', '200', '2500.5', 'van_diesel'],
  [...last],
];

describe('a total row is skipped where it adds up', () => {
  test.each([
    'TOTAL',
    'Totals:',
    'Grand total',
    'Sub-total',
    'Total general',
    'Suma',
    'SUBTOTAL',
    'Totales',
    'Total geral',
    'Soma',
    'Totais',
    'Totaux',
    'Sous-total',
    'Somme',
    'Total général',
    'Totale',
    'Somma',
    'Totale generale',
    'Subtotale',
    'Gesamt',
    'Gesamtsumme',
    'Zwischensumme',
    'Summe:',
    'Insgesamt',
    'Total 2 expediciones',
    '*** TOTAL ***',
    '= Suma =',
    'Razem',
    'Ogółem:',
    'Tot.',
    'Übertrag',
    'À reporter',
    '« Total »',
    '— Somme',
    '(Totale)',
  ])('%s', async (label) => {
    for (const table of [list([label, '', '300.5', '3500.5', '']), list(['', label, '300.5', '3500.5', ''])]) {
      for (const text of [csv(...table), jsonl(table)]) {
        const { exit, rows, warnings } = await read(['requests', '--local'], text);
        expect([exit, rows.valid, rows.skipped]).toEqual([0, 2, 1]);
        expect(warnings.get('ROWS_SKIPPED')).toContain('(row 3)');
      }
    }
  });

  test('with other texts in it, or nothing to add up', async () => {
    const text = csv(...list(['TOTAL', '2 expediciones', '', '', '']));
    expect((await read(['requests', '--local'], text)).rows).toMatchObject({ valid: 2, skipped: 1 });
  });

  test('of a group, and of all', async () => {
    const text = csv(
      ['movement_id', 'distance_km', 'load', 'toc'],
      ['A', '10', '1', 'van_diesel'],
      ['B', '20', '2', 'van_diesel'],
      ['Subtotal', '30', '3', ''],
      ['C', '5', '7', 'van_diesel'],
      ['Subtotal', '5', '7', ''],
      ['Total', '35', '10', ''],
    );
    expect((await read(['requests', '--local'], text)).rows).toMatchObject({ valid: 3, skipped: 3, invalid: 0 });
  });

  test('without a label as the last row, without what names the others', async () => {
    const table = list(['', '', '300.5', '3500.5', '']);
    const { rows } = await read(['requests', '--local', '--set', 'toc=van_diesel'], csv(...table));
    expect(rows).toMatchObject({ valid: 2, skipped: 1 });
  });
});

describe('no total row is', () => {
  test.each([
    ['a brand', ['A-3', 'Total Energies', '300.5', '3500.5', 'van_diesel']],
    ['a place name that only begins so', ['A-3', 'Totana', '300.5', '3500.5', 'van_diesel']],
    ['an id that only begins so', ['SUM-001', 'X', '300.5', '3500.5', 'van_diesel']],
    ['a row with an id', ['A-3', 'Z', '300.5', '3500.5', 'van_diesel']],
  ])('%s', async (_what, last) => {
    expect((await read(['requests', '--local'], csv(...list(last)))).rows).toMatchObject({ valid: 3, skipped: 0 });
  });

  test('a third of three rows without ids, or one of two equal rows', async () => {
    const rows = (...loads: string[]): string =>
      csv(['distance_km', 'load', 'toc'], ...loads.map((load) => [load, load, 'van_diesel']));
    expect((await read(['requests', '--local'], rows('100', '200', '300'))).rows.valid).toBe(3);
    expect((await read(['requests', '--local'], rows('100', '100'))).rows.skipped).toBe(0);
  });
});

test('a labelled total that does not add up is refused with the difference', async () => {
  const { exit, errors } = await read(['requests', '--local'], csv(...list(['TOTAL', '', '400.5', '3500.5', ''])));
  expect(exit).toBe(1);
  expect(errors).toMatchObject([{ row: 3, code: 'TOTAL_ROW_MISMATCH', message: expect.stringContaining('100 more') }]);
});

test('a total of rows of which one can’t be read says so', async () => {
  const rows = list(['A-3', 'Z', '100', '8x0', 'van_diesel']);
  const { errors } = await read(['requests', '--local'], csv(...rows, ['TOTAL', '', '400.5', '3600.5', '']));
  expect(errors.at(-1)).toMatchObject({
    code: 'TOTAL_ROW_MISMATCH',
    message: expect.stringContaining("100 more; the load of one of them can't be read"),
  });
});

test('rounded values may add up to a little less or more', async () => {
  const values = Array.from({ length: 40 }, (_, at) => [`A${String(at)}`, '1.3', '10.4', 'van_diesel']);
  const text = csv(['movement_id', 'distance_km', 'load', 'toc'], ...values, ['Total', '52.1', '416.2', '']);
  expect((await read(['requests', '--local'], text)).rows).toMatchObject({ skipped: 1, invalid: 0 });
});

describe('rows are left out by rule', () => {
  const text = csv(
    ['date', 'Producto', 'country', 'quantity'],
    ['2025-06-01', 'diesel', 'ES', '50'],
    ['2025-06-02', ' AdBlue ', 'ES', '10'],
    ['2025-06-03', 'Lavado', 'ES', '1'],
  );

  test.each([['Producto=adblue|LAVADO'], ['fuel_id=adblue|lavado']])('--skip %s', async (rule) => {
    const { exit, rows } = await read(['recharges', '--local', '--skip', rule], text);
    expect([exit, rows.valid, rows.skipped]).toEqual([0, 1, 2]);
  });

  test('--where reads only those', async () => {
    expect((await read(['recharges', '--local', '--where', 'Producto=diesel'], text)).rows).toMatchObject({
      valid: 1,
      skipped: 2,
    });
  });

  test('a rule that meets nothing is said, and one without its column refused', async () => {
    expect((await read(['recharges', '--local', '--skip', 'Producto=x'], text)).warnings.has('RULE_UNUSED')).toBe(true);
    expect((await read(['recharges', '--local', '--skip', 'Prducto=x'], text)).error?.code).toBe('SKIP_UNKNOWN_COLUMN');
  });
});

describe('purchases that are equal in all that is mapped', () => {
  const fill = (...others: string[]): string[] => ['2025-06-01', 'diesel', 'ES', '50', 'X', ...others];
  const header = ['date', 'fuel_id', 'country', 'quantity', 'plate'];

  test.each(['Hora', 'Ticket', 'Heure', 'Beleg', 'Ricevuta', 'Talão', 'receipt'])(
    'and differ in %s are two',
    async (name) => {
      const text = csv([...header, name], fill('0730'), fill('1730'));
      const local = await read(['recharges', '--local'], text);
      expect(local.rows).toMatchObject({ valid: 2, duplicates: 0 });
      expect(local.warnings.get('EQUAL_RECORDS')).toContain(name);
      const sent = await read(['recharges', '--dry-run'], text);
      expect(sent.errors).toMatchObject([{ row: 2, code: 'SAME_KEY' }]);
    },
  );

  test.each([
    ['nothing', [], [[], []]],
    ['a column that counts', ['n'], [['1'], ['2']]],
    ['a column without a name', [''], [['7'], ['9']]],
    ['a column of pandas', ['Unnamed: 0'], [['7'], ['9']]],
  ] as const)('and differ in %s are one', async (_what, names, [a, b]) => {
    const text = csv([...header, ...names, 'note'], fill(...a, 'z'), fill(...b, 'z'));
    expect((await read(['recharges', '--local'], text)).rows).toMatchObject({ valid: 1, duplicates: 1 });
  });

  test('twenty rows in the same order again are a second copy, whatever else differs', async () => {
    const rows = Array.from({ length: 25 }, (_, at) => ['2025-06-01', 'diesel', 'ES', String(at + 10), 'X']);
    const copies = ['first', 'second'].flatMap((name) => rows.map((row) => [...row, name]));
    const { rows: counts, warnings } = await read(['recharges', '--local'], csv([...header, 'export'], ...copies));
    expect(counts).toMatchObject({ valid: 25, duplicates: 25 });
    expect(warnings.get('SECOND_COPY')).toContain('rows 26 to 50 repeat rows 1 to 25');
    const few = ['first', 'second'].flatMap((name) => rows.slice(0, 19).map((row) => [...row, name]));
    expect((await read(['recharges', '--local'], csv([...header, 'export'], ...few))).rows.valid).toBe(38);
  });
});

describe('legs of a shipment without places', () => {
  const legs = (...rows: readonly (readonly string[])[]): string =>
    csv(['movement_id', 'category', 'load', 'distance_km'], ...rows.map((row) => ['S1', ...row]));

  test.each([
    ['distance', ['road', '10', '100'], ['road', '10', '150']],
    ['category', ['road', '10', '100'], ['rail', '10', '100']],
    ['both', ['road', '10', '100'], ['maritime', '10', '5000']],
  ])('of equal load that differ in %s are legs', async (_what, a, b) => {
    expect((await read(['requests', '--local'], legs(a, b))).rows).toMatchObject({ valid: 2, duplicates: 0 });
  });

  test('that differ in their load alone are in conflict', async () => {
    const { errors } = await read(['requests', '--local'], legs(['road', '10', '100'], ['road', '12', '100']));
    expect(errors).toMatchObject([{ row: 2, code: 'CONFLICT' }]);
  });
});

describe('remarks below the table', () => {
  const table = csv(...list([]).slice(0, 3));
  test.each([
    ['Datos provisionales del sistema\n', 1],
    ['Fuente: TMS;;;;\n', 1],
    ['TOTAL;;300.5;3500.5;\nFuente: el sistema central\nDatos sin revisar\n', 3],
  ])('are skipped: %j', async (rest, skipped) => {
    const { exit, rows, warnings } = await read(['requests', '--local'], table + rest);
    expect([exit, rows.valid, rows.skipped]).toEqual([0, 2, skipped]);
    expect(warnings.get('ROWS_SKIPPED')).toContain('remarks below the table were skipped');
  });

  test.each([
    ['a line that the file breaks off in', 'Datos provisionales del sistema'],
    ['a number', 'Informe del 3 de mayo\n'],
    ['a name', 'Madrid;;;;\n'],
    ['a broken row', 'A-3;Dies\n'],
    ['a row among others', 'Datos provisionales del sistema\nA-4;X;10;100;van_diesel\n'],
  ])('are not %s', async (_name, rest) => {
    const { exit, rows } = await read(['requests', '--local'], table + rest);
    expect([exit, rows.invalid, rows.skipped]).toEqual([1, 1, 0]);
  });
});

describe('a total that has a date', () => {
  const fills = (...rows: readonly (readonly string[])[]): string =>
    csv(
      ['date', 'vehicle_license_plate', 'quantity', 'fuel_id', 'country'],
      ...rows.map((row) => [...row, 'diesel', 'ES']),
    );
  const read3 = (...rows: readonly (readonly string[])[]) =>
    read(['recharges', '--local'], fills(['2025-06-15', 'A', '100'], ['2025-06-16', 'A', '50'], ...rows));

  test('is skipped where it adds up, as later ones are', async () => {
    const { rows, warnings } = await read3(
      ['2025-06-30', 'TOTAL A', '150'],
      ['2025-06-18', 'B', '70'],
      ['2025-06-30', 'Summe Karte B', '70'],
      ['2025-06-30', 'Gesamtsumme', '220'],
    );
    expect(rows).toMatchObject({ valid: 3, skipped: 3 });
    expect(warnings.get('ROWS_SKIPPED')).toContain('(rows 3, 5, 6)');
  });

  test('is a record where it does not add up, and whatever is called so then', async () => {
    const { rows } = await read3(['2025-06-17', 'Total Express', '40'], ['2025-06-30', 'Total Express', '190']);
    expect(rows).toMatchObject({ valid: 4, skipped: 0 });
  });

  test('is nothing by the first record above it alone', async () => {
    const text = fills(['2025-06-15', 'A', '100'], ['2025-06-16', 'Total Express', '100']);
    expect((await read(['recharges', '--local'], text)).rows).toMatchObject({ valid: 2, skipped: 0 });
  });
});

test('sums that are carried forward are totals', async () => {
  const text = csv(
    ['Fecha', 'Matrícula', 'Litros', 'fuel_id', 'country'],
    ['2025-06-15', 'A', '50', 'diesel', 'ES'],
    ['2025-06-16', 'B', '60', 'diesel', 'ES'],
    ['Suma y sigue', '', '110', '', ''],
    ['Suma anterior', '', '110', '', ''],
    ['2025-06-17', 'C', '10', 'diesel', 'ES'],
    ['TOTAL', '', '120', '', ''],
  );
  expect((await read(['recharges', '--local'], text)).rows).toMatchObject({ valid: 3, skipped: 3, invalid: 0 });
});
