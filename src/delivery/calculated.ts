import { type Get, pageSize, readMovements, readPage, readSince, type StoredRecord } from './read-stored.ts';

/** Stored records by their ids, or why they can't be read. */
export type StoredById = ReadonlyMap<string, StoredRecord> | { readonly reason: string };

/** How the records of a chunk are found again. */
export interface Batch {
  /** Ids of the calls' batches, where the API gave them. */
  readonly files: readonly string[];
  /** Used where there are no files. `undefined` where a record has none. */
  readonly movementIds: readonly (string | undefined)[];
  /** Since when they may have been made, in milliseconds since 1970: where neither is there, all records since then are read. */
  readonly since: number;
  /** Whether all are read, also where some are still to be calculated. */
  readonly isWhole: boolean;
}

/** Whether the API is still to calculate a shipment. */
export const isPending = ({ co2e, kgco2e, status, error_messages: errors }: StoredRecord): boolean =>
  (kgco2e ?? co2e ?? undefined) === undefined && status !== 'error' && !(Array.isArray(errors) && errors.length > 0);

/** Reads the records of a batch: by the batch's own id, else by their movements, else all pages since they were made. */
export async function readBatch(
  get: Get,
  path: string,
  { files, movementIds, since, isWhole }: Batch,
): Promise<StoredById> {
  const stored = new Map<string, StoredRecord>();
  if (files.length > 0) {
    for (const file of files) {
      const reason = await readFile(get, `${path}?file_id[]=${encodeURIComponent(file)}`, isWhole, stored);
      if (reason !== undefined) return { reason };
    }
    return stored;
  }
  const ids = movementIds.filter((id) => id !== undefined);
  const reading =
    ids.length < movementIds.length
      ? await readSince(get, path, since)
      : await readMovements(get, path, { movementIds: ids, always: undefined, since });
  if ('reason' in reading) return reading;
  for (const each of reading.stored) stored.set(each.id, each);
  return stored;
}

/** Reads all pages of a batch, the last one first: while that waits to be calculated, the others need not be read. */
async function readFile(
  get: Get,
  query: string,
  isWhole: boolean,
  stored: Map<string, StoredRecord>,
): Promise<string | undefined> {
  let pages = 1;
  const read = async (page: number): Promise<readonly StoredRecord[] | string> => {
    const answer = await get(`${query}&page=${String(page)}&size=${String(pageSize)}`);
    if (answer.kind !== 'read') return answer.kind === 'refused' ? answer.error.message : answer.reason;
    const reply = readPage(answer.body);
    if (reply === undefined) return 'the list of shipments can’t be read';
    pages = Math.max(1, Math.ceil(reply.total / pageSize));
    for (const each of reply.items) stored.set(each.id, each);
    return reply.items;
  };
  const first = await read(1);
  if (typeof first === 'string') return first;
  for (let page = pages; page > 1; page -= 1) {
    const items = await read(page);
    if (typeof items === 'string') return items;
    if (!isWhole && items.some(isPending)) return undefined;
  }
  return undefined;
}
