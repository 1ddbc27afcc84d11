import type { Argument, Command, Option } from 'commander';
import { type Values, valuesOf } from './values.ts';

/** A command as a shell has to know it. */
export interface CommandNode {
  /** What is typed to get there, without the program's name: `['runs', 'show']`; empty for the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly CommandSummary[];
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
}

interface CommandSummary {
  readonly name: string;
  readonly description: string;
}

export interface OptionNode {
  /** `-h`, `--help`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: 'no' | 'required' | 'optional';
  /** What the value is called: `file`; empty without a value. */
  readonly valueName: string;
  readonly values: Values;
  readonly isRepeatable: boolean;
}

export interface ArgumentNode {
  readonly name: string;
  readonly values: Values;
  readonly isVariadic: boolean;
}

/** Every command of the program that its help shows, the program itself first. */
export function readCommandTree(command: Command, path: readonly string[] = []): readonly CommandNode[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const node: CommandNode = {
    path,
    commands: commands.map((each) => ({ name: each.name(), description: help.subcommandDescription(each) })),
    options: help.visibleOptions(command).map((option) => readOption(option, path)),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      values: valuesOf(argument.name(), argument.argChoices ?? commandNames(argument, command), path, 'argument'),
      isVariadic: argument.variadic,
    })),
  };
  return [node, ...commands.flatMap((each) => readCommandTree(each, [...path, each.name()]))];
}

/** The argument of `help` is the name of another command. */
const commandNames = (argument: Argument, { parent }: Command): readonly string[] | undefined =>
  argument.name() === 'command' ? parent?.commands.map((each) => each.name()) : undefined;

function readOption(option: Option, path: readonly string[]): OptionNode {
  const valueName = /[<[](.+)[\]>]$/.exec(option.flags)?.[1] ?? '';
  return {
    names: [option.short, option.long].filter((name) => name !== undefined && name !== null),
    description: option.description,
    takesValue: option.required ? 'required' : option.optional ? 'optional' : 'no',
    valueName,
    values: valuesOf(valueName, option.argChoices, path, 'option'),
    // Commander knows only that a function reads the value; the help says that it may be given again.
    isRepeatable: option.variadic || /\brepeatable\b/.test(option.description),
  };
}
