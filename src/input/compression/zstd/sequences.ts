import type { BackwardBits } from './backward-bits.ts';
import { buildFseTable, constantTable, type FseTable, nextState, readFseTable } from './fse.ts';

/** The tables with which sequences are coded: of lengths of literals, distances and lengths of matches. */
export type SequenceTables = readonly [literals: FseTable, offsets: FseTable, matches: FseTable];

/** Distances of more bits lead outside the largest window. */
const mostOffsetBits = 25;

const literalBits = [...Array<number>(16).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const matchBits = [...Array<number>(32).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

/** The least value of each code: codes follow each other without a gap. */
function basesOf(bits: readonly number[], first: number): Int32Array {
  let next = first;
  return Int32Array.from(bits, (count) => {
    next += 2 ** count;
    return next - 2 ** count;
  });
}

const literalBases = basesOf(literalBits, 0);
const matchBases = basesOf(matchBits, 3);

const timesOf = (...runs: readonly (readonly [value: number, times: number])[]): Int16Array =>
  Int16Array.from(runs.flatMap(([value, times]) => Array<number>(times).fill(value)));

/** What is known of the three kinds of codes; the tables that hold where none is described are of RFC 8878, 3.1.1.3.2.2. */
const kinds = [
  {
    mostAccuracy: 9,
    mostSymbol: 35,
    usual: buildFseTable(timesOf([4, 1], [3, 1], [2, 11], [1, 3], [2, 9], [3, 1], [2, 1], [1, 5], [-1, 4]), 6),
  },
  { mostAccuracy: 8, mostSymbol: 31, usual: buildFseTable(timesOf([1, 6], [2, 3], [1, 15], [-1, 5]), 5) },
  {
    mostAccuracy: 9,
    mostSymbol: 52,
    usual: buildFseTable(timesOf([1, 1], [4, 1], [3, 1], [2, 6], [1, 37], [-1, 7]), 6),
  },
] as const;

/**
 * Reads which tables the sequences of a block are coded with.
 *
 * @param before those of the block before
 * @returns the tables, and where their descriptions end
 */
export function readTables(
  view: DataView,
  start: number,
  before: SequenceTables | undefined,
): { readonly tables: SequenceTables; readonly end: number } {
  const modes = view.getUint8(start);
  if ((modes & 3) !== 0) throw new Error('a block is of a later version');
  let end = start + 1;
  const read = (index: 0 | 1 | 2): FseTable => {
    const kind = kinds[index];
    switch ((modes >> (6 - 2 * index)) & 3) {
      case 0:
        return kind.usual;
      case 1: {
        const symbol = view.getUint8(end);
        if (symbol > kind.mostSymbol) throw new Error('a table has too many symbols');
        end += 1;
        return constantTable(symbol);
      }
      case 2: {
        const described = readFseTable(view, end, kind);
        end = described.end;
        return described.table;
      }
      default:
        if (before === undefined) throw new Error('a table is missing');
        return before[index];
    }
  };
  return { tables: [read(0), read(1), read(2)], end };
}

/** How literals and matches make a text: a number of literals, then a number of bytes from a distance. */
export type OnSequence = (literals: number, distance: number, match: number) => void;

/**
 * Decodes the sequences of a block.
 *
 * @param recent the last three distances, which are brought up to date
 * @throws Error when they do not end where their bits do
 */
export function decodeSequences(
  bits: BackwardBits,
  count: number,
  { tables, recent }: { readonly tables: SequenceTables; readonly recent: [number, number, number] },
  use: OnSequence,
): void {
  const [literals, offsets, matches] = tables;
  let literalState = bits.read(literals.accuracy);
  let offsetState = bits.read(offsets.accuracy);
  let matchState = bits.read(matches.accuracy);
  for (let index = 0; index < count; index += 1) {
    const offsetBits = offsets.symbols[offsetState] ?? 0;
    if (offsetBits > mostOffsetBits) throw new Error('a distance is too long');
    const offset = (1 << offsetBits) + bits.read(offsetBits);
    const matchCode = matches.symbols[matchState] ?? 0;
    const match = (matchBases[matchCode] ?? 0) + bits.read(matchBits[matchCode] ?? 0);
    const literalCode = literals.symbols[literalState] ?? 0;
    const literal = (literalBases[literalCode] ?? 0) + bits.read(literalBits[literalCode] ?? 0);
    use(literal, distanceOf(offset, literal === 0, recent), match);
    if (index + 1 === count) break;
    literalState = nextState(literals, literalState, bits);
    matchState = nextState(matches, matchState, bits);
    offsetState = nextState(offsets, offsetState, bits);
  }
  if (bits.left !== 0) throw new Error('a stream of bits is too long');
}

/** Offsets of 1 to 3 are recent distances, shifted by one where no literal comes before. */
function distanceOf(offset: number, isShifted: boolean, recent: [number, number, number]): number {
  const [first, second, third] = recent;
  const place = offset > 3 ? 4 : offset - 1 + (isShifted ? 1 : 0);
  const distance = [first, second, third, first - 1, offset - 3][place] ?? 0;
  if (place === 1) [recent[0], recent[1]] = [distance, first];
  else if (place > 1) [recent[0], recent[1], recent[2]] = [distance, first, second];
  return distance;
}
