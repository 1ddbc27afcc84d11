import { describe, expect, test } from 'vitest';
import { compareStored } from '../../src/delivery/compare-stored.ts';
import type { Fields } from '../../src/records/kind.ts';

const record: Fields = {
  origin: 'Málaga, Spain',
  destination: 'Barcelona',
  distance_km: 997.46,
  load: 1234.5,
  load_unit: 'kg',
  toc: 'van_diesel',
  category: 'road',
  origin_country: 'ES',
  cleaning: true,
  movement_id: 'M-1',
  client: "L'Oréal España",
  shipment_date: '2025-06-15',
  vehicle_license_plate: '1234-ABC',
};

/** The record as the API has it, but for some fields. */
const stored = (more: Readonly<Record<string, unknown>>) => ({ ...record, id: 'x', ...more });

describe('the same record, as an API may give it back', () => {
  test.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['as it was sent', 'equal', {}],
    ['in capitals', 'equal', { origin: 'MÁLAGA, SPAIN', client: "L'ORÉAL ESPAÑA" }],
    ['without accents', 'equal', { origin: 'Malaga, Spain', client: "L'Oreal Espana" }],
    ['with accents taken apart', 'equal', { origin: 'Málaga, Spain'.normalize('NFD') }],
    ['without punctuation', 'equal', { origin: 'Málaga Spain', vehicle_license_plate: '1234ABC' }],
    ['with spaces around and between', 'equal', { destination: '  Barcelona ', client: "L'Oréal  España" }],
    ['with a place completed', 'otherwise', { destination: 'Barcelona, Catalonia, Spain' }],
    ['with a place cut', 'otherwise', { origin: 'Málaga' }],
    ['rounded to one decimal', 'otherwise', { distance_km: 997.5 }],
    ['rounded to no decimal', 'otherwise', { distance_km: 997 }],
    ['with numbers as texts', 'equal', { load: '1234.50', distance_km: '997.46' }],
    ['in another unit', 'otherwise', { load: 1.2345, load_unit: 'ton' }],
    ['in another unit that is not said', 'otherwise', { load: 1.2345, load_unit: null }],
    ['in metres', 'otherwise', { distance_km: 997460 }],
    ['with a time at the day', 'equal', { shipment_date: '2025-06-15T00:00:00Z' }],
    ['with the moment at which the day began', 'otherwise', { shipment_date: '2025-06-14T22:00:00Z' }],
    ['with the day in another order', 'otherwise', { shipment_date: '15/06/2025' }],
    ['with null for what it does not keep', 'otherwise', { cleaning: null, client: null }],
    ['without what it does not list', 'equal', { cleaning: undefined, load: undefined }],
    ['with the address of a hub that it knows', 'equal', { origin: 'Calle Larios 1', hub_id: 'h' }],
    ['with the name of a country', 'equal', { origin_country: 'Spain' }],
    ['with flags as numbers', 'equal', { cleaning: 1 }],
    ['with what it worked out in addition', 'equal', { tkm: 1231.4, year: 2025, subcontractor: false }],
  ])('%s: %s', (_, likeness, more) => {
    expect(compareStored(record, stored(more))).toBe(likeness);
  });
});

describe('another record of the same movement', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['another quantity', { load: 1234 + 100 }],
    ['another quantity in another unit', { load: 1.3, load_unit: 'ton' }],
    ['a quantity of something else', { load: 1234.5, load_unit: 'pallets' }],
    ['another distance', { distance_km: 996.9 }],
    ['another vehicle', { toc: 'truck_diesel' }],
    ['another mode', { category: 'rail' }],
    ['another year', { shipment_date: '2024-06-15' }],
    ['the day after', { shipment_date: '2025-06-16' }],
    ['another client', { client: 'SEUR' }],
    ['another flag', { cleaning: false }],
    ['another plate', { vehicle_license_plate: '1234-ABD' }],
    ['a stretch that was not sent', { movement_stretch: 'first mile' }],
    ['a package that was not sent', { package_key: 'P' }],
    ['another movement', { movement_id: 'M-2' }],
    ['no movement', { movement_id: null }],
  ])('%s', (_, more) => {
    expect(compareStored(record, stored(more))).toBe('contradicted');
  });

  test('a leg whose stretch the API does not have', () => {
    expect(compareStored({ ...record, movement_stretch: 'L1' }, stored({ movement_stretch: null }))).toBe(
      'contradicted',
    );
    expect(compareStored({ ...record, movement_stretch: 'L1' }, stored({ movement_stretch: 'L10' }))).toBe(
      'contradicted',
    );
    expect(compareStored({ ...record, movement_stretch: 'L1' }, stored({}))).toBe('equal');
  });
});

test('a movement alone is not enough, and a place alone may be the address of a hub', () => {
  expect(compareStored({ movement_id: 'M', load: 5 }, { id: 'x', movement_id: 'M' })).toBe('thin');
  expect(compareStored(record, stored({ destination: 'Carrer de Balmes 1' }))).toBe('near');
});

describe('tonne-kilometres', () => {
  const withTkm: Fields = { ...record, tkm: 1232 };

  test('may be those that the API has worked out: close by they are the same, else nothing is proved', () => {
    expect(compareStored(withTkm, { ...withTkm, id: 'x' })).toBe('equal');
    expect(compareStored(withTkm, { ...withTkm, id: 'x', tkm: 1231.36 })).toBe('otherwise');
    expect(compareStored(withTkm, { ...withTkm, id: 'x', tkm: 1700 })).toBe('near');
  });

  test('tell two shipments apart where the API has nothing to work them out with', () => {
    const { distance_km: _distance, origin: _origin, ...alone } = withTkm;
    expect(compareStored(alone, { ...alone, id: 'x', tkm: 1231.36 })).toBe('contradicted');
  });
});
