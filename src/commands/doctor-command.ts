import type { Command } from 'commander';
import type { Perform } from './context.ts';
import { addHelp, apiEnvironment } from './help.ts';
import { addProfileOption } from './setting-options.ts';

/** The options of `doctor`. */
export interface DoctorOptions {
  readonly profile?: string;
  readonly repair?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

export function declareDoctor(command: Command, perform: Perform): void {
  addHelp(command, {
    examples: [['doctor'], ['doctor --profile staging'], ['doctor --repair'], ['doctor --json']],
    exitCodes: {
      0: 'no problem, perhaps warnings',
      1: 'a problem: each is said with its remedy',
      2: 'usage: an unknown option',
    },
    environment: [...apiEnvironment, 'XDG_CACHE_HOME', 'XDG_STATE_HOME'],
  });
  addProfileOption(command)
    .option('--repair', 'if the ledger is damaged, keep what is whole and say what is lost')
    .option('--json', 'one JSON document on stdout')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action((options: DoctorOptions) =>
      perform(options, async (context) => {
        const { doctor } = await import('./doctor/doctor.ts');
        return doctor(options, context);
      }),
    );
}
