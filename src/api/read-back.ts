import * as z from 'zod';

/** A stored shipment as lists have it: emissions are `co2e` or `kgco2e`, depending on the API's generation. */
const storedRequestSchema = z.looseObject({
  id: z.string(),
  movement_id: z.string().nullish(),
  package_id: z.string().nullish(),
  co2e: z.number().nullish(),
  kgco2e: z.number().nullish(),
  status: z.string().nullish(),
});

/** A stored shipment with the fields of its record, as far as the API gives them back. */
export type StoredRequest = z.infer<typeof storedRequestSchema>;

const pageSchema = z.object({ total: z.int(), items: z.array(storedRequestSchema) });

/** Calls `GET` with all its tries; the body of a success, or why there is none. */
export type Get = (path: string) => Promise<{ readonly body: string } | { readonly reason: string }>;

/** Everything that is stored under some names, or why that is not known. */
export type ReadBack = { readonly stored: readonly StoredRequest[] } | { readonly reason: string };

/** The most that a page may hold. */
const pageSize = 100;

/** What a URL may be long; servers take 8 KiB at least. */
const maxQueryLength = 4000;

/** Shipments under one set of names beyond this are too many to tell apart. */
const maxPages = 20;

/**
 * Reads the stored shipments of movements: many in one call where the API takes a list, else one by one. An API that
 * answers with other movements does not obey the filter, and then nothing is known.
 */
export async function readMovements(get: Get, movementIds: readonly string[]): Promise<ReadBack> {
  const stored: StoredRequest[] = [];
  let takesLists = true;
  for (const group of groupsOf(movementIds)) {
    const whole = takesLists && group.length > 1 ? await readGroup(get, group) : { reason: 'one by one' };
    if ('stored' in whole) {
      stored.push(...whole.stored);
      continue;
    }
    takesLists = false;
    for (const id of group) {
      const one = await readGroup(get, [id]);
      if ('reason' in one) return one;
      stored.push(...one.stored);
    }
  }
  return { stored };
}

/** Names that fit into one query each. */
function groupsOf(ids: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let length = Infinity;
  for (const id of new Set(ids)) {
    const own = parameter('movement_id[]', id).length + 1;
    if (length + own > maxQueryLength) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)?.push(id);
    length += own;
  }
  return groups;
}

const parameter = (name: string, value: string): string => `${name}=${encodeURIComponent(value)}`;

async function readGroup(get: Get, ids: readonly string[]): Promise<ReadBack> {
  const name = ids.length === 1 ? 'movement_id' : 'movement_id[]';
  const filter = ids.map((id) => parameter(name, id)).join('&');
  const wanted = new Set(ids);
  const stored: StoredRequest[] = [];
  for (let page = 1; page <= maxPages; page += 1) {
    const answer = await get(`/v1/logistics/requests?${filter}&page=${String(page)}&size=${String(pageSize)}`);
    if ('reason' in answer) return answer;
    const reply = readPage(answer.body);
    if (reply === undefined) return { reason: 'the list of shipments can’t be read' };
    if (reply.items.some(({ movement_id: id }) => !wanted.has(id ?? ''))) {
      return { reason: 'the API does not filter its list by movement_id' };
    }
    stored.push(...reply.items);
    if (stored.length >= reply.total || reply.items.length === 0) {
      return stored.length >= reply.total ? { stored } : { reason: 'the list of shipments ends before its total' };
    }
  }
  return { reason: `more than ${String(maxPages * pageSize)} shipments have these movement_ids` };
}

/** A page of the list of shipments; `undefined` where it is none. */
export function readPage(body: string): z.infer<typeof pageSchema> | undefined {
  try {
    return pageSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
