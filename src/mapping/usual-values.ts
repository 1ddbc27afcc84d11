import { isNumberTag } from '../columns/batch.ts';
import type { SampleRow } from '../input/input.ts';
import type { SampleTable } from './conventions.ts';
import type { Mapping } from './mapping.ts';
import { type DecimalMark, parseNumber, splitUnit } from './numbers.ts';
import { settleUnit } from './settle-unit.ts';
import { applyConversion, convert, findUnit, type MeasuredField, settledUnit, unitFieldOf } from './units.ts';

/** Bounds of what is usual in a column, in the field's own unit. */
export interface UsualRange {
  readonly least: number;
  readonly most: number;
}

/** A slip of the decimal mark is a factor of 1,000; values of one column seldom differ so much from their middle. */
const factor = 500 * (1 + 1e-9);
const fields: ReadonlySet<string> = new Set(['quantity', 'distance_km', 'tkm']);

/** The mark of a cell: a number of JSON or of a workbook has a dot, whatever the texts of the file have. */
export const markOf = (tag: number | undefined, mark: DecimalMark): DecimalMark => (isNumberTag(tag) ? '.' : mark);

/**
 * By field, a range around the median of the sampled values. A single value beyond it may have lost its decimal mark.
 * A load has such a range where no other column says its unit.
 */
export function usualRanges(
  { sources }: Mapping,
  rows: readonly SampleRow[],
  mark: DecimalMark,
): Readonly<Record<string, UsualRange>> {
  const ownUnits = new Set(sources.flatMap(({ field, columns }) => (columns.length > 0 ? [field] : [])));
  const ranges: Record<string, UsualRange> = {};
  for (const { field, columns, unit } of sources) {
    const [column] = columns;
    // Tonne-kilometres are a product: where its parts are there, they say what is usual.
    const isProduct = field === 'tkm' && (ownUnits.has('load') || ownUnits.has('distance_km'));
    const isRanged = (fields.has(field) && !isProduct) || (field === 'load' && !ownUnits.has('load_unit'));
    if (!isRanged || column === undefined || columns.length > 1) continue;
    if (field === 'distance_km' && ownUnits.has('distance_unit')) continue;
    if (field === 'quantity' && (ownUnits.has('quantity_unit') || isCubicMetre(unit))) continue;
    const values = rows.flatMap(({ cells, tags, isMalformed }) => {
      const text = isMalformed ? '' : (cells[column] ?? '');
      if (splitUnit(text) !== undefined) return [];
      const value = parseNumber(text, markOf(tags[column], mark));
      return value === undefined || value === 0 ? [] : [Math.abs(value)];
    });
    const median = values.toSorted((a, b) => a - b)[values.length >> 1];
    if (median === undefined || values.length < 2) continue;
    const own = unit === undefined ? median : inRecordUnit(field, median, unit);
    ranges[field] = { least: own / factor, most: own * factor };
  }
  return ranges;
}

/** Some fuels are sold by it, and others by the litre: the values of a column become of two sizes. */
const isCubicMetre = (unit: string | undefined): boolean => unit !== undefined && findUnit(unit)?.id === 'm3';

/** A number in the unit of its column as the record has it. */
function inRecordUnit(field: string, value: number, unit: string): number {
  if (unitFieldOf(field) === undefined) return convert(field, value, unit) ?? value;
  // Which gallon or ton is meant makes little of a factor of 500.
  const own = settledUnit(unit, { gallon: 'us' })?.id ?? unit;
  const conversion = settleUnit({
    field: field as MeasuredField,
    unit: own,
    isOfColumn: true,
    rowUnit: undefined,
    isNeeded: false,
  });
  return conversion === undefined || conversion.problem !== undefined ? value : applyConversion(value, conversion);
}

/** By field of numbers, the most decimals that a sampled text has. */
export const mostPlaces = (
  { kind, mapping, rows }: Pick<SampleTable, 'kind' | 'mapping' | 'rows'>,
  mark: DecimalMark,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    mapping.sources.flatMap(({ field, columns: [column] }) => {
      if (column === undefined || kind.fields[field]?.type !== 'number') return [];
      let most = 0;
      for (const { cells, tags, isMalformed } of rows) {
        const text = isMalformed ? '' : (cells[column] ?? '');
        const at = text.lastIndexOf(markOf(tags[column], mark));
        if (at !== -1) most = Math.max(most, /^\d*/.exec(text.slice(at + 1))?.[0].length ?? 0);
      }
      return [[field, most]];
    }),
  );
