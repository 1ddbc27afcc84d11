import type { RecordKind } from '../records/kind.ts';
import { type Match, unitOfName } from './columns.ts';
import type { FieldSource } from './mapping.ts';
import { findUnit, isUnitField, isUnitOf, isWeightName } from './units.ts';

/** Whether a column is one for units by a name that could be another's; a `Distance unit` is nothing else. */
export const isAliasOfUnit = ({ field, reason }: Pick<FieldSource, 'field' | 'reason'>): boolean =>
  isUnitField(field) && field !== 'distance_unit' && reason !== 'exact' && reason !== 'normalised';

/** Whose unit a column named `Unit` holds, by its values: that of the load, of the distance, or none. */
export const matchOfUnits = (kind: RecordKind, match: Match, values: readonly string[]): Match | undefined =>
  [match, { ...match, field: 'distance_unit' }].find(
    (each) => Object.hasOwn(kind.fields, each.field) && holdsUnits(each, values),
  );

/** `Unit 1042` is a vehicle: a column by another name is one for units if one of its values is a unit and none is a number. */
function holdsUnits({ field }: Match, values: readonly string[]): boolean {
  return values.some((value) => isUnitOf(field, value)) && !values.some((value) => /^[\d.,\s]+$/.test(value));
}

/**
 * Brings numbers together with the columns of their units: the name of a distance may contradict its own, and pallets are not the unit of a
 * `Peso`.
 *
 * @returns the column of units that belongs to a field which is not there
 */
export function settleUnitColumns(
  byField: Map<string, FieldSource>,
  columns: readonly string[],
  valuesIn: (column: number) => readonly string[],
): string | undefined {
  const nameOf = ({ columns: indices }: FieldSource): string => columns[indices.at(-1) ?? -1] ?? '';
  const distance = byField.get('distance_km');
  if (distance !== undefined && byField.has('distance_unit')) {
    byField.set('distance_km', { ...distance, unit: distance.unit ?? unitOfName('distance_km', nameOf(distance)) });
  }
  const load = byField.get('load');
  const unit = byField.get('load_unit');
  if (load === undefined || unit === undefined || !isAliasOfUnit(unit) || !isWeightName(nameOf(load))) return undefined;
  if (isExplicit(unit)) return undefined;
  byField.set('load', { ...load, isWeight: true });
  if (valuesIn(unit.columns[0] ?? -1).some((value) => findUnit(value)?.dimension === 'mass')) return undefined;
  byField.delete('load_unit');
  return nameOf(unit);
}

const isExplicit = ({ reason }: FieldSource): boolean => reason === 'option' || reason === 'file';
