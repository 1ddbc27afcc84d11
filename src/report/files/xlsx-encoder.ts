import { CellKind, cellSeparator, readCell } from '../../input/cell-lines.ts';
import type { Encoder } from './dialect.ts';
import { ZipWriter } from './zip-writer.ts';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const prolog = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** What a spreadsheet holds, and what a file in a ZIP archive may be without further ado. */
const most = { rows: 1_048_576, sheetBytes: 3 * 1024 * 1024 * 1024, cellCharacters: 32_767 } as const;

/** Styles of cells, by their number in the style sheet. */
const Style = { date: 1, time: 2, header: 3 } as const;

const styles =
  `${prolog}<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">' +
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>';

/** A sheet whose first row stays in sight. */
const sheetStart =
  `${prolog}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>';
const sheetEnd = '</sheetData></worksheet>';

/**
 * Makes an XLSX workbook of cell lines, of which the first is the header. More rows than a sheet holds follow in another one,
 * with the header above them. Texts are never formulas.
 */
export function createXlsxEncoder(): Encoder {
  const writer = new WorkbookWriter();
  return {
    text: (text) => writer.write(text),
    utf8: (bytes, start, end) =>
      writer.write(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()),
    end: () => writer.end(),
  };
}

class WorkbookWriter {
  readonly #zip = new ZipWriter();
  #header: string | undefined;
  #sheets = 0;
  #row = 0;
  #bytes = 0;

  /** @param lines whole lines */
  write(lines: string): Buffer {
    const parts: Buffer[] = [];
    let xml = '';
    for (const line of lines.split('\n').slice(0, -1)) {
      if (this.#row === most.rows || this.#bytes + xml.length > most.sheetBytes) {
        parts.push(this.#add(xml + sheetEnd), this.#zip.endEntry());
        this.#row = 0;
        xml = '';
      }
      if (this.#row === 0) {
        parts.push(this.#zip.beginEntry(`xl/worksheets/sheet${String((this.#sheets += 1))}.xml`));
        this.#bytes = 0;
        this.#header ??= line;
        xml += sheetStart + (this.#sheets === 1 ? '' : this.#rowXml(this.#header));
      }
      xml += this.#rowXml(line);
    }
    parts.push(this.#add(xml));
    return Buffer.concat(parts);
  }

  end(): Buffer {
    const numbers = Array.from({ length: this.#sheets }, (_, index) => String(index + 1));
    const sheetType = `ContentType="${types}.worksheet+xml"`;
    const override = (name: string, type: string): string =>
      `<Override PartName="/${name}" ContentType="${types}.${type}+xml"/>`;
    const relation = (id: string, type: string, target: string): string =>
      `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`;
    const files = {
      'xl/styles.xml': styles,
      'xl/workbook.xml':
        `${prolog}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>` +
        `${numbers.map((n) => `<sheet name="Rows${n === '1' ? '' : ` ${n}`}" sheetId="${n}" r:id="s${n}"/>`).join('')}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `${prolog}<Relationships xmlns="${packages}/relationships">${numbers.map((n) => relation(`s${n}`, 'worksheet', `worksheets/sheet${n}.xml`)).join('')}${relation('styles', 'styles', 'styles.xml')}</Relationships>`,
      '_rels/.rels': `${prolog}<Relationships xmlns="${packages}/relationships">${relation('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
      '[Content_Types].xml':
        `${prolog}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
        `<Default Extension="xml" ${sheetType}/>${override('xl/workbook.xml', 'sheet.main')}${override('xl/styles.xml', 'styles')}</Types>`,
    };
    const parts = [this.#add(sheetEnd), this.#zip.endEntry()];
    for (const [name, text] of Object.entries(files)) {
      parts.push(this.#zip.beginEntry(name), this.#zip.add(Buffer.from(text)), this.#zip.endEntry());
    }
    return Buffer.concat([...parts, this.#zip.end()]);
  }

  #add(xml: string): Buffer {
    const bytes = Buffer.from(xml);
    this.#bytes += bytes.length;
    return this.#zip.add(bytes);
  }

  #rowXml(line: string): string {
    this.#row += 1;
    const row = String(this.#row);
    const isHeader = this.#row === 1;
    let xml = `<row r="${row}">`;
    for (const [column, cell] of line.split(cellSeparator).entries()) {
      if (cell !== '') xml += cellXml(`r="${columnName(column)}${row}"`, cell, isHeader);
    }
    return `${xml}</row>`;
  }
}

function cellXml(place: string, cell: string, isHeader: boolean): string {
  const text = readCell(cell);
  switch (cell[0]) {
    case CellKind.number:
      return `<c ${place}><v>${text}</v></c>`;
    case CellKind.boolean:
      return `<c ${place} t="b"><v>${text === 'true' ? '1' : '0'}</v></c>`;
    case CellKind.date: {
      const serial = serialOf(text);
      if (serial === undefined) break;
      return `<c ${place} s="${String(Number.isInteger(serial) ? Style.date : Style.time)}"><v>${String(serial)}</v></c>`;
    }
    case CellKind.error:
      if (errors.has(text)) return `<c ${place} t="e"><v>${text}</v></c>`;
      break;
    default:
  }
  const style = isHeader ? ` s="${String(Style.header)}"` : '';
  return `<c ${place}${style} t="inlineStr"><is><t xml:space="preserve">${escapeText(text)}</t></is></c>`;
}

const errors: ReadonlySet<string> = new Set(['#NULL!', '#DIV/0!', '#VALUE!', '#REF!', '#NAME?', '#NUM!', '#N/A']);

const date = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2})?$/;
const dayMs = 86_400_000;
/** Serial 0, as it follows from any day after the 29 February 1900 that spreadsheets made up. */
const epoch = Date.UTC(1899, 11, 30);
const firstSerial = 61;

/** A day as spreadsheets count it; `undefined` for what they can't. */
function serialOf(text: string): number | undefined {
  const serial = date.test(text) ? (Date.parse(text.length === 10 ? text : `${text}Z`) - epoch) / dayMs : Number.NaN;
  return serial >= firstSerial ? serial : undefined;
}

const columnNames: string[] = [];

function columnName(index: number): string {
  const known = columnNames[index];
  if (known !== undefined) return known;
  const last = String.fromCharCode(0x41 + (index % 26));
  return (columnNames[index] = index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last);
}

const special = /[&<>\r_\ufffe\uffff]|[^\P{Cc}\n\t]/u;
// oxlint-disable-next-line no-control-regex -- what XML can't hold
const unwritable = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;
const escapeLike = /_(?=x[0-9a-f]{4}_)/gi;
const hex = (character: string): string => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;

function escapeText(text: string): string {
  // A longer text makes Excel "repair" the file.
  const short = text.length > most.cellCharacters ? `${text.slice(0, most.cellCharacters - 1)}…` : text;
  if (!special.test(short)) return short;
  return short
    .replaceAll(escapeLike, '_x005F_')
    .replaceAll(unwritable, hex)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
