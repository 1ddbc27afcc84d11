import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Recharge, RechargeWords } from '../../src/calculator/recharge.ts';
import { type ShipmentWords } from '../../src/calculator/shipment.ts';
import { yearOf } from '../../src/calculator/shipment-words.ts';
import { tkmMismatch } from '../../src/calculator/shipment-figures.ts';
import type { ShipmentRequest } from '../../src/records/request.ts';
import { createCalculator } from '../support/calculator.ts';

// A table is calculated by select and figures with memos of its own, a single record by shipment() and recharge(). Both are
// the same arithmetic, so they must agree to the last bit: `toBe` compares with Object.is.

const calculator = createCalculator({
  vehicleTypes: [
    {
      toc: 'my_ship',
      aliases: [],
      category: 'maritime',
      intensities: [
        { wtwKgPerTkm: 0.0499, isPerTeu: true, region: 'GLO', source: 'per TEU', distanceAdjustment: 1.15 },
      ],
    },
    {
      toc: 'banded',
      aliases: [],
      category: 'road',
      intensities: [
        { wtwKgPerTkm: 1, wttKgPerTkm: 0.3, ttwKgPerTkm: 0.7, belowKm: 100, region: 'ES', source: 'short' },
        { wtwKgPerTkm: 0.1, fromKm: 100, belowKm: 1000, region: 'FR', year: 2024, source: 'long' },
      ],
    },
  ],
});

const column = (values: readonly (number | undefined)[]): Float64Array =>
  Float64Array.from(values, (value) => value ?? NaN);

const figureOf = (values: Float64Array, row: number): number | undefined => {
  const value = values[row];
  return value === undefined || Number.isNaN(value) ? undefined : value;
};

/** Calculates a table as a flow of columns does: selections by what may tell them apart, figures by row. */
function expectSameShipments(requests: readonly ShipmentRequest[]): void {
  const numbers = {
    load: column(requests.map(({ load }) => load)),
    loadFactor: column(requests.map(({ load_factor: factor }) => factor)),
    distanceKm: column(requests.map(({ distance_km: km }) => km)),
    tkm: column(requests.map(({ tkm }) => tkm)),
  };
  const out = {
    co2eKg: column(requests.map(() => 0)),
    co2eWttKg: column(requests.map(() => 0)),
    co2eTtwKg: column(requests.map(() => 0)),
    tonneKm: column(requests.map(() => 0)),
    loadT: column(requests.map(() => 0)),
    distanceKm: column(requests.map(() => 0)),
  };
  const selections = new Map<string, ReturnType<typeof calculator.selectShipment>>();
  for (const [row, request] of requests.entries()) {
    const { toc, category, origin, destination, origin_country: originCountry, distance_km: km } = request;
    const words: ShipmentWords = {
      toc,
      category,
      originCountry,
      year: yearOf(request),
      origin,
      destination,
      loadUnit: request.load_unit,
      cleaning: request.cleaning,
      hasLoad: request.load !== undefined,
      hasTkm: request.tkm !== undefined,
      distanceKm: km,
      loadFactor: request.load_factor,
    };
    const needsOrigin = originCountry === undefined && calculator.isShipmentRegional(toc, category);
    const key = JSON.stringify({
      ...words,
      loadFactor: words.hasLoad ? undefined : words.loadFactor,
      distanceKm: km === undefined ? undefined : calculator.shipmentBand(toc, category, km),
      origin: km === undefined || needsOrigin ? origin : undefined,
      destination: km === undefined ? destination : undefined,
    });
    const selection = selections.get(key) ?? calculator.selectShipment(words);
    selections.set(key, selection);
    const expected = calculator.shipment(request);
    if (!selection.ok || !expected.ok) {
      // A message may name the distance of the first row of its band.
      expect([selection.ok || selection.issue.code, row]).toEqual([expected.ok || expected.issue.code, row]);
      continue;
    }
    const isMismatch = calculator.shipmentFigures(selection, numbers, row, out);
    const { value, warnings } = expected;
    for (const name of ['co2eKg', 'co2eWttKg', 'co2eTtwKg', 'tonneKm', 'loadT', 'distanceKm'] as const) {
      expect(figureOf(out[name], row)).toBe(value[name]);
    }
    expect(isMismatch ? [...selection.warnings, tkmMismatch] : selection.warnings).toEqual(warnings);
    expect(selection).toMatchObject({
      category: value.category,
      toc: value.toc,
      wtwKgPerTkm: value.factorKgPerTkm,
      factorRegion: value.factorRegion,
      factorSource: value.factorSource,
      publications: value.publications,
      distanceSource: value.distanceSource,
      assumptions: value.assumptions,
    });
  }
}

const places = ['Madrid, Spain', 'Lyon, France', 'MAD', 'JFK', 'ESVLC', 'Rotterdam', 'Palma', 'Xyzzyville', 'Paris'];
const tocs = ['van_diesel', 'van_electric', 'freighter', 'container_ship', 'my_ship', 'banded', 'hovercraft'];
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const positive = fc.double({ min: 1e-3, max: 1e5, noNaN: true });

const shipments: fc.Arbitrary<ShipmentRequest> = fc.record({
  toc: optional(fc.constantFrom(...tocs)),
  category: optional(fc.constantFrom('road', 'rail', 'maritime', 'air')),
  origin: optional(fc.constantFrom(...places)),
  destination: optional(fc.constantFrom(...places)),
  origin_country: optional(fc.constantFrom('ES', 'FR', 'GB', 'XK')),
  distance_km: optional(fc.oneof(positive, fc.constantFrom(0, 99.9, 100, 1499.9, 1500))),
  load: optional(positive),
  load_unit: optional(fc.constantFrom('kg', 'ton', 'pallets', 'teu', 'feu')),
  load_factor: optional(fc.double({ min: 0.01, max: 1, noNaN: true })),
  year: optional(fc.integer({ min: 2020, max: 2026 })),
  shipment_date: optional(fc.constantFrom('2022-05-04', '2024-12-31')),
  cleaning: optional(fc.boolean()),
  tkm: optional(positive),
});

const recharges: fc.Arbitrary<Recharge> = fc.record({
  fuel_id: fc.constantFrom('diesel', 'electricity', 'CNG', 'HVO', 'natural gas', 'AdBlue', 'nothing'),
  country: fc.constantFrom('ES', 'GB', 'XK'),
  date: fc.constantFrom('2021-01-01', '2024-06-30', '2025-06-15', '2026-02-01'),
  quantity: optional(positive),
  quantity_unit: optional(fc.constantFrom('l', 'kg', 'm3', 'kwh')),
});

describe('a table in two steps has the figures of its records', () => {
  test('for any shipments', () => {
    fc.assert(fc.property(fc.array(shipments, { minLength: 1, maxLength: 100 }), expectSameShipments));
  });

  test('for the worked examples with a vehicle type of the catalogue', () => {
    const { examples } = JSON.parse(readFileSync(new URL('worked-examples.json', import.meta.url), 'utf8')) as {
      examples: readonly { readonly inputs: Readonly<Record<string, unknown>> }[];
    };
    const requests = examples.flatMap(({ inputs }) => {
      const [tonnes, km] = [inputs['mass_t'], inputs['distance_km']];
      if (typeof tonnes !== 'number' || typeof km !== 'number') return [];
      return tocs.map((toc): ShipmentRequest => ({ toc, load: tonnes, load_unit: 'ton', distance_km: km }));
    });
    expect(requests.length).toBeGreaterThan(50);
    expectSameShipments(requests);
  });

  test('for any purchases', () => {
    const quantities = new Float64Array(1);
    const [co2eKg, co2eWttKg, co2eTtwKg, biogenicCo2Kg] = [column([0]), column([0]), column([0]), column([0])];
    const out = { co2eKg, co2eWttKg, co2eTtwKg, biogenicCo2Kg };
    fc.assert(
      fc.property(recharges, (recharge) => {
        const words: RechargeWords = {
          fuel: recharge.fuel_id,
          country: recharge.country,
          year: Number(recharge.date.slice(0, 4)),
          quantityUnit: recharge.quantity_unit,
          hasQuantity: recharge.quantity !== undefined,
        };
        const selection = calculator.selectRecharge(words);
        const expected = calculator.recharge(recharge);
        if (!selection.ok || !expected.ok) {
          expect(selection).toEqual(expected);
          return;
        }
        quantities[0] = recharge.quantity ?? NaN;
        calculator.rechargeFigures(selection, quantities, 0, out);
        const { value } = expected;
        for (const name of ['co2eKg', 'co2eWttKg', 'co2eTtwKg', 'biogenicCo2Kg'] as const) {
          expect(figureOf(out[name], 0)).toBe(value[name]);
        }
        const { fuel, unit, factorRegion, factorSource, assumptions } = value;
        expect(selection).toMatchObject({ fuel, unit, factorRegion, factorSource, assumptions });
        expect([selection.wtwKgPerUnit, selection.warnings]).toEqual([value.factorKgPerUnit, expected.warnings]);
      }),
    );
  });
});
