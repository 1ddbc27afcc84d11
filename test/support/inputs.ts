import { Readable } from 'node:stream';
import { Arena } from '../../src/columns/arena.ts';
import type { Batch, ExtraValue, Tag } from '../../src/columns/batch.ts';
import { BatchReader, cellsOf as textsOf, createPlace, type Place, placeBytes } from '../../src/input/batch-reader.ts';
import { Input, type InputOptions } from '../../src/input/input.ts';
import { createRowPlace, rowPlaceBytes, type RowPlaceInArena } from '../../src/input/row-reader.ts';
import { expect, onTestFinished } from 'vitest';

/** A row of a batch as plain data. */
export interface ReadRow {
  /** From 1. */
  readonly row: number;
  readonly line: number;
  readonly offset: number;
  /** Empty where the row could not be read. */
  readonly cells: readonly string[];
  readonly tags: readonly Tag[];
  /** Why the row could not be read, and what can be said of its text. */
  readonly malformed?: string;
  readonly text?: string;
  /** A row that could be read, as it is in the input. */
  readonly written?: string;
  readonly extras: readonly ExtraValue[];
}

/** Everything that reading an input gives. */
export interface ReadInput {
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly rows: readonly ReadRow[];
  readonly blank: number;
}

/** Sizes that may make no difference. */
export interface ReadSizes {
  readonly blockBytes?: number;
  readonly batchRows?: number;
}

/** A stream that hands out bytes in pieces of a given size. */
export const inPieces = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    (function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
    { objectMode: false },
  );

const open = (bytes: Buffer, options: Partial<InputOptions>, pieceSize: number): Promise<Input> =>
  Input.open(
    '-',
    {
      format: undefined,
      delimiter: undefined,
      encoding: undefined,
      isKnownColumn: () => false,
      ...options,
    },
    inPieces(bytes, pieceSize),
  );

/** An input of these bytes, closed with the test. */
export async function openBytes(bytes: Buffer, options: Partial<InputOptions> = {}): Promise<Input> {
  const input = await open(bytes, options, 65_536);
  onTestFinished(() => input.close());
  return input;
}

const places = new Map<number | undefined, Place>();

/** A place of its own for each size of blocks. What an earlier test left in it may not matter. */
export function placeOf(blockBytes?: number): Place {
  let place = places.get(blockBytes);
  if (place === undefined) {
    place = createPlace(new Arena(placeBytes(blockBytes)), blockBytes);
    places.set(blockBytes, place);
  }
  return place;
}

/** A row of a batch as plain data. */
export function rowOf(batch: Batch, row: number, arena: Arena): ReadRow {
  const malformed = batch.malformed.get(row);
  return {
    row: batch.firstRow + row,
    line: batch.lines[row] ?? 0,
    offset: batch.offsets[row] ?? 0,
    ...(malformed === undefined
      ? {
          ...textsOf(batch, row, arena, [...Array(batch.width).keys()]),
          written: arena.text(batch.rowStarts[row] ?? 0, batch.rowEnds[row] ?? 0),
        }
      : { cells: [], tags: [], malformed: malformed.message, text: malformed.text }),
    extras: batch.extras.get(row) ?? [],
  };
}

/** Reads the rows of an input, once. */
export async function readRows(
  input: Input,
  { blockBytes, batchRows }: ReadSizes = {},
): Promise<{ readonly rows: readonly ReadRow[]; readonly blank: number }> {
  const place = placeOf(blockBytes);
  const reader = new BatchReader(input.table, place, batchRows);
  const { source, offset } = input.rows();
  reader.begin(source, offset);
  const rows: ReadRow[] = [];
  let blank = 0;
  while (await reader.more()) {
    while (reader.take()) {
      const { batch } = reader;
      for (let row = 0; row < batch.rows; row += 1) rows.push(rowOf(batch, row, place.arena));
      blank += batch.blank;
    }
  }
  return { rows, blank };
}

let rowPlace: RowPlaceInArena | undefined;

/** Makes a function that reads the row at an offset of an input again; `undefined` where no row begins there. */
export function createRowAt(input: Input): (offset: number) => ReadRow | undefined {
  rowPlace ??= createRowPlace(new Arena(rowPlaceBytes));
  const { arena } = rowPlace;
  const reader = input.createRowReader(rowPlace);
  return (offset) => (reader.read(offset) ? rowOf(reader.batch, 0, arena) : undefined);
}

/** Texts up to this size are read in small blocks and batches, too. */
const smallBytes = 20_000;
const smallSizes: readonly ReadSizes[] = [
  { blockBytes: 64, batchRows: 1 },
  { blockBytes: 97, batchRows: 3 },
];

/** Reads bytes as standard input. Small ones are read in blocks and batches of several sizes, which makes no difference. */
export async function readAll(
  content: string | Buffer,
  options: Partial<InputOptions> = {},
  pieceSize = 65_536,
): Promise<ReadInput> {
  const bytes = Buffer.from(content as string);
  const whole = await readOnce(bytes, options, pieceSize, {});
  if (bytes.length > smallBytes) return whole;
  for (const sizes of smallSizes) {
    const again = await readOnce(bytes, options, pieceSize, sizes);
    expect(again, `in sizes of ${JSON.stringify(sizes)}`).toEqual(whole);
  }
  return whole;
}

/** Reads bytes as standard input, in blocks and batches of given sizes. */
export async function readOnce(
  bytes: Buffer,
  options: Partial<InputOptions>,
  pieceSize: number,
  sizes: ReadSizes,
): Promise<ReadInput> {
  const input = await open(bytes, options, pieceSize);
  try {
    const { columns, delimiter } = input.table;
    return { columns, delimiter, ...(await readRows(input, sizes)) };
  } finally {
    await input.close();
  }
}

/** Whether the rows were read. */
export const areRead = (rows: readonly ReadRow[]): readonly boolean[] =>
  rows.map(({ malformed }) => malformed === undefined);

export const cellsOf = ({ rows }: ReadInput): (readonly string[])[] => rows.map(({ cells }) => [...cells]);
