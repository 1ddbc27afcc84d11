import { createGunzip } from 'node:zlib';
import type { Compression } from './compression.ts';
import { inflate, inflatedBytes } from './inflate.ts';

/** RFC 1952. */
export const gzip: Compression = {
  isAtStart: (head) => head[0] === 0x1f && head[1] === 0x8b,
  decompress: (chunks) => inflate(chunks, createGunzip({ chunkSize: inflatedBytes })),
};
