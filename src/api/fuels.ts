import { RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { accountFuels, type AccountFuel } from './catalogue.ts';
import type { ApiClient } from './client.ts';
import { readCatalogue } from './read-catalogue.ts';

/**
 * Reads the account's fuels for an upload that names them.
 *
 * @throws RunError (exit 4) when the API refuses the key, (exit 5) when the catalogue can't be read; nothing was sent
 */
export async function readFuels(client: ApiClient, baseUrl: URL): Promise<readonly AccountFuel[]> {
  const reading = await readCatalogue(client, baseUrl, accountFuels);
  if (reading.ok) return reading.rows;
  throw new RunError(
    ExitCode.incomplete,
    'FUELS_UNREADABLE',
    `the account's fuels can't be read, and the input names fuels instead of their ids (${reading.reason})`,
    'nothing was sent; try again later, or give the ids, or translate the names with a mapping file',
  );
}
