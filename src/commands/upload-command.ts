import type { Command } from 'commander';
import type { RecordKind } from '../records/kind.ts';
import type { Perform } from './context.ts';
import { addHelp, apiEnvironment, type CommandHelp, deliveryExitCodes } from './help.ts';
import type { Given } from './setting-options.ts';
import { addUploadOptions, type UploadOptions } from './upload-options.ts';

const examples: Readonly<Record<RecordKind['name'], CommandHelp['examples']>> = {
  requests: [
    ['requests shipments.csv'],
    ['requests shipments.csv --local --out results.csv'],
    ['requests january.csv february.jsonl.gz --dry-run'],
    ['requests exports/ --since-last'],
    ['requests export.csv --map client="Ship to" --set category=road'],
  ],
  recharges: [
    ['recharges daily_recharges.csv'],
    ['recharges fuel.csv --dry-run'],
    ['recharges fuel.csv --local --map quantity=L --set country=ES'],
  ],
};

/** `requests` and `recharges`. */
export function declareUpload(command: Command, perform: Perform): void {
  const kind = command.name() as RecordKind['name'];
  command.argument(
    '<file...>',
    'CSV, JSONL or Parquet files, also .gz, .zst or .zip, or workbooks (.xlsx, .ods); a folder or a glob in quotes; - is standard input',
  );
  addHelp(command, {
    examples: examples[kind],
    exitCodes: deliveryExitCodes,
    environment: [...apiEnvironment, 'XDG_STATE_HOME', 'CHROME_PATH'],
  });
  addUploadOptions(command, kind).action((paths: string[], options: Given<UploadOptions>) =>
    perform(options, async (context) => {
      const { upload } = await import('./upload/upload.ts');
      return upload(kind, paths, options, context);
    }),
  );
}
