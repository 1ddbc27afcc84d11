import type { Database } from '../../state/database.ts';
import { conditionOf, type FilterValues, type Filters } from './filters.ts';
import type { Organization } from './organizations.ts';

/** Which rows of a list are wanted; `page` counts from 1. */
export interface PageQuery {
  readonly page: number;
  readonly size: number;
}

/** A page of a list, as every list of the API is answered. */
export interface Page<Item> extends PageQuery {
  readonly total: number;
  readonly pages: number;
  readonly items: Item[];
}

/** How what an organisation has of one kind is read. All of it is code, never input. */
export interface Listing {
  readonly table: string;
  readonly columns: string;
  /** What else the columns and filters are of. */
  readonly joins?: string;
  /** Whether the joins make several rows of one, which the columns sum up. */
  readonly isGrouped?: boolean;
  readonly filters: Filters;
  readonly order?: 'oldest first' | 'newest first';
}

const fromOf = ({ table, joins = '' }: Listing): string => `FROM ${table} ${joins} WHERE ${table}.organization = ?`;

const groupOf = ({ table, isGrouped }: Listing): string => (isGrouped === true ? `GROUP BY ${table}.seq` : '');

/** Reads a page of a list. */
export function readPage<Row, Item>(
  database: Database,
  listing: Listing,
  { seq }: Organization,
  query: PageQuery & FilterValues,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const { page, size } = query;
  const { table, columns, filters, isGrouped = false, order = 'oldest first' } = listing;
  const { sql, values } = conditionOf(filters, query);
  const from = `${fromOf(listing)} ${sql}`;
  const counted = `SELECT count(${isGrouped ? `DISTINCT ${table}.seq` : '*'}) AS total ${from}`;
  const total = database.get<{ total: number }>(counted, seq, ...values)?.total ?? 0;
  const rows = database.all<Row>(
    `SELECT ${columns} ${from} ${groupOf(listing)}
     ORDER BY ${table}.seq ${order === 'newest first' ? 'DESC' : ''} LIMIT ? OFFSET ?`,
    seq,
    ...values,
    size,
    (page - 1) * size,
  );
  return { page, size, total, pages: Math.ceil(total / size), items: rows.map(itemOf) };
}

/** Reads one of a list; `undefined` where the organisation has none of this id. */
export function readOne<Row, Item>(
  database: Database,
  listing: Listing,
  { seq }: Organization,
  id: string,
  itemOf: (row: Row) => Item,
): Item | undefined {
  const { table, columns } = listing;
  const one = `SELECT ${columns} ${fromOf(listing)} AND ${table}.id = ? ${groupOf(listing)}`;
  const row = database.get<Row>(one, seq, id);
  return row === undefined ? undefined : itemOf(row);
}
