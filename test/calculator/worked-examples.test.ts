import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cleaningKg } from '../../src/calculator/shipment.ts';
import * as calculator from '../../src/index.ts';

// Figures printed in the GLEC Framework v3.0 and the DESNZ documents, and arithmetic on DESNZ factors, each with its
// source. They go through the functions that the package exports; intensities are passed in where the example gives one.

type Inputs = Readonly<Record<string, never>>;

interface Example {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly inputs: Inputs;
  readonly expected: { readonly value: number; readonly unit: string };
  readonly tolerance_relative: number;
}

const { examples } = JSON.parse(readFileSync(new URL('worked-examples.json', import.meta.url), 'utf8')) as {
  examples: Example[];
};

const number = (inputs: Inputs, ...names: string[]): number | undefined => {
  const name = names.find((each) => inputs[each] !== undefined);
  return name === undefined ? undefined : Number(inputs[name]);
};
const numbers = (inputs: Inputs, name: string): readonly number[] => [inputs[name] ?? []].flat() as number[];
const needed = (value: number | undefined): number => {
  if (value === undefined) throw new Error('the example lacks an input');
  return value;
};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const modes: Readonly<Record<string, 'road' | 'rail' | 'maritime' | 'air'>> = {
  road: 'road',
  rail: 'rail',
  maritime: 'maritime',
  air: 'air',
};

function kgOf(result: calculator.Calculated<calculator.Emissions>, part = 'wtw'): number {
  if (!result.ok) throw new Error(result.issue.message);
  const { co2eKg, co2eTtwKg, co2eWttKg } = result.value;
  return needed({ wtw: co2eKg, ttw: co2eTtwKg, wtt: co2eWttKg }[part]);
}

/** A leg with an intensity of its own. */
function shipment(inputs: Inputs): number {
  const gram = number(inputs, 'intensity_wtw_g_per_tkm', 'intensity_ttw_g_per_tkm');
  const perTeu = number(inputs, 'intensity_wtw_g_per_teu_km');
  const perTonMile = number(inputs, 'intensity_g_per_ton_mile');
  const kgPerTkm = number(inputs, 'intensity_wtw_kg_per_tkm') ?? (gram === undefined ? undefined : gram / 1000);
  const perTkm =
    perTonMile === undefined ? kgPerTkm : perTonMile / 1000 / (calculator.tonnesPerShortTon * calculator.kmPerMile);
  const shortTons = number(inputs, 'mass_short_ton');
  const tonnes =
    number(inputs, 'mass_t') ?? (shortTons === undefined ? undefined : shortTons * calculator.tonnesPerShortTon);
  const miles = number(inputs, 'distance_mi');
  const request: calculator.ShipmentRequest = {
    category: modes[String(inputs['mode'])] ?? 'road',
    ...(tonnes === undefined ? {} : { load: tonnes, load_unit: 'ton' }),
    ...(inputs['mass_kg'] === undefined ? {} : { load: Number(inputs['mass_kg']), load_unit: 'kg' }),
    ...(perTeu === undefined ? {} : { load: Number(inputs['load']), load_unit: 'teu' }),
    ...(inputs['tkm'] === undefined ? {} : { tkm: Number(inputs['tkm']) }),
    distance_km: number(inputs, 'distance_km', 'distance_km_sfd') ?? (miles && miles * calculator.kmPerMile),
  };
  return kgOf(
    calculator.calculateShipment(request, {
      wtwKgPerTkm: perTeu === undefined ? needed(perTkm) : perTeu / 1000,
      isPerTeu: perTeu !== undefined,
      distanceAdjustment: number(inputs, 'daf'),
      region: 'given',
      source: 'worked example',
    }),
  );
}

function purchase(quantity: number, wtwKgPerUnit: number, unit: 'l' | 'kg' | 'kWh'): number {
  const recharge = { fuel_id: 'given', country: 'ES', date: '2025-01-01', quantity };
  return kgOf(calculator.calculateRecharge(recharge, { wtwKgPerUnit, unit, source: 'worked example' }));
}

function fuel(id: string, inputs: Inputs): number {
  if (id === 'desnz-blend') {
    const share = needed(number(inputs, 'share_biodiesel'));
    return calculator.blendFactor([
      { share: 1 - share, kgPerUnit: needed(number(inputs, 'mineral_kg_l')) },
      { share, kgPerUnit: needed(number(inputs, 'biodiesel_kg_l')) },
    ]);
  }
  // The total of the two examples before it, with their factors.
  if (id === 'glec-p106-c') {
    return calculator.chainEmissions([
      purchase(needed(number(inputs, 'quantity_l')), 3.32, 'l'),
      purchase(needed(number(inputs, 'quantity_kwh')), 0.3492, 'kWh'),
    ]);
  }
  const density = number(inputs, 'density_kg_l');
  if (density !== undefined) return calculator.perLitre(needed(number(inputs, 'factor_wtw_kg_per_kg')), density);
  const litres = number(inputs, 'quantity_l');
  if (litres !== undefined) return purchase(litres, needed(number(inputs, 'factor_wtw_kg_per_l')), 'l');
  const kwh = number(inputs, 'quantity_kwh');
  if (kwh !== undefined) return purchase(kwh, needed(number(inputs, 'factor_kg_per_kwh')), 'kWh');
  const tonnes = needed(number(inputs, 'quantity_t'));
  return purchase(tonnes * 1000, needed(number(inputs, 'factor_wtw_kg_per_kg')), 'kg');
}

/** Vehicle types by the factor that means them. */
const types = new Map(
  calculator
    .createCalculator()
    .catalogue.types.flatMap(({ toc, intensities }) => intensities.map(({ source }) => [source, toc] as const)),
);

const calculations: Readonly<Record<string, (inputs: Inputs, id: string) => number>> = {
  shipment: (inputs, id) =>
    id === 'glec-p141-total'
      ? calculator.chainEmissions(
          numbers(inputs, 'tkm').map((tkm, leg) =>
            shipment({ tkm, intensity_wtw_kg_per_tkm: numbers(inputs, 'kg_per_tkm')[leg] } as unknown as Inputs),
          ),
        )
      : shipment(inputs),
  'shipment-derived': (inputs) => {
    const unit = inputs['load_unit'] as 'teu' | 'feu' | undefined;
    return kgOf(
      calculator.calculateShipment({
        toc: types.get(`DESNZ 2025 ${String(inputs['factor_id'])}`),
        year: 2025,
        distance_km: Number(inputs['distance_km']),
        load: unit === undefined ? Number(inputs['mass_t']) : Number(inputs['load']),
        load_unit: unit ?? 'ton',
      }),
      String(inputs['part']),
    );
  },
  fuel: (inputs, id) => fuel(id, inputs),
  'fuel-derived': (inputs) => {
    const isTonne = String(inputs['unit']) === 'kg_per_tonne';
    const result = calculator.calculateRecharge({
      fuel_id: String(inputs['fuel_id']),
      country: 'GB',
      date: '2025-06-01',
      quantity: Number(inputs['quantity']) * (isTonne ? 1000 : 1),
      quantity_unit: isTonne ? 'kg' : 'l',
    });
    return kgOf(result);
  },
  activity: (inputs) => {
    const tonnes = inputs['mean_load_t'] === undefined ? numbers(inputs, 'mass_t') : numbers(inputs, 'mean_load_t');
    const kms = ['distance_km', 'distance_km_sfd', 'vehicle_km_loaded', 'km'].flatMap((name) => numbers(inputs, name));
    return sum(tonnes.map((mass, leg) => calculator.transportActivity(mass, needed(kms[leg]))));
  },
  'vehicle-km': (inputs) =>
    calculator.emissionsOf(needed(number(inputs, 'miles')), needed(number(inputs, 'factor_kg_per_mile'))),
  hub: (inputs) => {
    const kg = number(inputs, 'kg');
    if (kg !== undefined) return calculator.intensityOf(kg, needed(number(inputs, 'throughput_t')));
    const tonnes = number(inputs, 'mass_t') ?? needed(number(inputs, 'mass_kg')) / 1000;
    return calculator.emissionsOf(tonnes, needed(number(inputs, 'hub_intensity_kg_per_t')));
  },
  refrigerant: (inputs) => {
    const kg = number(inputs, 'kg');
    if (kg !== undefined) return calculator.intensityOf(kg, needed(number(inputs, 'tkm')));
    const system = (name: string) => ({
      chargeKg: needed(number(inputs, `charge_${name}_kg`)),
      annualLeakShare: needed(number(inputs, `leak_${name}`)),
    });
    const [units, gwp] = [needed(number(inputs, 'units')), needed(number(inputs, 'gwp'))];
    return calculator.refrigerantEmissions(units, [system('ac'), system('tru')], gwp);
  },
  allocation: (inputs) => {
    const item = number(inputs, 'item_tkm');
    if (item !== undefined) {
      return needed(number(inputs, 'total_kg')) * calculator.allocationShare(item, numbers(inputs, 'total_tkm'));
    }
    const kms = numbers(inputs, 'sfd_km');
    const activities = numbers(inputs, 'deliveries_t').map((mass, stop) =>
      calculator.transportActivity(mass, needed(kms[stop])),
    );
    return calculator.allocationShare(needed(activities[0]), activities);
  },
  intensity: (inputs) => {
    const litres = number(inputs, 'quantity_l');
    if (litres !== undefined) {
      const kg = purchase(litres, needed(number(inputs, 'factor_wtw_kg_per_l')), 'l');
      return calculator.intensityOf(kg, needed(number(inputs, 'tkm'))) * 1000;
    }
    const activity = calculator.transportActivity(
      needed(number(inputs, 'mass_t')),
      needed(number(inputs, 'distance_km')),
    );
    return calculator.intensityOf(needed(number(inputs, 'kg')), activity * needed(number(inputs, 'units')));
  },
  chain: (inputs) => {
    if (inputs['legs_kg'] !== undefined) {
      const cleanings = needed(number(inputs, 'cleanings')) * cleaningKg;
      return calculator.chainEmissions([...numbers(inputs, 'legs_kg'), cleanings]);
    }
    const hub = calculator.emissionsOf(
      needed(number(inputs, 'hub_mass_t')),
      needed(number(inputs, 'hub_intensity_kg_per_t')),
    );
    const hubs = Array.from({ length: needed(number(inputs, 'hubs')) }, () => hub);
    const road = purchase(needed(number(inputs, 'quantity_l')), needed(number(inputs, 'factor_wtw_kg_per_l')), 'l');
    return calculator.chainEmissions([road, ...hubs]);
  },
  conversion: (inputs) =>
    inputs['gal'] === undefined
      ? Number(inputs['short_ton']) * calculator.tonnesPerShortTon
      : Number(inputs['gal']) * calculator.litresPerUsGallon,
  service: (inputs) => {
    const parts = ['gas_kg', 'gasoil_kg', 'electricity_kg'].map((name) => needed(number(inputs, name)));
    expect(calculator.chainEmissions(parts)).toBeCloseTo(cleaningKg, 10);
    return cleaningKg;
  },
};

test.each(examples)('$id: $title', ({ id, kind, inputs, expected, tolerance_relative: tolerance }) => {
  const value = calculations[kind]?.(inputs, id);
  expect(value).toBeDefined();
  expect(Math.abs(needed(value) - expected.value) / expected.value).toBeLessThanOrEqual(tolerance * (1 + 1e-9) + 1e-12);
});
