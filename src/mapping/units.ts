import { readData } from '../embedded.ts';
import { Remembered } from '../remembered.ts';
import { normaliseName } from './names.ts';
import { lazily } from './vocabulary.ts';

type Dimension = 'volume' | 'mass' | 'distance' | 'energy' | 'pieces' | 'transport';

/** A unit of `data/units.json`. */
export interface Unit {
  readonly id: string;
  readonly dimension: Dimension;
  /** Litres, kilograms, kilometres or kilowatt-hours of one; 0 where it could be one of several. */
  readonly per: number;
  readonly rec20?: string;
  readonly names: string;
  /** By answers of the user, what an ambiguous unit is. */
  readonly is?: Readonly<Record<string, string>>;
}

interface UnitFile {
  readonly rows: readonly Unit[];
  readonly gross: { readonly words: string };
  readonly weights: { readonly words: string };
  readonly gallons: { readonly us: string; readonly imperial: string };
}

export type Gallon = 'us' | 'imperial';
export type Ton = 'metric' | 'short';

/** What ambiguous units are: `gal` and `ton`; `undefined` where that is open. */
export interface UnitMeanings {
  readonly gallon?: Gallon | undefined;
  readonly ton?: Ton | 'open' | undefined;
}

const file = lazily(() => {
  const { rows, gross, weights, gallons } = readData<UnitFile>('units.json');
  const byName = new Map(
    rows.flatMap((unit) =>
      [unit.id, unit.rec20 ?? '', ...unit.names.split(' ')].map((name): [string, Unit] => [normalise(name), unit]),
    ),
  );
  byName.delete('');
  return {
    byName,
    byId: new Map(rows.map((unit) => [unit.id, unit])),
    gross: new Set(gross.words.split(' ')),
    weights: new RegExp(`(?:${weights.words.replaceAll(' ', '|')})(?: |$)`),
    gallons: { us: new Set(gallons.us.split(' ')), imperial: new Set(gallons.imperial.split(' ')) },
  };
});

const normalise = (unit: string): string =>
  unit
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** A unit by its name, abbreviation or Recommendation 20 code. */
export const findUnit = (name: string): Unit | undefined => found.of(name) ?? undefined;

const found = new Remembered((name: string) => file().byName.get(normalise(name)) ?? null);

/** Whether a word says that an energy is by the gross heating value, which the factors are not. */
export const isGrossBasis = (word: string): boolean => file().gross.has(word);

/** Whether a column's name says that its numbers are weights: `Peso bruto`, `Ladungsgewicht`. */
export const isWeightName = (name: string): boolean => file().weights.test(normaliseName(name));

const dimensions: Readonly<Record<string, readonly Dimension[]>> = {
  load: ['mass', 'pieces'],
  load_unit: ['mass', 'pieces'],
  quantity: ['volume', 'mass', 'energy'],
  quantity_unit: ['volume', 'mass', 'energy'],
  distance_km: ['distance'],
  distance_unit: ['distance'],
  tkm: ['transport'],
};

/** Whether a unit is one that a field can be given in. */
export const isUnitOf = (field: string, name: string): boolean => {
  const unit = findUnit(name);
  return unit !== undefined && dimensions[field]?.includes(unit.dimension) === true;
};

/** Whether the numbers of a field have units, one or several. */
export const hasUnits = (field: string): boolean => Object.hasOwn(dimensions, field) && !isUnitField(field);

/** By fields of numbers that may be in several units, the fields that say in which one. */
const unitFields = { load: 'load_unit', quantity: 'quantity_unit', distance_km: 'distance_unit' } as const;

/** A field of numbers that may be in several units. */
export type MeasuredField = keyof typeof unitFields;

export const measuredFields = Object.keys(unitFields) as MeasuredField[];

/** The field with the unit of a number that may be in several; `undefined` where a field has one unit only. */
export const unitFieldOf = (field: string): string | undefined =>
  Object.hasOwn(unitFields, field) ? unitFields[field as MeasuredField] : undefined;

/** Whether a field holds the unit of another one. */
export const isUnitField = (field: string): boolean => Object.values<string>(unitFields).includes(field);

/** A unit with its ambiguity settled; `undefined` where that is open, or the unit is not known. */
export function settledUnit(name: string, { gallon, ton = 'metric' }: UnitMeanings): Unit | undefined {
  const unit = findUnit(name);
  if (unit?.is === undefined) return unit;
  const answer = unit.is[unit.id === 'gal' ? (gallon ?? '') : ton];
  return answer === undefined ? undefined : file().byId.get(answer);
}

/** Which gallon is meant where all purchases are from these countries; `undefined` where that is open. */
export function gallonOf(countries: Iterable<string>): Gallon | undefined {
  const all = [...countries];
  const { us, imperial } = file().gallons;
  if (all.length === 0) return undefined;
  if (all.every((country) => us.has(country))) return 'us';
  return all.every((country) => imperial.has(country)) ? 'imperial' : undefined;
}

/**
 * Products of decimals without the last binary digits: rounded to 15 digits. A product that is within rounding of a number
 * with four decimals is that number, which is found without making a text.
 */
function exact(value: number): number {
  const tenThousandths = Math.round(value * 1e4);
  const short = tenThousandths / 1e4;
  if (tenThousandths < 1e15 && tenThousandths >= 1 && Math.abs(value - short) <= value * 5e-16) return short;
  return Number(value.toPrecision(15));
}

/** Tonne-kilometres; `undefined` for a unit that they do not have. */
export function convert(field: string, value: number, unit: string): number | undefined {
  const { per = 0 } = findUnit(unit) ?? {};
  return field === 'tkm' && isUnitOf(field, unit) && per > 0 ? exact(value * per) : undefined;
}

/** How a number in one unit becomes one in another: `value * own / wanted`, in `unit`. */
export interface Conversion {
  readonly own: number;
  readonly wanted: number;
  /** As the record has it. */
  readonly unit: string;
}

export const applyConversion = (value: number, { own, wanted }: Conversion): number =>
  own === wanted ? value : exact((value * own) / wanted);

const loadUnits: Readonly<Record<string, string>> = { kg: 'kg', t: 'ton', pallets: 'pallets', teu: 'teu', feu: 'feu' };
const ownNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  load_unit: loadUnits,
  quantity_unit: { l: 'l', kg: 'kg', m3: 'm3', kwh: 'kwh' },
  distance_unit: { km: 'km', mi: 'mi', nmi: 'nmi', m: 'm' },
};

/** How a record has a unit that it can have; `undefined` where the value has to be converted. */
export const ownNameOf = (field: string, { id }: Unit): string | undefined => ownNames[field]?.[id];

const unitOf = (name: string): Unit | undefined => file().byId.get(name) ?? findUnit(name);

/**
 * How a load becomes one that the API takes.
 *
 * @param unit its own: after the number, or in the column's name
 * @param rowUnit the row's `load_unit`, if it has one; the load is brought to it where both are masses
 * @returns `undefined` where the two units can't be brought together
 */
export function loadConversion(unit: string | undefined, rowUnit: string | undefined): Conversion | undefined {
  const row = rowUnit === undefined ? undefined : unitOf(rowUnit === 'ton' ? 't' : rowUnit);
  const own = unit === undefined ? row : unitOf(unit === 'ton' ? 't' : unit);
  if (own === undefined || (rowUnit !== undefined && row?.dimension !== own.dimension)) return undefined;
  if (own.dimension === 'pieces') {
    return row === undefined || row.id === own.id ? { unit: own.id, own: 1, wanted: 1 } : undefined;
  }
  if (own.dimension !== 'mass') return undefined;
  const target = row !== undefined && loadUnits[row.id] !== undefined ? row.id : own.id === 't' ? 't' : 'kg';
  return { unit: loadUnits[target] ?? 'kg', own: own.per, wanted: target === 't' ? 1000 : 1 };
}

/** Units that a fuel's quantity is in once it has been read. */
const baseUnits: Readonly<Partial<Record<Dimension, string>>> = { volume: 'l', mass: 'kg', energy: 'kwh' };

/**
 * How a quantity of fuel becomes one in `l`, `kg`, `m3` or `kwh`.
 *
 * @param unit its own: after the number, or in the column's name
 * @param rowUnit the row's `quantity_unit`
 * @param wanted the unit that the fuel is sold in, where the quantity has to be in it
 * @returns `undefined` where the units can't be brought together
 */
export function quantityConversion(
  unit: string | undefined,
  rowUnit: string | undefined,
  wanted: string | undefined,
): Conversion | undefined {
  const row = rowUnit === undefined ? undefined : unitOf(rowUnit);
  const own = unit === undefined ? row : unitOf(unit);
  if (own === undefined || (row !== undefined && row.id !== own.id)) return undefined;
  const base = own.id === 'm3' ? 'm3' : baseUnits[own.dimension];
  const target = unitOf(wanted ?? base ?? '');
  if (target === undefined || target.dimension !== own.dimension) return undefined;
  return { unit: target.id, own: own.per, wanted: target.per };
}

/** How a distance becomes one in km; `undefined` for a unit of anything else. */
export function distanceConversion(unit: string): Conversion | undefined {
  const own = unitOf(unit);
  return own?.dimension === 'distance' ? { unit: 'km', own: own.per, wanted: 1 } : undefined;
}
