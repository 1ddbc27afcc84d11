import {
  closeSync,
  existsSync,
  fchmodSync,
  fdatasync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { errorCode, errorMessage, RunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { type Encoder, utf8Encoder } from './dialect.ts';
import { createTemporaryFile } from './temporary-file.ts';

const bufferCharacters = 64 * 1024;
/**
 * After so many bytes the system is told to bring them to the disk, while more are written: at the end it would take 0.3 s
 * for a file of 345 MB.
 */
const syncBytes = 16 * 1024 * 1024;

const bringToDisk = promisify(fdatasync);

/** How a file is written. */
export interface OutputFileOptions {
  readonly encoder?: Encoder | undefined;
  /** Whether the user has named the file: a link that only has a report's usual name may be anyone's, and is replaced. */
  readonly isNamed: boolean;
}

/** Where a file is put. */
interface Place {
  readonly path: string;
  /** A pipe or a device, which can't be replaced. */
  readonly isSpecial: boolean;
  /** The permissions of the file that is replaced. */
  readonly mode?: number | undefined;
}

/**
 * A file that is there whole or not at all: written in its folder under another name, moved to its place at the end. Until
 * then only its owner can read it.
 *
 * A pipe or a device (/dev/null) can't be replaced and is written directly.
 */
export class OutputFile {
  readonly path: string;
  readonly #place: Place;
  readonly #temporary: string | undefined;
  readonly #descriptor: number;
  readonly #encoder: Encoder;
  #buffer = '';
  #isOpen = true;
  #failure: RunError | undefined;
  /** Bytes since the system was told. */
  #unsynced = 0;
  #syncing: Promise<void> | undefined;

  private constructor(path: string, place: Place, encoder: Encoder) {
    this.path = path;
    this.#place = place;
    this.#encoder = encoder;
    if (place.isSpecial) {
      this.#descriptor = openSync(place.path, 'w');
    } else {
      const { path: temporary, descriptor } = createTemporaryFile(dirname(place.path));
      this.#temporary = temporary;
      this.#descriptor = descriptor;
    }
  }

  /**
   * Opens the temporary file at once, so that a place where nothing can be written is found before anything is sent.
   *
   * @throws RunError (exit 2)
   */
  static create(path: string, option: string, { encoder = utf8Encoder, isNamed }: OutputFileOptions): OutputFile {
    try {
      return new OutputFile(path, findPlace(path, isNamed), encoder);
    } catch (error) {
      throw unwritable(path, option, error);
    }
  }

  /** @throws RunError when the disk is full or gone */
  write(text: string): void {
    this.#buffer += text;
    if (this.#buffer.length >= bufferCharacters) this.#flush();
  }

  /** Writes UTF-8 bytes that are whole characters. */
  writeBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#flush();
    this.#put(this.#encoder.utf8(bytes, start, end));
  }

  /** Puts the file in its place; what is there is kept as `.bak` if that is asked. */
  async commit(keepsOld = false): Promise<void> {
    if (!this.#isOpen) return;
    this.#end();
    await this.settle();
    this.#guard(() => {
      const { path, mode } = this.#place;
      if (this.#temporary !== undefined) permit(this.#descriptor, mode);
      this.#close();
      if (this.#temporary === undefined) return;
      if (keepsOld && existsSync(path)) renameSync(path, `${path}.bak`);
      renameSync(this.#temporary, path);
    });
  }

  /**
   * Brings what was written to the disk.
   *
   * @throws RunError when that is not possible: half a file is not put in its place
   */
  async settle(): Promise<void> {
    if (this.#isOpen && this.#failure === undefined) this.#flush();
    await this.#syncing;
    if (this.#unsynced > 0 && this.#isOpen && this.#failure === undefined) await this.#sync();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Adds what comes at the end of the file. */
  #end(): void {
    if (this.#failure !== undefined) return;
    this.#flush();
    const end = this.#encoder.end?.();
    if (end !== undefined) this.#put(end);
  }

  /** Leaves nothing. */
  discard(): void {
    if (this.#isOpen) this.#close();
    if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true });
  }

  #close(): void {
    this.#isOpen = false;
    if (this.#syncing === undefined) closeSync(this.#descriptor);
    else void this.#syncing.then(() => closeSync(this.#descriptor));
  }

  #flush(): void {
    if (this.#buffer === '') return;
    const text = this.#buffer;
    this.#buffer = '';
    this.#put(this.#encoder.text(text));
  }

  #put(bytes: Uint8Array): void {
    this.#guard(() => {
      for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written);
    });
    if (this.#temporary === undefined) return;
    this.#unsynced += bytes.length;
    if (this.#unsynced >= syncBytes && this.#syncing === undefined) void this.#sync();
  }

  /** A failure is kept, as the system tells of each once. */
  async #sync(): Promise<void> {
    this.#unsynced = 0;
    this.#syncing = bringToDisk(this.#descriptor).catch((error: unknown) => {
      this.#failure ??= this.#failed(error);
    });
    await this.#syncing;
    this.#syncing = undefined;
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#failure = this.#failed(error);
      throw this.#failure;
    }
  }

  #failed(error: unknown): RunError {
    return new RunError(
      ExitCode.incomplete,
      'OUTPUT_FAILED',
      `${this.path} can't be written any more: ${errorMessage(error)}`,
      'what was sent until then stays sent; make room and look at the summary',
      error,
    );
  }
}

/** The error (exit 2) of a place where nothing can be written. */
export function unwritable(path: string, option: string, error: unknown): RunError {
  const reason =
    { ENOENT: 'there is no such folder', EISDIR: 'it is a directory' }[errorCode(error) ?? ''] ?? errorMessage(error);
  return usageError(
    'OUTPUT_UNWRITABLE',
    `${path} can't be written: ${reason}`,
    `choose another place with ${option} <file>`,
  );
}

function findPlace(path: string, isNamed: boolean): Place {
  const stats: Stats | undefined = (isNamed ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isSymbolicLink()) return { path, isSpecial: false };
  if (stats.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  // The pipe of /dev/stdout has no real path.
  if (!stats.isFile()) return { path, isSpecial: true };
  return { path: realpathSync(path), isSpecial: false, mode: stats.mode & 0o777 };
}

/** Gives a file that is whole the permissions of the one that it replaces, or those of any new file. */
function permit(descriptor: number, mode = 0o644 & ~process.umask()): void {
  try {
    fchmodSync(descriptor, mode);
  } catch {
    // There are file systems without permissions.
  }
}
