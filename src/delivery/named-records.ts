import { Entry, type OpenRun, type Owner } from '../ledger/run-store.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { isPending } from './calculated.ts';
import type { Claims } from './claims.ts';
import { changedFields, differingFields, type FieldChange, fold, isOfOther, isWhole } from './compare-stored.ts';
import { readByIds } from './read-by-id.ts';
import { createdAt, type Get, type StoredRecord } from './read-stored.ts';

/** A record that names the stored one whose place it takes (`_id`). */
export interface NamingRecord {
  readonly id: string;
  readonly fields: Fields;
}

/**
 * What the account has of the record that is named:
 *
 * - `failed`: it has no emissions, and will have none
 * - `calculated`: it has its emissions
 * - `other`: it is the stored version of another row: of another movement, another leg of it, or another purchase
 * - `gone`: the account does not show it, or it is none of the account's
 * - `unread`: that can't be told, or not yet
 */
export type NamedRecord = { readonly id: string; readonly place: Owner | undefined } & (
  | {
      readonly kind: 'failed' | 'calculated';
      readonly changes: readonly FieldChange[];
      /** Whether the row has each value that the list shows, and no other. */
      readonly isCopy: boolean;
      readonly createdAt: number | undefined;
    }
  | { readonly kind: 'other'; readonly of: string }
  | { readonly kind: 'gone'; readonly isBeingRemoved: boolean }
  | { readonly kind: 'unread'; readonly why: string }
);

export interface NamedRecordsOptions {
  readonly kind: RecordKind;
  readonly get: Get;
  readonly run: Pick<OpenRun, 'owners'>;
  readonly claims: Claims;
}

/** The form of the API's ids; a file may have a column `_id` from elsewhere. */
const isApiId = (id: string): boolean => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(id);

/** Finds out what is known of stored records that rows name: in the ledger, and in the account. */
export async function findNamed(
  records: readonly NamingRecord[],
  { kind, get, run, claims }: NamedRecordsOptions,
): Promise<readonly NamedRecord[]> {
  if (records.length === 0) return [];
  const owners = await run.owners(records.map(({ id }) => id));
  const asked = records.filter(({ id, fields }) => owners.has(id) || (isApiId(id) && movementOf(fields) !== undefined));
  const named = asked.map(({ id, fields }) => ({ id, movementId: movementOf(fields) }));
  const kin = new Set(asked.map(({ fields }) => kinOf(fields, kind)));
  const shown: StoredRecord[] = [];
  const stored = await readByIds(
    get,
    kind.listPath,
    named,
    (id) => owners.has(id),
    (all) => shown.push(...all.filter((each) => kin.has(kinOf(each, kind)))),
  );
  const sent = await run.owners(shown.map(({ id }) => id));
  return records.map(({ id, fields }): NamedRecord => {
    const owner = owners.get(id);
    const own = { id, place: owner };
    if ('reason' in stored) return { ...own, kind: 'unread', why: stored.reason };
    const record = stored.get(id);
    if (record === undefined) return { ...own, kind: 'gone', isBeingRemoved: owner?.entry === Entry.removing };
    const isOther =
      isOfOther(fields, record, kind.isUpsert) ||
      ((owner === undefined || kind.isUpsert) && hasNearer(fields, record, { shown, sent }, kind));
    if (isOther) return { ...own, kind: 'other', of: nameOf(record) };
    // It is not what a call in doubt has stored, unless the API replaces what it has.
    if (!kind.isUpsert) claims.claim(id);
    if (isPending(record)) return { ...own, kind: 'unread', why: 'the API is still to calculate it' };
    const changes = changedFields(fields, record);
    const isCopy = isWhole(fields, record) && isWhole(fieldsOf(record, kind), fields);
    const found = { ...own, changes, isCopy, createdAt: createdAt(record) };
    return { ...found, kind: hasEmissions(record) ? 'calculated' : 'failed' };
  });
}

/** By what records are told from those with which they may be confused: the movement, or the vehicle of a purchase. */
const kinOf = (fields: Fields | StoredRecord, { isUpsert }: RecordKind): string =>
  fold(String(fields[isUpsert ? 'vehicle_license_plate' : 'movement_id'] ?? ''));

/** The values of a stored record that a row may have. */
const fieldsOf = (record: StoredRecord, { fields }: RecordKind): Fields =>
  Object.fromEntries(
    Object.entries(record).filter(([name, value]) => name in fields && value !== null && value !== ''),
  ) as Fields;

/**
 * Whether another stored record of the movement, or of the vehicle, is more like a row than the one that it names: a leg told by its
 * places, say, or a purchase by its day. One that is equal and that this machine has sent may be the row's own new version.
 */
function hasNearer(fields: Fields, named: StoredRecord, { shown, sent }: Kin, kind: RecordKind): boolean {
  const distance = differingFields(fields, named).length;
  return shown.some((other) => {
    if (other.id === named.id || isOfOther(fields, other, kind.isUpsert)) return false;
    const own = differingFields(fields, other).length;
    return own < distance && !(own === 0 && sent.has(other.id));
  });
}

/** Stored records of the movements and vehicles of rows. */
interface Kin {
  readonly shown: readonly StoredRecord[];
  /** Of these, those that the ledger knows. */
  readonly sent: { has(id: string): boolean };
}

const movementOf = ({ movement_id: id }: Fields): string | undefined => (id === undefined ? undefined : String(id));

/** What a stored record is called: its movement, and what tells the leg; a purchase's vehicle. */
const nameOf = (record: StoredRecord): string =>
  ['movement_id', 'movement_stretch', 'movement_stage', 'package_key', 'vehicle_license_plate', 'date', 'quantity']
    .flatMap((name) => {
      const value = record[name];
      return value === undefined || value === null || value === '' ? [] : [`${name} ${String(value)}`];
    })
    .slice(0, 3)
    .join(', ');

export const hasEmissions = ({ co2e, kgco2e }: StoredRecord): boolean => (kgco2e ?? co2e ?? undefined) !== undefined;
