import { printable, clip } from '../issues.ts';
import type { MatchReason } from '../mapping/columns.ts';
import { patternOf } from './text-pattern.ts';
import type { Inspection } from './inspect.ts';

/** What can be said of a column without a value of it. */
export interface ColumnStructure {
  /** `undefined` where the names may be values: see `structureOf`. */
  readonly name: string | undefined;
  readonly field: string | undefined;
  /** Why it means the field. */
  readonly reason: MatchReason | 'constant' | undefined;
  /** The unit that its name gives. */
  readonly unit: string | undefined;
  /** Rows of the sample that have no value. */
  readonly empty: number;
  /** Different values in the sample. */
  readonly distinct: number;
  /** The most frequent patterns of its values, see `patternOf`. */
  readonly patterns: readonly { readonly pattern: string; readonly count: number }[];
  /** Values that follow other patterns. */
  readonly others: number;
}

const patternsShown = 8;

/**
 * The columns of an input as a stranger may see them. Names of columns are shown; but where fewer than two of them are known,
 * what was taken for the header may be a row of data, and none is.
 */
export function structureOf(
  { input: { table }, mapping, sample }: Inspection,
  isKnownColumn: (name: string) => boolean,
): readonly ColumnStructure[] {
  const showsNames = table.columns.filter(isKnownColumn).length >= 2;
  return table.columns.map((name, index): ColumnStructure => {
    const source = mapping?.sources.find(({ columns }) => columns.includes(index));
    const values = sample.flatMap(({ cells, isMalformed }) => (isMalformed ? [] : [(cells[index] ?? '').trim()]));
    const filled = values.filter((value) => value !== '');
    const patterns = countPatterns(filled);
    const shown = patterns.slice(0, patternsShown);
    return {
      name: showsNames ? printable(clip(name)) : undefined,
      field: source?.field,
      reason: source?.reason,
      unit: source?.unit,
      empty: values.length - filled.length,
      distinct: new Set(filled).size,
      patterns: shown,
      others: patterns.slice(patternsShown).reduce((sum, { count }) => sum + count, 0),
    };
  });
}

/** The most frequent first. */
function countPatterns(values: readonly string[]): ColumnStructure['patterns'] {
  const counts = new Map<string, number>();
  for (const value of values) {
    const pattern = patternOf(value);
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  return [...counts].map(([pattern, count]) => ({ pattern, count })).toSorted((a, b) => b.count - a.count);
}
