import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { errorCode, errorMessage, usageError } from '../errors.ts';
import { type ConfigFile, profileName, readConfigFile, type Suggest } from './config-file.ts';
import { configPath } from './directories.ts';
import { keySettings, type SettingName, settingNames, settings, type Settings } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value comes from. */
export interface Origin {
  readonly kind: 'option' | 'environment' | '.env' | 'profile' | 'file' | 'default';
  /** Of the option, the variable or the profile; the file itself and defaults have none. */
  readonly name: string | null;
}

/** Values of one source. */
interface Layer {
  readonly kind: 'option' | 'environment' | '.env' | 'profile';
  readonly values: Settings;
}

/** What is configured, source by source. */
export interface Configuration {
  /** The configuration file, whether there is one or not. */
  readonly path: string;
  readonly file: ConfigFile | undefined;
  /** The profile in use. */
  readonly profile: { readonly name: string; readonly origin: Origin } | undefined;
  /** The sources, the strongest first. */
  readonly layers: readonly Layer[];
}

/** A value with its source. */
export interface Found<Value> {
  readonly value: Value;
  readonly origin: Origin;
}

/** What the command line says of the configuration. */
export interface CommandLine {
  /** The profile that `--profile` names. */
  readonly profile?: string | undefined;
  readonly values: Settings;
}

interface Surroundings {
  readonly environment: Environment;
  readonly workingDirectory: string;
  readonly suggest: Suggest;
}

/**
 * Reads what is configured: the command line, the environment, `.env` in the working directory, the profile in the
 * configuration file. A profile that the command line names is stronger than `.env`.
 *
 * @throws RunError (exit 2) for a file that can't be read or is not valid, and a profile that is not there
 */
export async function readConfiguration(
  { profile: asked, values }: CommandLine,
  { environment, workingDirectory, suggest }: Surroundings,
): Promise<Configuration> {
  const path = configPath(environment);
  const envFile = await readEnvFile(workingDirectory);
  const isNamed = [asked, environment[profileVariable], envFile[profileVariable]].some((name) => (name ?? '') !== '');
  const file = await readConfigFile(path, suggest, { mayBeHidden: !isNamed });
  const profile = chooseProfile(asked, environment, envFile, file);
  const strongest: readonly Layer[] = [
    { kind: 'option', values },
    { kind: 'environment', values: settingsIn(environment) },
  ];
  const dotenv: Layer = { kind: '.env', values: settingsIn(envFile) };
  if (profile === undefined) return { path, file, profile, layers: [...strongest, dotenv] };
  const own: Layer = { kind: 'profile', values: profileIn(file, profile, path, suggest) };
  const others = profile.origin.kind === 'option' ? [own, dotenv] : [dotenv, own];
  return { path, file, profile, layers: [...strongest, ...others] };
}

/** What is configured without the configuration file: for commands that continue where that can't be read. */
export async function readEnvironmentOnly({
  environment,
  workingDirectory,
}: Omit<Surroundings, 'suggest'>): Promise<Configuration> {
  const envFile = await readEnvFile(workingDirectory).catch(() => ({}));
  return {
    path: configPath(environment),
    file: undefined,
    profile: undefined,
    layers: [
      { kind: 'environment', values: settingsIn(environment) },
      { kind: '.env', values: settingsIn(envFile) },
    ],
  };
}

const profileVariable = 'DCYCLE_PROFILE';

/** The profile that is named by an option, the environment, `.env` or the file, in this order. */
export function chooseProfile(
  asked: string | undefined,
  environment: Environment,
  envFile: Environment,
  file: ConfigFile | undefined,
): Configuration['profile'] {
  const candidates: readonly [string | undefined, Origin][] = [
    [asked, { kind: 'option', name: '--profile' }],
    [environment[profileVariable], { kind: 'environment', name: profileVariable }],
    [envFile[profileVariable], { kind: '.env', name: profileVariable }],
    [file?.profile, { kind: 'file', name: null }],
  ];
  const [name, origin] = candidates.find(([each]) => each !== undefined && each !== '') ?? [];
  if (name === undefined || origin === undefined) return undefined;
  const wrong = profileName.safeParse(name).error?.issues[0]?.message;
  if (wrong !== undefined) throw usageError('PROFILE_INVALID', `the profile ${wrong}`);
  return { name, origin };
}

function profileIn(
  file: ConfigFile | undefined,
  { name, origin }: NonNullable<Configuration['profile']>,
  path: string,
  suggest: Suggest,
): Settings {
  const profiles = file?.profiles ?? {};
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile !== undefined) return profile;
  const names = Object.keys(profiles);
  throw usageError(
    'PROFILE_UNKNOWN',
    `there is no profile "${name}" (${describeOrigin(origin)}) in ${path}${suggest(name, names)}`,
    names.length === 0
      ? `there are none yet: dcycle-upload config init --profile ${name}`
      : `there are ${names.join(', ')}`,
  );
}

/** An origin in words. */
export function describeOrigin({ kind, name }: Origin): string {
  switch (kind) {
    case 'option':
      return name ?? '';
    case 'environment':
      return `environment ${name ?? ''}`;
    case '.env':
      return `${name ?? ''} in .env`;
    case 'profile':
      return `profile ${name ?? ''}`;
    case 'file':
      return 'the default of the configuration file';
    case 'default':
      return 'built in';
  }
}

/** The value of a setting from the strongest source that has one; the default where none has. */
export function findSetting<Name extends SettingName>(
  { layers, profile }: Configuration,
  name: Name,
): Found<NonNullable<Settings[Name]>> | undefined {
  const layer = layers.find(({ values }) => values[name] !== undefined);
  const value = (layer?.values[name] ?? settings[name].default) as NonNullable<Settings[Name]> | undefined;
  if (value === undefined) return undefined;
  return { value, origin: originOf(name, layer?.kind, profile) };
}

/** The setting that says where the key comes from: that of the strongest source that has one. */
export function findKeySetting({
  layers,
  profile,
}: Configuration):
  { readonly name: (typeof keySettings)[number]; readonly value: string; readonly origin: Origin } | undefined {
  for (const { kind, values } of layers) {
    for (const name of keySettings) {
      const value = values[name];
      if (value !== undefined) return { name, value, origin: originOf(name, kind, profile) };
    }
  }
  return undefined;
}

function originOf(name: SettingName, kind: Layer['kind'] | undefined, profile: Configuration['profile']): Origin {
  if (kind === undefined) return { kind: 'default', name: null };
  switch (kind) {
    case 'option':
      return { kind, name: settings[name].flag?.split(' ')[0] ?? null };
    case 'profile':
      return { kind, name: profile?.name ?? null };
    default:
      return { kind, name: settings[name].variable ?? null };
  }
}

/** An empty variable is one that is not set. */
const settingsIn = (environment: Environment): Settings =>
  Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = environment[settings[name].variable ?? '']?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );

const maxEnvBytes = 1024 * 1024;

/**
 * The variables of a file `.env` in the working directory that are this tool's own. It may be another's folder: nothing
 * else of it is read, and nothing of it gets into the environment of a command or says how the API is reached.
 *
 * @throws RunError (exit 2) when it is there and can't be read
 */
export async function readEnvFile(workingDirectory: string): Promise<Environment> {
  try {
    const path = join(workingDirectory, '.env');
    const stats = await stat(path);
    // A folder of this name is a virtual environment of Python; what is larger than this holds no variables.
    if (!stats.isFile() || stats.size > maxEnvBytes) return {};
    const variables = parseEnv((await readFile(path, 'utf8')).replace(/^\ufeff/, ''));
    return Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith('DCYCLE_')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw usageError('ENV_FILE_UNREADABLE', `the file .env can't be read: ${errorMessage(error)}`);
  }
}
