import type { FieldValue } from '../records/kind.ts';
import { missingUnitProblem, otherDimensionProblem, otherUnitProblem } from './read-field.ts';
import { applyConversion, type Conversion, findUnit, loadConversion, quantityConversion } from './units.ts';
import type { Problem } from './values.ts';

/** The number of a row that may be in several units, with all that says in which one. */
export interface UnitQuestion {
  readonly field: 'load' | 'quantity';
  /** After the number, or in the column's name. */
  readonly unit: string | undefined;
  readonly isOfColumn: boolean;
  /** The row's own field for the unit. */
  readonly rowUnit: string | undefined;
  /** A quantity that is sent is in the unit that its fuel is sold in, where that is known. */
  readonly sold?: SoldIn | undefined;
  /** Other rows have other units than the usual one: a number without a unit is not understood. */
  readonly isNeeded: boolean;
}

export interface SoldIn {
  readonly unit: string | undefined;
}

/** What becomes of the number: `undefined` where it stays as it is. */
export type UnitAnswer =
  | (Conversion & { readonly problem?: undefined })
  | { readonly problem: (text: string) => Problem; readonly field: string };

/** Decides in which unit a number is, and how it is brought to one that its record can have. */
export function settleUnit({ field, unit, isOfColumn, rowUnit, sold, isNeeded }: UnitQuestion): UnitAnswer | undefined {
  if (unit === undefined && rowUnit === undefined) {
    if (!isNeeded) return undefined;
    const problem = missingUnitProblem(field);
    return { problem: () => problem, field: field === 'load' ? 'load_unit' : 'quantity_unit' };
  }
  if (field === 'load') {
    const conversion = loadConversion(unit, rowUnit) ?? (isOfColumn ? loadConversion(undefined, rowUnit) : undefined);
    return conversion ?? { problem: (text) => otherUnitProblem(field, text, rowUnit ?? ''), field };
  }
  const isContradiction = rowUnit !== undefined && unit !== undefined && findUnit(rowUnit)?.id !== findUnit(unit)?.id;
  if (isContradiction) return { problem: (text) => otherUnitProblem(field, text, rowUnit), field };
  const isOpen = sold !== undefined && sold.unit === undefined && findUnit(unit ?? rowUnit ?? '')?.id === 'm3';
  const conversion = isOpen ? undefined : quantityConversion(unit, rowUnit, sold?.unit);
  return conversion ?? { problem: () => otherDimensionProblem(unit ?? rowUnit ?? '', sold?.unit), field };
}

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
