import { version } from '../version.ts';
import { Command } from './commander.ts';
import type { Perform } from './context.ts';
import { addHelp, allEnvironment, helpLayout } from './help.ts';

/** Adds arguments, options, help and action to a command. */
export type Declare = (command: Command, perform: Perform) => void;

/** A command as the help of the program lists it; the module that declares it is loaded when it is named. */
interface ListedCommand {
  /** Its options and arguments, as in its own help. */
  readonly usage: string;
  readonly description: string;
  readonly load: () => Promise<Declare>;
}

const commands: Readonly<Record<string, ListedCommand>> = {
  requests: {
    usage: '[options] <file...>',
    description: 'upload shipments, check them (--dry-run) or calculate their emissions here (--local)',
    load: async () => (await import('./upload-command.ts')).declareUpload,
  },
  recharges: {
    usage: '[options] <file...>',
    description: 'upload fuel purchases, check them (--dry-run) or calculate their emissions here (--local)',
    load: async () => (await import('./upload-command.ts')).declareUpload,
  },
  inspect: {
    usage: '[options] <kind> <file>',
    description: 'show what is understood of a file and why, and write the mapping',
    load: async () => (await import('./inspect-command.ts')).declareInspect,
  },
  map: {
    usage: '[options] <kind> <file>',
    description: 'ask what is open of a file, and write a mapping file that runs take by themselves',
    load: async () => (await import('./map-command.ts')).declareMap,
  },
  template: {
    usage: '[options] <kind>',
    description: 'write a file with every field and example rows',
    load: async () => (await import('./template-command.ts')).declareTemplate,
  },
  tocs: {
    usage: '[options]',
    description: 'list the vehicle types that --local calculates, with factor and source, and those of your account',
    load: async () => (await import('./catalogue-command.ts')).declareCatalogue,
  },
  fuels: {
    usage: '[options]',
    description: 'list the fuels that --local calculates, with factor and source, and those of your account',
    load: async () => (await import('./catalogue-command.ts')).declareCatalogue,
  },
  hubs: {
    usage: '[options]',
    description: 'list the hubs of your account, whose names mean their addresses in shipments',
    load: async () => (await import('./catalogue-command.ts')).declareCatalogue,
  },
  resume: {
    usage: '[options] <run-id>',
    description: 'continue an upload that was interrupted or is incomplete; sends only what was not accepted',
    load: async () => (await import('./resume-command.ts')).declareResume,
  },
  results: {
    usage: '[options] <run-id>',
    description: 'read the emissions of an uploaded run back from the API, row by row',
    load: async () => (await import('./results-command.ts')).declareResults,
  },
  verify: {
    usage: '[options] <kind> <file...>',
    description: 'compare files with the account: there, missing, twice, different; sends nothing',
    load: async () => (await import('./verify-command.ts')).declareVerify,
  },
  undo: {
    usage: '[options] <run-id>',
    description: 'delete what a run has stored in the account',
    load: async () => (await import('./undo-command.ts')).declareUndo,
  },
  export: {
    usage: '[options] <kind>',
    description: "write the account's records to a file that can be read again",
    load: async () => (await import('./export-command.ts')).declareExport,
  },
  runs: {
    usage: '[options]',
    description: 'list the uploads that were made from this machine',
    load: async () => (await import('./runs-command.ts')).declareRuns,
  },
  config: {
    usage: '',
    description: 'keep credentials and settings in profiles, and show what applies',
    load: async () => (await import('./config-command.ts')).declareConfig,
  },
  doctor: {
    usage: '[options]',
    description:
      'check what an upload needs: configuration, credentials, connection, clock, disk; and say how to fix it',
    load: async () => (await import('./doctor-command.ts')).declareDoctor,
  },
  serve: {
    usage: '[options]',
    description: 'run the API on this machine, over the embedded calculator',
    load: async () => (await import('./serve-command.ts')).declareServe,
  },
  completion: {
    usage: '<shell>',
    description: 'print a script that completes command lines in bash, zsh or fish',
    load: async () => (await import('./completion-command.ts')).declareCompletion,
  },
  'support-bundle': {
    usage: '[options]',
    description: 'write a file to attach to a report of a problem, without values of your data and without secrets',
    load: async () => (await import('./support-bundle-command.ts')).declareSupportBundle,
  },
  help: {
    usage: '[command...]',
    description: 'show the help of a command',
    load: async () => (await import('./help-command.ts')).declareHelp,
  },
};

/**
 * The command line: every command with its options and help. A command's own module is imported when it is performed.
 *
 * @param argv where it is known, only the commands that it names are declared; of the others the help of the program
 *   knows enough
 */
export async function createProgram(perform: Perform, argv?: readonly string[]): Promise<Command> {
  const program = new Command('dcycle-upload')
    .description("Bring shipments and fuel purchases from CSV and JSONL files into Dcycle's Logistics API.")
    .version(version, '-V, --version', 'show the version')
    .exitOverride()
    // The caller says what is wrong, with what was probably meant: see usageFailure.
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(false)
    .configureHelp(helpLayout)
    .helpOption('-h, --help', 'show this help');
  addHelp(program, {
    examples: [
      ['requests shipments.csv', 'upload shipments'],
      ['requests shipments.csv --dry-run', 'only check them'],
      ['requests shipments.csv --local', 'calculate their emissions here'],
      ['recharges fuel.csv', 'upload fuel purchases'],
      ['inspect requests shipments.csv', 'show what is understood of it'],
      ['map requests shipments.csv', 'answer what is open of it, once'],
      ['template requests', 'write a file to start from'],
      ['tocs --search diesel', 'list vehicle types'],
      ['fuels --sync', 'list the fuels of your account'],
      ['resume <run-id>', 'finish an interrupted upload'],
      ['config init', 'save the API key and organisation'],
      ['doctor', 'check what an upload needs'],
      ['support-bundle --run <run-id>', 'collect diagnostics for a bug report'],
      ['serve', 'run the API on this machine'],
    ],
    exitCodes: {
      0: 'every record was accepted (or is valid, in a dry run)',
      1: 'finished, but some rows were rejected: see the error report',
      2: 'usage or configuration; nothing was sent',
      3: "the input can't be read; nothing was sent",
      4: 'the API refused the key or the organisation',
      5: 'delivery is incomplete: network, time-outs, 5xx, uncertain chunks',
      6: 'the same upload is in progress',
      7: 'stopped early at --max-errors or --stop-on-error',
      8: 'delivered, and the API has not calculated everything yet',
      130: 'interrupted (143 by SIGTERM)',
    },
    environment: allEnvironment,
  });
  for (const [name, { description, load }] of Object.entries(commands)) {
    const command = program.command(name).description(description);
    if (argv === undefined || argv.includes(name)) (await load())(command, perform);
    for (const each of [command, ...command.commands]) addOnFailure(each);
  }
  // Commands inherit the layout when they are made, so this is the program's own.
  return program.configureHelp({
    ...helpLayout,
    subcommandTerm: (command) => `${command.name()} ${commands[command.name()]?.usage ?? ''}`.trimEnd(),
  });
}

/** What can say as JSON that it failed can tell another command so. */
function addOnFailure(command: Command): void {
  if (!command.options.some(({ long }) => long === '--json')) return;
  command.option('--on-failure <command>', 'run this when the exit code is not 0, with the JSON on its standard input');
}
