import type { Command } from 'commander';
import type { Perform } from './context.ts';
import { addDisplayOptions, type DisplayOptions } from './display-options.ts';
import { addHelp, apiEnvironment } from './help.ts';
import { addReportOptions, type ReportOptions } from './report-options.ts';
import { seconds } from './seconds.ts';
import { addProfileOption, addSettingOptions } from './setting-options.ts';

/** The options of `results` as commander gives them. */
export interface ResultsOptions extends DisplayOptions, ReportOptions {
  readonly out?: string;
  readonly errors?: string;
  readonly wait?: number | true;
  readonly compare?: boolean;
  readonly account?: boolean;
  readonly profile?: string;
  readonly apiKeyFile?: string;
  readonly logFile?: string;
}

export function declareResults(command: Command, perform: Perform): void {
  command.argument('<run-id>', 'the run, or the first characters of its id');
  addHelp(command, {
    examples: [
      ['results 3f2a9c1e'],
      ['results 3f2a9c1e --wait 600 --out emissions.csv'],
      ['results 3f2a9c1e --compare'],
      ['results 3f2a9c1e --account', 'compare its sums with what the account reports'],
    ],
    exitCodes: {
      0: 'every record is calculated',
      1: 'some rows have no emissions: see the error report; with --account: the account has less than the run has brought',
      2: 'usage or configuration: an unknown run, a run of another account',
      3: "the input can't be read, or has changed since the upload",
      4: 'the API refused key or organisation',
      5: "the upload was incomplete: resume finishes it; or the API can't be read",
      6: 'the run is in progress',
      8: 'not all is calculated yet: run it again later, or with --wait',
    },
    environment: [...apiEnvironment, 'XDG_STATE_HOME', 'CHROME_PATH'],
  });
  command
    .option('--out <file>', 'results, .csv, .jsonl or .xlsx, - for stdout (default: <name>.results.csv)')
    .option('--errors <file>', 'error report, .csv or .jsonl (default: <name>.results.errors.csv)');
  addReportOptions(command)
    .option('--wait [seconds]', 'wait until all is calculated (default: an hour)', seconds)
    .option('--compare', 'add the figure of the embedded calculator, and list the rows that differ most')
    .option('--account', 'compare the sums of the run with what the account reports for its days; reads no input');
  addSettingOptions(addProfileOption(command, 'that of the run'), ['api_key_file']).option(
    '--log-file <file>',
    'append what happens as JSON Lines (default: the log of the run, if it had one)',
  );
  addDisplayOptions(command).action((id: string, options: ResultsOptions) =>
    perform(options, async (context) => {
      if (options.account === true) {
        return (await import('./account/account-results.ts')).accountResults(id, options, context);
      }
      const { results } = await import('./upload/earlier-run.ts');
      return results(id, options, context);
    }),
  );
}
