import type { Command } from 'commander';
import { addHelp } from './help.ts';

/** `help`, which unlike commander's own finds commands of commands (`help runs show`) and refuses unknown ones. */
export function declareHelp(command: Command): void {
  command.argument('[command...]', 'the command; none: all commands');
  addHelp(command, {
    examples: [['help requests'], ['help runs show']],
    exitCodes: { 0: 'shown', 2: 'usage: an unknown command' },
  });
  command.action((names: readonly string[]) => {
    let found: Command = command.parent ?? command;
    for (const name of names) {
      found =
        found.commands.find((each) => each.name() === name) ??
        found.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand' });
    }
    found.outputHelp();
  });
}
