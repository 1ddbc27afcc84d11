import { type Configuration, findSetting, readConfiguration } from '../config/configuration.ts';
import { optionNameOf, type SettingName, settingNames, type SettingOption, type Settings } from '../config/settings.ts';
import { didYouMean } from '../mapping/names.ts';
import type { CommandContext } from './context.ts';
import type { Given } from './setting-options.ts';

/**
 * Reads what is configured, on the command line and elsewhere.
 *
 * @throws RunError (exit 2) for a file that is not valid, or a profile that is not there
 */
export function readConfigurationFor(
  given: { readonly profile?: string },
  { environment, workingDirectory }: CommandContext,
): Promise<Configuration> {
  const options = given as Readonly<Partial<Record<SettingOption, unknown>>>;
  const values: Settings = Object.fromEntries(settingNames.map((name) => [name, options[optionNameOf(name)]]));
  return readConfiguration({ profile: given.profile, values }, { environment, workingDirectory, suggest: didYouMean });
}

/**
 * Completes options with the settings that the command line did not give: from the other sources, or else their defaults.
 *
 * @param names the settings that the command has
 * @param earlier what comes before the defaults: a run that is continued has a target already
 */
export function withSettings<Options>(
  given: Given<Options>,
  names: readonly SettingName[],
  configuration: Configuration,
  earlier: Readonly<Partial<Record<SettingOption, string>>> = {},
): Options {
  const own = given as Readonly<Partial<Record<SettingOption, unknown>>>;
  const found = names.flatMap((name) => {
    const option = optionNameOf(name);
    const setting = findSetting(configuration, name);
    const isSet = setting !== undefined && setting.origin.kind !== 'default';
    const value = isSet ? setting.value : (earlier[option] ?? setting?.value);
    return own[option] !== undefined || value === undefined ? [] : [[option, value] as const];
  });
  return { ...given, ...Object.fromEntries(found) } as Options;
}
