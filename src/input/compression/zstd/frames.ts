import xxhash from 'xxhash-wasm';
import { BlockDecoder, mostBlockBytes } from './blocks.ts';
import { isFrame, isSkippable } from './zstd.ts';

const { create64 } = await xxhash();

/** The largest window that is kept in memory: 32 MiB, of `zstd --ultra -20`. */
const mostWindowBytes = 2 ** 25;

/** What is said of a frame before its blocks. */
interface FrameHeader {
  readonly windowBytes: number;
  /** How long its content is, where that is said. */
  readonly contentBytes: bigint | undefined;
  readonly hasChecksum: boolean;
}

/** Asks for a number of bytes, which are fewer at the end of the data, or hands on content. */
type Steps<Result> = Generator<number | Buffer, Result, Buffer>;

const nothing = Buffer.alloc(0);

/**
 * The content of frames (RFC 8878), one after another, as it comes.
 *
 * @throws Error when they are cut off or damaged, need a dictionary, or a window that is too large
 */
export async function* decompressStream(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const bytes = new ByteReader(chunks);
  const steps = readFrames();
  for (let step = steps.next(nothing); step.done !== true;) {
    if (typeof step.value === 'number') {
      step = steps.next(await bytes.take(step.value));
    } else {
      yield step.value;
      // Signals and calls have their turn.
      await new Promise(setImmediate);
      step = steps.next(nothing);
    }
  }
}

/**
 * The content of frames that are there as a whole; after `mostBytes` of it, no more than a block.
 *
 * @throws Error as above
 */
export function decompressWhole(bytes: Buffer, mostBytes: number): Buffer {
  const contents: Buffer[] = [];
  let length = 0;
  let at = 0;
  const steps = readFrames();
  for (let step = steps.next(nothing); step.done !== true && length <= mostBytes;) {
    if (typeof step.value === 'number') {
      step = steps.next(bytes.subarray(at, (at += step.value)));
    } else {
      contents.push(step.value);
      length += step.value.length;
      step = steps.next(nothing);
    }
  }
  return Buffer.concat(contents);
}

function* take(length: number): Steps<Buffer> {
  const bytes = yield length;
  if (bytes.length < length) throw new Error('it ends in the middle');
  return bytes;
}

function* readFrames(): Steps<void> {
  for (let magic = yield 4; magic.length > 0; magic = yield 4) {
    if (magic.length < 4) throw new Error('it ends in the middle');
    if (isSkippable(magic)) {
      for (let left = (yield* take(4)).readUInt32LE(); left > 0; left -= mostBlockBytes) {
        yield* take(Math.min(left, mostBlockBytes));
      }
    } else if (isFrame(magic)) {
      yield* readFrame();
    } else {
      throw new Error('what follows is of another kind');
    }
  }
}

function* readFrame(): Steps<void> {
  const { windowBytes, contentBytes, hasChecksum } = yield* readHeader();
  const hash = hasChecksum ? create64() : undefined;
  const decoder = new BlockDecoder(Math.min(windowBytes, Number(contentBytes ?? windowBytes)));
  let length = 0n;
  for (let isLast = false; !isLast;) {
    const block = yield* readBlock(decoder, Math.min(windowBytes, mostBlockBytes));
    isLast = block.isLast;
    length += BigInt(block.content.length);
    hash?.update(block.content);
    if (block.content.length > 0) yield block.content;
  }
  if (contentBytes !== undefined && length !== contentBytes) throw new Error('its length is wrong');
  if (hash === undefined) return;
  const checksum = (yield* take(4)).readUInt32LE();
  if (checksum !== Number(hash.digest() & 0xffffffffn)) throw new Error('its checksum is wrong');
}

function* readHeader(): Steps<FrameHeader> {
  const descriptor = (yield* take(1)).readUInt8();
  if ((descriptor & 8) !== 0) throw new Error('its header is of a later version');
  const isSingle = (descriptor & 0x20) !== 0;
  const window = isSingle ? undefined : windowOf((yield* take(1)).readUInt8());
  const dictionary = yield* take([0, 1, 2, 4][descriptor & 3] ?? 0);
  if (dictionary.some((byte) => byte !== 0)) throw new Error('it needs a dictionary; compress it without one');
  const contentBytes = readLength(yield* take([isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0));
  const windowBytes = window ?? Number(contentBytes);
  if (windowBytes > mostWindowBytes) {
    throw new Error(
      `it needs a window of ${String(Math.ceil(windowBytes / 1024 / 1024))} MiB, and 32 MiB is the most; ` +
        'compress it again, at level 19 at most and without --long',
    );
  }
  return { windowBytes, contentBytes, hasChecksum: (descriptor & 4) !== 0 };
}

/** The size of a window: an exponent and eighths. */
const windowOf = (byte: number): number => 2 ** (10 + (byte >> 3)) * (1 + (byte & 7) / 8);

/** The length of a content; of two bytes, it is 256 more than they say. */
function readLength(field: Buffer): bigint | undefined {
  if (field.length === 0) return undefined;
  if (field.length === 8) return field.readBigUInt64LE();
  return BigInt(field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0));
}

function* readBlock(
  decoder: BlockDecoder,
  mostBytes: number,
): Steps<{ readonly content: Buffer; readonly isLast: boolean }> {
  const header = (yield* take(3)).readUIntLE(0, 3);
  const [isLast, size] = [(header & 1) === 1, header >> 3];
  if (size > mostBytes) throw new Error('a block is too long');
  switch ((header >> 1) & 3) {
    case 0:
      return { content: decoder.copy(yield* take(size)), isLast };
    case 1:
      return { content: decoder.repeat((yield* take(1)).readUInt8(), size), isLast };
    case 2:
      return { content: decoder.decode(yield* take(size)), isLast };
    default:
      throw new Error('a block is of no known type');
  }
}

/** Takes bytes of a stream as they are asked for. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = nothing;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** As many bytes, fewer at the end. */
  async take(length: number): Promise<Buffer> {
    while (this.#rest.length < length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    }
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }
}
