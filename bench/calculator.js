// Measures the calculator: `npm run bench`. One process, one thread; figures are medians of rounds, so compare ratios.
//
//   rows    resolved rows: their places, distances and factors are known; calculations a second
//   pairs   100,000 distinct pairs of towns: routes a second, and the peak of resident memory
import { createCalculator } from '../dist/index.js';
import { readGazetteer } from '../dist/calculator/places/gazetteer.js';

const seconds = (start) => Number(process.hrtime.bigint() - start) / 1e9;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = createRandom(1);
const pick = (list) => list[Math.floor(random() * list.length)];

const cities = ['Madrid', 'Barcelona', 'Valencia', 'Sevilla', 'Zaragoza', 'Bilbao', 'Vigo', 'Murcia'];
const tocs = ['van_diesel', 'artic_truck_diesel', 'rigid_truck_diesel', 'van_electric', 'truck_diesel'];
const rows = Array.from({ length: 20_000 }, () => {
  const origin = pick(cities);
  return {
    origin: `${origin}, Spain`,
    destination: `${pick(cities.filter((city) => city !== origin))}, Spain`,
    load: Math.round(random() * 20_000) + 1,
    load_unit: 'kg',
    toc: pick(tocs),
    shipment_date: `202${Math.floor(random() * 3) + 3}-0${Math.floor(random() * 9) + 1}-15`,
    movement_id: `M-${random()}`,
  };
});

function benchRows() {
  const calculator = createCalculator();
  const rates = [];
  for (let round = 0; round < 15; round += 1) {
    const start = process.hrtime.bigint();
    let kg = 0;
    for (let pass = 0; pass < 20; pass += 1) {
      for (const row of rows) {
        const result = calculator.shipment(row);
        if (result.ok) kg += result.value.co2eKg;
      }
    }
    if (kg === 0) throw new Error('nothing was calculated');
    rates.push((rows.length * 20) / seconds(start));
  }
  console.log(`rows    ${Math.round(median(rates.slice(3))).toLocaleString('en')} calculations/s`);
}

function benchPairs() {
  const calculator = createCalculator();
  const gazetteer = readGazetteer();
  const towns = [];
  while (towns.length < 2_000) {
    const town = gazetteer.town(Math.floor(random() * gazetteer.size));
    if (
      town.population > 20_000 &&
      ['ES', 'FR', 'DE', 'IT', 'PL', 'PT', 'AT', 'CZ', 'HU', 'BE'].includes(town.country)
    ) {
      towns.push(`${town.name}, ${town.country}`);
    }
  }
  const pairs = new Set();
  while (pairs.size < 100_000) pairs.add(`${pick(towns)}\n${pick(towns)}`);
  let found = 0;
  const start = process.hrtime.bigint();
  for (const pair of pairs) {
    const [origin, destination] = pair.split('\n');
    if (calculator.shipment({ origin, destination, load: 1, load_unit: 'ton', category: 'road' }).ok) found += 1;
  }
  const rate = Math.round(pairs.size / seconds(start)).toLocaleString('en');
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `pairs   ${rate} routes/s (${found.toLocaleString('en')} of ${pairs.size.toLocaleString('en')} found), peak ${peak} MB`,
  );
}

benchRows();
benchPairs();
