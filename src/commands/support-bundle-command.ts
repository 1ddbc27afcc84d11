import { kindNames, type RecordKind } from '../records/kind.ts';
import { type Command, Option } from './commander.ts';
import type { Perform } from './context.ts';
import { addHelp } from './help.ts';
import { addReadingOptions, type ReadingOptions } from './upload-options.ts';

/** The options of `support-bundle` as commander gives them. */
export interface SupportBundleOptions extends ReadingOptions {
  readonly run?: string;
  readonly input?: string;
  readonly kind?: RecordKind['name'];
  readonly out?: string;
  readonly color: boolean;
}

export function declareSupportBundle(command: Command, perform: Perform): void {
  addHelp(command, {
    examples: [
      ['support-bundle', 'about this machine'],
      ['support-bundle --run 3f2a9c1e', 'and about a run'],
      ['support-bundle --input export.csv --kind requests', 'and how a file is built'],
      ['support-bundle --out - | less', 'read it before it is written'],
    ],
    exitCodes: {
      0: 'written',
      2: "usage: an unknown run, a file that exists or can't be written",
      6: 'the run is in progress: ask again when it has ended',
    },
    environment: ['XDG_STATE_HOME', 'XDG_CACHE_HOME'],
  });
  command
    .optionsGroup('What it is about:')
    .option('--run <run-id>', 'a run, or the first characters of its id')
    .option(
      '--input <file>',
      'a CSV or JSONL file, also .gz or .zst, or a workbook: its columns, and patterns of their values',
    )
    .addOption(new Option('--kind <kind>', 'what the file holds (default: that of --run)').choices(kindNames));
  addReadingOptions(command)
    .optionsGroup('Writing:')
    .option('--out <file>', 'where to write it, - for stdout (default: dcycle-upload-support-<time>.json)')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action((options: SupportBundleOptions) =>
      perform(options, async (context) => {
        const { supportBundle } = await import('./support/support-bundle.ts');
        return supportBundle(options, context);
      }),
    );
}
