/**
 * Cells with their types as lines of text: what workbooks and columnar files are decoded to, so that all that follows
 * (sample, batches, rereading) reads them as it reads other texts. Line k of the text is row k of the sheet.
 *
 * Cells are separated by tabs. Each begins with the letter of its kind; an empty one is nothing. No other control character
 * occurs.
 */
export const CellKind = {
  text: 's',
  /** A text with control characters, escaped as in JSON. */
  escaped: 'j',
  number: 'n',
  /** A number whose format shows it with a unit: `12.5 t`. */
  measured: 'm',
  /** A number whose format shows it with other words: `12.5 pal.`, `12.5 EUR`. They are read in columns of measures only. */
  worded: 'w',
  /** `YYYY-MM-DD`, or a timestamp. */
  date: 'd',
  boolean: 'b',
  /** What the cell shows instead of a value: `#N/A`. */
  error: 'e',
} as const;
export type CellKind = (typeof CellKind)[keyof typeof CellKind];

export const cellSeparator = '\t';

// oxlint-disable-next-line no-control-regex -- they end cells and lines
const control = /[\u0000-\u001f]/;
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f]+/g;

/** The cell of a text. */
export function textCell(text: string): string {
  if (text === '') return '';
  return control.test(text) ? `j${JSON.stringify(text).slice(1, -1)}` : `s${text}`;
}

/** The cell of a number, by its shortest digits: `1.50` is 1.5. */
export const numberCell = (value: number): string => (Number.isFinite(value) ? `n${String(value)}` : '');

/** The cell of a number that is shown with words: a unit, or others. */
export const shownCell = (value: number, words: string, isUnit: boolean): string =>
  Number.isFinite(value) ? `${isUnit ? CellKind.measured : CellKind.worded}${String(value)} ${words}` : '';

/** The cell of an error: of a formula without a stored result, the formula. */
export const errorCell = (text: string): string => `e${text.replaceAll(controls, ' ')}`;

/** What a cell of a line says, as text. */
export function readCell(cell: string): string {
  return cell.startsWith('j') ? (JSON.parse(`"${cell.slice(1)}"`) as string) : cell.slice(1);
}

const pieceCharacters = 64 * 1024;
/** A longer row, or more rows from one piece of a file, are made to fill the memory: a few bytes may mean many cells. */
const mostCharacters = { row: 4 * 1024 * 1024, piece: 64 * 1024 * 1024 };

/** Puts rows together to pieces of text. */
export class CellLines {
  #text = '';
  /** The line that is written next, from 1. */
  #next = 1;

  /**
   * Adds a row; rows that were left out are empty lines.
   *
   * @throws Error when it is longer than any row of a table
   */
  add(line: number, cells: readonly (string | undefined)[]): void {
    let characters = 0;
    for (const cell of cells) characters += cell?.length ?? 0;
    if (characters > mostCharacters.row) throw new Error(`row ${String(line)} is longer than 4 MiB`);
    if (this.#text.length > mostCharacters.piece) {
      throw new Error(`what row ${String(line)} repeats grows without end`);
    }
    this.#text += '\n'.repeat(Math.max(0, line - this.#next));
    this.#text += `${cells.join(cellSeparator)}\n`;
    this.#next = Math.max(line, this.#next) + 1;
  }

  get next(): number {
    return this.#next;
  }

  get isFull(): boolean {
    return this.#text.length >= pieceCharacters;
  }

  /** What was written since the last call. */
  take(): Buffer {
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    return bytes;
  }
}
