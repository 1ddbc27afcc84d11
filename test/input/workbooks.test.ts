import * as sheetjs from '@e965/xlsx';
import fc from 'fast-check';
import { writeOds, writeXlsx } from 'hucre';
import { expect, test } from 'vitest';
import type { CellTexts } from '../../src/input/batch-reader.ts';
import { Input } from '../../src/input/input.ts';
import { inPieces } from '../support/inputs.ts';
import { bookOf, inspectBytes, issuesOf, recordsOf, textRow, workbookOf } from '../support/workbooks.ts';

const header = ['movement_id', 'date', 'distance_km', 'load', 'load_unit', 'toc', 'client'];
const day = new Date(Date.UTC(2025, 2, 31));
const rows = [
  header,
  ['M-1', day, 1234.5, 0.25, 'kg', 'van_diesel', 'Ærø & Söhne <1>'],
  [4711, new Date(Date.UTC(2025, 11, 1)), 1e3, 12, 'kg', 'van_diesel', '  two\nlines\t"quoted" \\n '],
];
const records = [
  {
    line: 2,
    issues: [],
    record: {
      movement_id: 'M-1',
      shipment_date: '2025-03-31',
      distance_km: 1234.5,
      load: 0.25,
      load_unit: 'kg',
      toc: 'van_diesel',
      client: 'Ærø & Söhne <1>',
    },
  },
  {
    line: 3,
    issues: [],
    record: {
      movement_id: '4711',
      shipment_date: '2025-12-01',
      distance_km: 1000,
      load: 12,
      load_unit: 'kg',
      toc: 'van_diesel',
      client: '  two\nlines\t"quoted" \\n ',
    },
  },
];
/** White space at the ends and between lines is not kept by every writer. */
const withoutSpace = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      typeof each === 'string' ? each.replaceAll(/\s+/g, ' ').trim() : each,
    ),
  );

const written: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array>> = {
  'SheetJS .xlsx': () => bookOf({ Sheet1: rows }),
  'SheetJS .xlsx with shared texts': () => {
    const sheet = sheetjs.utils.aoa_to_sheet(rows as unknown[][], { UTC: true, cellDates: false });
    const book = sheetjs.utils.book_new();
    sheetjs.utils.book_append_sheet(book, sheet, 'Sheet1');
    return sheetjs.write(book, {
      type: 'buffer',
      bookType: 'xlsx',
      bookSST: true,
      compression: true,
    } as never) as Buffer;
  },
  'SheetJS .ods': () => bookOf({ Sheet1: rows }, 'ods'),
  'hucre .xlsx': () => writeXlsx({ sheets: [{ name: 'Sheet1', rows: rows as never }] }),
  'hucre .xlsx of 1904': () => writeXlsx({ sheets: [{ name: 'Sheet1', rows: rows as never }], dateSystem: '1904' }),
  'hucre .ods': () => writeOds({ sheets: [{ name: 'Sheet1', rows: rows as never }] }),
};

test.each(Object.keys(written))(
  '%s: numbers, dates and texts are what they are, whatever --decimal says',
  async (name) => {
    const bytes = await (written[name] as () => Uint8Array)();
    for (const decimal of ['.', ','] as const) {
      const found = recordsOf(await inspectBytes(bytes, { decimal, name: 'any.name' }));
      expect(withoutSpace(found)).toEqual(withoutSpace(records));
    }
  },
);

const twoColumns = (...cells: readonly string[]): string =>
  textRow(1, 'movement_id', 'distance_km') +
  cells.map((cell, index) => `<row r="${String(index + 2)}">${cell}</row>`).join('');
const numbers = async (sheet: string, parts: object = {}): Promise<unknown[]> =>
  (await inspectBytes(workbookOf({ sheet, ...parts }))).rows.map(
    ({ record, issues }) => record?.['distance_km'] ?? issues[0]?.message,
  );

test('cells of every type and form', async () => {
  const a = '<c r="A2" t="inlineStr"><is><t>x</t></is></c>';
  const sheet = twoColumns(
    `${a}<c r="B2"><v>1E3</v></c>`,
    `${a.replace('A2', 'A3')}<c r="B3" t="str"><f>A1</f><v>12.5</v></c>`,
    `${a.replace('A2', 'A4')}<c r="B4" t="s"><v>0</v></c>`,
    `${a.replace('A2', 'A5')}<c r="B5"><f>1+1</f><v>2</v></c>`,
    `${a.replace('A2', 'A6')}<c t="inlineStr"><is><r><t>1</t></r><r><rPr><b/></rPr><t>5</t></r><rPh sb="0" eb="1"><t>9</t></rPh></is></c>`,
  );
  const sharedTexts = ['<r><t>1</t></r><r><t xml:space="preserve">7 km</t></r><rPh sb="0" eb="1"><t>99</t></rPh>'];
  expect(await numbers(sheet, { sharedTexts })).toEqual([1000, 12.5, 17, 2, 15]);
});

test('XML with prefixes, single quotes, comments and CDATA', async () => {
  const sheet =
    "<x:row r = '1'><x:c t='inlineStr'><x:is><x:t>movement_id</x:t></x:is></x:c><!-- > --><x:c t='inlineStr'><x:is><x:t><![CDATA[distance_km]]></x:t></x:is></x:c></x:row>" +
    "<x:row\n r='3'><x:c r='B3'\tfoo='a>b'><x:v>&#49;&#x32;</x:v></x:c><x:c r='A3' t='inlineStr'><x:is><x:t>_x0041_&amp;</x:t></x:is></x:c></x:row>";
  const { rows: found } = await inspectBytes(workbookOf({ sheet }));
  expect(found).toMatchObject([{ line: 3, issues: [], record: { movement_id: 'A&', distance_km: 12 } }]);
});

test('an error, and a formula without a stored result, are refused by name', async () => {
  const a = '<c t="inlineStr"><is><t>x</t></is></c>';
  const found = await inspectBytes(
    workbookOf({
      sheet: twoColumns(
        `${a}<c t="e"><f>1/0</f><v>#DIV/0!</v></c>`,
        `${a}<c t="e"><v>#N/A</v></c>`,
        `${a}<c><f>C2*D2</f></c>`,
        `<c t="e"><v>#REF!</v></c><c><v>1</v></c>`,
        `${a}<c/>`,
      ),
    }),
  );
  expect(issuesOf(found)).toEqual([
    'INVALID_NUMBER distance_km is the error "#DIV/0!" of a spreadsheet; fix its formula, or leave the cell empty',
    'INVALID_NUMBER distance_km is the error "#N/A" of a spreadsheet; fix its formula, or leave the cell empty',
    'INVALID_NUMBER distance_km is the formula "=C2*D2", whose result is not stored in the file',
    expect.stringContaining('movement_id is the error "#REF!"'),
    expect.stringContaining('MISSING_FIELD'),
  ]);
});

test.each([
  ['dd/mm/yyyy', '2025-03-31'],
  ['[$-C0A]d" de "mmmm" de "yyyy', '2025-03-31'],
  ['yyyy\\-mm\\-dd hh:mm', '2025-03-31'],
  ['General', 'no date'],
  ['0.00', 'no date'],
  ['#,##0.00 [$€-407]', 'no date'],
  ['[$S/.-280A] #,##0.00', 'no date'],
  ['#,##0.00 "days"', 'no date'],
  ['[Red]0.0_);\\d0', 'no date'],
  ['0%', 'no date'],
])('the number format %s', async (code, expected) => {
  const sheet =
    textRow(1, 'movement_id', 'date', 'distance_km') +
    '<row r="2"><c t="inlineStr"><is><t>x</t></is></c><c s="1"><v>45747.25</v></c><c><v>1</v></c></row>';
  const {
    rows: [row],
  } = await inspectBytes(workbookOf({ sheet, formats: [code] }));
  if (expected === 'no date') expect(row?.issues[0]).toMatchObject({ code: 'INVALID_DATE', value: '45747.25' });
  else expect(row?.record).toMatchObject({ shipment_date: expected });
});

test('dates around the day that never was, and durations, are not made up', async () => {
  const dates = (system: string): string =>
    `<workbook xmlns:r="x"><workbookPr${system}/><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`;
  const sheet =
    textRow(1, 'client', 'movement_id') +
    ['1', '59', '60', '61', '0.5', '-1', '2958466', '45747.9999999']
      .map(
        (value, index) =>
          `<row r="${String(index + 2)}"><c s="${String(value === '0.5' ? 2 : 1)}"><v>${value}</v></c></row>`,
      )
      .join('');
  const texts = async (workbook: string): Promise<unknown[]> => {
    const input = await open(workbookOf({ sheet, formats: ['d/m/yy', '[h]:mm'], workbook }));
    const found = input.sampleRows().map(({ cells }) => cells[0]);
    await input.close();
    return found;
  };
  expect(await texts(dates(''))).toEqual([
    '1900-01-01',
    '1900-02-28',
    '60',
    '1900-03-01',
    '12:00:00',
    '-1',
    '2958466',
    '2025-04-01',
  ]);
  expect((await texts(dates(' date1904="1"'))).slice(0, 3)).toEqual(['1904-01-02', '1904-02-29', '1904-03-01']);
});

const open = (bytes: Uint8Array): Promise<Input> =>
  Input.open(
    '-',
    { format: undefined, delimiter: undefined, encoding: undefined, isKnownColumn: () => false },
    inPieces(Buffer.from(bytes), 65_536),
  );

test('titles, merged cells, empty rows and cells; rows are those of the sheet', async () => {
  const bytes = bookOf(
    {
      Tabelle: [
        ['Transporte 2025'],
        [],
        ['Stand', day],
        header,
        [],
        ['A', day, 1, 1, 'kg', 'van_diesel'],
        [null, null, null],
        ['B', day, 'x', 1, 'kg', 'van_diesel', null, null, 'note'],
      ],
    },
    'xlsx',
    ({ Sheets }) => {
      const { Tabelle } = Sheets;
      if (Tabelle !== undefined) Tabelle['!merges'] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: 6 } }];
    },
  );
  const found = await inspectBytes(bytes);
  expect(found.input.table.header).toMatchObject({ line: 4, hasTitles: true });
  expect(found.rows.map(({ line, issues }) => [line, issues.length])).toEqual([
    [6, 0],
    [8, 1],
  ]);
});

test('which sheet is read', async () => {
  const notes = [['Notes'], ['nothing']];
  const hide =
    (name: string) =>
    (book: sheetjs.WorkBook): void => {
      book.Workbook = { Sheets: book.SheetNames.map((each) => ({ name: each, Hidden: each === name ? 1 : 0 })) };
    };
  const sheetOf = async (bytes: Uint8Array, sheet?: string): Promise<unknown> =>
    (await inspectBytes(bytes, sheet === undefined ? {} : { sheet })).input.table.sheet;
  for (const type of ['xlsx', 'ods'] as const) {
    expect(await sheetOf(bookOf({ Notes: notes, 'Fleet 2025': rows }, type))).toMatchObject({
      name: 'Fleet 2025',
      reason: 'only sheet with known columns',
    });
    expect(await sheetOf(bookOf({ A: rows, B: rows }, type), 'b')).toMatchObject({ name: 'B', reason: 'option' });
    expect(await sheetOf(bookOf({ A: rows, 2: rows }, type), '2')).toMatchObject({ name: '2' });
    expect(await sheetOf(bookOf({ A: rows, B: rows }, type), '2')).toMatchObject({ name: 'B' });
    await expect(sheetOf(bookOf({ A: rows, B: rows }, type))).rejects.toMatchObject({
      code: 'SHEET_UNCLEAR',
      exitCode: 2,
      hint: 'say which with --sheet; it has 1 "A", 2 "B"',
    });
    await expect(sheetOf(bookOf({ A: notes, B: notes }, type))).rejects.toMatchObject({ code: 'SHEET_UNCLEAR' });
    await expect(sheetOf(bookOf({ A: rows }, type), '7')).rejects.toMatchObject({ code: 'SHEET_UNKNOWN' });
  }
  expect(await sheetOf(bookOf({ A: rows, B: rows }, 'xlsx', hide('A')))).toMatchObject({
    name: 'B',
    reason: 'only visible sheet',
    sheets: [{ isHidden: true }, { isHidden: false }],
  });
});

test('hidden rows are read like the others', async () => {
  const sheet = twoColumns('<c t="inlineStr"><is><t>x</t></is></c><c><v>1</v></c>').replace(
    '<row r="2">',
    '<row r="2" hidden="1">',
  );
  const input = await open(workbookOf({ sheet }));
  expect(input.sampleRows()).toHaveLength(1);
  expect(input.hasHiddenRows).toBe(true);
  await input.close();
});

test('what is in a file counts, not its name', async () => {
  const text = 'movement_id;distance_km;toc\nM-1;12,5;van_diesel\n';
  expect((await inspectBytes(Buffer.from(text), { name: 'a.xlsx' })).rows[0]?.record).toMatchObject({
    distance_km: 12.5,
  });
  expect(
    (await inspectBytes(Buffer.from(text.replaceAll(';', '\t')), { name: 'a.xls' })).rows[0]?.record,
  ).toMatchObject({
    distance_km: 12.5,
  });
  expect((await inspectBytes(bookOf({ A: rows }), { name: 'a.csv' })).rows).toHaveLength(2);
});

test('a page that is named like a workbook', async () => {
  const page = `<!DOCTYPE html><html><head><style>td { a: b }</style></head><body><h1>Env&iacute;os</h1>
    <TABLE border=1><tr><th colspan="2">T&iacute;tulo<tr><th>Matr&iacute;cula<th>Kil&oacute;metros<th>Cliente</tr>
    <tr><td>1234&nbsp;ABC</td><td>1.234,50</td><td>A &amp; B<br>C</td></tr></table></body></html>`;
  const found = await inspectBytes(Buffer.from(page, 'latin1'), { name: 'envios.xls' });
  expect(found.input.table).toMatchObject({ format: 'html', header: { line: 2 } });
  expect(found.rows[0]?.record).toMatchObject({
    vehicle_license_plate: '1234 ABC',
    distance_km: 1234.5,
    client: 'A & B C',
  });
});

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constant(null),
);

test('any table comes back as another reader reads it', async () => {
  const tables = fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      const bytes = bookOf({ A: [['h', 'i', 'j', 'k', 'l', 'm'], ...table, ['end']] });
      const again = sheetjs.utils.sheet_to_json<unknown[]>(sheetjs.read(bytes).Sheets['A'] as sheetjs.WorkSheet, {
        header: 1,
        raw: true,
        blankrows: true,
      });
      const expected = again.slice(1).map((row) => Array.from({ length: 6 }, (_, index) => textOf(row[index])));
      const input = await open(bytes);
      const found = input.sampleRows().map(({ line, cells }: CellTexts & { line: number }) => [line, ...cells]);
      await input.close();
      expect(found).toEqual(
        expected
          .map((cells, index) => [index + 2, ...cells])
          .filter(([, ...cells]) => cells.some((text) => text !== '')),
      );
    }),
    { numRuns: 25 },
  );
});

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
