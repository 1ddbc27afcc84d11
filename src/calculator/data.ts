import { readFileSync } from 'node:fs';
import type { Category, LoadUnit } from '../records/request.ts';

/** Where a figure comes from; every embedded row carries it. */
export interface Provenance {
  readonly source: string;
  readonly licence: string;
}

/** Intensity of one transport operation category, kg CO2e per tonne-kilometre. WTW = WTT + TTW. */
export interface Factor extends Provenance {
  readonly id: string;
  readonly set: string;
  readonly year: number;
  readonly vehicle: string;
  readonly region: string;
  readonly wttKgPerTkm: number;
  readonly ttwKgPerTkm: number;
  readonly wtwKgPerTkm: number;
}

/** A vehicle type (`toc`) and the factor rows that stand for it. */
export interface VehicleType {
  readonly toc: string;
  readonly aliases: readonly string[];
  readonly category: Category;
  /** The category whose default this type is. */
  readonly defaultOf: Category | null;
  readonly factorId: string | null;
  /** Air: the row of flights under 1,500 km. */
  readonly shortHaulFactorId: string | null;
  readonly note: string | null;
}

/** A fuel or other energy, kg CO2e per `unit`. */
export interface Fuel extends Provenance {
  readonly id: string;
  readonly set: string;
  readonly year: number;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The API's ids of this fuel, as far as they are published. */
  readonly ids: readonly string[];
  readonly region: string;
  /** The countries it holds for; `null` is anywhere. */
  readonly countries: readonly string[] | null;
  readonly unit: string;
  readonly wttKgPerUnit: number;
  readonly ttwKgPerUnit: number;
  readonly wtwKgPerUnit: number;
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

/** A year and the embedded set that holds for it. */
export const factorYear = 2025;

/** Reads an embedded data file. The package holds `data/` beside `src/` and `dist/`. */
function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../data/${name}`, import.meta.url), 'utf8')) as T;
}

/** How names are looked up: without case, accents and outer spaces. */
export const foldName = (text: string): string => text.trim().normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function index<T>(rows: readonly T[], names: (row: T) => readonly string[]): ReadonlyMap<string, T> {
  return new Map(rows.flatMap((row) => names(row).map((name) => [foldName(name), row] as const)));
}

/** The embedded figures, indexed for look-up by folded name. */
export interface CalculatorData {
  readonly factors: ReadonlyMap<string, Factor>;
  readonly vehicleTypes: ReadonlyMap<string, VehicleType>;
  readonly categoryDefaults: ReadonlyMap<Category, VehicleType>;
  readonly fuels: ReadonlyMap<string, Fuel>;
  readonly loads: ReadonlyMap<LoadUnit, LoadConversion>;
  readonly defaultLoads: ReadonlyMap<string, DefaultLoad>;
}

export function readCalculatorData(): CalculatorData {
  const vehicleTypes = readVehicleTypes();
  const loads = load<{ rows: LoadConversion[]; defaults: DefaultLoad[] }>('loads.json');
  return {
    factors: index(load<{ rows: Factor[] }>('factors.json').rows, ({ id }) => [id]),
    vehicleTypes: index(vehicleTypes, vehicleTypeNames),
    categoryDefaults: new Map(
      vehicleTypes.flatMap((type) => (type.defaultOf === null ? [] : [[type.defaultOf, type] as const])),
    ),
    fuels: index(load<{ rows: Fuel[] }>('fuels.json').rows, ({ id, name, aliases, ids }) => [
      id,
      name,
      ...aliases,
      ...ids,
    ]),
    loads: new Map(loads.rows.map((row) => [row.id, row])),
    defaultLoads: index(loads.defaults, ({ vehicles }) => vehicles),
  };
}

const readVehicleTypes = (): VehicleType[] => load<{ rows: VehicleType[] }>('vehicle-types.json').rows;

const vehicleTypeNames = ({ toc, aliases }: VehicleType): readonly string[] => [toc, ...aliases];

/** All names of each embedded fuel. */
export const fuelNames = (): readonly (readonly string[])[] =>
  load<{ rows: Fuel[] }>('fuels.json').rows.map(({ name, aliases }) => [name, ...aliases]);

/** The names of all vehicle types the embedded set knows, folded. */
export const knownVehicleTypes = (): ReadonlySet<string> =>
  new Set(readVehicleTypes().flatMap(vehicleTypeNames).map(foldName));
