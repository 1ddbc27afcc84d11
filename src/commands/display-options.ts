import type { Command } from 'commander';

/** How a run shows itself, as commander gives it. */
export interface DisplayOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly progress: boolean;
  readonly color: boolean;
  readonly onFailure?: string;
}

/** Adds the options that say how a run shows itself. */
export const addDisplayOptions = (command: Command): Command =>
  command
    .option('--json', 'the summary as one JSON document on stdout')
    .option('--quiet', 'no progress, no tables; errors still on stderr')
    .option('--verbose', 'every call on stderr, every cause and warning in the summary')
    .option('--no-progress', 'no progress on stderr')
    .option('--no-color', 'no colours (also: NO_COLOR)');
