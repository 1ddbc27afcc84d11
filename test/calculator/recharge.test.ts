import { describe, expect, test } from 'vitest';
import type { FuelRecharge } from '../../src/records/recharge.ts';
import { createCalculator, rechargeOf } from '../support/calculator.ts';

const calculator = createCalculator();

describe('a recharge', () => {
  const purchase = (fuel: string, quantity?: number, more: Partial<FuelRecharge> = {}): FuelRecharge => ({
    fuel_id: fuel,
    country: 'ES',
    date: '2025-06-15',
    quantity,
    ...more,
  });
  const of = (...args: Parameters<typeof purchase>) => rechargeOf(calculator, purchase(...args));

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
    const result = of(fuel, 100);
    expect(result).toMatchObject({ unit, quantity: 100 });
    expect(result.co2eKg).toBeCloseTo(100 * factor, 4);
    expect((result.co2eWttKg ?? 0) + (result.co2eTtwKg ?? 0)).toBeCloseTo(result.co2eKg, 8);
  });

  test.each([
    ['diesel', 'kg', 3.82158898],
    ['diesel', 'kwh', 0.32134],
    ['CNG', 'l', 0.54359],
    ['LNG', 'kg', 3.51553],
    ['natural gas', 'm3', 2.40332],
    ['natural gas', 'kwh', 0.21317],
    ['marine gas oil', 'kg', 3.98914],
  ] as const)('of %s in %s is quantity x %d', (fuel, unit, factor) => {
    const result = rechargeOf(calculator, { ...purchase(fuel, 100), quantity_unit: unit });
    expect(result.co2eKg).toBeCloseTo(100 * factor, 3);
  });

  test('in a unit that says nothing of the fuel is refused', () => {
    const calculated = calculator.recharge({ ...purchase('electricity', 1), quantity_unit: 'l' });
    expect(calculated).toMatchObject({ ok: false, issue: { code: 'INVALID_CHOICE', field: 'quantity_unit' } });
  });

  test.each([
    ['CNG', 'm3'],
    ['LNG', 'm3'],
    ['LPG', 'm3'],
    ['natural gas', 'l'],
  ] as const)('of %s in %s is refused: the pressure of its volume is unknown', (fuel, unit) => {
    const calculated = calculator.recharge({ ...purchase(fuel, 20), quantity_unit: unit });
    expect(calculated).toMatchObject({ ok: false, issue: { code: 'INVALID_CHOICE', field: 'quantity_unit' } });
  });

  test('of a liquid in cubic metres is what it is in litres', () => {
    const result = rechargeOf(calculator, { ...purchase('diesel', 2), quantity_unit: 'm3' });
    expect(result.co2eKg).toBeCloseTo(2000 * 3.18183, 2);
  });

  test('has the figures of its year', () => {
    // DESNZ: 2.51279 + 0.61101 in 2024, 2.51206 + 0.61101 in 2023.
    expect(of('diesel', 1, { date: '2024-01-01' }).co2eKg).toBeCloseTo(3.1238, 6);
    expect(of('diesel', 1, { date: '2023-12-31' }).co2eKg).toBeCloseTo(3.12307, 6);
    expect(of('diesel', 1, { date: '2026-03-01' })).toMatchObject({
      factorSource: expect.stringContaining('DESNZ 2025'),
      assumptions: [{ subject: 'factor', kind: 'other year', detail: { taken: 2025, wanted: 2026 } }],
    });
    // HVO: 0.03558 + 0.27844 in 2023.
    expect(of('HVO', 1, { date: '2023-06-01' }).co2eKg).toBeCloseTo(0.31402, 6);
  });

  test('has biogenic CO2 in addition to its total', () => {
    expect(of('HVO', 100).biogenicCo2Kg).toBeCloseTo(243, 8);
    expect(of('diesel', 100).biogenicCo2Kg).toBeCloseTo(16.317 * 0.832361, 3);
    expect(of('gas oil', 100).biogenicCo2Kg).toBe(0);
  });

  test('of electricity has the figure of country and year, and no tank-to-wheel part', () => {
    const gb = { country: 'GB' as const };
    expect(of('electricity', 100, gb)).toMatchObject({ co2eTtwKg: 0, factorRegion: 'GB' });
    expect(of('electricity', 100, gb).co2eKg).toBeCloseTo(24.54, 10);
    expect(of('electricity', 100, { ...gb, date: '2024-05-05' }).co2eKg).toBeCloseTo(27.522, 10);
    expect(of('electricity', 100, { country: 'FR', date: '2023-05-05' }).co2eKg).toBeCloseTo(
      100 * 0.049 * (1 + 0.01853 / 0.177),
      10,
    );
  });

  test('needs a known fuel and a quantity', () => {
    expect(calculator.recharge(purchase('AdBlue', 1))).toMatchObject({ ok: false, issue: { code: 'UNKNOWN_FUEL' } });
    expect(calculator.recharge(purchase('diesel'))).toMatchObject({
      ok: false,
      issue: { code: 'MISSING_FIELD', field: 'quantity' },
    });
  });

  test('knows the ids of an account that was synced', () => {
    const id = '11111111-2222-4333-8444-555555555555';
    const synced = createCalculator({ accountFuels: new Map([[id, 'marine_gas_oil']]) });
    expect(rechargeOf(synced, purchase(id, 1)).fuel).toBe('Marine gas oil');
  });
});
