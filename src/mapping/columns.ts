import type { RecordKind } from '../records/kind.ts';
import { aliases, type AliasSource } from './aliases.ts';
import { nearest, normaliseName } from './names.ts';

/** Why a column stands for a field. */
export type MatchReason = 'option' | 'file' | 'exact' | 'normalised' | AliasSource;

export interface Match {
  readonly field: string;
  readonly reason: MatchReason;
}

/** Columns that this tool adds to the files it writes; they are never data. */
export const isHelperColumn = (name: string): boolean => name.startsWith('_');

const normalisedNames = new Map<RecordKind['name'], ReadonlyMap<string, Match>>();

/** Every normalised name of a kind's fields; made once for a kind, as it never changes. */
function namesOf(kind: RecordKind): ReadonlyMap<string, Match> {
  const known = normalisedNames.get(kind.name);
  if (known !== undefined) return known;
  const names = new Map<string, Match>();
  for (const [field, sources] of Object.entries(aliases[kind.name])) {
    for (const [source, list] of Object.entries(sources)) {
      for (const name of list) names.set(name, { field, reason: source as AliasSource });
    }
  }
  for (const field of Object.keys(kind.fields)) names.set(normaliseName(field), { field, reason: 'normalised' });
  normalisedNames.set(kind.name, names);
  return names;
}

/** The field a column name stands for: its exact name, its name without case and accents, or an alias. */
export function matchColumn(kind: RecordKind, column: string): Match | undefined {
  if (Object.hasOwn(kind.fields, column)) return { field: column, reason: 'exact' };
  return isHelperColumn(column) ? undefined : namesOf(kind).get(normaliseName(column));
}

/** The field that an unmatched column name is nearest to, by its name or an alias. */
export function suggestField(kind: RecordKind, column: string): string | undefined {
  const names = namesOf(kind);
  const name = nearest(column, names.keys());
  return name === undefined ? undefined : names.get(name)?.field;
}
