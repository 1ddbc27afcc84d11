import { readBaseUrl } from '../../base-url.ts';
import type { AccountCatalogue } from '../../api/catalogue.ts';
import { createApiClient } from '../../api/client.ts';
import { type CatalogueReading, readCatalogue } from '../../api/read-catalogue.ts';
import { writeCatalogue } from '../../config/account-cache.ts';
import type { Configuration } from '../../config/configuration.ts';
import { readCredentials } from '../../config/credentials.ts';
import { cacheDirectory } from '../../config/directories.ts';
import { RunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { printable } from '../../issues.ts';
import { plural } from '../../report/format.ts';
import { version } from '../../version.ts';
import type { CatalogueOptions } from '../catalogue-command.ts';
import type { CommandContext } from '../context.ts';
import { keyReading } from '../key-reading.ts';

/**
 * Fetches a catalogue from the account and keeps it. A failure leaves what was fetched earlier as it is.
 *
 * @returns what to tell the user, a line each
 * @throws RunError (exit 2) for missing credentials or a cache that can't be written, (exit 4) when the API refuses access,
 *   (exit 5) when the catalogue can't be read
 */
export async function syncCatalogue<Row>(
  catalogue: AccountCatalogue<Row>,
  options: CatalogueOptions,
  configuration: Configuration,
  context: CommandContext,
): Promise<readonly string[]> {
  const baseUrl = readBaseUrl(options.baseUrl);
  const credentials = await readCredentials(configuration, options.org, keyReading(context), {
    what: '--sync',
    without: `without --sync, ${catalogue.name} lists what is known here`,
  });
  const client = createApiClient({
    ...credentials,
    baseUrl,
    timeoutMs: options.timeout * 1000,
    userAgent: `dcycle-upload/${version}`,
    environment: context.environment,
  });
  let reading: CatalogueReading<Row>;
  try {
    reading = await readCatalogue(client, baseUrl, catalogue);
  } finally {
    await client.close();
  }
  if (!reading.ok) throw unreadable(catalogue, reading.reason);
  // Every account has vehicle types and fuels. To take over none would make uploads refuse every vehicle type.
  if (reading.rows.length === 0 && catalogue.mayBeEmpty !== true) throw unreadable(catalogue, 'the reply has none');
  const { organizationId } = credentials;
  await writeCatalogue(cacheDirectory(context.environment), { baseUrl, organizationId }, catalogue, {
    syncedAt: context.now().toISOString(),
    rows: reading.rows,
  });
  return describe(catalogue, reading).map(printable);
}

const unreadable = ({ what }: AccountCatalogue<unknown>, reason: string): RunError =>
  new RunError(
    ExitCode.incomplete,
    'CATALOGUE_UNREADABLE',
    `the account's ${what} can't be read (${reason})`,
    'what was fetched earlier stays as it is; try again later',
  );

function describe<Row>(
  { what }: AccountCatalogue<Row>,
  { rows, invalid, total }: Extract<CatalogueReading<Row>, { ok: true }>,
): readonly string[] {
  const given = rows.length + invalid.length;
  return [
    `fetched ${plural(rows.length, 'row')} of the account's ${what}`,
    ...(invalid.length === 0
      ? []
      : [`warning: ${plural(invalid.length, 'row')} of the reply left out, as not valid (${invalid[0] ?? ''})`]),
    ...(total === undefined || total === given
      ? []
      : [`warning: the API counts ${String(total)} ${what}, and its reply has ${String(given)}`]),
  ];
}
