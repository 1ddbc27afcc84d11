import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readBaseUrl } from '../../base-url.ts';
import { findKeySource, readKey } from '../../config/api-key.ts';
import { profileName, readConfigFile, changeConfigFile, writePrivateFile } from '../../config/config-file.ts';
import { chooseProfile, readEnvFile } from '../../config/configuration.ts';
import { configPath } from '../../config/directories.ts';
import { keyPattern, type SettingName, settings, type Settings, wrongWith } from '../../config/settings.ts';
import { asRunError, errorCode, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { printable } from '../../issues.ts';
import { didYouMean } from '../../mapping/names.ts';
import type { Questions } from '../../report/questions.ts';
import { checkAccount, describeAccount } from './check-account.ts';
import type { ConfigOptions } from '../config-command.ts';
import { withProfile } from './config-set.ts';
import type { CommandContext } from '../context.ts';
import { showFailure } from '../show-summary.ts';

/** `config init`: asks for credentials, checks them, and keeps them. Nothing is written before the last answer. */
export async function initConfig(options: ConfigOptions, context: CommandContext): Promise<ExitCode> {
  const { environment, workingDirectory, questions, terminal } = context;
  try {
    if (questions === undefined) throw nobodyToAsk(options);
    const path = configPath(environment);
    const file = (await readConfigFile(path, didYouMean)) ?? { profiles: {} };
    const suggested = chooseProfile(options.profile, environment, await readEnvFile(workingDirectory), file);
    const name = await questions.text('Name of the profile', {
      initial: suggested?.name ?? 'default',
      check: (answer) => sentence(profileName.safeParse(answer).error?.issues[0]?.message),
    });
    const earlier = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined;
    const answers = await askAll(questions, name, earlier ?? {}, context);
    if (!(await isWanted(answers, questions, context))) {
      terminal.err('given up; nothing was changed\n');
      return ExitCode.sigint;
    }
    await keep(path, name, answers);
    terminal.out(`profile ${name} is saved in ${path}\n`);
    const isUsed = (file.profile ?? name) === name;
    terminal.out(`next: dcycle-upload doctor${isUsed ? '' : ` --profile ${name}`}\n`);
    return ExitCode.ok;
  } catch (error) {
    const failure = asRunError(error);
    showFailure(failure, {}, terminal);
    return failure.exitCode;
  }
}

const nobodyToAsk = ({ profile }: ConfigOptions) => {
  const more = profile === undefined ? '' : ` --profile ${profile}`;
  return usageError(
    'NO_TERMINAL',
    'config init asks at a terminal, and there is none',
    `instead: dcycle-upload config set org <uuid>${more}; dcycle-upload config set api_key${more} < key.txt`,
  );
};

/** What was answered: settings to keep, the key to check, and the file to write it to, if there is to be one. */
interface Answers {
  readonly profile: Settings;
  readonly apiKey: string;
  readonly newKeyFile: string | undefined;
}

async function askAll(
  questions: Questions,
  name: string,
  earlier: Settings,
  context: CommandContext,
): Promise<Answers> {
  const baseUrl = await questions.text('API root', {
    initial: earlier.base_url ?? String(settings.base_url.default),
    check: checkFor('base_url'),
  });
  const org = await questions.text('Organisation (a UUID)', { initial: earlier.org, check: checkFor('org') });
  const { api_key: _key, api_key_file: _file, api_key_command: _command, base_url: _url, ...others } = earlier;
  const profile = { ...others, org, ...(baseUrl === settings.base_url.default ? {} : { base_url: baseUrl }) };
  const place = await questions.choose('Where is the API key kept?', {
    api_key: 'in the configuration file, which only you can read',
    api_key_file: 'in a file of its own',
    api_key_command: 'elsewhere: a command prints it, such as that of a password manager',
  });
  switch (place) {
    case 'api_key': {
      const apiKey = await askKey(questions);
      return { profile: { ...profile, api_key: apiKey }, apiKey, newKeyFile: undefined };
    }
    case 'api_key_file':
      return askKeyFile(questions, name, profile, context);
    case 'api_key_command': {
      const command = await questions.text('Command that prints the key', { initial: earlier.api_key_command });
      const withCommand = { ...profile, api_key_command: command };
      return { profile: withCommand, apiKey: await keyOf(withCommand, context), newKeyFile: undefined };
    }
  }
}

async function askKeyFile(
  questions: Questions,
  name: string,
  profile: Settings,
  context: CommandContext,
): Promise<Answers> {
  const given = await questions.text('Path of the file', {
    initial: join(dirname(configPath(context.environment)), `${name}.key`),
  });
  const path = resolve(context.workingDirectory, given);
  const withFile = { ...profile, api_key_file: path };
  if (await isThere(path)) {
    context.terminal.err(`the key in ${printable(path)} is taken\n`);
    return { profile: withFile, apiKey: await keyOf(withFile, context), newKeyFile: undefined };
  }
  return { profile: withFile, apiKey: await askKey(questions), newKeyFile: path };
}

const askKey = (questions: Questions): Promise<string> => questions.secret('API key', checkFor('api_key'));

const checkFor =
  (name: SettingName) =>
  (answer: string): string | undefined =>
    sentence(wrongWith(settings[name].kind, answer));

const sentence = (wrong: string | undefined): string | undefined => (wrong === undefined ? undefined : `It ${wrong}.`);

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw usageError('CREDENTIALS_UNREADABLE', `${path} can't be looked at (${errorCode(error) ?? 'unknown error'})`);
  }
}

/** The key that a profile leads to. */
async function keyOf(profile: Settings, context: CommandContext): Promise<string> {
  const { environment, interrupted } = context;
  const layers = [{ kind: 'profile', values: profile }] as const;
  const source = findKeySource({ path: configPath(environment), file: undefined, profile: undefined, layers });
  if (source === undefined) return '';
  const apiKey = await readKey(source, { environment, interrupted, readInput: async () => '' });
  if (keyPattern.test(apiKey)) return apiKey;
  throw usageError(
    'CREDENTIALS_INVALID',
    `what ${source.kind === 'command' ? 'the command prints' : 'the file holds'} is not a valid key`,
    'a key is one word of visible ASCII characters',
  );
}

/** Checks the answers with the API; what it does not take is kept only if the user wants that all the same. */
async function isWanted({ profile, apiKey }: Answers, questions: Questions, context: CommandContext): Promise<boolean> {
  const { terminal } = context;
  const baseUrl = readBaseUrl(profile.base_url ?? String(settings.base_url.default));
  const organizationId = profile.org ?? '';
  terminal.err(`asking ${baseUrl.host} …\n`);
  const reading = await checkAccount({ apiKey, organizationId }, baseUrl, context);
  if (reading.kind === 'open') {
    terminal.err(`the key is accepted: ${describeAccount(reading, organizationId)}\n`);
    return true;
  }
  terminal.err(`${terminal.errStyle.yellow('warning')}: ${printable(reading.message)}\n`);
  if (reading.kind === 'refused' && reading.hint !== undefined) terminal.err(`→ ${reading.hint}\n`);
  return questions.confirm('Save it all the same?', false);
}

async function keep(path: string, name: string, answers: Answers): Promise<void> {
  if (answers.newKeyFile !== undefined) await writePrivateFile(answers.newKeyFile, `${answers.apiKey}\n`);
  await changeConfigFile(path, didYouMean, (file) => withProfile(file, name, answers.profile));
}
