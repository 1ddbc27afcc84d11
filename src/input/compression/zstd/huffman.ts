import { BackwardBits } from './backward-bits.ts';
import { nextState, readFseTable } from './fse.ts';

/** A prefix code (RFC 8878, 4.2): by the next bits, a symbol times 16, plus how many of them are its own. */
export interface HuffmanTable {
  readonly bits: number;
  readonly entries: Uint16Array;
}

const mostBits = 11;
const mostSymbols = 256;

/**
 * Reads the description of a code.
 *
 * @returns the table, and where its description ends
 * @throws Error when it is damaged
 */
export function readHuffmanTable(
  view: DataView,
  start: number,
): { readonly table: HuffmanTable; readonly end: number } {
  const head = view.getUint8(start);
  const weights =
    head < 128 ? readCodedWeights(view, start + 1, start + 1 + head) : readPlainWeights(view, start + 1, head - 127);
  const end = start + 1 + (head < 128 ? head : (head - 126) >> 1);
  return { table: buildTable(weights), end };
}

const readPlainWeights = (view: DataView, start: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => {
    const byte = view.getUint8(start + (index >> 1));
    return index % 2 === 0 ? byte >> 4 : byte & 15;
  });

/** Two states take turns until the bits do not suffice for the next. */
function readCodedWeights(view: DataView, start: number, end: number): number[] {
  const { table, end: streamStart } = readFseTable(view, start, { mostAccuracy: 6, mostSymbol: mostBits + 1 });
  const bits = new BackwardBits(view, streamStart, end);
  const weights: number[] = [];
  let [state, other] = [bits.read(table.accuracy), bits.read(table.accuracy)];
  while (weights.length < mostSymbols) {
    weights.push(table.symbols[state] ?? 0);
    if (bits.left < (table.bits[state] ?? 0)) return [...weights, table.symbols[other] ?? 0];
    [state, other] = [other, nextState(table, state, bits)];
  }
  throw new Error('a code has too many symbols');
}

/** The last weight is not written: it is what is missing to a power of two. */
function buildTable(written: readonly number[]): HuffmanTable {
  const sum = written.reduce((total, weight) => total + ((1 << weight) >> 1), 0);
  const bits = 32 - Math.clz32(sum);
  const rest = (1 << bits) - sum;
  if (sum === 0 || bits > mostBits || (rest & (rest - 1)) !== 0 || written.length >= mostSymbols) {
    throw new Error('a code is not complete');
  }
  const weights = [...written, 32 - Math.clz32(rest)];
  const entries = new Uint16Array(1 << bits);
  let at = 0;
  for (let weight = 1; weight <= bits; weight += 1) {
    for (const [symbol, own] of weights.entries()) {
      if (own !== weight) continue;
      const next = at + (1 << (weight - 1));
      entries.fill(symbol * 16 + bits + 1 - weight, at, next);
      at = next;
    }
  }
  return { bits, entries };
}

/**
 * Decodes a stream that fills the target.
 *
 * @throws Error when it does not
 */
export function decodeHuffman({ bits: width, entries }: HuffmanTable, bits: BackwardBits, target: Uint8Array): void {
  for (let at = 0; at < target.length; at += 1) {
    const entry = entries[bits.peek(width)] ?? 0;
    bits.left -= entry & 15;
    if (bits.left < 0) throw new Error('a stream of bits is too short');
    target[at] = entry >> 4;
  }
  if (bits.left !== 0) throw new Error('a stream of bits is too long');
}
