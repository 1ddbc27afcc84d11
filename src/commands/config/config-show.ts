import { type Configuration, describeOrigin, findKeySetting, findSetting } from '../../config/configuration.ts';
import { keySettings, type SettingName, settingNames, settings, wrongWith } from '../../config/settings.ts';
import { asRunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { renderSettings } from '../../report/settings.ts';
import type { ListedSetting, SettingsDocument } from '../../report/settings-document.ts';
import type { ConfigShowOptions } from '../config-command.ts';
import type { CommandContext } from '../context.ts';
import { showFailure } from '../show-summary.ts';
import { readConfigurationFor } from '../with-settings.ts';

const schema = 'dcycle-upload/settings/1';

/** `config show`: each setting as it applies here. */
export async function showConfig(options: ConfigShowOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  try {
    const document = listSettings(await readConfigurationFor(options, context));
    terminal.out(
      options.json === true
        ? toJson(document)
        : renderSettings(document, describeOrigin, {
            style: terminal.outStyle,
            showsOrigin: options.origin === true,
          }),
    );
    return ExitCode.ok;
  } catch (error) {
    const failure = asRunError(error);
    const { code, message, hint = null } = failure;
    const nothing: SettingsDocument = { schema, file: null, profile: null, profiles: [], settings: [] };
    const document = { ...nothing, error: { code, message, hint } };
    context.failed(document);
    if (options.json === true) terminal.out(toJson(document));
    showFailure(failure, {}, terminal);
    return failure.exitCode;
  }
}

const toJson = (document: SettingsDocument): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** Every setting with its value and origin; of a key only that there is one. */
export function listSettings(configuration: Configuration): SettingsDocument {
  const { file, path, profile } = configuration;
  return {
    schema,
    file: file === undefined ? null : path,
    profile: profile ?? null,
    profiles: Object.keys(file?.profiles ?? {}),
    settings: settingNames.map((name) => listSetting(configuration, name)),
  };
}

function listSetting(configuration: Configuration, name: SettingName): ListedSetting {
  const key = findKeySetting(configuration);
  const isKey = (keySettings as readonly SettingName[]).includes(name);
  // Of the three sources of a key, the one that applies.
  const found = isKey ? (key?.name === name ? key : undefined) : findSetting(configuration, name);
  if (found === undefined) return { name, value: null, is_set: false, wrong: null, origin: null };
  const { kind, isSecret } = settings[name];
  const wrong = wrongWith(kind, found.value) ?? null;
  return {
    name,
    value: isSecret === true || wrong !== null ? null : found.value,
    is_set: true,
    wrong,
    origin: found.origin,
  };
}
