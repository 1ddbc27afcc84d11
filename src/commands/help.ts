import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

/** What the help of a command says beside its options. */
export interface CommandHelp {
  /** Command lines, without the program's name, each with a remark or none. */
  readonly examples: readonly (readonly [commandLine: string, remark?: string])[];
  /** What each code means for this command; 70, which every command has, is added. */
  readonly exitCodes?: Partial<Readonly<Record<ExitCode, string>>>;
  readonly environment?: readonly EnvironmentVariable[];
}

/** The environment variables that commands read. */
const environmentTexts = {
  DCYCLE_API_KEY: 'key of the API (also in a file .env)',
  DCYCLE_ORG_ID: 'organisation, a UUID (also in a file .env)',
  DCYCLE_BASE_URL: 'API root (also in a file .env)',
  DCYCLE_PROFILE: 'profile of the configuration file (also in a file .env)',
  HTTPS_PROXY: 'proxy; also HTTP_PROXY, and NO_PROXY for hosts that need none',
  NODE_EXTRA_CA_CERTS: 'file with further certificate authorities, PEM',
  XDG_CONFIG_HOME: 'where the configuration file is, in dcycle-upload/ (default: ~/.config)',
  XDG_CACHE_HOME: 'where what tocs and fuels fetched is kept (default: ~/.cache)',
  XDG_STATE_HOME: 'where runs are written down (default: ~/.local/state)',
  NO_COLOR: 'no colours',
} as const;

export type EnvironmentVariable = keyof typeof environmentTexts;

/** What the API is reached with. */
export const apiEnvironment = [
  'DCYCLE_API_KEY',
  'DCYCLE_ORG_ID',
  'DCYCLE_BASE_URL',
  'DCYCLE_PROFILE',
  'XDG_CONFIG_HOME',
  'HTTPS_PROXY',
  'NODE_EXTRA_CA_CERTS',
] as const satisfies readonly EnvironmentVariable[];

/** The exit codes of what brings records to the API. */
export const deliveryExitCodes: NonNullable<CommandHelp['exitCodes']> = {
  0: 'every record was accepted',
  1: 'some rows were rejected: see the error report',
  2: 'usage or configuration; nothing was sent',
  3: "the input can't be read; nothing was sent",
  4: 'the API refused key or organisation',
  5: 'delivery is incomplete: resume finishes it',
  6: 'the same upload is in progress',
  7: 'stopped early (--max-errors, --stop-on-error)',
  8: 'delivered, but not calculated yet: results',
  130: 'interrupted: resume finishes it (143 by SIGTERM)',
};

/** Puts the examples before the options of a command's help, exit codes and environment behind them. */
export function addHelp(command: Command, help: CommandHelp): Command {
  const end = [renderList('Exit codes', exitCodesOf(help)), renderList('Environment', environmentOf(help))];
  return command.addHelpText('before', renderList('Examples', examplesOf(help))).addHelpText(
    'after',
    end
      .map((list) => (list === '' ? '' : `\n${list}`))
      .join('')
      .trimEnd(),
  );
}

type Line = readonly [name: string, text: string];

const examplesOf = ({ examples }: CommandHelp): readonly Line[] =>
  examples.map(([line, remark = '']) => [`dcycle-upload ${line}`, remark]);

const exitCodesOf = ({ exitCodes = {} }: CommandHelp): readonly Line[] =>
  Object.entries({ ...exitCodes, 70: 'a defect of this tool' });

const environmentOf = ({ environment = [] }: CommandHelp): readonly Line[] =>
  [...environment, 'NO_COLOR' as const].map((name) => [name, environmentTexts[name]]);

function renderList(title: string, lines: readonly Line[]): string {
  if (lines.length === 0) return '';
  const width = Math.max(...lines.filter(([, text]) => text !== '').map(([name]) => name.length));
  const text = lines.map(([name, remark]) => `  ${remark === '' ? name : `${name.padEnd(width)}  ${remark}`}\n`);
  return `${title}:\n${text.join('')}`;
}
