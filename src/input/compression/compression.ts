/** A way in which the bytes of an input may be compressed as a whole. */
export interface Compression {
  /** Tells it by the first four bytes. */
  isAtStart(head: Buffer): boolean;
  /** The content; throws where the data are damaged. */
  decompress(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
}
