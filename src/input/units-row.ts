import { usageError } from '../errors.ts';
import { quote } from '../issues.ts';
import type { DetectOptions } from './table.ts';

/** A cell without a unit. */
const isBlank = (text: string): boolean => /^[-\u2013\u2014]*$/.test(text);

/** `(lb)` and `[t]` are `lb` and `t`. */
const bare = (text: string): string =>
  text
    .trim()
    .replace(/^[([{](.*)[)\]}]$/, '$1')
    .trim();

/**
 * The names of columns with the units of a row below them: `Distance` over `mi` is `Distance (mi)`. Such a row has nothing but units, one
 * of them below the name of a measure and none below that of another field.
 *
 * @param below the cells under the names
 * @returns `undefined` where they are not all units
 * @throws RunError (exit 2) for a unit that contradicts the one in the name above it
 */
export function namesWithUnits(
  names: readonly string[],
  below: readonly string[] | undefined,
  { path, isKnownColumn, isMeasure = () => false, unitOf = () => undefined }: Omit<DetectOptions, 'delimiter'>,
): readonly string[] | undefined {
  const texts = (below ?? []).map(bare);
  const filled = [...texts.entries()].filter(([, text]) => !isBlank(text));
  const isOfUnits = filled.every(([column, text]) => {
    const name = names[column];
    return name !== undefined && unitOf(text) !== undefined && (isMeasure(name) || !isKnownColumn(name));
  });
  if (!isOfUnits || !filled.some(([column]) => isMeasure(names[column] ?? ''))) return undefined;
  const units = new Map(filled);
  return names.map((name, column) => {
    const text = units.get(column);
    const own = unitOf(name.split(/[^\p{L}\p{N}]+/u).findLast((word) => word !== '') ?? '');
    if (text === undefined || (own !== undefined && own === unitOf(text))) return name;
    if (own === undefined) return `${name} (${text})`;
    throw usageError(
      'UNIT_OTHER',
      `the column ${quote(name)} of ${path} has the unit ${quote(text)} below its name`,
      'correct the name or the unit: one of them is wrong',
    );
  });
}
