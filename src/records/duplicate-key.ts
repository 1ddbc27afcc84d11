import type { Fields, KeyRule, RecordKind } from './kind.ts';

/** Plates are compared without outer spaces and case; they are sent as given. */
const plateFields: ReadonlySet<string> = new Set(['vehicle_license_plate', 'trailer_license_plate']);

/**
 * The text by which two records are the same record.
 *
 * A field without a value compares as equal to another one without a value. Two records have the same text exactly
 * when all their key fields are equal.
 *
 * @param keyFields the fields to compare; `undefined` takes the kind's own rule
 */
export function duplicateKey(kind: RecordKind, record: Fields, keyFields?: readonly string[]): string {
  const names = keyFields ?? fieldsOf(kind.defaultKey, record);
  // Records without any value in the key have nothing in common but that.
  const isKeyless = names === undefined || names.every((name) => record[name] === undefined);
  if (isKeyless) return JSON.stringify(Object.entries(record).map(([name, value]) => [name, comparable(name, value)]));
  return JSON.stringify(names.map((name) => comparable(name, record[name])));
}

const fieldsOf = ({ fields, needs }: KeyRule, record: Fields): readonly string[] | undefined =>
  needs === undefined || record[needs] !== undefined ? fields : undefined;

const foldPlate = (plate: string): string => plate.trim().toUpperCase();

/** How values of a field are compared, where that is not as they are. */
export const foldOf = (field: string): ((text: string) => string) | undefined =>
  plateFields.has(field) ? foldPlate : undefined;

const comparable = (name: string, value: Fields[string] | undefined) =>
  typeof value === 'string' ? (foldOf(name)?.(value) ?? value) : (value ?? null);

/** The fields in which two records with the same key differ. */
export const differingFields = (kind: RecordKind, a: Fields, b: Fields): readonly string[] =>
  Object.keys(kind.fields).filter((name) => comparable(name, a[name]) !== comparable(name, b[name]));
