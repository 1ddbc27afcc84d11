import { readData } from '../../embedded.ts';
import { geodesicKm, greatCircleKm } from './geodesic.ts';
import type { Position } from './geodesic.ts';
import { Network } from './network.ts';
import type { Edge } from './network.ts';

export interface RoadPlace extends Position {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

export type LandMode = 'road' | 'rail';

/** `km` = (geodesic x `detour` - `crossingKm`, at least 0) x `circuity` + `crossingKm`. */
export interface RoadRoute {
  readonly km: number;
  /** How much longer roads are than the straight line where nothing lies in their way. */
  readonly circuity: number;
  /** How much longer the way round water is than the straight line; 1 where there is none. */
  readonly detour: number;
  /** The part of `km` that is the crossings' own. */
  readonly crossingKm: number;
  /** Ferries, tunnels and bridges over the sea, in order. */
  readonly crossings: readonly Pick<Crossing, 'kind' | 'name'>[];
}

interface Crossing {
  readonly name: string;
  readonly kind: 'bridge' | 'tunnel' | 'ferry';
  readonly modes: readonly LandMode[];
  readonly from: number;
  readonly to: number;
  readonly km: number;
}

/** data/road-network.json, which data/build-roads.js builds. */
interface NetworkFile {
  /** Median length of the network's ways over the straight line, for places with nothing but land between them. */
  readonly stretch: number;
  /** 0.01 degree, each less the one before; ascending. */
  readonly lats: readonly number[];
  /** 0.01 degree. */
  readonly lons: readonly number[];
  /** For each node how many edges lead to later nodes, and to which, each less the one before (the first less the node). */
  readonly targets: readonly number[];
  readonly crossings: readonly Crossing[];
}

interface CircuityFile {
  readonly default: { readonly factor: number };
  readonly short: { readonly belowKm: number; readonly factor: number };
  readonly rows: readonly { readonly country: string; readonly factor: number }[];
}

/**
 * What a ferry counts for when the way is chosen, km: lorries wait, pay and sail at half their speed on the road. It
 * changes no length.
 */
const ferryCostKm = (km: number): number => 50 + 2 * km;
/** A place farther than this from every known place is on no land that we know, km. */
const farthestNodeKm = 200;
/** A way of this many times the straight line, and this many km longer, is not a way that anyone takes: Mumbai-Dubai round Tibet. */
const absurdDetour = 2;
const absurdExtraKm = 1000;

/**
 * Distances by road and rail without a map of roads: the straight line times a sourced circuity, times the detour that
 * a coarse network of the land shows where water lies between.
 */
export class RoadNetwork {
  readonly #network: Network;
  readonly #stretch: number;
  readonly #crossings: readonly Crossing[];
  readonly #closed: Readonly<Record<LandMode, ReadonlySet<number>>>;
  readonly #masses: Partial<Record<LandMode, Uint32Array>> = {};
  /** Both nodes of every edge over land, one after the other. */
  readonly #edges: Uint32Array;
  readonly #factors: ReadonlyMap<string, number>;
  readonly #circuity: CircuityFile;

  constructor(file: NetworkFile, circuity: CircuityFile) {
    let last = 0;
    const lats = Float64Array.from(file.lats, (step) => (last += step) / 100);
    const lons = Float64Array.from(file.lons, (lon) => lon / 100);
    const edges: Edge[] = [];
    const ends: number[] = [];
    for (let at = 0, from = 0; from < lats.length; from += 1) {
      let to = from;
      for (let count = file.targets[at++] ?? 0; count > 0; count -= 1) {
        to += file.targets[at++] ?? 0;
        const km = greatCircleKm(lats[from] ?? 0, lons[from] ?? 0, lats[to] ?? 0, lons[to] ?? 0);
        edges.push({ from, to, km, mark: 0 });
        ends.push(from, to);
      }
    }
    this.#edges = Uint32Array.from(ends);
    for (const [index, crossing] of file.crossings.entries()) {
      edges.push({ from: crossing.from, to: crossing.to, km: costKm(crossing), mark: index + 1 });
    }
    this.#network = new Network(lats, lons, edges);
    this.#stretch = file.stretch;
    this.#crossings = file.crossings;
    const closedTo = (mode: LandMode): ReadonlySet<number> =>
      new Set(file.crossings.flatMap(({ modes }, index) => (modes.includes(mode) ? [] : [index + 1])));
    this.#closed = { road: closedTo('road'), rail: closedTo('rail') };
    this.#factors = new Map(circuity.rows.map(({ country, factor }) => [country, factor]));
    this.#circuity = circuity;
  }

  /**
   * The route of a lorry, or of a train: those differ only in the crossings that they may use.
   *
   * @returns `undefined` where neither land nor a known crossing joins the places
   */
  route(from: RoadPlace, to: RoadPlace, mode: LandMode = 'road'): RoadRoute | undefined {
    // The order decides nothing but the last digits; one order for both directions makes them the same.
    if (from.lat > to.lat || (from.lat === to.lat && from.lon > to.lon)) {
      const back = this.route(to, from, mode);
      return back === undefined ? undefined : { ...back, crossings: back.crossings.toReversed() };
    }
    const straightKm = geodesicKm(from, to);
    const circuity = this.#circuityOf(from.country, to.country, straightKm);
    const direct = { km: straightKm * circuity, circuity, detour: 1, crossingKm: 0, crossings: [] };
    if (straightKm === 0) return direct;
    const start = this.#nearest(from);
    const end = this.#nearest(to);
    if (start === undefined || end === undefined) return undefined;
    if (start === end) return direct;
    const masses = this.#massesOf(mode);
    // Without this the search would go all over a continent to find that the other place is not there.
    if (masses[start] !== masses[end]) return undefined;
    const path = this.#network.shortestPath([{ node: start, km: 0 }], [{ node: end, km: 0 }], this.#closed[mode]);
    if (path === undefined) return undefined;
    const used = path.marks.flatMap((mark) => this.#crossings[mark - 1] ?? []);
    const crossingKm = used.reduce((sum, { km }) => sum + km, 0);
    const landKm = used.reduce((km, crossing) => km - costKm(crossing), path.km);
    const nodesKm = this.#greatCircleKm(start, end);
    // The nodes' way round water is the places' too. Its excess as km is too much for places that lie closer together
    // than their nodes, and as a ratio for places that lie farther apart.
    const excessKm = Math.max(0, landKm / this.#stretch + crossingKm - nodesKm);
    const detour = 1 + Math.min(excessKm / straightKm, excessKm / nodesKm);
    if (detour > absurdDetour && (detour - 1) * straightKm > absurdExtraKm) return undefined;
    return {
      km: Math.max(straightKm, Math.max(0, straightKm * detour - crossingKm) * circuity + crossingKm),
      circuity,
      detour,
      crossingKm,
      crossings: used.map(({ kind, name }) => ({ kind, name })),
    };
  }

  /** Whether land or a known crossing joins two places. */
  joins(from: Position, to: Position, mode: LandMode): boolean {
    const [start, end] = [this.#nearest(from), this.#nearest(to)];
    const masses = this.#massesOf(mode);
    return start !== undefined && end !== undefined && masses[start] === masses[end];
  }

  /** For each node the number of what a mode joins: nodes of different numbers have no way between them. */
  #massesOf(mode: LandMode): Uint32Array {
    const known = this.#masses[mode];
    if (known !== undefined) return known;
    const masses = Uint32Array.from(this.#network.lats.keys());
    const rootOf = (node: number): number => {
      let root = node;
      for (let above = masses[root]; above !== undefined && above !== root; above = masses[root]) root = above;
      // The next look-up is short.
      masses[node] = root;
      return root;
    };
    const join = (from: number, to: number): void => {
      masses[rootOf(from)] = rootOf(to);
    };
    for (let at = 0; at < this.#edges.length; at += 2) join(this.#edges[at] ?? 0, this.#edges[at + 1] ?? 0);
    for (const { from, to, modes } of this.#crossings) if (modes.includes(mode)) join(from, to);
    for (const node of masses.keys()) rootOf(node);
    this.#masses[mode] = masses;
    return masses;
  }

  /** The mean of both countries' factors; for a short way at least the short way's. */
  #circuityOf(from: string, to: string, straightKm: number): number {
    const factorOf = (country: string): number => this.#factors.get(country) ?? this.#circuity.default.factor;
    const { belowKm, factor } = this.#circuity.short;
    // Beyond the limit no way gets fewer km than the limit's own, or 51 km would be shorter than 50.
    return Math.max((factorOf(from) + factorOf(to)) / 2, (factor * belowKm) / Math.max(straightKm, belowKm));
  }

  /** The node nearest to a place: the build has made sure that it lies on the same land for all known places. */
  #nearest({ lat, lon }: Position): number | undefined {
    const { lats, lons } = this.#network;
    let above = 0;
    for (let high = lats.length; above < high;) {
      const middle = (above + high) >> 1;
      if ((lats[middle] ?? 0) < lat) above = middle + 1;
      else high = middle;
    }
    let nearest: number | undefined;
    let leastKm = farthestNodeKm;
    const look = (node: number): boolean => {
      const nodeLat = lats[node];
      const nodeLon = lons[node];
      if (nodeLat === undefined || nodeLon === undefined) return false;
      // A degree of latitude is a little more than 111 km everywhere.
      if (Math.abs(nodeLat - lat) * 111 > leastKm) return false;
      const km = greatCircleKm(lat, lon, nodeLat, nodeLon);
      if (km < leastKm) {
        nearest = node;
        leastKm = km;
      }
      return true;
    };
    let below = above - 1;
    for (let isAbove = true, isBelow = true; isAbove || isBelow;) {
      if (isAbove) isAbove = look(above++);
      if (isBelow) isBelow = look(below--);
    }
    return nearest;
  }

  #greatCircleKm(from: number, to: number): number {
    const { lats, lons } = this.#network;
    return greatCircleKm(lats[from] ?? 0, lons[from] ?? 0, lats[to] ?? 0, lons[to] ?? 0);
  }
}

const costKm = ({ kind, km }: Crossing): number => (kind === 'ferry' ? ferryCostKm(km) : km);

let network: RoadNetwork | undefined;

/** The embedded network, read when it is first asked for. */
export function readRoadNetwork(): RoadNetwork {
  network ??= new RoadNetwork(readData('road-network.json'), readData('circuity.json'));
  return network;
}
