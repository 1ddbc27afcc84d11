import type { Compression } from '../compression.ts';

/**
 * Zstandard (RFC 8878). Node has a decompressor from 22.15 on, and fzstd is the one in JavaScript: it compares no checksum, writes zeros where a
 * distance leads before the beginning, and a flipped bit can keep it busy without end.
 */
export const zstd: Compression = {
  isAtStart: (head) => head.length >= 4 && (isFrame(head) || isSkippable(head)),
  async *decompress(chunks) {
    const { decompressStream } = await import('./frames.ts');
    yield* decompressStream(chunks);
  },
};

/** The first four bytes of what holds data. */
export const isFrame = (magic: Buffer): boolean => magic.readUInt32LE(0) === 0xfd2fb528;

/** The first four bytes of what is passed over: pzstd begins with such a frame. */
export const isSkippable = (magic: Buffer): boolean => magic.readUInt32LE(0) >>> 4 === 0x184d2a5;
