import type { RunErrorCode } from './codes/run-error-codes.ts';
import { ExitCode } from './exit-codes.ts';

/**
 * A failure that ends the run. A bad row is never one of these: it is a value (see `issues.ts`) that flows on to the
 * reports.
 *
 * `code` is stable and machine-readable (it is what `--json` prints), the message says what happened and where, and
 * `hint` says what to do next.
 */
export class RunError extends Error {
  override readonly name = 'RunError';
  readonly code: RunErrorCode;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  /** Options that would settle the question; the command shows its own line with each of them. */
  readonly answers: readonly Answer[];

  constructor(
    exitCode: ExitCode,
    code: RunErrorCode,
    message: string,
    hint?: string,
    cause?: unknown,
    answers: readonly Answer[] = [],
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
    this.code = code;
    this.hint = hint;
    this.answers = answers;
  }
}

/** One of several answers to a question that only the user can decide. */
export interface Answer {
  readonly meaning: string;
  /** What to add to the command line. */
  readonly options: readonly string[];
}

/** Usage or configuration is wrong (exit 2); nothing was sent. */
export const usageError = (
  code: RunErrorCode,
  message: string,
  hint?: string,
  answers: readonly Answer[] = [],
): RunError => new RunError(ExitCode.usage, code, message, hint, undefined, answers);

/** The input can't be read (exit 3); nothing was sent. */
export const inputError = (code: RunErrorCode, message: string, hint?: string, cause?: unknown): RunError =>
  new RunError(ExitCode.input, code, message, hint, cause);

/** The tool broke one of its own promises (exit 70). */
export const defect = (message: string): RunError => new RunError(ExitCode.defect, 'DEFECT', message);

/** What is said of every defect. */
export const howToReport =
  'dcycle-upload support-bundle writes a file to attach, without values of your data and without secrets.';

/** What a command ends with for any thrown value: an unforeseen one is a defect. */
export const asRunError = (error: unknown): RunError =>
  error instanceof RunError ? error : new RunError(ExitCode.defect, 'DEFECT', errorMessage(error), undefined, error);

/** The system's error code of a thrown value (`ENOENT`, `ECONNREFUSED`, ...), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A readable message for any thrown value. */
export const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
