import { randomUUID } from 'node:crypto';
import type { Fields } from '../../records/kind.ts';
import type { Database } from '../../state/database.ts';
import type { FilterValues } from './filters.ts';
import { type Listing, type Page, type PageQuery, readOne, readPage } from './listing.ts';
import type { Organization } from './organizations.ts';

/** The package that a leg belongs to by its `package_key`; made with its first leg. */
export function ensurePackage(
  database: Database,
  { seq }: Organization,
  record: Fields,
  now: string,
): { readonly seq: number; readonly id: string } | undefined {
  const { package_key: key, movement_id: movementId, client } = record;
  if (key === undefined) return undefined;
  return database.get(
    `INSERT INTO packages (id, organization, package_key, shipment_id, client_billing_id, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (organization, package_key) DO UPDATE SET updated_at = excluded.updated_at
     RETURNING seq, id`,
    randomUUID(),
    seq,
    String(key),
    movementId === undefined ? null : String(movementId),
    client === undefined ? null : String(client),
    now,
    now,
  );
}

/** A package is there as long as one of its legs. */
export const removeEmptyPackages = (database: Database, organization: number): void => {
  database.run(
    `DELETE FROM packages WHERE organization = ?
     AND NOT EXISTS (SELECT 1 FROM requests WHERE requests.package = packages.seq)`,
    organization,
  );
};

interface PackageRow {
  readonly seq: number;
  readonly id: string;
  readonly shipment_id: string | null;
  readonly package_key: string;
  readonly client_billing_id: string | null;
  readonly weight_kg: number | null;
  readonly total_distance_km: number;
  readonly total_co2e: number;
  readonly status: 'pending' | 'active' | 'error';
  readonly created_at: string;
  readonly updated_at: string;
}

/** Totals are sums over the legs; the same goods go over all of them, so the weight is the largest load. */

const listing: Listing = {
  table: 'packages',
  columns: `packages.seq, packages.id, shipment_id, packages.package_key, client_billing_id,
  max(load_kg) AS weight_kg, total(requests.distance_km) AS total_distance_km, total(co2e_kg) AS total_co2e,
  CASE WHEN sum(status = 'pending') > 0 THEN 'pending' WHEN sum(status = 'error') > 0 THEN 'error' ELSE 'active' END
    AS status,
  packages.created_at, max(packages.updated_at, max(requests.updated_at)) AS updated_at`,
  joins: 'JOIN requests ON requests.package = packages.seq',
  isGrouped: true,
  filters: {
    movement_id: { column: 'packages.shipment_id', is: 'one of' },
    client: { column: 'packages.client_billing_id', is: 'one of' },
    package_key: { column: 'packages.package_key', is: 'one of' },
  },
};

/** Packages in the order in which they came; with their legs where they are asked for by `package_key`. */
export function listPackages(
  database: Database,
  organization: Organization,
  query: PageQuery & FilterValues,
): Page<ReturnType<typeof packageReply> & { legs?: Leg[] }> {
  const itemOf = query['package_key'] === undefined ? packageReply : withLegs(database);
  return readPage(database, listing, organization, query, itemOf);
}

export const findPackage = (
  database: Database,
  organization: Organization,
  id: string,
): (ReturnType<typeof packageReply> & { legs: Leg[] }) | undefined =>
  readOne(database, listing, organization, id, withLegs(database));

const withLegs = (database: Database) => (row: PackageRow) => ({
  ...packageReply(row),
  legs: legsOf(database, row.seq),
});

interface Leg {
  readonly id: string;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly distance_km: number | null;
  readonly co2e: number | null;
}

const legsOf = (database: Database, seq: number): Leg[] =>
  database.all<Leg>(
    `SELECT id, record ->> 'origin' AS origin, record ->> 'destination' AS destination,
       distance_km, co2e_kg AS co2e
     FROM requests WHERE package = ? ORDER BY requests.seq`,
    seq,
  );

const packageReply = (row: PackageRow) => ({
  id: row.id,
  shipment_id: row.shipment_id,
  package_key: row.package_key,
  client_billing_id: row.client_billing_id,
  weight_kg: row.weight_kg,
  total_distance_km: row.total_distance_km,
  total_co2e: row.total_co2e,
  status: row.status,
  created_at: row.created_at,
  updated_at: row.updated_at,
});
