import { describe, expect, test } from 'vitest';
import { openBytes } from '../support/inputs.ts';
import { inspectBytes, textRow, workbookOf } from '../support/workbooks.ts';
import { csv } from './read-values.ts';

const inspectCsv = (...rows: readonly (readonly string[])[]) =>
  inspectBytes(Buffer.from(csv(...rows)), { name: 'a.csv', decimal: '.' });
const record = (id: string): string[] => [id, '620', '12', 'van_diesel'];

describe('a row of units below the header', () => {
  test.each([
    [['movement_id', 'distance', 'weight', 'toc'], ['', 'mi', 't', ''], 997.79328, 12, 'ton'],
    [['Referencia', 'Distancia', 'Peso', 'toc'], ['-', '(mi)', '[lb]', '—'], 997.79328, 5.44310844, 'kg'],
    [['movement id', 'Entfernung', 'Gewicht', 'toc'], ['', 'km', 'kg', ''], 620, 12, 'kg'],
    [['Référence', 'Km', 'Poids (kg)', 'toc'], ['', 'km', 'KGM', ''], 620, 12, 'kg'],
    [['Riferimento', 'Distanza', 'Peso', 'toc'], ['', '', 'tonnellate', ''], 620, 12, 'ton'],
    [['Referência', 'Distância', 'Peso', 'toc'], ['', 'milhas', 'quilos', ''], 997.79328, 12, 'kg'],
    [['Referència', 'Distància', 'Pes', 'toc'], ['', 'milles', 'paletes', ''], 997.79328, 12, 'pallets'],
  ])('%s %s', async (header, units, distance, load, unit) => {
    const wanted = { distance_km: distance, load, load_unit: unit };
    const found = await inspectCsv(header, units, record('A'), record('B'));
    expect(found.input.table.header).toMatchObject({ line: 1, lines: 2, unitsLine: 2 });
    expect(found.rows).toMatchObject([
      { line: 3, issues: [], record: wanted },
      { line: 4, issues: [], record: wanted },
    ]);
    const sheet = textRow(1, 'Export') + textRow(3, ...header) + textRow(4, ...units) + textRow(5, ...record('A'));
    const book = await inspectBytes(workbookOf({ sheet }), { decimal: '.' });
    expect(book.input.table.header).toMatchObject({ line: 3, lines: 4, unitsLine: 4, hasTitles: true });
    expect(book.rows).toMatchObject([{ line: 5, issues: [], record: wanted }]);
  });

  test('has words of other columns, too', async () => {
    const header = ['movement_id', 'Fecha', 'distance', 'weight', 'Importe', 'Tarifa', 'toc'];
    const units = ['', 'dd/mm/aaaa', 'km', 't', 'EUR', '€/100 km', ''];
    const { input, rows } = await inspectCsv(header, units, ['A', '2025-06-15', '5', '3', '7', '1', 'van_diesel']);
    expect(input.table.columns).toEqual(['movement_id', 'Fecha', 'distance (km)', 'weight (t)', ...header.slice(4)]);
    expect(rows).toMatchObject([{ issues: [], record: { load: 3, load_unit: 'ton', shipment_date: '2025-06-15' } }]);
  });

  test('names the columns, so that what is written of them has their units', async () => {
    const { input } = await inspectCsv(['id', 'distance', 'weight'], ['', 'mi', '(t)'], ['A', '1', '2']);
    expect(input.table.columns).toEqual(['id', 'distance (mi)', 'weight (t)']);
  });

  test('that contradicts a name refuses the file, and one that contradicts a column of units its rows', async () => {
    await expect(inspectCsv(['id', 'Peso (kg)', 'km'], ['', 't', 'km'], record('A'))).rejects.toThrow(
      'the column "Peso (kg)" of',
    );
    const { issues } = await inspectCsv(
      ['movement_id', 'distance', 'weight', 'weight unit'],
      ['', 'km', 't', ''],
      ['A', '620', '12', 'kg'],
    );
    expect(issues.map(({ message }) => message)).toEqual(['load is in t by its column\'s name, and load_unit is "kg"']);
  });

  test.each([
    ['a record with a unit alone', ['', '', '', '', 'kg']],
    ['an unknown unit', ['', 'km', 'bultos', '', '']],
    ['a record', ['A', '5', '3', 'van_diesel', 'kg']],
    ['a unit below a name of another field', ['km', 'km', 't', '', '']],
  ])('is not %s', async (_what, row) => {
    const header = ['movement_id', 'distance', 'weight', 'toc', 'load_unit'];
    const { input } = await inspectCsv(header, row, [...record('B'), 'kg']);
    expect(input.table).toMatchObject({ columns: header, header: { lines: 1 } });
  });
});

test('a file of a header and its units has no rows', async () => {
  const options = { isKnownColumn: () => true, isMeasure: (name: string) => name === 'load', unitOf: () => 'kg' };
  await expect(openBytes(Buffer.from('id,load\n,kg\n'), options)).rejects.toThrow('has a header but no rows');
});
