import type { Command } from 'commander';
import { addReadingOptions, type ReadingOptions } from './upload-options.ts';

/** The options of `inspect` as commander gives them. */
export interface InspectOptions extends ReadingOptions {
  readonly saveMap?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

export const addInspectOptions = (command: Command): Command =>
  addReadingOptions(command)
    .optionsGroup('Writing:')
    .option('--save-map <file>', 'write a mapping file that makes the next run depend on nothing detected')
    .option('--json', 'one JSON document on stdout')
    .option('--no-color', 'no colours (also: NO_COLOR)');
