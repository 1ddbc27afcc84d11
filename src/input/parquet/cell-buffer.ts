import { CellKind, numberCell } from '../cell-lines.ts';
import { numberBytes, writeNumber } from '../../columns/write-number.ts';

const numberKind = CellKind.number.charCodeAt(0);
const zero = 0x30;
const one = new Float64Array(1);

/** Cells, one after the other, as `cell-lines.ts` writes them. */
export class CellBuffer {
  bytes = Buffer.allocUnsafe(4096);
  end = 0;
  #view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);

  /** Makes room for more bytes. */
  reserve(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.end + bytes));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
    this.#view = new DataView(larger.buffer, larger.byteOffset, larger.length);
  }

  text(text: string): void {
    this.reserve(3 * text.length);
    this.end += this.bytes.write(text, this.end);
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.end] = byte;
    this.end += 1;
  }

  /** The cell of a number; what is not finite is a text. */
  number(value: number): void {
    if (!Number.isFinite(value)) {
      this.text(CellKind.text + String(value));
    } else if (value === 0) {
      this.text(numberCell(0));
    } else {
      this.reserve(1 + numberBytes);
      this.bytes[this.end] = numberKind;
      one[0] = value;
      this.end = writeNumber(this.#view, this.end + 1, one, 0);
    }
  }

  /** A number of a date with leading zeros. */
  digits(value: number, count: number): void {
    this.reserve(count);
    let rest = value;
    for (let at = this.end + count - 1; at >= this.end; at -= 1) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = zero + (rest - 10 * next);
      rest = next;
    }
    this.end += count;
  }
}
