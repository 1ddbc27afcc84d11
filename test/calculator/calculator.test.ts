import { describe, expect, test } from 'vitest';
import { readCalculatorData } from '../../src/calculator/data.ts';
import { calculateRecharge } from '../../src/calculator/recharge.ts';
import { calculateShipment } from '../../src/calculator/shipment.ts';
import type { FuelRecharge } from '../../src/records/recharge.ts';
import type { ShipmentRequest } from '../../src/records/request.ts';

const data = readCalculatorData();
const none = () => '';

function shipment(request: ShipmentRequest) {
  const calculated = calculateShipment(request, data, none);
  if (!calculated.ok) throw new Error(calculated.issue.code);
  return { ...calculated.value, warnings: calculated.warnings };
}

const issueOf = (request: ShipmentRequest) => {
  const calculated = calculateShipment(request, data, none);
  return calculated.ok ? undefined : calculated.issue.code;
};

describe('the embedded data', () => {
  test('carries source and licence in every row, and adds up', () => {
    for (const factor of data.factors.values()) {
      expect(factor.source).toContain('https://www.gov.uk/');
      expect(factor.licence).toBe('Open Government Licence v3.0');
      expect(factor.wttKgPerTkm + factor.ttwKgPerTkm).toBeCloseTo(factor.wtwKgPerTkm, 10);
    }
    for (const fuel of data.fuels.values()) {
      expect(fuel.licence).toBe('Open Government Licence v3.0');
      expect(fuel.wttKgPerUnit + fuel.ttwKgPerUnit).toBeCloseTo(fuel.wtwKgPerUnit, 10);
    }
    for (const load of [...data.loads.values(), ...data.defaultLoads.values()]) expect(load.source).not.toBe('');
  });

  test('has a factor for every vehicle type but the one for which none is open', () => {
    const without = [...data.vehicleTypes.values()].filter(
      ({ factorId }) => factorId === null || !data.factors.has(factorId),
    );
    expect(without.map(({ toc }) => toc)).toEqual(['artic_truck_electric']);
  });

  test('has a default vehicle type for every category', () => {
    expect([...data.categoryDefaults.keys()].toSorted()).toEqual(['air', 'maritime', 'rail', 'road']);
  });
});

describe('a shipment', () => {
  // DESNZ 2025, kg CO2e/tkm: the WTT and TTW sheets.
  test.each([
    ['van_diesel', 0.15095, 0.6313],
    ['artic_truck_diesel', 0.01799, 0.07703],
    ['truck_diesel', 0.02359, 0.10163],
    ['rigid_truck_diesel', 0.04332, 0.19748],
    ['generic_average_rail', 0.00691, 0.02779],
    ['container_ship', 0.00365, 0.01612],
    ['general_cargo', 0.003, 0.01321],
  ])('by %s is tonnes x km x factor, with its two parts', (toc, wtt, ttw) => {
    const result = shipment({ toc, load: 5000, distance_km: 203 });
    expect(result.tonneKm).toBeCloseTo(1015, 10);
    expect(result.co2eWttKg).toBeCloseTo(1015 * wtt, 8);
    expect(result.co2eTtwKg).toBeCloseTo(1015 * ttw, 8);
    expect(result.co2eKg).toBeCloseTo(1015 * (wtt + ttw), 8);
    expect(result.assumptions.filter((text) => text.startsWith('load'))).toEqual([]);
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

  test('multiplies the load factor in', () => {
    expect(
      shipment({ toc: 'van_diesel', load: 100, load_unit: 'pallets', load_factor: 0.5, distance_km: 1 }).loadT,
    ).toBe(25);
  });

  test('says every assumption', () => {
    expect(shipment({ category: 'road', distance_km: 10, year: 2023 }).assumptions).toEqual([
      'toc: truck_diesel, the default of road',
      'load: 15.6 t, the default of truck_diesel',
      'factor: set of 2025 for 2023',
    ]);
    expect(
      shipment({ toc: 'van_diesel', load: 2, load_unit: 'pallets', distance_km: 1, shipment_date: '2025-03-04' })
        .assumptions,
    ).toEqual(['load: 0.5 t for one of pallets']);
  });

  test('by air has the factor of its haul, without radiative forcing', () => {
    expect(shipment({ category: 'air', load: 1000, distance_km: 1499 }).factorKgPerTkm).toBe(0.96054);
    expect(shipment({ category: 'air', load: 1000, distance_km: 1500 }).factorKgPerTkm).toBe(0.66646);
  });

  test('knows aliases, in any case', () => {
    expect(shipment({ toc: 'Articulated_Truck_Diesel', load: 1, distance_km: 1 }).toc).toBe('artic_truck_diesel');
  });

  test('takes given tonne-kilometres where there is no distance', () => {
    const result = shipment({ toc: 'van_diesel', tkm: 100 });
    expect(result.co2eKg).toBeCloseTo(78.225, 10);
    expect(result).toMatchObject({ distanceSource: 'given tkm', loadT: undefined, distanceKm: undefined });
  });

  test('warns when given tonne-kilometres are more than 5 % off', () => {
    const base = { toc: 'van_diesel', load: 1000, distance_km: 100 };
    expect(shipment({ ...base, tkm: 104 }).warnings).toEqual([]);
    expect(shipment({ ...base, tkm: 106 }).warnings).toMatchObject([{ code: 'TKM_MISMATCH' }]);
  });

  test('says that cleaning is not in it', () => {
    const result = shipment({ toc: 'van_diesel', load: 1, distance_km: 1, cleaning: true });
    expect(result.assumptions).toContain('cleaning: not included');
    expect(result.warnings).toMatchObject([{ code: 'CLEANING_NOT_INCLUDED' }]);
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
    [{ category: 'road', origin: 'A', destination: 'B' }, 'NO_DISTANCE'],
  ])('%j has %s', (request, code) => {
    expect(issueOf(request)).toBe(code);
  });
});

describe('a recharge', () => {
  const recharge = (fuel: string, quantity?: number, country = 'ES') =>
    calculateRecharge({ fuel_id: fuel, country, date: '2025-06-15', quantity } as FuelRecharge, data, none);

  test.each([
    ['diesel', 'l', 3.18183],
    ['Gasóleo A', 'l', 3.18183],
    ['f51a1645-c201-43da-9dcd-6408be3cb517', 'l', 3.18183],
    ['desnz2025-diesel-average-biofuel-blend', 'l', 3.18183],
    ['gasolina', 'l', 2.6501],
    ['HVO', 'l', 0.59997],
    ['GNC', 'kg', 3.10624328],
    ['LPG', 'l', 1.74264],
    ['aviation_fuel', 'l', 3.07086],
  ])('of %s is quantity (%s) x %d', (fuel, unit, factor) => {
    const result = recharge(fuel, 100);
    expect(result).toMatchObject({ ok: true, value: { unit, quantity: 100 } });
    if (result.ok) {
      expect(result.value.co2eKg).toBeCloseTo(100 * factor, 8);
      expect(result.value.co2eWttKg + result.value.co2eTtwKg).toBeCloseTo(result.value.co2eKg, 8);
    }
  });

  test('of electricity has a factor for the United Kingdom only, and no tank-to-wheel part', () => {
    expect(recharge('electricity', 100, 'GB')).toMatchObject({ ok: true, value: { co2eKg: 24.54, co2eTtwKg: 0 } });
    expect(recharge('electricity', 100, 'ES')).toMatchObject({ ok: false, issue: { code: 'UNKNOWN_FUEL' } });
  });

  test('needs a known fuel and a quantity', () => {
    expect(recharge('AdBlue', 1)).toMatchObject({ ok: false, issue: { code: 'UNKNOWN_FUEL' } });
    expect(recharge('diesel')).toMatchObject({ ok: false, issue: { code: 'MISSING_FIELD', field: 'quantity' } });
  });
});
