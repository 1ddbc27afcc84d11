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

/** `dd/mm/aaaa`, `TT.MM.JJJJ`, `YYYY-MM-DD hh:mm`. */
const datePattern = /^[dmyajths]+(?:[-./: ][dmyajths]+)+$/i;

/**
 * The names of columns with the units of a row below them: `Distance` over `mi` is `Distance (mi)`. Such a row has units
 * below the names of measures, and patterns of dates below those of other fields; below columns that are not known, words such as `EUR`.
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
    if (name === undefined || isMeasure(name)) return name !== undefined && unitOf(text) !== undefined;
    return isKnownColumn(name) ? datePattern.test(text) : /^\D/.test(text);
  });
  if (!isOfUnits || !filled.some(([column]) => isMeasure(names[column] ?? ''))) return undefined;
  const units = new Map(filled);
  return names.map((name, column) => {
    const text = units.get(column);
    if (text === undefined || unitOf(text) === undefined) return name;
    const own = unitOf(name.split(/[^\p{L}\p{N}]+/u).findLast((word) => word !== '') ?? '');
    if (own === undefined) return `${name} (${text})`;
    if (own === unitOf(text)) return name;
    throw usageError(
      'UNIT_OTHER',
      `the column ${quote(name)} of ${path} has the unit ${quote(text)} below its name`,
      'correct the name or the unit: one of them is wrong',
    );
  });
}
