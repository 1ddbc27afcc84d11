import { type Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from './numbers.ts';
import { localeOption, reportOption } from './report-options.ts';
import { seconds } from './seconds.ts';

/** The options of `resume` as commander gives them: those of the upload that may change. */
export interface ResumeOptions {
  readonly apiKeyFile?: string;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly resendUncertain?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}

/** Adds the options to the command. */
export const addResumeOptions = (command: Command): Command =>
  command
    .optionsGroup('Sending (default: as the run was started):')
    .option('--api-key-file <path>', 'file that holds the API key (default: DCYCLE_API_KEY)')
    .option('--concurrency <n>', 'calls in flight', wholeNumber(1, 64))
    .option('--rate <n>', 'calls a minute at most, evenly', wholeNumber(1, 1_000_000))
    .option('--timeout <seconds>', 'of one call', seconds)
    .option('--retries <n>', 'tries after the first, per call', wholeNumber(0, 100))
    .option('--resend-uncertain', 'send shipments again whose fate can not be found out: they may be stored twice')
    .optionsGroup('Writing:')
    .option('--json', 'the summary as one JSON document on stdout')
    .option('--quiet', 'no progress, no tables; errors still on stderr')
    .option('--verbose', 'every call on stderr, every cause and warning in the summary')
    .option('--no-progress', 'no progress on stderr')
    .option('--no-color', 'no colours (also: NO_COLOR)');

/** The options of `results` as commander gives them. */
export interface ResultsOptions {
  readonly out?: string;
  readonly errors?: string;
  readonly report?: string;
  readonly locale?: string;
  readonly wait?: number | true;
  readonly compare?: boolean;
  readonly apiKeyFile?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}

/** Adds the options to the command. */
export const addResultsOptions = (command: Command): Command =>
  command
    .option('--out <file>', 'results, .csv or .jsonl, - for stdout (default: <name>.results.csv)')
    .option('--errors <file>', 'error report, .csv or .jsonl (default: <name>.results.errors.csv)')
    .option(...reportOption)
    .option(...localeOption)
    .option('--wait [seconds]', 'wait until all is calculated (default: an hour)', seconds)
    .option('--compare', 'put the figure of the embedded calculator beside, and list the rows that differ most')
    .option('--api-key-file <path>', 'file that holds the API key (default: DCYCLE_API_KEY)')
    .option('--json', 'the summary as one JSON document on stdout')
    .option('--quiet', 'no progress, no tables; errors still on stderr')
    .option('--verbose', 'every call on stderr, every cause and warning in the summary')
    .option('--no-progress', 'no progress on stderr')
    .option('--no-color', 'no colours (also: NO_COLOR)');

/** The options of `runs` and its commands. */
export interface RunsOptions {
  readonly json?: boolean;
  readonly color: boolean;
}

export interface PruneOptions extends RunsOptions {
  /** Days. */
  readonly olderThan: number;
}

export const addRunsOptions = (command: Command): Command =>
  command.option('--json', 'one JSON document on stdout').option('--no-color', 'no colours (also: NO_COLOR)');

const days = (text: string): number => {
  const value = Number(/^(\d+)d?$/.exec(text)?.[1]);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a number of days, such as 90d.');
};

export const addPruneOptions = (command: Command): Command =>
  addRunsOptions(command.option('--older-than <days>', 'remove those that ended longer ago', days, 90));
