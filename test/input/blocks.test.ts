import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockReader } from '../../src/input/blocks.ts';
import { inPieces } from '../support/inputs.ts';

/** Reads all blocks, giving back the last `keep` bytes of each one that is not final. */
async function readBlocks(bytes: Buffer, pieceSize: number, keep: number): Promise<string> {
  const reader = new BlockReader(inPieces(bytes, pieceSize) as AsyncIterable<Buffer>);
  const parts: Buffer[] = [];
  for (let block = await reader.next(); block !== undefined; block = await reader.next()) {
    expect(block.bytes.equals(bytes.subarray(block.offset, block.offset + block.bytes.length))).toBe(true);
    const kept = block.final ? 0 : Math.min(keep, block.bytes.length - 1);
    if (kept > 0) reader.unread(block.bytes.subarray(block.bytes.length - kept));
    parts.push(block.bytes.subarray(0, block.bytes.length - kept));
  }
  return Buffer.concat(parts).toString();
}

test('blocks are the text, in order, whatever is given back', async () => {
  const text = Array.from({ length: 250_000 }, (_, i) => `row ${String(i)}`).join('\n');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 50_000, max: 3_000_000 }), fc.nat(500_000), async (pieceSize, keep) => {
      expect((await readBlocks(Buffer.from(text), pieceSize, keep)) === text).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('a block ends after a line feed, unless it is the last', async () => {
  const reader = new BlockReader(
    inPieces(Buffer.from('x\n'.repeat(1_000_000) + 'end'), 65_536) as AsyncIterable<Buffer>,
  );
  const ends: string[] = [];
  for (let block = await reader.next(); block !== undefined; block = await reader.next()) {
    ends.push(block.bytes.subarray(-1).toString());
  }
  expect(ends.length).toBeGreaterThan(1);
  expect(ends.slice(0, -1).every((end) => end === '\n')).toBe(true);
  expect(ends.at(-1)).toBe('d');
});

test('an endless line is skipped; only its beginning is kept', async () => {
  const reader = new BlockReader(
    inPieces(Buffer.from(`${'x'.repeat(5_000_000)}\nafter\n`), 65_536) as AsyncIterable<Buffer>,
  );
  const first = await reader.next();
  expect(first).toMatchObject({ oversized: true, offset: 0 });
  expect(first?.bytes.length).toBeLessThan(2000);
  const second = await reader.next();
  expect(second).toMatchObject({ offset: 5_000_001, final: true });
  expect(second?.bytes.toString()).toBe('after\n');
});
