import { crc32, createInflateRaw } from 'node:zlib';
import { errorMessage, inputError, RunError } from '../errors.ts';
import { quote } from '../issues.ts';
import type { Archive } from './archive.ts';
import { inflate } from './compression/inflate.ts';
import { refuseGrowth } from './growth.ts';

const signatures = {
  entry: 0x04034b50,
  directory: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
};
const endBytes = 22;
const longestComment = 0xffff;
const entryHeaderBytes = 30;
const directoryHeaderBytes = 46;
const locatorBytes = 20;
const readBytes = 256 * 1024;
/** A larger directory is not that of an export. */
const mostDirectoryBytes = 64 * 1024 * 1024;

/** One file in a ZIP archive, as its directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its own header is. */
  readonly offset: number;
}

export const isZip = (head: Buffer): boolean => head.length >= 4 && head.readUInt32LE(0) === signatures.entry;

/** A ZIP archive (APPNOTE 6.3.10), read from wherever its bytes can be read at any place. */
export class Zip {
  readonly entries: readonly ZipEntry[];
  readonly #file: Archive;
  readonly #path: string;

  /** @throws RunError (exit 3) when the archive is cut off or damaged */
  constructor(file: Archive, path: string) {
    this.#file = file;
    this.#path = path;
    this.entries = this.#readDirectory();
  }

  find(name: string): ZipEntry | undefined {
    return this.entries.find((entry) => entry.name === name);
  }

  /**
   * The content of a file, decompressed.
   *
   * @throws RunError (exit 3) when it is damaged, encrypted, compressed in a way that is not known, or many times as large as
   *   data of this kind is
   */
  async *read(entry: ZipEntry): AsyncGenerator<Buffer> {
    this.#refuse(entry);
    const chunks = this.#compressed(entry);
    const content = entry.method === 0 ? chunks : inflate(chunks, createInflateRaw({ chunkSize: readBytes }));
    let bytes = 0;
    let crc = 0;
    try {
      for await (const chunk of content) {
        bytes += chunk.length;
        if (bytes > entry.bytes) throw new Error('there is more in it than it says');
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } catch (error) {
      throw error instanceof RunError ? error : this.#damaged(entry.name, errorMessage(error), error);
    }
    if (bytes !== entry.bytes || crc !== entry.crc) throw this.#damaged(entry.name, 'its checksum is wrong');
  }

  /** The whole content of a file as text, for the small ones that describe the others. */
  async text(entry: ZipEntry): Promise<string> {
    const parts: Buffer[] = [];
    for await (const chunk of this.read(entry)) parts.push(chunk);
    return Buffer.concat(parts).toString();
  }

  #refuse(entry: ZipEntry): void {
    const { name, method, isEncrypted } = entry;
    if (isEncrypted) {
      throw inputError(
        'INPUT_ENCRYPTED',
        `${quote(name)} in ${this.#path} is encrypted`,
        'unpack it with its password',
      );
    }
    if (method !== 0 && method !== 8) {
      throw inputError(
        'INPUT_UNREADABLE',
        `${quote(name)} in ${this.#path} is compressed in a way that is not known (method ${String(method)})`,
        'unpack it and give the files, or compress it again as an ordinary ZIP file',
      );
    }
    refuseGrowth(`${quote(name)} in ${this.#path}`, entry);
  }

  async *#compressed({ name, offset, compressedBytes }: ZipEntry): AsyncGenerator<Buffer> {
    const header = this.#bytes(offset, entryHeaderBytes);
    if (header.length < entryHeaderBytes || header.readUInt32LE(0) !== signatures.entry) {
      throw this.#damaged(name, 'it is not where the directory says');
    }
    let position = offset + entryHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
    const end = position + compressedBytes;
    while (position < end) {
      const chunk = this.#bytes(position, Math.min(readBytes, end - position));
      if (chunk.length === 0) throw this.#damaged(name, 'the file ends in the middle of it');
      position += chunk.length;
      // Signals and calls have their turn.
      await new Promise(setImmediate);
      yield chunk;
    }
  }

  #readDirectory(): ZipEntry[] {
    const size = this.#file.bytes;
    const tailStart = Math.max(0, size - endBytes - longestComment);
    const tail = this.#bytes(tailStart, size - tailStart);
    const at = findLast(tail, signatures.end, tail.length - endBytes);
    if (at === -1) throw this.#damaged('its directory', 'the end of the file is missing; was it copied whole?');
    const { offset, bytes } = this.#directoryPlace(tail, at, tailStart + at);
    if (offset + bytes > size || bytes > mostDirectoryBytes) {
      throw this.#damaged('its directory', 'it is not in the file');
    }
    const directory = this.#bytes(offset, bytes);
    const entries: ZipEntry[] = [];
    for (let from = 0; from + directoryHeaderBytes <= directory.length;) {
      if (directory.readUInt32LE(from) !== signatures.directory) break;
      const nameEnd = from + directoryHeaderBytes + directory.readUInt16LE(from + 28);
      const extraEnd = nameEnd + directory.readUInt16LE(from + 30);
      entries.push(readEntry(directory, from, nameEnd, extraEnd));
      from = extraEnd + directory.readUInt16LE(from + 32);
    }
    return entries;
  }

  /** Where the directory is: archives over 4 GiB or 65,535 files say it elsewhere. */
  #directoryPlace(tail: Buffer, at: number, end: number): { readonly offset: number; readonly bytes: number } {
    const bytes = tail.readUInt32LE(at + 12);
    const offset = tail.readUInt32LE(at + 16);
    if (offset !== 0xffffffff && bytes !== 0xffffffff && tail.readUInt16LE(at + 10) !== 0xffff) {
      return { offset, bytes };
    }
    const locator = this.#bytes(end - locatorBytes, locatorBytes);
    if (locator.length < locatorBytes || locator.readUInt32LE(0) !== signatures.locator64) return { offset, bytes };
    const record = this.#bytes(Number(locator.readBigUInt64LE(8)), 56);
    if (record.length < 56 || record.readUInt32LE(0) !== signatures.end64) return { offset, bytes };
    return { offset: Number(record.readBigUInt64LE(48)), bytes: Number(record.readBigUInt64LE(40)) };
  }

  #bytes(position: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#file.bytes - position)));
    return buffer.subarray(0, this.#file.readAt(buffer, 0, buffer.length, position));
  }

  #damaged(what: string, why: string, cause?: unknown): RunError {
    return inputError('INPUT_DAMAGED', `${this.#path} is damaged: ${what}: ${why}`, 'get the file again', cause);
  }
}

function findLast(bytes: Buffer, signature: number, from: number): number {
  for (let at = from; at >= 0; at -= 1) if (bytes.readUInt32LE(at) === signature) return at;
  return -1;
}

const utf8Flag = 0x800;

function readEntry(directory: Buffer, from: number, nameEnd: number, extraEnd: number): ZipEntry {
  const flags = directory.readUInt16LE(from + 8);
  const name = directory.subarray(from + directoryHeaderBytes, nameEnd);
  const [bytes = 0, compressedBytes = 0, offset = 0] = readLong(directory.subarray(nameEnd, extraEnd), [
    directory.readUInt32LE(from + 24),
    directory.readUInt32LE(from + 20),
    directory.readUInt32LE(from + 42),
  ]);
  return {
    // Names without the flag are of some code page; those of exports are ASCII or, against the rule, UTF-8.
    name: (flags & utf8Flag) === 0 && name.toString().includes('\ufffd') ? name.toString('latin1') : name.toString(),
    method: directory.readUInt16LE(from + 10),
    isEncrypted: (flags & 1) === 1,
    crc: directory.readUInt32LE(from + 16),
    compressedBytes,
    bytes,
    offset,
  };
}

/** Values that do not fit into four bytes follow each other in an extra field. */
function readLong(extra: Buffer, short: readonly number[]): readonly number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    let next = at + 4;
    if (id === 1) {
      return short.map((value) => {
        if (value !== 0xffffffff || next + 8 > extra.length) return value;
        next += 8;
        return Number(extra.readBigUInt64LE(next - 8));
      });
    }
    at = next + length;
  }
  return short;
}
