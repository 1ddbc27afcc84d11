import { spawn } from 'node:child_process';
import { errorCode } from '../errors.ts';

/** A command that tells people of a failure takes seconds; the next run must not wait for one that hangs. */
const longestMs = 60_000;

export interface FailureCommand {
  readonly command: string;
  /** What `--json` prints of the failure. */
  readonly document: object;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The command that `--on-failure` gives, also where the rest of the command line can't be read.
 *
 * @param argv the command line, which may have the option several times: the last one counts
 */
export function findOnFailure(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const given = words.flatMap((word, at) => {
    if (word.startsWith(`${onFailureName}=`)) return [word.slice(onFailureName.length + 1)];
    return word === onFailureName ? [argv[at + 1] ?? ''] : [];
  });
  const command = given.at(-1)?.trim() ?? '';
  return command === '' ? undefined : command;
}

const onFailureName = '--on-failure';

/** The arguments without the option: its value may hold the secret of a web hook, and is not repeated or kept. */
export function withoutOnFailure(args: readonly string[]): readonly string[] {
  return args.filter(
    (word, at) => word !== onFailureName && !word.startsWith(`${onFailureName}=`) && args[at - 1] !== onFailureName,
  );
}

/**
 * Runs a command of the system's shell with the document on its standard input. What it prints goes to standard error, as
 * standard output is for results. It does not get the API key.
 *
 * @returns what went wrong with it, if anything did
 */
export function runOnFailure(
  { command, document, environment }: FailureCommand,
  timeoutMs = longestMs,
): Promise<string | undefined> {
  const { DCYCLE_API_KEY: _key, ...env } = environment;
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, env, stdio: ['pipe', 2, 2] });
    const timer = setTimeout(() => {
      child.kill();
      end(`did not end within ${String(timeoutMs / 1000)} s`);
    }, timeoutMs);
    const end = (what: string | undefined): void => {
      clearTimeout(timer);
      child.unref();
      resolve(what);
    };
    // It need not read.
    child.stdin?.on('error', () => {});
    child.stdin?.end(`${JSON.stringify(document, undefined, 2)}\n`);
    child.on('error', (error) => end(`can't be run (${errorCode(error) ?? error.message})`));
    child.on('exit', (code, signal) =>
      end(code === 0 ? undefined : `ended with ${signal ?? `exit code ${String(code)}`}`),
    );
  });
}
