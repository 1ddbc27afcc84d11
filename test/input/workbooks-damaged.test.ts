import * as sheetjs from '@e965/xlsx';
import { expect, test } from 'vitest';
import { bookOf, inspectBytes, textRow, workbookOf, zipOf } from '../support/workbooks.ts';

const header = ['movement_id', 'distance_km'];
const rows = [header, ['M-1', 12]];
const twoColumns = (cell: string): string => `${textRow(1, ...header)}<row r="2">${cell}</row>`;

/** An archive whose directory says that every file in it has this size. */
function withSize(zip: Buffer, size: number): Buffer {
  const signature = Buffer.from('PK\u0001\u0002');
  for (let at = zip.indexOf(signature); at !== -1; at = zip.indexOf(signature, at + 4)) {
    zip.writeUInt32LE(size, at + 24);
  }
  return zip;
}

const damaged: Readonly<Record<string, [() => Promise<Uint8Array> | Uint8Array, string]>> = {
  'cut off': [() => bookOf({ A: rows }).subarray(0, -200), 'INPUT_DAMAGED'],
  'a byte changed': [
    () => {
      const bytes = bookOf({ A: rows });
      const at = bytes.indexOf('xl/worksheets/sheet1.xml') + 60;
      bytes[at] = (bytes[at] ?? 0) ^ 0x55;
      return bytes;
    },
    'INPUT_DAMAGED',
  ],
  'no sheet': [
    () => workbookOf({ sheet: '', more: { 'xl/workbook.xml': '<workbook><sheets/></workbook>' } }),
    'SHEET_UNCLEAR',
  ],
  'XML that ends in the middle': [
    () => workbookOf({ sheet: '', more: { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row' } }),
    'INPUT_DAMAGED',
  ],
  'a document type': [
    () => workbookOf({ sheet: '', more: { 'xl/worksheets/sheet1.xml': '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>' } }),
    'INPUT_DAMAGED',
  ],
  'a text that is not there': [() => workbookOf({ sheet: twoColumns('<c t="s"><v>7</v></c>') }), 'INPUT_DAMAGED'],
  'rows that go back': [() => workbookOf({ sheet: textRow(5, 'a') + textRow(3, 'b') }), 'INPUT_DAMAGED'],
  'a row beyond all sheets': [() => workbookOf({ sheet: textRow(999_999_999, 'a') }), 'INPUT_DAMAGED'],
  'a column beyond all sheets': [
    () => workbookOf({ sheet: '<row><c r="ZZZZZZ1"><v>1</v></c></row>' }),
    'INPUT_DAMAGED',
  ],
  'a binary workbook': [() => bookOf({ A: rows }, 'xlsb'), 'INPUT_UNREADABLE'],
  'an old workbook': [() => bookOf({ A: rows }, 'biff8'), 'INPUT_NOT_TEXT'],
  'an encrypted workbook': [
    () => {
      const container = sheetjs.CFB.utils.cfb_new();
      sheetjs.CFB.utils.cfb_add(container, '/EncryptedPackage', Buffer.alloc(64));
      return sheetjs.CFB.write(container, { type: 'buffer' }) as Buffer;
    },
    'INPUT_ENCRYPTED',
  ],
  'an encrypted .ods': [
    () =>
      zipOf({
        mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
        'META-INF/manifest.xml': '<a><manifest:encryption-data/></a>',
        'content.xml': 'x',
      }),
    'INPUT_ENCRYPTED',
  ],
  'another ZIP file': [() => zipOf({ 'a.png': 'a' }), 'INPUT_EMPTY'],
  'nothing but a header': [() => bookOf({ A: [header] }), 'INPUT_EMPTY'],
  'an empty sheet': [() => bookOf({ A: [] }), 'INPUT_EMPTY'],
  'a bomb': [() => withSize(bookOf({ A: rows }), 2 ** 30), 'INPUT_TOO_LARGE'],
  'a bomb that lies': [() => withSize(bookOf({ A: rows }), 100), 'INPUT_DAMAGED'],
  'rows that repeat without end': [
    () =>
      zipOf({
        mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
        'content.xml': `<body><spreadsheet><table:table table:name="A"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000" office:value-type="string"><text:p>${'x'.repeat(1000)}</text:p></table:table-cell></table:table-row></table:table></spreadsheet></body>`,
      }),
    'INPUT_DAMAGED',
  ],
};

test.each(Object.keys(damaged))('refused: %s', async (name) => {
  const [make, code] = damaged[name] as (typeof damaged)[string];
  await expect(inspectBytes(await make())).rejects.toMatchObject({ code });
});
