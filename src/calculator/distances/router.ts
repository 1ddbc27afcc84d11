import type { RouterFailure, RouterKind } from './distance-source.ts';
import type { RoutedDistance } from './distances.ts';
import { geodesicKm, type Position } from './geodesic.ts';

/** A road router that the user runs. */
export interface RouterSettings {
  readonly kind: RouterKind;
  readonly url: URL;
  readonly timeoutMs: number;
  /** Requests at the same time. */
  readonly concurrency: number;
}

/** A pair of places whose distance is wanted. */
export interface Pair {
  readonly from: Position;
  readonly to: Position;
}

/** Failures in a row after which a router is taken to be gone, so that a run does not wait for each of its pairs. */
const failuresInARow = 20;

/** Bytes of a reply; one with a distance alone has a few hundred. */
const maxReplyBytes = 1024 * 1024;

/** Roads begin a little off the places, so a distance may be this much shorter than the straight line. */
const shortestShare = 0.95;

/**
 * Asks a router for distances along real roads: OSRM's route service or Valhalla's route action. Each pair is asked for once;
 * what it can't answer is remembered with the reason.
 */
export class Router {
  readonly #settings: RouterSettings;
  readonly #known = new Map<string, RoutedDistance | RouterFailure>();
  #failures = 0;

  constructor(settings: RouterSettings) {
    this.#settings = settings;
  }

  /** The distance of a pair that was asked for, or why there is none; `undefined` where it was not asked for. */
  get(from: Position, to: Position): RoutedDistance | RouterFailure | undefined {
    return this.#known.get(keyOf(from, to));
  }

  /** Asks for the pairs that are not known yet. Never rejects. */
  async ask(pairs: Iterable<Pair>): Promise<void> {
    const open = new Map<string, Pair>();
    for (const pair of pairs) {
      const key = keyOf(pair.from, pair.to);
      if (!this.#known.has(key)) open.set(key, pair);
    }
    const queue = [...open];
    const work = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const [key, { from, to }] = next;
        this.#known.set(key, await this.#askOne(from, to));
      }
    };
    await Promise.all(Array.from({ length: this.#settings.concurrency }, work));
  }

  async #askOne(from: Position, to: Position): Promise<RoutedDistance | RouterFailure> {
    if (this.#failures >= failuresInARow) return 'does not answer';
    const { kind, url, timeoutMs } = this.#settings;
    try {
      const response = await fetch(kind === 'osrm' ? osrmUrl(url, from, to) : valhallaUrl(url, from, to), {
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      });
      const reply = response.ok ? await readReply(response) : undefined;
      const km = kind === 'osrm' ? readOsrm(reply) : readValhalla(reply);
      this.#failures = 0;
      if (km === undefined) return `found no road (HTTP ${String(response.status)})`;
      // A router with the map of one region takes the nearest roads that it has for places outside of it.
      const isTooShort = km < shortestShare * geodesicKm(from, to);
      return isTooShort ? 'gave less than the straight line' : { km, router: kind };
    } catch {
      this.#failures += 1;
      return 'did not answer';
    }
  }
}

const keyOf = (from: Position, to: Position): string =>
  [from.lat, from.lon, to.lat, to.lon].map((degrees) => degrees.toFixed(5)).join(' ');

const base = (url: URL): string => url.href.replace(/\/$/, '');

/** The JSON of a reply; `undefined` for what is too large to be one. */
async function readReply(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxReplyBytes) return undefined;
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

const osrmUrl = (url: URL, from: Position, to: Position): string =>
  `${base(url)}/route/v1/driving/${[from, to].map(({ lat, lon }) => `${String(lon)},${String(lat)}`).join(';')}?overview=false`;

function valhallaUrl(url: URL, from: Position, to: Position): string {
  const request = {
    locations: [from, to].map(({ lat, lon }) => ({ lat, lon })),
    costing: 'truck',
    units: 'kilometers',
    directions_type: 'none',
  };
  return `${base(url)}/route?json=${encodeURIComponent(JSON.stringify(request))}`;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/** `{"code":"Ok","routes":[{"distance": metres}]}` */
function readOsrm(reply: unknown): number | undefined {
  const routes = isObject(reply) && reply['code'] === 'Ok' ? reply['routes'] : undefined;
  const route: unknown = Array.isArray(routes) ? routes[0] : undefined;
  const metres = isObject(route) ? positive(route['distance']) : undefined;
  return metres === undefined ? undefined : metres / 1000;
}

/** `{"trip":{"summary":{"length": kilometres}}}` */
function readValhalla(reply: unknown): number | undefined {
  const trip = isObject(reply) ? reply['trip'] : undefined;
  const summary = isObject(trip) ? trip['summary'] : undefined;
  return isObject(summary) ? positive(summary['length']) : undefined;
}
