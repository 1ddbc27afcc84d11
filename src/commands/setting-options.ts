import { readSettingText, type SettingName, type SettingOption, settings } from '../config/settings.ts';
import { type Command, InvalidArgumentError, Option } from './commander.ts';

/** Options as the command line gives them: settings may come from elsewhere, and have no defaults here. */
export type Given<Options> = Omit<Options, SettingOption> & Partial<Pick<Options, SettingOption & keyof Options>>;

/**
 * Adds the options of settings. Commander gives them no defaults: `withSettings` knows those, below all other sources.
 *
 * @param showsDefaults whether the help says what applies without the option
 */
export function addSettingOptions(command: Command, names: readonly SettingName[], showsDefaults = true): Command {
  for (const name of names) command.addOption(createOption(name, showsDefaults));
  return command;
}

/** Adds `--profile`. */
export const addProfileOption = (command: Command, otherwise = 'DCYCLE_PROFILE, else its own'): Command =>
  command.option('--profile <name>', `profile of the configuration file (default: ${otherwise})`);

function createOption(name: SettingName, showsDefaults: boolean): Option {
  const { flag = '', text, optionText = text, kind, variable, default: value } = settings[name];
  const otherwise = [variable, value].filter((each) => each !== undefined).join(', else ');
  const option = new Option(
    flag,
    showsDefaults && otherwise !== '' ? `${optionText} (default: ${otherwise})` : optionText,
  );
  if (kind.type === 'choice') return option.choices([...kind.choices]);
  // A wrong address may hold a password, and is reported where it is used, without it; an empty path likewise.
  if (name === 'base_url' || name === 'api_key_file' || name === 'org') return option;
  return option.argParser((given) => {
    const read = readSettingText(name, given);
    if ('value' in read) return read.value;
    throw new InvalidArgumentError(`It ${read.wrong}.`);
  });
}
