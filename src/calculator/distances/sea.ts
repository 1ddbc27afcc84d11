import { readData } from '../../embedded.ts';
import { geodesicKm, greatCircleKm, type Position } from './geodesic.ts';
import { Network, type Edge } from './network.ts';

/** A canal that routes may avoid. */
export type Passage = 'suez' | 'panama';
const passages = ['suez', 'panama'] as const;

/** A place of UN/LOCODE at the sea, or on land with a customs office or depot. */
export interface Port extends Position {
  readonly locode: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Ships from the sea come here. Where they don't, freight goes by the seaport that `Ports.nearest` finds. */
  readonly isSeaport: boolean;
  /** Freight is handled here in numbers. */
  readonly isMain: boolean;
}

export interface SeaRoute {
  /** Length on the WGS84 ellipsoid, km, from place to place. */
  readonly km: number;
  /** The canals it goes through, in order. */
  readonly passages: readonly Passage[];
}

/** A port this near is the place's own: the middle of a port town and its harbour are seldom farther apart. */
const ownPortKm = 8;

/** 0 no seaport, 1 seaport, 2 main port: one where freight is handled in numbers (this project's choice). */
type Kind = 0 | 1 | 2;

type PortRow = readonly [
  locode: string,
  name: string,
  country: string,
  lat: number,
  lon: number,
  kind: Kind,
  source: string,
];

/** Ports by UN/LOCODE; sources and licence are in `data/ports.json`. */
export class Ports {
  readonly #byLocode: ReadonlyMap<string, Port>;
  readonly #seaports: readonly Port[];
  readonly #mainPorts: readonly Port[];

  constructor(rows: readonly PortRow[]) {
    const ports = rows.map(([locode, name, country, lat, lon, kind]) => ({
      kind,
      port: { locode, name, country, lat, lon, isSeaport: kind > 0, isMain: kind === 2 },
    }));
    const ofKind = (least: Kind) => ports.filter(({ kind }) => kind >= least).map(({ port }) => port);
    this.#byLocode = new Map(ofKind(0).map((port) => [port.locode, port]));
    this.#seaports = ofKind(1);
    this.#mainPorts = ofKind(2);
  }

  byLocode(code: string): Port | undefined {
    return this.#byLocode.get(code);
  }

  /** Whether ships from the sea reach a place: a seaport lies within so many km, in its country. */
  isAt(position: Position, country: string, withinKm: number): boolean {
    const isThere = (port: Port): boolean => port.country === country && Math.abs(port.lat - position.lat) < 1;
    return this.#seaports.some(
      (port) => isThere(port) && greatCircleKm(position.lat, position.lon, port.lat, port.lon) <= withinKm,
    );
  }

  *[Symbol.iterator](): Iterator<Port> {
    yield* this.#byLocode.values();
  }

  /**
   * The seaport by which freight of a place goes: the place's own (within 8 km), else the nearest main port of its
   * country, however far, else (a landlocked or unknown country) the nearest main port of any. So Madrid ships by
   * Valencia, not by a harbour for yachts; Munich by Hamburg, though Koper is nearer; Chicago, which ships from the
   * ocean reach by the Great Lakes, by its own port.
   *
   * @param country ISO 3166-1 alpha-2, if it is known
   * @returns the port and the straight way to it, km
   */
  nearest(position: Position, country: string | undefined): { readonly port: Port; readonly km: number } | undefined {
    const isThere = ({ country: other }: Port) => country === undefined || other === country;
    const own = nearestOf(position, this.#seaports.filter(isThere));
    if (own !== undefined && own.km <= ownPortKm) return own;
    return nearestOf(position, this.#mainPorts.filter(isThere)) ?? nearestOf(position, this.#mainPorts);
  }

  /** The seaport nearest to a place, of any kind and country. */
  nearestOfAll(position: Position): { readonly port: Port; readonly km: number } | undefined {
    return nearestOf(position, this.#seaports);
  }
}

function nearestOf(position: Position, ports: readonly Port[]): { port: Port; km: number } | undefined {
  let found: { port: Port; km: number } | undefined;
  for (const port of ports) {
    const km = greatCircleKm(position.lat, position.lon, port.lat, port.lon);
    if (found === undefined || km < found.km) found = { port, km };
  }
  return found && { port: found.port, km: geodesicKm(position, found.port) };
}

/** `data/sea-network.json`. */
interface SeaNetworkFile {
  /** Longitude and latitude of each node in turn, 0.01 degree. */
  readonly nodes: readonly number[];
  /**
   * Three numbers for each edge in turn: its first node less that of the edge before, its second node less its first, and
   * its length, 0.1 km. Likewise for those that lie in a canal.
   */
  readonly edges: readonly number[];
  readonly suez: readonly number[];
  readonly panama: readonly number[];
}

/** Key of a place of the grid on which the nodes lie, 0.01 degree. */
const gridKey = (lat: number, lon: number): number => Math.round(lat * 100) * 100_000 + Math.round(lon * 100);

/**
 * Sea lanes (Eurostat marnet; sources and licence are in `data/sea-network.json`) in which every seaport is a node,
 * joined over water to the lanes and ports about it. Lengths are those of the WGS84 ellipsoid. Measured against ten
 * published distances: 0.8 % off on average, 3.2 % at most.
 */
export class SeaNetwork {
  readonly #network: Network;
  readonly #nodeAt = new Map<number, number>();
  /** Routes between nodes that were looked for: a file of shipments asks for the same again and again. */
  readonly #routes = new Map<string, SeaRoute | undefined>();

  constructor(file: SeaNetworkFile) {
    const { nodes } = file;
    const length = nodes.length / 2;
    const lats = Float64Array.from({ length }, (_, node) => (nodes[2 * node + 1] ?? 0) / 100);
    const lons = Float64Array.from({ length }, (_, node) => (nodes[2 * node] ?? 0) / 100);
    const edges: Edge[] = [];
    const add = (list: readonly number[], mark: number): void => {
      let from = 0;
      for (let i = 0; i < list.length; i += 3) {
        from += list[i] ?? 0;
        edges.push({ from, to: from + (list[i + 1] ?? 0), km: (list[i + 2] ?? 0) / 10, mark });
      }
    };
    add(file.edges, 0);
    for (const passage of passages) add(file[passage], markOf(passage));
    this.#network = new Network(lats, lons, edges);
    for (let node = 0; node < length; node += 1) this.#nodeAt.set(gridKey(lats[node] ?? 0, lons[node] ?? 0), node);
  }

  /**
   * The shortest way by sea. A place that is not a seaport is joined to the nearest node in a straight line, which may lie
   * over land: take its port from `Ports.nearest` first.
   *
   * @param avoid canals that are not to be used
   * @returns `undefined` where no way is left
   */
  route(from: Position, to: Position, avoid: ReadonlySet<Passage>): SeaRoute | undefined {
    const start = this.#nearestNode(from);
    const end = this.#nearestNode(to);
    if (start === end) return { km: geodesicKm(from, to), passages: [] };
    const route = this.#routeOf(Math.min(start, end), Math.max(start, end), avoid);
    return (
      route && {
        km: this.#kmTo(start, from) + route.km + this.#kmTo(end, to),
        passages: start < end ? route.passages : route.passages.toReversed(),
      }
    );
  }

  #routeOf(start: number, end: number, avoid: ReadonlySet<Passage>): SeaRoute | undefined {
    const key = `${start} ${end} ${passages.filter((passage) => avoid.has(passage)).join(' ')}`;
    if (this.#routes.has(key)) return this.#routes.get(key);
    const closed = new Set([...avoid].map(markOf));
    const path = this.#network.shortestPath([{ node: start, km: 0 }], [{ node: end, km: 0 }], closed);
    const route = path && { km: path.km, passages: path.marks.flatMap((mark) => passages[mark - 1] ?? []) };
    this.#routes.set(key, route);
    return route;
  }

  #kmTo(node: number, position: Position): number {
    return geodesicKm(position, { lat: this.#network.lats[node] ?? 0, lon: this.#network.lons[node] ?? 0 });
  }

  #nearestNode({ lat, lon }: Position): number {
    const exact = this.#nodeAt.get(gridKey(lat, lon));
    if (exact !== undefined) return exact;
    const { lats, lons } = this.#network;
    let nearest = 0;
    let least = Infinity;
    for (let node = 0; node < lats.length; node += 1) {
      const km = greatCircleKm(lat, lon, lats[node] ?? 0, lons[node] ?? 0);
      if (km < least) [nearest, least] = [node, km];
    }
    return nearest;
  }
}

/** The number by which the network knows a canal. */
const markOf = (passage: Passage): number => passages.indexOf(passage) + 1;

let ports: Ports | undefined;
let network: SeaNetwork | undefined;

/** The embedded ports, read when they are first needed. */
export function readPorts(): Ports {
  ports ??= new Ports(readData<{ rows: PortRow[] }>('ports.json').rows);
  return ports;
}

/** The embedded sea lanes, read when they are first needed. */
export function readSeaNetwork(): SeaNetwork {
  network ??= new SeaNetwork(readData<SeaNetworkFile>('sea-network.json'));
  return network;
}
