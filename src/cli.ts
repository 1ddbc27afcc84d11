import { randomUUID } from 'node:crypto';
import { CommanderError } from 'commander';
import type { CommandContext } from './commands/context.ts';
import { createProgram, withoutValues } from './commands/program.ts';
import { errorMessage, RunError } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import { version } from './version.ts';

type Signal = 'SIGINT' | 'SIGTERM';

/** Runs the program and sets the exit code: the only place that does. */
export async function main(argv: readonly string[]): Promise<void> {
  ignoreClosedPipes();
  const interruption = new AbortController();
  const release = handleSignals(interruption);
  let exitCode: ExitCode = ExitCode.ok;
  const program = createProgram(async ({ color }, command) => {
    exitCode = await command(await createContext(color, interruption.signal, program.args));
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    exitCode = await reportFailure(error, argv);
  }
  release();
  process.exitCode = exitCode;
  // Whoever started this must see that the signal ended it, so it is raised again now that its handler is gone.
  if (interruption.signal.aborted) process.kill(process.pid, interruption.signal.reason as Signal);
}

async function createContext(
  color: boolean,
  interrupted: AbortSignal,
  args: readonly string[],
): Promise<CommandContext> {
  const { createTerminal } = await import('./report/terminal.ts');
  const { createQuestions } = await import('./report/questions.ts');
  const { stdin, stdout, stderr, env } = process;
  // Questions are no results: standard output has them only where standard error is redirected.
  const shown = [stderr, stdout].find(({ isTTY }) => isTTY);
  // A run that waits for standard input is woken by closing it.
  interrupted.addEventListener('abort', () => stdin.destroy());
  return {
    terminal: createTerminal({ stdout, stderr, environment: env, noColor: !color }),
    stdin,
    questions: stdin.isTTY && shown !== undefined ? createQuestions(stdin, shown, interrupted) : undefined,
    environment: env,
    workingDirectory: process.cwd(),
    interrupted,
    now: () => new Date(),
    random: Math.random,
    createRunId: randomUUID,
    args,
    pid: process.pid,
    nodeVersion: process.versions.node,
    changeDirectory: (path) => process.chdir(path),
  };
}

/** Whoever reads the output may leave before its end (`--help | head`). Other failures are the terminal's to see. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** The first signal lets the run finish what is in flight; the second one ends it at once, as it would without us. */
function handleSignals(interruption: AbortController): () => void {
  const onSignal = (signal: Signal): void => {
    if (interruption.signal.aborted) {
      release();
      process.kill(process.pid, signal);
      return;
    }
    process.stderr.write(`\n${signal}: finishing what is in flight; once more to end at once\n`);
    interruption.abort(signal);
  };
  const release = (): void => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return release;
}

/** Usage errors, which commander has written already, and what no command caught. */
async function reportFailure(error: unknown, argv: readonly string[]): Promise<ExitCode> {
  const isUsage = error instanceof CommanderError;
  if (isUsage && error.exitCode === 0) return ExitCode.ok;
  const failure = isUsage
    ? new RunError(
        ExitCode.usage,
        'USAGE',
        withoutValues(error.message.replace(/^error: /, '')),
        'see dcycle-upload --help',
      )
    : new RunError(ExitCode.defect, 'DEFECT', errorMessage(error));
  if (!isUsage) {
    process.stderr.write(
      `error: ${failure.message}\nThis is a defect of dcycle-upload ${version}. Please report it.\n`,
    );
  }
  if (argv.includes('--json')) {
    const { emptySummary } = await import('./report/summary.ts');
    const head = {
      command: argv.find((arg) => !arg.startsWith('-')) ?? '',
      mode: null,
      runId: randomUUID(),
      startedAt: new Date(),
      durationMs: 0,
    };
    process.stdout.write(`${JSON.stringify(emptySummary(head, failure), undefined, 2)}\n`);
  }
  return failure.exitCode;
}
