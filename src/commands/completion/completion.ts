import type { Command } from 'commander';
import { ExitCode } from '../../exit-codes.ts';
import type { CommandContext } from '../context.ts';
import { type CommandNode, readCommandTree } from './command-tree.ts';

const scripts = {
  bash: async () => (await import('./bash.ts')).bashScript,
  zsh: async () => (await import('./zsh.ts')).zshScript,
  fish: async () => (await import('./fish.ts')).fishScript,
} satisfies Record<string, () => Promise<(commands: readonly CommandNode[]) => string>>;

export type Shell = keyof typeof scripts;

/** Prints the script with which a shell completes the program's command lines. */
export async function completion(shell: Shell, program: Command, { terminal }: CommandContext): Promise<ExitCode> {
  const write = await scripts[shell]();
  terminal.out(write(readCommandTree(program)));
  return ExitCode.ok;
}
