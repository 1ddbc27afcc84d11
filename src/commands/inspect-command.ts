import type { Command } from 'commander';
import type { RecordKind } from '../records/kind.ts';
import type { Perform } from './context.ts';
import { addHelp } from './help.ts';
import { kindArgument } from './kind-argument.ts';
import { addReadingOptions, type ReadingOptions } from './upload-options.ts';

/** The options of `inspect` as commander gives them. */
export interface InspectOptions extends ReadingOptions {
  readonly saveMap?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

export function declareInspect(command: Command, perform: Perform): void {
  command
    .addArgument(kindArgument())
    .argument('<file>', 'a CSV or JSONL file, also .gz, .zst or .zip, or a workbook; - is standard input');
  addHelp(command, {
    examples: [['inspect requests export.csv'], ['inspect recharges fuel.csv --save-map fuel.json']],
    exitCodes: {
      0: 'the columns are understood',
      1: 'no row of the sample is valid',
      2: 'the columns are not enough, or not clear; a bad mapping; a file that exists',
      3: "the input can't be read",
    },
  });
  addReadingOptions(command)
    .optionsGroup('Writing:')
    .option('--save-map <file>', 'write a mapping file that makes the next run depend on nothing detected')
    .option('--json', 'one JSON document on stdout')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action((kind: RecordKind['name'], path: string, options: InspectOptions) =>
      perform(options, async (context) => {
        const { inspect } = await import('./inspect.ts');
        return inspect(kind, path, options, context);
      }),
    );
}
