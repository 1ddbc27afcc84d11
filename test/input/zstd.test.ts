import { expect, test } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { decompressed } from '../../src/input/compression/decompressed.ts';
import { cellsOf, inPieces, readAll, readOnce } from '../support/inputs.ts';
import { duckdb } from '../support/parquet.ts';

const csv = 'id,km\nA,1\nB,2\n';
const cells = [
  ['A', '1'],
  ['B', '2'],
];

/** The CSV file above, written by `zstd -19` 1.5.4, with a checksum. */
const ofTool = Buffer.from('KLUv/SQOcQAAaWQsa20KQSwxCkIsMgojCOQc', 'base64');

/** A CSV file of three rows, written by the same, of which a block is compressed. */
const compressed = Buffer.from(
  'KLUv/SRW3QEAcgMMELA74LWiJ2RGzYDd0fROmsZlJGY4YHHjXn300IgkSMIBiTl0pZweudaL2+qenR/zAgBJzcJKnlBjEuUo',
  'base64',
);

const littleEndian = (value: number, bytes: number): Buffer => {
  const field = Buffer.alloc(bytes);
  field.writeUIntLE(value, 0, bytes);
  return field;
};

const magic = littleEndian(0xfd2fb528, 4);
const block = (type: number, size: number, content: Buffer, isLast: boolean): Buffer =>
  Buffer.concat([littleEndian((size << 3) | (type << 1) | Number(isLast), 3), content]);
const raw = (text: string, isLast = false): Buffer => block(0, text.length, Buffer.from(text), isLast);
const repeated = (character: string, times: number, isLast = false): Buffer =>
  block(1, times, Buffer.from(character), isLast);
/** A frame of blocks, with a window of 1 MiB and nothing else in its header. */
const frame = (...blocks: readonly Buffer[]): Buffer => Buffer.concat([magic, Buffer.from([0, 10 << 3]), ...blocks]);
const skippable = (bytes: number): Buffer =>
  Buffer.concat([littleEndian(0x184d2a53, 4), littleEndian(bytes, 4), Buffer.alloc(bytes, 'x')]);

/** What reading ends with. */
const failureOf = async (bytes: Buffer): Promise<string> => {
  try {
    return JSON.stringify(cellsOf(await readOnce(bytes, {}, 65_536, {})));
  } catch (error) {
    return error instanceof RunError ? `${error.code} ${error.message}` : `other: ${String(error)}`;
  }
};

test('what DuckDB writes is read as its CSV file is', async () => {
  const rows = `SELECT 'S-' || n AS movement_id, n * 1.25 AS distance_km, 'Straße ' || n % 97 AS note FROM range(20000) t(n)`;
  const files = await duckdb(`COPY (${rows}) TO {a.csv}; COPY (${rows}) TO {b.zst} (FORMAT csv, COMPRESSION zstd);`);
  const [plain, packed] = [files('a.csv'), files('b.zst')];
  expect(packed.length).toBeLessThan(plain.length / 3);
  expect(await readOnce(packed, {}, 65_536, {})).toEqual(await readOnce(plain, {}, 65_536, {}));
});

test.each<readonly [string, Buffer]>([
  ['of the zstd command', ofTool],
  ['of one block', frame(raw(csv, true))],
  ['of several blocks and one that repeats a byte', frame(raw('id,km\nA,'), repeated('1', 1), raw('\nB,2\n', true))],
  ['with an empty last block', frame(raw(csv), raw('', true))],
  ['after each other', Buffer.concat([frame(raw('id,km\nA', true)), frame(raw(',1\nB,2\n', true))])],
  [
    'beside some to skip',
    Buffer.concat([
      skippable(9),
      frame(raw('id,k', true)),
      skippable(0),
      frame(raw(csv.slice(4), true)),
      skippable(300),
    ]),
  ],
  ['beside empty ones', Buffer.concat([frame(raw('', true)), ofTool, frame(raw('', true))])],
  ['with dictionary number 0', Buffer.concat([magic, Buffer.from([1, 80, 0]), raw(csv, true)])],
])('frames %s are read in pieces of any size', async (_, bytes) => {
  for (const size of [1, 7, 65_536]) expect(cellsOf(await readAll(bytes, {}, size))).toEqual(cells);
});

test.each<readonly [string, Buffer, string]>([
  ['cut off', ofTool.subarray(0, -6), 'it ends in the middle'],
  ['without its last block', frame(raw(csv)), 'it ends in the middle'],
  ['without its checksum', ofTool.subarray(0, -4), 'it ends in the middle'],
  ['before a cut frame to skip', Buffer.concat([ofTool, skippable(9).subarray(0, -1)]), 'it ends in the middle'],
  ['before other bytes', Buffer.concat([ofTool, Buffer.from('more')]), 'what follows is of another kind'],
  [
    'of a wrong length',
    Buffer.concat([magic, Buffer.from([0x20, csv.length + 1]), raw(csv, true)]),
    'its length is wrong',
  ],
  ['of a dictionary', Buffer.concat([magic, Buffer.from([1, 80, 7]), raw(csv, true)]), 'it needs a dictionary'],
  [
    'of a window of 64 MiB',
    Buffer.concat([magic, Buffer.from([0, 16 << 3]), raw(csv, true)]),
    'it needs a window of 64 MiB',
  ],
  [
    'that claims 4 GiB',
    Buffer.concat([magic, Buffer.from([0xe0, 0, 0, 0, 0, 1, 0, 0, 0]), raw(csv, true)]),
    'it needs a window of 4096 MiB',
  ],
  ['of a block over 128 KiB', frame(raw(csv), repeated('x', 131_073, true)), 'a block is too long'],
  ['of an unknown block', frame(raw(csv), block(3, 0, Buffer.alloc(0), true)), 'a block is of no known type'],
])('a frame %s is refused by what is wrong', async (_, bytes, why) => {
  expect(await failureOf(bytes)).toMatch(`INPUT_DAMAGED - is damaged zstd data: ${why}`);
});

/** The text that is in the bytes of a file; where reading fails, the code of that. */
async function textOf(bytes: Buffer): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of decompressed(inPieces(bytes, 65_536), 'a.zst')) parts.push(part);
    return Buffer.concat(parts).toString();
  } catch (error) {
    return error instanceof RunError ? error.code : `other: ${String(error)}`;
  }
}

test('a flipped bit or a cut never makes another text', async () => {
  const text = await textOf(compressed);
  expect(text).toContain('Z-3,12.5,van_diesel\n');
  for (let bit = 4 * 8; bit < compressed.length * 8; bit += 1) {
    const bytes = Buffer.from(compressed);
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    // Not every bit of a header matters.
    expect(['INPUT_DAMAGED', text], `bit ${String(bit)}`).toContain(await textOf(bytes));
  }
  for (let end = 5; end < compressed.length; end += 1) {
    expect(await textOf(compressed.subarray(0, end))).toBe('INPUT_DAMAGED');
  }
});

test('what is made to fill the disk is refused before it does', async () => {
  const bomb = frame(raw(csv), ...Array.from({ length: 8000 }, () => repeated('\n', 131_072)), raw('', true));
  expect(bomb.length).toBeLessThan(33_000);
  expect(await failureOf(bomb)).toMatch(/^INPUT_TOO_LARGE - would grow to 128 MiB or more, \d+ times its size/);
});
