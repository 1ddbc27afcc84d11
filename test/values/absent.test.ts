import { describe, expect, test } from 'vitest';
import { csv, jsonl, read } from './read-values.ts';

const shipments = (...rows: readonly (readonly string[])[]): string[][] => [
  ['movement_id', 'distance_km', 'load', 'toc', 'shipment_date', 'client'],
  ...rows.map((row) => [...row, '', '', ''].slice(0, 6)),
];

const both = (table: readonly (readonly string[])[]): readonly string[] => [csv(...table), jsonl(table)];

describe('a text of a program that means "no value" is none', () => {
  test.each(['\\N', 'nan', 'NaN', 'NaT', 'None', 'nil', '(null)', '<NA>', '0000-00-00', '00.00.0000', 'NULL', ' nan '])(
    '%s',
    async (text) => {
      const table = shipments(
        [text, '100', text, 'van_diesel', text, text],
        [text, '150', text, 'van_diesel', text, text],
      );
      for (const written of both(table)) {
        const { exit, rows, warnings } = await read(['requests', '--local'], written);
        expect([exit, rows.valid]).toEqual([0, 2]);
        if (text !== 'NULL') expect(warnings.get('ABSENT_VALUE')).toContain('movement_id');
      }
    },
  );

  test.each(['NAN', 'none', 'NONE', 'Nil', 'nothing', '0000-00-01'])('not in another spelling: %s', async (text) => {
    const { exit, errors } = await read(['requests', '--local'], csv(...shipments(['A', text, '1', 'van_diesel'])));
    expect([exit, errors[0]?.code]).toEqual([1, 'INVALID_NUMBER']);
  });

  test.each(['nan', 'None', 'nil', '(null)', '<NA>'])('a place that it may be is refused: %s', async (place) => {
    const table = [
      ['movement_id', 'origin', 'destination', 'distance_km', 'load', 'toc'],
      ['A', place, 'Madrid', '100', '500', 'van_diesel'],
    ];
    for (const written of both(table)) {
      const { errors } = await read(['requests', '--dry-run'], written);
      expect(errors).toMatchObject([{ row: 1, code: 'INVALID_CHOICE', field: 'origin' }]);
      expect((await read(['requests', '--dry-run', '--null', place], written)).exit).toBe(0);
    }
  });
});

describe('--null adds texts', () => {
  test.each(['sin dato', 's/d', 'k.A.', 'n.d.', '?', '0', '#FALTA'])('%s', async (text) => {
    const table = shipments(['A', '100', text, 'van_diesel', text, text]);
    expect((await read(['requests', '--local'], csv(...table))).exit).toBe(1);
    for (const written of both(table)) {
      const { exit, results } = await read(['requests', '--local', '--null', text], written);
      expect([exit, results[0]?.['load_t'] === 0]).toEqual([0, false]);
    }
  });
});

describe('NA', () => {
  test('is not a value in numbers, dates, ids and booleans', async () => {
    const table = [
      ['movement_id', 'distance_km', 'load', 'toc', 'shipment_date', 'cleaning', 'hub_id'],
      ['NA', '100', 'NA', 'van_diesel', 'NA', 'NA', 'NA'],
    ];
    for (const written of both(table)) {
      const { exit, warnings } = await read(['requests', '--local'], written);
      expect(exit).toBe(0);
      expect(warnings.get('ABSENT_VALUE')).toContain('was taken for no value');
    }
  });

  const fills = (...rows: readonly (readonly string[])[]): string =>
    csv(['date', 'fuel_id', 'quantity', 'country', 'note'], ...rows);

  test('is Namibia among countries, but not where the file has it elsewhere', async () => {
    const namibia = await read(['recharges', '--dry-run'], fills(['2025-06-01', 'diesel', '50', 'NA', 'x']));
    expect(namibia.exit).toBe(0);
    const open = fills(['2025-06-01', 'diesel', '50', 'NA', 'NA'], ['2025-06-02', 'diesel', '50', 'ES', '']);
    const { errors } = await read(['recharges', '--dry-run'], open);
    expect(errors).toMatchObject([{ row: 1, code: 'INVALID_COUNTRY' }]);
    const absent = await read(['recharges', '--dry-run', '--null', 'NA'], open);
    expect(absent.errors).toMatchObject([{ row: 1, code: 'MISSING_FIELD' }]);
    const filled = await read(['recharges', '--dry-run', '--null', 'NA', '--set', 'country=NA'], open);
    expect(filled.rows.valid).toBe(2);
  });
});

describe('an error of a spreadsheet is a lost value', () => {
  test.each(['#N/A', '#DIV/0!', '#VALUE!', '#REF!', '#NV', '#¡DIV/0!', '#WERT!', '#RIF!', '#NOM?', '#n/a'])(
    '%s',
    async (error) => {
      const fields = [
        ['distance_km', 'INVALID_NUMBER'],
        ['load', 'INVALID_NUMBER'],
        ['shipment_date', 'INVALID_DATE'],
        ['movement_id', 'MALFORMED_ROW'],
        ['toc', 'MALFORMED_ROW'],
      ] as const;
      const [header = []] = shipments();
      const rows = fields.map(([field], at) => {
        const row = [`A${String(at)}`, '100', '500', 'van_diesel', '2025-06-01', 'X'];
        row[header.indexOf(field)] = error;
        return row;
      });
      for (const written of both(shipments(...rows))) {
        const { errors } = await read(['requests', '--local'], written);
        expect(errors.map(({ code }) => code)).toEqual(fields.map(([, code]) => code));
      }
    },
  );

  test('but absent, and said once, where no figure and no key needs it', async () => {
    const rows = ['A', 'B', 'C'].map((id) => [id, '100', '500', 'van_diesel', '2025-06-01', '#N/A']);
    for (const written of both(shipments(...rows))) {
      const { exit, warnings } = await read(['requests', '--local'], written);
      expect(exit).toBe(0);
      expect(warnings.get('ABSENT_VALUE')).toContain('client: "#N/A", an error of a spreadsheet');
    }
  });
});

describe('a purchase without quantity', () => {
  const header = ['date', 'fuel_id', 'country', 'quantity'];
  const table = [header, ['2025-06-01', 'diesel', 'ES', ''], ['2025-06-02', 'diesel', 'ES', '50']];

  test.each(['--local', '--dry-run'])('is refused, unless allowed: %s', async (mode) => {
    for (const written of both(table)) {
      const { exit, errors } = await read(['recharges', mode], written);
      expect(exit).toBe(1);
      expect(errors).toMatchObject([{ row: 1, code: 'MISSING_FIELD', field: 'quantity' }]);
    }
    expect((await read(['recharges', '--dry-run', '--allow-missing', 'quantity'], csv(...table))).rows.valid).toBe(2);
  });

  test('a file without such a column ends before anything is sent', async () => {
    const without = csv(...table.map((row) => row.slice(0, 3)));
    expect((await read(['recharges', '--dry-run'], without)).error?.code).toBe('MAPPING_INCOMPLETE');
    expect((await read(['recharges', '--dry-run', '--allow-missing', 'quantity'], without)).exit).toBe(0);
  });
});

test('a total row of pandas has no id, but nan', async () => {
  const table = [
    ['movement_id', 'distance_km', 'load', 'toc'],
    ['A', '100', '500', 'van_diesel'],
    ['B', '150', '700', 'van_diesel'],
    ['nan', '250', '1200', ''],
  ];
  expect((await read(['requests', '--local', '--set', 'toc=van_diesel'], csv(...table))).rows.skipped).toBe(1);
});
