import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import type { CommandContext, Perform } from './context.ts';
import { addHelp, apiEnvironment } from './help.ts';
import { addProfileOption } from './setting-options.ts';

/** The options of the `config` commands. */
export interface ConfigOptions {
  readonly profile?: string;
  readonly color: boolean;
}

export interface ConfigShowOptions extends ConfigOptions {
  readonly origin?: boolean;
  readonly json?: boolean;
}

const exitCodes = { 0: 'done', 2: "usage, or a configuration file that is not valid or can't be read or written" };

/** `config init`, `config show`, `config set` and `config unset`. */
export function declareConfig(config: Command, perform: Perform): void {
  addHelp(config, {
    examples: [
      ['config init', 'ask for everything, and check it'],
      ['config show --origin', 'what applies, and where it comes from'],
      ['config set chunk_size 1000 --profile staging'],
      ['config set api_key < key.txt'],
    ],
    exitCodes,
    environment: ['DCYCLE_PROFILE', 'XDG_CONFIG_HOME'],
  });

  const run = (options: ConfigOptions, command: (context: CommandContext) => Promise<ExitCode>): Promise<void> =>
    perform(options, command);
  const finish = (command: Command): Command =>
    addProfileOption(command).option('--no-color', 'no colours (also: NO_COLOR)');

  const init = config.command('init').description('ask for credentials, check them with the API, and keep them');
  addHelp(init, {
    examples: [['config init'], ['config init --profile staging']],
    exitCodes: { ...exitCodes, 130: 'given up; nothing was changed' },
    environment: apiEnvironment,
  });
  finish(init).action((options: ConfigOptions) =>
    run(options, async (context) => (await import('./config/config-init.ts')).initConfig(options, context)),
  );

  const show = config.command('show').description('show each setting as it applies here; a key is never shown');
  addHelp(show, {
    examples: [['config show'], ['config show --origin --profile staging'], ['config show --json']],
    exitCodes: { ...exitCodes, 0: 'shown' },
    environment: apiEnvironment,
  });
  finish(
    show.option('--origin', 'also where each value comes from').option('--json', 'one JSON document on stdout'),
  ).action((options: ConfigShowOptions) =>
    run(options, async (context) => (await import('./config/config-show.ts')).showConfig(options, context)),
  );

  const set = config
    .command('set')
    .description('keep one setting in a profile; the API key is read from standard input, or asked for')
    .argument('<setting>', 'one that config show lists; or profile, the one that is used where none is named')
    .argument('[value]', 'its value; for api_key none');
  addHelp(set, {
    examples: [
      ['config set org a8315ef3-dd50-43f8-b7ce-d839e68d51fa'],
      ['config set api_key < key.txt'],
      ['config set api_key_command "pass show dcycle"'],
      ['config set profile staging', 'use it from now on'],
    ],
    exitCodes: { ...exitCodes, 130: 'given up; nothing was changed' },
    environment: ['DCYCLE_PROFILE', 'XDG_CONFIG_HOME'],
  });
  finish(set).action((setting: string, value: string | undefined, options: ConfigOptions) =>
    run(options, async (context) =>
      (await import('./config/config-set.ts')).setConfig(setting, value, options, context),
    ),
  );

  const unset = config
    .command('unset')
    .description('remove one setting from a profile')
    .argument('<setting>', 'the setting, or profile');
  addHelp(unset, {
    examples: [['config unset rate'], ['config unset api_key --profile staging']],
    exitCodes,
    environment: ['DCYCLE_PROFILE', 'XDG_CONFIG_HOME'],
  });
  finish(unset).action((setting: string, options: ConfigOptions) =>
    run(options, async (context) => (await import('./config/config-set.ts')).unsetConfig(setting, options, context)),
  );
}
