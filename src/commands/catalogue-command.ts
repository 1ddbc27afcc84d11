import type { Command } from 'commander';
import type { Perform } from './context.ts';
import { addHelp, apiEnvironment } from './help.ts';
import { addProfileOption, addSettingOptions, type Given } from './setting-options.ts';

/** The options of `tocs`, `fuels` and `hubs`, with their settings. */
export interface CatalogueOptions {
  readonly search?: string;
  readonly sync?: boolean;
  readonly profile?: string;
  readonly baseUrl: string;
  readonly apiKeyFile?: string;
  readonly org?: string;
  readonly timeout: number;
  readonly json?: boolean;
  readonly color: boolean;
}

const catalogues = {
  tocs: {
    examples: [['tocs'], ['tocs --search "articulated diesel"'], ['tocs --sync'], ['tocs --json > tocs.json']],
    list: async () => (await import('./catalogue/tocs.ts')).tocs,
  },
  fuels: {
    examples: [['fuels'], ['fuels --search gasóleo'], ['fuels --sync'], ['fuels --json > fuels.json']],
    list: async () => (await import('./catalogue/fuels.ts')).fuels,
  },
  hubs: {
    examples: [['hubs --sync'], ['hubs --search madrid'], ['hubs --json > hubs.json']],
    list: async () => (await import('./catalogue/hubs.ts')).hubs,
  },
} as const;

/** `tocs`, `fuels` and `hubs`. */
export function declareCatalogue(command: Command, perform: Perform): void {
  const { examples, list } = catalogues[command.name() as keyof typeof catalogues];
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
  addCatalogueOptions(command).action((options: Given<CatalogueOptions>) =>
    perform(options, async (context) => (await list())(options, context)),
  );
}

/** The settings of all, but for the key. */
export const catalogueSettings = ['base_url', 'org', 'timeout'] as const;

function addCatalogueOptions(command: Command): Command {
  command
    .optionsGroup('Listing:')
    .option('--search <text>', 'only those in whose names or category all words of the text occur')
    .option('--json', 'one JSON document on stdout, with the figures of all years')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .optionsGroup("The account's own:")
    .option('--sync', 'fetch them from the API first, and keep them');
  return addSettingOptions(addProfileOption(command), ['api_key_file', ...catalogueSettings]);
}
