import type { Command } from 'commander';
import { seconds } from './seconds.ts';

/** The options of `tocs` and `fuels` as commander gives them. */
export interface CatalogueOptions {
  readonly search?: string;
  readonly sync?: boolean;
  readonly baseUrl?: string;
  readonly apiKeyFile?: string;
  readonly org?: string;
  readonly timeout: number;
  readonly json?: boolean;
  readonly color: boolean;
}

/** Adds the options to a command, in the groups of the help. */
export const addCatalogueOptions = (command: Command): Command =>
  command
    .optionsGroup('Listing:')
    .option('--search <text>', 'only those in whose names or category all words of the text occur')
    .option('--json', 'one JSON document on stdout, with the figures of all years')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .optionsGroup("The account's own:")
    .option('--sync', 'fetch them from the API first, and keep them')
    .option('--base-url <url>', 'API root (default: DCYCLE_BASE_URL, else https://api.dcycle.io)')
    .option('--api-key-file <path>', 'file that holds the API key (default: DCYCLE_API_KEY)')
    .option('--org <uuid>', 'organisation (default: DCYCLE_ORG_ID)')
    .option('--timeout <seconds>', 'of the call', seconds, 120);
