import { Command } from 'commander';
import { version } from '../version.ts';
import { addCatalogueCommands } from './catalogue-command.ts';
import { addConfigCommands } from './config-command.ts';
import type { Perform } from './context.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addHelp } from './help.ts';
import { addInspectCommand } from './inspect-command.ts';
import { addResultsCommand } from './results-command.ts';
import { addResumeCommand } from './resume-command.ts';
import { addRunsCommands } from './runs-command.ts';
import { addServeCommand } from './serve-command.ts';
import { addTemplateCommand } from './template-command.ts';
import { addUploadCommands } from './upload-command.ts';

/** The command line: every command with its options and help. A command's own module is imported when it is performed. */
export function createProgram(perform: Perform): Command {
  const program = new Command('dcycle-upload')
    .description("Bring shipments and fuel purchases from CSV and JSONL files into Dcycle's Logistics API.")
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .showSuggestionAfterError();
  addHelp(program, {
    examples: [
      ['requests shipments.csv', 'upload shipments'],
      ['requests shipments.csv --dry-run', 'only check them'],
      ['requests shipments.csv --local', 'calculate their emissions here'],
      ['recharges fuel.csv', 'upload fuel purchases'],
      ['inspect requests shipments.csv', 'show what is understood of a file'],
      ['template requests', 'write a file to start from'],
      ['tocs --search diesel', 'list vehicle types with factor and source'],
      ['fuels --sync', 'list fuels, with those of your account'],
      ['resume <run-id>', 'finish an upload that was interrupted'],
      ['config init', 'keep key and organisation, and check them'],
      ['doctor', 'check everything an upload needs'],
      ['serve', 'run the API on this machine, to try and to test'],
    ],
  });
  addUploadCommands(program, perform);
  addInspectCommand(program, perform);
  addTemplateCommand(program, perform);
  addCatalogueCommands(program, perform);
  addResumeCommand(program, perform);
  addResultsCommand(program, perform);
  addRunsCommands(program, perform);
  addConfigCommands(program, perform);
  addDoctorCommand(program, perform);
  addServeCommand(program, perform);
  return program;
}

/** An unknown option may carry a secret, and a key is one: their values are not shown. */
export const withoutValues = (text: string): string =>
  text
    .replace(/(unknown option '--?[^=']+)=[^']*/g, '$1')
    .replace(/(option '--api-key .*?') argument '.*' is invalid/gs, '$1 is invalid');
