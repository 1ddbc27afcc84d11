import { describe, expect, test } from 'vitest';
import { csv, jsonl, read } from './read-values.ts';

const run = (text: string, ...args: string[]): ReturnType<typeof read> =>
  read(['requests', '--local', '--set', 'toc=van_diesel', ...args], text);

describe.each([
  ['en', 'Distance', 'Distance unit'],
  ['es', 'Distancia', 'Unidad de distancia'],
  ['ca', 'Distància', 'Unitat de distància'],
  ['pt', 'Distância', 'Unidade de distância'],
  ['fr', 'Distance', 'Unité de distance'],
  ['it', 'Distanza', 'Unità di distanza'],
  ['de', 'Entfernung', 'Entfernungseinheit'],
  ['SAP', 'DISTZ', 'MEDST'],
  ['no more than a word', 'Distanz', 'Einheit'],
  ['abbreviated in German', 'Entfernung', 'Entf.-ME'],
  ['abbreviated in Spanish', 'Distancia', 'U.M. Dist.'],
])('the unit of a distance, %s', (_, distance, unit) => {
  const rows = [
    ['movement_id', distance, unit, 'load'],
    ['A', '100', 'mi', '400'],
    ['B', '100', 'km', '400'],
    ['C', '100', 'nm', '400'],
    ['D', '100', 'm', '400'],
    ['E', '100', '', '400'],
    ['F', '100', 'leguas', '400'],
  ];

  test.each([csv(...rows), jsonl(rows)])(
    'is used, and refuses the row that has none, or one that is not known',
    async (text) => {
      const { results, errors } = await run(text);
      expect(results.map((row) => row['distance_km'])).toEqual([160.9344, 100, 185.2, 0.1]);
      expect(errors.map(({ row, code }) => [row, code])).toEqual([
        [5, 'MISSING_FIELD'],
        [6, 'INVALID_CHOICE'],
      ]);
    },
  );
});

test.each([
  ['Km', '100', 'mi'],
  ['Distance (mi)', '100', 'km'],
  ['distance_km', '100', 'miles'],
  ['Distance', '100 km', 'mi'],
])('%s with %s against %s is refused', async (header, value, unit) => {
  const { errors } = await run(csv(['movement_id', header, 'distance_unit', 'load'], ['A', value, unit, '400']));
  expect(errors).toMatchObject([{ row: 1, code: 'INVALID_NUMBER' }]);
});

test('a distance is sent in km', async () => {
  const text = csv(
    ['movement_id', 'Distance', 'Distance unit', 'load', 'toc'],
    ['A', '100', 'mi', '400', 'van_diesel'],
  );
  const { exit, rows } = await read(['requests', '--dry-run'], text);
  expect({ exit, rows }).toMatchObject({ exit: 0, rows: { valid: 1 } });
});

test.each([
  ['Weight (kg)', 'Unit', 't'],
  ['Peso (t)', 'Unidad', 'kg'],
  ['kg', 'Unité', 'palettes'],
])('the load of a column %s is not in the unit of a column %s, %s', async (header, unitHeader, unit) => {
  const { errors, results } = await run(
    csv(['movement_id', 'distance_km', header, unitHeader], ['A', '100', '4', unit], ['B', '100', '5', unit]),
  );
  expect(results).toEqual([]);
  expect(errors.map(({ code }) => code)).toEqual(['INVALID_NUMBER', 'INVALID_NUMBER']);
});

describe.each([
  ['es', 'Peso', 'Bultos', 'Unidad', 'palets'],
  ['en', 'Gross weight', 'Pieces', 'Unit', 'pallets'],
  ['de', 'Gewicht', 'Colli', 'Einheit', 'Paletten'],
  ['fr', 'Poids brut', 'Colis', 'Unité', 'palettes'],
  ['it', 'Peso lordo', 'Colli', 'Unità', 'bancali'],
  ['pt', 'Peso da carga', 'Volumes', 'Unidade', 'paletes'],
  ['ca', 'Pes brut', 'Paquets', 'Unitat', 'palets'],
])('a weight, %s', (_, weight, pieces, unit, word) => {
  const header = ['movement_id', 'distance_km', weight, pieces, unit];

  test('is not in the unit of the pieces next to it', async () => {
    const { results, warnings } = await run(
      csv(header, ['A', '100', '1000', '4', word], ['B', '100', '900', '5', word]),
    );
    expect(results.map((row) => row['load_t'])).toEqual([1, 0.9]);
    expect(warnings.get('UNIT_UNUSED')).toContain(unit);
    expect(warnings.get('UNIT_UNUSED')).not.toContain('--map');
  });

  test('is refused where only some rows say pieces', async () => {
    const { results, errors } = await run(csv(header, ['A', '100', '1000', '4', 'kg'], ['B', '100', '5', '5', word]));
    expect(results.map((row) => row['load_t'])).toEqual([1]);
    expect(errors).toMatchObject([{ row: 2, code: 'INVALID_NUMBER' }]);
  });
});

test.each([
  ['20GP', 20],
  ["40'HC", 40],
  ['45G1', 40],
  ['FEU', 40],
])('two %s are loads of %d t', async (unit, tonnes) => {
  const text = csv(['movement_id', 'distance_km', 'Cantidad', 'Unidad'], ['A', '100', '2', unit]);
  expect((await run(text)).results.map((row) => row['load_t'])).toEqual([tonnes]);
});

test.each(['load=3 t', 'load=4 pallets'])(
  'a constant with a unit, %s, is refused with the two that it means',
  async (set) => {
    const { error } = await run(csv(['movement_id', 'distance_km'], ['A', '100']), '--set', set);
    expect(error).toMatchObject({ code: 'CONSTANT_INVALID' });
  },
);

test.each(['Gew.-Einh.', 'ME', 'Einheit Gewicht', 'Unité poids', 'U.M. Peso', 'Unid.', 'UM poids', 'Wt. UoM'])(
  'the unit of a load, %s',
  async (name) => {
    const { results } = await run(
      csv(['movement_id', 'Km', 'load', name], ['A', '100', '12', 't'], ['B', '5', '500', 'kg']),
    );
    expect(results.map((row) => row['load_t'])).toEqual([12, 0.5]);
  },
);

test.each([
  'Occupancy',
  'Ocupación',
  'Ocupació',
  'Ocupação',
  'Taux de remplissage',
  'Saturazione',
  'Auslastung',
  'Fill rate',
])('a share of a vehicle multiplies no load: %s', async (name) => {
  const table = [
    ['movement_id', 'Km', 'Peso (t)', name],
    ['A', '100', '20', '0.85'],
  ];
  for (const text of [csv(...table), jsonl(table)]) {
    const { results, warnings } = await run(text);
    expect(results[0]).toMatchObject({ load_t: 20 });
    expect(results[0]).not.toHaveProperty('load_factor');
    expect(warnings.get('UNMAPPED_COLUMN')).toContain(`"${name}"`);
  }
  const { results } = await run(csv(...table), '--map', `load_factor=${name}`);
  expect(results[0]).toMatchObject({ load_t: 17 });
});
