// Distances on the sphere, and land and water as bitmaps: parts of data/build-sea.js.

const radians = (degrees) => (degrees * Math.PI) / 180;

/** An angle as one from -180 to 180 degrees. */
export const turned = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;

/** Kilometres between two points [longitude, latitude] on the WGS84 ellipsoid, to a few metres (formula of Lambert). */
export function kmBetween([lon1, lat1], [lon2, lat2]) {
  const flattening = 1 / 298.257223563;
  const [one, two] = [lat1, lat2].map((lat) => Math.atan((1 - flattening) * Math.tan(radians(lat))));
  const [sinLat, sinLon] = [Math.sin((two - one) / 2), Math.sin(radians(lon2 - lon1) / 2)];
  const h = Math.min(1, sinLat ** 2 + Math.cos(one) * Math.cos(two) * sinLon ** 2);
  const angle = 2 * Math.asin(Math.sqrt(h));
  if (angle === 0 || h > 0.999) return 6378.137 * angle;
  const p = Math.sin((one + two) / 2) ** 2 * Math.cos((two - one) / 2) ** 2;
  const q = Math.cos((one + two) / 2) ** 2 * sinLat ** 2;
  const x = ((angle - Math.sin(angle)) * p) / (1 - h);
  const y = ((angle + Math.sin(angle)) * q) / h;
  return 6378.137 * (angle - (flattening / 2) * (x + y));
}

/** The point at a share of the straight line on the map between two points. */
export const between = ([lon1, lat1], [lon2, lat2], share) => [
  turned(lon1 + turned(lon2 - lon1) * share),
  lat1 + (lat2 - lat1) * share,
];

/** Land in squares of 0.01 degree, from the shores of Natural Earth (TopoJSON), filled row by row between them. */
export class Land {
  #columns = 36_000;
  #bits = new Uint8Array(this.#columns ** 2 / 16);

  constructor({ arcs, transform, objects }) {
    const { scale, translate } = transform;
    const shores = arcs.map((arc) => {
      let [x, y] = [0, 0];
      return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
    });
    const crossings = Array.from({ length: this.#columns / 2 }, () => []);
    for (const ring of objects.land.geometries.flatMap((geometry) => geometry.arcs.flat())) {
      const points = ring.flatMap((arc) => (arc < 0 ? shores[~arc].toReversed() : shores[arc]));
      // Antarctica goes round the pole; no lane goes there.
      if (!points.some(([, lat]) => lat < -85)) this.#cross(points, crossings);
    }
    for (const [row, places] of crossings.entries()) {
      const sorted = places.toSorted((a, b) => a - b);
      for (let i = 0; i + 1 < sorted.length; i += 2) {
        for (let x = Math.ceil(sorted[i] - 0.5); x < sorted[i + 1] - 0.5; x += 1) {
          this.#set(row * this.#columns + ((x + this.#columns) % this.#columns));
        }
      }
    }
  }

  /** Where a ring crosses the middle of each row, in columns. */
  #cross(points, crossings) {
    let before = points.at(-1);
    let lonBefore = before[0];
    for (const point of points) {
      const lon = lonBefore + turned(point[0] - before[0]);
      const [low, high] = before[1] < point[1] ? [before[1], point[1]] : [point[1], before[1]];
      for (let row = Math.ceil((low + 90) * 100 - 0.5); row < (high + 90) * 100 - 0.5; row += 1) {
        const share = ((row + 0.5) / 100 - 90 - before[1]) / (point[1] - before[1]);
        crossings[row].push((lonBefore + (lon - lonBefore) * share + 180) * 100);
      }
      [before, lonBefore] = [point, lon];
    }
  }

  #set(bit) {
    this.#bits[bit >> 3] |= 1 << (bit & 7);
  }

  #bitOf([lon, lat]) {
    return Math.floor((lat + 90) * 100) * this.#columns + (Math.floor((lon + 180) * 100) % this.#columns);
  }

  has(point) {
    const bit = this.#bitOf(point);
    return ((this.#bits[bit >> 3] >> (bit & 7)) & 1) === 1;
  }

  /** Makes land of a line, 2 km wide. */
  addLine(from, to) {
    for (let share = 0; share <= 1; share += 0.001) {
      const [lon, lat] = between(from, to, share);
      for (const dx of [0, 0.01]) for (const dy of [0, 0.01]) this.#set(this.#bitOf([lon + dx, lat + dy]));
    }
  }

  /** Kilometres of water on the straight line. */
  waterKm(from, to) {
    const km = kmBetween(from, to);
    const count = Math.max(1, Math.ceil(km));
    let onWater = 0;
    for (let i = 0; i < count; i += 1) if (!this.has(between(from, to, (i + 0.5) / count))) onWater += 1;
    return (onWater / count) * km;
  }

  /** Whether there is water all along the straight line, but for a kilometre. */
  isOpen(from, to) {
    const count = Math.max(1, Math.ceil(kmBetween(from, to)));
    let onLand = 0;
    for (let i = 0; i < count && onLand < 2; i += 1) if (this.has(between(from, to, (i + 0.5) / count))) onLand += 1;
    return onLand < 2;
  }

  /** The nearest water within some km. */
  waterNear([lon, lat], withinKm) {
    let best = { at: undefined, km: withinKm };
    const height = Math.ceil(withinKm / 1.1);
    const width = Math.ceil(height / Math.cos(radians(lat)));
    for (let row = -height; row <= height; row += 1) {
      for (let column = -width; column <= width; column += 1) {
        const at = [turned(lon + column / 100), lat + row / 100];
        const km = kmBetween([lon, lat], at);
        if (km <= best.km && !this.has(at)) best = { at, km };
      }
    }
    return best.at;
  }
}

const cell = 0.02;
const across = 18_000;
// The steps from a cell to sixteen about it, and the cells that a step passes.
const steps = [-2, -1, 0, 1, 2].flatMap((dy) =>
  [-2, -1, 0, 1, 2]
    .filter((dx) => Math.max(Math.abs(dx), Math.abs(dy)) === 1 || Math.abs(dx * dy) === 2)
    .map((dx) => {
      const [halfX, halfY] = [Math.trunc(dx / 2), Math.trunc(dy / 2)];
      return { dx, dy, passed: [halfX, dx - halfX].map((x, i) => [x, [halfY, dy - halfY][i]]) };
    }),
);

/** Water in cells of 0.02 degree, about 2 km: those that are not all land, so that straits stay open. */
export class Water {
  #cells = new Uint8Array(across ** 2 / 2);

  constructor(land) {
    for (let row = 0; row < across / 2; row += 1) {
      for (let column = 0; column < across; column += 1) {
        const [lon, lat] = [(column + 0.25) * cell - 180, (row + 0.25) * cell - 90];
        const isAllLand = [lon, lon + 0.01].every((x) => land.has([x, lat]) && land.has([x, lat + 0.01]));
        if (!isAllLand) this.#cells[row * across + column] = 1;
      }
    }
  }

  /** Number of the cell in which a point lies. */
  cellOf([lon, lat]) {
    return Math.floor((lat + 90) / cell + 1e-6) * across + (Math.floor((lon + 180) / cell + 1e-6) % across);
  }

  /**
   * Finds the ways over water from a point to all cells within some km and calls `visit` with each cell and its km, the
   * nearest first. A way in steps from cell to cell is up to 3 % longer than the way itself, on average 1.5 %.
   */
  flood(start, withinKm, visit) {
    const rowKm = cell * 111.195;
    const first = this.cellOf(start);
    const [firstRow, firstColumn] = [Math.floor(first / across), first % across];
    const height = Math.ceil(withinKm / rowKm);
    const width = Math.ceil(height / Math.cos(radians(Math.min(80, Math.abs(start[1]) + 4))));
    const span = 2 * width + 1;
    const best = new Float64Array(span * (2 * height + 1)).fill(Infinity);
    const done = new Uint8Array(best.length);
    const isWater = (row, column) => this.#cells[row * across + (column % across)] === 1;
    best[height * span + width] = 0;
    const buckets = [[height * span + width]];
    for (let bucket = 0; bucket < buckets.length; bucket += 1) {
      for (const at of buckets[bucket] ?? []) {
        if (done[at] === 1) continue;
        done[at] = 1;
        const row = firstRow + Math.floor(at / span) - height;
        const column = firstColumn + (at % span) - width + across;
        visit(row * across + (column % across), best[at]);
        const columnKm = rowKm * Math.cos(radians((row + 0.5) * cell - 90));
        for (const { dx, dy, passed } of steps) {
          const km = best[at] + Math.hypot(dx * columnKm, dy * rowKm);
          const next = at + dy * span + dx;
          if (km > withinKm || km >= best[next] || !isWater(row + dy, column + dx)) continue;
          if (!passed.every(([x, y]) => isWater(row + y, column + x))) continue;
          best[next] = km;
          (buckets[Math.floor(km)] ??= []).push(next);
        }
      }
    }
  }
}
