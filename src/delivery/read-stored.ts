import * as z from 'zod';
import type { ReadAnswer } from '../api/failure.ts';
import { parseJson } from '../parse-json.ts';
import { fold } from './compare-stored.ts';
import { SeenIds } from './seen-ids.ts';

/** A stored record as lists have it: emissions are `co2e` or `kgco2e`, depending on the API's generation. */
const storedRecordSchema = z.looseObject({
  id: z.string().min(1),
  movement_id: z.union([z.string(), z.number()]).nullish(),
  package_id: z.string().nullish(),
  file_id: z.string().nullish(),
  co2e: z.number().nullish(),
  kgco2e: z.number().nullish(),
  status: z.string().nullish(),
  created_at: z.string().nullish(),
});

/** A stored record with its fields, as far as the API gives them back. */
export type StoredRecord = z.infer<typeof storedRecordSchema>;

const pageSchema = z.object({ total: z.int().min(0), items: z.array(storedRecordSchema) });

export type Page = z.infer<typeof pageSchema>;

/** Calls `GET` with all its tries. */
export type Get = (path: string) => Promise<ReadAnswer>;

/** Everything that is stored and answers to a question, or why that is not known. */
export type Reading = { readonly stored: readonly StoredRecord[] } | { readonly reason: string };

/** The most that a page may hold. */
export const pageSize = 100;

/** What a URL may be long; servers take 8 KiB at least. */
const maxQueryLength = 4000;

/** Pages beyond which an answer is too long to be read. */
const mostPages = 200;

/** Movements that are asked for one by one, where nothing else is possible. */
const mostSingly = 500;

/** A page of a list; `undefined` where it is none. */
export const readPage = (body: string): Page | undefined => pageSchema.safeParse(parseJson(body)).data;

/** When a stored record was made, in milliseconds since 1970; a time without zone is UTC. */
export function createdAt({ created_at: text }: StoredRecord): number | undefined {
  if (typeof text !== 'string') return undefined;
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text);
  const time = Date.parse(hasZone || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}

const parameter = (name: string, value: string): string => `${name}=${encodeURIComponent(value)}`;

/**
 * Reads the stored records of movements: many in one call where the API takes a list, else all since a time, else one by one.
 *
 * @param always is asked for in every query
 */
export async function readMovements(
  get: Get,
  path: string,
  { movementIds, always, since }: { movementIds: readonly string[]; always: string | undefined; since: number },
): Promise<Reading> {
  const stored: StoredRecord[] = [];
  for (const group of groupsOf(movementIds, always)) {
    const reading = await readFiltered(get, path, group);
    if ('reason' in reading) return readWithoutLists(get, path, { movementIds, always, since }, reading.reason);
    stored.push(...reading.stored);
  }
  return { stored };
}

async function readWithoutLists(
  get: Get,
  path: string,
  { movementIds, always, since }: { movementIds: readonly string[]; always: string | undefined; since: number },
  why: string,
): Promise<Reading> {
  const pages = await readSince(get, path, since);
  if ('stored' in pages) return pages;
  const all = [...new Set([...(always === undefined ? [] : [always]), ...movementIds])];
  if (all.length > mostSingly) return { reason: why };
  const stored: StoredRecord[] = [];
  for (const id of all) {
    const reading = await readFiltered(get, path, [id]);
    if ('reason' in reading) return { reason: why };
    stored.push(...reading.stored);
  }
  return { stored };
}

/** Names that fit into one query each. */
export function groupsOf(ids: readonly string[], always: string | undefined): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let length = Infinity;
  for (const id of new Set(ids)) {
    const own = parameter('movement_id[]', id).length + 1;
    if (length + own > maxQueryLength) {
      groups.push(always === undefined ? [] : [always]);
      length = always === undefined ? 0 : parameter('movement_id[]', always).length + 1;
    }
    if (id !== always) groups.at(-1)?.push(id);
    length += own;
  }
  return groups;
}

/** All of some movements; nothing where the API does not obey the filter. */
export async function readFiltered(get: Get, path: string, ids: readonly string[]): Promise<Reading> {
  const name = ids.length === 1 ? 'movement_id' : 'movement_id[]';
  const wanted = new Set(ids.map(fold));
  const reading = await readTwice(get, `${path}?${ids.map((id) => parameter(name, id)).join('&')}`);
  if ('reason' in reading) return reading;
  const isOther = ({ movement_id: id }: StoredRecord): boolean => !wanted.has(fold(String(id ?? '')));
  return reading.stored.some(isOther) ? { reason: 'the API does not filter its list by movement_id' } : reading;
}

/** All records of the batches that the API named. */
export async function readFiles(get: Get, path: string, files: readonly string[]): Promise<Reading> {
  const stored: StoredRecord[] = [];
  for (const file of files) {
    const reading = await readTwice(get, `${path}?${parameter('file_id[]', file)}`);
    if ('reason' in reading) return reading;
    const isOther = ({ file_id: id }: StoredRecord): boolean => typeof id === 'string' && id !== file;
    if (reading.stored.some(isOther)) return { reason: 'the API does not filter its list by file_id' };
    stored.push(...reading.stored);
  }
  return { stored };
}

/** All records that were made since a time, the newest first; all there are, where the list has another order. */
export const readSince = (get: Get, path: string, since: number): Promise<Reading> =>
  readTwice(get, `${path}?`, (page) => {
    const times = page.items.map(createdAt);
    const isNewestFirst = times.every((time, index) => time !== undefined && time <= (times[index - 1] ?? Infinity));
    return isNewestFirst && (times.at(-1) ?? Infinity) < since;
  });

/** A list that was read while it changed, or that lost or repeated records, is read again. */
async function readTwice(get: Get, query: string, isEnough: (page: Page) => boolean = () => false): Promise<Reading> {
  const first = await readPages(get, query, isEnough);
  return 'reason' in first && first.isTorn ? readPages(get, query, isEnough) : first;
}

/** Why a list can't be read; `isTorn`: it changed meanwhile, and another try may succeed. */
export interface ListFailure {
  readonly reason: string;
  readonly isTorn: boolean;
}

const changed = 'the list of stored records changed while it was read';

async function readPages(
  get: Get,
  query: string,
  isEnough: (page: Page) => boolean,
): Promise<{ readonly stored: readonly StoredRecord[] } | ListFailure> {
  const stored: StoredRecord[] = [];
  const failure = await walkList(get, query, (page) => {
    stored.push(...page.items);
    return page.items.length > 0 && isEnough(page);
  });
  return failure ?? { stored };
}

/**
 * Shows the pages of a list, one after the other. They are believed when they hold as many distinct ids as they say, and say the
 * same from first to last.
 *
 * @param query a path with `?`, and perhaps parameters
 * @param take sees each page, the next one when it is done with it; `true` is enough
 * @param most pages to be read; a list that is longer is refused
 * @returns why the list could not be read to its end, or `undefined`
 */
export async function walkList(
  get: Get,
  query: string,
  take: (page: Page) => boolean | Promise<boolean>,
  most = mostPages,
): Promise<ListFailure | undefined> {
  const ids = new SeenIds();
  let total: number | undefined;
  let seen = 0;
  for (let number = 1; number <= most; number += 1) {
    const separator = query.endsWith('?') ? '' : '&';
    const answer = await get(`${query}${separator}page=${String(number)}&size=${String(pageSize)}`);
    if (answer.kind !== 'read') {
      return { reason: answer.kind === 'refused' ? answer.error.message : answer.reason, isTorn: false };
    }
    const page = readPage(answer.body);
    if (page === undefined) return { reason: 'the list of stored records can’t be read', isTorn: false };
    total ??= page.total;
    for (const { id } of page.items) ids.add(id);
    seen += page.items.length;
    if (page.total !== total || ids.size !== seen) {
      return { reason: changed, isTorn: true };
    }
    if ((await take(page)) || seen === total) return undefined;
    if (page.items.length === 0 || seen > total) {
      return { reason: 'the list of stored records does not hold as many as it says', isTorn: true };
    }
  }
  return { reason: `there are more than ${String(most * pageSize)} stored records to look through`, isTorn: false };
}

/**
 * Shows all pages of a list, as `walkList` does, so that no record is missing that was there all the time. Where one leaves the pages
 * that were read and another comes into the rest, one between them moves to a page that was read, and all counts are right: a list of
 * several pages is read a second time, and may have no record then that the first time did not.
 */
export async function walkWhole(
  get: Get,
  query: string,
  take: (page: Page) => void | Promise<void>,
): Promise<ListFailure | undefined> {
  const ids = new SeenIds();
  let pages = 0;
  const first = await walkList(
    get,
    query,
    async (page) => {
      pages += 1;
      for (const { id } of page.items) ids.add(id);
      await take(page);
      return false;
    },
    Number.POSITIVE_INFINITY,
  );
  if (first !== undefined || pages < 2) return first;
  let isMissing = false;
  const second = await walkList(
    get,
    query,
    ({ items }) => {
      isMissing = items.some(({ id }) => !ids.has(id));
      return isMissing;
    },
    Number.POSITIVE_INFINITY,
  );
  return isMissing ? { reason: changed, isTorn: true } : second;
}
