import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { errorMessage, usageError } from '../../errors.ts';
import { redactValues } from '../../redact.ts';
import type { NewLogEvent } from './log-event.ts';
import { unwritable } from '../files/output-file.ts';

/** The option that names the file. */
const option = '--log-file';

/** How a log begins; a line that a full disk has cut off may be shorter. */
const beginning = '{"time":"';

export interface LogFileOptions {
  readonly runId: string;
  readonly now: () => Date;
  /** Puts asterisks in the place of what is secret, should it ever come so far. */
  readonly redact: (text: string) => string;
  /** Is told once that the file can't be written any more. */
  readonly onFailure: (message: string) => void;
}

/**
 * A file to which events are appended, a line each. A line is one write to a file opened for appending, so that several
 * runs can share it, and it is with the system as soon as it has happened, so that a run which is killed leaves it.
 */
export class LogFile {
  readonly #path: string;
  readonly #options: LogFileOptions;
  readonly #descriptor: number;
  #isOpen = true;

  /** @throws RunError (exit 2) for a place where nothing can be written, and for a file that is not a log */
  constructor(path: string, options: LogFileOptions) {
    this.#path = path;
    this.#options = options;
    try {
      // Also for reading, to see what it is.
      this.#descriptor = openSync(path, 'a+');
    } catch (error) {
      throw unwritable(path, option, error);
    }
    const stats = fstatSync(this.#descriptor);
    if (stats.isFIFO()) {
      this.close();
      throw unwritable(path, option, new Error('it is a pipe, whose reader could keep the run waiting'));
    }
    if (!stats.isFile() || stats.size === 0) return;
    if (!beginning.startsWith(this.#read(0, beginning.length))) {
      this.close();
      throw usageError(
        'OUTPUT_TAKEN',
        `${path} holds something else than a log, to which nothing may be appended`,
        `choose another file with ${option} <file>`,
      );
    }
    // A line that a full disk has cut off must not take the next one along.
    if (this.#read(stats.size - 1, 1) !== '\n') this.#write('\n');
  }

  append(event: NewLogEvent): void {
    const { now, runId, redact } = this.#options;
    const { event: name, ...rest } = event;
    const line = JSON.stringify(
      { time: now().toISOString(), event: name, run_id: runId, ...rest },
      redactValues(redact),
    );
    this.#write(`${line}\n`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }

  /** A log that can't be written is said, and ends no run. */
  #write(line: string): void {
    if (!this.#isOpen) return;
    const bytes = Buffer.from(line);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      this.close();
      this.#options.onFailure(
        `${this.#path} can't be written any more: ${errorMessage(error)}; the run continues without a log`,
      );
    }
  }

  #read(from: number, length: number): string {
    const buffer = Buffer.alloc(length);
    return buffer.toString('utf8', 0, readSync(this.#descriptor, buffer, 0, length, from));
  }
}
