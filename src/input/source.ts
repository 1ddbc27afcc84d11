import { readSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { defect, errorCode, errorMessage, inputError } from '../errors.ts';
import { quote } from '../issues.ts';
import { Archive } from './archive.ts';
import type { TextSource } from './blocks.ts';
import { compressionOf, decompressed, magicBytes } from './compression/decompressed.ts';
import { splitMember } from './zip-path.ts';
import { Zip, type ZipEntry } from './zip.ts';

/** Read sizes from 256 KiB to 4 MiB measure the same; 64 KiB streams are slower. */
const readBytes = 1024 * 1024;

/** The name by which standard input is given and reported. */
export const standardInput = '-';

/** One opened input. */
export interface Source {
  /** As the user gave it. */
  readonly path: string;
  /** Bytes of the file as it lies on disk; `undefined` for standard input and other streams. */
  readonly sizeBytes: number | undefined;
  /** Where the same bytes can be read again; `undefined` when they pass by only once or are compressed. */
  readonly descriptor: number | undefined;
  /** Bytes read from disk so far, for progress. */
  bytesRead(): number;
  /** Says that bytes were read elsewhere than where they come next, as those of a workbook. */
  readonly countRead?: (bytes: number) => void;
  /** The content, decompressed. Only a plain file can be read more than once. */
  chunks(): AsyncIterable<Buffer>;
  /** The content of a plain file from a position on, straight into memory. */
  from(position: number): TextSource;
  close(): Promise<void>;
}

/**
 * Opens a file, or standard input for `-`. What it is compressed with is recognised by its first bytes, not by the name.
 *
 * @throws RunError (exit 3) when there is no such file, it is a directory or it may not be read
 */
export async function openSource(path: string, stdin: Readable): Promise<Source> {
  if (path === standardInput) return openStream(stdin);
  const member = splitMember(path);
  if (member !== undefined && (await isFile(member.archive))) return openMember(path, member);
  const file = await openFile(path);
  const { size, isRegular } = await describe(file);
  const isPlain = isRegular && compressionOf(await readHead(file)) === undefined;
  let bytesRead = 0;
  let counted = 0;
  const raw = (): AsyncIterable<Buffer> =>
    readFile(file, isRegular ? size : undefined, (end) => {
      bytesRead = Math.max(bytesRead, end);
    });
  return {
    path,
    sizeBytes: isRegular ? size : undefined,
    descriptor: isPlain ? file.fd : undefined,
    bytesRead: () => (counted === 0 ? bytesRead : Math.min(size, counted)),
    countRead: (bytes) => (counted += bytes),
    chunks: () => (isPlain ? raw() : decompressed(raw(), path)),
    from(start) {
      let position = start;
      return {
        async read(target, at, length) {
          // A file is read faster than a thread is asked to; signals and calls have their turn between the blocks.
          await new Promise(setImmediate);
          const read = readSync(file.fd, target, at, length, position);
          position += read;
          bytesRead = Math.max(bytesRead, position);
          return read;
        },
      };
    },
    close: () => file.close(),
  };
}

/** A file in a ZIP archive, named `portal.zip/may.csv`. */
async function openMember(
  path: string,
  { archive, member }: { readonly archive: string; readonly member: string },
): Promise<Source> {
  const file = await openFile(archive);
  try {
    const zip = new Zip(Archive.ofFile(file.fd), archive);
    const entry = zip.find(member);
    if (entry === undefined) {
      throw inputError('INPUT_NOT_FOUND', `there is no file ${quote(member)} in ${archive}`, 'check the name');
    }
    let bytesRead = 0;
    async function* read(found: ZipEntry): AsyncGenerator<Buffer> {
      for await (const chunk of zip.read(found)) {
        bytesRead += chunk.length;
        yield chunk;
      }
    }
    return {
      path,
      sizeBytes: entry.bytes,
      descriptor: undefined,
      bytesRead: () => bytesRead,
      chunks: () => decompressed(read(entry), path),
      from: () => {
        throw defect("a file in an archive can't be read from a position");
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() === true;

function openStream(stdin: Readable): Source {
  let bytesRead = 0;
  async function* read(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of stdin as AsyncIterable<Buffer>) {
        bytesRead += chunk.length;
        yield chunk;
      }
    } catch (error) {
      // An interrupted run closes the stream to be woken from its wait for it.
      if (!stdin.destroyed || errorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
  }
  return {
    path: standardInput,
    sizeBytes: undefined,
    descriptor: undefined,
    bytesRead: () => bytesRead,
    chunks: () => decompressed(read(), standardInput),
    from: () => {
      throw defect("standard input can't be read from a position");
    },
    close: async () => {
      stdin.destroy();
    },
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw inputError('INPUT_IS_DIRECTORY', `${path} is a folder`, 'name a file in it');
    }
    return await open(path, 'r');
  } catch (error) {
    switch (errorCode(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw inputError('INPUT_NOT_FOUND', `there is no file ${path}`, 'check the name and the folder', error);
      case 'EACCES':
      case 'EPERM':
        throw inputError('INPUT_FORBIDDEN', `${path} may not be read by this user`, undefined, error);
      case 'INPUT_IS_DIRECTORY':
        throw error;
      default:
        throw inputError('INPUT_UNREADABLE', `${path} can't be opened: ${errorMessage(error)}`, undefined, error);
    }
  }
}

async function describe(file: FileHandle): Promise<{ size: number; isRegular: boolean }> {
  const stats = await file.stat();
  return { size: stats.size, isRegular: stats.isFile() };
}

async function readHead(file: FileHandle): Promise<Buffer> {
  const head = Buffer.alloc(magicBytes);
  return head.subarray(0, (await file.read(head, 0, magicBytes, 0)).bytesRead);
}

/** @param size of a regular file, which tells how much room its bytes need */
async function* readFile(
  file: FileHandle,
  size: number | undefined,
  onRead: (position: number) => void,
): AsyncGenerator<Buffer> {
  let position = 0;
  for (;;) {
    const room = size === undefined ? readBytes : Math.min(readBytes, Math.max(size - position, 4096));
    const buffer = Buffer.allocUnsafe(room);
    const { bytesRead } = await file.read(buffer, 0, room, size === undefined ? null : position);
    if (bytesRead === 0) return;
    position += bytesRead;
    onRead(position);
    yield buffer.subarray(0, bytesRead);
  }
}
