import type { Fields } from '../../records/kind.ts';
import type { Database } from '../../state/database.ts';
import type { Outcome } from '../calculation/outcome.ts';
import type { BatchFile } from './files.ts';
import type { FilterValues } from './filters.ts';
import { type Listing, type Page, type PageQuery, readOne, readPage } from './listing.ts';
import type { Job } from './jobs.ts';
import { newId } from './new-id.ts';
import type { Organization } from './organizations.ts';
import { ensurePackage } from './packages.ts';

/** A shipment to be stored, with its place in the call, and its outcome where it does not wait for one. */
export interface NewRequest {
  readonly index: number;
  readonly record: Fields;
  readonly outcome?: Outcome | undefined;
}

/** A shipment as it was stored. */
export interface InsertedRequest {
  readonly id: string;
  readonly packageId: string | null;
}

/** A stored shipment that waits for its calculation. */
export interface PendingRequest {
  readonly seq: number;
  readonly id: string;
  readonly index: number;
  readonly record: Fields;
}

/** Stores the shipments of one call, in the transaction of its caller. */
export function insertRequests(
  database: Database,
  organization: Organization,
  requests: readonly NewRequest[],
  call: { readonly file: BatchFile; readonly now: string },
): readonly InsertedRequest[] {
  const { file, now } = call;
  const nowMs = Date.parse(now);
  const inserted: InsertedRequest[] = [];
  const rows = requests.map(({ index, record, outcome }) => {
    const id = newId(nowMs);
    const packed = ensurePackage(database, organization, record, now);
    inserted.push({ id, packageId: packed?.id ?? null });
    return [id, index, packed?.seq ?? null, record, outcome];
  });
  // One statement for all rows: binding them one by one costs twice the time.
  database.run(
    `INSERT INTO requests (id, organization, file, position, package, record, outcome, created_at, updated_at)
     SELECT value ->> 0, ?, ?, value ->> 1, value ->> 2, value -> 3, nullif(value -> 4, 'null'), ?, ? FROM json_each(?)`,
    organization.seq,
    file.seq,
    now,
    now,
    JSON.stringify(rows),
  );
  return inserted;
}

/** Shipments of a job that wait for their calculation, in the order in which they came, after a place of the call. */
export const pendingRequests = (
  database: Database,
  { file }: Job,
  after: number,
  limit: number,
): readonly PendingRequest[] =>
  database
    .all<{ seq: number; id: string; position: number; record: string }>(
      `SELECT seq, id, position, record FROM requests
       WHERE file = ? AND position > ? AND outcome IS NULL ORDER BY seq LIMIT ?`,
      file,
      after,
      limit,
    )
    .map(({ seq, id, position, record }) => ({ seq, id, index: position, record: JSON.parse(record) as Fields }));

/** Writes what shipments came to. Returns those that were there: some may have been deleted meanwhile. */
export const completeRequests = (
  database: Database,
  outcomes: readonly { readonly seq: number; readonly outcome: Outcome }[],
  now: string,
): ReadonlySet<number> =>
  new Set(
    database
      .all<{ seq: number }>(
        `UPDATE requests SET outcome = each.value -> 1, updated_at = ? FROM json_each(?) AS each
         WHERE requests.seq = each.value ->> 0 AND outcome IS NULL RETURNING requests.seq`,
        now,
        JSON.stringify(outcomes.map(({ seq, outcome }) => [seq, outcome])),
      )
      .map(({ seq }) => seq),
  );

interface RequestRow {
  readonly id: string;
  readonly record: string;
  readonly outcome: string | null;
  readonly file_id: string;
  readonly file_name: string;
  readonly package_id: string | null;
  readonly shipment_date: string;
  readonly created_at: string;
  readonly updated_at: string;
}

const listing: Listing = {
  table: 'requests',
  columns: `requests.id, record, outcome, files.id AS file_id, files.name AS file_name,
  packages.id AS package_id, shipment_date, requests.created_at, requests.updated_at`,
  joins: `JOIN files ON files.seq = requests.file LEFT JOIN packages ON packages.seq = requests.package`,
  filters: {
    id: { column: 'requests.id', is: 'one of' },
    movement_id: { column: 'requests.movement_id', is: 'one of' },
    file_id: { column: 'files.id', is: 'one of' },
    package_key: { column: 'requests.package_key', is: 'one of' },
    client: { column: 'requests.client', is: 'one of' },
    toc: { column: 'requests.toc', is: 'one of' },
    category: { column: 'requests.category', is: 'one of' },
    status: { column: 'requests.status', is: 'one of' },
    vehicle_license_plate: { column: 'requests.vehicle_license_plate', is: 'one of' },
    date_from: { column: 'requests.shipment_date', is: 'at least' },
    date_until: { column: 'requests.shipment_date', is: 'at most' },
    created_at_from: { column: 'requests.created_at', is: 'at least' },
    created_at_until: { column: 'requests.created_at', is: 'at most' },
  },
};

/** Shipments in the order in which they came. */
export const listRequests = (
  database: Database,
  organization: Organization,
  query: PageQuery & FilterValues,
): Page<ReturnType<typeof requestReply>> => readPage(database, listing, organization, query, requestReply);

export const findRequest = (
  database: Database,
  organization: Organization,
  id: string,
): ReturnType<typeof requestReply> | undefined => readOne(database, listing, organization, id, requestReply);

/** A stored shipment in the words of the API: fields of both generations of its lists, `co2e` and `kgco2e`. */
function requestReply(row: RequestRow) {
  const record = JSON.parse(row.record) as Partial<Record<string, string | number | boolean>>;
  const outcome = row.outcome === null ? undefined : (JSON.parse(row.outcome) as Outcome);
  const calculated = outcome?.ok === true ? outcome : undefined;
  const given = <T extends string | number | boolean>(name: string): T | null =>
    (record[name] as T | undefined) ?? null;
  const co2e = calculated?.co2eKg ?? null;
  const tonneKm = calculated?.tonneKm ?? given<number>('tkm') ?? activityOf(record);
  return {
    id: row.id,
    co2e,
    kgco2e: co2e,
    emission_intensity: co2e === null || !tonneKm ? null : finite(co2e / tonneKm),
    status: outcome === undefined ? ('pending' as const) : outcome.ok ? ('active' as const) : ('error' as const),
    created_at: row.created_at,
    updated_at: row.updated_at,
    origin: given<string>('origin'),
    destination: given<string>('destination'),
    distance_km: given<number>('distance_km') ?? calculated?.distanceKm ?? null,
    load: given<number>('load'),
    load_unit: given<string>('load_unit') ?? 'kg',
    load_factor: given<number>('load_factor') ?? 1,
    toc: given<string>('toc') ?? calculated?.toc ?? null,
    category: given<string>('category') ?? calculated?.category ?? null,
    origin_country: given<string>('origin_country'),
    year: given<number>('year'),
    cleaning: given<boolean>('cleaning') ?? false,
    movement_id: given<string>('movement_id'),
    client: given<string>('client'),
    shipment_date: row.shipment_date,
    movement_stretch: given<string>('movement_stretch'),
    movement_stage: given<string>('movement_stage'),
    vehicle_license_plate: given<string>('vehicle_license_plate'),
    trailer_license_plate: given<string>('trailer_license_plate'),
    subcontractor: given<boolean>('subcontractor'),
    tkm: tonneKm,
    hub_id: given<string>('hub_id'),
    package_id: row.package_id,
    package_key: given<string>('package_key'),
    file_id: row.file_id,
    file_name: row.file_name,
    error_messages: outcome?.ok === false ? [`${outcome.code}: ${outcome.message}`] : [],
    estimated_data: [...(calculated?.estimated ?? [])],
    // No one logs in here: a key is an organisation's.
    uploaded_by: { first_name: '', last_name: '', profile_img_url: '' },
    linked_projects: [],
  };
}

/** JSON has no infinity: what emissions by next to no activity are. */
const finite = (figure: number): number | null => (Number.isFinite(figure) ? figure : null);

const tonnesOf: Readonly<Record<string, number>> = { kg: 0.001, ton: 1 };

/** Tonne-kilometres that need no calculator: a mass and a distance are given. */
function activityOf(record: Partial<Record<string, string | number | boolean>>): number | null {
  const { distance_km: km, load, load_unit: unit = 'kg', load_factor: factor = 1 } = record;
  const tonnes = tonnesOf[String(unit)];
  if (tonnes === undefined || typeof km !== 'number' || typeof load !== 'number') return null;
  return load * Number(factor) * tonnes * km;
}
