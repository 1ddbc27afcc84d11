import { defaultBaseUrl, readBaseUrl } from '../base-url.ts';
import { errorMessage } from '../errors.ts';

// The command line is made from this table, so it must load fast: the schemas of its values are in settings-schema.ts.

/** Values of settings, as a profile has them. */
export interface Settings {
  readonly api_key?: string | undefined;
  readonly api_key_file?: string | undefined;
  readonly api_key_command?: string | undefined;
  readonly org?: string | undefined;
  readonly base_url?: string | undefined;
  readonly api_version?: 'v1' | 'v2' | undefined;
  readonly chunk_size?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly rate?: number | undefined;
  readonly timeout?: number | undefined;
  readonly retries?: number | undefined;
  readonly home_country?: string | undefined;
}

export type SettingName = keyof Settings;

/** What values a setting may have; `wrong` continues the sentence after its name. */
export type ValueKind =
  | { readonly type: 'text'; readonly pattern: RegExp; readonly wrong: string }
  | { readonly type: 'address'; readonly wrong: string }
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly wrong: string }
  | { readonly type: 'whole number'; readonly least: number; readonly most: number; readonly wrong: string }
  | { readonly type: 'seconds'; readonly most: number; readonly wrong: string };

/** What a setting is, wherever its value comes from: an option, the environment, a profile. */
interface Setting {
  /** What it means. */
  readonly text: string;
  /** What the help says of its option, where that is more. */
  readonly optionText?: string;
  readonly kind: ValueKind;
  /** The option that gives it, as commander takes it; a key is never on a command line. */
  readonly flag?: string;
  /** The environment variable that gives it, also in a file `.env`. */
  readonly variable?: string;
  readonly default?: string | number;
  /** Never shown, not even in part. */
  readonly isSecret?: true;
}

const wholeNumber = (least: number, most: number): ValueKind => ({
  type: 'whole number',
  least,
  most,
  wrong: `must be a whole number from ${String(least)} to ${String(most)}`,
});

const text = (pattern: RegExp, wrong: string): ValueKind => ({ type: 'text', pattern, wrong });

/** As HTTP lets a header be. */
export const keyPattern = /^[\u0021-\u007e]+$/;

export const uuidPattern = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** Everything that can be configured: options, environment, configuration file and its JSON Schema come from it. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  api_key: {
    text: 'the API key itself',
    kind: text(keyPattern, 'must be a key: visible ASCII characters without spaces'),
    variable: 'DCYCLE_API_KEY',
    isSecret: true,
  },
  api_key_file: {
    text: 'file that holds the API key',
    optionText: 'file that holds the API key, - is standard input (default: DCYCLE_API_KEY)',
    kind: text(/\S/, 'must be the path of a file'),
    flag: '--api-key-file <path>',
  },
  api_key_command: {
    text: 'command of the shell that prints the API key',
    kind: text(/\S/, 'must be a command'),
  },
  org: {
    text: 'organisation',
    kind: text(uuidPattern, 'must be a UUID such as a8315ef3-dd50-43f8-b7ce-d839e68d51fa'),
    flag: '--org <uuid>',
    variable: 'DCYCLE_ORG_ID',
  },
  base_url: {
    text: 'API root',
    kind: { type: 'address', wrong: 'must be the API root, as text' },
    flag: '--base-url <url>',
    variable: 'DCYCLE_BASE_URL',
    default: defaultBaseUrl,
  },
  api_version: {
    text: 'v2 calculates later, v1 before it answers',
    kind: { type: 'choice', choices: ['v1', 'v2'], wrong: 'must be v1 or v2' },
    flag: '--api-version <version>',
    default: 'v2',
  },
  chunk_size: {
    text: 'records per call, 1 to 5000',
    kind: wholeNumber(1, 5000),
    flag: '--chunk-size <n>',
    default: 5000,
  },
  concurrency: { text: 'calls in flight', kind: wholeNumber(1, 64), flag: '--concurrency <n>', default: 4 },
  rate: { text: 'calls a minute at most, evenly', kind: wholeNumber(1, 1_000_000), flag: '--rate <n>' },
  timeout: {
    text: 'of one call',
    kind: { type: 'seconds', most: 3600, wrong: 'must be a number of seconds, more than 0 and at most 3600' },
    flag: '--timeout <seconds>',
    default: 120,
  },
  retries: { text: 'tries after the first, per call', kind: wholeNumber(0, 100), flag: '--retries <n>', default: 5 },
  home_country: {
    text: 'where places without a country most likely are: ES',
    kind: text(/^[A-Za-z]{2}$/, 'must be an ISO 3166-1 alpha-2 code, such as ES'),
    flag: '--home-country <code>',
  },
};

export const settingNames = Object.keys(settings) as SettingName[];

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settings, name);

/** The settings of which a profile has one: where the key comes from. */
export const keySettings = ['api_key', 'api_key_file', 'api_key_command'] as const satisfies readonly SettingName[];

type Camel<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;

/** The names under which commander gives the options of settings. */
export type SettingOption = Camel<SettingName>;

export const optionNameOf = (name: SettingName): SettingOption =>
  name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as SettingOption;

/** What is wrong with a value, to follow the setting's name; nothing where it is valid. A value is never quoted. */
export function wrongWith(kind: ValueKind, value: unknown): string | undefined {
  switch (kind.type) {
    case 'text':
      return typeof value === 'string' && kind.pattern.test(value) ? undefined : kind.wrong;
    case 'choice':
      return typeof value === 'string' && kind.choices.includes(value) ? undefined : kind.wrong;
    case 'address':
      return typeof value === 'string' ? wrongWithAddress(value) : kind.wrong;
    case 'whole number':
      return Number.isInteger(value) && Number(value) >= kind.least && Number(value) <= kind.most
        ? undefined
        : kind.wrong;
    case 'seconds':
      return typeof value === 'number' && value > 0 && value <= kind.most ? undefined : kind.wrong;
  }
}

function wrongWithAddress(value: string): string | undefined {
  try {
    readBaseUrl(value);
    return undefined;
  } catch (error) {
    return `is wrong: ${errorMessage(error)}`;
  }
}

/** A setting's value out of a text, as options and `config set` have it, or what is wrong with it. */
export function readSettingText(
  name: SettingName,
  given: string,
): { readonly value: string | number } | { readonly wrong: string } {
  const { kind } = settings[name];
  const isNumber = kind.type === 'whole number' || kind.type === 'seconds';
  // Of the settings that are numbers, none is written with a sign or an exponent.
  const value = isNumber && /^\d+(?:\.\d+)?$/.test(given.trim()) ? Number(given) : given.trim();
  const wrong = wrongWith(kind, value);
  return wrong === undefined ? { value } : { wrong };
}
