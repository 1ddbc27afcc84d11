/** A stream whose beginning has been read, and can be read again with the rest. */
export interface Peeked {
  /** The first 1 MiB, or all there is. */
  readonly head: Buffer;
  /** Whether nothing follows. */
  readonly isWhole: boolean;
  readonly chunks: AsyncIterable<Buffer>;
}

const headBytes = 1024 * 1024;

/** Reads the beginning of a stream without consuming it. */
export async function peek(source: AsyncIterable<Buffer>): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let length = 0;
  let isWhole = false;
  // One byte more than is needed tells whether the stream continues.
  while (length <= headBytes && !isWhole) {
    const next = await iterator.next();
    if (next.done === true) {
      isWhole = true;
    } else {
      parts.push(next.value);
      length += next.value.length;
    }
  }
  const all = Buffer.concat(parts);
  const isAll = isWhole && all.length <= headBytes;
  return { head: all.subarray(0, headBytes), isWhole: isAll, chunks: rejoin(all, isWhole, iterator) };
}

async function* rejoin(read: Buffer, isWhole: boolean, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (read.length > 0) yield read;
  if (isWhole) return;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
