import { expect, test } from 'vitest';
import { inspectBytes, textRow, workbookOf, zipOf } from '../support/workbooks.ts';

test.each([
  ['0.00" t"', { load: 1200, load_unit: 'ton' }],
  ['#,##0\\ \\k\\g', { load: 1200, load_unit: 'kg' }],
  ['#,##0.0,"t"', { load: 1.2, load_unit: 'ton' }],
  ['[<1000]0" kg";0.0," t"', { load: 1200, load_unit: 'kg' }],
  ['0 "palets";-0 "palets"', { load: 1200, load_unit: 'pallets' }],
  ['_-* #,##0.00\\ _€_-', { load: 1200 }],
  ['[Red]"~"0', { load: 1200 }],
])('the unit of the number format %s is that of its numbers', async (code, expected) => {
  const sheet =
    textRow(1, 'movement_id', 'load', 'distance_km') +
    '<row r="2"><c t="inlineStr"><is><t>x</t></is></c><c s="1"><v>1200</v></c><c s="2"><v>10.5</v></c></row>';
  const formats = [code, '0 "mi"'];
  for (const decimal of [undefined, ','] as const) {
    const { rows } = await inspectBytes(workbookOf({ sheet, formats }), decimal === undefined ? {} : { decimal });
    expect(rows[0]?.record).toEqual({ movement_id: 'x', distance_km: 16.898112, ...expected, toc: 'van_diesel' });
  }
});

test.each([
  ['0 "pal."', '1200 pal.'],
  ['0\\ \\b\\u\\l\\t\\o\\s', '1200 bultos'],
  ['[=1]0" caja";0" cajas"', '1200 caja'],
  ['0,"pal."', '1200 pal.'],
  ['0 "EUR"', '1200 EUR'],
  ['#,##0.00 [$€-407]', '1200 €'],
  ['#,##0.00€', '1200 €'],
  ['"US$"#,##0', '1200 US$'],
  ['0.0%', '1200 %'],
  ['"Nº" 0', '1200 Nº'],
  ['"ca. "0" kg"', '1200 ca. kg'],
])('the words of the number format %s refuse a measure and leave other fields alone', async (code, shown) => {
  const cell = (style: number, value: number): string => `<c s="${String(style)}"><v>${String(value)}</v></c>`;
  const sheet =
    textRow(1, 'movement_id', 'client', 'load_factor', 'Importe', 'load', 'distance_km') +
    `<row r="2">${cell(1, 7)}${cell(1, 12)}${cell(1, 0.5)}${cell(1, -3)}${cell(0, 1200)}${cell(0, 5)}</row>` +
    `<row r="3">${cell(1, 8)}${cell(1, 12)}${cell(1, 0.5)}${cell(1, -3)}${cell(1, 1200)}${cell(1, 5)}</row>`;
  const { rows } = await inspectBytes(workbookOf({ sheet, formats: [code] }));
  expect(rows[0]?.record).toMatchObject({ movement_id: '7', client: '12', load_factor: 0.5, load: 1200 });
  expect(rows[1]?.issues.map(({ field, value }) => [field, value])).toEqual([
    ['distance_km', shown.replace('1200', '5')],
    ['load', shown],
  ]);
});

test('a column that is mapped by hand to a measure takes the words of its formats', async () => {
  const sheet =
    textRow(1, 'movement_id', 'Bruto X', 'distance_km') +
    '<row r="2"><c><v>1</v></c><c s="1"><v>12</v></c><c><v>5</v></c></row>';
  const book = workbookOf({ sheet, formats: ['0 "pal."'] });
  expect((await inspectBytes(book, { maps: ['load=Bruto X'] })).issues).toMatchObject([
    { field: 'load', value: '12 pal.' },
  ]);
  expect((await inspectBytes(book, { maps: ['client=Bruto X'] })).rows[0]?.record).toMatchObject({ client: '12' });
});

test('the words that an OpenDocument sheet shows with a measure refuse it', async () => {
  const cell = (type: string, value: string, shown: string): string =>
    `<table:table-cell office:value-type="${type}" office:value="${value}"><text:p>${shown}</text:p></table:table-cell>`;
  const row = (...cells: readonly string[]): string => `<table:table-row>${cells.join('')}</table:table-row>`;
  const name = (text: string): string =>
    `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const loads = [
    ['float', '12', '12 pal.'],
    ['float', '12', 'Nº 12'],
    ['currency', '12', '12,00 €'],
    ['percentage', '0.85', '85 %'],
    ['float', '120000', '1,2E+05'],
    ['float', '12', '~ 12'],
  ] as const;
  const content =
    '<office:document-content><office:body><office:spreadsheet><table:table table:name="A">' +
    row(...['movement_id', 'distance_km', 'load'].map(name)) +
    loads
      .map(([type, value, shown]) => row(cell(type, value, shown), cell('float', '5', '5'), cell(type, value, shown)))
      .join('') +
    '</table:table></office:spreadsheet></office:body></office:document-content>';
  const bytes = zipOf({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': content });
  const { issues, share } = await inspectBytes(bytes, { name: 'a.ods' });
  expect(issues.map(({ value }) => value)).toEqual(['12 pal.', '12 Nº', '12 €', '0.85 %']);
  expect(share).toMatchObject({ rows: 6, valid: 2 });
});

test('the unit that an OpenDocument sheet shows behind a number is its unit, where it is shown as it is', async () => {
  const cell = (value: string, shown: string): string =>
    `<table:table-cell office:value-type="float" office:value="${value}"><text:p>${shown}</text:p></table:table-cell>`;
  const textCellOf = (text: string): string =>
    `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const row = (...cells: readonly string[]): string => `<table:table-row>${cells.join('')}</table:table-row>`;
  const content =
    '<office:document-content><office:body><office:spreadsheet><table:table table:name="A">' +
    row(...['movement_id', 'distance_km', 'load'].map(textCellOf)) +
    row(textCellOf('a'), cell('10.5', '10,50 mi'), cell('1200', '1.200 kg')) +
    row(textCellOf('b'), cell('10.5', '10,5'), cell('1200', '1,2 t')) +
    '</table:table></office:spreadsheet></office:body></office:document-content>';
  const bytes = zipOf({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': content });
  const { rows } = await inspectBytes(bytes, { name: 'a.ods' });
  expect(rows.map(({ record }) => record)).toEqual([
    { movement_id: 'a', distance_km: 16.898112, load: 1200, load_unit: 'kg', toc: 'van_diesel' },
    { movement_id: 'b', distance_km: 10.5, load: 1200, toc: 'van_diesel' },
  ]);
});
