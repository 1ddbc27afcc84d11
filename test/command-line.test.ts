import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../src/commands/program.ts';
import { dcycleUpload } from './support/command.ts';

const program = await createProgram(async () => {});

/** Every command with its path, the program first. */
const commandsOf = (command: Command, path: readonly string[] = []): (readonly [readonly string[], Command])[] => [
  [path, command],
  ...command.commands.flatMap((each) => commandsOf(each, [...path, each.name()])),
];

const commands = commandsOf(program);

function describeCommand(path: readonly string[], command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return `  ${argument.required ? `<${name}>` : `[${name}]`}${choicesText(argument.argChoices)}\n`;
  });
  const options = command.options.map(
    ({ flags, argChoices, defaultValue, hidden }) =>
      `  ${flags}${choicesText(argChoices)}${defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`}${hidden ? ' (hidden)' : ''}\n`,
  );
  return `${['dcycle-upload', ...path].join(' ')}\n${args.join('')}${options.join('')}`;
}

const choicesText = (choices: readonly string[] | undefined): string =>
  choices === undefined ? '' : ` (${choices.join(' ')})`;

test('commands, arguments, options, choices and defaults are those of command-line.txt', async () => {
  // People and scripts depend on them: `npx vitest run test/command-line.test.ts -u` takes a change over.
  const text = commands.map(([path, command]) => describeCommand(path, command)).join('\n');
  await expect(text).toMatchFileSnapshot('command-line.txt');
});

/** The help as a terminal of this width shows it. */
function helpText(command: Command, width: number): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

describe.each(commands)('the help of %j', (_path, command) => {
  test('begins with examples, and ends with exit codes and environment', () => {
    expect(helpText(command, 80)).toMatch(
      /^Examples:\n {2}dcycle-upload [^]*\nUsage: [^]*\nExit codes:\n[^]*\nEnvironment:\n[^]*$/,
    );
  });

  test.each([80, 66, 52])('fits %i columns', (width) => {
    // What is copied is not broken; the terminal does that.
    const isCopied = (line: string): boolean => width < 80 && /^Usage:|dcycle-upload/.test(line);
    const tooLong = helpText(command, width)
      .split('\n')
      .filter((line) => line.length > width && !isCopied(line));
    expect(tooLong).toEqual([]);
  });
});

test('`help runs show` is `runs show --help`', async () => {
  const [first, second] = await Promise.all([
    dcycleUpload(['help', 'runs', 'show']),
    dcycleUpload(['runs', 'show', '--help']),
  ]);
  expect(first).toEqual(second);
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toContain('Usage: dcycle-upload runs show');
});

test.each([
  [['requets'], "unknown command 'requets'", 'did you mean requests?'],
  [['runs', 'sho', '3f2a'], "too many arguments for 'runs'", 'did you mean show?'],
  [['help', 'runs', 'sho'], "unknown command 'sho'", 'did you mean show?'],
  [['requests', 'a.csv', '--dryrun'], "unknown option '--dryrun'", 'did you mean --dry-run?'],
  [['requests', 'a.csv', '--api_key=SECRET'], "unknown option '--api_key'", 'did you mean --api-key-file?'],
  [['requests', 'a.csv', '--port', '1'], "unknown option '--port'", '--port is an option of serve'],
  [['tocs', '--dry-run'], "unknown option '--dry-run'", '--dry-run is an option of requests, recharges'],
  [['runs', '--older-than', '9'], "unknown option '--older-than'", '--older-than is an option of runs prune'],
  [['requests', 'a.csv', '--format', 'cvs'], "argument 'cvs' is invalid", 'did you mean csv?'],
  [['template', 'recharge'], "argument 'recharge' is invalid for <kind>", 'did you mean recharges?'],
  [['requests'], "missing required argument 'file'", 'for example: dcycle-upload requests shipments.csv'],
  [['resume', 'a', '--xyzzy'], "unknown option '--xyzzy'", 'see dcycle-upload resume --help'],
])('%j says what was probably meant', async (args, message, hint) => {
  const { code, stdout, stderr } = await dcycleUpload(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: .*\n→ .*\n$/);
  expect(stderr).toContain(message);
  expect(stderr).toContain(`→ ${hint}`);
});

test('without a command, the help is the error', async () => {
  const { code, stdout, stderr } = await dcycleUpload([]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe((await dcycleUpload(['--help'])).stdout);
});
