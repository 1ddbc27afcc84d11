import { Chalk, type ChalkInstance } from 'chalk';
import { errorCode } from '../errors.ts';

/** The two streams a command writes to, with one colour policy for both. */
export interface Terminal {
  /** Results: tables, JSON, `--out -`. */
  out(text: string): void;
  /** Progress, warnings, errors. */
  err(text: string): void;
  readonly errIsTerminal: boolean;
  readonly outIsTerminal: boolean;
  readonly outWidth: number;
  readonly outStyle: ChalkInstance;
  readonly errStyle: ChalkInstance;
  readonly stderr: NodeJS.WriteStream;
  /** Why standard output could not be written, if it could not; a reader that left is no failure. */
  outFailure(): Promise<string | undefined>;
}

export interface TerminalOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly noColor: boolean;
}

const widthWithoutTerminal = 100;

/**
 * Colour only where a terminal shows it: not when redirected, not with NO_COLOR (https://no-color.org), `--no-color` or
 * TERM=dumb.
 */
export function createTerminal({ stdout, stderr, environment, noColor }: TerminalOptions): Terminal {
  const mayColor = !noColor && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  const style = (stream: NodeJS.WriteStream): ChalkInstance => new Chalk({ level: mayColor && stream.isTTY ? 1 : 0 });
  const out = createWriter(stdout);
  return {
    out: out.write,
    err: createWriter(stderr).write,
    outFailure: out.failure,
    errIsTerminal: stderr.isTTY === true,
    outIsTerminal: stdout.isTTY === true,
    outWidth: stdout.isTTY ? Math.max(60, stdout.columns) : widthWithoutTerminal,
    outStyle: style(stdout),
    errStyle: style(stderr),
    stderr,
  };
}

/** Whoever reads may stop reading (`| head`): that is no error, and the run goes on to its end. */
function createWriter(stream: NodeJS.WriteStream): {
  write: (text: string) => void;
  failure: () => Promise<string | undefined>;
} {
  let isOpen = true;
  let failure: string | undefined;
  stream.on('error', (error) => {
    isOpen = false;
    if (errorCode(error) !== 'EPIPE') failure ??= error.message;
  });
  return {
    write(text) {
      if (isOpen) stream.write(text);
    },
    async failure() {
      // A stream tells of its failures a little later.
      await new Promise((resolve) => setImmediate(resolve));
      return failure;
    },
  };
}
