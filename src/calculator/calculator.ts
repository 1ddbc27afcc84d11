import type { PlaceAssumption } from './assumption.ts';
import type { Category, LoadUnit, ShipmentRequest } from '../records/request.ts';
import { type Catalogue, type Intensity, readCatalogue, type VehicleType } from './catalogue.ts';
import { readFuels, readLoads } from './data.ts';
import type { RouterFailure } from './distances/distance-source.ts';
import { Distances, type RoutedDistance } from './distances/distances.ts';
import { readRoadNetwork } from './distances/road.ts';
import { type Passage, readPorts, readSeaNetwork } from './distances/sea.ts';
import { type Electricity, readElectricity } from './electricity.ts';
import { type EnergyCarrier, type EnergyFactor, energyFactor } from './energy-carrier.ts';
import { readAirports } from './places/airports.ts';
import { foldPlaceName } from './places/fold.ts';
import { type DistanceLimits, Limits } from './limits.ts';
import { readGazetteer } from './places/gazetteer.ts';
import { found, type Place, type PlaceResult, type PlaceSources } from './places/place.ts';
import { Places } from './places/places.ts';
import { readRegions } from './places/regions.ts';
import { Terminals } from './places/terminals.ts';
import {
  FuelCatalogue,
  type GivenFactor,
  type Recharge,
  RechargeCalculator,
  type RechargeEmissions,
  type RechargeWords,
} from './recharge.ts';
import { rechargeFigures, type RechargeSelection } from './recharge-figures.ts';
import type { Calculated, Failure } from './result.ts';
import { type LoadUnitMass, ShipmentCalculator, type ShipmentEmissions, type ShipmentWords } from './shipment.ts';
import { shipmentFigures, type ShipmentSelection } from './shipment-figures.ts';

/** What the calculator needs of names and words, which others know. */
export interface Words {
  /** ISO 3166-1 alpha-2 of a country's name or code in any of the known languages. */
  readonly readCountry: (text: string) => string | undefined;
  /** The names that an unknown one is nearest to. */
  readonly nearestNames: (name: string, candidates: Iterable<string>) => readonly string[];
  /** `; did you mean "x"?` or nothing. */
  readonly suggest: (name: string, known: Iterable<string>) => string;
  /** What was decided about a place, in words; its warning says it. */
  readonly placeText: (assumption: PlaceAssumption) => string;
}

/** What a user may decide of the calculation. */
export interface CalculatorSettings {
  /** Mass of one pallet, kg; 500 where it is not given. */
  readonly palletKg?: number | undefined;
  /** Mass of the cargo of one TEU, t; 10 where it is not given, and twice as much for an FEU. */
  readonly teuT?: number | undefined;
  /** Canals that ships go round. */
  readonly avoid?: readonly Passage[] | undefined;
  /** Where places without a country most likely are; ISO 3166-1 alpha-2. */
  readonly homeCountry?: string | undefined;
  /** The distance by road within one town, km; 10 where it is not given. */
  readonly intraCityKm?: number | undefined;
  /** Vehicle types that come before the embedded ones of the same name. */
  readonly vehicleTypes?: readonly VehicleType[] | undefined;
  /** Leaves the embedded vehicle types out. */
  readonly ownTypesOnly?: boolean | undefined;
  /** Places that are known by names of the user's own. */
  readonly hubs?: readonly Place[] | undefined;
  /** What the names of the account's hubs mean, or why they mean nothing; those of `hubs` come first. */
  readonly accountHubs?: ReadonlyMap<string, PlaceResult> | undefined;
  /** Names of the account's fuels by their ids. */
  readonly accountFuels?: ReadonlyMap<string, string> | undefined;
  /** Distances by road from a router. */
  readonly routed?: ((from: Place, to: Place) => RoutedDistance | RouterFailure | undefined) | undefined;
}

/** A trip within a town whose length is not given, km: this project's choice, `--intra-city-km` changes it. */
const defaultIntraCityKm = 10;

/** A town whose seaport is at most this far is a port, km: the harbours of Le Havre and Yantian lie in their towns, Tilbury's and Antwerp's do not. */
const atSeaKm = 25;

/** The embedded calculator. Gazetteer, networks and grid are read when the first row needs them. */
export class Calculator {
  readonly catalogue: Catalogue;
  readonly fuels: FuelCatalogue;
  readonly limits = new Limits();
  readonly places: Places;
  readonly distances: Distances;
  readonly #shipments: ShipmentCalculator;
  readonly #recharges: RechargeCalculator;
  #electricity: Electricity | undefined;

  constructor(words: Words, settings: CalculatorSettings = {}) {
    const {
      vehicleTypes,
      ownTypesOnly,
      accountFuels,
      hubs,
      accountHubs,
      avoid = [],
      routed,
      homeCountry,
      intraCityKm,
    } = settings;
    this.catalogue = readCatalogue(vehicleTypes, ownTypesOnly);
    this.fuels = new FuelCatalogue(readFuels(), accountFuels);
    this.places = new Places(placeSources(words, hubs, accountHubs));
    this.distances = new Distances({
      places: this.places,
      airports: readAirports,
      ports: readPorts,
      roads: readRoadNetwork,
      seas: readSeaNetwork,
      avoid: new Set(avoid),
      homeCountry,
      intraCityKm: intraCityKm ?? defaultIntraCityKm,
      placeText: words.placeText,
      ...(routed === undefined ? {} : { routed }),
    });
    this.#shipments = new ShipmentCalculator({
      catalogue: this.catalogue,
      electricity: () => this.#readElectricity(),
      distances: this.distances,
      loadUnits: loadUnitsOf(settings),
      suggest: words.suggest,
    });
    this.#recharges = new RechargeCalculator({
      fuels: this.fuels,
      electricity: () => this.#readElectricity(),
      suggest: words.suggest,
    });
  }

  /**
   * The emissions of one leg, or why there are none.
   *
   * @param given an intensity that is taken instead of the catalogue's
   */
  shipment(request: ShipmentRequest, given?: Intensity): Calculated<ShipmentEmissions> {
    return this.#shipments.calculate(request, given);
  }

  /** The two places by road between which a leg needs a distance. */
  roadOf(request: ShipmentRequest): { readonly from: Place; readonly to: Place } | undefined {
    const route = this.#shipments.routeOf(request);
    if (route?.category !== 'road') return undefined;
    const ends = this.distances.places(route);
    return 'ok' in ends ? undefined : ends;
  }

  /** The places of a leg as far as they are known: those of its distance, or, where that is given, those of which there is no doubt. */
  endsOf(request: ShipmentRequest): { readonly from: Place; readonly to: Place } | undefined {
    const way = this.#shipments.wayOf(request);
    const ends = way === undefined ? undefined : this.distances.places(way);
    if (ends === undefined || 'ok' in ends) return undefined;
    return request.distance_km !== undefined && ends.doubts.length > 0 ? undefined : ends;
  }

  /** What a unit of the energy emits that vehicles of an intensity run on; `undefined` where no figure is known. */
  energyFactor(carrier: EnergyCarrier): EnergyFactor | undefined {
    return energyFactor(carrier, this.fuels.fuels);
  }

  /** Between which kilometres the given distance of a leg lies, where both of its places are certain. */
  distanceLimits(request: ShipmentRequest): DistanceLimits | undefined {
    const route = this.#shipments.wayOf(request);
    const km = route === undefined ? undefined : this.distances.certainKm(route);
    if (route === undefined || km === undefined) return undefined;
    return this.limits.distances(km, route.category === 'maritime' ? 'way by sea' : 'straight line');
  }

  /**
   * The emissions of one fuel purchase, or why there are none.
   *
   * @param given a factor that is taken instead of the catalogue's
   */
  recharge(recharge: Recharge, given?: GivenFactor): Calculated<RechargeEmissions> {
    return this.#recharges.calculate(recharge, given);
  }

  /**
   * The first of the two steps of `shipment()`, for tables: what a leg's words decide, or why there are no emissions.
   * `ShipmentCalculator.select` says by what it may be remembered.
   */
  selectShipment(words: ShipmentWords): ShipmentSelection | Failure {
    return this.#shipments.select(words);
  }

  /** The second step: writes the figures of one row, and returns whether it has the warning `tkmMismatch`. */
  readonly shipmentFigures = shipmentFigures;

  /** What a caller that remembers selections must know of a vehicle type: whether distance and country matter. */
  vehicleFacts(
    toc: string | undefined,
    category: Category | undefined,
  ): { readonly hasBands: boolean; readonly isRegional: boolean } {
    const type = toc === undefined ? category && this.catalogue.defaultOf(category) : this.catalogue.find(toc);
    if (type === undefined) return { hasBands: false, isRegional: false };
    return { hasBands: this.catalogue.hasBands(type), isRegional: this.catalogue.isRegional(type) };
  }

  /** The band of distances that a given distance lies in: within one, a vehicle type has the same factor. */
  shipmentBand(toc: string | undefined, category: Category | undefined, km: number | undefined): number {
    return this.#shipments.bandOf({ toc, category }, km);
  }

  /** Whether the country of origin matters: then, without `originCountry`, the text of the origin decides the factor. */
  isShipmentRegional(toc: string | undefined, category: Category | undefined): boolean {
    return this.#shipments.isRegional({ toc, category });
  }

  /** The first of the two steps of `recharge()`: what a purchase's words decide, or why there are no emissions. */
  selectRecharge(words: RechargeWords): RechargeSelection | Failure {
    return this.#recharges.select(words);
  }

  /** The second step: writes the figures of one row. */
  readonly rechargeFigures = rechargeFigures;

  #readElectricity(): Electricity {
    this.#electricity ??= readElectricity();
    return this.#electricity;
  }
}

/** What places are looked up in; hubs come first. */
export const placeSources = (
  { readCountry, nearestNames }: Pick<Words, 'readCountry' | 'nearestNames'>,
  hubs: readonly Place[] = [],
  accountHubs: ReadonlyMap<string, PlaceResult> = new Map(),
): PlaceSources => ({
  gazetteer: readGazetteer,
  regions: readRegions,
  airports: readAirports,
  port: (locode) => readPorts().byLocode(locode),
  isAtSea: (place) => readPorts().isAt(place, place.country, atSeaKm),
  terminals: readTerminals,
  hubs: new Map([
    ...Array.from(accountHubs, ([name, place]): [string, PlaceResult] => [foldPlaceName(name), place]),
    ...hubs.map((hub): [string, PlaceResult] => [foldPlaceName(hub.name), found(hub)]),
  ]),
  readCountry,
  nearestNames,
});

let terminals: Terminals | undefined;

/** Airports and seaports by name, indexed when they are first needed. */
function readTerminals(): Terminals {
  terminals ??= new Terminals(readAirports(), readPorts(), readGazetteer);
  return terminals;
}

/** Tonnes of each load unit. What the user decided for all rows is still an assumption for each of them. */
function loadUnitsOf({ palletKg, teuT }: CalculatorSettings): ReadonlyMap<LoadUnit, LoadUnitMass> {
  const units = new Map<LoadUnit, LoadUnitMass>(readLoads().rows.map((row) => [row.id, row]));
  if (palletKg !== undefined) units.set('pallets', { tonnes: palletKg / 1000, isAssumption: true });
  if (teuT !== undefined) {
    units.set('teu', { tonnes: teuT, isAssumption: true });
    units.set('feu', { tonnes: 2 * teuT, isAssumption: true });
  }
  return units;
}
