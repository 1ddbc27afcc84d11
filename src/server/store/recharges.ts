import { duplicateKey } from '../../records/duplicate-key.ts';
import type { Fields } from '../../records/kind.ts';
import { recharges } from '../../records/recharge.ts';
import type { Database } from '../../state/database.ts';
import type { BatchFile } from './files.ts';
import type { FilterValues } from './filters.ts';
import { type Listing, type Page, type PageQuery, readOne, readPage } from './listing.ts';
import { newId } from './new-id.ts';
import type { Organization } from './organizations.ts';

/**
 * Stores a fuel purchase, over the one with the same country, date, quantity and plate where there is one.
 *
 * @param call with `nullsAreEqual`, parts without a value are equal to each other; else a purchase that lacks one is new
 * @returns its id, which an update keeps
 */
export function upsertRecharge(
  database: Database,
  organization: Organization,
  recharge: { readonly record: Fields; readonly co2eKg: number | null },
  call: { readonly file: BatchFile; readonly now: string; readonly nullsAreEqual: boolean },
): string {
  const { record, co2eKg } = recharge;
  const id = newId(Date.parse(call.now));
  const isWhole = recharges.defaultKey.fields.every((name) => record[name] !== undefined);
  const row = database.get<{ id: string }>(
    `INSERT INTO recharges (id, organization, file, upsert_key, record, co2e_kg, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (organization, upsert_key) DO UPDATE SET
       file = excluded.file, record = excluded.record, co2e_kg = excluded.co2e_kg, updated_at = excluded.updated_at
     RETURNING id`,
    id,
    organization.seq,
    call.file.seq,
    isWhole || call.nullsAreEqual ? duplicateKey(recharges, record) : `new ${id}`,
    JSON.stringify(record),
    co2eKg,
    call.now,
    call.now,
  );
  return row?.id ?? '';
}

/** A stored fuel purchase. */
export interface StoredRecharge {
  readonly id: string;
  readonly record: Fields;
  readonly co2eKg: number | null;
  readonly fileId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface RechargeRow {
  readonly id: string;
  readonly record: string;
  readonly co2e_kg: number | null;
  readonly file_id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

const listing: Listing = {
  table: 'recharges',
  columns: 'recharges.id, record, co2e_kg, files.id AS file_id, recharges.created_at, recharges.updated_at',
  joins: 'JOIN files ON files.seq = recharges.file',
  filters: {
    search: { column: 'recharges.vehicle_license_plate', is: 'contains' },
    toc_id: { column: 'recharges.toc_id', is: 'one of' },
    fuel_id: { column: 'recharges.fuel_id', is: 'one of' },
    vehicle_license_plate: { column: 'recharges.vehicle_license_plate', is: 'one of' },
    file_id: { column: 'files.id', is: 'one of' },
    project_id: { column: 'recharges.project_id', is: 'one of' },
    // A purchase is calculated with its storing, so all of them are active.
    status: { column: `'active'`, is: 'one of' },
    date_from: { column: 'recharges.date', is: 'at least' },
    date_until: { column: 'recharges.date', is: 'at most' },
    created_at_from: { column: 'recharges.created_at', is: 'at least' },
    created_at_until: { column: 'recharges.created_at', is: 'at most' },
  },
};

const storedOf = (row: RechargeRow): StoredRecharge => ({
  id: row.id,
  record: JSON.parse(row.record) as Fields,
  co2eKg: row.co2e_kg,
  fileId: row.file_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Fuel purchases in the order in which they came. */
export const listRecharges = (
  database: Database,
  organization: Organization,
  query: PageQuery & FilterValues,
): Page<StoredRecharge> => readPage(database, listing, organization, query, storedOf);

export const findRecharge = (database: Database, organization: Organization, id: string): StoredRecharge | undefined =>
  readOne(database, listing, organization, id, storedOf);

/** The values of a field that purchases have, with their numbers; the most frequent first. */
export function uniqueValues(
  database: Database,
  { seq }: Organization,
  field: 'fuel_name' | 'file_id',
): readonly { readonly value: string; readonly label: string | null; readonly count: number }[] {
  return field === 'fuel_name'
    ? database.all(
        `SELECT fuel_id AS value, NULL AS label, count(*) AS count FROM recharges WHERE organization = ?
         GROUP BY fuel_id ORDER BY count DESC, value`,
        seq,
      )
    : database.all(
        `SELECT files.id AS value, files.name AS label, count(*) AS count
         FROM recharges JOIN files ON files.seq = recharges.file WHERE recharges.organization = ?
         GROUP BY files.seq ORDER BY count DESC, value`,
        seq,
      );
}
