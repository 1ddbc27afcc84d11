import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { AccountCatalogue } from '../api/catalogue.ts';
import { errorCode, errorMessage, usageError } from '../errors.ts';
import { parseJson } from '../parse-json.ts';

/** Which account a catalogue is of. */
export interface Account {
  readonly baseUrl: URL;
  readonly organizationId: string;
}

/** A catalogue that was fetched from an account. */
export interface Synced<Row> {
  /** ISO 8601, UTC. */
  readonly syncedAt: string;
  readonly rows: readonly Row[];
}

type Name = AccountCatalogue<unknown>['name'];

const pathOf = (directory: string, { baseUrl, organizationId }: Account, name: Name): string =>
  join(directory, 'accounts', baseUrl.host.replaceAll(':', '_'), organizationId.toLowerCase(), `${name}.json`);

/**
 * Keeps a catalogue in the cache directory. It holds no key. An earlier one stays as it is until the new one is whole.
 *
 * @throws RunError (exit 2)
 */
export async function writeCatalogue<Row>(
  directory: string,
  account: Account,
  { name }: Pick<AccountCatalogue<Row>, 'name'>,
  { syncedAt, rows }: Synced<Row>,
): Promise<void> {
  const path = pathOf(directory, account, name);
  // Two runs may fetch at the same time.
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const text = `${JSON.stringify({ synced_at: syncedAt, rows }, undefined, 1)}\n`;
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw usageError(
      'CACHE_UNWRITABLE',
      `the catalogue can't be kept in ${path}: ${errorMessage(error)}`,
      'set XDG_CACHE_HOME to a directory that can be written',
    );
  }
}

const fileSchema = z.object({ synced_at: z.iso.datetime(), rows: z.array(z.unknown()) });

/**
 * A catalogue that was fetched earlier; `undefined` where none was, or what is there is none.
 *
 * @throws RunError (exit 2) when the file is there and can't be read
 */
export async function readCatalogueOf<Row>(
  directory: string,
  account: Account,
  { name, rowSchema }: Pick<AccountCatalogue<Row>, 'name' | 'rowSchema'>,
): Promise<Synced<Row> | undefined> {
  let text: string;
  try {
    text = await readFile(pathOf(directory, account, name), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw usageError('CACHE_UNREADABLE', `the synced catalogue can't be read: ${errorMessage(error)}`, 'sync it again');
  }
  const file = fileSchema.safeParse(parseJson(text));
  const list = z.array(rowSchema).safeParse(file.data?.rows);
  if (!file.success || !list.success) return undefined;
  return { syncedAt: file.data.synced_at, rows: list.data };
}
