import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/columns/arena.ts';
import { Blocks, type TextSource } from '../../src/input/blocks.ts';
import { TextStream } from '../../src/input/text-stream.ts';
import { maxRecordBytes } from '../../src/input/tokeniser.ts';
import { inPieces, readOnce } from '../support/inputs.ts';

const streamOf = (bytes: Buffer, pieceSize: number): TextSource =>
  new TextStream(inPieces(bytes, pieceSize) as AsyncIterable<Buffer>);

const createBlocks = (size: number): { readonly arena: Arena; readonly blocks: Blocks } => {
  const arena = new Arena(maxRecordBytes + 2 * Math.max(size, 256 * 1024) + 1024);
  return { arena, blocks: new Blocks(arena, size) };
};

/** Reads a text block by block, leaving up to `keep` bytes of each one that is not final to the next. */
async function readBlocks(bytes: Buffer, pieceSize: number, size: number, keep: number): Promise<Buffer> {
  const { arena, blocks } = createBlocks(size);
  blocks.begin(streamOf(bytes, pieceSize), 1000);
  const parts: Buffer[] = [];
  for (let from = blocks.start; !blocks.isAtEnd(from);) {
    await blocks.next(from);
    const { from: start, to, isFinal, shift } = blocks.window(blocks.start);
    const there = arena.buffer.subarray(start, to);
    const at = start + shift - 1000;
    expect(there.equals(bytes.subarray(at, at + there.length))).toBe(true);
    expect(to - start <= blocks.capacity).toBe(true);
    // Each has something new, unless the text has ended.
    expect(isFinal || to - start >= size).toBe(true);
    from = isFinal ? to : Math.max(start, to - keep);
    parts.push(Buffer.from(arena.buffer.subarray(start, from)));
  }
  return Buffer.concat(parts);
}

test('blocks are the text, in order, whatever is left to the next one', async () => {
  const text = Buffer.from(Array.from({ length: 100_000 }, (_, i) => `row ${String(i)}`).join('\n'));
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1000, max: 3_000_000 }),
      fc.integer({ min: 50_000, max: 600_000 }),
      fc.nat(500_000),
      async (pieceSize, size, keep) => {
        expect((await readBlocks(text, pieceSize, size, keep)).equals(text)).toBe(true);
      },
    ),
    { numRuns: 20 },
  );
});

test('short texts are read in the shortest blocks and pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 50 }),
      fc.nat(100),
      async (bytes, pieceSize, size, keep) => {
        const text = Buffer.from(bytes);
        expect(await readBlocks(text, pieceSize, size, keep)).toEqual(text);
      },
    ),
    { numRuns: 200 },
  );
});

test('rows do not end with blocks', async () => {
  const text = Buffer.from(
    `a,b\n${Array.from({ length: 300 }, (_, i) => `${String(i)},"x\r\n${'é'.repeat(i)}"\r\n`).join('')}`,
  );
  const whole = await readOnce(text, {}, 65_536, {});
  expect(whole.rows.length).toBe(300);
  for (const blockBytes of [1, 7, 64, 1000, 4096]) {
    for (const batchRows of [1, 5, 2048]) {
      expect(await readOnce(text, {}, 65_536, { blockBytes, batchRows })).toEqual(whole);
    }
  }
});

test('the rest of a line is dropped up to its end, wherever blocks end', async () => {
  const { arena, blocks } = createBlocks(64);
  for (const end of ['\n', '\r\n', '\r']) {
    for (let length = 100; length < 300; length += 1) {
      const text = Buffer.from(`first\n${'x'.repeat(length)}${end}after\n`);
      blocks.begin(streamOf(text, 50), 0);
      await blocks.next(blocks.start);
      await blocks.skipLine(blocks.start + 6);
      const { from, shift } = blocks.window(blocks.start);
      expect(from + shift).toBe(6 + length + end.length);
      expect(arena.text(from, from + 6)).toBe('after\n');
    }
  }
});

test('an endless line is refused and skipped; only its beginning is kept', async () => {
  for (const blockBytes of [64, undefined]) {
    const text = Buffer.from(`a,b\n1,2\n${'x'.repeat(5_000_000)}\nafter,4\n`);
    const { rows } = await readOnce(text, {}, 65_536, blockBytes === undefined ? {} : { blockBytes });
    expect(rows.map(({ row, line, offset }) => [row, line, offset])).toEqual([
      [1, 2, 4],
      [2, 3, 8],
      [3, 4, 5_000_009],
    ]);
    expect(rows.map(({ malformed }) => malformed)).toEqual([
      undefined,
      'is longer than 1 MiB; is a line end missing?',
      undefined,
    ]);
    expect(rows[1]?.text?.length).toBeLessThan(2000);
    expect(rows[2]?.cells).toEqual(['after', '4']);
  }
});
