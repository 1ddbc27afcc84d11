// Measures the calculator: `npm run bench:calculator`. One process, one thread; figures are medians of rounds, so
// compare ratios.
//
//   rows    resolved rows: their places, distances and factors are known; calculations a second
//   pairs   100,000 distinct pairs of towns: routes a second, and the peak of resident memory
import { createCalculator } from '../dist/index.js';
import { readGazetteer } from '../dist/calculator/places/gazetteer.js';
import { createRandom, pick } from './random.js';
import { shipmentBetween } from './shipments.js';

const seconds = (start) => Number(process.hrtime.bigint() - start) / 1e9;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const random = createRandom(1);
const cities = ['Madrid', 'Barcelona', 'Valencia', 'Sevilla', 'Zaragoza', 'Bilbao', 'Vigo', 'Murcia'];
const rows = Array.from({ length: 20_000 }, () => ({
  ...shipmentBetween(cities, random),
  movement_id: `M-${random()}`,
}));

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
  while (pairs.size < 100_000) pairs.add(`${pick(towns, random)}\n${pick(towns, random)}`);
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
