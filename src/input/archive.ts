import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorMessage, inputError, usageError } from '../errors.ts';
import type { TextSource } from './blocks.ts';

/**
 * Where bytes of an input can be read a second time, to compare a row with an earlier one of the same duplicate key.
 * Keeping every row in memory for that would cost as much as the file; rereading costs nothing until it is needed.
 *
 * A plain file is its own archive. What passes by only once (standard input, gzip, Zstandard) is copied to a temporary file.
 */
export class Archive {
  readonly #descriptor: number;
  readonly #folder: string | undefined;
  readonly #onRead: ((bytes: number) => void) | undefined;
  #length = 0;

  /** The input itself is its archive. */
  get isOriginal(): boolean {
    return this.#folder === undefined;
  }

  private constructor(descriptor: number, folder?: string, onRead?: (bytes: number) => void) {
    this.#descriptor = descriptor;
    this.#folder = folder;
    this.#onRead = onRead;
  }

  /** @param onRead sees how many bytes were read, each time */
  static ofFile(descriptor: number, onRead?: (bytes: number) => void): Archive {
    return new Archive(descriptor, undefined, onRead);
  }

  /** @throws RunError (exit 2) when no temporary file can be made */
  static ofStream(): Archive {
    try {
      const folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-'));
      const descriptor = openSync(join(folder, 'input'), 'wx+', 0o600);
      // On POSIX an open file needs no name: without one, nothing is left whatever ends the process.
      if (platform() === 'win32') return new Archive(descriptor, folder);
      rmSync(folder, { recursive: true, force: true });
      return new Archive(descriptor, '');
    } catch (error) {
      throw usageError(
        'TEMPORARY_UNWRITABLE',
        `no temporary file can be made in ${tmpdir()}: ${errorMessage(error)}`,
        'set TMPDIR to a folder with room for the decompressed input',
      );
    }
  }

  /** Adds to a copy; every byte of the input must pass here, in order. */
  append(bytes: Buffer): void {
    try {
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.#descriptor, bytes, written, undefined, this.#length + written);
      }
    } catch (error) {
      throw inputError(
        'TEMPORARY_FULL',
        `the temporary copy of the input can't be written: ${errorMessage(error)}`,
        'set TMPDIR to a folder with room for the decompressed input',
      );
    }
    this.#length += bytes.length;
  }

  /** The bytes of the input between two places, as far as they are there. */
  between(from: number, to: number): TextSource {
    let position = from;
    return {
      read: async (target, at, length) => {
        const read = this.readAt(target, at, Math.min(length, to - position), position);
        position += read;
        return read;
      },
    };
  }

  /** Bytes that are there. */
  get bytes(): number {
    return this.isOriginal ? fstatSync(this.#descriptor).size : this.#length;
  }

  /** Writes bytes of the input from a position on into memory; returns how many there were. */
  readAt(target: Uint8Array, at: number, length: number, position: number): number {
    let filled = 0;
    while (filled < length) {
      const count = readSync(this.#descriptor, target, at + filled, length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    this.#onRead?.(filled);
    return filled;
  }

  close(): void {
    if (this.#folder === undefined) return;
    closeSync(this.#descriptor);
    if (this.#folder !== '') rmSync(this.#folder, { recursive: true, force: true });
  }
}
