import type { Command } from 'commander';
import type { Perform } from './context.ts';
import { addDisplayOptions, type DisplayOptions } from './display-options.ts';
import { addHelp, apiEnvironment, deliveryExitCodes } from './help.ts';
import { addProfileOption, addSettingOptions } from './setting-options.ts';

/** The options of `resume` as commander gives them: those of the upload that may change. */
export interface ResumeOptions extends DisplayOptions {
  readonly profile?: string;
  readonly apiKeyFile?: string;
  readonly concurrency?: number;
  readonly rate?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly gzip?: boolean;
  readonly resendUncertain?: boolean;
  readonly logFile?: string;
}

export function declareResume(command: Command, perform: Perform): void {
  command.argument('<run-id>', 'the run, or the first characters of its id');
  addHelp(command, {
    examples: [['resume 3f2a9c1e'], ['resume 3f2a9c1e --resend-uncertain']],
    exitCodes: deliveryExitCodes,
    environment: [...apiEnvironment, 'XDG_STATE_HOME'],
  });
  addProfileOption(command.optionsGroup('Sending (default: as the run was started):'), 'that of the run');
  addSettingOptions(command, ['api_key_file', 'concurrency', 'rate', 'timeout', 'retries'], false)
    .option('--gzip', 'compress request bodies')
    .option('--no-gzip', 'send plain request bodies')
    .option('--resend-uncertain', 'send shipments again whose fate can not be found out: they may be stored twice')
    .optionsGroup('Writing:')
    .option('--log-file <file>', 'append what happens as JSON Lines (default: the log of the run, if it had one)');
  addDisplayOptions(command).action((id: string, options: ResumeOptions) =>
    perform(options, async (context) => {
      const { resume } = await import('./upload/earlier-run.ts');
      return resume(id, options, context);
    }),
  );
}
