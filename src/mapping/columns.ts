import type { RecordKind } from '../records/kind.ts';
import { aliases, type AliasSource } from './aliases.ts';
import { nearest, normaliseName } from './names.ts';
import { isUnitOf } from './units.ts';

/** Why a column stands for a field. */
export type MatchReason = 'option' | 'file' | 'exact' | 'normalised' | AliasSource;

export interface Match {
  readonly field: string;
  readonly reason: MatchReason;
  /** The unit in the name, where it is not the field's own: `Peso (t)`. */
  readonly unit?: string;
}

/** Columns that this tool adds to the files it writes; they are never data. */
export const isHelperColumn = (name: string): boolean => name.startsWith('_');

const normalisedNames = new WeakMap<RecordKind, ReadonlyMap<string, Match>>();

/** Every normalised name of a kind's fields; made once for a kind, as it never changes. */
function namesOf(kind: RecordKind): ReadonlyMap<string, Match> {
  const known = normalisedNames.get(kind);
  if (known !== undefined) return known;
  const names = new Map<string, Match>();
  for (const [field, sources] of Object.entries(aliases[kind.name])) {
    if (!Object.hasOwn(kind.fields, field)) continue;
    for (const [source, list] of Object.entries(sources)) {
      for (const name of list) names.set(name, { field, reason: source as AliasSource });
    }
  }
  for (const field of Object.keys(kind.fields)) names.set(normaliseName(field), { field, reason: 'normalised' });
  normalisedNames.set(kind, names);
  return names;
}

/** Names that are nothing but a unit: what is sold in litres is fuel. */
const unitNames: Readonly<Record<RecordKind['name'], Readonly<Record<string, string>>>> = {
  requests: Object.fromEntries(
    [
      'kg',
      'kgs',
      'kilos',
      'kilogramos',
      'kilograms',
      'toneladas',
      'tonnes',
      'tons',
      'tonnen',
      'tn',
      'tm',
      'pallets',
      'palets',
      'teu',
      'feu',
    ].map((name) => [name, 'load']),
  ),
  recharges: Object.fromEntries(
    ['litros', 'litros unidades', 'num litros', 'litres', 'liters', 'liter', 'litri', 'lts', 'l', 'kwh', 'k wh'].map(
      (name) => [name, 'quantity'],
    ),
  ),
};

/** The field a column name stands for: its exact name, its name without case and accents, or an alias; perhaps with a unit. */
export function matchColumn(kind: RecordKind, column: string): Match | undefined {
  if (Object.hasOwn(kind.fields, column)) return { field: column, reason: 'exact' };
  if (isHelperColumn(column)) return undefined;
  const name = normaliseName(column);
  const names = namesOf(kind);
  const match = names.get(name);
  if (match !== undefined) return match;
  const sold = unitNames[kind.name][name];
  if (sold !== undefined) return { field: sold, reason: 'normalised', unit: name };
  const [, base = '', unit = ''] = /^(.+) (\S+)$/.exec(name) ?? [];
  const field = names.get(base) ?? names.get(`${base} km`);
  return field !== undefined && isUnitOf(field.field, unit) ? { ...field, unit } : undefined;
}

/**
 * The unit that a column's name gives for a field: `t` of `Peso (t)`, `Toneladas` for a load. Whoever maps a column by hand
 * means the values as they are called.
 */
export function unitOfName(field: string, column: string): string | undefined {
  const unit = normaliseName(column).split(' ').at(-1) ?? '';
  return isUnitOf(field, unit) ? unit : undefined;
}

/** The field that an unmatched column name is nearest to, by its name or an alias. */
export function suggestField(kind: RecordKind, column: string): string | undefined {
  const names = namesOf(kind);
  const name = nearest(column, names.keys());
  return name === undefined ? undefined : names.get(name)?.field;
}
