import { errorMessage, inputError, RunError } from '../../errors.ts';
import { refuseGrowth } from '../growth.ts';
import type { CompressionName } from '../table.ts';
import type { Compression } from './compression.ts';
import { gzip } from './gzip.ts';
import { zstd } from './zstd/zstd.ts';

const compressions: Readonly<Record<CompressionName, Compression>> = { gzip, zstd };

/** As many bytes as tell every compression. */
export const magicBytes = 4;

/** What bytes are compressed with, told by the first four of them, not by a name. */
export const compressionOf = (head: Buffer): CompressionName | undefined =>
  (Object.keys(compressions) as CompressionName[]).find((name) => compressions[name].isAtStart(head));

/**
 * Bytes, decompressed where they are compressed.
 *
 * @throws RunError (exit 3) when they are damaged, cut off, or many times as large as data of this kind is
 */
export async function* decompressed(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await firstBytes(iterator, magicBytes);
  const name = compressionOf(first);
  if (name === undefined) {
    yield* prepend(first, iterator);
    return;
  }
  let compressedBytes = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of prepend(first, iterator)) {
      compressedBytes += chunk.length;
      yield chunk;
    }
  }
  let bytes = 0;
  try {
    for await (const chunk of compressions[name].decompress(counted())) {
      bytes += chunk.length;
      refuseGrowth(path, { bytes, compressedBytes });
      yield chunk;
    }
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw inputError('INPUT_DAMAGED', `${path} is damaged ${name} data: ${errorMessage(error)}`, undefined, error);
  }
}

async function firstBytes(iterator: AsyncIterator<Buffer>, length: number): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < length) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* prepend(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
