import type { Command } from 'commander';
import type { RecordKind } from '../records/kind.ts';
import type { Perform } from './context.ts';
import { addHelp } from './help.ts';
import { kindArgument } from './kind-argument.ts';
import { addTableOptions, type ReadingOptions } from './upload-options.ts';

/** The options of `map` as commander gives them. */
export interface MapOptions extends Pick<ReadingOptions, 'delimiter' | 'encoding' | 'format' | 'sheet'> {
  readonly answers?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly color: boolean;
}

export function declareMap(command: Command, perform: Perform): void {
  command.addArgument(kindArgument()).argument('<file>', 'a CSV or JSONL file, also .gz, .zst or .zip, or a workbook');
  addHelp(command, {
    examples: [
      ['map requests export.csv', 'answer questions at the terminal'],
      ['map requests export.csv --json', 'list the questions'],
      ['map requests export.csv --answers answers.json', 'answer them from a file'],
    ],
    exitCodes: {
      0: 'nothing is open',
      1: 'questions are open',
      2: 'an answer that is not valid; a file that no mapping file helps; a mapping file that can’t be written',
      3: "the input can't be read",
      130: 'given up; what was answered is kept',
    },
  });
  addTableOptions(command)
    .option('--answers <file>', 'answer from parts of a mapping file (JSON) instead of asking')
    .optionsGroup('Writing:')
    .option('--out <file>', 'mapping file (default: <file>.mapping.json, next to the file)')
    .option('--json', 'list what is open as one JSON document on stdout, and ask nothing')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action((kind: RecordKind['name'], path: string, options: MapOptions) =>
      perform(options, async (context) => {
        const { map } = await import('./map/map.ts');
        return map(kind, path, options, context);
      }),
    );
}
