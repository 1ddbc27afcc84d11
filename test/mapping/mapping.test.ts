import { describe, expect, test } from 'vitest';
import { Tag } from '../../src/columns/batch.ts';
import { aliases } from '../../src/mapping/aliases.ts';
import { matchColumn, suggestField } from '../../src/mapping/columns.ts';
import { mapColumns, readMappingOptions } from '../../src/mapping/mapping.ts';
import { nearest, normaliseName } from '../../src/mapping/names.ts';
import { kindFor, kinds } from '../../src/records/kinds.ts';
import { readRow } from '../support/records.ts';

const { requests, recharges } = kinds;
const noOptions = readMappingOptions(requests, undefined, [], []);

/** What a row of these columns and cells says of the fields. */
const read = (columns: string[], cells: string[], options = noOptions) =>
  readRow({ kind: requests, columns, options }, { cells });

describe('column names', () => {
  test.each([
    ['movement_id', 'movement_id', 'exact'],
    ['Movement ID', 'movement_id', 'normalised'],
    ['DISTANCE-KM', 'distance_km', 'normalised'],
    ['Distance (km)', 'distance_km', 'normalised'],
    ['date', 'shipment_date', 'vendor'],
    ['reference', 'movement_id', 'vendor'],
    ['weight', 'load', 'vendor'],
    ['vehicle', 'toc', 'vendor'],
    ['Población origen', 'origin', 'es'],
    ['Nº expedición', 'movement_id', 'es'],
    ['MATRÍCULA', 'vehicle_license_plate', 'es'],
    ['customer', 'client', 'en'],
    ['UoM', 'load_unit', 'en'],
    ['UOM', 'load_unit', 'en'],
  ])('%s means %s (%s)', (column, field, reason) => {
    expect(matchColumn(requests, column)).toEqual({ field, reason });
  });

  test.each([
    ['Peso (t)', 'load', 't'],
    ['weight_t', 'load', 't'],
    ['Peso bruto kg', 'load', 'kg'],
    ['distance_mi', 'distance_km', 'mi'],
    ['Distancia (m)', 'distance_km', 'm'],
  ])('%s means %s in %s', (column, field, unit) => {
    expect(matchColumn(requests, column)).toMatchObject({ field, unit });
  });

  test('Litros is a quantity of fuel', () => {
    expect(matchColumn(recharges, 'Litros')).toMatchObject({ field: 'quantity', unit: 'litros' });
  });

  test.each(['Peso (x)', 'client_t', 'Importe', '_row', '_errors', 'foo'])('%s means nothing', (column) => {
    expect(matchColumn(requests, column)).toBeUndefined();
  });

  test('the pandas sample’s plate is the vehicle’s', () => {
    expect(matchColumn(recharges, 'plate')?.field).toBe('vehicle_license_plate');
    expect(matchColumn(recharges, 'Combustible')?.field).toBe('fuel_id');
  });

  test('every alias is written as names are compared, and means one field only', () => {
    for (const [kind, fields] of Object.entries(aliases)) {
      const owners = new Map<string, string>();
      for (const [field, sources] of Object.entries(fields)) {
        const { fields: known } = kindFor(kind as 'requests', 'calculator');
        expect(Object.keys(known)).toContain(field);
        for (const name of Object.values(sources).flat()) {
          expect(normaliseName(name)).toBe(name);
          expect([name, owners.get(name) ?? field]).toEqual([name, field]);
          owners.set(name, field);
        }
      }
    }
  });

  test('an unmatched name is given the nearest field, never used by similarity', () => {
    expect(suggestField(requests, 'distanse_km')).toBe('distance_km');
    expect(suggestField(requests, 'Shipment number 2')).toBe('movement_id');
    expect(suggestField(requests, 'qqq')).toBeUndefined();
    expect(mapColumns(requests, ['distanse_km', 'toc'], noOptions, 'x').unmapped).toEqual([
      { column: 'distanse_km', suggestion: 'distance_km' },
    ]);
  });

  test('nearest finds swaps, but not everything', () => {
    expect(nearest('van_disel', ['van_diesel', 'van_petrol'])).toBe('van_diesel');
    expect(nearest('raod', ['rail', 'road'])).toBe('road');
    expect(nearest('submarine', ['van_diesel', 'road'])).toBeUndefined();
  });
});

describe('a mapping', () => {
  test('prefers --map to the file, and the file to names', () => {
    const file = { fields: { client: 'B', movement_id: 'B' } };
    const options = readMappingOptions(requests, file, ['client=A'], []);
    const { fields } = read(['client', 'A', 'B'], ['c', 'a', 'b'], options);
    expect(fields).toEqual({ client: 'a', movement_id: 'b' });
  });

  test('an exact name wins over an alias, which is said to be unused', () => {
    const mapping = mapColumns(requests, ['weight', 'load'], noOptions, 'x');
    expect(mapping.sources).toEqual([{ field: 'load', columns: [1], reason: 'exact' }]);
    expect(mapping.unmapped).toEqual([{ column: 'weight', suggestion: undefined }]);
  });

  test('joins several columns, without the empty ones', () => {
    const options = readMappingOptions(requests, { fields: { origin: ['City', 'Country'] } }, [], []);
    expect(read(['City', 'Country'], ['Vigo', 'Spain'], options).fields).toEqual({ origin: 'Vigo, Spain' });
    expect(read(['City', 'Country'], ['Vigo', ''], options).fields).toEqual({ origin: 'Vigo' });
  });

  test('translates values without regard to case', () => {
    const options = readMappingOptions(requests, { values: { toc: { Furgoneta: 'van_diesel' } } }, [], []);
    expect(read(['toc'], ['FURGONETA'], options).fields).toEqual({ toc: 'van_diesel' });
  });

  test('--set fills what a row leaves empty, and nothing else', () => {
    const options = readMappingOptions(requests, { set: { client: 'X', year: '2024' } }, [], ['client=ACME']);
    expect(read(['client'], [''], options).fields).toEqual({ year: 2024, client: 'ACME' });
    expect(read(['client'], ['own'], options).fields).toEqual({ year: 2024, client: 'own' });
  });

  test('a column name that occurs twice matters only if it is mapped', () => {
    expect(() => mapColumns(requests, ['x', 'x', 'toc'], noOptions, 'a.csv')).not.toThrow();
    expect(() => mapColumns(requests, ['toc', 'toc'], noOptions, 'a.csv')).toThrow('both mean toc');
    const options = readMappingOptions(requests, undefined, ['client=x'], []);
    expect(() => mapColumns(requests, ['x', 'x', 'toc'], options, 'a.csv')).toThrow('two columns "x"');
  });
});

describe('values', () => {
  test.each([
    ['load', '12.5', 12.5],
    ['load', '+5', 5],
    ['load', '.5', 0.5],
    ['load', '1e3', 1000],
    ['load', '1,234.5', 1234.5],
    ['load', '1 234 567', 1234567],
    ['load', "1'234.5", 1234.5],
    ['load', '\u22125', -5],
    ['distance_km', '500 km', 500],
    ['distance_km', '10 mi', 16.09344],
    ['origin_country', 'España', 'ES'],
    ['origin_country', 'DEU', 'DE'],
    ['origin_country', 'el', 'GR'],
    ['shipment_date', '20250615', '2025-06-15'],
    ['shipment_date', '2025/6/5', '2025-06-05'],
    ['subcontractor', 'nein', false],
    ['subcontractor', 'oui', true],
    ['year', '2024', 2024],
    ['cleaning', 'Sí', true],
    ['cleaning', 'x', true],
    ['subcontractor', 'NO', false],
    ['subcontractor', '0', false],
    ['shipment_date', '2025-06-15', '2025-06-15'],
    ['shipment_date', '2025-06-15T23:59:59+02:00', '2025-06-15'],
    ['shipment_date', '2025-06-15 08:00', '2025-06-15'],
    ['origin_country', 'es', 'ES'],
    ['origin_country', 'UK', 'GB'],
    ['load_unit', 'KG', 'kg'],
    ['load_unit', 't', 'ton'],
    ['load_unit', 'Palés', 'pallets'],
    ['category', 'Carretera', 'road'],
    ['movement_id', '0012', '0012'],
  ])('%s %j is %j', (field, text, value) => {
    expect(read([field], [text]).fields).toEqual({ [field]: value });
  });

  test.each(['', '  ', 'NULL', 'null', 'N/A', 'n/a', '-', '\\N', 'nan', 'None', '<NA>', '0000-00-00'])(
    '%j means that there is no value',
    (text) => {
      expect(read(['client', 'load'], [text, text])).toMatchObject({ fields: {}, issues: [] });
    },
  );

  test.each([
    ['load', '12,5', 'INVALID_NUMBER'],
    ['load', '1.234,5', 'INVALID_NUMBER'],
    ['load', '#N/A', 'INVALID_NUMBER'],
    ['load', 'Infinity', 'INVALID_NUMBER'],
    ['load', '0x10', 'INVALID_NUMBER'],
    ['load', '1e999', 'INVALID_NUMBER'],
    ['load', '12 cajas', 'INVALID_NUMBER'],
    ['load', '1,23', 'INVALID_NUMBER'],
    ['origin_country', 'Spainn', 'INVALID_COUNTRY'],
    ['shipment_date', '2025-02-30', 'INVALID_DATE'],
    ['shipment_date', '15/06/2025', 'INVALID_DATE'],
    ['shipment_date', '45823', 'INVALID_DATE'],
    ['cleaning', 'maybe', 'INVALID_BOOLEAN'],
  ])('%s %j is refused as %s', (field, text, code) => {
    const { fields, unreadable, issues } = read([field], [text]);
    expect(fields).toEqual({});
    expect([...unreadable]).toEqual([field]);
    expect(issues).toMatchObject([{ code, field, value: text }]);
  });

  test('a nested JSON value is not a value', () => {
    const { fields, issues } = readRow(
      { kind: requests, columns: ['origin', 'load'] },
      {
        cells: [
          { written: '{"city":"Vigo"}', tag: Tag.nested },
          { written: '[1]', tag: Tag.nested },
        ],
      },
    );
    expect(fields).toEqual({});
    expect(issues).toMatchObject([
      { code: 'MALFORMED_ROW', field: 'origin', value: '{"city":"Vigo"}' },
      { code: 'MALFORMED_ROW', field: 'load', value: '[1]' },
    ]);
  });

  test('a number of JSON has a dot, whatever the texts of its file have', () => {
    const columns = ['load', 'client'];
    const conventions = { decimal: ',', dateOrder: 'iso' } as const;
    const number = { written: '1.234', tag: Tag.number } as const;
    const parts = { kind: requests, columns, conventions };
    expect(readRow(parts, { cells: [number, number] }).fields).toEqual({ load: 1.234, client: '1.234' });
    expect(readRow(parts, { cells: ['1.234', '1.234'] }).fields).toEqual({ load: 1234, client: '1.234' });
  });

  test('a JSON key that came late is read by its name', () => {
    const row = {
      cells: ['van_diesel'],
      extras: [
        { key: 'Cliente', text: 'ACME', tag: Tag.text },
        { key: 'foo', text: 'x', tag: Tag.text },
        { key: 'load', text: '1.5', tag: Tag.number },
      ],
    } as const;
    const { fields, notes } = readRow({ kind: requests, columns: ['toc'], hasOpenNames: true }, row);
    expect(fields).toEqual({ toc: 'van_diesel', client: 'ACME', load: 1.5 });
    expect(notes).toMatchObject([{ code: 'UNMAPPED_COLUMN', message: expect.stringContaining('"foo"') }]);
  });

  test('a JSON key that came late and means what a column means is refused', () => {
    const extras = [{ key: 'Cliente', text: 'B', tag: Tag.text }] as const;
    const parts = { kind: requests, columns: ['client'], hasOpenNames: true };
    expect(readRow(parts, { cells: ['A'], extras }).issues).toMatchObject([
      { code: 'MALFORMED_ROW', message: expect.stringContaining('has two values for client') },
    ]);
    expect(readRow(parts, { cells: [''], extras }).fields).toEqual({ client: 'B' });
  });
});
