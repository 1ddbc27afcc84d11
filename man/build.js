// Writes the man page from the commands as the program declares them: `npm run man`.
import { writeFileSync } from 'node:fs';
import { createProgram } from '../dist/commands/program.js';
import { helpOf } from '../dist/commands/help.js';
import { version } from '../dist/version.js';

const files = [
  ['.env', 'DCYCLE_API_KEY, DCYCLE_ORG_ID and DCYCLE_BASE_URL, read in the working directory.'],
  ['~/.config/dcycle-upload/config.json', 'Profiles with credentials and settings (XDG_CONFIG_HOME).'],
  ['~/.local/state/dcycle-upload/', 'The records of runs and the locks on work in progress (XDG_STATE_HOME).'],
  ['~/.cache/dcycle-upload/', "The account's own vehicle types and fuels, as they were fetched (XDG_CACHE_HOME)."],
  ['<name>.errors.csv', 'The error report: a line for each error, in the working directory.'],
  ['<name>.rejected.csv', 'The rejected rows, to fix and upload again, in the working directory.'],
  ['<name>.results.csv', 'The results, with --local and --wait, in the working directory.'],
];

/** The whole page. */
export async function manPage() {
  const program = await createProgram(async () => {});
  const help = helpOf(program);
  return [
    `.\\" Written by npm run man: change the commands, not this file.`,
    `.TH DCYCLE\\-UPLOAD 1 "" "dcycle\\-upload ${version}" "User Commands"`,
    // Neither hyphens nor spaces that were not typed.
    '.nh',
    '.ad l',
    '.SH NAME',
    'dcycle\\-upload \\- upload shipments and fuel purchases to Dcycle, or calculate their emissions',
    '.SH SYNOPSIS',
    ...commandsOf(program).flatMap((command) => [synopsis(command), '.br']),
    '.SH DESCRIPTION',
    ...paragraphs(program.description()),
    '.SH COMMANDS',
    ...commandsOf(program).flatMap(commandSection),
    '.SH EXIT STATUS',
    'What a code means for one command is in its help.',
    ...items(help.exitCodes),
    '.SH ENVIRONMENT',
    ...items(help.environment),
    '.SH FILES',
    ...items(files),
    '.SH EXAMPLES',
    ...items(help.examples),
    '.SH SEE ALSO',
    '.UR https://docs.dcycle.io',
    "Dcycle's documentation",
    '.UE',
    '',
  ].join('\n');
}

/** Every command that can be performed, in the order of the help. */
const commandsOf = (command) =>
  command
    .createHelp()
    .visibleCommands(command)
    .flatMap((each) => [each, ...commandsOf(each)]);

const pathOf = (command) => (command.parent === null ? [] : [...pathOf(command.parent), command.name()]);

const argumentsOf = (command) =>
  command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });

const synopsis = (command) =>
  `${bold(['dcycle-upload', ...pathOf(command)].join(' '))}${command.options.length > 0 ? ' [options]' : ''} ${escaped(argumentsOf(command).join(' '))}`.trimEnd();

function commandSection(command) {
  const help = command.createHelp();
  return [
    `.SS ${quoted([...pathOf(command), ...argumentsOf(command)].join(' '))}`,
    ...paragraphs(command.description()),
    ...items(help.visibleArguments(command).map((each) => [each.name(), help.argumentDescription(each)])),
    ...optionGroups(command, help),
    ...examples(helpOf(command).examples),
  ];
}

/** The options under the headings of the help, in its order. */
function optionGroups(command, help) {
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const headings = [...new Set(options.map(({ helpGroupHeading }) => helpGroupHeading ?? 'Options:'))];
  return headings.flatMap((heading) => [
    '.PP',
    italic(heading),
    ...items(
      options
        .filter(({ helpGroupHeading }) => (helpGroupHeading ?? 'Options:') === heading)
        .map((option) => [option.flags, help.optionDescription(option)]),
    ),
  ]);
}

const items = (list) => list.flatMap(([name, text]) => ['.TP', bold(name), escaped(text)]);

const examples = (list) =>
  list.length === 0 ? [] : ['.PP', '.nf', '.RS 4', ...list.map(([line]) => escaped(line)), '.RE', '.fi'];

/** Lines that are set in are shown as they are, between paragraphs. */
function paragraphs(text) {
  return text.split('\n').flatMap((line) => {
    if (line === '') return ['.PP'];
    return line.startsWith(' ') ? ['.nf', '.RS 4', escaped(line.trim()), '.RE', '.fi'] : [escaped(line)];
  });
}

const escapes = { '\\': '\\e', '-': '\\-', '~': '\\(ti', '^': '\\(ha', "'": '\\(aq', '`': '\\(ga' };

/** Characters that are typed must come out as such, others as ASCII names; a leading dot would be a request. */
const escaped = (text) =>
  text
    .replace(/[\\\-~^'`]/g, (character) => escapes[character])
    .replace(
      /[^\x20-\x7e]/gu,
      (character) => `\\[u${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^(?=\.)/, '\\&');

const bold = (text) => `\\fB${escaped(text)}\\fR`;

const italic = (text) => `\\fI${escaped(text)}\\fR`;

const quoted = (text) => `"${escaped(text).replaceAll('"', '\\(dq')}"`;

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(new URL('dcycle-upload.1', import.meta.url), await manPage());
}
