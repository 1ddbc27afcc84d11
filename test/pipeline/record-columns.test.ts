import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tag } from '../../src/columns/batch.ts';
import { readMappingOptions } from '../../src/mapping/mapping.ts';
import { kinds } from '../../src/records/kinds.ts';
import { randomTable, tableOver, targets } from '../support/random-records.ts';
import { readByColumns, readRow, readRows } from '../support/records.ts';

const numRuns = Number(process.env['RECORD_RUNS'] ?? 300);

describe('records by columns', () => {
  test('are those that are read row by row and checked by the schema: fields, issues, their words and order', () => {
    fc.assert(
      fc.property(randomTable, fc.integer({ min: 1, max: 5 }), ({ parts, rows }, batchRows) => {
        readRows(parts, rows, batchRows);
      }),
      { numRuns },
    );
  });

  const fields = targets.flatMap(([kind, target]) =>
    Object.keys(kind.fields).map((field) => [kind.name, target, field, kind] as const),
  );

  test.each(fields)(
    'of %s for the %s have the values and issues of single rows in %s',
    (_name, target, field, kind) => {
      fc.assert(
        fc.property(
          tableOver(kind, target, fc.constant([field])),
          fc.integer({ min: 1, max: 5 }),
          ({ parts, rows }, batchRows) => {
            readRows(parts, rows, batchRows);
          },
        ),
        { numRuns: Math.ceil(numRuns / 6) },
      );
    },
  );
});

describe('a constant', () => {
  const { requests } = kinds;

  test('is in the field’s own unit, whatever unit the name of its column has', () => {
    const options = readMappingOptions(requests, undefined, [], ['load=7', 'distance_km=10']);
    const parts = { kind: requests, columns: ['Peso (t)', 'Distance (mi)'], options };
    expect(readRow(parts, { cells: ['', ''] }).fields).toEqual({ distance_km: 10, load: 7 });
    expect(readRow(parts, { cells: ['7', '10'] }).fields).toEqual({ distance_km: 16.09344, load: 7, load_unit: 'ton' });
    const localRecharges = kinds.recharges.local;
    if (localRecharges === undefined) throw new Error('no kind');
    const fuel = {
      kind: localRecharges,
      columns: ['Litros'],
      options: readMappingOptions(localRecharges, undefined, [], ['quantity=7']),
    };
    expect(readRow(fuel, { cells: [''] }).fields).toEqual({ quantity: 7 });
    expect(readRow(fuel, { cells: ['8'] }).fields).toEqual({ quantity: 8, quantity_unit: 'l' });
  });

  test('does not hide that a translation of the empty text can’t be read', () => {
    const options = readMappingOptions(requests, { values: { load: { '': 'x' } }, set: { load: 1 } }, [], []);
    const read = readRows({ kind: requests, columns: ['client'], options }, [{ cells: ['A'] }, { cells: ['B'] }]);
    expect(read.map(({ issues: [issue] }) => issue?.code)).toEqual(['INVALID_NUMBER', 'INVALID_NUMBER']);
  });
});

test('a number that its unit makes infinite is refused', () => {
  const parts = { kind: kinds.requests, columns: ['Distance (mi)', 'toc'] };
  const huge = '1'.padEnd(309, '7');
  expect(Number.isFinite(Number(huge))).toBe(true);
  const [{ issues = [] } = {}] = readByColumns(parts, [{ cells: [huge, 'x'] }]);
  expect(issues).toMatchObject([{ code: 'INVALID_NUMBER', field: 'distance_km' }]);
  readRow(parts, { cells: [huge, 'x'] });
});

test('numbers of JSON are translated, and keep their dot where they are joined with nothing', () => {
  const { requests } = kinds;
  const conventions = { decimal: ',', dateOrder: 'iso' } as const;
  const file = { fields: { load: ['a', 'b'] }, values: { tkm: { '12': '13' } } };
  const options = readMappingOptions(requests, file, [], []);
  const number = (written: string) => ({ written, tag: Tag.number });
  const parts = { kind: requests, columns: ['a', 'b', 'tkm'], options, conventions };
  expect(readRow(parts, { cells: [number('1.5'), '', number('12')] }).fields).toEqual({ load: 1.5, tkm: 13 });
  expect(readRow(parts, { cells: ['', number('1.5'), '12'] }).fields).toEqual({ load: 1.5, tkm: 13 });
});
