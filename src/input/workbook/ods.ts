import { inputError } from '../../errors.ts';
import { CellKind, CellLines, errorCell, numberCell, shownCell, textCell } from '../cell-lines.ts';
import type { Zip } from '../zip.ts';
import {
  type IsUnit,
  mostSheetColumns,
  mostSheetRows,
  type RowsHandler,
  rowsOf,
  type Sheet,
  type Workbook,
} from './workbook.ts';
import { attributeOf, decodeEntities, type XmlHandler } from './xml.ts';
import { readXml } from './xlsx.ts';

export const odsType = 'application/vnd.oasis.opendocument.spreadsheet';

/**
 * Opens an OpenDocument spreadsheet (ISO/IEC 26300). All sheets are in one part, which is read up to the one that is asked for.
 *
 * @throws RunError (exit 3) when it is damaged or encrypted
 */
export async function openOds(zip: Zip, path: string, isUnit: IsUnit): Promise<Workbook> {
  const manifest = zip.find('META-INF/manifest.xml');
  if (manifest !== undefined && (await zip.text(manifest)).includes('encryption-data')) {
    throw inputError('INPUT_ENCRYPTED', `${path} is encrypted`, 'save it without a password');
  }
  const content = zip.find('content.xml');
  if (content === undefined) {
    throw inputError('INPUT_DAMAGED', `${path} is damaged: it has no content`, 'get the file again');
  }
  const names = new NamesHandler();
  // oxlint-disable-next-line no-empty
  for await (const _ of readXml(zip, content, names, path)) {
  }
  const sheets = names.sheets.map((sheet, index): Sheet => ({
    ...sheet,
    ...rowsOf(async () => {
      const handler = new SheetHandler(index, isUnit);
      return { handler, pieces: readXml(zip, content, handler, path) };
    }),
  }));
  return { format: 'ods', sheets };
}

class NamesHandler implements XmlHandler {
  readonly sheets: { readonly name: string; readonly isHidden: boolean }[] = [];
  readonly #hidden = new Set<string>();
  #style = '';
  #depth = 0;

  open(name: string, attributes: string): void {
    if (name === 'table') {
      const style = attributeOf(attributes, 'table:style-name') ?? '';
      const isHidden = this.#hidden.has(style) || attributeOf(attributes, 'table:display') === 'false';
      if (this.#depth === 0) this.sheets.push({ name: attributeOf(attributes, 'table:name') ?? '', isHidden });
      this.#depth += 1;
    } else if (name === 'style') this.#style = attributeOf(attributes, 'style:name') ?? '';
    else if (name === 'table-properties' && attributeOf(attributes, 'table:display') === 'false') {
      this.#hidden.add(this.#style);
    }
  }

  close(name: string): void {
    if (name === 'table') this.#depth -= 1;
  }

  text(): void {}
}

/** Reads the rows of one of the sheets. */
class SheetHandler implements RowsHandler {
  readonly lines = new CellLines();
  hasHiddenRows = false;
  readonly #wanted: number;
  readonly #isUnit: IsUnit;
  #table = -1;
  #depth = 0;
  isOver = false;
  #row = 0;
  #rowRepeats = 1;
  #isHidden = false;
  #cells: string[] = [];
  /** Empty cells since the last one with a value. */
  #empty = 0;
  #attributes = '';
  #isInCell = false;
  #text = '';
  #paragraphs = 0;
  #isInParagraph = false;
  #annotations = 0;

  constructor(wanted: number, isUnit: IsUnit) {
    this.#wanted = wanted;
    this.#isUnit = isUnit;
  }

  open(name: string, attributes: string): void {
    if (name === 'table') {
      if (this.#depth === 0) this.#table += 1;
      this.#depth += 1;
    }
    if (this.#table !== this.#wanted || this.#depth !== 1) return;
    switch (name) {
      case 'table-row':
        this.#isHidden = attributeOf(attributes, 'table:visibility') !== undefined;
        this.#rowRepeats = repeats(attributes, 'table:number-rows-repeated');
        break;
      case 'table-cell':
      case 'covered-table-cell':
        this.#attributes = attributes;
        this.#isInCell = true;
        this.#text = '';
        this.#paragraphs = 0;
        break;
      case 'annotation':
        this.#annotations += 1;
        break;
      default:
        if (this.#isInCell && this.#annotations === 0) this.#openText(name, attributes);
    }
  }

  #openText(name: string, attributes: string): void {
    if (name === 'p') {
      if (this.#paragraphs > 0) this.#text += '\n';
      this.#paragraphs += 1;
      this.#isInParagraph = true;
    } else if (name === 's') this.#text += ' '.repeat(Math.min(1000, repeats(attributes, 'text:c')));
    else if (name === 'tab') this.#text += '\t';
    else if (name === 'line-break') this.#text += '\n';
  }

  text(text: string): void {
    // White space of XML is one blank; blanks that count are elements.
    if (this.#isInParagraph && this.#annotations === 0) {
      this.#text += decodeEntities(text).replaceAll(/[\t\r\n ]+/g, ' ');
    }
  }

  close(name: string): void {
    if (name === 'table') {
      this.#depth -= 1;
      if (this.#table === this.#wanted && this.#depth === 0) this.isOver = true;
    }
    if (this.#table !== this.#wanted || this.#depth !== 1) return;
    if (name === 'p') this.#isInParagraph = false;
    else if (name === 'annotation') this.#annotations -= 1;
    else if (name === 'table-cell' || name === 'covered-table-cell') this.#closeCell();
    else if (name === 'table-row') this.#closeRow();
  }

  #closeCell(): void {
    this.#isInCell = false;
    const cell = this.#cell();
    const count = repeats(this.#attributes, 'table:number-columns-repeated');
    if (cell === '') {
      this.#empty += count;
      return;
    }
    if (this.#cells.length + this.#empty + count > mostSheetColumns) throw new Error('a row has too many cells');
    for (let left = this.#empty; left > 0; left -= 1) this.#cells.push('');
    for (let left = count; left > 0; left -= 1) this.#cells.push(cell);
    this.#empty = 0;
  }

  #closeRow(): void {
    this.#row += this.#rowRepeats;
    if (this.#cells.length > 0) {
      if (this.#isHidden) this.hasHiddenRows = true;
      if (this.#row > mostSheetRows) throw new Error('a sheet has too many rows');
      for (let left = this.#rowRepeats - 1; left >= 0; left -= 1) this.lines.add(this.#row - left, this.#cells);
    }
    this.#cells = [];
    this.#empty = 0;
  }

  /** A number; with the words that its format shows it with. A unit counts where the number is shown as it is. */
  #number(value: number): string {
    const text = this.#text.trim().replaceAll(/\s+/g, ' ');
    const [, shown = '', words = ''] = shownNumber.exec(text) ?? [];
    if (this.#isUnit(words)) {
      return isShownWhole(shown, value) ? shownCell(value, words, true) : numberCell(value);
    }
    const others = text.replace(digits, ' ').trim();
    return isWord.test(others) ? shownCell(value, others, false) : numberCell(value);
  }

  #cell(): string {
    const attributes = this.#attributes;
    const formula = attributeOf(attributes, 'table:formula');
    if (attributeOf(attributes, 'calcext:value-type') === 'error') return errorCell(this.#text);
    switch (attributeOf(attributes, 'office:value-type')) {
      case 'float':
      case 'currency':
      case 'percentage':
        return this.#number(Number(attributeOf(attributes, 'office:value') ?? Number.NaN));
      case 'date':
        return CellKind.date + (attributeOf(attributes, 'office:date-value') ?? '').replace(/T00:00:00(?:\.0+)?$/, '');
      case 'time':
        return textCell(this.#text);
      case 'boolean':
        return CellKind.boolean + (attributeOf(attributes, 'office:boolean-value') ?? 'false');
      case 'string':
        return textCell(attributeOf(attributes, 'office:string-value') ?? this.#text);
      default:
        return formula === undefined ? textCell(this.#text) : errorCell(`=${formula.replace(/^\w+:=?/, '')}`);
    }
  }
}

/** A number as it is shown, and the words after it. */
const shownNumber = /^([+-]?\d[\d.,'\s]*?)\s*(\p{L}[\p{L}\d]*)$/u;

/** A number as it is shown, wherever its words are; `1.2E+05` has none. */
const digits = /[+\-\u2212]?\d[\d.,'\s]*(?:E[+-]?\d+)?/i;
const isWord = /[\p{L}\p{Sc}%]/u;

/** Whether a number is shown as it is, rounded and with any marks: not as thousands. */
function isShownWhole(shown: string, value: number): boolean {
  const digitsOf = (text: string): string => text.replaceAll(/\D/g, '').replace(/^0+/, '');
  const whole = digitsOf(String(Math.trunc(Math.abs(value))));
  const least = digitsOf(shown);
  return least.startsWith(whole) || least.startsWith(digitsOf(String(Math.round(Math.abs(value)))));
}

/** How often something is repeated; at least once. */
const repeats = (attributes: string, name: string): number => {
  const count = Number(attributeOf(attributes, name) ?? 1);
  return count >= 1 ? Math.floor(count) : 1;
};
