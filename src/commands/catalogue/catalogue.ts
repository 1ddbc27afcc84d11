import type { AccountCatalogue } from '../../api/catalogue.ts';
import { readCatalogueOf } from '../../config/account-cache.ts';
import { cacheDirectory } from '../../config/directories.ts';
import { asRunError, RunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { quote } from '../../issues.ts';
import { didYouMean, normaliseName } from '../../mapping/names.ts';
import type { TableOptions } from '../../report/tables/table.ts';
import { accountOf } from './account-catalogue.ts';
import { type CatalogueOptions, catalogueSettings } from '../catalogue-command.ts';
import type { CommandContext } from '../context.ts';
import type { Given } from '../setting-options.ts';
import { showFailure } from '../show-summary.ts';
import { readConfigurationFor, withSettings } from '../with-settings.ts';

/** What is listed. */
interface Listed<Embedded, Own> {
  readonly embedded: readonly Embedded[];
  readonly account: { readonly synced_at: string; readonly rows: readonly Own[] } | null;
}

/** A catalogue that can be listed: the embedded one, where there is one, and the account's where it was fetched. */
export interface CatalogueListing<Row, Embedded, Own> {
  readonly schema: string;
  readonly catalogue: AccountCatalogue<Row>;
  readonly embedded?: () => readonly Embedded[];
  readonly own: (rows: readonly Row[]) => readonly Own[];
  /** What a search looks at. */
  readonly namesOf: (row: Embedded) => readonly string[];
  readonly namesOfOwn: (row: Own) => readonly (string | null)[];
  readonly render: (listed: Listed<Embedded, Own>, options: TableOptions) => string;
}

/**
 * Lists a catalogue, after it has been fetched where that is asked for.
 *
 * @returns 0, also when a search finds nothing; 2, 4 or 5 when fetching fails
 */
export async function listCatalogue<Row, Embedded, Own>(
  listing: CatalogueListing<Row, Embedded, Own>,
  given: Given<CatalogueOptions>,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const { catalogue } = listing;
  try {
    const configuration = await readConfigurationFor(given, context);
    const options = withSettings<CatalogueOptions>(given, catalogueSettings, configuration);
    if (options.sync === true) {
      const { syncCatalogue } = await import('./catalogue-sync.ts');
      for (const line of await syncCatalogue(catalogue, options, configuration, context)) terminal.err(`${line}\n`);
    }
    const account = accountOf(options);
    const synced =
      account === undefined
        ? undefined
        : await readCatalogueOf(cacheDirectory(context.environment), account, catalogue);
    const all: Listed<Embedded, Own> = {
      embedded: listing.embedded?.() ?? [],
      account: synced === undefined ? null : { synced_at: synced.syncedAt, rows: listing.own(synced.rows) },
    };
    const found = options.search === undefined ? all : search(all, options.search, listing);
    if (options.json === true) {
      terminal.out(toJson(documentOf(listing, found)));
    } else if (options.search !== undefined && found.embedded.length + (found.account?.rows.length ?? 0) === 0) {
      const known = namesIn(all, listing);
      terminal.err(
        `none of the ${catalogue.what} matches ${quote(options.search)}${didYouMean(options.search, known)}\n`,
      );
    } else {
      terminal.out(listing.render(found, { style: terminal.outStyle, width: terminal.outWidth, isVerbose: false }));
    }
    const failure = await terminal.outFailure();
    if (failure === undefined) return ExitCode.ok;
    throw new RunError(ExitCode.incomplete, 'OUTPUT_FAILED', `standard output can't be written: ${failure}`);
  } catch (error) {
    const failure = asRunError(error);
    showFailure(failure, {}, terminal);
    const { code, message, hint = null } = failure;
    const document = { ...documentOf(listing, { embedded: [], account: null }), error: { code, message, hint } };
    context.failed(document);
    if (given.json === true) terminal.out(toJson(document));
    return failure.exitCode;
  }
}

const documentOf = <Embedded, Own>(
  { schema, embedded }: Pick<CatalogueListing<unknown, Embedded, Own>, 'schema' | 'embedded'>,
  listed: Listed<Embedded, Own>,
): object => (embedded === undefined ? { schema, account: listed.account } : { schema, ...listed });

const toJson = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** The rows in whose names words begin with every word of a text. */
function search<Embedded, Own>(
  { embedded, account }: Listed<Embedded, Own>,
  text: string,
  { namesOf, namesOfOwn }: Pick<CatalogueListing<unknown, Embedded, Own>, 'namesOf' | 'namesOfOwn'>,
): Listed<Embedded, Own> {
  const words = normaliseName(text).split(' ');
  const matches = (names: readonly (string | null)[]): boolean => {
    const known = ` ${normaliseName(names.join(' '))}`;
    return words.every((word) => known.includes(` ${word}`));
  };
  return {
    embedded: embedded.filter((row) => matches(namesOf(row))),
    account: account === null ? null : { ...account, rows: account.rows.filter((row) => matches(namesOfOwn(row))) },
  };
}

function namesIn<Embedded, Own>(
  { embedded, account }: Listed<Embedded, Own>,
  { namesOf, namesOfOwn }: Pick<CatalogueListing<unknown, Embedded, Own>, 'namesOf' | 'namesOfOwn'>,
): ReadonlySet<string> {
  const own = (account?.rows ?? []).flatMap((row) => namesOfOwn(row).filter((name) => name !== null));
  return new Set([...embedded.flatMap((row) => namesOf(row)), ...own]);
}
