import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { CompressionCodec } from 'hyparquet';
import { decompressLz4, decompressLz4Raw, decompressSnappy } from 'hyparquet-compressors';
import { decompressWhole } from '../compression/zstd/frames.ts';

const decompressors: Readonly<Partial<Record<CompressionCodec, (bytes: Buffer, length: number) => Uint8Array>>> = {
  UNCOMPRESSED: (bytes) => bytes,
  SNAPPY: decompressSnappy,
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: length }),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: length }),
  ZSTD: decompressWhole,
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

export const canDecompress = (codec: CompressionCodec): boolean => decompressors[codec] !== undefined;

/**
 * The content of a page.
 *
 * @throws Error when it has not the length that the page says
 */
export function decompress(codec: CompressionCodec, bytes: Buffer, length: number): Buffer {
  const content = length === 0 ? Buffer.alloc(0) : decompressors[codec]?.(bytes, length);
  if (content === undefined) throw new Error(`its codec ${codec} is not known`);
  if (content.length !== length) throw new Error(`${String(content.length)} bytes instead of ${String(length)}`);
  return Buffer.from(content.buffer, content.byteOffset, content.length);
}
