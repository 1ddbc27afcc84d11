import { styleText } from 'node:util';
import type { AddHelpTextContext, Command, HelpConfiguration } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { Help } from './commander.ts';

/** What the help of a command says in addition to its options. */
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
  XDG_CACHE_HOME: 'where what tocs, fuels and hubs fetched is kept (default: ~/.cache)',
  XDG_STATE_HOME: 'where runs are written down (default: ~/.local/state)',
  CHROME_PATH: 'browser that prints --report page.pdf (default: an installed Chromium, Chrome or Edge)',
  NO_COLOR: 'no colours',
} as const;

export type EnvironmentVariable = keyof typeof environmentTexts;

/** Every variable; NO_COLOR, which every command reads, is added. */
export const allEnvironment = (Object.keys(environmentTexts) as EnvironmentVariable[]).filter(
  (name) => name !== 'NO_COLOR',
);

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

/** A name with what it means, or with nothing. */
type Line = readonly [name: string, text: string];

/** The lists of a command's help, as they are shown. */
interface HelpLists {
  readonly examples: readonly Line[];
  readonly exitCodes: readonly Line[];
  readonly environment: readonly Line[];
}

const listsOf = ({ examples, exitCodes = {}, environment = [] }: CommandHelp): HelpLists => ({
  examples: examples.map(([line, remark = '']) => [`dcycle-upload ${line}`, remark]),
  exitCodes: Object.entries({ ...exitCodes, 70: 'a defect of this tool' }),
  environment: [...environment, 'NO_COLOR' as const].map((name) => [name, environmentTexts[name]]),
});

const listsByCommand = new WeakMap<Command, HelpLists>();

/** What `addHelp` has added to a command. */
export const helpOf = (command: Command): HelpLists => listsByCommand.get(command) ?? listsOf({ examples: [] });

/** Puts the examples before the options of a command's help, exit codes and environment after them. */
export function addHelp(command: Command, help: CommandHelp): Command {
  const { examples, exitCodes, environment } = listsOf(help);
  listsByCommand.set(command, { examples, exitCodes, environment });
  return command
    .addHelpText('before', (context) => renderList('Examples:', examples, context))
    .addHelpText('after', (context) =>
      ['', renderList('Exit codes:', exitCodes, context), renderList('Environment:', environment, context)]
        .join('\n')
        .trimEnd(),
    );
}

function renderList(title: string, lines: readonly Line[], { command, error }: AddHelpTextContext): string {
  const help = command.createHelp();
  const { getErrHelpWidth, getOutHelpWidth } = command.configureOutput();
  help.prepareContext({ helpWidth: (error ? getErrHelpWidth : getOutHelpWidth)?.() ?? 80 });
  const width = Math.max(...lines.filter(([, text]) => text !== '').map(([name]) => name.length));
  return `${help.styleTitle(title)}\n${lines.map((line) => `${help.formatItem(line[0], width, line[1], help)}\n`).join('')}`;
}

/** Room that a text needs next to its name; with less it is below it. */
const leastTextWidth = 30;

/** The look of all helps: bold headings, and no line wider than the terminal. */
export const helpLayout: HelpConfiguration = {
  minWidthToWrap: 20,
  styleTitle: (title) => styleText('bold', title, { validateStream: false }),
  formatItem(term, termWidth, text, help) {
    const width = help.helpWidth ?? 80;
    if (text === '' || width - termWidth - 4 >= leastTextWidth) {
      return Help.prototype.formatItem.call(help, term, termWidth, text, help);
    }
    return `  ${term}\n      ${help.boxWrap(text, width - 6).replaceAll('\n', '\n      ')}`;
  },
};
