import type { BackwardBits } from './backward-bits.ts';

/** A table of finite state entropy (RFC 8878, 4.1): by state, its symbol, and the state that follows. */
export interface FseTable {
  /** A first state has this many bits. */
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** The state after one. */
export const nextState = (table: FseTable, state: number, bits: BackwardBits): number =>
  (table.bases[state] ?? 0) + bits.read(table.bits[state] ?? 0);

/** A table in which one symbol is always next. */
export const constantTable = (symbol: number): FseTable => ({
  accuracy: 0,
  symbols: Uint8Array.of(symbol),
  bits: Uint8Array.of(0),
  bases: Uint16Array.of(0),
});

const highestBit = (value: number): number => 31 - Math.clz32(value);

/**
 * Reads the description of a table.
 *
 * @returns the table, and where its description ends
 * @throws Error when it is damaged
 */
export function readFseTable(
  view: DataView,
  start: number,
  { mostAccuracy, mostSymbol }: { readonly mostAccuracy: number; readonly mostSymbol: number },
): { readonly table: FseTable; readonly end: number } {
  let position = start * 8;
  const peek = (count: number): number => (view.getUint32(position >> 3, true) >>> (position & 7)) & ((1 << count) - 1);
  const accuracy = peek(4) + 5;
  if (accuracy > mostAccuracy) throw new Error('a table is too large');
  position += 4;
  const counts = new Int16Array(mostSymbol + 1);
  let symbol = 0;
  for (let left = 1 << accuracy; left > 0;) {
    if (symbol > mostSymbol) throw new Error('a table has too many symbols');
    // Of the values that are possible, the lower ones take a bit less.
    const bits = highestBit(left + 1);
    const short = (2 << bits) - left - 2;
    const word = peek(bits + 1);
    const low = word & ((1 << bits) - 1);
    const isShort = low < short;
    position += isShort ? bits : bits + 1;
    const count = (isShort ? low : word >= 1 << bits ? word - short : word) - 1;
    left -= Math.abs(count);
    counts[symbol] = count;
    symbol += 1;
    for (let repeats = count === 0 ? 3 : 0; repeats === 3;) {
      repeats = peek(2);
      position += 2;
      symbol += repeats;
    }
    if (left < 0) throw new Error('a table has more states than it may');
  }
  return { table: buildFseTable(counts, accuracy), end: (position + 7) >> 3 };
}

/** @param counts states of each symbol; -1 for one of less than one in all */
export function buildFseTable(counts: Int16Array, accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  for (const [symbol, count] of counts.entries()) {
    next[symbol] = Math.abs(count);
    if (count < 0) symbols[(high -= 1)] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let state = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let index = 0; index < count; index += 1) {
      symbols[state] = symbol;
      do state = (state + step) & (size - 1);
      while (state >= high);
    }
  }
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let index = 0; index < size; index += 1) {
    const symbol = symbols[index] ?? 0;
    const value = next[symbol] ?? 0;
    next[symbol] = value + 1;
    const count = accuracy - highestBit(value);
    bits[index] = count;
    bases[index] = (value << count) - size;
  }
  return { accuracy, symbols, bits, bases };
}
