// Builds grid.json and grid-years.json, the intensity of electricity by country, from the package @tgwf/co2.
//
// Two files, because the licences of the two publishers differ and must not spread: Ember (CC BY-SA 4.0 as bundled), latest
// year of each country; Electricity Maps (ODbL 1.0), annual means by country and year.
import { requirePackage, writeTable } from './files.js';

// The package does not export it.
const { data: ember } = requirePackage('./node_modules/@tgwf/co2/dist/cjs/data/average-intensities.min.js');
const { alpha3ToAlpha2 } = requirePackage('i18n-iso-countries');
writeTable(
  'grid.json',
  {
    title: 'Electricity by country, latest year: g CO2e per kWh, lifecycle of generation, without grid losses',
    source:
      'Ember, Yearly Electricity Data, https://ember-energy.org/data/yearly-electricity-data/, through @tgwf/co2 0.19.0',
    licence: 'CC BY-SA 4.0',
    worldGramPerKwh: ember.WORLD,
  },
  // Groups of countries have no code of two letters.
  Object.entries(ember).flatMap(([code, gram]) => {
    const country = code === 'XKX' ? 'XK' : alpha3ToAlpha2(code);
    return country === undefined ? [] : [[country, gram]];
  }),
);

const maps = requirePackage('@tgwf/co2/data/electricity-maps');
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
writeTable(
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
