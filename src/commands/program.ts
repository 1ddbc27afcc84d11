import { Command } from 'commander';
import { version } from '../version.ts';
import { addCatalogueCommands } from './catalogue-command.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addConfigCommands } from './config-command.ts';
import type { Perform } from './context.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addHelpCommand } from './help-command.ts';
import { addHelp, allEnvironment, helpLayout } from './help.ts';
import { addInspectCommand } from './inspect-command.ts';
import { addResultsCommand } from './results-command.ts';
import { addResumeCommand } from './resume-command.ts';
import { addRunsCommands } from './runs-command.ts';
import { addServeCommand } from './serve-command.ts';
import { addSupportBundleCommand } from './support-bundle-command.ts';
import { addTemplateCommand } from './template-command.ts';
import { addUploadCommands } from './upload-command.ts';

/** The command line: every command with its options and help. A command's own module is imported when it is performed. */
export function createProgram(perform: Perform): Command {
  const program = new Command('dcycle-upload')
    .description("Bring shipments and fuel purchases from CSV and JSONL files into Dcycle's Logistics API.")
    .version(version, '-V, --version', 'show the version')
    .exitOverride()
    // Whoever started it says what is wrong, with what was probably meant: see usageFailure.
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(false)
    .configureHelp(helpLayout)
    .helpOption('-h, --help', 'show this help');
  addHelp(program, {
    examples: [
      ['requests shipments.csv', 'upload shipments'],
      ['requests shipments.csv --dry-run', 'only check them'],
      ['requests shipments.csv --local', 'calculate their emissions here'],
      ['recharges fuel.csv', 'upload fuel purchases'],
      ['inspect requests shipments.csv', 'show what is understood of it'],
      ['template requests', 'write a file to start from'],
      ['tocs --search diesel', 'list vehicle types'],
      ['fuels --sync', 'list the fuels of your account'],
      ['resume <run-id>', 'finish an interrupted upload'],
      ['config init', 'keep key and organisation'],
      ['doctor', 'check what an upload needs'],
      ['support-bundle --run <run-id>', 'collect what a report needs'],
      ['serve', 'run the API on this machine'],
    ],
    exitCodes: {
      0: 'every record was accepted (or is valid, in a dry run)',
      1: 'finished, but some rows were rejected: see the error report',
      2: 'usage or configuration; nothing was sent',
      3: "the input can't be read; nothing was sent",
      4: 'the API refused the key or the organisation',
      5: 'delivery is incomplete: network, time-outs, 5xx, uncertain chunks',
      6: 'the same upload is in progress',
      7: 'stopped early at --max-errors or --stop-on-error',
      8: 'delivered, and the API has not calculated everything yet',
      130: 'interrupted (143 by SIGTERM)',
    },
    environment: allEnvironment,
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
  addCompletionCommand(program, perform);
  addSupportBundleCommand(program, perform);
  addHelpCommand(program);
  return program;
}
