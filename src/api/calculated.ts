import type { Get, StoredRequest } from './read-back.ts';
import { readMovements, readPage } from './read-back.ts';

/** Stored shipments by their ids, or why they can't be read. */
export type StoredById = ReadonlyMap<string, StoredRequest> | { readonly reason: string };

/** How the shipments of a chunk are found again. */
export interface Batch {
  /** Ids of the calls' batches, where the API gave them. */
  readonly files: readonly string[];
  /** Used where there are no files. `undefined` where a record has none. */
  readonly movementIds: readonly (string | undefined)[];
  /** Whether all are read, also where some are still to be calculated. */
  readonly isWhole: boolean;
}

const pageSize = 100;

/** Whether the API is still to calculate a shipment. */
export const isPending = ({ co2e, kgco2e, status, error_messages: errors }: StoredRequest): boolean =>
  (kgco2e ?? co2e ?? undefined) === undefined && status !== 'error' && !(Array.isArray(errors) && errors.length > 0);

/** Reads the shipments of a batch: by the batch's own id, else by their movements. */
export async function readBatch(get: Get, { files, movementIds, isWhole }: Batch): Promise<StoredById> {
  const stored = new Map<string, StoredRequest>();
  if (files.length > 0) {
    for (const file of files) {
      const reason = await readFile(get, file, isWhole, stored);
      if (reason !== undefined) return { reason };
    }
    return stored;
  }
  const ids = movementIds.filter((id) => id !== undefined);
  if (ids.length < movementIds.length) {
    return { reason: 'the API gave no id of the batch, and records without movement_id can’t be found without it' };
  }
  const reading = await readMovements(get, ids);
  if ('reason' in reading) return reading;
  for (const each of reading.stored) stored.set(each.id, each);
  return stored;
}

/** Reads all pages of a batch, the last one first: while that waits to be calculated, the others need not be read. */
async function readFile(
  get: Get,
  file: string,
  isWhole: boolean,
  stored: Map<string, StoredRequest>,
): Promise<string | undefined> {
  let pages = 1;
  const read = async (page: number): Promise<readonly StoredRequest[] | string> => {
    const path = `/v1/logistics/requests?file_id[]=${encodeURIComponent(file)}&page=${String(page)}&size=${String(pageSize)}`;
    const answer = await get(path);
    if ('reason' in answer) return answer.reason;
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
