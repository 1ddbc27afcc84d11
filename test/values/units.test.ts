import { describe, expect, test } from 'vitest';
import { csv, read } from './read-values.ts';

const shipments = (unitHeader: string, ...rows: readonly (readonly [load: string, unit: string])[]): string =>
  csv(
    ['movement_id', 'distance_km', 'load', unitHeader, 'toc'],
    ...rows.map(([load, unit], at) => [`A${String(at)}`, '100', load, unit, 'van_diesel']),
  );
const fills = (header: string, ...rows: readonly (readonly [quantity: string, country: string])[]): string =>
  csv(
    ['date', 'fuel_id', 'country', header],
    ...rows.map(([quantity, country], at) => [`2025-03-${String(at + 10)}`, 'diesel', country, quantity]),
  );
const tonnes = async (...rows: readonly (readonly [string, string])[]): Promise<unknown[]> =>
  (await read(['requests', '--local'], shipments('load_unit', ...rows))).results.map((row) => row['load_t']);

test.each([
  ['KGM', 0.5],
  ['TNE', 500],
  ['DTN', 50],
  ['LBR', 0.226796185],
  ['STN', 453.59237],
  ['LTN', 508.0234544],
  ['CWA', 22.6796185],
  ['CWI', 25.40117272],
  ['g', 0.0005],
  ['lbs', 0.226796185],
  ['Pfund', 0.226796185],
  ['toneladas', 500],
  ['tonnes', 500],
  ['Tonnen', 500],
  ['tonnellate', 500],
  ['tones', 500],
  ['quintales', 50],
] as const)('500 %s are %s t', async (unit, expected) => {
  const [found] = await tonnes(['500', unit]);
  expect(Number(found)).toBeCloseTo(expected, 9);
});

test('an unknown unit refuses its rows wherever they go', async () => {
  for (const mode of ['--local', '--dry-run']) {
    const { rows, errors } = await read(['requests', mode], shipments('load_unit', ['5', 'kg'], ['5', 'bags']));
    expect(rows).toMatchObject({ valid: 1, invalid: 1 });
    expect(errors).toMatchObject([{ row: 2, code: 'INVALID_CHOICE' }]);
  }
});

test('an empty unit next to others than the usual one is refused; next to the usual one it is not', async () => {
  const odd = await read(['requests', '--local'], shipments('load_unit', ['5', 'TNE'], ['500', '']));
  expect(odd.errors).toMatchObject([{ row: 2, code: 'MISSING_FIELD' }]);
  expect((await read(['requests', '--local'], shipments('load_unit', ['5', 'kg'], ['500', '']))).exit).toBe(0);
  const set = await read(
    ['requests', '--local', '--set', 'load_unit=lb'],
    shipments('load_unit', ['5', 'TNE'], ['500', '']),
  );
  expect(set.results.map((row) => row['load_t'])).toEqual([5, 0.226796185]);
});

test.each([
  ['gallons', 37.85411784],
  ['Galones', 37.85411784],
  ['Volume (US gal)', 37.85411784],
  ['Quantity imp gal', 45.4609],
  ['Quantité (ml)', 0.01],
  ['Menge (hl)', 1000],
  ['Quantità (m3)', 10_000],
  ['Litros', 10],
  ['Quantitat (gal)', 37.85411784],
] as const)('10 in a column %s are %s l', async (header, litres) => {
  const { exit, co2eKg } = await read(['recharges', '--local'], fills(header, ['10', 'US']));
  expect(exit).toBe(0);
  expect(co2eKg).toBeCloseTo(litres * 3.18183, 6);
});

describe('a gallon', () => {
  test.each(['ES', 'CA', 'GB', 'IE', 'MX'])('is asked for in %s', async (country) => {
    const { exit, error } = await read(['recharges', '--local'], fills('gallons', ['10', country]));
    expect([exit, error?.code]).toEqual([2, 'UNIT_AMBIGUOUS']);
    expect(error?.hint).toContain('--gallon imperial');
  });

  test('is the US one or the imperial one where all rows are from there', async () => {
    expect((await read(['recharges', '--dry-run'], fills('gallons', ['10', 'US'], ['9', 'PR']))).exit).toBe(0);
    const antigua = await read(['recharges', '--local'], fills('gallons', ['10', 'AG']));
    expect(antigua.co2eKg).toBeCloseTo(45.4609 * 3.18183, 6);
    expect((await read(['recharges', '--local'], fills('gallons', ['10', 'US'], ['9', 'AG']))).exit).toBe(2);
  });

  test('looks at all rows, also after the sample and in standard input', async () => {
    const rows = Array.from({ length: 60_000 }, (): [string, string] => ['10', 'US']);
    const { error } = await read(['recharges', '--dry-run'], fills('gallons', ...rows, ['10', 'ES']));
    expect(error?.code).toBe('UNIT_AMBIGUOUS');
  });

  test('after a number refuses its row', async () => {
    const { errors } = await read(
      ['recharges', '--local'],
      fills('quantity', ['10 gal', 'ES'], ['10 l', 'ES'], ['8', 'ES']),
    );
    expect(errors).toMatchObject([{ row: 1, code: 'INVALID_CHOICE' }]);
    const said = await read(['recharges', '--local', '--gallon', 'us'], fills('quantity', ['10 gal', 'ES']));
    expect(said.co2eKg).toBeCloseTo(37.85411784 * 3.18183, 6);
  });
});

describe('a ton', () => {
  test('is a tonne, and asked for next to US units', async () => {
    expect(await tonnes(['2', 'ton'])).toEqual([2]);
    const mixed = shipments('load_unit', ['2', 'tons'], ['20', 'lb']);
    expect((await read(['requests', '--local'], mixed)).error?.code).toBe('UNIT_AMBIGUOUS');
    const short = await read(['requests', '--local', '--ton', 'short'], mixed);
    expect(short.results[0]?.['load_t']).toBeCloseTo(1.81436948, 9);
  });
});

test('a quantity that is sent is in the unit of its fuel', async () => {
  const { exit, warnings } = await read(['recharges', '--dry-run'], fills('gallons', ['11.3', 'US']));
  expect(exit).toBe(0);
  expect(warnings.get('UNIT_CONVERTED')).toContain('us gal to l (row 1)');
  const wrong = await read(['recharges', '--dry-run'], fills('quantity', ['11.3 kWh', 'US'], ['3', 'US']));
  expect(wrong.errors).toMatchObject([{ row: 1, message: expect.stringContaining('the fuel is sold in l') }]);
});

test('a column for units by another name holds units; Unit 1042 is a vehicle', async () => {
  const trucks = await read(['requests', '--local'], shipments('Unit', ['500', 'Unit 1042'], ['500', 'Unit 7']));
  expect(trucks.exit).toBe(0);
  const numbers = await read(['requests', '--local'], shipments('Unit', ['500', '1042'], ['500', 't']));
  expect(numbers.results.map((row) => row['load_t'])).toEqual([0.5, 0.5]);
});

test.each([
  ['requests', 'load=Volume (l)'],
  ['requests', 'load=Distance (km)'],
  ['requests', 'distance_km=Weight (kg)'],
] as const)('%s: %s can not be mapped', async (kind, map) => {
  const header = map.split('=')[1] ?? '';
  const text = csv(['movement_id', header, 'toc'], ['A', '5', 'van_diesel']);
  expect((await read([kind, '--local', '--map', map], text)).error?.code).toBe('UNIT_OTHER');
});

test('energy by the gross heating value can not be mapped', async () => {
  for (const header of ['kWh (PCS)', 'MWh Brennwert', 'kWh gross CV', 'kWh Hs']) {
    const { error } = await read(['recharges', '--local', '--map', `quantity=${header}`], fills(header, ['10', 'ES']));
    expect(error?.code).toBe('UNIT_OTHER');
  }
});

test('a proposal is of a column that could hold the field', async () => {
  const text = csv(
    ['date', 'fuel_id', 'country', 'quantity', 'Price Per Unit'],
    ['2025-03-01', 'diesel', 'ES', '10.5', '1.35'],
  );
  expect((await read(['recharges', '--local'], text)).warnings.get('UNMAPPED_COLUMN')).not.toContain('did you mean');
  const parcels = csv(['movement_id', 'distance_km', 'Bultos', 'toc'], ['A', '10.5', '3', 'van_diesel']);
  expect((await read(['requests', '--local'], parcels)).warnings.get('UNMAPPED_COLUMN')).not.toContain('did you mean');
});

describe('what says a unit and is not used', () => {
  test.each([
    ['recharges', 'date,quantity,Qty Unit\n2025-06-15,50,GAL\n2025-06-16,60,GAL\n', 'Qty Unit', 'GAL'],
    ['recharges', 'date,quantity,Mengeneinheit X\n2025-06-15,50,hl\n', 'Mengeneinheit X', 'hl'],
    ['requests', 'movement_id,distance_km,Udad. peso,load\nA,200,TN,900\n', 'Udad. peso', 'TN'],
  ] as const)('by a column of %s is said', async (kind, text, column, unit) => {
    const set = kind === 'recharges' ? ['--set', 'fuel_id=diesel', '--set', 'country=ES'] : ['--set', 'category=road'];
    const { warnings } = await read([kind, '--local', ...set], text);
    expect(warnings.get('UNIT_UNUSED')).toContain(`"${column}"`);
    expect(warnings.get('UNIT_UNUSED')).toContain(`(${unit})`);
    const advice = `did you mean --map "${kind === 'recharges' ? 'quantity_unit' : 'load_unit'}=${column}"?`;
    expect(warnings.get('UNIT_UNUSED')?.endsWith(advice)).toBe(true);
  });

  test('but not where it is the unit that values have anyway, or no unit at all', async () => {
    const text = 'movement_id,distance_km,Tipo,Unidad de negocio,load\nA,200,T,ES,900\n';
    const { warnings } = await read(['requests', '--local', '--set', 'category=road'], text);
    expect([warnings.has('UNIT_UNUSED'), warnings.has('UNMAPPED_COLUMN')]).toEqual([false, true]);
  });

  test.each(['Cantidad €', 'Litros (€)', 'Volume %', 'Quantity $', 'Menge £'])(
    'a sum of money or a share is not a quantity: %s',
    async (column) => {
      const { error } = await read(
        ['recharges', '--local'],
        `date,fuel_id,country,${column}\n2025-06-15,diesel,ES,50\n`,
      );
      expect(error?.code).toBe('MAPPING_INCOMPLETE');
    },
  );

  test('loads without a unit that are as light as tonnes are said, until --set says what they are', async () => {
    const text = 'movement_id;distance_km;Peso\nA;500;20,5\nB;500;18,25\n';
    const args = ['requests', '--local', '--set', 'category=road'] as const;
    expect((await read(args, text)).warnings.get('UNIT_ASSUMED')).toContain('its middle value is 20.5');
    for (const unit of ['kg', 'ton']) {
      const { warnings, results } = await read([...args, '--set', `load_unit=${unit}`], text);
      expect([warnings.has('UNIT_ASSUMED'), results[0]?.['load_t']]).toEqual([false, unit === 'kg' ? 0.0205 : 20.5]);
    }
  });
});
