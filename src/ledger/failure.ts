import { errorMessage, RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { Damage } from './seal.ts';

/**
 * Makes an error that says what to do of whatever went wrong with the ledger.
 *
 * @param exitCode of a failure that is none of the user's: 2 before something was sent, 5 after it
 */
export function asLedgerError(error: unknown, directory: string, exitCode: ExitCode): unknown {
  if (error instanceof RunError) return error;
  const text = errorMessage(error);
  if (error instanceof Damage || /SQLITE_(CORRUPT|NOTADB)|malformed|not a database/.test(text)) {
    return new RunError(
      exitCode,
      'STATE_DAMAGED',
      `the ledger in ${directory} is damaged: ${text}`,
      'dcycle-upload doctor --repair keeps what is whole, and says what is lost',
      error,
    );
  }
  if (isBusy(error)) {
    return new RunError(
      exitCode,
      'STATE_BUSY',
      `another process works on the ledger in ${directory} for too long`,
      'try again when its upload or repair has ended',
      error,
    );
  }
  return new RunError(
    exitCode,
    'STATE_FAILED',
    `the ledger in ${directory} can't be used: ${text}`,
    `make room in the state directory, and check that it can be written; then ${exitCode === ExitCode.usage ? 'run it again' : 'resume'}`,
    error,
  );
}

export const isBusy = (error: unknown): boolean => /SQLITE_BUSY|database is locked/.test(errorMessage(error));
