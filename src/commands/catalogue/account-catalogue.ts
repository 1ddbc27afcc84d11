import { readBaseUrl } from '../../base-url.ts';
import { accountFuels, type AccountHub, accountHubs, type AccountToc, accountTocs } from '../../api/catalogue.ts';
import type { VehicleType } from '../../calculator/catalogue.ts';
import { type Account, readCatalogueOf } from '../../config/account-cache.ts';
import { cacheDirectory } from '../../config/directories.ts';
import { usageError } from '../../errors.ts';
import type { Category } from '../../records/request.ts';
import type { CommandContext } from '../context.ts';

/** The options that name an account. */
export interface AccountOptions {
  readonly baseUrl: string;
  readonly org?: string;
}

/** The account that the options name, without its key; `undefined` where no organisation is named. */
export function accountOf({ org = '', baseUrl }: AccountOptions): Account | undefined {
  const organizationId = org.trim();
  if (organizationId === '' || !/^[0-9a-f-]+$/i.test(organizationId)) return undefined;
  return { baseUrl: readBaseUrl(baseUrl), organizationId };
}

/**
 * The vehicle types of the account, as `tocs --sync` fetched them.
 *
 * @throws RunError (exit 2) when none were fetched
 */
export async function readAccountVehicleTypes(
  options: AccountOptions,
  context: CommandContext,
): Promise<readonly VehicleType[]> {
  const account = accountOf(options);
  if (account === undefined) {
    throw usageError('ACCOUNT_UNKNOWN', '--factors account needs an organisation', 'set DCYCLE_ORG_ID or give --org');
  }
  const synced = await readCatalogueOf(cacheDirectory(context.environment), account, accountTocs);
  if (synced === undefined) {
    throw usageError(
      'ACCOUNT_NOT_SYNCED',
      "the account's vehicle types were never fetched",
      'dcycle-upload tocs --sync',
    );
  }
  return vehicleTypesOf(synced.rows, synced.syncedAt.slice(0, 10));
}

/** The names of the account's vehicle types, folded as names are; `undefined` where they were never fetched. */
export async function readAccountTocs(
  options: AccountOptions,
  context: CommandContext,
): Promise<readonly string[] | undefined> {
  const account = accountOf(options);
  if (account === undefined) return undefined;
  const synced = await readCatalogueOf(cacheDirectory(context.environment), account, accountTocs);
  return synced?.rows.map(({ toc }) => toc);
}

/** Names of the account's fuels by id; empty where they were never fetched. */
export async function readAccountFuels(
  options: AccountOptions,
  context: CommandContext,
): Promise<ReadonlyMap<string, string>> {
  const account = accountOf(options);
  if (account === undefined) return new Map();
  const synced = await readCatalogueOf(cacheDirectory(context.environment), account, accountFuels);
  return new Map(synced?.rows.map(({ id, name }) => [id, name]));
}

/** The account's hubs; `undefined` where they were never fetched. */
export async function readAccountHubs(
  options: AccountOptions,
  context: CommandContext,
): Promise<readonly AccountHub[] | undefined> {
  const account = accountOf(options);
  if (account === undefined) return undefined;
  return (await readCatalogueOf(cacheDirectory(context.environment), account, accountHubs))?.rows;
}

const categories: Readonly<Record<string, Category>> = {
  road: 'road',
  rail: 'rail',
  maritime: 'maritime',
  air: 'air',
  sea: 'maritime',
};

/** The account's rows as vehicle types: one a name, with an intensity for each location. */
function vehicleTypesOf(rows: readonly AccountToc[], syncedOn: string): readonly VehicleType[] {
  const byName = new Map<string, AccountToc[]>();
  for (const row of rows) byName.set(row.toc, [...(byName.get(row.toc) ?? []), row]);
  return [...byName].flatMap(([toc, own]) => {
    const category = categories[own[0]?.category.toLowerCase() ?? ''];
    if (category === undefined) return [];
    const defaultLoadKg = own.find(({ default_load: load }) => typeof load === 'number')?.default_load;
    return [
      {
        toc,
        aliases: [],
        category,
        intensities: own.flatMap(({ wtw, location }) =>
          typeof wtw === 'number'
            ? [{ wtwKgPerTkm: wtw, region: location ?? 'GLO', source: `Dcycle account, synced ${syncedOn}` }]
            : [],
        ),
        defaultLoadT: typeof defaultLoadKg === 'number' ? defaultLoadKg / 1000 : undefined,
        defaultLoadSource: 'Dcycle account',
      },
    ];
  });
}
