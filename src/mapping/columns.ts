import type { RecordKind } from '../records/kind.ts';
import { aliases, type AliasSource, lesserAliases } from './aliases.ts';
import { nearest, normaliseName } from './names.ts';
import { findUnit, isGrossBasis, isUnitOf } from './units.ts';

/** Why a column is mapped to a field. */
export type MatchReason = 'option' | 'file' | 'exact' | 'normalised' | 'values' | 'lesser' | AliasSource;

export interface Match {
  readonly field: string;
  readonly reason: MatchReason;
  /** The unit in the name, where it is not the field's own: `Peso (t)`. */
  readonly unit?: string;
}

/** Words that name a place where their values do, and a time elsewhere. */
const ends: Readonly<Record<string, 'origin' | 'destination'>> = Object.fromEntries([
  ...'departure salida sortida saida partida depart partenza abgang abfahrt'.split(' ').map((word) => [word, 'origin']),
  ...'arrival llegada arribada chegada arrivee arrivo ankunft'.split(' ').map((word) => [word, 'destination']),
]);

/** The end of a journey that a column's name means, if its values are places: `Salida`, `Arrivée`. */
export const endOfJourney = (column: string): 'origin' | 'destination' | undefined => ends[normaliseName(column)];

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
  for (const [name, field] of lesserAliases[kind.name]) {
    if (!names.has(name)) names.set(name, { field, reason: 'lesser' });
  }
  for (const field of Object.keys(kind.fields)) names.set(normaliseName(field), { field, reason: 'normalised' });
  normalisedNames.set(kind, names);
  return names;
}

/** What a column is whose name is nothing but a unit: what is sold in litres is fuel. Short names could be anything. */
function soldIn(kind: RecordKind, name: string): Match | undefined {
  const unit = findUnit(name);
  if (unit === undefined || (name.length < 2 && unit.id !== 'l')) return undefined;
  const field = kind.isTransport ? 'load' : 'quantity';
  const isBare = isUnitOf(field, name) && Object.hasOwn(kind.fields, field);
  return isBare ? { field, reason: 'normalised', unit: name } : undefined;
}

/** Sums of money and shares, whatever else a name says: `Cantidad €`. */
const noAmount = /[€$£¥%]/u;

/** The field a column name means: its exact name, its name without case and accents, or an alias; perhaps with a unit. */
export function matchColumn(kind: RecordKind, column: string): Match | undefined {
  const match = matchName(kind, column);
  const isAmount = match !== undefined && unitsToAsk[match.field] !== undefined;
  return isAmount && noAmount.test(column) ? undefined : match;
}

function matchName(kind: RecordKind, column: string): Match | undefined {
  if (Object.hasOwn(kind.fields, column)) return { field: column, reason: 'exact' };
  if (isHelperColumn(column)) return undefined;
  const name = normaliseName(column);
  const names = namesOf(kind);
  // `UoM` is one word.
  const match = names.get(name) ?? names.get(normaliseName(column.toLowerCase()));
  if (match !== undefined) return match;
  const sold = soldIn(kind, name);
  if (sold !== undefined) return sold;
  const words = name.split(' ');
  // `volume us gal` ends with two words of one unit.
  for (const count of [2, 1]) {
    const unit = words.slice(-count).join(' ');
    const base = words.slice(0, -count).join(' ');
    const field = names.get(base) ?? names.get(`${base} km`);
    if (field !== undefined && isUnitOf(field.field, unit)) return { ...field, unit };
  }
  return undefined;
}

/**
 * The unit that a column's name gives for a field: `t` of `Peso (t)`, `Toneladas` for a load. A user who maps a column by hand
 * means the values as they are called.
 */
export function unitOfName(field: string, column: string): string | undefined {
  const words = normaliseName(column).split(' ');
  return [words.slice(-2).join(' '), words.at(-1) ?? ''].find((unit) => isUnitOf(field, unit));
}

/** Why a column can't be mapped by hand to a field: the unit that its name says is none of the field's. */
export function otherUnitOfName(field: string, column: string): string | undefined {
  if (!isUnitOf(field, unitsToAsk[field] ?? '')) return undefined;
  const words = normaliseName(column).split(' ');
  if (field === 'quantity' && words.some((word) => isGrossBasis(word)) && hasEnergy(words)) {
    return 'energy by the gross heating value, while the factors are by the net one';
  }
  const [, bracketed = ''] = /[([]\s*([^)\]]+?)\s*[)\]]\s*$/.exec(column) ?? [];
  const unit = findUnit(bracketed);
  return unit === undefined || isUnitOf(field, bracketed) ? undefined : unit.id;
}

/** Fields whose values have a unit, and one of their units. */
const unitsToAsk: Readonly<Record<string, string>> = { distance_km: 'km', load: 'kg', quantity: 'l', tkm: 'tkm' };

/** `kWh` is two words. */
const hasEnergy = (words: readonly string[]): boolean =>
  words.some((word, at) =>
    [word, `${word}${words[at + 1] ?? ''}`].some((each) => findUnit(each)?.dimension === 'energy'),
  );

/** The field that an unmatched column name is nearest to, by its name or an alias. */
export function suggestField(kind: RecordKind, column: string): string | undefined {
  const names = namesOf(kind);
  const name = nearest(column, names.keys());
  return name === undefined ? undefined : names.get(name)?.field;
}
