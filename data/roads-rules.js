// Where one can drive, as data/build-roads.js sees it: over land and narrow water, not over closed borders and lakes.
import { readFileSync } from 'node:fs';
import { coastKm, kmBetween, radians, readCoast, Segments } from './roads-land.js';

/** Water up to this width, km, is taken to be bridged or to have a ferry. */
const bridgedKm = 3;
/** Places lie in harbours and the coast is generalised: no more water than this at an end of a line is none, km. */
const shoreKm = 1.5;
/** The same for the ends of crossings, whose positions are rough. */
export const crossingShoreKm = 3;
/** How far the streets of a place without a road to others reach, km. */
const roadlessKm = 5;
/** Water is but a shallow bay, which a road follows, if the coast round it is at most so much longer than the line, km. */
const bayExtraKm = 12;

export const crossings = JSON.parse(readFileSync(new URL('crossings.json', import.meta.url), 'utf8'));
const barriers = new Segments();
for (const { line } of crossings.barriers) {
  for (let at = 1; at < line.length; at += 1) {
    barriers.add(line[at - 1][1], line[at - 1][0], line[at][1], line[at][0]);
  }
}
const closedBorders = new Set(crossings.closedBorders.flatMap(({ countries: [a, b] }) => [`${a} ${b}`, `${b} ${a}`]));
const isRoadless = ({ lat, lon }) =>
  crossings.roadless.some(({ boxes }) =>
    boxes.some(([south, west, north, east]) => lat >= south && lat <= north && lon >= west && lon <= east),
  );

/** Whether anything but water keeps a lorry from going from one place to another. */
export function isClosed(a, b) {
  if (closedBorders.has(`${a.country} ${b.country}`) || a.roadless !== b.roadless) return true;
  if (a.roadless && kmBetween(a, b) > roadlessKm) return true;
  // None of the lines that matter crosses the antimeridian.
  return Math.abs(a.lon - b.lon) > 180 || barriers.cuts(a, b).length > 0;
}

export function readRules() {
  const coast = readCoast();

  /** Whether a lorry can be thought to drive along the line between two places. */
  function isDrivable(a, b) {
    if (isClosed(a, b)) return false;
    const km = kmBetween(a, b);
    let isLand = a.land;
    let waterKm = 0;
    let from = { t: 0 };
    for (const to of [...coast.cuts(a, b), { t: 1 }]) {
      const lengthKm = (to.t - from.t) * km;
      if (!isLand) {
        const shore = Math.max(from.t === 0 ? a.shoreKm : 0, to.t === 1 ? b.shoreKm : 0);
        const isBay = coastKm(from, to) <= lengthKm + bayExtraKm;
        if (lengthKm > shore && !isBay) waterKm += lengthKm;
      }
      isLand = !isLand;
      from = to;
    }
    return waterKm <= bridgedKm;
  }

  /** A place as the rest of the build knows it. */
  const placeAt = (lat, lon, country, population, shore = shoreKm) => {
    const at = {
      lat: Math.round(lat * 100) / 100,
      lon: Math.round(lon * 100) / 100,
      country,
      population,
      shoreKm: shore,
    };
    return { ...at, roadless: isRoadless(at), land: coast.around(at.lon, at.lat).length > 0 };
  };

  /** The polygon in which a place lies, or beside which it lies. */
  function shapeOf({ lat, lon }) {
    for (const off of [0, 0.01, 0.02, 0.04]) {
      for (const [x, y] of off === 0
        ? [[0, 0]]
        : [
            [-1, 0],
            [1, 0],
            [0, -1],
            [0, 1],
          ]) {
        const [shape] = coast.around(lon + x * off, lat + y * off);
        if (shape !== undefined) return shape;
      }
    }
    return undefined;
  }

  /** Whether the great circle between two nodes stays on land; followed in pieces, as it is no straight line on the map. */
  function isOverLand(a, b) {
    const vector = ({ lat, lon }) => [
      Math.cos(radians(lat)) * Math.cos(radians(lon)),
      Math.cos(radians(lat)) * Math.sin(radians(lon)),
      Math.sin(radians(lat)),
    ];
    const [from, to] = [vector(a), vector(b)];
    const pieces = Math.ceil(kmBetween(a, b) / 50);
    let before = a;
    for (let piece = 1; piece <= pieces; piece += 1) {
      const t = piece / pieces;
      // Points of the chord: they lie on the great circle when they are seen from the centre of the earth.
      const [x, y, z] = from.map((value, axis) => value * (1 - t) + to[axis] * t);
      const degrees = (angle) => (angle * 180) / Math.PI;
      const next = { lat: degrees(Math.atan2(z, Math.hypot(x, y))), lon: degrees(Math.atan2(y, x)) };
      if (Math.abs(next.lon - before.lon) > 180 || coast.cuts(before, next).length > 0) return false;
      if (barriers.cuts(before, next).length > 0) return false;
      before = next;
    }
    return a.land && b.land;
  }

  return { isDrivable, isOverLand, placeAt, shapeOf };
}
