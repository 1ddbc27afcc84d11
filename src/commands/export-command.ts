import { kindNames, type RecordKind } from '../records/kind.ts';
import { Argument, type Command, InvalidArgumentError, Option } from './commander.ts';
import type { Perform } from './context.ts';
import { addHelp, apiEnvironment } from './help.ts';
import { addProfileOption, addSettingOptions, type Given } from './setting-options.ts';

/** The options of `export`, with their settings. */
export interface ExportOptions {
  /** ISO 8601 dates, both included. */
  readonly from?: string;
  readonly to?: string;
  readonly client?: string;
  readonly movement?: readonly string[];
  readonly status?: 'pending' | 'active' | 'error';
  readonly out?: string;
  readonly profile?: string;
  readonly apiKeyFile?: string;
  readonly baseUrl: string;
  readonly org?: string;
  readonly timeout: number;
  readonly retries: number;
  readonly rate?: number;
  readonly color: boolean;
}

/** The settings of calls that only read, but for the key. */
export const readingSettings = ['base_url', 'org', 'timeout', 'retries', 'rate'] as const;

const day = (text: string): string => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // `Date.parse` takes 30 February for 2 March.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('It must be a date such as 2025-06-15.');
};

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** `export`. */
export function declareExport(command: Command, perform: Perform): void {
  command.addArgument(new Argument('<kind>', 'which records').choices(kindNames));
  addHelp(command, {
    examples: [
      ['export requests --from 2025-01-01 --to 2025-12-31 --out 2025.csv'],
      ['export requests --status error --out failed.jsonl'],
      ['export recharges | dcycle-upload recharges - --local'],
    ],
    exitCodes: {
      0: 'all records that were asked for are written',
      2: "usage or configuration: missing credentials, a file that can't be written",
      4: 'the API refused key or organisation',
      5: "the records can't be read to the end, or changed meanwhile; no file is written",
    },
    environment: apiEnvironment,
  });
  command
    .optionsGroup('Which records:')
    .option('--from <date>', 'of this day and later', day)
    .option('--to <date>', 'of this day and earlier', day)
    .option('--client <name>', 'shipments of this client')
    .option('--movement <id>', 'shipments with this movement_id; may be repeated', collect)
    .addOption(new Option('--status <status>', 'shipments that are').choices(['pending', 'active', 'error']))
    .optionsGroup('Writing:')
    .option('--out <file>', 'where to: .csv or .jsonl (default: CSV on standard output)')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .optionsGroup('The account:');
  addSettingOptions(addProfileOption(command), ['api_key_file', ...readingSettings]).action(
    (kind: RecordKind['name'], options: Given<ExportOptions>) =>
      perform(options, async (context) => (await import('./account/export.ts')).exportRecords(kind, options, context)),
  );
}
