import type { StoredRequest } from '../api/read-back.ts';
import type { FieldValue, Fields } from '../records/kind.ts';

/**
 * Finds for each record the stored shipment that is the same: every field that both have is equal. Each stored one stands
 * for one record, so of two records alike that are stored once one is found.
 */
export function matchStored(
  records: ReadonlyMap<number, Fields>,
  stored: readonly StoredRequest[],
): ReadonlyMap<number, StoredRequest> {
  const byMovement = new Map<string, StoredRequest[]>();
  for (const each of stored) {
    const id = each.movement_id ?? '';
    const alike = byMovement.get(id);
    if (alike === undefined) byMovement.set(id, [each]);
    else alike.push(each);
  }
  const found = new Map<number, StoredRequest>();
  // A record with few fields may be like several stored ones, and must not take that of a record with more.
  const fullestFirst = [...records].toSorted(([, a], [, b]) => Object.keys(b).length - Object.keys(a).length);
  for (const [index, record] of fullestFirst) {
    const candidates = byMovement.get(String(record['movement_id'])) ?? [];
    const place = candidates.findIndex((each) => isSame(record, each));
    const [match] = place === -1 ? [] : candidates.splice(place, 1);
    if (match !== undefined) found.set(index, match);
  }
  return found;
}

/** What the API works out or completes by itself may differ from what was sent. */
const calculated: ReadonlySet<string> = new Set(['toc', 'category', 'distance_km', 'tkm', 'year']);

/** What tells the legs of a movement apart, also by being absent. */
const ofTheLeg = ['movement_stretch', 'movement_stage', 'package_key', 'origin', 'destination'] as const;

/** A hub stands for an address, which the API may fill in. */
const ofTheHub: ReadonlySet<string> = new Set(['origin', 'destination']);

function isSame(record: Fields, stored: StoredRequest): boolean {
  const hasLeg = ofTheLeg.every((name) => {
    const other = stored[name];
    // What a list does not have at all says nothing; null says that there is no value.
    if (other === undefined || (ofTheHub.has(name) && record['hub_id'] !== undefined)) return true;
    return (record[name] === undefined) === (other === null || other === '');
  });
  return (
    hasLeg &&
    Object.entries(record).every(([name, value]) => {
      const other = stored[name];
      if (other === undefined || other === null || calculated.has(name)) return true;
      return isEqual(value, other);
    })
  );
}

const isEqual = (value: FieldValue, other: unknown): boolean =>
  typeof value === 'number' && typeof other === 'number'
    ? Math.abs(value - other) <= 1e-9 * Math.abs(value)
    : String(value).trim() === String(other).trim();
