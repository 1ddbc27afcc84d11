import { readData } from '../embedded.ts';
import type { Category } from '../records/request.ts';
import { foldName, type Provenance, readVehicleTypes } from './data.ts';

interface Detours extends Record<'least' | 'lessKm' | 'most' | 'moreKm', number> {}

interface LimitFile {
  readonly purchases: readonly (Provenance & {
    readonly hasPlate: boolean;
    /** By unit. */
    readonly most: Readonly<Record<string, number>>;
  })[];
  readonly payloads: readonly (Provenance & {
    readonly vehicles: readonly string[];
    readonly grossT: number;
    readonly tareT: number;
    /** The gross mass is that of the country's law, where another is known. */
    readonly isNational?: boolean;
  })[];
  readonly gross: readonly (Provenance & { readonly countries: readonly string[]; readonly grossT: number })[];
  readonly distances: { readonly land: Detours; readonly sea: Detours };
}

/** The most of one purchase. */
export interface PurchaseLimit {
  readonly most: number;
  readonly unit: string;
}

/** Kilometres between which a given distance may lie, and the way that they follow from. */
export interface DistanceLimits {
  readonly leastKm: number;
  readonly mostKm: number;
  readonly wayKm: number;
  readonly way: 'straight line' | 'way by sea';
}

/** What is still plausible (`data/limits.json`): purchases, payloads by vehicle type and country, detours. */
export class Limits {
  readonly #file: LimitFile;
  readonly #vehicles: ReadonlyMap<string, LimitFile['payloads'][number]>;
  readonly #gross: ReadonlyMap<string, number>;

  constructor(file: LimitFile = readData('limits.json')) {
    this.#file = file;
    const byToc = new Map(file.payloads.flatMap((row) => row.vehicles.map((toc) => [toc, row] as const)));
    this.#vehicles = new Map(
      readVehicleTypes().flatMap(({ toc, aliases }) => {
        const row = byToc.get(toc);
        return row === undefined ? [] : [toc, ...aliases].map((name) => [foldName(name), row] as const);
      }),
    );
    this.#gross = new Map(file.gross.flatMap(({ countries, grossT }) => countries.map((code) => [code, grossT])));
  }

  /**
   * The most of one purchase in the unit of its quantity; `undefined` where none is known.
   *
   * @param unit of the quantity, in lower case
   * @param soldIn the unit that the fuel is sold in: a cubic metre of a liquid is a thousand litres
   */
  purchase(unit: string, soldIn: string | undefined, hasPlate: boolean): PurchaseLimit | undefined {
    const limits = this.#file.purchases.find((each) => each.hasPlate === hasPlate)?.most ?? {};
    const isLiquid = unit === 'm3' && soldIn === 'l';
    const most = isLiquid ? (limits['l'] ?? Number.NaN) / 1000 : limits[unit];
    return most === undefined ? undefined : { most, unit };
  }

  /** Tonnes that a vehicle type carries in a country (ISO 3166-1 alpha-2) at most; `undefined` where no limit is known. */
  payloadT(toc: string | undefined, category: Category | undefined, country: string | undefined): number | undefined {
    // A row that names no type was carried by some truck.
    const name = toc ?? (category === 'road' ? 'truck_diesel' : '');
    const row = this.#vehicles.get(foldName(name));
    if (row === undefined) return undefined;
    const gross = row.isNational === true ? (this.#gross.get(country ?? '') ?? row.grossT) : row.grossT;
    return gross - row.tareT;
  }

  /** Between which kilometres a distance lies whose places are so far apart. */
  distances(wayKm: number, way: DistanceLimits['way']): DistanceLimits {
    const { least, lessKm, most, moreKm } = this.#file.distances[way === 'way by sea' ? 'sea' : 'land'];
    return { leastKm: least * wayKm - lessKm, mostKm: most * wayKm + moreKm, wayKm, way };
  }
}
