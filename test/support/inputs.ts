import { Readable } from 'node:stream';
import { Input, type InputOptions, type PlacedRow } from '../../src/input/input.ts';
import { onTestFinished } from 'vitest';

/** Everything that reading an input gives. */
export interface ReadInput {
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly rows: readonly PlacedRow[];
  readonly blank: number;
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
    { format: undefined, delimiter: undefined, encoding: undefined, isKnownColumn: () => false, ...options },
    inPieces(bytes, pieceSize),
  );

/** An input of these bytes, closed with the test. */
export async function openBytes(bytes: Buffer, options: Partial<InputOptions> = {}): Promise<Input> {
  const input = await open(bytes, options, 65_536);
  onTestFinished(() => input.close());
  return input;
}

/** Reads bytes as standard input. */
export async function readAll(
  content: string | Buffer,
  options: Partial<InputOptions> = {},
  pieceSize = 65_536,
): Promise<ReadInput> {
  const input = await open(Buffer.from(content as string), options, pieceSize);
  try {
    const rows: PlacedRow[] = [];
    let blank = 0;
    for await (const batch of input.rows()) {
      for (const row of batch.rows) rows.push(row);
      blank += batch.blank;
    }
    return { columns: input.table.columns, delimiter: input.table.delimiter, rows, blank };
  } finally {
    await input.close();
  }
}

export const cellsOf = ({ rows }: ReadInput): (readonly string[])[] => rows.map(({ cells }) => cells);
