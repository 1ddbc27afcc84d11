// Builds grid.json and grid-years.json, the intensity of electricity by country:
//
//   npm install --prefix <folder> @tgwf/co2@0.19.0
//   node data/build-grid.js <folder> <file grid.json of the research>
//
// Two files, because the licences of the two publishers differ and must not spread: Ember (CC BY-SA 4.0 as bundled), latest
// year of each country; Electricity Maps (ODbL 1.0), annual means by country and year.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, research] = process.argv.slice(2);
if (research === undefined) throw new Error('usage: node data/build-grid.js <folder> <grid.json>');
const require = createRequire(join(folder, 'node_modules', 'index.js'));

function write(name, head, rows) {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  const top = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  writeFileSync(new URL(name, import.meta.url), `{\n${top.join('')}  "rows": [\n${lines}\n  ]\n}\n`);
  console.log(`${name}: ${rows.length} rows`);
}

const { countries, aggregates } = JSON.parse(readFileSync(research, 'utf8'));
const world = aggregates.find(({ name }) => name === 'WORLD');
write(
  'grid.json',
  {
    title: 'Electricity by country, latest year: g CO2e per kWh, lifecycle of generation, without grid losses',
    source:
      'Ember, Yearly Electricity Data, https://ember-energy.org/data/yearly-electricity-data/, through @tgwf/co2 0.19.0',
    licence: 'CC BY-SA 4.0',
    worldGramPerKwh: world.g_co2e_per_kwh,
  },
  countries.filter(({ iso2 }) => iso2 !== null).map(({ iso2, g_co2e_per_kwh: gram }) => [iso2, gram]),
);

const maps = require('@tgwf/co2/data/electricity-maps');
const years = [2021, 2022, 2023, 2024, 2025];
const zones = new Map();
for (const [index, year] of years.entries()) {
  for (const [zone, { carbonIntensity }] of Object.entries(maps[`yearly${year}`].data)) {
    // Zones within a country have longer codes.
    if (!/^[A-Z]{2}$/.test(zone) || carbonIntensity.unit !== 'gCO2eq/kWh') continue;
    const values = zones.get(zone) ?? years.map(() => null);
    values[index] = carbonIntensity.value;
    zones.set(zone, values);
  }
}
write(
  'grid-years.json',
  {
    title:
      'Electricity by country and year: g CO2e per kWh, lifecycle, annual mean of consumption, without grid losses',
    source: 'Electricity Maps, https://www.electricitymaps.com, annual data republished through @tgwf/co2 0.19.0',
    licence: 'ODbL 1.0',
    years,
  },
  [...zones].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([zone, values]) => [zone, ...values]),
);
