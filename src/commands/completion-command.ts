import { type Command, Argument } from './commander.ts';
import type { Shell } from './completion/completion.ts';
import type { Perform } from './context.ts';
import { addHelp } from './help.ts';

export function declareCompletion(command: Command, perform: Perform): void {
  command
    .summary(command.description())
    .description(
      `Print a script that completes commands, options, values and file names.

To install it in bash, put this line into ~/.bashrc:
  eval "$(dcycle-upload completion bash)"
in zsh, into ~/.zshrc, below compinit:
  eval "$(dcycle-upload completion zsh)"
in fish, into ~/.config/fish/completions/dcycle-upload.fish:
  dcycle-upload completion fish | source`,
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']));
  addHelp(command, { examples: [['completion bash']], exitCodes: { 0: 'printed', 2: 'usage: another shell' } });
  command.action((shell: Shell) =>
    perform({ color: false }, async (context) => {
      const { completion } = await import('./completion/completion.ts');
      const { createProgram } = await import('./program.ts');
      return completion(shell, await createProgram(perform), context);
    }),
  );
}
