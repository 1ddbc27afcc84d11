import * as sheetjs from '@e965/xlsx';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMappingOptions } from '../../src/mapping/mapping.ts';
import { type Inspection, inspectInput } from '../../src/pipeline/inspect.ts';
import { kinds } from '../../src/records/kinds.ts';
import { temporaryFolder } from './command.ts';
import { inPieces } from './inputs.ts';

/** The parts of an XLSX workbook with one sheet, as its XML is written, for what writers do not write. */
export interface WorkbookParts {
  readonly sheet: string;
  readonly sharedTexts?: readonly string[];
  /** Number formats of the styles from 1 on. */
  readonly formats?: readonly string[];
  readonly workbook?: string;
  readonly more?: Readonly<Record<string, string>>;
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Files in a ZIP archive, written by SheetJS. */
export function zipOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const container = sheetjs.CFB.utils.cfb_new();
  for (const [name, content] of Object.entries(files)) {
    sheetjs.CFB.utils.cfb_add(container, `/${name}`, Buffer.from(content));
  }
  const bytes = sheetjs.CFB.write(container, { fileType: 'zip', type: 'buffer', compression: true } as never) as Buffer;
  return Buffer.from(bytes);
}

/** An XLSX workbook of these parts. */
export function workbookOf({ sheet, sharedTexts = [], formats = [], workbook, more }: WorkbookParts): Buffer {
  const styles = formats.map((_, index) => `<xf numFmtId="${String(200 + index)}"/>`).join('');
  const numFmts = formats.map(
    (code, index) => `<numFmt numFmtId="${String(200 + index)}" formatCode="${escape(code)}"/>`,
  );
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`;
  return zipOf({
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"/>`,
    '_rels/.rels': `<Relationships>${relation('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml':
      workbook ??
      `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relation('r1', 'worksheet', 'worksheets/sheet1.xml')}${relation('r2', 'sharedStrings', '/xl/sharedStrings.xml')}${relation('r3', 'styles', './styles.xml')}</Relationships>`,
    'xl/worksheets/sheet1.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}">${sharedTexts.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts>${numFmts.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${styles}</cellXfs></styleSheet>`,
    ...more,
  });
}

/** The XML of a row of inline texts. */
export const textRow = (number: number, ...texts: readonly string[]): string =>
  `<row r="${String(number)}">${texts.map((text) => `<c t="inlineStr"><is><t>${escape(text)}</t></is></c>`).join('')}</row>`;

const { requests } = kinds;

function fileOf(bytes: Uint8Array, name = 'book.xlsx'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

interface InspectOptions {
  readonly sheet?: string;
  readonly decimal?: '.' | ',';
  readonly maps?: readonly string[];
  readonly name?: string;
}

export async function inspectBytes(
  bytes: Uint8Array,
  { sheet, decimal, name, maps = [] }: InspectOptions = {},
): Promise<Inspection> {
  const conventions = { decimal, dateOrder: undefined };
  return inspectInput({
    kind: requests,
    path: fileOf(bytes, name),
    input: { format: undefined, delimiter: undefined, encoding: undefined, sheet },
    mapping: readMappingOptions(requests, undefined, maps, ['toc=van_diesel'], conventions),
    schema: { currentYear: 2026, target: 'calculator' },
    stdin: inPieces(Buffer.alloc(0), 1),
    known: new Map(),
  });
}

export const recordsOf = ({ rows }: Inspection): unknown[] =>
  rows.map(({ line, record, issues }) => ({ line, record, issues }));
export const issuesOf = ({ issues }: Inspection): string[] => issues.map(({ code, message }) => `${code} ${message}`);

/** Sheets by name, as rows of values, in a workbook written by SheetJS. */
export function bookOf(
  sheets: Readonly<Record<string, readonly (readonly unknown[])[]>>,
  type: sheetjs.BookType = 'xlsx',
  change: (book: sheetjs.WorkBook) => void = () => {},
): Buffer {
  const book = sheetjs.utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    sheetjs.utils.book_append_sheet(
      book,
      sheetjs.utils.aoa_to_sheet(rows as unknown[][], { UTC: true, cellDates: type === 'ods' }),
      name,
    );
  }
  change(book);
  return sheetjs.write(book, { type: 'buffer', bookType: type, compression: true, UTC: true } as never) as Buffer;
}
