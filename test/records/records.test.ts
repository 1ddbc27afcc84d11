import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../src/records/kind.ts';
import { differingFields, duplicateKey } from '../../src/records/duplicate-key.ts';
import { kinds } from '../../src/records/kinds.ts';
import { localRecharges } from '../../src/records/recharge.ts';
import { createValidator } from '../../src/records/validate.ts';

const { requests, recharges } = kinds;
const options = { currentYear: 2026, target: 'api' } as const;
const request = { distance_km: 10, toc: 'van_diesel' };
const recharge = { fuel_id: 'f51a1645-c201-43da-9dcd-6408be3cb517', country: 'ES', date: '2025-06-15' };

/** Field and code of everything that is wrong. */
function problems(kind: typeof requests, record: Fields, unreadable: string[] = []) {
  const validation = createValidator(kind, options)(record, new Set(unreadable));
  return validation.valid ? [] : validation.issues.map(({ field, code }) => [field, code]);
}

test('requests have the 22 fields of the API and 5 for the calculator, recharges 7', () => {
  const hints = Object.entries(requests.fields).flatMap(([field, { isHint }]) => (isHint === true ? [field] : []));
  expect(hints).toEqual([
    'origin_postcode',
    'origin_region',
    'destination_country',
    'destination_postcode',
    'destination_region',
  ]);
  expect(Object.keys(requests.fields).length).toBe(22 + hints.length);
  expect(Object.keys(recharges.fields).length).toBe(7);
});

test.each([...Object.values(kinds), localRecharges])('the shape of $name has the fields of its schema', (kind) => {
  expect(Object.keys(kind.shape(options))).toEqual(Object.keys(kind.fields));
  expect(Object.keys(kind.schema(options).shape)).toEqual(Object.keys(kind.fields));
});

describe('a valid request', () => {
  test.each<[string, Fields]>([
    ['needs a distance and a vehicle type', request],
    ['or two places and a category', { origin: 'A', destination: 'B', category: 'rail' }],
    ['or tonne-kilometres', { tkm: 5, category: 'air' }],
    [
      'may have every field',
      {
        origin: 'Madrid, Spain',
        destination: 'Vigo',
        distance_km: 0,
        load: 0.001,
        load_unit: 'feu',
        load_factor: 1,
        toc: 'x',
        category: 'maritime',
        origin_country: 'ES',
        year: 2027,
        cleaning: true,
        movement_id: 'M',
        client: 'C',
        shipment_date: '2024-02-29',
        movement_stretch: '1',
        movement_stage: 's',
        vehicle_license_plate: 'P',
        trailer_license_plate: 'T',
        subcontractor: false,
        tkm: 1,
        hub_id: '7c0e8c1e-8f5f-4b76-9a3e-2f6a5c1d0b42',
        package_key: 'K',
      },
    ],
  ])('%s', (_name, record) => {
    expect(problems(requests, record)).toEqual([]);
  });
});

describe('an invalid request', () => {
  test.each<[Fields, [string, string][]]>([
    [{ toc: 'x' }, [['distance_km', 'MISSING_FIELD']]],
    [{ toc: 'x', origin: 'A' }, [['distance_km', 'MISSING_FIELD']]],
    [{ distance_km: 1 }, [['toc', 'MISSING_FIELD']]],
    [{ ...request, load: 0 }, [['load', 'OUT_OF_RANGE']]],
    [{ ...request, load: -1 }, [['load', 'OUT_OF_RANGE']]],
    [{ ...request, distance_km: -0.1 }, [['distance_km', 'OUT_OF_RANGE']]],
    [{ ...request, load_factor: 1.01 }, [['load_factor', 'OUT_OF_RANGE']]],
    [{ ...request, load_factor: 0 }, [['load_factor', 'OUT_OF_RANGE']]],
    [{ ...request, year: 1999 }, [['year', 'OUT_OF_RANGE']]],
    [{ ...request, year: 2028 }, [['year', 'OUT_OF_RANGE']]],
    [{ ...request, year: 2024.5 }, [['year', 'INVALID_NUMBER']]],
    [{ ...request, load_unit: 'cajas' }, [['load_unit', 'INVALID_CHOICE']]],
    [{ ...request, category: 'raod' }, [['category', 'INVALID_CHOICE']]],
    [{ ...request, origin_country: 'XX' }, [['origin_country', 'INVALID_COUNTRY']]],
    [{ ...request, origin_country: 'Spain' }, [['origin_country', 'INVALID_COUNTRY']]],
    [{ ...request, hub_id: 'hub-1' }, [['hub_id', 'INVALID_UUID']]],
    [{ ...request, shipment_date: '2025-02-30' }, [['shipment_date', 'INVALID_DATE']]],
    [
      { load: -1, year: 1, category: 'x' },
      [
        ['load', 'OUT_OF_RANGE'],
        ['category', 'INVALID_CHOICE'],
        ['year', 'OUT_OF_RANGE'],
        ['distance_km', 'MISSING_FIELD'],
      ],
    ],
  ])('%j has %j', (record, expected) => {
    expect(problems(requests, record)).toEqual(expected);
  });

  test('is not said to lack what is there but could not be read', () => {
    expect(problems(requests, { toc: 'x' }, ['distance_km'])).toEqual([]);
    expect(problems(recharges, { country: 'ES', fuel_id: recharge.fuel_id }, ['date'])).toEqual([]);
  });

  test('is explained: what is wrong and what would be right', () => {
    const validation = createValidator(requests, options)({ distance_km: 1, category: 'raod', load: -5 }, new Set());
    expect(validation.valid ? [] : validation.issues.map(({ message }) => message)).toEqual([
      'load is negative; it must be more than 0, and is -5',
      'category "raod" is none of road, rail, maritime, air',
    ]);
  });
});

describe('a recharge', () => {
  test('is valid with its three required fields', () => {
    expect(problems(recharges, recharge)).toEqual([]);
  });

  test.each<[Fields, [string, string][]]>([
    [
      {},
      [
        ['fuel_id', 'MISSING_FIELD'],
        ['country', 'MISSING_FIELD'],
        ['date', 'MISSING_FIELD'],
      ],
    ],
    [{ ...recharge, fuel_id: 'diesel' }, [['fuel_id', 'INVALID_UUID']]],
    [{ ...recharge, quantity: 0 }, [['quantity', 'OUT_OF_RANGE']]],
    [
      { ...recharge, project_id: 'x', toc_id: 'y' },
      [
        ['toc_id', 'INVALID_UUID'],
        ['project_id', 'INVALID_UUID'],
      ],
    ],
  ])('%j has %j', (record, expected) => {
    expect(problems(recharges, record)).toEqual(expected);
  });

  test('may name its fuel where the calculator is the target', () => {
    const validate = createValidator(recharges, { ...options, target: 'calculator' });
    expect(validate({ ...recharge, fuel_id: 'diésel' }, new Set()).valid).toBe(true);
  });
});

describe('the duplicate key', () => {
  const leg = { ...request, movement_id: 'M', movement_stretch: '1', shipment_date: '2025-01-02' };

  test('tells the legs of one shipment apart', () => {
    expect(duplicateKey(requests, leg)).not.toBe(duplicateKey(requests, { ...leg, movement_stretch: '2' }));
    expect(duplicateKey(requests, leg)).toBe(duplicateKey(requests, { ...leg, load: 7 }));
  });

  test('is the whole record without movement_id', () => {
    expect(duplicateKey(requests, request)).not.toBe(duplicateKey(requests, { ...request, load: 7 }));
    expect(duplicateKey(requests, request)).toBe(duplicateKey(requests, { ...request }));
  });

  test('of a recharge leaves the fuel out, and takes null for null', () => {
    expect(duplicateKey(recharges, recharge)).toBe(duplicateKey(recharges, { ...recharge, fuel_id: 'other' }));
    expect(duplicateKey(recharges, recharge)).not.toBe(duplicateKey(recharges, { ...recharge, quantity: 1 }));
    expect(differingFields(recharges, recharge, { ...recharge, fuel_id: 'other' })).toEqual(['fuel_id']);
  });

  test('does not mind spaces and case of plates', () => {
    const plate = (text: string) => duplicateKey(recharges, { ...recharge, vehicle_license_plate: text });
    expect(plate('1234-abc ')).toBe(plate('1234-ABC'));
    expect(plate('1234-ABC')).not.toBe(plate('1234ABC'));
  });

  test('can be chosen', () => {
    const of = (record: Fields) => duplicateKey(requests, { ...record, client: 'C' }, ['client']);
    expect(of(leg)).toBe(of(request));
  });

  test('without any value compares the whole records', () => {
    expect(duplicateKey(requests, leg, ['client'])).not.toBe(duplicateKey(requests, request, ['client']));
    const plates = ['1234abc', '1234ABC '].map((plate) =>
      duplicateKey(requests, { ...request, vehicle_license_plate: plate }),
    );
    expect(plates[0]).toBe(plates[1]);
  });

  test('is equal exactly when all key fields are', () => {
    const value = fc.constantFrom(undefined, 'a', 'b', '","', 'null', '');
    const record = fc.record({ movement_id: fc.constantFrom('M', 'N'), origin: value, destination: value });
    fc.assert(
      fc.property(record, record, (a, b) => {
        const strip = (fields: object) =>
          Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== undefined)) as Fields;
        const same = a.movement_id === b.movement_id && a.origin === b.origin && a.destination === b.destination;
        return (duplicateKey(requests, strip(a)) === duplicateKey(requests, strip(b))) === same;
      }),
    );
  });
});
