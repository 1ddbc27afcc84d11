import { errorMessage, inputError } from '../errors.ts';
import { CellLines, textCell } from './cell-lines.ts';
import { attributeOf, decodeEntities, type XmlHandler, XmlReader } from './workbook/xml.ts';

/** Whether a text is a page with a table, as portals hand out under the name of a workbook. */
export const isHtmlTable = (head: string): boolean => /^\ufeff?\s*</.test(head) && /<table[\s>]/i.test(head);

/**
 * The rows of the tables of a page, one after the other, as cell lines.
 *
 * @throws RunError (exit 3) when the page is damaged
 */
export async function* htmlRows(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder();
  const rows = new RowsHandler();
  const reader = new XmlReader(rows, true);
  try {
    for await (const chunk of chunks) {
      reader.push(decoder.decode(chunk, { stream: true }));
      if (rows.lines.isFull) yield rows.lines.take();
    }
  } catch (error) {
    throw inputError('INPUT_DAMAGED', `${path} is a damaged page: ${errorMessage(error)}`, 'get the file again', error);
  }
  rows.endRow();
  yield rows.lines.take();
}

/** Rows and cells end where the next begin: pages leave out closing tags. */
class RowsHandler implements XmlHandler {
  readonly lines = new CellLines();
  #cells: string[] | undefined;
  #text: string | undefined;
  #spans = 1;

  open(name: string, attributes: string): void {
    switch (name.toLowerCase()) {
      case 'tr':
        this.endRow();
        this.#cells = [];
        break;
      case 'td':
      case 'th':
        this.#endCell();
        this.#text = '';
        this.#spans = Math.min(1000, Number(attributeOf(attributes.toLowerCase(), 'colspan') ?? 1) || 1);
        break;
      case 'br':
        if (this.#text !== undefined) this.#text += ' ';
        break;
      default:
    }
  }

  close(name: string): void {
    const lower = name.toLowerCase();
    if (lower === 'td' || lower === 'th') this.#endCell();
    else if (lower === 'tr' || lower === 'table') this.endRow();
  }

  text(text: string): void {
    if (this.#text !== undefined) this.#text += text;
  }

  endRow(): void {
    this.#endCell();
    if (this.#cells !== undefined) this.lines.add(this.lines.next, this.#cells);
    this.#cells = undefined;
  }

  #endCell(): void {
    if (this.#text === undefined || this.#cells === undefined) return;
    const text = decodeNames(decodeEntities(this.#text)).replaceAll(/\s+/g, ' ').trim();
    this.#cells.push(textCell(text));
    for (let left = this.#spans - 1; left > 0; left -= 1) this.#cells.push('');
    this.#text = undefined;
  }
}

/** The characters from U+00A0 to U+00FF by their names in HTML 4. */
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute ' +
  'Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute ' +
  'THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ' +
  'ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const names: ReadonlyMap<string, string> = new Map([
  ...latin.split(' ').map((name, index) => [name, String.fromCharCode(0xa0 + index)] as const),
  ['euro', '€'],
  ['ndash', '–'],
  ['mdash', '—'],
]);

const decodeNames = (text: string): string =>
  text.replaceAll(/&(\w+);/g, (whole, name: string) => names.get(name) ?? whole);
