// Builds the embedded data files from the research files that carry every figure with its source:
//
//   node data/build.js <folder with factors-desnz-2025.json, fuels-desnz-2025.json and toc-map.json>
//
// Only rows that their licence allows to embed are taken. Every row keeps its source and licence.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node data/build.js <folder>');

const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
// The sum of two decimals without the last binary digits that it leaves.
const sum = (a, b) => Number((a + b).toPrecision(12));
const kg = (gram) => Number((gram / 1000).toPrecision(12));
const citation = ({ document, table, url }) =>
  `${document}, ${table.replace("sheet 'Freighting goods' / ", "sheets 'Freighting goods' and ")}, ${url}`;
const licence = 'Open Government Licence v3.0';

function write(name, title, rows) {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  const text = `{\n  "title": ${JSON.stringify(title)},\n  "rows": [\n${lines}\n  ]\n}\n`;
  writeFileSync(new URL(name, import.meta.url), text);
  console.log(`${name}: ${rows.length} rows`);
}

const factors = read('factors-desnz-2025.json').factors.filter((factor) => factor.embed_ok);
write(
  'factors.json',
  'Freight emission intensities in kg CO2e per tonne-kilometre, WTW = WTT + TTW',
  factors.map((factor) => ({
    id: factor.id,
    set: 'DESNZ 2025',
    year: factor.year,
    mode: factor.mode,
    vehicle: factor.vehicle,
    energy: factor.fuel,
    region: factor.region,
    wttKgPerTkm: kg(factor.wtt_g_per_tkm),
    ttwKgPerTkm: kg(factor.ttw_g_per_tkm),
    wtwKgPerTkm: sum(kg(factor.wtt_g_per_tkm), kg(factor.ttw_g_per_tkm)),
    gwp: factor.gwp,
    confidence: factor.confidence,
    source: citation(factor.source),
    licence,
  })),
);

// What a user of the figure must know about the row that stands for a vehicle type.
const notes = {
  van_electric: 'charged with the electricity of the United Kingdom',
  rigid_truck_diesel: 'average of all rigid trucks, as the size is not known',
  artic_truck_diesel_refrigerated: 'average of all refrigerated articulated trucks',
  tank_truck_diesel: 'no row exists for tank trucks: articulated truck over 33 t',
  generic_average_rail: 'United Kingdom rail, mainly diesel traction',
  belly_freight: 'no row exists for belly freight: average air freight',
};
const modes = { road: 'road', rail: 'rail', sea: 'maritime', air: 'air' };
const shortHaul = 'desnz2025-freight-flights-short-haul-to-from-uk-without-rf';
const { map, category_defaults: categoryDefaults } = read('toc-map.json');
const byId = new Map(factors.map((factor) => [factor.id, factor]));
write(
  'vehicle-types.json',
  'Vehicle types (TOC codes in the vocabulary of the Dcycle API) and the factor row that stands for each; this project’s own mapping',
  map.map((type) => ({
    toc: type.toc,
    aliases: type.aliases,
    category: modes[byId.get(type.embeddable_factor_id)?.mode] ?? 'road',
    defaultOf: Object.keys(categoryDefaults).find((category) => categoryDefaults[category] === type.toc) ?? null,
    factorId: type.embeddable_factor_id,
    shortHaulFactorId: byId.get(type.embeddable_factor_id)?.mode === 'air' ? shortHaul : null,
    note: notes[type.toc] ?? null,
  })),
);

// The unit in which each fuel is bought and the API's own unit where it is known: litres, kg for gases, kWh, m3.
const soldByMass = new Set(['CNG', 'LNG', 'Biomethane (compressed)', 'Biomethane (liquified)']);
function perUnit(fuel) {
  if (fuel.kg_per_kwh !== undefined && fuel.fuel.startsWith('Electricity')) return ['kWh', fuel.kg_per_kwh, 1];
  if (soldByMass.has(fuel.fuel)) return fuel.kg_per_kg ? ['kg', fuel.kg_per_kg, 1] : ['kg', fuel.kg_per_tonne, 1000];
  if (fuel.kg_per_litre !== undefined) return ['l', fuel.kg_per_litre, 1];
  if (fuel.kg_per_m3 !== undefined) return ['m3', fuel.kg_per_m3, 1];
  return ['kg', fuel.kg_per_tonne ?? fuel.kg_per_kg, fuel.kg_per_tonne ? 1000 : 1];
}
// Ids that Dcycle's public documentation names for two fuels of its catalogue.
const dcycleIds = {
  'desnz2025-diesel-average-biofuel-blend': ['f51a1645-c201-43da-9dcd-6408be3cb517'],
  'desnz2025-aviation-turbine-fuel': ['a0b56b0f-216c-456e-9e0f-1876d3b57622'],
};
const moreNames = {
  'desnz2025-diesel-average-biofuel-blend': [
    'gasoil',
    'gasoil A',
    'gasóleo',
    'gasóleo auto',
    'diesel A',
    'diésel',
    'diesel e+',
    'gazole',
    'gasolio',
    'dieselkraftstoff',
    'B7',
  ],
  'desnz2025-petrol-average-biofuel-blend': [
    'gasolina 95',
    'gasolina 98',
    'sin plomo 95',
    'sin plomo 98',
    'SP95',
    'SP98',
    'super 95',
    'benzin',
    'benzina',
    'essence',
    'unleaded',
  ],
  'desnz2025-aviation-turbine-fuel': ['jet fuel', 'jet A-1', 'queroseno'],
  'desnz2025-cng': ['compressed natural gas', 'gas natural comprimido'],
  'desnz2025-lng': ['liquefied natural gas', 'gas natural licuado'],
  'desnz2025-lpg': ['autogás'],
  'desnz2025-electricity-uk': ['electricidad'],
};
const fuels = read('fuels-desnz-2025.json').fuels.filter((fuel) => fuel.embed_ok && fuel.set === 'DESNZ-2025');
write(
  'fuels.json',
  'Fuel and energy factors in kg CO2e per unit, WTW = WTT + TTW; biogenic CO2 is outside',
  fuels.map((fuel) => {
    const [unit, { ttw, wtt }, divisor] = perUnit(fuel);
    return {
      id: fuel.id,
      set: 'DESNZ 2025',
      year: fuel.year,
      name: fuel.fuel,
      aliases: [...fuel.aliases.filter((alias) => !alias.includes('(')), ...(moreNames[fuel.id] ?? [])],
      ids: dcycleIds[fuel.id] ?? [],
      region: fuel.region,
      countries: fuel.fuel.startsWith('Electricity') ? ['GB'] : null,
      unit,
      wttKgPerUnit: Number((wtt / divisor).toPrecision(12)),
      ttwKgPerUnit: Number((ttw / divisor).toPrecision(12)),
      wtwKgPerUnit: sum(wtt / divisor, ttw / divisor),
      confidence: fuel.confidence,
      source: citation(fuel.source),
      licence,
    };
  }),
);
