import type { Command, CommanderError } from 'commander';
import { RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { nearest } from '../mapping/names.ts';
import { helpOf } from './help.ts';
import { createProgram } from './program.ts';

/**
 * What is wrong with a command line, with what was probably meant.
 *
 * @param error what commander says
 */
export async function usageFailure(
  error: CommanderError,
  program: Command,
  argv: readonly string[],
): Promise<RunError> {
  const command = commandOf(program, argv);
  const message =
    error.code === 'commander.help'
      ? 'no command is given'
      : withoutValues(error.message.replace(/^error: /, ''))
          .replace('command-argument value', 'argument')
          .replace(/invalid for argument '(.*?)'/, 'invalid for <$1>');
  const hints = await hintsFor(error, message, command);
  const hint = hints.length > 0 ? hints.join('; ') : `see ${['dcycle-upload', ...pathOf(command)].join(' ')} --help`;
  return new RunError(ExitCode.usage, 'USAGE', message, hint);
}

/** The command that a command line means, or asks help for, as far as it is one. */
function commandOf(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of argv[0] === 'help' ? argv.slice(1) : argv) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined && !word.startsWith('-')) break;
    command = next ?? command;
  }
  return command;
}

const pathOf = (command: Command): readonly string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];

const allCommands = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(allCommands)];

async function hintsFor(error: CommanderError, message: string, command: Command): Promise<readonly string[]> {
  switch (error.code) {
    case 'commander.unknownOption':
      return optionHints(/'(--?[^'=]*)/.exec(message)?.[1] ?? '', command);
    case 'commander.unknownCommand':
      return didYouMean(/'(.*)'/s.exec(message)?.[1], namesOf(command.commands));
    case 'commander.excessArguments':
      return didYouMean(
        command.args.find((arg) => !arg.startsWith('-')),
        namesOf(command.commands),
      );
    case 'commander.invalidArgument': {
      const [, given, choices = ''] = /'([^']*)' is invalid.*? Allowed choices are (.*)\.$/s.exec(message) ?? [];
      return didYouMean(given, choices.split(', '));
    }
    case 'commander.missingArgument':
      return helpOf(command)
        .examples.slice(0, 1)
        .map(([example]) => `for example: ${example}`);
    default:
      return [];
  }
}

const namesOf = (commands: readonly Command[]): readonly string[] => commands.map((each) => each.name());

/** The option that is like it, and the commands that have it. */
async function optionHints(option: string, command: Command): Promise<readonly string[]> {
  const known = command.createHelp().visibleOptions(command);
  const program = await createProgram(async () => {});
  const owners = allCommands(program).filter((each) => each.options.some(({ long }) => long === option));
  const names = known.flatMap(({ long }) => long ?? []);
  return [
    ...(owners.length > 0
      ? [`${option} is an option of ${owners.map((each) => pathOf(each).join(' ')).join(', ')}`]
      : []),
    ...didYouMean(option, names),
  ];
}

function didYouMean(given: string | undefined, candidates: readonly string[]): readonly string[] {
  const candidate = given === undefined ? undefined : nearest(given, candidates);
  return candidate === undefined ? [] : [`did you mean ${candidate}?`];
}

/** An unknown option may carry a secret, and a key is one: their values are not shown. */
const withoutValues = (text: string): string =>
  text
    .replace(/(unknown option '--?[^=']+)=[^']*/g, '$1')
    .replace(/(option '--api-key .*?') argument '.*' is invalid/gs, '$1 is invalid');
