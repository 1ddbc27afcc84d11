import type { FieldValue } from '../records/kind.ts';
import { missingUnitProblem, otherDimensionProblem, otherUnitProblem } from './read-field.ts';
import {
  applyConversion,
  type Conversion,
  distanceConversion,
  findUnit,
  loadConversion,
  type MeasuredField,
  quantityConversion,
  unitFieldOf,
} from './units.ts';
import type { Problem } from './values.ts';

/** The number of a row that may be in several units, with all that says in which one. */
export interface UnitQuestion {
  readonly field: MeasuredField;
  /** After the number, or in the column's name. */
  readonly unit: string | undefined;
  readonly isOfColumn: boolean;
  /** The row's own field for the unit. */
  readonly rowUnit: string | undefined;
  /** A quantity that is sent is in the unit that its fuel is sold in, where that is known. */
  readonly sold?: SoldIn | undefined;
  /** Other rows have other units than the usual one: a number without a unit is not understood. */
  readonly isNeeded: boolean;
  /** The name of its column says that a load is a weight: no row's unit makes it a number of pieces. */
  readonly isWeight?: boolean | undefined;
}

export interface SoldIn {
  readonly unit: string | undefined;
}

/** What becomes of the number: `undefined` where it stays as it is. */
export type UnitAnswer =
  | (Conversion & { readonly problem?: undefined })
  | { readonly problem: (text: string) => Problem; readonly field: string };

/** Decides in which unit a number is, and how it is brought to one that its record can have. */
export function settleUnit({
  field,
  unit,
  isOfColumn,
  rowUnit,
  sold,
  isNeeded,
  isWeight = false,
}: UnitQuestion): UnitAnswer | undefined {
  if (unit === undefined && rowUnit === undefined) {
    if (!isNeeded) return undefined;
    const problem = missingUnitProblem(field);
    return { problem: () => problem, field: unitFieldOf(field) ?? field };
  }
  const own = unit ?? rowUnit ?? '';
  const contradicted = contradiction({ field, unit, isOfColumn, rowUnit, isNeeded, isWeight });
  if (contradicted !== undefined) return { problem: contradicted, field };
  if (field === 'distance_km') return distanceConversion(own);
  if (field === 'load') {
    return loadConversion(unit, rowUnit) ?? { problem: (text) => otherUnitProblem(field, text, rowUnit ?? ''), field };
  }
  const isOpen = sold !== undefined && sold.unit === undefined && findUnit(own)?.id === 'm3';
  const conversion = isOpen ? undefined : quantityConversion(unit, rowUnit, sold?.unit);
  return conversion ?? { problem: () => otherDimensionProblem(own, sold?.unit), field };
}

/**
 * Why the unit of a row can't be that of its number. The name of a column and a column of units are never both right where they differ; a
 * mass after the number is brought to the row's.
 */
function contradiction({
  field,
  unit,
  isOfColumn,
  rowUnit,
  isWeight = false,
}: UnitQuestion): ((text: string) => Problem) | undefined {
  if (rowUnit === undefined) return undefined;
  if (unit === undefined) {
    const isCounted = isWeight && findUnit(rowUnit)?.dimension === 'pieces';
    return isCounted ? (text) => otherUnitProblem(field, text, rowUnit, 'a weight') : undefined;
  }
  if (unitIdOf(unit) === unitIdOf(rowUnit) || (field === 'load' && !isOfColumn)) return undefined;
  return (text) => otherUnitProblem(field, text, rowUnit, isOfColumn ? `in ${unit}` : undefined);
}

/** Records call a tonne a ton, which elsewhere could be another. */
const unitIdOf = (name: string): string | undefined => (name === 'ton' ? 't' : findUnit(name)?.id);

/** Decimals of a quantity that was converted for the API. */
const sentDecimals = 1e6;

/** A number after its conversion; one that is sent is rounded to six decimals. */
export function converted(value: number, conversion: Conversion, isSent: boolean): number {
  const result = applyConversion(value, conversion);
  if (!isSent || conversion.own === conversion.wanted) return result;
  const rounded = Math.round(result * sentDecimals) / sentDecimals;
  return Number.isFinite(rounded) ? rounded : result;
}

export const textOrNone = (value: FieldValue | undefined): string | undefined =>
  value === undefined ? undefined : String(value);
