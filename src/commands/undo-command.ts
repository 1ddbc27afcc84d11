import { type Command, InvalidArgumentError, Option } from './commander.ts';
import type { Perform } from './context.ts';
import { addHelp, apiEnvironment } from './help.ts';
import { addProfileOption, addSettingOptions, type Given } from './setting-options.ts';

/** The options of `undo`, with their settings. */
export interface UndoOptions {
  readonly rows?: 'failed';
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** Seconds. */
  readonly settle: number;
  readonly assume?: 'missing';
  readonly json?: boolean;
  readonly color: boolean;
  readonly profile?: string;
  readonly apiKeyFile?: string;
  readonly baseUrl: string;
  readonly org?: string;
  readonly concurrency: number;
  readonly timeout: number;
  readonly retries: number;
  readonly rate?: number;
}

/** The settings of `undo`, but for the key. */
export const undoSettings = ['base_url', 'org', 'concurrency', 'timeout', 'retries', 'rate'] as const;

const settle = (text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 3600) return value;
  throw new InvalidArgumentError('It must be a number of seconds from 0 to 3600.');
};

/** `undo`. */
export function declareUndo(command: Command, perform: Perform): void {
  command.argument('<run-id>', 'the run, or the first characters of its id');
  addHelp(command, {
    examples: [
      ['undo 3f2a9c1e --dry-run', 'say what would be deleted'],
      ['undo 3f2a9c1e', 'delete it, after a question'],
      ['undo 3f2a9c1e --rows failed --yes', 'delete only what has no emissions'],
    ],
    exitCodes: {
      0: 'all is gone',
      2: 'usage or configuration, or not confirmed; nothing was deleted',
      4: 'the API refused key or organisation',
      5: 'not all is deleted yet, or it is unknown what was stored: run it again',
      6: 'the run is in progress',
      130: 'interrupted (143 by SIGTERM): run it again',
    },
    environment: [...apiEnvironment, 'XDG_STATE_HOME'],
  });
  command
    .addOption(new Option('--rows <which>', 'only those that the API could not calculate').choices(['failed']))
    .option('--dry-run', 'say what would be deleted, and delete nothing')
    .option('--yes', 'ask nothing')
    .option('--settle <seconds>', 'how long after the last deletion the list is looked at; 0: not', settle, 10)
    .addOption(new Option('--assume <fate>', 'end by your word what stays uncertain').choices(['missing']))
    .option('--json', 'one JSON document on stdout')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .optionsGroup('The account (default: that of the run):');
  addSettingOptions(addProfileOption(command, 'that of the run'), ['api_key_file', ...undoSettings], false).action(
    (id: string, options: Given<UndoOptions>) =>
      perform(options, async (context) => (await import('./account/undo.ts')).undo(id, options, context)),
  );
}
