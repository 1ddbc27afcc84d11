import type { RecordKind } from '../records/kind.ts';
import { type Command, Option } from './commander.ts';
import type { Perform } from './context.ts';
import { addHelp } from './help.ts';
import { kindArgument } from './kind-argument.ts';

/** The options of `template` as commander gives them. */
export interface TemplateOptions {
  readonly out?: string;
  readonly format: 'csv' | 'jsonl';
  readonly color: boolean;
}

export function declareTemplate(command: Command, perform: Perform): void {
  command.addArgument(kindArgument());
  addHelp(command, {
    examples: [['template requests > shipments.csv'], ['template recharges --format jsonl --out fuel.jsonl']],
    exitCodes: { 0: 'written', 2: "usage: a file that exists or can't be written" },
  });
  command
    .option('--out <file>', 'where to write it', '-')
    .addOption(new Option('--format <format>', 'format').choices(['csv', 'jsonl']).default('csv'))
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action((kind: RecordKind['name'], options: TemplateOptions) =>
      perform(options, async (context) => {
        const { template } = await import('./template.ts');
        return template(kind, options, context);
      }),
    );
}
