import { quote, type Warning } from '../issues.ts';
import type { Category, LoadUnit, ShipmentRequest } from '../records/request.ts';
import type { Assumption } from './assumption.ts';
import type { Catalogue, Intensity, VehicleType } from './catalogue.ts';
import type { Distances } from './distances/distances.ts';
import type { NoDistance } from './distances/no-distance.ts';
import { hintsOf, type Route, type RouteHints } from './distances/route.ts';
import type { DistanceSource } from './distances/distance-source.ts';
import type { Electricity } from './electricity.ts';
import type { Publication } from './publication.ts';
import { wordsOf } from './shipment-words.ts';
import { type Calculated, type Emissions, type Failure, failure } from './result.ts';
import { chooseFactor, type FactorWanted, type ShipmentFactor, type VehicleWords } from './shipment-factor.ts';
import {
  type ActivityRule,
  shipmentFigures,
  type ShipmentFigures,
  type ShipmentNumbers,
  type ShipmentSelection,
  tkmMismatch,
} from './shipment-figures.ts';

/** The emissions of one leg and everything they are based on. */
export interface ShipmentEmissions extends Emissions {
  readonly category: Category;
  readonly toc: string;
  /** Transport activity, tonne-kilometres. */
  readonly tonneKm: number;
  /** Tonnes; `undefined` where the activity was given as tkm without a load. */
  readonly loadT: number | undefined;
  /** Kilometres; `undefined` where the activity was given as tkm. */
  readonly distanceKm: number | undefined;
  readonly distanceSource: DistanceSource;
  /** kg CO2e well-to-wheel per tonne-kilometre. */
  readonly factorKgPerTkm: number;
  readonly factorRegion: string;
  readonly factorSource: string;
  /** The publications that the factor is taken from; empty for a factor of the user's own. */
  readonly publications: readonly Publication[];
  /** What was decided where the row does not say. */
  readonly assumptions: readonly Assumption[];
}

/** Everything that a leg's row says but the numbers of its figures. */
export interface ShipmentWords extends VehicleWords, RouteHints {
  /** ISO 3166-1 alpha-2. */
  readonly originCountry?: string | undefined;
  /** `yearOf` the row. */
  readonly year?: number | undefined;
  /** The places: the distance is worked out from them where none is given, and the country where none is given. */
  readonly origin?: string | undefined;
  readonly destination?: string | undefined;
  readonly loadUnit?: LoadUnit | undefined;
  readonly cleaning?: boolean | undefined;
  readonly hasLoad: boolean;
  readonly hasTkm: boolean;
  /** The given distance, `undefined` where there is none; only its band matters. */
  readonly distanceKm?: number | undefined;
  /** Matters only where there is no load: the warning of the default load names it. */
  readonly loadFactor?: number | undefined;
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

/**
 * One tank cleaning, kg CO2e: 68.6 gas, 1.2 gas oil, 16.8 electricity (EFTCO figures, GLEC Framework v3.0, Module 5, p. 138).
 */
export const cleaningKg = 86.6;
const cleaned: Assumption = { subject: 'cleaning', kind: 'one cleaning', detail: { kg: cleaningKg } };

const memoLimit = 50_000;

/** Calculates shipments after ISO 14083 in two steps: what a row's words decide, and the arithmetic on its numbers. */
export class ShipmentCalculator {
  readonly #basis: ShipmentBasis;
  /** Tonnes of a TEU, by which factors per TEU-kilometre are converted. */
  readonly #teuTonnes: number;
  readonly #factors = new Map<string, ShipmentFactor | Failure>();
  // The row form is the two steps for a table of one row.
  readonly #numbers: ShipmentNumbers = { load: one(), loadFactor: one(), distanceKm: one(), tkm: one() };
  readonly #figures: ShipmentFigures = {
    co2eKg: one(),
    co2eWttKg: one(),
    co2eTtwKg: one(),
    tonneKm: one(),
    loadT: one(),
    distanceKm: one(),
  };

  constructor(basis: ShipmentBasis) {
    this.#basis = basis;
    this.#teuTonnes = basis.loadUnits.get('teu')?.tonnes ?? 10;
  }

  /**
   * Calculates one leg.
   *
   * @param given an intensity that is taken instead of the catalogue's
   * @returns the emissions in kg CO2e with full precision, or UNKNOWN_TOC, NO_TOC, NO_LOAD, NO_DISTANCE, UNKNOWN_PLACE
   */
  calculate(request: ShipmentRequest, given?: Intensity): Calculated<ShipmentEmissions> {
    const selection = this.select(wordsOf(request), given);
    if (!selection.ok) return selection;
    const [numbers, figures] = [this.#numbers, this.#figures];
    numbers.load[0] = request.load ?? NaN;
    numbers.loadFactor[0] = request.load_factor ?? NaN;
    numbers.distanceKm[0] = request.distance_km ?? NaN;
    numbers.tkm[0] = request.tkm ?? NaN;
    const isMismatch = shipmentFigures(selection, numbers, 0, figures);
    const { warnings, wttKgPerTkm: wtt, ttwKgPerTkm: ttw } = selection;
    return {
      ok: true,
      warnings: isMismatch ? [...warnings, tkmMismatch] : warnings,
      value: {
        co2eKg: first(figures.co2eKg),
        co2eWttKg: wtt === undefined ? undefined : first(figures.co2eWttKg),
        co2eTtwKg: ttw === undefined ? undefined : first(figures.co2eTtwKg),
        category: selection.category,
        toc: selection.toc,
        tonneKm: first(figures.tonneKm),
        loadT: known(first(figures.loadT)),
        distanceKm: known(first(figures.distanceKm)),
        distanceSource: selection.distanceSource,
        factorKgPerTkm: selection.wtwKgPerTkm,
        factorRegion: selection.factorRegion,
        factorSource: selection.factorSource,
        publications: selection.publications,
        assumptions: selection.assumptions,
      },
    };
  }

  /**
   * Decides what the words of a leg decide. It remembers distances and factors, not selections: a caller with many rows
   * keeps those by (toc, category, country, year, `bandOf` the given distance, load unit, cleaning, the flags, the load
   * factor where there is no load), and by
   *
   * - the texts of both places, and what columns of their own say of them, where the distance is not given,
   * - the same of the origin where the country is not given and `isRegional(words)`.
   *
   * @param given an intensity that is taken instead of the catalogue's
   */
  select(words: ShipmentWords, given?: Intensity): ShipmentSelection | Failure {
    const type = given === undefined ? this.#typeOf(words) : typeWith(given, words);
    if ('ok' in type) return type;
    const distance = this.#distanceOf(words, type);
    const activity = this.#activityOf(words, type, distance);
    if ('issue' in activity) return activity;
    const found = distance !== undefined && 'km' in distance ? distance : undefined;
    const country = words.originCountry ?? found?.originCountry ?? this.#countryOf(words, type);
    const wanted = { country, year: words.year, km: found?.km };
    const factor =
      given === undefined
        ? this.#factorOf(type, words, wanted)
        : chooseFactor(type, { toc: type.toc }, wanted, this.#factorBasis);
    if (!factor.ok) return factor;
    const assumed = joined(joined(factor.assumptions, activity.assumptions), perTeu(factor.teuTonnes, words));
    // Spelled out: with a spread of the factor's fields, V8 takes forty times as long.
    return {
      ok: true,
      category: type.category,
      toc: type.toc,
      wtwKgPerTkm: factor.wtwKgPerTkm,
      wttKgPerTkm: factor.wttKgPerTkm,
      ttwKgPerTkm: factor.ttwKgPerTkm,
      factorRegion: factor.factorRegion,
      factorSource: factor.factorSource,
      publications: factor.publications,
      carrier: factor.carrier,
      distanceAdjustment: factor.distanceAdjustment,
      activity: activity.rule,
      unitTonnes: this.#massOf(words)?.tonnes,
      defaultLoadT: type.defaultLoadT,
      distanceKm: words.distanceKm === undefined ? found?.km : undefined,
      distanceSource: found?.source ?? givenTkm,
      extraKg: words.cleaning === true ? cleaningKg : 0,
      assumptions: words.cleaning === true ? [...assumed, cleaned] : assumed,
      warnings: joined(factor.warnings, activity.warnings),
    };
  }

  /** The number of the band of distances in which a vehicle type has the same factor; 0 where it is unknown. */
  bandOf(vehicle: VehicleWords, km: number | undefined): number {
    const type = this.#knownType(vehicle);
    return type === undefined ? 0 : this.#basis.catalogue.bandOf(type, km);
  }

  /** Whether a vehicle type's factor depends on the country of origin. */
  isRegional(vehicle: VehicleWords): boolean {
    const type = this.#knownType(vehicle);
    return type !== undefined && this.#basis.catalogue.isRegional(type);
  }

  /** The route whose distance a leg needs; `undefined` where its distance is given, or nothing is known of it. */
  routeOf(request: ShipmentRequest): Route | undefined {
    return request.distance_km === undefined ? this.wayOf(request) : undefined;
  }

  /** From where to where a leg goes, also where its distance is given; `undefined` where nothing is known of it. */
  wayOf(request: ShipmentRequest): Route | undefined {
    const { origin, destination, origin_country: originCountry } = request;
    const type = this.#knownType(request);
    if (origin === undefined || destination === undefined || type === undefined) return undefined;
    return { ...hintsOf(wordsOf(request)), category: type.category, origin, destination, originCountry };
  }

  #knownType({ toc, category }: VehicleWords): VehicleType | undefined {
    const { catalogue } = this.#basis;
    if (toc !== undefined) return catalogue.find(toc);
    return category === undefined ? undefined : catalogue.defaultOf(category);
  }

  #typeOf(vehicle: VehicleWords): VehicleType | Failure {
    const type = this.#knownType(vehicle);
    if (type !== undefined) return type;
    const { toc, category } = vehicle;
    const { catalogue, suggest } = this.#basis;
    if (toc !== undefined) {
      return failure('UNKNOWN_TOC', 'toc', {
        value: toc,
        message: `the calculator knows no vehicle type ${quote(toc)}${suggest(toc, catalogue.names())}`,
        // As every row of a file has it, it is translated once, in a mapping file.
        hint: `dcycle-upload tocs lists the vehicle types; a mapping file translates: {"values": {"toc": {${JSON.stringify(toc)}: "<type>"}}}`,
      });
    }
    return failure('NO_TOC', 'toc', {
      message:
        category === undefined
          ? 'has neither a vehicle type (toc) nor a category'
          : `has no vehicle type (toc), and none is the default of ${category}`,
    });
  }

  /** The factor, worked out once for each vehicle type, country, year and band of distances. */
  #factorOf(type: VehicleType, { toc, category }: ShipmentWords, wanted: FactorWanted): ShipmentFactor | Failure {
    const { country = '', year, km } = wanted;
    const band = this.#basis.catalogue.bandOf(type, km);
    const key = `${toc ?? ''}|${category ?? ''}|${country}|${String(year)}|${String(band)}`;
    const known = this.#factors.get(key);
    if (known !== undefined) return known;
    const factor = chooseFactor(type, { toc, category }, wanted, this.#factorBasis);
    if (this.#factors.size >= memoLimit) this.#factors.clear();
    this.#factors.set(key, factor);
    return factor;
  }

  get #factorBasis() {
    const { catalogue, electricity } = this.#basis;
    return { catalogue, electricity, teuTonnes: this.#teuTonnes };
  }

  #massOf({ loadUnit = 'kg' }: ShipmentWords): LoadUnitMass | undefined {
    return this.#basis.loadUnits.get(loadUnit);
  }

  /** The country that the origin lies in, where the factor depends on it. */
  #countryOf(words: ShipmentWords, type: VehicleType): string | undefined {
    const { origin, originPostcode: postcode, originRegion: region } = words;
    if (origin === undefined || !this.#basis.catalogue.isRegional(type)) return undefined;
    return this.#basis.distances.countryOf(origin, { category: type.category, postcode, region });
  }

  /** The distance that is given or follows from the places; `undefined` where there is neither. */
  #distanceOf(words: ShipmentWords, type: VehicleType): LegDistance | Failure | undefined {
    const { distanceKm: km, origin, destination, originCountry } = words;
    if (km !== undefined) return givenDistance(km);
    if (origin === undefined || destination === undefined) return undefined;
    const route = { ...hintsOf(words), category: type.category, origin, destination, originCountry };
    const found = this.#basis.distances.find(route);
    return found.ok ? found : withField(found);
  }

  #activityOf(
    words: ShipmentWords,
    type: VehicleType,
    distance: LegDistance | Failure | undefined,
  ): Activity | Failure {
    const { loadUnit: unit = 'kg', hasLoad, hasTkm } = words;
    if (distance === undefined || 'issue' in distance) {
      // Tonne-kilometres that are given need no distance.
      if (hasTkm) return { rule: 'tkm', assumptions: unknownDistance(distance), warnings: none };
      return distance ?? failure('NO_DISTANCE', 'distance_km', missingDistance);
    }
    const { assumptions, warnings } = distance;
    if (hasLoad) {
      const mass = this.#massOf(words);
      if (mass === undefined) return missingLoad(type);
      const { tonnes, isAssumption } = mass;
      return {
        rule: 'load',
        assumptions: isAssumption ? [...assumptions, massOfUnit(unit, tonnes)] : assumptions,
        warnings,
      };
    }
    if (hasTkm) return { rule: 'tkm', assumptions, warnings };
    const { toc, defaultLoadT: tonnes } = type;
    if (tonnes === undefined) return missingLoad(type);
    const message = `no load is given; the default of ${toc}, ${String(tonnes * (words.loadFactor ?? 1))} t, was taken`;
    return {
      rule: 'default load',
      assumptions: [...assumptions, { subject: 'load', kind: 'default load', detail: { toc, tonnes } }],
      warnings: [...warnings, { code: 'DEFAULT_LOAD', message }],
    };
  }
}

interface LegDistance {
  readonly km: number;
  readonly source: DistanceSource;
  readonly originCountry: string | undefined;
  readonly assumptions: readonly Assumption[];
  readonly warnings: readonly Warning[];
}

interface Activity {
  readonly rule: ActivityRule;
  readonly assumptions: readonly Assumption[];
  readonly warnings: readonly Warning[];
}

const none: readonly never[] = [];

const givenKm: DistanceSource = { kind: 'given' };
const givenTkm: DistanceSource = { kind: 'given tkm' };

const givenDistance = (km: number): LegDistance => ({
  km,
  source: givenKm,
  originCountry: undefined,
  assumptions: none,
  warnings: none,
});

const massOfUnit = (unit: LoadUnit, tonnes: number): Assumption => ({
  subject: 'load',
  kind: 'mass of unit',
  detail: { unit, tonnes },
});

/** A mass that was turned into TEU is based on what a TEU holds. */
const perTeu = (teuTonnes: number | undefined, { loadUnit: unit }: ShipmentWords): readonly Assumption[] =>
  teuTonnes === undefined || unit === 'teu' || unit === 'feu' ? none : [massOfUnit('teu', teuTonnes)];

const unknownDistance = (failed: Failure | undefined): readonly Assumption[] =>
  failed === undefined
    ? none
    : [{ subject: 'distance', kind: 'unknown distance', detail: { code: failed.issue.code } }];

/** A vehicle type that is known by its intensity alone. */
const typeWith = (intensity: Intensity, { toc = 'given', category = 'road' }: ShipmentWords): VehicleType => ({
  toc,
  aliases: [],
  category,
  intensities: [intensity],
});

const missingDistance = {
  message: 'has neither distance_km nor both origin and destination',
  hint: 'give distance_km, or both origin and destination',
};

function withField({ issue: { code, field = 'distance_km', ...issue } }: NoDistance): Failure {
  return failure(code, field, issue);
}

const missingLoad = ({ toc }: VehicleType): Failure =>
  failure('NO_LOAD', 'load', {
    message: `has no load, and no default load is known for ${quote(toc)}`,
    hint: 'give load (and load_unit)',
  });

/** Both lists, without a new one where one of them is empty. */
const joined = <T>(a: readonly T[], b: readonly T[]): readonly T[] =>
  b.length === 0 ? a : a.length === 0 ? b : [...a, ...b];

const one = (): Float64Array => new Float64Array(1);
const first = (column: Float64Array): number => column[0] ?? NaN;
const known = (figure: number): number | undefined => (Number.isNaN(figure) ? undefined : figure);
