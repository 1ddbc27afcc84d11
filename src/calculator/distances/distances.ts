import { assumedPlace, type Assumption, type PlaceAssumption } from '../assumption.ts';
import type { WarningCode } from '../../codes/warning-codes.ts';
import type { Warning } from '../../issues.ts';
import type { Category } from '../../records/request.ts';
import type { Airports } from '../places/airports.ts';
import { choosePair, isCertain, type Pair, type PairRule } from '../places/choose-pair.ts';
import { type FoundPlace, type Place, type PlaceDoubt, type PlaceHints, type PlaceResult } from '../places/place.ts';
import { mostlyIn } from '../places/neighbours.ts';
import type { Places } from '../places/places.ts';
import type { DistanceSource, RouterFailure, RouterKind } from './distance-source.ts';
import { geodesicKm, greatCircleKm } from './geodesic.ts';
import type { LandMode, RoadNetwork, RoadRoute } from './road.ts';
import { describe, type NoDistance, noDistance, noWay, unknownPlace } from './no-distance.ts';
import { hintsOf, type Route, type RouteHints } from './route.ts';
import type { Passage, Ports, SeaNetwork } from './sea.ts';

/** The distance of a route and what it is based on. */
export interface Distance {
  readonly ok: true;
  readonly km: number;
  readonly source: DistanceSource;
  readonly originCountry: string;
  readonly assumptions: readonly Assumption[];
  readonly warnings: readonly Warning[];
}

/** A distance along real roads, from a router that the user runs. */
export interface RoutedDistance {
  readonly km: number;
  readonly router: RouterKind;
}

/** What distances are worked out from; each is read when it is first needed. */
export interface DistanceSources {
  readonly places: Places;
  readonly airports: () => Airports;
  readonly ports: () => Ports;
  readonly roads: () => RoadNetwork;
  readonly seas: () => SeaNetwork;
  readonly avoid: ReadonlySet<Passage>;
  /** Where places without a country most likely are; ISO 3166-1 alpha-2. */
  readonly homeCountry?: string | undefined;
  /** What a trip by road within one town counts, km. */
  readonly intraCityKm: number;
  /** What was decided about a place, in words. */
  readonly placeText: (assumption: PlaceAssumption) => string;
  /** The distance that a router gave for two places, or why it gave none. */
  readonly routed?: (from: Place, to: Place) => RoutedDistance | RouterFailure | undefined;
}

const warningCodes: Readonly<Record<PlaceDoubt['kind'], WarningCode>> = {
  'one of several': 'AMBIGUOUS_PLACE',
  'partly read': 'PLACE_PARTLY_READ',
  'other postcode': 'POSTCODE_MISMATCH',
  'postcode not used': 'POSTCODE_UNUSED',
  'other country': 'COUNTRY_MISMATCH',
};

/** Routes whose distance is kept; beyond it they are worked out again. */
const memoLimit = 500_000;

/** A way this many times as long as the straight line is worth a warning. */
const longDetour = 1.8;

/** A port or an airport farther away than this is worth a warning. */
const farKm = 150;

/** The ways to the ports may be longer than the voyage up to this, and one of them never longer than that, km. */
const leastAccessKm = 300;
const mostAccessKm = 2000;

/** The distances of routes by their texts, each worked out once. */
export class Distances {
  readonly #sources: DistanceSources;
  readonly #memo = new Map<string, Distance | NoDistance>();
  /** Those that depend on the file's other places. */
  readonly #memoOfFile = new Map<string, Distance | NoDistance>();
  #neighbourTexts: Iterable<string> = [];
  /** Where nearly all places of the file lie; empty where they do not lie in one country. */
  #neighbours: string | undefined;
  #asksNeighbours = false;

  constructor(sources: DistanceSources) {
    this.#sources = sources;
  }

  /**
   * Takes places of the file that is calculated next. If nearly all lie in one country, a name that is a place's there as well
   * is not taken abroad. They are looked for when a name is ambiguous; with a home country they change nothing.
   */
  setNeighbours(texts: Iterable<string>): void {
    this.#memoOfFile.clear();
    this.#neighbours = undefined;
    this.#neighbourTexts = texts;
  }

  /** The country of nearly all places of the file, if it has enough of them; ISO 3166-1 alpha-2. */
  #findNeighbours(): string | undefined {
    this.#asksNeighbours = true;
    if (this.#sources.homeCountry !== undefined) return undefined;
    this.#neighbours ??= mostlyIn(this.#neighbourTexts, this.#sources.places);
    return this.#neighbours === '' ? undefined : this.#neighbours;
  }

  find(route: Route): Distance | NoDistance {
    const { category, origin, destination, originCountry } = route;
    const hints = Object.values(hintsOf(route));
    const key = [category, origin, destination, originCountry, ...hints].join('\u0000');
    const known = this.#memo.get(key) ?? this.#memoOfFile.get(key);
    if (known !== undefined) return known;
    this.#asksNeighbours = false;
    const distance = this.#workOut(route);
    const memo = this.#asksNeighbours ? this.#memoOfFile : this.#memo;
    if (memo.size >= memoLimit) memo.clear();
    memo.set(key, distance);
    return distance;
  }

  /** The two places of a route, where both are known. */
  places(route: Route): Pair | NoDistance {
    const { category, origin, destination, originCountry } = route;
    const ends = this.#resolveEnds(route);
    if ('issue' in ends) return ends;
    const { from, to, destinationCountry } = ends;
    const pair = choosePair({ text: origin, found: from }, { text: destination, found: to }, this.#ruleOf(category));
    if ('end' in pair) return unknownPlace(pair.end, pair.end === 'origin' ? origin : destination, pair);
    const others = [
      ...otherCountry('origin_country', originCountry, pair.from),
      ...otherCountry('destination_country', destinationCountry, pair.to),
    ];
    return others.length === 0 ? pair : { ...pair, doubts: [...pair.doubts, ...others] };
  }

  /** What the texts of both ends may mean. */
  #resolveEnds(
    route: Route,
  ):
    | { readonly from: FoundPlace; readonly to: FoundPlace; readonly destinationCountry: string | undefined }
    | NoDistance {
    const { category, origin, destination, originCountry } = route;
    const { country: destinationCountry, region: destinationRegion } = this.#destinationOf(route);
    const from = this.#resolve(origin, {
      country: originCountry,
      category,
      postcode: route.originPostcode,
      region: route.originRegion,
    });
    if (!from.ok) return unknownPlace('origin', origin, from);
    const to = this.#resolve(destination, {
      country: destinationCountry,
      category,
      postcode: route.destinationPostcode,
      region: destinationRegion,
    });
    if (!to.ok) return unknownPlace('destination', destination, to);
    return { from, to, destinationCountry };
  }

  /**
   * The way between two places of which both are certain, whatever else the file has: the straight line by land, the network's way
   * by sea. `undefined` where a place is not certain, or no way is known.
   */
  certainKm(route: Route): number | undefined {
    const ends = this.#resolveEnds(route);
    if ('issue' in ends || !isCertain(ends.from) || !isCertain(ends.to)) return undefined;
    const pair = this.places(route);
    if ('issue' in pair || pair.doubts.length > 0) return undefined;
    const { from, to } = pair;
    // Of two names, neither may mean another place for the other's sake.
    if (!isSame(from, ends.from.place) || !isSame(to, ends.to.place)) return undefined;
    if (isSame(from, to)) return undefined;
    switch (route.category) {
      case 'road':
      case 'rail':
        return greatCircleKm(from.lat, from.lon, to.lat, to.lon);
      case 'maritime': {
        const voyage = this.#bySea(from, to);
        return voyage.ok && voyage.warnings.length === 0 ? voyage.km : undefined;
      }
      case 'air':
        return undefined;
    }
  }

  /** A text that is not a country may be a region (Scotland), and is said where it is neither. */
  #destinationOf({ destinationCountry: text, destinationRegion }: RouteHints): Pick<PlaceHints, 'country' | 'region'> {
    if (text === undefined) return { region: destinationRegion };
    const country = this.#sources.places.readCountry(text);
    return { country, region: country === undefined ? (destinationRegion ?? text) : destinationRegion };
  }

  #resolve(text: string, hints: PlaceHints): PlaceResult {
    return this.#sources.places.resolve(text, { ...hints, likelyCountry: this.#sources.homeCountry });
  }

  #ruleOf(category: Category): PairRule {
    const { roads } = this.#sources;
    const neighbours = (): string | undefined => this.#findNeighbours();
    switch (category) {
      case 'road':
      case 'rail':
        return { power: 2, nearKm: 100, joins: (from, to) => roads().joins(from, to, category), neighbours };
      case 'maritime':
        return { power: 1, nearKm: 1000, joins: () => true, neighbours };
      case 'air':
        // No one flies freight a few hundred kilometres because they are few.
        return { power: 0.5, nearKm: 1000, joins: () => true, neighbours };
    }
  }

  /** The country that an origin lies in; `undefined` where the place is unknown. */
  countryOf(origin: string, hints: PlaceHints): string | undefined {
    const found = this.#resolve(origin, hints);
    return found.ok ? found.place.country : undefined;
  }

  #workOut(route: Route): Distance | NoDistance {
    const ends = this.places(route);
    if ('ok' in ends) return ends;
    const { from, to, doubts } = ends;
    const distance = isSame(from, to) ? this.#within(route.category, ends) : this.#along(route.category, from, to);
    if (!distance.ok || doubts.length === 0) return distance;
    const decided = doubts.map(assumedPlace);
    const warnings = decided.map((each): Warning => ({
      code: warningCodes[each.kind],
      message: this.#sources.placeText(each),
    }));
    return {
      ...distance,
      assumptions: [...decided, ...distance.assumptions],
      warnings: [...warnings, ...distance.warnings],
    };
  }

  /** A trip by road within a town has a distance of its own, where both texts name nothing but the town. */
  #within(category: Category, { from, doubts }: Pair): Distance | NoDistance {
    const { intraCityKm: km } = this.#sources;
    if (category !== 'road' || from.kind !== 'town' || doubts.some(({ kind }) => kind === 'partly read')) {
      const place = describe(from);
      return noDistance(
        `goes from ${place} to ${place}: no distance follows from that`,
        'starts and ends at the same place, so that no distance follows from it',
        'give distance_km for trips within a place',
      );
    }
    const assumption: Assumption = { subject: 'distance', kind: 'within town', detail: { km, place: from } };
    return distanceOf(from, km, { kind: 'within town', mode: 'road', place: from }, [assumption]);
  }

  #along(category: Category, from: Place, to: Place): Distance | NoDistance {
    switch (category) {
      case 'road':
        return this.#byRoad(from, to);
      case 'rail':
        return this.#byRail(from, to);
      case 'air':
        return this.#byAir(from, to);
      case 'maritime':
        return this.#bySea(from, to);
    }
  }

  #byRoad(from: Place, to: Place): Distance | NoDistance {
    const routed = this.#sources.routed?.(from, to);
    if (typeof routed === 'object') {
      return distanceOf(from, routed.km, { kind: 'router', mode: 'road', router: routed.router });
    }
    const route = this.#sources.roads().route(from, to, 'road');
    if (route === undefined) return noWay('road', from, to);
    const { km, detour, crossings } = route;
    const assumptions: Assumption[] = [];
    if (routed !== undefined) {
      assumptions.push({ subject: 'distance', kind: 'router failed', detail: { reason: routed } });
    }
    const ferries = crossings.filter(({ kind }) => kind === 'ferry').map(({ name }) => name);
    if (ferries.length > 0) assumptions.push({ subject: 'distance', kind: 'ferry as road', detail: { ferries } });
    const warnings = ferries.map((name): Warning => ({
      code: 'FERRY',
      message: `ferry ${name}: its kilometres are counted as road; give the crossing as a leg of its own to calculate it by ship`,
    }));
    if (routed !== undefined) {
      warnings.push({ code: 'ROUTER_FAILED', message: `the router ${routed}; the distance is estimated` });
    }
    if (detour >= longDetour) {
      assumptions.push({ subject: 'distance', kind: 'long detour', detail: { ratio: detour } });
      warnings.push(detourWarning(from, to, detour));
    }
    return distanceOf(from, km, greatCircle('road', route, from, to), assumptions, warnings);
  }

  #byRail(from: Place, to: Place): Distance | NoDistance {
    const route = this.#sources.roads().route(from, to, 'rail');
    if (route === undefined) return noWay('railway', from, to);
    const { km, detour } = route;
    const warnings = detour >= longDetour ? [detourWarning(from, to, detour)] : [];
    return distanceOf(from, km, greatCircle('rail', route, from, to), [circuityOfRoad], warnings);
  }

  #byAir(from: Place, to: Place): Distance | NoDistance {
    const departure = this.#airportOf(from);
    const arrival = this.#airportOf(to);
    if (departure === undefined || arrival === undefined) return noWay('flight', from, to);
    if (departure.code === arrival.code) {
      const message = `goes by air from ${describe(from)} to ${describe(to)}, which have the same airport (${departure.code})`;
      return noDistance(message, 'goes by air between places that have the same airport');
    }
    const far = [
      ...farAway('airport', departure.code, from, departure.km),
      ...farAway('airport', arrival.code, to, arrival.km),
    ];
    const source = { kind: 'flight', mode: 'air', from: departure.code, to: arrival.code } as const;
    return distanceOf(from, geodesicKm(departure, arrival), source, [], far);
  }

  #airportOf(place: Place): { code: string; lat: number; lon: number; km: number } | undefined {
    if (place.kind === 'airport' && place.code !== undefined) return { ...place, code: place.code, km: 0 };
    const nearest = this.#sources.airports().nearest(place);
    return nearest === undefined ? undefined : { ...nearest.airport, km: nearest.km };
  }

  #bySea(from: Place, to: Place): Distance | NoDistance {
    let departure = this.#portOf(from);
    let arrival = this.#portOf(to);
    if (departure !== undefined && departure.locode === arrival?.locode) {
      // Between two towns of a coast or of islands, every harbour counts.
      departure = this.#harbourOf(from);
      arrival = this.#harbourOf(to);
    }
    if (departure === undefined || arrival === undefined) return noWay('sea', from, to);
    if (departure.locode === arrival.locode) {
      const message = `goes by sea from ${describe(from)} to ${describe(to)}, which have the same port (${departure.locode})`;
      return noDistance(message, 'goes by sea between places that have the same port');
    }
    const { avoid } = this.#sources;
    const route = this.#sources.seas().route(departure, arrival, avoid);
    if (route === undefined) return noWay('sea', from, to);
    const accessKm = departure.km + arrival.km;
    if (accessKm > Math.max(route.km, leastAccessKm) || Math.max(departure.km, arrival.km) > mostAccessKm) {
      const message = `goes by sea from ${describe(from)} to ${describe(to)}, but their ports ${departure.locode} and ${arrival.locode} are ${String(Math.round(accessKm))} km away from them`;
      return noDistance(message, 'goes by sea between places whose ports are farther away than each other');
    }
    const closed: Assumption = { subject: 'distance', kind: 'closed passages', detail: { passages: [...avoid] } };
    const far = [
      ...farAway('port', departure.locode, from, departure.km),
      ...farAway('port', arrival.locode, to, arrival.km),
    ];
    const { km, passages } = route;
    const ports = { from: departure.locode, to: arrival.locode };
    const source = { kind: 'sea lanes', mode: 'maritime', ...ports, passages } as const;
    return distanceOf(from, km, source, avoid.size === 0 ? [] : [closed], far);
  }

  #harbourOf(place: Place): { locode: string; lat: number; lon: number; km: number } | undefined {
    const nearest = this.#sources.ports().nearestOfAll(place);
    return nearest === undefined ? undefined : { ...nearest.port, km: nearest.km };
  }

  #portOf(place: Place): { locode: string; lat: number; lon: number; km: number } | undefined {
    if (place.kind === 'port' && place.code !== undefined) return { ...place, locode: place.code, km: 0 };
    const nearest = this.#sources.ports().nearest(place, place.country);
    return nearest === undefined ? undefined : { ...nearest.port, km: nearest.km };
  }
}

const isSame = (from: Place, to: Place): boolean => from.lat === to.lat && from.lon === to.lon;

const otherCountry = (field: string, country: string | undefined, taken: Place): PlaceDoubt[] =>
  country === undefined || country === taken.country ? [] : [{ kind: 'other country', field, country, taken }];

const distanceOf = (
  from: Place,
  km: number,
  source: DistanceSource,
  assumptions: readonly Assumption[] = [],
  warnings: readonly Warning[] = [],
): Distance => ({ ok: true, km, source, originCountry: from.country, assumptions, warnings });

/** No general factor for railways is published (docs/calculation.md). */
const circuityOfRoad: Assumption = { subject: 'distance', kind: 'circuity of road', detail: {} };

function greatCircle(mode: LandMode, { circuity, detour }: RoadRoute, from: Place, to: Place): DistanceSource {
  return { kind: 'great circle', mode, circuity, detour, from, to };
}

const detourWarning = (from: Place, to: Place, detour: number): Warning => ({
  code: 'LONG_DETOUR',
  message: `${describe(from)} to ${describe(to)} is ${detour.toFixed(1)} times the straight line, round water; give distance_km where a road is shorter`,
});

function farAway(what: string, code: string, place: Place, km: number): Warning[] {
  if (km <= farKm) return [];
  const distance = `${String(Math.round(km))} km`;
  const message = `${code}, the ${what} taken for ${describe(place)}, is ${distance} away; these kilometres are not in the distance`;
  return [{ code: 'FAR_FROM_TERMINAL', message }];
}
