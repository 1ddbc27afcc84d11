import type { Assumption } from '../delivery/doubt.ts';
import { type Command, Option } from './commander.ts';
import type { Perform } from './context.ts';
import { addDisplayOptions, type DisplayOptions } from './display-options.ts';
import { addHelp, apiEnvironment, deliveryExitCodes } from './help.ts';
import { addSettleOptions } from './settle-options.ts';
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
  readonly chunkSize?: number;
  readonly settle?: number;
  readonly settleRounds?: number;
  readonly assume?: Assumption;
  readonly logFile?: string;
}

export function declareResume(command: Command, perform: Perform): void {
  command.argument('<run-id>', 'the run, or the first characters of its id');
  addHelp(command, {
    examples: [['resume 3f2a9c1e'], ['resume 3f2a9c1e --assume stored']],
    exitCodes: deliveryExitCodes,
    environment: [...apiEnvironment, 'XDG_STATE_HOME'],
  });
  addProfileOption(command.optionsGroup('Sending (default: as the run was started):'), 'that of the run');
  addSettingOptions(command, ['api_key_file', 'chunk_size', 'concurrency', 'rate', 'timeout', 'retries'], false);
  addSettleOptions(command)
    .addOption(new Option('--assume <fate>', 'end what stays uncertain by your word').choices(['stored', 'missing']))
    .option('--gzip', 'compress request bodies')
    .option('--no-gzip', 'send plain request bodies')
    .option('--resend-uncertain', 'the same as --assume missing: send them again')
    .optionsGroup('Writing:')
    .option('--log-file <file>', 'append what happens as JSON Lines (default: the log of the run, if it had one)');
  addDisplayOptions(command).action((id: string, options: ResumeOptions) =>
    perform(options, async (context) => {
      const { resume } = await import('./upload/earlier-run.ts');
      return resume(id, options, context);
    }),
  );
}
