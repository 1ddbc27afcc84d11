import { type Command, InvalidArgumentError } from './commander.ts';
import type { Perform } from './context.ts';
import { addHelp, type CommandHelp } from './help.ts';

/** The options of `runs` and its commands. */
export interface RunsOptions {
  readonly json?: boolean;
  readonly color: boolean;
}

export interface PruneOptions extends RunsOptions {
  /** Days. */
  readonly olderThan: number;
}

export interface ForgetOptions extends RunsOptions {
  readonly yes?: boolean;
}

const days = (text: string): number => {
  const value = Number(/^(\d+)d?$/.exec(text)?.[1]);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a number of days, such as 90d.');
};

const addRunsOptions = (command: Command): Command =>
  command.option('--json', 'one JSON document on stdout').option('--no-color', 'no colours (also: NO_COLOR)');

const helpWith = (examples: CommandHelp['examples'], exitCodes: CommandHelp['exitCodes'] = {}): CommandHelp => ({
  examples,
  exitCodes: { 0: 'done', 2: "usage: an unknown run, or a state directory that can't be read", ...exitCodes },
  environment: ['XDG_STATE_HOME'],
});

/** `runs`, `runs show`, `runs prune` and `runs forget`. */
export function declareRuns(list: Command, perform: Perform): void {
  addHelp(list, helpWith([['runs'], ['runs show 3f2a9c1e'], ['runs prune --older-than 30d']]));
  addRunsOptions(list).action((options: RunsOptions) =>
    perform(options, async (context) => (await import('./runs.ts')).listRuns(options, context)),
  );
  const show = list
    .command('show')
    .description('show one run with its chunks')
    .argument('<run-id>', 'the run, or the first characters of its id');
  addHelp(
    show,
    helpWith([['runs show 3f2a9c1e'], ['runs show 3f2a9c1e --json']], {
      6: 'the run is in progress: ask again when it has ended',
    }),
  );
  addRunsOptions(show).action((id: string) => {
    const options = show.optsWithGlobals<RunsOptions>();
    return perform(options, async (context) => (await import('./runs.ts')).showRun(id, options, context));
  });
  const prune = list.command('prune').description('remove the records of runs that ended long ago');
  addHelp(prune, helpWith([['runs prune'], ['runs prune --older-than 30d']]));
  addRunsOptions(prune.option('--older-than <days>', 'remove those that ended longer ago', days, 90)).action(() => {
    const options = prune.optsWithGlobals<PruneOptions>();
    return perform(options, async (context) => (await import('./runs.ts')).pruneRuns(options, context));
  });
  const forget = list
    .command('forget')
    .description('take one run out of the ledger: its records are unknown from then on')
    .argument('<run-id>', 'the run, or the first characters of its id');
  addHelp(
    forget,
    helpWith([['runs forget 3f2a9c1e'], ['runs forget 3f2a9c1e --yes']], { 6: 'the run is in progress' }),
  );
  addRunsOptions(forget.option('--yes', 'ask nothing')).action((id: string) => {
    const options = forget.optsWithGlobals<ForgetOptions>();
    return perform(options, async (context) => (await import('./runs.ts')).forgetRun(id, options, context));
  });
}
