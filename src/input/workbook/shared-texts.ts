import { textCell } from '../cell-lines.ts';
import type { XmlHandler } from './xml.ts';
import { decodeText } from './xlsx-text.ts';

/**
 * The texts that cells of a workbook refer to by number, as cells of cell lines: one text with the places of all, as millions
 * of texts would take several times the memory.
 */
export class SharedTexts implements XmlHandler {
  #parts: string[] = [];
  #part = '';
  #all = '';
  #ends = new Int32Array(1024);
  #count = 0;
  #length = 0;
  #text = '';
  #isText = false;
  #isPhonetic = false;

  open(name: string): void {
    if (name === 'si') this.#text = '';
    else if (name === 't') this.#isText = !this.#isPhonetic;
    else if (name === 'rPh') this.#isPhonetic = true;
  }

  close(name: string): void {
    if (name === 't') this.#isText = false;
    else if (name === 'rPh') this.#isPhonetic = false;
    else if (name === 'si') this.#add(textCell(decodeText(this.#text)));
  }

  text(text: string): void {
    if (this.#isText) this.#text += text;
  }

  #add(cell: string): void {
    if (this.#count === this.#ends.length) {
      const larger = new Int32Array(this.#count * 2);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#length += cell.length;
    this.#ends[this.#count] = this.#length;
    this.#count += 1;
    this.#part += cell;
    if (this.#part.length > 64 * 1024) this.finish(false);
  }

  /** Ends the reading. */
  finish(isLast = true): void {
    // Through bytes, so that the pieces of the XML that it was cut from are let go.
    this.#parts.push(Buffer.from(this.#part).toString());
    this.#part = '';
    if (!isLast) return;
    this.#all = this.#parts.join('');
    this.#parts = [];
  }

  /** @throws Error when there is no such text */
  cell(number: number): string {
    if (!(number >= 0 && number < this.#count)) throw new Error(`there is no text ${String(number)}`);
    return this.#all.slice(number === 0 ? 0 : this.#ends[number - 1], this.#ends[number]);
  }
}
