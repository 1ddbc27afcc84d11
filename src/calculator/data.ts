import { readData } from '../embedded.ts';
import type { Category, LoadUnit } from '../records/request.ts';

/** Where a figure comes from; every embedded row carries it. */
export interface Provenance {
  readonly source: string;
  readonly licence: string;
}

/** A vehicle type as `vehicle-types.json` has it. */
export interface VehicleTypeRow {
  readonly toc: string;
  readonly aliases: readonly string[];
  readonly category: Category;
  /** The category whose default this type is. */
  readonly defaultOf: Category | null;
  /** Id of its factor without the name of the set. */
  readonly factor: string | null;
  /** Air: the factor of flights under 1,500 km. */
  readonly shortHaulFactor: string | null;
  /** Electric vehicles, at the plug. */
  readonly kwhPerTkm: number | null;
  readonly note: string | null;
}

/** Intensity of a class of vehicles, kg CO2e per tonne-kilometre. WTW = WTT + TTW. */
export interface FactorRow extends Provenance {
  readonly id: string;
  readonly set: string;
  readonly year: number;
  readonly vehicle: string;
  /** What moves it: `Diesel`, `Petrol`, ...; a mix or a group for rail, sea and air. */
  readonly energy: string;
  readonly region: string;
  readonly wttKgPerTkm: number;
  readonly ttwKgPerTkm: number;
  readonly wtwKgPerTkm: number;
}

const fuelUnits = ['l', 'kg', 'm3', 'kWh'] as const;
/** The units in which fuels are bought. */
export type FuelUnit = (typeof fuelUnits)[number];

/** A fuel or other energy. */
export interface Fuel extends Provenance {
  readonly id: string;
  readonly set: string;
  readonly year: number;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The API's ids of this fuel, as far as they are published. */
  readonly ids: readonly string[];
  readonly region: string;
  readonly isElectricity: boolean;
  /** The unit that a quantity without one is in. */
  readonly unit: FuelUnit;
  readonly densityKgPerL: number | null;
  /** kg CO2e of one unit, and kg of biogenic CO2, which is outside of it; `null` where it is not published. */
  readonly kgPerUnit: Readonly<
    Partial<Record<FuelUnit, { readonly wtt: number; readonly ttw: number; readonly biogenicCo2: number | null }>>
  >;
  /** Figures of earlier years relative to those of `year`. */
  readonly earlierYears: Readonly<Record<string, { readonly wtt: number; readonly ttw: number }>>;
}

/** Tonnes of one load unit. */
export interface LoadConversion extends Provenance {
  readonly id: LoadUnit;
  readonly tonnes: number;
  /** No definition but a choice, which result rows must name. */
  readonly isAssumption: boolean;
}

/** The load of a row that gives none. */
export interface DefaultLoad extends Provenance {
  readonly vehicles: readonly string[];
  readonly tonnes: number;
}

/** The file of electricity's latest figures: rows of ISO 3166-1 alpha-2 code and g CO2e per kWh. */
export interface GridFile extends Provenance {
  readonly worldGramPerKwh: number;
  readonly rows: readonly (readonly [country: string, gramPerKwh: number])[];
}

/** The file of electricity by year: rows of a code and a figure (or none) for each of `years`. */
export interface GridYearsFile extends Provenance {
  readonly years: readonly number[];
  readonly rows: readonly (readonly [country: string, ...gramPerKwh: (number | null)[]])[];
}

/** How names are looked up: without case, accents and outer spaces. */
export const foldName = (text: string): string => text.trim().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export const readVehicleTypes = (): readonly VehicleTypeRow[] =>
  readData<{ rows: VehicleTypeRow[] }>('vehicle-types.json').rows;

export const readFactors = (): readonly FactorRow[] => readData<{ rows: FactorRow[] }>('factors.json').rows;

/** Words for a fuel: with one meaning they are its names, with several they are a question (`fuel-words.json`). */
interface FuelWordsRow {
  /** Names of fuels. */
  readonly means: readonly string[];
  /** By language, words divided by `|`. */
  readonly words: Readonly<Record<string, string>>;
}

export function readFuels(): readonly Fuel[] {
  const aliases = new Map<string, readonly string[]>();
  for (const { means, words } of readData<{ rows: FuelWordsRow[] }>('fuel-words.json').rows) {
    const [name = '', ...others] = means;
    const own = Object.values(words).flatMap((text) => text.split('|'));
    if (others.length === 0) aliases.set(name, own);
  }
  return readData<{ rows: Omit<Fuel, 'aliases'>[] }>('fuels.json').rows.map((fuel) => ({
    ...fuel,
    aliases: aliases.get(fuel.name) ?? [],
  }));
}

export const readLoads = (): { readonly rows: readonly LoadConversion[]; readonly defaults: readonly DefaultLoad[] } =>
  readData('loads.json');

export const readGrid = (): GridFile => readData('grid.json');

export const readGridYears = (): GridYearsFile => readData('grid-years.json');

/** Continents by country: EU, NA, SA, AS, AF, OC, AN. */
export function readContinents(): ReadonlyMap<string, string> {
  const { rows } = readData<{ rows: { code: string; continent: string | null }[] }>('countries.json');
  return new Map(rows.flatMap(({ code, continent }) => (continent === null ? [] : [[code, continent] as const])));
}

/** All names of each embedded fuel. */
export const fuelNames = (): readonly (readonly string[])[] =>
  readFuels().map(({ name, aliases }) => [name, ...aliases]);

/** The names of all vehicle types the embedded set knows, folded. */
export const knownVehicleTypes = (): ReadonlySet<string> =>
  new Set(readVehicleTypes().flatMap(({ toc, aliases }) => [toc, ...aliases].map(foldName)));
