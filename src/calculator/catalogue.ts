import type { Category } from '../records/request.ts';
import type { Assumption } from './assumption.ts';
import {
  type DefaultLoad,
  foldName,
  readContinents,
  readFactors,
  readLoads,
  readVehicleTypes,
  type FactorRow,
  type VehicleTypeRow,
} from './data.ts';
import { carrierOf, type CarrierName } from './energy-carrier.ts';
import type { Publication } from './publication.ts';

/** The intensity of a vehicle type in one region and year. Either kg CO2e per tonne-kilometre or electricity. */
export interface Intensity {
  /** kg CO2e per tonne-kilometre; the parts are unknown where a source has the sum alone. */
  readonly wtwKgPerTkm?: number | undefined;
  readonly wttKgPerTkm?: number | undefined;
  readonly ttwKgPerTkm?: number | undefined;
  /** Kilowatt-hours at the plug per tonne-kilometre, for electric vehicles. */
  readonly kwhPerTkm?: number | undefined;
  /** Whether the three figures are per TEU-kilometre. */
  readonly isPerTeu?: boolean | undefined;
  /** An ISO 3166-1 alpha-2 code, a continent (EU, NA, SA, AS, AF, OC), GLO, or any other name. */
  readonly region: string;
  readonly year?: number | undefined;
  /** The distances it holds for, km; for flights. */
  readonly fromKm?: number | undefined;
  readonly belowKm?: number | undefined;
  /** Factor on distances, where the intensity is based on actual distances (ISO 14083: DAF). */
  readonly distanceAdjustment?: number | undefined;
  /** Which figure of which set it is; part of the result row. */
  readonly source: string;
  readonly licence?: string | undefined;
  /** The publications that it is taken from; absent for a figure of the user's own. */
  readonly publications?: readonly Publication[] | undefined;
  /** The one energy that its vehicles run on, where its source names it. */
  readonly carrier?: CarrierName | undefined;
}

/** A vehicle type (`toc`) with its intensities. */
export interface VehicleType {
  readonly toc: string;
  readonly aliases: readonly string[];
  readonly category: Category;
  readonly intensities: readonly Intensity[];
  /** Tonnes of a row without load, and their source; `undefined` where none is known. */
  readonly defaultLoadT?: number | undefined;
  readonly defaultLoadSource?: string | undefined;
  /** What a user of its figures must know. */
  readonly note?: string | undefined;
}

/** Flights under this distance have the short-haul factor (GLEC Framework's limit; DESNZ goes by countries). */
const shortHaulKm = 1500;

/** The intensity that was chosen, and what was assumed in choosing it. */
export interface ChosenIntensity {
  readonly intensity: Intensity;
  readonly isOtherYear: boolean;
  readonly assumptions: readonly Assumption[];
}

/** Codes that are a continent here, though a country has them, too: Saudi Arabia, Namibia, American Samoa, Afghanistan. */
const continentCodes: ReadonlySet<string> = new Set(['EU', 'NA', 'SA', 'AS', 'AF', 'OC']);
const isCountryCode = (region: string): boolean => /^[A-Z]{2}$/.test(region) && !continentCodes.has(region);

/** The vehicle types that can be calculated, by name, and the default of each category. */
export class Catalogue {
  readonly types: readonly VehicleType[];
  readonly #byName: ReadonlyMap<string, VehicleType>;
  readonly #defaults: ReadonlyMap<Category, VehicleType>;
  readonly #continents: ReadonlyMap<string, string>;
  /** Distances at which the intensity of a type changes, of those where it does. */
  readonly #bounds: ReadonlyMap<VehicleType, readonly number[]>;

  /** @param defaults names of the default of each category */
  constructor(
    types: readonly VehicleType[],
    defaults: Readonly<Record<Category, string>>,
    continents: ReadonlyMap<string, string>,
  ) {
    this.types = types;
    this.#continents = continents;
    this.#bounds = new Map(
      types.flatMap((type) => {
        const bounds = new Set(type.intensities.flatMap(({ fromKm, belowKm }) => [fromKm ?? [], belowKm ?? []].flat()));
        return bounds.size === 0 ? [] : [[type, [...bounds]] as const];
      }),
    );
    const byName = new Map<string, VehicleType>();
    // A type's own name wins over another's alias, whichever comes first.
    for (const type of types) byName.set(foldName(type.toc), type);
    for (const type of types) {
      for (const alias of type.aliases.map(foldName)) if (!byName.has(alias)) byName.set(alias, type);
    }
    this.#byName = byName;
    this.#defaults = new Map(
      Object.entries(defaults).flatMap(([category, name]) => {
        const type = byName.get(foldName(name));
        return type === undefined ? [] : [[category as Category, type] as const];
      }),
    );
  }

  find(toc: string): VehicleType | undefined {
    return this.#byName.get(toc) ?? this.#byName.get(foldName(toc));
  }

  defaultOf(category: Category): VehicleType | undefined {
    return this.#defaults.get(category);
  }

  /** The number of the band of distances in which a type has the same intensity. */
  bandOf(type: VehicleType, km: number | undefined): number {
    const bounds = this.#bounds.get(type);
    if (bounds === undefined) return 0;
    // An unknown distance has a band of its own: its factor is that of long distances, but assumed.
    return km === undefined ? bounds.length + 1 : bounds.filter((bound) => km >= bound).length;
  }

  hasBands(type: VehicleType): boolean {
    return this.#bounds.has(type);
  }

  /** Whether a type's intensity depends on the country of origin. */
  isRegional({ intensities }: VehicleType): boolean {
    return intensities.some(({ kwhPerTkm, region }) => kwhPerTkm !== undefined || /^[A-Z]{2}$/.test(region));
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  /**
   * The intensity that is nearest to what is wanted: that of the country, else of its continent, else a global one, else any;
   * then of the year, else of the nearest one, the later of two (DESNZ: the set of the calendar year of the activity).
   *
   * @param km `undefined` where it is not known: then the longest distances
   */
  choose(
    { intensities }: VehicleType,
    country: string | undefined,
    year: number | undefined,
    km: number | undefined,
  ): ChosenIntensity | undefined {
    const distance = km ?? Infinity;
    const fitting = intensities.filter(
      ({ fromKm = 0, belowKm = Infinity }) => distance >= fromKm && (distance < belowKm || belowKm === Infinity),
    );
    const nearness = ({ region }: Intensity): number => {
      if (country !== undefined && region === country && isCountryCode(region)) return 0;
      if (country !== undefined && region === this.#continents.get(country)) return 1;
      return region === 'GLO' ? 2 : 3;
    };
    const nearest = Math.min(...fitting.map(nearness));
    const nearby = fitting.filter((each) => nearness(each) === nearest);
    const latest = Math.max(...nearby.map((each) => each.year ?? 0));
    const wanted = year ?? latest;
    const distanceInYears = ({ year: own }: Intensity): number => (own === undefined ? 0 : Math.abs(own - wanted));
    const [intensity] = nearby.toSorted(
      (a, b) => distanceInYears(a) - distanceInYears(b) || (b.year ?? 0) - (a.year ?? 0),
    );
    if (intensity === undefined) return undefined;
    const isOtherYear = intensity.year !== undefined && intensity.year !== wanted;
    const assumptions: Assumption[] = [];
    if (isOtherYear) {
      assumptions.push({ subject: 'factor', kind: 'other year', detail: { taken: intensity.year, wanted } });
    }
    // The embedded figures name their region in words; a code is a choice of the user's that does not fit here.
    if (nearest === 3 && /^[A-Z]{2}$/.test(intensity.region)) {
      assumptions.push({ subject: 'factor', kind: 'other region', detail: { region: intensity.region, country } });
    }
    return { intensity, isOtherYear, assumptions };
  }
}

/** The default vehicle type of each category (this project's choice, docs/calculation.md). */
const categoryDefaults = (rows: readonly VehicleTypeRow[]): Readonly<Record<Category, string>> =>
  Object.fromEntries(rows.flatMap(({ toc, defaultOf }) => (defaultOf === null ? [] : [[defaultOf, toc]]))) as Record<
    Category,
    string
  >;

/** The vehicle types of the embedded sets. */
function embeddedVehicleTypes(
  rows: readonly VehicleTypeRow[],
  factors: readonly FactorRow[],
  defaultLoads: readonly DefaultLoad[],
): readonly VehicleType[] {
  const byId = new Map(factors.map((factor) => [factor.id, factor]));
  const years = [...new Set(factors.map(({ year }) => year))];
  const intensitiesOf = (id: string | null, range: Pick<Intensity, 'fromKm' | 'belowKm'>): Intensity[] =>
    years.flatMap((year) => {
      const factor = id === null ? undefined : byId.get(`desnz${String(year)}-${id}`);
      return factor === undefined ? [] : [{ ...intensityOf(factor), ...range }];
    });
  return rows.map(({ toc, aliases, category, factor, shortHaulFactor, kwhPerTkm, note }) => {
    const defaultLoad = defaultLoads.find(({ vehicles }) => vehicles.includes(toc));
    const isByHaul = shortHaulFactor !== null;
    return {
      toc,
      aliases,
      category,
      intensities: [
        ...intensitiesOf(factor, isByHaul ? { fromKm: shortHaulKm } : {}),
        ...intensitiesOf(shortHaulFactor, { belowKm: shortHaulKm }),
        ...(kwhPerTkm === null ? [] : [electric(kwhPerTkm)]),
      ],
      defaultLoadT: defaultLoad?.tonnes,
      defaultLoadSource: defaultLoad?.source,
      note: note ?? undefined,
    };
  });
}

const intensityOf = (factor: FactorRow): Intensity => ({
  wtwKgPerTkm: factor.wtwKgPerTkm,
  wttKgPerTkm: factor.wttKgPerTkm,
  ttwKgPerTkm: factor.ttwKgPerTkm,
  region: factor.region,
  year: factor.year,
  source: `${factor.set} ${factor.id}`,
  licence: factor.licence,
  publications: [{ set: 'DESNZ', year: factor.year }],
  carrier: carrierOf(factor.energy),
});

const electric = (kwhPerTkm: number): Intensity => ({
  kwhPerTkm,
  region: 'GLO',
  source: `${String(kwhPerTkm)} kWh/tkm derived from DESNZ 2025`,
  licence: 'Open Government Licence v3.0',
  publications: [{ set: 'DESNZ', year: 2025 }],
  carrier: 'Electric',
});

/**
 * The embedded catalogue, with a user's own types before it.
 *
 * @param own types that replace embedded ones of the same name
 * @param isAlone leaves the embedded ones out
 */
export function readCatalogue(own: readonly VehicleType[] = [], isAlone = false): Catalogue {
  const rows = readVehicleTypes();
  const embedded = isAlone ? [] : embeddedVehicleTypes(rows, readFactors(), readLoads().defaults);
  const replaced = new Set(own.flatMap(({ toc, aliases }) => [toc, ...aliases].map(foldName)));
  const kept = embedded.filter(({ toc }) => !replaced.has(foldName(toc)));
  const completed = own.map((type) => inherit(type, embedded));
  return new Catalogue([...completed, ...kept], categoryDefaults(rows), readContinents());
}

/** A type of the user's own keeps the names and the default load of the embedded one that it replaces. */
function inherit(type: VehicleType, embedded: readonly VehicleType[]): VehicleType {
  const names = new Set([type.toc, ...type.aliases].map(foldName));
  const replaced = embedded.filter(({ toc }) => names.has(foldName(toc)));
  const standard = replaced.find(({ defaultLoadT }) => defaultLoadT !== undefined);
  return {
    ...type,
    aliases: [...type.aliases, ...replaced.flatMap(({ toc, aliases }) => [toc, ...aliases])],
    defaultLoadT: type.defaultLoadT ?? standard?.defaultLoadT,
    defaultLoadSource: type.defaultLoadT === undefined ? standard?.defaultLoadSource : type.defaultLoadSource,
  };
}
