import { randomUUID } from 'node:crypto';
import { foldName } from '../../calculator/data.ts';
import type { Database } from '../../state/database.ts';
import type { FilterValues } from './filters.ts';
import { type Listing, type Page, type PageQuery, readOne, readPage } from './listing.ts';
import type { Organization } from './organizations.ts';

export interface NewHub {
  readonly name: string;
  readonly type: 'owned' | 'subcontracted';
  readonly category: string | null;
  readonly address: string | null;
  readonly country: string | null;
  readonly supercharger: boolean;
  readonly facilityId: string | null;
}

interface HubRow {
  readonly id: string;
  readonly name: string;
  readonly address: string | null;
  readonly country: string | null;
  readonly type: NewHub['type'];
  readonly category: string | null;
  readonly status: 'active' | 'archived';
  readonly supercharger: number;
  readonly facility_id: string | null;
  readonly created_at: string;
  readonly updated_at: string | null;
}

const columns = 'id, name, address, country, type, category, status, supercharger, facility_id, created_at, updated_at';

/** Stores a hub. `undefined` where the organisation has one of this name. */
export function insertHub(
  database: Database,
  { seq }: Organization,
  hub: NewHub,
  now: string,
): ReturnType<typeof hubReply> | undefined {
  const row = database.get<HubRow>(
    `INSERT INTO hubs (id, organization, name, folded_name, address, country, type, category, status, supercharger,
       facility_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, ?) ON CONFLICT DO NOTHING RETURNING ${columns}`,
    randomUUID(),
    seq,
    hub.name,
    foldName(hub.name),
    hub.address,
    hub.country,
    hub.type,
    hub.category,
    hub.supercharger ? 1 : 0,
    hub.facilityId,
    now,
  );
  return row === undefined ? undefined : hubReply(row);
}

/**
 * Changes a hub, whole. `undefined` where the organisation has none of this id; `'name taken'` where another has the name.
 */
export function updateHub(
  database: Database,
  { seq }: Organization,
  id: string,
  hub: NewHub & { readonly status: HubRow['status'] },
  now: string,
): ReturnType<typeof hubReply> | 'name taken' | undefined {
  return database.transaction(() => {
    const other = database.get<{ id: string }>(
      'SELECT id FROM hubs WHERE organization = ? AND folded_name = ? AND id <> ?',
      seq,
      foldName(hub.name),
      id,
    );
    if (other !== undefined) return 'name taken';
    const row = database.get<HubRow>(
      `UPDATE hubs SET name = ?, folded_name = ?, address = ?, country = ?, type = ?, category = ?, status = ?,
         supercharger = ?, facility_id = ?, updated_at = ?
       WHERE organization = ? AND id = ? RETURNING ${columns}`,
      hub.name,
      foldName(hub.name),
      hub.address,
      hub.country,
      hub.type,
      hub.category,
      hub.status,
      hub.supercharger ? 1 : 0,
      hub.facilityId,
      now,
      seq,
      id,
    );
    return row === undefined ? undefined : hubReply(row);
  });
}

const listing: Listing = {
  table: 'hubs',
  columns,
  filters: {
    name: { column: 'name', is: 'contains' },
    type: { column: 'type', is: 'one of' },
    category: { column: 'category', is: 'one of' },
    status: { column: 'status', is: 'one of' },
  },
};

export const listHubs = (
  database: Database,
  organization: Organization,
  query: PageQuery & FilterValues,
): Page<ReturnType<typeof hubReply>> => readPage(database, listing, organization, query, hubReply);

export const findHub = (
  database: Database,
  organization: Organization,
  id: string,
): ReturnType<typeof hubReply> | undefined => readOne(database, listing, organization, id, hubReply);

/** The addresses of an organisation's hubs by their folded names. */
export const hubAddresses = (database: Database, organization: number): ReadonlyMap<string, string> =>
  new Map(
    database
      .all<{ name: string; address: string }>(
        `SELECT folded_name AS name, address FROM hubs WHERE organization = ? AND address IS NOT NULL`,
        organization,
      )
      .map(({ name, address }) => [name, address]),
  );

const hubReply = ({ supercharger, ...row }: HubRow) => ({
  id: row.id,
  name: row.name,
  address: row.address,
  country: row.country,
  type: row.type,
  category: row.category,
  status: row.status,
  supercharger: supercharger === 1,
  facility_id: row.facility_id,
  co2e: null,
  created_at: row.created_at,
  updated_at: row.updated_at,
});
