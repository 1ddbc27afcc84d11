import type { RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';

/** When to send nothing more because too many rows are rejected. */
export type MaxErrors = { readonly rows: number } | { readonly share: number };

/** Why nothing more is sent. */
export interface Stop {
  readonly reason: string;
  readonly exitCode: ExitCode;
  readonly error?: RunError;
  /** Which limit of the user's was reached. */
  readonly limit?: 'MAX_ERRORS' | 'STOPPED';
}

/** A share of rejected rows is judged only after this many rows. */
const shareNeedsRows = 1000;

/** Chunks that fail one after the other until the API is taken to be down. */
const failuresUntilDown = 3;

/** The stop that the number of rejected rows calls for. */
export function tooManyErrors(maxErrors: MaxErrors | undefined, read: number, rejected: number): Stop | undefined {
  if (maxErrors === undefined) return undefined;
  const isOver =
    'rows' in maxErrors ? rejected > maxErrors.rows : read >= shareNeedsRows && rejected > read * maxErrors.share;
  if (!isOver) return undefined;
  const limit =
    'rows' in maxErrors ? String(maxErrors.rows) : `${String(Number((maxErrors.share * 100).toPrecision(6)))} %`;
  return {
    reason: `the run stopped at more than ${limit} rejected rows (--max-errors)`,
    exitCode: ExitCode.stopped,
    limit: 'MAX_ERRORS',
  };
}

/** `--stop-on-error`: a record was rejected. */
export const firstRejected: Stop = {
  reason: 'the run stopped at the first rejected record (--stop-on-error)',
  exitCode: ExitCode.stopped,
  limit: 'STOPPED',
};

/** `--stop-on-error`: a row is not a valid record, and is not even sent. */
export const firstInvalid: Stop = {
  reason: 'the run stopped at the first row that is not valid (--stop-on-error)',
  exitCode: ExitCode.stopped,
  limit: 'STOPPED',
};

/** The stop that chunks which fail one after the other call for. */
export function tooManyFailures(failures: number, reason: string): Stop | undefined {
  if (failures < failuresUntilDown) return undefined;
  return {
    reason: `${String(failures)} chunks failed one after the other; the last: ${reason}`,
    exitCode: ExitCode.incomplete,
  };
}

/** The stop that an interruption calls for: the signal's name is the abort reason. */
export function interruption(signal: AbortSignal): Stop | undefined {
  if (!signal.aborted) return undefined;
  return {
    reason: 'the run was interrupted',
    exitCode: signal.reason === 'SIGTERM' ? ExitCode.sigterm : ExitCode.sigint,
  };
}

/** What ended the sending: the first reason counts. */
export class Stops {
  #first: Stop | undefined;

  get first(): Stop | undefined {
    return this.#first;
  }

  stop(reason: Stop | undefined): void {
    this.#first ??= reason;
  }
}
