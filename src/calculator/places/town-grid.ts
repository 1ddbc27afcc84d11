import { greatCircleKm, type Position } from '../distances/geodesic.ts';

const columns = 360;
const rows = 180;
const kmPerDegree = 111.2;

/** How near a place can be that is so many degrees farther north or south, or east or west, km. */
function leastKm(lat: number, degrees: number): number {
  if (degrees <= 0) return 0;
  const east = (Math.min(degrees, 90) * Math.PI) / 180;
  const toMeridian = (Math.asin(Math.sin(east) * Math.cos((lat * Math.PI) / 180)) * 180) / Math.PI;
  return Math.min(degrees, toMeridian) * kmPerDegree * 0.99;
}

const rowOf = (lat: number): number => Math.min(rows - 1, Math.max(0, Math.floor(lat) + 90));
const columnOf = (lon: number): number => (((Math.floor(lon) + 180) % columns) + columns) % columns;

/** Towns by squares of one degree, so that the nearest to a position is found among few. */
export class TownGrid {
  readonly #lats: Int32Array;
  readonly #lons: Int32Array;
  /** Where the towns of each square begin in `#towns`. */
  readonly #starts: Uint32Array;
  readonly #towns: Uint32Array;

  /** @param lats 0.0001 degree, one a town; `lons` likewise */
  constructor(lats: Int32Array, lons: Int32Array) {
    this.#lats = lats;
    this.#lons = lons;
    const squareOf = (town: number): number =>
      rowOf((lats[town] ?? 0) / 1e4) * columns + columnOf((lons[town] ?? 0) / 1e4);
    this.#starts = new Uint32Array(rows * columns + 1);
    for (let town = 0; town < lats.length; town += 1) {
      const square = squareOf(town) + 1;
      this.#starts[square] = (this.#starts[square] ?? 0) + 1;
    }
    for (let square = 1; square < this.#starts.length; square += 1) {
      this.#starts[square] = (this.#starts[square] ?? 0) + (this.#starts[square - 1] ?? 0);
    }
    const next = this.#starts.slice();
    this.#towns = new Uint32Array(lats.length);
    for (let town = 0; town < lats.length; town += 1) {
      const square = squareOf(town);
      const at = next[square] ?? 0;
      this.#towns[at] = town;
      next[square] = at + 1;
    }
  }

  /** The number of the town nearest to a position. */
  nearest({ lat, lon }: Position): number {
    const nearest = { town: 0, km: Infinity };
    for (let ring = 0; ring <= columns / 2; ring += 1) {
      if (nearest.km < leastKm(lat, ring - 1)) break;
      this.#searchRing(lat, lon, ring, nearest);
    }
    return nearest.town;
  }

  #searchRing(lat: number, lon: number, ring: number, nearest: { town: number; km: number }): void {
    const [middleRow, middleColumn] = [rowOf(lat), columnOf(lon)];
    for (let row = Math.max(0, middleRow - ring); row <= Math.min(rows - 1, middleRow + ring); row += 1) {
      const isEdge = Math.abs(row - middleRow) === ring;
      const step = isEdge || ring === 0 ? 1 : 2 * ring;
      for (let east = -ring; east <= ring; east += step) {
        const column = (((middleColumn + east) % columns) + columns) % columns;
        this.#searchSquare(row * columns + column, lat, lon, nearest);
      }
    }
  }

  #searchSquare(square: number, lat: number, lon: number, nearest: { town: number; km: number }): void {
    const end = this.#starts[square + 1] ?? 0;
    for (let at = this.#starts[square] ?? 0; at < end; at += 1) {
      const town = this.#towns[at] ?? 0;
      const km = greatCircleKm(lat, lon, (this.#lats[town] ?? 0) / 1e4, (this.#lons[town] ?? 0) / 1e4);
      if (km < nearest.km) {
        nearest.town = town;
        nearest.km = km;
      }
    }
  }
}
