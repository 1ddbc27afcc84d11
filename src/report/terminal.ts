import { errorCode } from '../errors.ts';
import { LiveLines } from './live/live-lines.ts';
import { createStyle, type Style } from './style.ts';

/** The two streams a command writes to, with one colour policy for both. */
export interface Terminal {
  /** Whole lines of results: tables, JSON, `--out -`. */
  out(text: string): void;
  /** Whole lines: warnings, errors, what is told of a run. */
  err(text: string): void;
  /** Lines that are drawn again and again, where standard error is a terminal that can do so. */
  readonly live: LiveLines | undefined;
  readonly outIsTerminal: boolean;
  readonly outWidth: number;
  readonly errWidth: number;
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** Until what was written to standard output is on its way: who writes much waits for a slow reader, where there is one. */
  outDrained(interrupted: AbortSignal): Promise<void> | undefined;
  /** Why standard output could not be written, if it could not; a reader that left is not a failure. */
  outFailure(): Promise<string | undefined>;
}

export interface TerminalOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly noColor: boolean;
}

const widthWithoutTerminal = 100;

/** Of a terminal that does not tell its own. */
const usualSize = { columns: 80, rows: 24 };

/**
 * Colour only where a terminal shows it: not when redirected, not with NO_COLOR (https://no-color.org), `--no-color` or
 * TERM=dumb.
 */
export async function createTerminal({ stdout, stderr, environment, noColor }: TerminalOptions): Promise<Terminal> {
  const mayColor = !noColor && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  const styleOf = (stream: NodeJS.WriteStream): Promise<Style> => createStyle(mayColor && stream.isTTY);
  const out = createWriter(stdout);
  const err = createWriter(stderr);
  const live = canRedraw(stderr, environment)
    ? new LiveLines({ write: err.write, size: () => sizeOf(stderr) })
    : undefined;
  const widthOf = (stream: NodeJS.WriteStream): number =>
    stream.isTTY ? sizeOf(stream).columns : widthWithoutTerminal;
  return {
    // Where both streams are terminals, they are the same one.
    out: live === undefined || !stdout.isTTY ? out.write : (text) => live.above(text, out.write),
    err: live === undefined ? err.write : (text) => live.above(text, err.write),
    live,
    outDrained: out.drained,
    outFailure: out.failure,
    get outWidth() {
      return widthOf(stdout);
    },
    get errWidth() {
      return widthOf(stderr);
    },
    outIsTerminal: stdout.isTTY === true,
    outStyle: await styleOf(stdout),
    errStyle: await styleOf(stderr),
  };
}

/** A dumb terminal can't go back in a line, and the log of a CI job keeps every drawing. */
const canRedraw = (
  { isTTY }: NodeJS.WriteStream,
  { TERM: term, CI: ci = '' }: TerminalOptions['environment'],
): boolean => isTTY && term !== 'dumb' && (ci === '' || ci === 'false');

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): { readonly columns: number; readonly rows: number } => ({
  columns: columns || usualSize.columns,
  rows: rows || usualSize.rows,
});

/** The reader may stop reading (`| head`): that is not an error, and the run continues to its end. */
function createWriter(stream: NodeJS.WriteStream): {
  write: (text: string) => void;
  drained: (interrupted: AbortSignal) => Promise<void> | undefined;
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
    drained(interrupted) {
      if (!isOpen || !stream.writableNeedDrain || interrupted.aborted) return undefined;
      return new Promise<void>((resolve) => {
        const events = ['drain', 'close', 'error'] as const;
        const go = (): void => {
          for (const event of events) stream.off(event, go);
          interrupted.removeEventListener('abort', go);
          resolve();
        };
        for (const event of events) stream.once(event, go);
        interrupted.addEventListener('abort', go);
      });
    },
    async failure() {
      // A stream tells of its failures a little later.
      await new Promise((resolve) => setImmediate(resolve));
      return failure;
    },
  };
}
