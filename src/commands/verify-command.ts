import type { RecordKind } from '../records/kind.ts';
import type { Command } from './commander.ts';
import type { Perform } from './context.ts';
import { readingSettings } from './export-command.ts';
import { addHelp, apiEnvironment } from './help.ts';
import { kindArgument } from './kind-argument.ts';
import { addProfileOption, addSettingOptions, type Given } from './setting-options.ts';
import { addReadingOptions, type ReadingOptions } from './upload-options.ts';

/** The options of `verify`, with their settings. */
export interface VerifyOptions extends ReadingOptions {
  readonly out?: string;
  readonly json?: boolean;
  readonly color: boolean;
  readonly profile?: string;
  readonly apiKeyFile?: string;
  readonly baseUrl: string;
  readonly org?: string;
  readonly timeout: number;
  readonly retries: number;
  readonly rate?: number;
}

/** `verify`. */
export function declareVerify(command: Command, perform: Perform): void {
  command
    .addArgument(kindArgument())
    .argument(
      '<file...>',
      'files as they were uploaded, also .gz, .zst or .zip, or workbooks; a folder or a glob; - is standard input',
    );
  addHelp(command, {
    examples: [
      ['verify requests shipments.csv'],
      ['verify requests january.csv february.csv --out differences.csv'],
      ['verify recharges fuel.csv --json'],
    ],
    exitCodes: {
      0: 'the account has every record once',
      1: 'it does not: some are missing, there twice, different, or without emissions; or rows are not valid',
      2: 'usage or configuration: missing credentials, a bad mapping',
      3: "the input can't be read",
      4: 'the API refused key or organisation',
      5: 'of some records it could not be told; run it again',
      130: 'interrupted (143 by SIGTERM)',
    },
    environment: apiEnvironment,
  });
  addReadingOptions(command)
    .optionsGroup('Writing:')
    .option('--out <file>', 'every record that is not there once, as it is: .csv or .jsonl')
    .option('--json', 'one JSON document on stdout')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .optionsGroup('The account:');
  addSettingOptions(addProfileOption(command), ['api_key_file', ...readingSettings]).action(
    (kind: RecordKind['name'], paths: string[], options: Given<VerifyOptions>) =>
      perform(options, async (context) => (await import('./account/verify.ts')).verify(kind, paths, options, context)),
  );
}
