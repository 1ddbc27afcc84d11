import { expect, test } from 'vitest';
import type { Assumption } from '../../src/calculator/assumption.ts';
import type { DistanceSource } from '../../src/calculator/distances/distance-source.ts';
import { assumptionText } from '../../src/report/words/assumption-text.ts';
import { distanceSourceText } from '../../src/report/words/distance-source-text.ts';

// Files that were calculated before are compared with later ones: these texts are part of the interface.

const town = (name: string, country: string, region?: string) => ({ name, country, region, kind: 'town' }) as const;
const taken = town('Cordoba', 'AR');
const assumptions: readonly (readonly [Assumption, string])[] = [
  [
    { subject: 'toc', kind: 'default toc', detail: { toc: 'truck_diesel', category: 'road' } },
    'toc: truck_diesel, the default of road',
  ],
  [{ subject: 'factor', kind: 'other year', detail: { taken: 2023, wanted: 2020 } }, 'factor: set of 2023 for 2020'],
  [
    { subject: 'factor', kind: 'other region', detail: { region: 'SA', country: 'FR' } },
    'factor: that of SA, as none is known for FR',
  ],
  [
    { subject: 'factor', kind: 'other region', detail: { region: 'SA', country: undefined } },
    'factor: that of SA, as none is known for an unknown country',
  ],
  [
    { subject: 'factor', kind: 'note of type', detail: { toc: 'x', note: 'average of all sizes' } },
    'factor: average of all sizes',
  ],
  [{ subject: 'factor', kind: 'long distance', detail: {} }, 'factor: that of long distances, as none is known'],
  [
    { subject: 'load', kind: 'default load', detail: { toc: 'truck_diesel', tonnes: 15.6 } },
    'load: 15.6 t, the default of truck_diesel',
  ],
  [
    { subject: 'load', kind: 'mass of unit', detail: { unit: 'pallets', tonnes: 0.5 } },
    'load: 0.5 t for one of pallets',
  ],
  [
    { subject: 'distance', kind: 'distance adjustment', detail: { factor: 1.05 } },
    'distance: x 1.05 (DAF), as the factor asks',
  ],
  [
    { subject: 'distance', kind: 'unknown distance', detail: { code: 'UNKNOWN_PLACE' } },
    'distance: not known (UNKNOWN_PLACE); tkm as given',
  ],
  [
    { subject: 'distance', kind: 'router failed', detail: { reason: 'found no road (HTTP 400)' } },
    'distance: estimated, as the router found no road (HTTP 400)',
  ],
  [
    { subject: 'distance', kind: 'ferry as road', detail: { ferries: ['Barcelona-Palma', 'Holyhead-Dublin'] } },
    'distance: ferry Barcelona-Palma, ferry Holyhead-Dublin counted as road',
  ],
  [
    { subject: 'distance', kind: 'long detour', detail: { ratio: 2.04 } },
    'distance: 2.0 times the straight line, as water lies between',
  ],
  [{ subject: 'distance', kind: 'circuity of road', detail: {} }, 'distance: circuity of rail taken as that of road'],
  [
    { subject: 'distance', kind: 'closed passages', detail: { passages: ['suez', 'panama'] } },
    'distance: suez and panama closed',
  ],
  [
    { subject: 'place', kind: 'one of several', detail: { text: 'Cordoba', taken, others: [town('Córdoba', 'ES')] } },
    'place: "Cordoba" was taken for Cordoba, AR; it could be Córdoba, ES',
  ],
  [
    {
      subject: 'place',
      kind: 'one of several',
      detail: { text: 'Toledo', taken: town('Toledo', 'ES'), others: [town('Toledo', 'US', 'OH')] },
    },
    'place: "Toledo" was taken for Toledo, ES; it could be Toledo, OH, US',
  ],
  [
    { subject: 'place', kind: 'partly read', detail: { text: 'Cordoba', taken, unread: 'Dock 4' } },
    'place: "Dock 4" next to "Cordoba" was not understood; taken for Cordoba, AR',
  ],
  [
    { subject: 'place', kind: 'other postcode', detail: { taken, postcode: '28001' } },
    'place: the postcode "28001" is not that of Cordoba, AR; the town was taken',
  ],
  [
    { subject: 'place', kind: 'postcode not used', detail: { taken, postcode: '110 00' } },
    'place: the postcode "110 00" could not tell which Cordoba, AR is meant; the largest was taken',
  ],
  [
    { subject: 'place', kind: 'other country', detail: { taken, field: 'origin_country', country: 'ES' } },
    'place: Cordoba, AR was taken, as the text says; the row says origin_country ES',
  ],
  [
    { subject: 'distance', kind: 'within town', detail: { km: 10, place: taken } },
    'distance: 10 km for a trip within Cordoba, AR',
  ],
  [
    { subject: 'electricity', kind: 'grid losses', detail: { share: 0.01853 / 0.177, country: 'GB' } },
    'electricity: grid losses of 10.5 %, those of the United Kingdom',
  ],
  [
    { subject: 'electricity', kind: 'electricity of other year', detail: { taken: 2023, wanted: 2020 } },
    'electricity: of 2023 for 2020',
  ],
  [{ subject: 'electricity', kind: 'latest electricity', detail: {} }, 'electricity: latest year that is known'],
  [
    { subject: 'electricity', kind: 'electricity of world', detail: { country: undefined } },
    'electricity: that of the world, as no country is given',
  ],
  [
    { subject: 'electricity', kind: 'electricity of world', detail: { country: 'XK' } },
    'electricity: that of the world, as none is known for XK',
  ],
  [
    { subject: 'cleaning', kind: 'one cleaning', detail: { kg: 86.6 } },
    'cleaning: 86.6 kg CO2e for one cleaning (EFTCO), counted as operation',
  ],
  [{ subject: 'quantity', kind: 'unit of fuel', detail: { unit: 'kg' } }, 'quantity: in kg'],
  [
    { subject: 'biogenic', kind: 'biogenic share of year', detail: { year: 2025 } },
    'biogenic: CO2 from biomass as in 2025',
  ],
];

test.each(assumptions)('%j reads as it always did', (assumption, text) => {
  expect(assumptionText(assumption)).toBe(text);
});

const [madrid, point] = [
  { name: 'Madrid', country: 'ES', kind: 'town' },
  { name: '45.7600,4.8400', country: 'FR', kind: 'coordinates' },
] as const;
const greatCircle = {
  kind: 'great circle',
  mode: 'road',
  circuity: 1.274,
  detour: 1.005,
  from: madrid,
  to: point,
} as const;
const voyage = { kind: 'sea lanes', mode: 'maritime', from: 'ESBCN', to: 'CNSHA', passages: [] } as const;
const sources: readonly (readonly [DistanceSource, string])[] = [
  [{ kind: 'given' }, 'given'],
  [{ kind: 'given tkm' }, 'given tkm'],
  [{ kind: 'router', mode: 'road', router: 'osrm' }, 'road: osrm'],
  [greatCircle, 'road: great circle x 1.27, Madrid, ES to 45.7600,4.8400'],
  [
    { ...greatCircle, mode: 'rail', detour: 1.046 },
    'rail: great circle x 1.27 x 1.05 round water, Madrid, ES to 45.7600,4.8400',
  ],
  [{ kind: 'flight', mode: 'air', from: 'MAD', to: 'JFK' }, 'air: MAD-JFK'],
  [voyage, 'sea: ESBCN-CNSHA'],
  [{ ...voyage, passages: ['suez', 'panama'] }, 'sea: ESBCN-CNSHA via suez and panama'],
];

test.each(sources)('%j reads as it always did', (source, text) => {
  expect(distanceSourceText(source)).toBe(text);
});
