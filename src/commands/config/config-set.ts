import { resolve } from 'node:path';
import { changeConfigFile, type ConfigFile, profileName } from '../../config/config-file.ts';
import { chooseProfile, readEnvFile } from '../../config/configuration.ts';
import { configPath } from '../../config/directories.ts';
import {
  isSettingName,
  keySettings,
  readSettingText,
  type SettingName,
  settingNames,
  settings,
  type Settings,
} from '../../config/settings.ts';
import { asRunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { didYouMean } from '../../mapping/names.ts';
import type { ConfigOptions } from '../config-command.ts';
import type { CommandContext } from '../context.ts';
import { keyReading } from '../key-reading.ts';
import { showFailure } from '../show-summary.ts';

const firstProfile = 'default';

/** `config set`: keeps one setting in a profile, which is made where it is not there. */
export const setConfig = (
  setting: string,
  value: string | undefined,
  options: ConfigOptions,
  context: CommandContext,
): Promise<ExitCode> =>
  change(options, context, async () => {
    if (setting === 'profile') return (file) => chooseDefault(file, value);
    const name = knownSetting(setting);
    const kept = await readValue(name, value, context);
    return (file, profile) => keepSetting(file, profile, name, kept, context);
  });

/** @throws RunError (exit 2) for a value that the setting can't have */
async function readValue(
  name: SettingName,
  value: string | undefined,
  context: CommandContext,
): Promise<string | number> {
  const given = name === 'api_key' ? await readKeyValue(value, context) : value;
  if (given === undefined) {
    throw usageError('SETTING_INVALID', `${name} needs a value`, `dcycle-upload config set ${name} <value>`);
  }
  const read = readSettingText(name, given);
  if ('wrong' in read) throw usageError('SETTING_INVALID', `${name} ${read.wrong}`);
  // A path is kept as one that holds everywhere.
  return name === 'api_key_file' ? resolve(context.workingDirectory, String(read.value)) : read.value;
}

function keepSetting(
  file: ConfigFile,
  profile: string,
  name: SettingName,
  kept: string | number,
  context: CommandContext,
): Change {
  const others = keySettings.filter((each) => each !== name && file.profiles[profile]?.[each] !== undefined);
  const replaced = (keySettings as readonly SettingName[]).includes(name) ? others : [];
  return {
    file: withProfile(file, profile, { ...without(file.profiles[profile], replaced), [name]: kept }),
    said: [
      `${name} is set in profile ${profile}`,
      ...replaced.map((each) => `${each} is removed from it: a key has one source`),
      ...strongerThan(name, context),
    ],
  };
}

/** `config unset`: removes one setting from a profile. */
export const unsetConfig = (setting: string, options: ConfigOptions, context: CommandContext): Promise<ExitCode> =>
  change(options, context, () => (file, profile) => {
    if (setting === 'profile') {
      const { profile: _profile, ...rest } = file;
      return { file: rest, said: ['no profile is used now where none is named'] };
    }
    const name = knownSetting(setting);
    const settingsOfProfile = Object.hasOwn(file.profiles, profile) ? file.profiles[profile] : undefined;
    if (settingsOfProfile?.[name] === undefined) {
      return { file, said: [`${name} was not set in profile ${profile}`] };
    }
    return {
      file: withProfile(file, profile, without(settingsOfProfile, [name])),
      said: [`${name} is removed from profile ${profile}`],
    };
  });

interface Change {
  readonly file: ConfigFile;
  readonly said: readonly string[];
}

type MakeChange = (file: ConfigFile, profile: string) => Change;

/** @param prepare asks what is to be asked, before the file is taken */
async function change(
  options: ConfigOptions,
  context: CommandContext,
  prepare: () => MakeChange | Promise<MakeChange>,
): Promise<ExitCode> {
  const { environment, workingDirectory, terminal } = context;
  try {
    const path = configPath(environment);
    const make = await prepare();
    const envFile = await readEnvFile(workingDirectory);
    let said: readonly string[] = [];
    await changeConfigFile(path, didYouMean, (file) => {
      const chosen = chooseProfile(options.profile, environment, envFile, file);
      const changed = make(file, chosen?.name ?? firstProfile);
      ({ said } = changed);
      return changed.file;
    });
    terminal.out(`${[...said, path].join('\n')}\n`);
    return ExitCode.ok;
  } catch (error) {
    const failure = asRunError(error);
    showFailure(failure, {}, terminal);
    return failure.exitCode;
  }
}

/** The file with a profile in the place of the one of its name; the first one is used where none is named. */
export const withProfile = (file: ConfigFile, name: string, profile: Settings): ConfigFile => ({
  ...file,
  profile: file.profile ?? name,
  profiles: { ...file.profiles, [name]: profile },
});

const without = (profile: Settings | undefined, names: readonly SettingName[]): Settings =>
  Object.fromEntries(Object.entries(profile ?? {}).filter(([name]) => !names.includes(name as SettingName)));

function knownSetting(text: string): SettingName {
  if (isSettingName(text)) return text;
  // What looks like no name may be a key that was given in the wrong place.
  const isName = /^[a-z_-]{1,30}$/i.test(text);
  throw usageError(
    'SETTING_UNKNOWN',
    isName ? `there is no setting "${text}"${didYouMean(text, settingNames)}` : 'there is no such setting',
    `the settings are ${settingNames.join(', ')}; and profile`,
  );
}

/** A key on the command line is in the shell's history, and other users of the machine may have seen it. */
async function readKeyValue(value: string | undefined, context: CommandContext): Promise<string> {
  if (value === undefined) return keyReading(context).readInput();
  throw usageError(
    'KEY_ON_COMMAND_LINE',
    'the API key may not be given on the command line, where others can read it; it was not kept',
    'dcycle-upload config set api_key < file, or without a value to be asked; consider replacing that key',
  );
}

function chooseDefault(file: ConfigFile, name: string | undefined): Change {
  const names = Object.keys(file.profiles);
  if (name !== undefined && Object.hasOwn(file.profiles, name)) {
    return { file: { ...file, profile: name }, said: [`profile ${name} is used now where none is named`] };
  }
  const isName = name !== undefined && profileName.safeParse(name).success;
  throw usageError(
    'PROFILE_UNKNOWN',
    isName ? `there is no profile "${name}"${didYouMean(name, names)}` : 'profile needs the name of a profile',
    names.length === 0 ? 'there are none yet: dcycle-upload config init' : `there are ${names.join(', ')}`,
  );
}

/** An environment variable wins over any profile. */
function strongerThan(name: SettingName, { environment }: CommandContext): readonly string[] {
  const variable = (keySettings as readonly SettingName[]).includes(name)
    ? settings.api_key.variable
    : settings[name].variable;
  if (variable === undefined || (environment[variable] ?? '') === '') return [];
  return [`note: ${variable} is set in the environment, and wins over it`];
}
