import { RunError } from '../../errors.ts';

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
