import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tag } from '../../src/columns/batch.ts';
import { detectConventions } from '../../src/mapping/conventions.ts';
import { readDateText } from '../../src/mapping/dates.ts';
import { mapColumns, readMappingOptions } from '../../src/mapping/mapping.ts';
import { type DecimalMark, decimalEvidence, parseNumber } from '../../src/mapping/numbers.ts';
import { kinds } from '../../src/records/kinds.ts';
import { readRow } from '../support/records.ts';

const { requests, recharges } = kinds;

/** The conventions of a table: columns, then rows. */
function conventionsOf(columns: string[], ...rows: string[][]) {
  const options = readMappingOptions(requests, undefined, [], []);
  const mapping = mapColumns(requests, columns, options, 'a.csv');
  const sample = rows.map((cells, index) => ({
    line: index + 2,
    cells,
    tags: cells.map(() => Tag.text),
    isMalformed: false,
  }));
  return detectConventions(
    { kind: requests, mapping, columns, rows: sample, path: 'a.csv', nulls: options.nulls },
    options.conventions,
  );
}

const numbers = (...texts: string[]) => conventionsOf(['load'], ...texts.map((text) => [text]));
const dates = (...texts: string[]) => conventionsOf(['date'], ...texts.map((text) => [text]));

describe('the decimal mark', () => {
  test.each<[string[], DecimalMark, string]>([
    [['12,5'], ',', 'evidence'],
    [['1.234,50'], ',', 'evidence'],
    [['1234,567'], ',', 'evidence'],
    [['0,125'], ',', 'evidence'],
    [['1.234.567'], ',', 'evidence'],
    [['1.234', '7,5'], ',', 'evidence'],
    [['12,5 kg'], ',', 'evidence'],
    [['12.5'], '.', 'evidence'],
    [['1,234.50'], '.', 'evidence'],
    [['1,234,567'], '.', 'evidence'],
    [['12', '7'], '.', 'default'],
    [['0.5', '1.234'], '.', 'evidence'],
    [['abc', 'n/a', '', '1e3'], '.', 'default'],
  ])('of %j is %s by %s', (texts, decimal, decimalReason) => {
    expect(numbers(...texts)).toMatchObject({ decimal, decimalReason });
  });

  test('is asked for where nothing proves it and a number reads both ways', () => {
    expect(() => numbers('64', '7', '1.234')).toThrow(
      'nothing in a.csv proves the decimal mark: "1.234" in line 4, column "load" is 1.234 or 1234; ' +
        '2 values of "load" under 1,000 have no mark',
    );
    expect(numbers('1234')).toMatchObject({ decimal: '.', decimalReason: 'default', openDecimals: ['load'] });
  });

  test('is not proved by numbers of JSON nor by rows that could not be read', () => {
    const options = readMappingOptions(requests, undefined, [], []);
    const mapping = mapColumns(requests, ['load'], options, 'a.jsonl');
    const sample = [
      { line: 1, cells: ['7.25'], tags: [Tag.number], isMalformed: false },
      { line: 2, cells: ['7.25'], tags: [Tag.text], isMalformed: true },
      { line: 3, cells: ['12,5'], tags: [Tag.text], isMalformed: false },
    ];
    const found = detectConventions(
      { kind: requests, mapping, columns: ['load'], rows: sample, path: 'a.jsonl', nulls: options.nulls },
      options.conventions,
    );
    expect(found).toMatchObject({ decimal: ',', decimalEvidence: { line: 3, column: 'load', text: '12,5' } });
  });

  test('is refused where both are proved, naming a row of each', () => {
    expect(() => numbers('12,5', '3', '7.25')).toThrow(
      '"7.25" in line 4, column "load" has a decimal dot, "12,5" in line 2',
    );
  });

  test('a number with the other mark is a row error with the proof', () => {
    const conventions = numbers('12,5');
    const read = (text: string) => readRow({ kind: requests, columns: ['load'], conventions }, { cells: [text] });
    expect(read('1.234').fields).toEqual({ load: 1234 });
    expect(read('1.234,5').fields).toEqual({ load: 1234.5 });
    expect(read('7.25').issues).toMatchObject([
      { code: 'INVALID_NUMBER', message: expect.stringContaining('(line 2: "12,5")') },
    ]);
  });

  test('what proves one mark is not a number under the other', () => {
    const text = fc.string({ unit: fc.constantFrom('1', '2', '0', '.', ',', ' ', '-'), maxLength: 9 });
    fc.assert(
      fc.property(text, (each) => {
        const proof = decimalEvidence(each);
        if (proof === '.' || proof === ',') {
          expect(parseNumber(each, proof)).toBeDefined();
          expect(parseNumber(each, proof === '.' ? ',' : '.')).toBeUndefined();
        }
      }),
    );
  });

  test.each<[string, DecimalMark]>([
    ['es', ','],
    ['de', ','],
    ['fr', ','],
    ['it', ','],
    ['pt', ','],
    ['en', '.'],
    ['de-CH', '.'],
  ])('numbers as %s writes them are read back', (locale, mark) => {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => {
        const rounded = Number(value.toFixed(6));
        const text = format.format(rounded);
        const back = parseNumber(text, mark);
        expect(
          back === undefined ? `${text} is not read` : Math.abs(back - rounded) <= Math.abs(rounded) * 1e-12 + 1e-6,
        ).toBe(true);
      }),
    );
  });
});

describe('the order of dates', () => {
  test.each<[string[], string]>([
    [['2025-06-15', '20250615'], 'iso'],
    [['15/06/2025', '01/02/2025'], 'dmy'],
    [['31.12.25'], 'dmy'],
    [['12/31/2025'], 'mdy'],
    [['1/2/2025 10:30', '1/25/2025 9:00 PM'], 'mdy'],
  ])('of %j is %s', (texts, dateOrder) => {
    expect(dates(...texts)).toMatchObject({ dateOrder });
  });

  test('is refused where nothing or both prove it', () => {
    expect(() => dates('01/02/2025', '03/04/2025')).toThrow('"01/02/2025" in line 2, column "date" could be either');
    expect(() => dates('15/02/2025', '02/15/2025')).toThrow('two orders');
  });

  test.each<[string, 'iso' | 'dmy' | 'mdy', string]>([
    ['15/06/2025', 'dmy', '2025-06-15'],
    ['1-2-25', 'dmy', '2025-02-01'],
    ['31.12.2025', 'dmy', '2025-12-31'],
    ['12/31/2025', 'mdy', '2025-12-31'],
    ['31/12/2025 08:15:00', 'dmy', '2025-12-31'],
    ['2024-02-29T23:00:00Z', 'iso', '2024-02-29'],
  ])('%s in %s is %s', (text, order, date) => {
    expect(readDateText(text, { order })).toEqual({ kind: 'date', date });
  });

  test.each<[string, 'iso' | 'dmy' | 'mdy', string]>([
    ['30/02/2025', 'dmy', 'no such day'],
    ['2025-02-30', 'iso', 'no such day'],
    ['12/31/2025', 'dmy', 'order'],
    ['31/12/2025', 'mdy', 'order'],
    ['45823', 'dmy', 'no date'],
    ['15/06-2025', 'dmy', 'no date'],
    ['soon', 'dmy', 'no date'],
  ])('%s in %s is refused: %s', (text, order, kind) => {
    expect(readDateText(text, { order }).kind).toBe(kind);
  });

  test('any day that Intl writes is read back', () => {
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        day,
        fc.constantFrom<['de' | 'en-US' | 'es', 'dmy' | 'mdy']>(['de', 'dmy'], ['en-US', 'mdy'], ['es', 'dmy']),
        (date, [locale, order]) => {
          const text = new Intl.DateTimeFormat(locale, { timeZone: 'UTC' }).format(date);
          expect(readDateText(text, { order })).toEqual({ kind: 'date', date: date.toISOString().slice(0, 10) });
        },
      ),
    );
  });
});

describe('units', () => {
  const read = (columns: string[], cells: string[], kind = requests) => readRow({ kind, columns }, { cells });

  test.each([
    [['load'], ['1200 kg'], { load: 1200, load_unit: 'kg' }],
    [['load'], ['3 t'], { load: 3, load_unit: 'ton' }],
    [['load', 'load_unit'], ['3 t', 'kg'], { load: 3000, load_unit: 'kg' }],
    [['load', 'load_unit'], ['1200kg', 'ton'], { load: 1.2, load_unit: 'ton' }],
    [['load'], ['4 palés'], { load: 4, load_unit: 'pallets' }],
    [['Peso (t)'], ['3.5'], { load: 3.5, load_unit: 'ton' }],
    [['Peso (kg)'], ['350'], { load: 350, load_unit: 'kg' }],
    [['weight lb'], ['100'], { load: 45.359237, load_unit: 'kg' }],
    [['Distance (mi)'], ['100'], { distance_km: 160.9344 }],
    [['distance m'], ['1500'], { distance_km: 1.5 }],
  ])('%j %j is %j', (columns, cells, fields) => {
    const reading = read(columns, cells);
    expect(reading.issues).toEqual([]);
    expect(reading.fields).toEqual(fields);
    expect(Object.keys(reading.fields)).toEqual(Object.keys(fields));
  });

  test('of a column’s name and of a column of units that contradict each other are refused', () => {
    expect(read(['Peso (t)', 'load_unit'], ['3.5', 'kg']).issues).toMatchObject([{ field: 'load' }]);
  });

  test.each([
    ['Peso (t)', 3, 'ton'],
    ['Toneladas', 3, 'ton'],
    ['Kilos', 3, 'kg'],
    ['Bruto', 3, undefined],
  ])('of a column that is mapped by hand count: %s', (column, load, unit) => {
    const options = readMappingOptions(requests, { fields: { load: column } }, [], []);
    const fields = unit === undefined ? { load } : { load, load_unit: unit };
    expect(readRow({ kind: requests, columns: [column], options }, { cells: ['3'] }).fields).toEqual(fields);
  });

  test('that contradict the row are refused', () => {
    expect(read(['load', 'load_unit'], ['3 t', 'pallets']).issues).toMatchObject([
      { code: 'INVALID_NUMBER', field: 'load', value: '3 t' },
    ]);
    expect(read(['distance_km'], ['3 t']).issues).toMatchObject([{ code: 'INVALID_NUMBER' }]);
  });

  test('of fuel are litres', () => {
    expect(read(['Litros'], ['50.5'], recharges).fields).toEqual({ quantity: 50.5 });
    expect(read(['quantity'], ['50,5 l'.replace(',', '.')], recharges).fields).toEqual({ quantity: 50.5 });
  });
});
