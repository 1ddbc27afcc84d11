import type { Fields, RecordKind } from '../../src/records/kind.ts';

const plates: ReadonlySet<string> = new Set(['vehicle_license_plate', 'trailer_license_plate']);

const comparable = (field: string, value: Fields[string] | undefined) =>
  typeof value === 'string' && plates.has(field) ? value.trim().toUpperCase() : (value ?? null);

/** Two records with the same text are the same one. What has no value in the key is itself alone, all of it. */
export function keyOf(kind: RecordKind, record: Fields, keyFields: readonly string[] | undefined): string {
  const { fields, needs } = kind.defaultKey;
  const names = keyFields ?? (needs === undefined || record[needs] !== undefined ? fields : undefined);
  return names === undefined || names.every((name) => record[name] === undefined)
    ? JSON.stringify(Object.entries(record).map(([name, value]) => [name, comparable(name, value)]))
    : JSON.stringify(names.map((name) => comparable(name, record[name])));
}

/** The fields in which two records differ. */
export const differences = (kind: RecordKind, a: Fields, b: Fields): readonly string[] =>
  Object.keys(kind.fields).filter((field) => comparable(field, a[field]) !== comparable(field, b[field]));

/** The mark of a refused row, as every version must write it: 64 bits of a hash of its key. */
export function markOf(key: string): string {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let at = 0; at < key.length; at += 1) {
    high = Math.imul(high ^ key.charCodeAt(at), 0x01000193);
    low = Math.imul(low ^ key.charCodeAt(at), 0x5bd1e995) + (low >>> 15);
  }
  return `[key ${finish(high ^ key.length)}${finish(low ^ high)}]`;
}

function finish(hash: number): string {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0).toString(16).padStart(8, '0');
}

/** Two rows of a shipment that say nothing else of their leg: with the same load over other distances, or by other vehicles. */
export const areLegs = ({ isTransport }: RecordKind, a: Fields, b: Fields): boolean =>
  isTransport &&
  ['movement_stretch', 'movement_stage', 'package_key', 'origin', 'destination'].every(
    (field) => a[field] === undefined && b[field] === undefined,
  ) &&
  ['load', 'load_unit'].every((field) => a[field] === b[field]) &&
  ['distance_km', 'category', 'toc', 'vehicle_license_plate'].some((field) => a[field] !== b[field]);
