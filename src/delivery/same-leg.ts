import type { Fields, RecordKind } from '../records/kind.ts';
import { differingFields, fold } from './compare-stored.ts';
import type { StoredRecord } from './read-stored.ts';

const hasValue = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const folded = (value: unknown): string => (hasValue(value) ? fold(String(value)) : '');

/**
 * Whether a stored record is of the same leg (a purchase: has the same key) as one of a file, whatever its other values are. What a list
 * does not show says nothing: then it is not.
 *
 * @param own the stored record that the one of the file has become, where it is known: the API writes both in the same way
 */
export function isSameLeg(
  { identity }: Pick<RecordKind, 'identity'>,
  record: Fields,
  other: StoredRecord,
  own?: StoredRecord,
): boolean {
  const { fields, needs } = identity;
  if (!needs.every((name) => hasValue(record[name]))) return false;
  if (fields.some((name) => hasValue(record[name]) && other[name] === undefined)) return false;
  // The API may return the place of a hub, and no place was sent then.
  const names = [...fields, 'hub_id'];
  if (own !== undefined && names.every((name) => folded(own[name]) === folded(other[name]))) return true;
  const differing = new Set(differingFields(record, other));
  return names.every((name) => hasValue(record[name]) === hasValue(other[name]) && !differing.has(name));
}
