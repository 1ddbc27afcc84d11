import { quote, type Warning } from '../issues.ts';
import type { Category, LoadUnit, ShipmentRequest } from '../records/request.ts';
import type { Catalogue, Intensity, VehicleType } from './catalogue.ts';
import type { Distance, Distances, Route } from './distances/distances.ts';
import type { Electricity } from './electricity.ts';
import { type Calculated, type Emissions, type Failure, failure } from './result.ts';

/** The emissions of one leg and everything they rest on. */
export interface ShipmentEmissions extends Emissions {
  readonly category: Category;
  readonly toc: string;
  /** Transport activity, tonne-kilometres. */
  readonly tonneKm: number;
  /** Tonnes; `undefined` where the activity was given as tkm without a load. */
  readonly loadT: number | undefined;
  /** Kilometres; `undefined` where the activity was given as tkm. */
  readonly distanceKm: number | undefined;
  /** `given`, `given tkm`, or how it was worked out: `road: great circle x 1.27`, `air: MAD-JFK`. */
  readonly distanceSource: string;
  /** kg CO2e well-to-wheel per tonne-kilometre. */
  readonly factorKgPerTkm: number;
  readonly factorRegion: string;
  readonly factorSource: string;
  /** What was decided where the row does not say, each text beginning with what it is about: `load: …`. */
  readonly assumptions: readonly string[];
}

/** Tonnes of one load unit, and whether that is a choice. */
export interface LoadUnitMass {
  readonly tonnes: number;
  readonly isAssumption: boolean;
}

/** What a shipment is calculated with. */
export interface ShipmentBasis {
  readonly catalogue: Catalogue;
  readonly electricity: () => Electricity;
  readonly distances: Distances;
  readonly loadUnits: ReadonlyMap<LoadUnit, LoadUnitMass>;
  /** Finds the known vehicle type nearest to an unknown one, for messages. */
  readonly suggest: (toc: string, known: Iterable<string>) => string;
}

/** Given tonne-kilometres and load x distance may differ by this share without a warning. */
const tkmTolerance = 0.05;

/**
 * One tank cleaning, kg CO2e: 68.6 gas, 1.2 gas oil, 16.8 electricity (EFTCO figures, GLEC Framework v3.0, Module 5, p. 138).
 */
export const cleaningKg = 86.6;
const cleaningText = `cleaning: ${String(cleaningKg)} kg CO2e for one cleaning (EFTCO), counted as operation`;

/** What a kilometre of a tonne emits, worked out once for each kind of row. */
interface Selection {
  readonly wtwKgPerTkm: number;
  readonly wttKgPerTkm: number | undefined;
  readonly ttwKgPerTkm: number | undefined;
  readonly region: string;
  readonly source: string;
  readonly distanceAdjustment: number;
  /** Tonnes of a TEU, where the factor is per TEU-kilometre. */
  readonly teuTonnes: number | undefined;
  readonly assumptions: readonly string[];
  readonly warnings: readonly Warning[];
}

const memoLimit = 50_000;

/** Calculates shipments after ISO 14083; what repeats between them is worked out once. */
export class ShipmentCalculator {
  readonly #basis: ShipmentBasis;
  readonly #selections = new Map<string, Selection | Failure>();

  constructor(basis: ShipmentBasis) {
    this.#basis = basis;
  }

  /**
   * Calculates one leg: kg CO2e = tonnes x km x intensity, as WTW with its WTT and TTW parts.
   *
   * @param given an intensity that is taken instead of the catalogue's
   * @returns the emissions in kg CO2e with full precision, or UNKNOWN_TOC, NO_TOC, NO_LOAD, NO_DISTANCE, UNKNOWN_PLACE
   */
  calculate(request: ShipmentRequest, given?: Intensity): Calculated<ShipmentEmissions> {
    const type = given === undefined ? this.#typeOf(request) : typeWith(given, request);
    if ('ok' in type) return type;
    const activity = this.#activityOf(request, type);
    if ('ok' in activity) return activity;
    const country = request.origin_country ?? activity.originCountry ?? this.#countryOf(request, type);
    const selection =
      given === undefined
        ? this.#select(request, type, country, activity.distanceKm)
        : this.#choose(type, country, yearOf(request), activity.distanceKm, false, undefined);
    if ('ok' in selection) return selection;
    const { tonneKm } = activity;
    const adjusted = tonneKm * selection.distanceAdjustment;
    const extraKg = request.cleaning === true ? cleaningKg : 0;
    const { wttKgPerTkm: wtt, ttwKgPerTkm: ttw } = selection;
    const assumptions = joined(joined(selection.assumptions, activity.assumptions), perTeuOf(selection, request));
    return {
      ok: true,
      warnings: joined(selection.warnings, activity.warnings),
      value: {
        co2eKg: adjusted * selection.wtwKgPerTkm + extraKg,
        co2eWttKg: wtt === undefined ? undefined : adjusted * wtt,
        co2eTtwKg: ttw === undefined ? undefined : adjusted * ttw + extraKg,
        category: type.category,
        toc: type.toc,
        tonneKm,
        loadT: activity.loadT,
        distanceKm: activity.distanceKm,
        distanceSource: activity.distanceSource,
        factorKgPerTkm: selection.wtwKgPerTkm,
        factorRegion: selection.region,
        factorSource: selection.source,
        assumptions: extraKg === 0 ? assumptions : [...assumptions, cleaningText],
      },
    };
  }

  /** The route whose distance a leg needs; `undefined` where its distance is given, or nothing is known of it. */
  routeOf(request: ShipmentRequest): Route | undefined {
    const { distance_km: km, origin, destination, origin_country: originCountry } = request;
    const type = this.#typeOf(request);
    if (km !== undefined || origin === undefined || destination === undefined || 'ok' in type) return undefined;
    return { category: type.category, origin, destination, originCountry };
  }

  #typeOf({ toc, category }: ShipmentRequest): VehicleType | Failure {
    const { catalogue, suggest } = this.#basis;
    if (toc !== undefined) {
      const type = catalogue.find(toc);
      if (type !== undefined) return type;
      return failure('UNKNOWN_TOC', 'toc', {
        value: toc,
        message: `the calculator knows no vehicle type ${quote(toc)}${suggest(toc, catalogue.names())}`,
        // As every row of a file has it, it is translated once, in a mapping file.
        hint: `dcycle-upload tocs lists the vehicle types; a mapping file translates: {"values": {"toc": {${JSON.stringify(toc)}: "<type>"}}}`,
      });
    }
    const type = category === undefined ? undefined : catalogue.defaultOf(category);
    if (type !== undefined) return type;
    return failure('NO_TOC', 'toc', {
      message:
        category === undefined
          ? 'has neither a vehicle type (toc) nor a category'
          : `has no vehicle type (toc), and none is the default of ${category}`,
    });
  }

  #select(
    request: ShipmentRequest,
    type: VehicleType,
    country: string | undefined,
    km: number | undefined,
  ): Selection | Failure {
    const { toc, category } = request;
    const year = yearOf(request);
    const band = this.#basis.catalogue.bandOf(type, km);
    const key = `${toc ?? ''}|${category ?? ''}|${country ?? ''}|${String(year)}|${String(band)}`;
    const known = this.#selections.get(key);
    if (known !== undefined) return known;
    const selection = this.#choose(type, country, year, km, toc === undefined, category);
    if (this.#selections.size >= memoLimit) this.#selections.clear();
    this.#selections.set(key, selection);
    return selection;
  }

  #choose(
    type: VehicleType,
    country: string | undefined,
    year: number | undefined,
    km: number | undefined,
    isDefault: boolean,
    category: Category | undefined,
  ): Selection | Failure {
    const chosen = this.#basis.catalogue.choose(type, country, year, km);
    if (chosen === undefined) {
      return failure('UNKNOWN_TOC', 'toc', {
        value: type.toc,
        message:
          type.intensities.length === 0
            ? `no openly licensed factor exists for ${quote(type.toc)}`
            : `the factors of ${quote(type.toc)} do not cover ${km === undefined ? 'unknown distances' : `${String(km)} km`}`,
        hint: 'give one in a file of your own (--factors), or use the vehicle type that is nearest to it',
      });
    }
    const { intensity } = chosen;
    const assumptions = [
      ...(isDefault ? [`toc: ${type.toc}, the default of ${type.category}`] : []),
      ...chosen.assumptions,
      ...(type.note === undefined ? [] : [`factor: ${type.note}`]),
    ];
    const warnings: Warning[] = [];
    if (chosen.isOtherYear) {
      warnings.push({
        code: 'FACTOR_YEAR',
        message: `no factors are known for ${String(year)}; the nearest year was taken`,
      });
    }
    if (category !== undefined && category !== type.category) {
      warnings.push({
        code: 'CATEGORY_MISMATCH',
        message: `${type.toc} is ${type.category}, the row says ${category}; calculated as ${type.toc}`,
      });
    }
    const perTkm = this.#perTkm(intensity, country, year, assumptions, warnings);
    const { distanceAdjustment = 1, isPerTeu = false } = intensity;
    if (distanceAdjustment !== 1) {
      assumptions.push(`distance: x ${String(distanceAdjustment)} (DAF), as the factor asks`);
    }
    if (km === undefined && this.#basis.catalogue.hasBands(type)) {
      assumptions.push('factor: that of long distances, as none is known');
    }
    const teuTonnes = isPerTeu ? this.#teuTonnes() : undefined;
    return { ...perTkm, distanceAdjustment, teuTonnes, assumptions, warnings };
  }

  #perTkm(
    intensity: Intensity,
    country: string | undefined,
    year: number | undefined,
    assumptions: string[],
    warnings: Warning[],
  ): Pick<Selection, 'wtwKgPerTkm' | 'wttKgPerTkm' | 'ttwKgPerTkm' | 'region' | 'source'> {
    const { kwhPerTkm, region, source } = intensity;
    if (kwhPerTkm !== undefined) {
      const grid = this.#basis.electricity().factor(country, year);
      const kgPerTkm = kwhPerTkm * grid.kgPerKwh;
      assumptions.push(...grid.assumptions);
      if (grid.isOtherYear) {
        const message = `no electricity is known for ${String(year)}; the nearest year was taken`;
        warnings.push({ code: 'FACTOR_YEAR', message });
      }
      return {
        wtwKgPerTkm: kgPerTkm,
        wttKgPerTkm: kgPerTkm,
        ttwKgPerTkm: 0,
        region: grid.region,
        source: `${source} x ${grid.source}`,
      };
    }
    // A TEU-kilometre is so many tonne-kilometres as a TEU has tonnes.
    const scale = intensity.isPerTeu === true ? 1 / this.#teuTonnes() : 1;
    const scaled = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * scale);
    const { wttKgPerTkm: wtt, ttwKgPerTkm: ttw, wtwKgPerTkm: wtw = (wtt ?? 0) + (ttw ?? 0) } = intensity;
    return { wtwKgPerTkm: wtw * scale, wttKgPerTkm: scaled(wtt), ttwKgPerTkm: scaled(ttw), region, source };
  }

  #teuTonnes(): number {
    return this.#basis.loadUnits.get('teu')?.tonnes ?? 10;
  }

  /** The country that the origin lies in, where the factor depends on it. */
  #countryOf({ origin }: ShipmentRequest, type: VehicleType): string | undefined {
    if (origin === undefined || !this.#basis.catalogue.isRegional(type)) return undefined;
    return this.#basis.distances.countryOf(origin, type.category);
  }

  /** The load in tonnes, with `load_factor` multiplied in; the vehicle's default where the row gives none. */
  #loadOf(
    { load, load_unit: unit = 'kg', load_factor: loadFactor = 1 }: ShipmentRequest,
    type: VehicleType,
  ): { readonly tonnes: number; readonly assumption?: string; readonly isDefault?: boolean } | undefined {
    if (load === undefined) {
      const { defaultLoadT: tonnes } = type;
      if (tonnes === undefined) return undefined;
      const assumption = `load: ${String(tonnes)} t, the default of ${type.toc}`;
      return { tonnes: tonnes * loadFactor, assumption, isDefault: true };
    }
    const mass = this.#basis.loadUnits.get(unit);
    if (mass === undefined) return undefined;
    const tonnes = load * loadFactor * mass.tonnes;
    return mass.isAssumption ? { tonnes, assumption: `load: ${String(mass.tonnes)} t for one of ${unit}` } : { tonnes };
  }

  #activityOf(request: ShipmentRequest, type: VehicleType): Activity | Failure {
    const distance = this.#distanceOf(request, type);
    if (distance === undefined || 'issue' in distance) {
      // Tonne-kilometres that are given need no distance.
      if (request.tkm !== undefined) return this.#givenActivity(request, type, distance);
      return distance ?? failure('NO_DISTANCE', 'distance_km', missingDistance);
    }
    const { tkm } = request;
    const { km, source, assumptions, warnings } = distance;
    if (request.load === undefined && tkm !== undefined) {
      const { originCountry } = distance;
      return {
        tonneKm: tkm,
        loadT: undefined,
        distanceKm: km,
        distanceSource: source,
        originCountry,
        assumptions,
        warnings,
      };
    }
    const load = this.#loadOf(request, type);
    if (load === undefined) {
      return failure('NO_LOAD', 'load', {
        message: `has no load, and no default load is known for ${quote(type.toc)}`,
        hint: 'give load (and load_unit)',
      });
    }
    const tonneKm = load.tonnes * km;
    const more: Warning[] = [];
    if (load.isDefault === true) {
      const message = `no load is given; the default of ${type.toc}, ${String(load.tonnes)} t, was taken`;
      more.push({ code: 'DEFAULT_LOAD', message });
    }
    if (tkm !== undefined && Math.abs(tkm - tonneKm) > tkmTolerance * tonneKm) {
      const message = 'tkm differs from load x distance by more than 5 %; load x distance was taken';
      more.push({ code: 'TKM_MISMATCH', message });
    }
    return {
      tonneKm,
      loadT: load.tonnes,
      distanceKm: km,
      distanceSource: source,
      originCountry: distance.originCountry,
      assumptions: load.assumption === undefined ? assumptions : [...assumptions, load.assumption],
      warnings: joined(warnings, more),
    };
  }

  #givenActivity(request: ShipmentRequest, type: VehicleType, distance: Failure | undefined): Activity {
    const load = request.load === undefined ? undefined : this.#loadOf(request, type);
    const unknown = distance === undefined ? [] : [`distance: not known (${distance.issue.code}); tkm as given`];
    return {
      tonneKm: request.tkm ?? 0,
      loadT: load?.tonnes,
      distanceKm: undefined,
      distanceSource: 'given tkm',
      originCountry: undefined,
      assumptions: unknown,
      warnings: [],
    };
  }

  /** The distance that is given or follows from the places; `undefined` where there is neither. */
  #distanceOf(request: ShipmentRequest, type: VehicleType): RowDistance | Failure | undefined {
    const { distance_km: km, origin, destination } = request;
    if (km !== undefined) return { km, source: 'given', originCountry: undefined, assumptions: none, warnings: none };
    if (origin === undefined || destination === undefined) return undefined;
    const route = { category: type.category, origin, destination, originCountry: request.origin_country };
    const found = this.#basis.distances.find(route);
    if (found.ok) return found;
    const { code, field = 'distance_km', ...issue } = found.issue;
    return failure(code, field, issue);
  }
}

type RowDistance = Pick<Distance, 'km' | 'source' | 'assumptions' | 'warnings'> & {
  readonly originCountry: string | undefined;
};

interface Activity {
  readonly tonneKm: number;
  readonly loadT: number | undefined;
  readonly distanceKm: number | undefined;
  readonly distanceSource: string;
  readonly originCountry: string | undefined;
  readonly assumptions: readonly string[];
  readonly warnings: readonly Warning[];
}

const yearOf = ({ year, shipment_date: date }: ShipmentRequest): number | undefined =>
  year ?? (date === undefined ? undefined : Number(date.slice(0, 4)));

/** A mass that was turned into TEU rests on what a TEU holds. */
const perTeuOf = ({ teuTonnes }: Selection, { load_unit: unit }: ShipmentRequest): readonly string[] =>
  teuTonnes === undefined || unit === 'teu' || unit === 'feu' ? none : [`load: ${String(teuTonnes)} t for one of teu`];

/** A vehicle type that is known by its intensity alone. */
const typeWith = (intensity: Intensity, { toc = 'given', category = 'road' }: ShipmentRequest): VehicleType => ({
  toc,
  aliases: [],
  category,
  intensities: [intensity],
});

const none: readonly never[] = [];

const missingDistance = {
  message: 'has neither distance_km nor both origin and destination',
  hint: 'give distance_km, or both origin and destination',
};

/** Both lists, without a new one where one of them is empty. */
const joined = <T>(a: readonly T[], b: readonly T[]): readonly T[] =>
  b.length === 0 ? a : a.length === 0 ? b : [...a, ...b];
