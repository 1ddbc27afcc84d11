import { describe, expect, test } from 'vitest';
import type { Assumption } from '../../src/calculator/assumption.ts';
import { evidenceOf } from '../../src/destinations/evidence.ts';
import { renderBasis } from '../../src/report/basis-line.ts';
import { csv, read } from '../values/read-values.ts';

const load: Assumption = { subject: 'load', kind: 'default load', detail: { toc: 'x', tonnes: 1 } };
const detour: Assumption = { subject: 'distance', kind: 'circuity of road', detail: {} };
const noKm: Assumption = { subject: 'distance', kind: 'unknown distance', detail: { code: 'NO_DISTANCE' } };
const biomass: Assumption = { subject: 'biogenic', kind: 'biogenic share of year', detail: { year: 2025 } };

test.each([
  [[], 'given', []],
  [[noKm, biomass], 'given', []],
  [[detour], 'worked out', ['distance']],
  [[detour, load], 'assumed', ['distance', 'load']],
] as const)('the weakest part decides', (assumptions, evidence, assumed) => {
  expect(evidenceOf(assumptions)).toEqual({ evidence, assumed });
});

describe('one computation', () => {
  const header = ['movement_id', 'origin', 'destination', 'distance_km', 'load', 'load_unit', 'toc'];
  const text = csv(
    header,
    ['1', '', '', '100', '1000', 'kg', 'van_diesel'],
    ['2', '', '', '100', '2000', 'lb', 'van_diesel'],
    ['3', 'Madrid, ES', 'Sevilla, ES', '', '1000', 'kg', 'van_diesel'],
    ['4', '', '', '100', '', '', 'van_diesel'],
    ['5', 'Madrid, ES', 'Sevilla, ES', '10', '1000', 'kg', 'van_diesel'],
    ['6', '', '', 'x', '1000', 'kg', 'van_diesel'],
    ['TOTAL', '', '', '', '', '', ''],
  );

  test('says for each row once what it is based on, and for the line what became of the others', async () => {
    const { summary } = await read(['requests', '--local'], text);
    const { emissions, implausible } = summary;
    const counts = emissions?.based_on.map(({ evidence, records: many }) => [evidence, many]);
    expect(counts).toEqual([
      ['given', 2],
      ['converted', 1],
      ['worked out', 1],
      ['assumed', 1],
    ]);
    expect(emissions?.based_on.reduce((sum, { co2e_kg: kg }) => sum + kg, 0)).toBeCloseTo(emissions?.co2e_kg ?? 0, 9);
    expect(emissions?.assumptions.records).toBe(2);
    expect(emissions?.data).toMatchObject([{ data: 'default', records: 5 }]);
    expect(implausible).toBe(1);
    expect(renderBasis(summary)).toMatch(
      /^based on: [\d.]+ % given, [\d.]+ % converted, [\d.]+ % worked out, [\d.]+ % assumed \(distance [\d.]+ %, load [\d.]+ %\); data: 100 % default; rows: 1 skipped, 1 refused, 1 implausible\n$/,
    );
  });

  test('takes purchases for primary data, and units of every kind for conversions', async () => {
    const rows = [
      ['2025-06-01', 'diesel', 'US', '10 gal'],
      ['2025-06-02', 'diesel', 'US', '50 l'],
    ];
    const purchases = csv(['date', 'fuel_id', 'country', 'quantity'], ...rows);
    const { summary } = await read(['recharges', '--local'], purchases);
    expect(summary.emissions?.data).toMatchObject([{ data: 'primary', records: 2 }]);
    expect(summary.emissions?.based_on).toMatchObject([
      { evidence: 'given', records: 1 },
      { evidence: 'converted', records: 1 },
    ]);
    const miles = csv(['movement_id', 'distance (mi)', 'load', 'toc'], ['1', '10', '900', 'van_diesel']);
    const byMile = await read(['requests', '--local'], miles);
    expect(byMile.summary.emissions?.based_on).toMatchObject([{ evidence: 'converted', records: 1 }]);
  });
});
