import { EventEmitter } from 'node:events';
import type { Command } from 'commander';
import type { CommandContext } from './commands/context.ts';
import { ExitCode } from './exit-codes.ts';
import { version } from './version.ts';

type Signal = 'SIGINT' | 'SIGTERM';

/** Runs the program and sets the exit code: the only place that does. */
export async function main(argv: readonly string[]): Promise<void> {
  ignoreClosedPipes();
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const signals = handleSignals();
  const { interrupted } = signals;
  let exitCode: ExitCode = ExitCode.ok;
  let document: object = {};
  const failed = (shown: object): void => {
    document = shown;
  };
  const { createProgram } = await import('./commands/program.ts');
  const program = await createProgram(async ({ color }, command) => {
    exitCode = await command(await createContext(color, signals, { args: program.args, failed }));
  }, argv);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    exitCode = await reportFailure(error, { program, argv, failed });
  }
  if (exitCode !== ExitCode.ok) await callOnFailure(argv, document);
  signals.release();
  process.exitCode = exitCode;
  // The parent process must see that the signal ended it, so it is raised again now that its handler is gone.
  if (interrupted.aborted) process.kill(process.pid, interrupted.reason as Signal);
}

const hasOnFailure = (argv: readonly string[]): boolean => argv.some((word) => word.startsWith('--on-failure'));

/** Runs the command of `--on-failure`, which does not change the exit code. */
async function callOnFailure(argv: readonly string[], document: object): Promise<void> {
  if (!hasOnFailure(argv)) return;
  const { findOnFailure, runOnFailure } = await import('./commands/on-failure.ts');
  const command = findOnFailure(argv);
  if (command === undefined) return;
  const wrong = await runOnFailure({ command, document, environment: process.env });
  if (wrong !== undefined) process.stderr.write(`note: the command of --on-failure ${wrong}\n`);
}

async function createContext(
  color: boolean,
  { interrupted, leaving }: Signals,
  { args, failed }: { readonly args: readonly string[]; readonly failed: CommandContext['failed'] },
): Promise<CommandContext> {
  const { createTerminal } = await import('./report/terminal.ts');
  const { stdin, stdout, stderr, env } = process;
  // The library that asks questions reads it from there.
  if (!color) env['NO_COLOR'] = '1';
  // Questions are not results: standard output has them only where standard error is redirected.
  const shown = [stderr, stdout].find(({ isTTY }) => isTTY);
  const terminal = await createTerminal({ stdout, stderr, environment: env, noColor: !color });
  leaving.on('leave', () => terminal.live?.leave());
  const mayAsk = stdin.isTTY && shown !== undefined;
  const onInterruption = (): void => {
    // A terminal has written ^C where the cursor was.
    const start = stderr.isTTY ? '\r' : '';
    const signal = String(interrupted.reason);
    const again = signal === 'SIGINT' ? '; press Ctrl-C again to quit now' : '';
    terminal.err(`${start}${signal}: finishing requests in flight${again}\n`);
    // A run that waits for standard input is woken by closing it.
    stdin.destroy();
  };
  if (interrupted.aborted) onInterruption();
  else interrupted.addEventListener('abort', onInterruption);
  return {
    terminal,
    stdin,
    questions: mayAsk ? (await import('./report/questions.ts')).createQuestions(stdin, shown, interrupted) : undefined,
    environment: env,
    workingDirectory: process.cwd(),
    interrupted,
    now: () => new Date(),
    random: Math.random,
    createRunId: () => crypto.randomUUID(),
    args: hasOnFailure(args) ? (await import('./commands/on-failure.ts')).withoutOnFailure(args) : args,
    failed,
    pid: process.pid,
    nodeVersion: process.versions.node,
    changeDirectory: (path) => process.chdir(path),
  };
}

/** The reader of the output may leave before its end (`--help | head`). Other failures are the terminal's to see. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

interface Signals {
  /** Aborts, with its name, on the first signal that asks for an end. */
  readonly interrupted: AbortSignal;
  /** Emits `leave` before the process ends at once, is stopped or breaks down: the terminal has to be put in order. */
  readonly leaving: EventEmitter<{ leave: [] }>;
  /** Leaves signals alone again. */
  release(): void;
}

/** The first signal lets the run finish what is in flight; the second one ends it at once, as it would without us. */
function handleSignals(): Signals {
  const interruption = new AbortController();
  const leaving: Signals['leaving'] = new EventEmitter();
  const leave = (): boolean => leaving.emit('leave');
  const onEnd = (signal: Signal): void => {
    if (interruption.signal.aborted) {
      leave();
      release();
      process.kill(process.pid, signal);
      return;
    }
    interruption.abort(signal);
  };
  const onStop = (): void => {
    leave();
    process.kill(process.pid, 'SIGSTOP');
  };
  const release = (): void => {
    process.off('SIGINT', onEnd).off('SIGTERM', onEnd).off('SIGTSTP', onStop).off('uncaughtExceptionMonitor', leave);
  };
  process.on('SIGINT', onEnd).on('SIGTERM', onEnd).on('SIGTSTP', onStop).on('uncaughtExceptionMonitor', leave);
  return { interrupted: interruption.signal, leaving, release };
}

/** Usage errors, and what no command caught. */
async function reportFailure(
  error: unknown,
  { program, argv, failed }: Pick<CommandContext, 'failed'> & { program: Command; argv: readonly string[] },
): Promise<ExitCode> {
  const { CommanderError } = await import('./commands/commander.ts');
  const isUsage = error instanceof CommanderError;
  if (isUsage && error.exitCode === 0) return ExitCode.ok;
  const { errorMessage, howToReport, RunError } = await import('./errors.ts');
  const failure = isUsage
    ? await (await import('./commands/usage-failure.ts')).usageFailure(error, program, argv)
    : new RunError(ExitCode.defect, 'DEFECT', errorMessage(error));
  // Where the help was shown instead of an error, it says enough.
  if (!isUsage || error.code !== 'commander.help') {
    const advice = isUsage
      ? `→ ${failure.hint ?? ''}`
      : `This is a defect of dcycle-upload ${version}. Please report it;\n${howToReport}`;
    process.stderr.write(`error: ${failure.message}\n${advice}\n`);
  }
  const isJson = argv.includes('--json');
  if (!isJson && !hasOnFailure(argv)) return failure.exitCode;
  const { emptySummary } = await import('./report/summary.ts');
  const head = {
    command: argv.find((arg) => !arg.startsWith('-')) ?? '',
    mode: null,
    runId: crypto.randomUUID(),
    startedAt: new Date(),
    durationMs: 0,
  };
  const summary = emptySummary(head, failure);
  failed(summary);
  if (isJson) process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  return failure.exitCode;
}
