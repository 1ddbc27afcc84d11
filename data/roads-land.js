// The land as data/build-roads.js sees it: lengths, and the coast with what lies on which side of it.
import { readPackage, requirePackage } from './files.js';

export const kmPerDegree = 111.195;
export const radians = (degrees) => (degrees * Math.PI) / 180;

export function kmBetween(a, b) {
  const h =
    Math.sin(radians(b.lat - a.lat) / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Line segments, found by the bands of longitude that they touch. */
export class Segments {
  static #bandsPerDegree = 20;
  #bands = Array.from({ length: 360 * Segments.#bandsPerDegree + 1 }, () => []);
  #ends = [];
  #shapes = [];
  #alongs = [];

  #band(lon) {
    return Math.min(this.#bands.length - 1, Math.max(0, Math.floor((lon + 180) * Segments.#bandsPerDegree)));
  }

  /**
   * @param shape number of the polygon to which the segment belongs
   * @param along how far along its ring the segment begins, km
   */
  add(lon1, lat1, lon2, lat2, shape = 0, ring = 0, along = 0) {
    const id = this.#ends.length / 4;
    this.#ends.push(lon1, lat1, lon2, lat2);
    this.#shapes.push(shape);
    this.#alongs.push({ ring, along });
    const last = this.#band(Math.max(lon1, lon2));
    for (let band = this.#band(Math.min(lon1, lon2)); band <= last; band += 1) this.#bands[band].push(id);
  }

  /** The polygons that hold a point: those of which an odd number of segments lies north of it. */
  around(lon, lat) {
    const shapes = new Set();
    for (const id of this.#bands[this.#band(lon)]) {
      const lon1 = this.#ends[id * 4];
      const lat1 = this.#ends[id * 4 + 1];
      const lon2 = this.#ends[id * 4 + 2];
      const lat2 = this.#ends[id * 4 + 3];
      if (lon1 > lon === lon2 > lon || lat1 + ((lon - lon1) / (lon2 - lon1)) * (lat2 - lat1) <= lat) continue;
      const shape = this.#shapes[id];
      if (!shapes.delete(shape)) shapes.add(shape);
    }
    return [...shapes];
  }

  /** Where the line between two points cuts segments, in order: fraction of its length, ring and km along the ring. */
  cuts(a, b) {
    const cuts = [];
    const dLon = b.lon - a.lon;
    const dLat = b.lat - a.lat;
    const first = this.#band(Math.min(a.lon, b.lon));
    const last = this.#band(Math.max(a.lon, b.lon));
    for (let band = first; band <= last; band += 1) {
      for (const id of this.#bands[band]) {
        const lon1 = this.#ends[id * 4];
        const lat1 = this.#ends[id * 4 + 1];
        const eLon = this.#ends[id * 4 + 2] - lon1;
        const eLat = this.#ends[id * 4 + 3] - lat1;
        const cross = dLon * eLat - dLat * eLon;
        if (cross === 0) continue;
        const t = ((lon1 - a.lon) * eLat - (lat1 - a.lat) * eLon) / cross;
        const u = ((lon1 - a.lon) * dLat - (lat1 - a.lat) * dLon) / cross;
        if (t < 0 || t >= 1 || u < 0 || u >= 1) continue;
        // A segment stands in every band that it touches and is counted in the one that holds the cut.
        if (this.#band(a.lon + t * dLon) === band) cuts.push({ t, ...this.#alongs[id] });
      }
    }
    return cuts.toSorted((x, y) => x.t - y.t);
  }
}

/** The coast of Natural Earth 1:10m from the package world-atlas. */
export function readCoast() {
  const { feature } = requirePackage('topojson-client');
  const atlas = JSON.parse(readPackage('world-atlas/land-10m.json'));
  const coast = new Segments();
  const land = feature(atlas, atlas.objects.land);
  const geometries =
    land.type === 'FeatureCollection' ? land.features.map(({ geometry }) => geometry) : [land.geometry];
  const polygons = geometries.flatMap(({ type, coordinates }) => (type === 'Polygon' ? [coordinates] : coordinates));
  for (const [shape, rings] of polygons.entries()) {
    for (const points of rings) {
      const ring = { km: 0 };
      for (let at = 1; at < points.length; at += 1) {
        const [lon1, lat1] = points[at - 1];
        const [lon2, lat2] = points[at];
        const along = ring.km;
        ring.km += kmBetween({ lat: lat1, lon: lon1 }, { lat: lat2, lon: lon2 });
        // The antimeridian cuts land, but it is no coast; a line across it is two.
        if (Math.abs(lon1) > 179.999 && Math.abs(lon2) > 179.999) continue;
        if (Math.abs(lon1 - lon2) > 180) {
          coast.add(lon1, lat1, 180 * Math.sign(lon1), lat1, shape, ring, along);
          coast.add(180 * Math.sign(lon2), lat2, lon2, lat2, shape, ring, along);
        } else coast.add(lon1, lat1, lon2, lat2, shape, ring, along);
      }
    }
  }
  return coast;
}

/** Length of the coast between two cuts of it, km: how far a road round the water between them is, at most. */
export function coastKm(from, to) {
  if (from.ring === undefined || from.ring !== to.ring) return Infinity;
  const km = Math.abs(from.along - to.along);
  return Math.min(km, from.ring.km - km);
}

/** Nodes, found by the square degree in which they lie. */
export class Nodes {
  all = [];
  #cells = new Map();

  add(node) {
    const key = Math.floor(node.lat) * 1000 + Math.floor(node.lon);
    if (!this.#cells.has(key)) this.#cells.set(key, []);
    this.#cells.get(key).push(node);
    this.all.push(node);
  }

  /** The node nearest to a place, as the program finds it. */
  nearest(at) {
    let nearest;
    let leastKm = Infinity;
    for (let ring = 0; ring <= 12; ring += 1) {
      const columns = Math.min(180, Math.ceil(ring / Math.max(0.05, Math.cos(radians(at.lat)))));
      for (let row = -ring; row <= ring; row += 1) {
        for (let column = -columns; column <= columns; column += 1) {
          const lon = ((Math.floor(at.lon) + column + 540) % 360) - 180;
          for (const node of this.#cells.get((Math.floor(at.lat) + row) * 1000 + lon) ?? []) {
            const km = kmBetween(at, node);
            if (km < leastKm) [nearest, leastKm] = [node, km];
          }
        }
      }
      if (leastKm < Math.max(0, ring - 1) * kmPerDegree || (ring > 0 && leastKm < 0.5 * kmPerDegree)) break;
    }
    return nearest;
  }

  /** The nodes within a few km of a place. */
  within(at, km) {
    const found = [];
    const columns = Math.ceil(km / kmPerDegree / Math.max(0.05, Math.cos(radians(at.lat))));
    const rows = Math.ceil(km / kmPerDegree);
    for (let row = -rows; row <= rows; row += 1) {
      for (let column = -columns; column <= columns; column += 1) {
        const lon = ((Math.floor(at.lon) + column + 540) % 360) - 180;
        for (const node of this.#cells.get((Math.floor(at.lat) + row) * 1000 + lon) ?? []) {
          if (node !== at && kmBetween(at, node) <= km) found.push(node);
        }
      }
    }
    return found;
  }
}
