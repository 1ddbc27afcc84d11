import { describe, expect, test } from 'vitest';
import { readFactors, readFuels, readLoads } from '../../src/calculator/data.ts';
import type { ShipmentRequest } from '../../src/records/request.ts';
import { createCalculator, issueOf, shipmentOf } from '../support/calculator.ts';

const calculator = createCalculator();
const shipment = (request: ShipmentRequest) => shipmentOf(calculator, request);

describe('the embedded data', () => {
  test('carries source and licence in every row, and adds up', () => {
    for (const factor of readFactors()) {
      expect(factor.source).toContain('https://www.gov.uk/');
      expect(factor.source).toContain(String(factor.year));
      expect(factor.licence).toBe('Open Government Licence v3.0');
      expect(factor.wttKgPerTkm + factor.ttwKgPerTkm).toBeCloseTo(factor.wtwKgPerTkm, 10);
    }
    for (const fuel of readFuels()) {
      expect(fuel.licence).toBe('Open Government Licence v3.0');
      expect(Object.keys(fuel.kgPerUnit)).toContain(fuel.unit);
    }
    const { rows, defaults } = readLoads();
    for (const load of [...rows, ...defaults]) expect(load.source).not.toBe('');
  });

  test('converts fuels between units by their density', () => {
    for (const { name, densityKgPerL, kgPerUnit } of readFuels()) {
      if (densityKgPerL === null || kgPerUnit.l === undefined || kgPerUnit.kg === undefined) continue;
      const ratio = (kgPerUnit.l.wtt + kgPerUnit.l.ttw) / ((kgPerUnit.kg.wtt + kgPerUnit.kg.ttw) * densityKgPerL);
      // Published densities have four to six digits, and the figures of biofuels three.
      expect([name, Math.abs(ratio - 1) < 0.01]).toEqual([name, true]);
    }
  });

  test('has a factor for every vehicle type but the one for which none is open', () => {
    const without = calculator.catalogue.types.filter(({ intensities }) => intensities.length === 0);
    expect(without.map(({ toc }) => toc)).toEqual(['artic_truck_electric']);
  });

  test('has a default vehicle type for every category', () => {
    const defaults = (['road', 'rail', 'maritime', 'air'] as const).map((each) => calculator.catalogue.defaultOf(each));
    expect(defaults.map((type) => type?.toc)).toEqual([
      'truck_diesel',
      'generic_average_rail',
      'container_ship',
      'freighter',
    ]);
  });
});

describe('a shipment', () => {
  // DESNZ, kg CO2e/tkm: the WTT and TTW sheets of each year.
  test.each([
    ['van_diesel', 2025, 0.15095, 0.6313],
    ['van_diesel', 2024, 0.15095, 0.61643],
    ['van_diesel', 2023, 0.13962, 0.570596],
    ['artic_truck_diesel', 2025, 0.01799, 0.07703],
    ['truck_diesel', 2025, 0.02359, 0.10163],
    ['truck_diesel', 2024, 0.02359, 0.09752],
    ['truck_diesel', 2023, 0.02346, 0.096957],
    ['rigid_truck_diesel', 2025, 0.04332, 0.19748],
    ['artic_truck_diesel_refrigerated', 2025, 0.02114, 0.0902],
    ['truck_diesel_refrigerated', 2025, 0.02769, 0.11894],
    ['generic_average_rail', 2025, 0.00691, 0.02779],
    ['container_ship', 2025, 0.00365, 0.01612],
    ['general_cargo', 2025, 0.003, 0.01321],
  ])('by %s in %d is tonnes x km x factor, with its two parts', (toc, year, wtt, ttw) => {
    const result = shipment({ toc, year, load: 5000, distance_km: 203 });
    expect(result.tonneKm).toBeCloseTo(1015, 10);
    expect(result.co2eWttKg).toBeCloseTo(1015 * wtt, 8);
    expect(result.co2eTtwKg).toBeCloseTo(1015 * ttw, 8);
    expect(result.co2eKg).toBeCloseTo(1015 * (wtt + ttw), 8);
    expect(result.assumptionTexts.filter((text) => !text.startsWith('factor: average'))).not.toContainEqual(
      expect.stringMatching(/^(?:load|factor: set)/),
    );
  });

  test.each([
    ['2026-02-03', 2025],
    ['2022-12-31', 2023],
    ['2024-12-31', 2024],
  ])('of %s has the nearest set, %d, and says so', (date, year) => {
    const result = shipment({ toc: 'van_diesel', load: 1, distance_km: 1, shipment_date: date });
    expect(result.factorSource).toContain(`DESNZ ${String(year)}`);
    const isOther = !date.startsWith(String(year));
    expect(result.warnings.map(({ code }) => code)).toEqual(isOther ? ['FACTOR_YEAR'] : []);
    expect(result.assumptionTexts).toEqual(isOther ? [`factor: set of ${String(year)} for ${date.slice(0, 4)}`] : []);
  });

  test.each<[ShipmentRequest['load_unit'], number]>([
    ['kg', 0.002],
    ['ton', 2],
    ['pallets', 1],
    ['teu', 20],
    ['feu', 40],
    [undefined, 0.002],
  ])('of 2 %s weighs %d t', (unit, tonnes) => {
    expect(shipment({ toc: 'container_ship', load: 2, load_unit: unit, distance_km: 1 }).loadT).toBe(tonnes);
  });

  test('weighs its pallets and containers as the user says', () => {
    const own = createCalculator({ palletKg: 740, teuT: 14.5 });
    const load = (unit: 'pallets' | 'teu' | 'feu') =>
      shipmentOf(own, { toc: 'van_diesel', load: 2, load_unit: unit, distance_km: 1 }).loadT;
    expect([load('pallets'), load('teu'), load('feu')]).toEqual([1.48, 29, 58]);
  });

  test('multiplies the load factor in', () => {
    const request: ShipmentRequest = { toc: 'van_diesel', load: 100, load_unit: 'pallets', load_factor: 0.5 };
    expect(shipment({ ...request, distance_km: 1 }).loadT).toBe(25);
  });

  test('says every assumption', () => {
    expect(shipment({ category: 'road', distance_km: 10, year: 2020 }).assumptionTexts).toEqual([
      'toc: truck_diesel, the default of road',
      'factor: set of 2023 for 2020',
      'load: 15.6 t, the default of truck_diesel',
    ]);
    const pallets: ShipmentRequest = { toc: 'van_diesel', load: 2, load_unit: 'pallets', distance_km: 1 };
    expect(shipment({ ...pallets, shipment_date: '2025-03-04' }).assumptionTexts).toEqual([
      'load: 0.5 t for one of pallets',
    ]);
  });

  test('by air has the factor of its haul, without radiative forcing and without a second uplift', () => {
    expect(shipment({ category: 'air', load: 1000, distance_km: 1499 }).factorKgPerTkm).toBe(0.96054);
    expect(shipment({ category: 'air', load: 1000, distance_km: 1500 })).toMatchObject({
      factorKgPerTkm: 0.66646,
      tonneKm: 1500,
    });
  });

  test('by an electric van has the electricity of the origin country and nothing at the wheel', () => {
    const by = (country: string, year: number) =>
      shipment({ toc: 'van_electric', load: 1000, distance_km: 100, origin_country: country, year });
    // 1.125 kWh/tkm; DESNZ 2025: 0.2454 kg/kWh. Its own row for the van has 0.27625 kg/tkm.
    expect(by('GB', 2025).co2eKg).toBeCloseTo(100 * 1.125 * 0.2454, 10);
    expect(by('GB', 2025).co2eKg / 100).toBeCloseTo(0.27625, 3);
    expect(by('GB', 2025)).toMatchObject({ co2eTtwKg: 0, factorRegion: 'GB' });
    // Electricity Maps: Spain 129 g/kWh in 2024, 136 in 2025; losses 0.01853 / 0.177.
    expect(by('ES', 2024).co2eKg).toBeCloseTo(100 * 1.125 * 0.129 * (1 + 0.01853 / 0.177), 10);
    expect(by('ES', 2025).co2eKg).toBeCloseTo(100 * 1.125 * 0.136 * (1 + 0.01853 / 0.177), 10);
    expect(by('ES', 2025).assumptionTexts).toContainEqual(expect.stringContaining('grid losses'));
  });

  test('by an electric van without a country has the world’s electricity, and says so', () => {
    const result = shipment({ toc: 'van_electric', load: 1000, distance_km: 100 });
    expect(result.factorRegion).toBe('world');
    expect(result.assumptionTexts).toContainEqual('electricity: that of the world, as no country is given');
  });

  test('knows aliases, in any case', () => {
    expect(shipment({ toc: 'Articulated_Truck_Diesel', load: 1, distance_km: 1 }).toc).toBe('artic_truck_diesel');
  });

  test('takes given tonne-kilometres where there is no distance', () => {
    const result = shipment({ toc: 'van_diesel', tkm: 100 });
    expect(result.co2eKg).toBeCloseTo(78.225, 10);
    expect(result).toMatchObject({ distanceSource: { kind: 'given tkm' }, loadT: undefined, distanceKm: undefined });
  });

  test('takes given tonne-kilometres where a place is unknown, and instead of a default load', () => {
    const unknown = { toc: 'van_diesel', tkm: 100, origin: 'Xyzzyville, Spain', destination: 'Madrid, Spain' };
    expect(shipment(unknown).tonneKm).toBe(100);
    expect(shipment(unknown).assumptionTexts).toEqual(['distance: not known (UNKNOWN_PLACE); tkm as given']);
    expect(shipment({ toc: 'van_diesel', tkm: 100, distance_km: 50 })).toMatchObject({ tonneKm: 100, distanceKm: 50 });
  });

  test('warns when given tonne-kilometres are more than 5 % off', () => {
    const base = { toc: 'van_diesel', load: 1000, distance_km: 100 };
    expect(shipment({ ...base, tkm: 104 }).warnings).toEqual([]);
    expect(shipment({ ...base, tkm: 106 }).warnings).toMatchObject([{ code: 'TKM_MISMATCH' }]);
  });

  test('adds one cleaning, in the operation', () => {
    const base = { toc: 'van_diesel', load: 1000, distance_km: 100 };
    const [without, cleaned] = [shipment(base), shipment({ ...base, cleaning: true })];
    expect(cleaned.co2eKg - without.co2eKg).toBeCloseTo(86.6, 10);
    expect((cleaned.co2eTtwKg ?? 0) - (without.co2eTtwKg ?? 0)).toBeCloseTo(86.6, 10);
    expect(cleaned.co2eWttKg).toBe(without.co2eWttKg);
    expect(cleaned.assumptionTexts).toContainEqual(expect.stringContaining('cleaning: 86.6 kg'));
  });

  test('says when category and vehicle type disagree', () => {
    expect(shipment({ toc: 'van_diesel', category: 'rail', load: 1, distance_km: 1 })).toMatchObject({
      category: 'road',
      warnings: [{ code: 'CATEGORY_MISMATCH' }],
    });
  });

  test.each<[ShipmentRequest, string]>([
    [{ toc: 'hovercraft', distance_km: 1 }, 'UNKNOWN_TOC'],
    [{ toc: 'artic_truck_electric', load: 1, distance_km: 1 }, 'UNKNOWN_TOC'],
    [{ distance_km: 1, load: 1 }, 'NO_TOC'],
    [{ category: 'rail', distance_km: 1 }, 'NO_LOAD'],
    [{ category: 'road', origin: 'Madrid', load: 1 }, 'NO_DISTANCE'],
    [{ category: 'rail', origin: 'Madrid', destination: 'Madrid, Spain', load: 1 }, 'NO_DISTANCE'],
    [{ category: 'road', origin: 'Xyzzyville', destination: 'Madrid', load: 1 }, 'UNKNOWN_PLACE'],
  ])('%j has %s', (request, code) => {
    expect(issueOf(calculator, request)?.code).toBe(code);
  });
});

describe('a shipment between places', () => {
  const between = (category: 'road' | 'rail' | 'air' | 'maritime', origin: string, destination: string) =>
    shipment({ category, origin, destination, load: 10, load_unit: 'ton' });

  test('names what its distance is based on', () => {
    expect(between('road', 'Madrid, Spain', 'Barcelona, Spain').distanceSourceText).toMatch(
      /^road: great circle x 1\.29/,
    );
    expect(between('air', 'MAD', 'JFK').distanceSourceText).toBe('air: MAD-JFK');
    expect(between('air', 'Madrid, Spain', 'New York, USA').distanceSourceText).toMatch(/^air: MAD-(?:JFK|LGA|EWR)$/);
    expect(between('maritime', 'Shanghai', 'Rotterdam').distanceSourceText).toBe('sea: CNSHA-NLRTM via suez');
    expect(between('rail', 'Madrid, Spain', 'Barcelona, Spain').assumptionTexts).toContainEqual(
      'distance: circuity of rail taken as that of road',
    );
  });

  test('has the electricity of the country that its origin lies in', () => {
    const result = shipment({ toc: 'van_electric', origin: 'Lyon, France', destination: 'Paris', load: 1 });
    expect(result.factorRegion).toBe('FR');
  });

  test('goes round a canal that is closed, and says so', () => {
    const request: ShipmentRequest = { category: 'maritime', origin: 'CNSHA', destination: 'NLRTM', load: 1000 };
    const open = shipment(request);
    const closed = shipmentOf(createCalculator({ avoid: ['suez', 'panama'] }), request);
    expect((closed.distanceKm ?? 0) / (open.distanceKm ?? 1)).toBeGreaterThan(1.25);
    expect(closed.distanceSourceText).toBe('sea: CNSHA-NLRTM');
    expect(closed.assumptionTexts).toContain('distance: suez and panama closed');
  });

  test('warns where the nearest port is far away', () => {
    const result = between('maritime', 'Madrid, Spain', 'New York, USA');
    expect(result.warnings.map(({ code }) => code)).toContain('FAR_FROM_TERMINAL');
  });

  test('is refused by road across water that no ferry crosses', () => {
    const request: ShipmentRequest = { category: 'road', origin: 'Madrid', destination: 'Las Palmas, Spain', load: 1 };
    expect(issueOf(calculator, request)).toMatchObject({ code: 'NO_DISTANCE', stage: 'calculate' });
  });

  test('finds the user’s own hubs before any town', () => {
    const hub = { name: 'Valencia', country: 'ES', lat: 39.47, lon: -0.376, kind: 'hub', code: undefined } as const;
    const result = shipmentOf(createCalculator({ hubs: [hub] }), {
      category: 'road',
      origin: 'valencia',
      destination: 'Madrid, Spain',
      load: 1,
    });
    expect(result.warnings).toEqual([]);
    expect(result.distanceKm).toBeGreaterThan(300);
    expect(result.distanceKm).toBeLessThan(420);
  });
});

describe('factors of the user’s own', () => {
  const eu = { wtwKgPerTkm: 0.1, wttKgPerTkm: 0.02, ttwKgPerTkm: 0.08, region: 'EU', year: 2024, source: 'Mine EU' };
  const own = createCalculator({
    vehicleTypes: [
      {
        toc: 'artic_truck_diesel',
        aliases: [],
        category: 'road',
        intensities: [
          eu,
          { ...eu, region: 'ES', wtwKgPerTkm: 0.09, source: 'Mine ES' },
          { ...eu, region: 'GLO', wtwKgPerTkm: 0.12, source: 'Mine GLO' },
          { ...eu, year: 2023, wtwKgPerTkm: 0.11, source: 'Mine EU 2023' },
        ],
      },
      {
        toc: 'my_ship',
        aliases: ['box'],
        category: 'maritime',
        intensities: [{ wtwKgPerTkm: 0.0499, isPerTeu: true, region: 'GLO', source: 'Mine per TEU' }],
      },
      {
        toc: 'artic_truck_electric',
        aliases: [],
        category: 'road',
        intensities: [{ kwhPerTkm: 0.17, region: 'GLO', source: 'Mine kWh', distanceAdjustment: 1.05 }],
      },
    ],
  });
  const of = (request: ShipmentRequest) => shipmentOf(own, { load: 1000, distance_km: 100, ...request });

  test.each([
    ['ES', 2024, 'Mine ES'],
    ['FR', 2025, 'Mine EU'],
    ['FR', 2023, 'Mine EU 2023'],
    ['US', 2024, 'Mine GLO'],
    [undefined, 2024, 'Mine GLO'],
  ])('are chosen by country (%s) and year (%d): %s', (country, year, source) => {
    expect(of({ toc: 'artic_truck_diesel', origin_country: country, year }).factorSource).toBe(source);
  });

  test('may be per TEU-kilometre, without parts', () => {
    const result = of({ toc: 'box', load: 5, load_unit: 'teu', distance_km: 21000 });
    expect(result.co2eKg).toBeCloseTo(5 * 21000 * 0.0499, 8);
    expect(result).toMatchObject({ co2eWttKg: undefined, co2eTtwKg: undefined });
  });

  test('may be kWh per tonne-kilometre, with a distance adjustment', () => {
    const result = of({ toc: 'artic_truck_electric', origin_country: 'GB', year: 2025 });
    expect(result.co2eKg).toBeCloseTo(100 * 1.05 * 0.17 * 0.2454, 10);
  });

  test('leave the embedded types as they are', () => {
    expect(of({ toc: 'van_diesel' }).factorSource).toContain('DESNZ 2025');
    expect(() => shipmentOf(createCalculator({ vehicleTypes: [], ownTypesOnly: true }), { toc: 'van_diesel' })).toThrow(
      'UNKNOWN_TOC',
    );
  });
});
