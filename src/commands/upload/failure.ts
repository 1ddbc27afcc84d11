import { asRunError, RunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { CommandContext } from '../context.ts';
import { withAnswers } from './command-line.ts';

/** What ended an upload before it was delivered. */
export function earlyFailure(
  error: unknown,
  namedBy: string | undefined,
  { args, interrupted }: Pick<CommandContext, 'args' | 'interrupted'>,
): RunError {
  if (!interrupted.aborted) return blamedOn(withAnswers(asRunError(error), args), namedBy);
  const exitCode = interrupted.reason === 'SIGTERM' ? ExitCode.sigterm : ExitCode.sigint;
  return new RunError(exitCode, 'INTERRUPTED', 'interrupted before anything was read');
}

/**
 * An organisation that a row or an option has named is not to be looked for in the environment.
 *
 * @param namedBy what named it, in words; `undefined` where it is the configured one
 */
export const blamedOn = (error: RunError, namedBy: string | undefined): RunError =>
  namedBy === undefined || error.code !== 'ACCESS_REFUSED'
    ? error
    : new RunError(
        error.exitCode,
        error.code,
        error.message,
        `check the API key, and that it belongs to the organisation that is named by ${namedBy}`,
        error,
      );
