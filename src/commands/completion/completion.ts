import type { Command } from 'commander';
import { ExitCode } from '../../exit-codes.ts';
import type { CommandContext } from '../context.ts';
import { bashScript } from './bash.ts';
import { type CommandNode, readCommandTree } from './command-tree.ts';
import { fishScript } from './fish.ts';
import { zshScript } from './zsh.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } satisfies Record<
  string,
  (commands: readonly CommandNode[]) => string
>;

export type Shell = keyof typeof scripts;

/** Prints the script with which a shell completes the program's command lines. */
export function completion(shell: Shell, program: Command, { terminal }: CommandContext): ExitCode {
  terminal.out(scripts[shell](readCommandTree(program)));
  return ExitCode.ok;
}
