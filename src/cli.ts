import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Argument, Command, CommanderError, Option } from 'commander';
import { addCatalogueOptions, type CatalogueOptions } from './commands/catalogue-options.ts';
import type { CommandContext } from './commands/context.ts';
import { addInspectOptions, type InspectOptions } from './commands/inspect-options.ts';
import { catalogueHelp, descriptions, examples, exitCodeHelp, serveHelp } from './commands/help.ts';
import {
  addPruneOptions,
  addResultsOptions,
  addResumeOptions,
  addRunsOptions,
  type PruneOptions,
  type ResultsOptions,
  type ResumeOptions,
  type RunsOptions,
} from './commands/runs-options.ts';
import type * as Runs from './commands/runs.ts';
import { addServeOptions, type ServeOptions } from './commands/serve-options.ts';
import type { TemplateOptions } from './commands/template.ts';
import { addUploadOptions, type UploadOptions } from './commands/upload-options.ts';
import { errorMessage, RunError } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import type { RecordKind } from './records/kind.ts';
import { version } from './version.ts';

type Signal = 'SIGINT' | 'SIGTERM';

/** Runs the program and sets the exit code: the only place that does. */
export async function main(argv: readonly string[]): Promise<void> {
  ignoreClosedPipes();
  const signals = handleSignals();
  const { interrupted } = signals;
  let exitCode: ExitCode = ExitCode.ok;
  const program = createProgram(signals, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    exitCode = await reportFailure(error, argv);
  }
  signals.release();
  process.exitCode = exitCode;
  // Whoever started this must see that the signal ended it, so it is raised again now that its handler is gone.
  if (interrupted.aborted) process.kill(process.pid, interrupted.reason as Signal);
}

/** An unknown option may carry a secret, and a key is one: their values are not shown. */
const withoutValues = (text: string): string =>
  text
    .replace(/(unknown option '--?[^=']+)=[^']*/g, '$1')
    .replace(/(option '--api-key .*?') argument '.*' is invalid/gs, '$1 is invalid');

function createProgram(signals: Signals, setExitCode: (code: ExitCode) => void): Command {
  const program = new Command('dcycle-upload')
    .description("Bring shipments and fuel purchases from CSV and JSONL files into Dcycle's Logistics API.")
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .showSuggestionAfterError()
    .addHelpText('before', examples.program);
  for (const kind of ['requests', 'recharges'] as const) {
    const command = program
      .command(kind)
      .description(descriptions[kind])
      .argument('<file...>', 'CSV or JSONL files, also .gz; - is standard input')
      .addHelpText('before', examples[kind])
      .addHelpText('after', exitCodeHelp);
    addUploadOptions(command, kind).action(async (paths: string[], options: UploadOptions) => {
      const { upload } = await import('./commands/upload.ts');
      const args = program.args;
      setExitCode(await upload(kind, paths, options, await createContext(options, signals, args)));
    });
  }
  const kindArgument = (): Argument => new Argument('<kind>', 'what the file holds').choices(['requests', 'recharges']);
  const inspectCommand = program
    .command('inspect')
    .description('show what is understood of a file and why, and write the mapping')
    .addArgument(kindArgument())
    .argument('<file>', 'a CSV or JSONL file, also .gz; - is standard input')
    .addHelpText('before', examples.inspect);
  addInspectOptions(inspectCommand).action(async (kind: RecordKind['name'], path: string, options: InspectOptions) => {
    const { inspect } = await import('./commands/inspect.ts');
    setExitCode(await inspect(kind, path, options, await createContext(options, signals, program.args)));
  });
  program
    .command('template')
    .description('write a file with every field and example rows')
    .addArgument(kindArgument())
    .option('--out <file>', 'where to write it', '-')
    .addOption(new Option('--format <format>', 'format').choices(['csv', 'jsonl']).default('csv'))
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .addHelpText('before', examples.template)
    .action(async (kind: RecordKind['name'], options: TemplateOptions) => {
      const { template } = await import('./commands/template.ts');
      setExitCode(await template(kind, options, await createContext(options, signals, program.args)));
    });
  for (const catalogue of ['tocs', 'fuels'] as const) {
    const command = program
      .command(catalogue)
      .description(descriptions[catalogue])
      .addHelpText('before', examples[catalogue])
      .addHelpText('after', catalogueHelp);
    addCatalogueOptions(command).action(async (options: CatalogueOptions) => {
      const list =
        catalogue === 'tocs' ? (await import('./commands/tocs.ts')).tocs : (await import('./commands/fuels.ts')).fuels;
      setExitCode(await list(options, await createContext(options, signals, program.args)));
    });
  }
  const resumeCommand = program
    .command('resume')
    .description('go on with an upload that was interrupted or is incomplete; sends only what was not accepted')
    .argument('<run-id>', 'the run, or the first characters of its id')
    .addHelpText('before', examples.resume)
    .addHelpText('after', exitCodeHelp);
  addResumeOptions(resumeCommand).action(async (id: string, options: ResumeOptions) => {
    const { resume } = await import('./commands/earlier-run.ts');
    setExitCode(await resume(id, options, await createContext(options, signals, program.args)));
  });
  const resultsCommand = program
    .command('results')
    .description('read the emissions of an uploaded run back from the API, row by row')
    .argument('<run-id>', 'the run, or the first characters of its id')
    .addHelpText('before', examples.results)
    .addHelpText('after', exitCodeHelp);
  addResultsOptions(resultsCommand).action(async (id: string, options: ResultsOptions) => {
    const { results } = await import('./commands/earlier-run.ts');
    setExitCode(await results(id, options, await createContext(options, signals, program.args)));
  });
  addRunsCommands(program, async (action) => {
    const runs = await import('./commands/runs.ts');
    setExitCode(await action(runs, (options) => createContext(options, signals, program.args)));
  });
  const serveCommand = program
    .command('serve')
    .description('run the API on this machine, over the embedded calculator')
    .addHelpText('before', examples.serve)
    .addHelpText('after', serveHelp);
  addServeOptions(serveCommand).action(async (options: ServeOptions) => {
    const { serve } = await import('./commands/serve.ts');
    setExitCode(await serve(options, await createContext(options, signals, program.args)));
  });
  return program;
}

type RunsAction = (
  runs: typeof Runs,
  contextOf: (options: RunsOptions) => Promise<CommandContext>,
) => Promise<ExitCode>;

function addRunsCommands(program: Command, perform: (action: RunsAction) => Promise<void>): void {
  const command = program
    .command('runs')
    .description('list the uploads that were made from this machine')
    .addHelpText('before', examples.runs);
  addRunsOptions(command).action((options: RunsOptions) =>
    perform(async (runs, contextOf) => runs.listRuns(options, await contextOf(options))),
  );
  const showCommand = command
    .command('show')
    .description('show one run with its chunks')
    .argument('<run-id>', 'the run, or the first characters of its id');
  addRunsOptions(showCommand).action((id: string) => {
    const options = showCommand.optsWithGlobals<RunsOptions>();
    return perform(async (runs, contextOf) => runs.showRun(id, options, await contextOf(options)));
  });
  const pruneCommand = command.command('prune').description('remove the records of runs that ended long ago');
  addPruneOptions(pruneCommand).action(() => {
    const options = pruneCommand.optsWithGlobals<PruneOptions>();
    return perform(async (runs, contextOf) => runs.pruneRuns(options, await contextOf(options)));
  });
}

async function createContext(
  { color }: Pick<UploadOptions, 'color'>,
  { interrupted, leaving }: Signals,
  args: readonly string[],
): Promise<CommandContext> {
  const { createTerminal } = await import('./report/terminal.ts');
  const { stdin, stdout, stderr, env } = process;
  const terminal = createTerminal({ stdout, stderr, environment: env, noColor: !color });
  leaving.on('leave', () => terminal.live?.leave());
  const onInterruption = (): void => {
    // A terminal has written ^C where the cursor stood.
    const start = stderr.isTTY ? '\r' : '';
    terminal.err(`${start}${String(interrupted.reason)}: finishing what is in flight; once more to end at once\n`);
    // A run that waits for standard input is woken by closing it.
    stdin.destroy();
  };
  if (interrupted.aborted) onInterruption();
  else interrupted.addEventListener('abort', onInterruption);
  return {
    terminal,
    stdin,
    environment: env,
    workingDirectory: process.cwd(),
    interrupted,
    now: () => new Date(),
    random: Math.random,
    createRunId: randomUUID,
    args,
    pid: process.pid,
    changeDirectory: (path) => process.chdir(path),
  };
}

/** Whoever reads the output may leave before its end (`--help | head`). Other failures are the terminal's to see. */
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
