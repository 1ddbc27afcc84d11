import type { Transform } from 'node:stream';

/** How much zlib hands on at once: see `readBytes` of sources. */
export const inflatedBytes = 1024 * 1024;

/** What a decompressor of zlib makes of chunks. */
export async function* inflate(chunks: AsyncIterable<Buffer>, stream: Transform): AsyncGenerator<Buffer> {
  const feeding = feed(chunks, stream);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
    await feeding;
  } finally {
    stream.destroy();
  }
}

/** Writes chunks into a decompressor, as fast as it takes them; what fails in them fails in it. */
async function feed(chunks: AsyncIterable<Buffer>, stream: Transform): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (stream.destroyed) return;
      if (!stream.write(chunk)) {
        await new Promise<void>((resolve) => {
          const goOn = (): void => {
            stream.off('drain', goOn);
            stream.off('close', goOn);
            resolve();
          };
          stream.on('drain', goOn);
          stream.on('close', goOn);
        });
      }
    }
    if (!stream.destroyed) stream.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
