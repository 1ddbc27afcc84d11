// Builds factors.json and fuels.json from the figures of DESNZ in source/, of which every row has its source. What is not
// published for a year is left out.
import { readSource, writeTable } from './files.js';

// The sum of two decimals without the last binary digits that it leaves.
const sum = (a, b) => Number((a + b).toPrecision(12));
const kg = (gram) => Number((gram / 1000).toPrecision(12));
const citation = ({ document, table, url }) =>
  `${document}, ${table.replace("sheet 'Freighting goods' / ", "sheets 'Freighting goods' and ")}, ${url}`;
const licence = 'Open Government Licence v3.0';

const earlier = readSource('desnz-2023-2024.json');

/** A row of 2025 with the figures of another year, where both of its parts are known. */
function factorOf(factor, year) {
  const wtt = year === 2025 ? kg(factor.wtt_g_per_tkm) : earlier.freightWttKgPerTkm[factor.id]?.[year];
  const ttwGram = year === 2025 ? factor.ttw_g_per_tkm : factor[`ttw_${year}_g_per_tkm`];
  if (wtt === undefined || typeof ttwGram !== 'number') return [];
  const ttw = kg(ttwGram);
  return [
    {
      id: factor.id.replace('2025', String(year)),
      set: `DESNZ ${year}`,
      year,
      mode: factor.mode,
      vehicle: factor.vehicle,
      energy: factor.fuel,
      region: factor.region,
      wttKgPerTkm: wtt,
      ttwKgPerTkm: ttw,
      wtwKgPerTkm: sum(wtt, ttw),
      gwp: year === 2023 ? 'IPCC AR5 100-yr' : factor.gwp,
      confidence: year === 2025 ? factor.confidence : 'B',
      source: citation(factor.source).replaceAll('2025', String(year)),
      licence,
    },
  ];
}

const { factors } = readSource('factors-desnz-2025.json');
writeTable(
  'factors.json',
  { title: 'Freight emission intensities in kg CO2e per tonne-kilometre, WTW = WTT + TTW' },
  [2025, 2024, 2023].flatMap((year) => factors.flatMap((factor) => factorOf(factor, year))),
);

// The unit in which each fuel is bought and the API's own unit where it is known: litres, kg for gases, kWh, m3.
const soldByMass = new Set(['CNG', 'LNG', 'Biomethane (compressed)', 'Biomethane (liquified)']);
const unitOf = (fuel) =>
  fuel.kg_per_kwh !== undefined
    ? 'kWh'
    : soldByMass.has(fuel.fuel)
      ? 'kg'
      : (fuel.kg_per_litre?.wtw ?? null) !== null
        ? 'l'
        : fuel.kg_per_m3 !== undefined
          ? 'm3'
          : 'kg';

const tonne = ({ ttw, wtt }) => ({ ttw: ttw / 1000, wtt: wtt / 1000 });
const gigajoule = ({ ttw, wtt }) => ({ ttw: ttw * 0.0036, wtt: wtt * 0.0036 });

/** kg CO2e of one unit, by unit: what is published, and litres from kg by the density where that is not. */
function unitsOf(fuel) {
  const units = {
    l: fuel.kg_per_litre,
    kg: fuel.kg_per_kg ?? (fuel.kg_per_tonne && tonne(fuel.kg_per_tonne)),
    m3: fuel.kg_per_m3,
    // Fuels are metered by their net calorific value when sold as energy; mains gas by the gross one.
    kWh:
      fuel.kg_per_kwh ??
      (fuel.fuel.startsWith('Natural gas') ? fuel.kg_per_kwh_gross_cv : fuel.kg_per_kwh_net_cv) ??
      (fuel.kg_per_gj && gigajoule(fuel.kg_per_gj)),
  };
  const density = fuel.density_kg_per_l;
  if (units.kg === undefined && units.l && density) units.kg = perDensity(units.l, 1 / density);
  if (!isWhole(units.l) && isWhole(units.kg) && density > 0.1) units.l = perDensity(units.kg, density);
  if (units.m3 === undefined && isWhole(units.kg) && density < 0.1) units.m3 = perDensity(units.kg, density * 1000);
  return Object.fromEntries(Object.entries(units).filter(([, figures]) => isWhole(figures)));
}
// Refinery products have 0 per m3 in the flat file, which no fuel has.
const isWhole = (figures) =>
  typeof figures?.ttw === 'number' && typeof figures?.wtt === 'number' && figures.ttw + figures.wtt > 0;
const perDensity = ({ ttw, wtt }, factor) => ({ ttw: ttw * factor, wtt: wtt * factor });
const rounded = (value) => (value === null ? null : round(value));
const round = (value) => Number(value.toPrecision(7));

/** The figures of a year relative to those of 2025: published in one unit, they hold for all. */
function yearsOf(fuel) {
  const years = {};
  for (const year of [2023, 2024]) {
    const ttws = Object.values(fuel.ttw_by_year ?? {}).map((values) => [values['2025'], values[year]]);
    const [now, then] = ttws.find(([, value]) => value !== undefined) ?? [];
    const wtts = Object.values(earlier.fuelWttKg[fuel.id] ?? {});
    const units = unitsOf(fuel);
    const ownUnit = Object.keys(earlier.fuelWttKg[fuel.id] ?? {})[0];
    const wttNow = ownUnit === 't' ? units.kg?.wtt * 1000 : units[ownUnit]?.wtt;
    const wttThen = wtts[0]?.[year];
    if (now === undefined || wttNow === undefined || wttThen === undefined || !(year in (wtts[0] ?? {}))) continue;
    years[year] = { ttw: now === 0 ? 1 : then / now, wtt: wttNow === 0 ? 1 : wttThen / wttNow };
  }
  return years;
}

/** kg of biogenic CO2 in one unit, 2025. */
function biogenicOf(fuel, unit) {
  const known = earlier.fuelBiogenicCo2Kg[fuel.id];
  if (known === undefined) return 0;
  const density = fuel.density_kg_per_l;
  // The figure of a tonne has more digits than that of a litre.
  const perKg = known.t !== undefined ? known.t['2025'] / 1000 : known.kg?.['2025'];
  if (unit === 'kWh') return known.kWh?.['2025'] ?? null;
  if (unit === 'kg') return perKg ?? null;
  if (unit === 'l') return known.t === undefined ? (known.l?.['2025'] ?? null) : perKg * density;
  return null;
}
// Ids that Dcycle's public documentation names for two fuels of its catalogue.
const dcycleIds = {
  'desnz2025-diesel-average-biofuel-blend': ['f51a1645-c201-43da-9dcd-6408be3cb517'],
  'desnz2025-aviation-turbine-fuel': ['a0b56b0f-216c-456e-9e0f-1876d3b57622'],
};
const { fuels } = readSource('fuels-desnz-2025.json');
writeTable(
  'fuels.json',
  { title: 'Fuel and energy factors in kg CO2e per unit, WTW = WTT + TTW; biogenic CO2 is outside' },
  fuels.map((fuel) => {
    const years = yearsOf(fuel);
    return {
      id: fuel.id,
      set: 'DESNZ 2025',
      year: fuel.year,
      name: fuel.fuel,
      ids: dcycleIds[fuel.id] ?? [],
      region: fuel.region,
      isElectricity: fuel.fuel.startsWith('Electricity'),
      unit: unitOf(fuel),
      densityKgPerL: fuel.density_kg_per_l ?? null,
      kgPerUnit: Object.fromEntries(
        Object.entries(unitsOf(fuel)).map(([unit, { ttw, wtt }]) => [
          unit,
          { wtt: round(wtt), ttw: round(ttw), biogenicCo2: rounded(biogenicOf(fuel, unit)) },
        ]),
      ),
      earlierYears: years,
      confidence: fuel.confidence,
      source: citation(fuel.source),
      licence,
    };
  }),
);
