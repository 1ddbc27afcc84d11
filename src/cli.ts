import { randomUUID } from 'node:crypto';
import { Argument, Command, CommanderError, Option } from 'commander';
import { addCatalogueOptions, type CatalogueOptions } from './commands/catalogue-options.ts';
import type { CommandContext } from './commands/context.ts';
import { addInspectOptions, type InspectOptions } from './commands/inspect-options.ts';
import type { TemplateOptions } from './commands/template.ts';
import { addUploadOptions, type UploadOptions } from './commands/upload-options.ts';
import { errorMessage, RunError } from './errors.ts';
import { ExitCode } from './exit-codes.ts';
import type { RecordKind } from './records/kind.ts';
import { version } from './version.ts';

type Signal = 'SIGINT' | 'SIGTERM';
type Catalogue = 'tocs' | 'fuels';

/** Runs the program and sets the exit code: the only place that does. */
export async function main(argv: readonly string[]): Promise<void> {
  ignoreClosedPipes();
  const interruption = new AbortController();
  const release = handleSignals(interruption);
  let exitCode: ExitCode = ExitCode.ok;
  const program = createProgram(interruption.signal, (code) => {
    exitCode = code;
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

const examples: Readonly<Record<RecordKind['name'] | Catalogue | 'program' | 'inspect' | 'template', string>> = {
  program: `Examples:
  dcycle-upload requests shipments.csv             upload shipments
  dcycle-upload requests shipments.csv --dry-run   only check them
  dcycle-upload requests shipments.csv --local     calculate their emissions here
  dcycle-upload recharges fuel.csv                 upload fuel purchases
  dcycle-upload inspect requests shipments.csv     show what is understood of a file
  dcycle-upload template requests                  write a file to start from
  dcycle-upload tocs --search diesel               list vehicle types with factor and source
  dcycle-upload fuels --sync                       list fuels, with those of your account
`,
  inspect: `Examples:
  dcycle-upload inspect requests export.csv
  dcycle-upload inspect recharges fuel.csv --save-map fuel.json
`,
  template: `Examples:
  dcycle-upload template requests > shipments.csv
  dcycle-upload template recharges --format jsonl --out fuel.jsonl
`,
  tocs: `Examples:
  dcycle-upload tocs
  dcycle-upload tocs --search "articulated diesel"
  dcycle-upload tocs --sync
  dcycle-upload tocs --json > tocs.json
`,
  fuels: `Examples:
  dcycle-upload fuels
  dcycle-upload fuels --search gasóleo
  dcycle-upload fuels --sync
  dcycle-upload fuels --json > fuels.json
`,
  requests: `Examples:
  dcycle-upload requests shipments.csv
  dcycle-upload requests shipments.csv --local --out results.csv
  dcycle-upload requests january.csv february.jsonl.gz --dry-run
  dcycle-upload requests export.csv --map movement_id="Shipment no." --set category=road
`,
  recharges: `Examples:
  dcycle-upload recharges daily_recharges.csv
  dcycle-upload recharges fuel.csv --dry-run
  dcycle-upload recharges fuel.csv --local --map quantity=Litres --set country=ES
`,
};

const exitCodeHelp = `
Exit codes:
  0  every record was accepted           4  the API refused key or organisation
  1  some rows were rejected             5  delivery is incomplete
  2  usage or configuration              7  stopped early (--max-errors, --stop-on-error)
  3  the input can't be read             70 a defect of this tool

Environment:
  DCYCLE_API_KEY, DCYCLE_ORG_ID          credentials (also in a file .env)
  DCYCLE_BASE_URL                        API root
  NO_COLOR                               no colours
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY      proxies
`;

const catalogueHelp = `
Exit codes:
  0  listed, also when a search finds nothing
  2  usage or configuration: missing credentials, a cache that can't be written
  4  (--sync) the API refused key or organisation
  5  (--sync) the API can't be reached or read
  70 a defect of this tool

Environment:
  DCYCLE_API_KEY, DCYCLE_ORG_ID          credentials of --sync (also in a file .env)
  DCYCLE_BASE_URL                        API root
  XDG_CACHE_HOME                         where what was fetched is kept (default: ~/.cache)
  NO_COLOR                               no colours
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY      proxies
`;

const descriptions: Readonly<Record<RecordKind['name'] | Catalogue, string>> = {
  requests: 'upload shipments, check them (--dry-run) or calculate their emissions here (--local)',
  recharges: 'upload fuel purchases, check them (--dry-run) or calculate their emissions here (--local)',
  tocs: 'list the vehicle types that --local calculates, with factor and source, and those of your account',
  fuels: 'list the fuels that --local calculates, with factor and source, and those of your account',
};

/** An unknown option may carry a secret: its value is not shown. */
const withoutValues = (text: string): string => text.replace(/(unknown option '--?[^=']+)=[^']*/g, '$1');

function createProgram(interrupted: AbortSignal, setExitCode: (code: ExitCode) => void): Command {
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
      setExitCode(await upload(kind, paths, options, await createContext(options, interrupted, args)));
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
    setExitCode(await inspect(kind, path, options, await createContext(options, interrupted, program.args)));
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
      setExitCode(await template(kind, options, await createContext(options, interrupted, program.args)));
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
      setExitCode(await list(options, await createContext(options, interrupted, program.args)));
    });
  }
  return program;
}

async function createContext(
  { color }: Pick<UploadOptions, 'color'>,
  interrupted: AbortSignal,
  args: readonly string[],
): Promise<CommandContext> {
  const { createTerminal } = await import('./report/terminal.ts');
  const { stdin, stdout, stderr, env } = process;
  // A run that waits for standard input is woken by closing it.
  interrupted.addEventListener('abort', () => stdin.destroy());
  return {
    terminal: createTerminal({ stdout, stderr, environment: env, noColor: !color }),
    stdin,
    environment: env,
    workingDirectory: process.cwd(),
    interrupted,
    now: () => new Date(),
    random: Math.random,
    createRunId: randomUUID,
    args,
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
