import type { Command } from 'commander';
import type { Perform } from './context.ts';
import { addHelp, apiEnvironment } from './help.ts';
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

const catalogues = {
  tocs: {
    description: 'list the vehicle types that --local calculates, with factor and source, and those of your account',
    examples: [['tocs'], ['tocs --search "articulated diesel"'], ['tocs --sync'], ['tocs --json > tocs.json']],
    list: async () => (await import('./tocs.ts')).tocs,
  },
  fuels: {
    description: 'list the fuels that --local calculates, with factor and source, and those of your account',
    examples: [['fuels'], ['fuels --search gasóleo'], ['fuels --sync'], ['fuels --json > fuels.json']],
    list: async () => (await import('./fuels.ts')).fuels,
  },
} as const;

/** `tocs` and `fuels`. */
export function addCatalogueCommands(program: Command, perform: Perform): void {
  for (const [name, { description, examples, list }] of Object.entries(catalogues)) {
    const command = program.command(name).description(description);
    addHelp(command, {
      examples,
      exitCodes: {
        0: 'listed, also when a search finds nothing',
        2: "usage or configuration: missing credentials, a cache that can't be written",
        4: '(--sync) the API refused key or organisation',
        5: "(--sync) the API can't be reached or read",
      },
      environment: [...apiEnvironment, 'XDG_CACHE_HOME'],
    });
    addCatalogueOptions(command).action((options: CatalogueOptions) =>
      perform(options, async (context) => (await list())(options, context)),
    );
  }
}

const addCatalogueOptions = (command: Command): Command =>
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
