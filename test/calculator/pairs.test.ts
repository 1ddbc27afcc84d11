import { describe, expect, test } from 'vitest';
import type { ShipmentRequest } from '../../src/records/request.ts';
import { createCalculator, issueOf, shipmentOf } from '../support/calculator.ts';

const calculator = createCalculator();
const leg = (category: ShipmentRequest['category'], origin: string, destination: string, country?: string) =>
  ({ category, origin, destination, load: 1000, origin_country: country }) satisfies ShipmentRequest;

describe('places without a country', () => {
  // Well-known distances; without the other end, each of the first places is in another part of the world.
  test.each([
    ['Córdoba', 'Sevilla', 140],
    ['Guadalajara', 'Toledo', 135],
    ['Valencia', 'Madrid', 355],
    ['Vitoria', 'Bilbao', 65],
    ['San Fernando', 'Cádiz', 15],
    ['Middelburg', 'Terneuzen', 35],
    ['Newcastle', 'London', 450],
    ['Lérida', 'Gerona', 230],
    ['Calais', 'Dover', 60],
    ['Dallas', 'Paris', 165],
  ])('by road from %s to %s are the pair that trades: about %d km', (origin, destination, km) => {
    const { distanceKm = 0 } = shipmentOf(calculator, leg('road', origin, destination));
    expect(Math.abs(distanceKm - km)).toBeLessThan(60);
  });

  test('by sea and air are chosen together as well', () => {
    expect(shipmentOf(calculator, leg('maritime', 'Cádiz', 'Las Palmas')).distanceSourceText).toBe('sea: ESCAD-ESLPA');
    expect(shipmentOf(calculator, leg('air', 'New York', 'London')).distanceKm).toBeGreaterThan(5000);
  });

  test('are likelier in the home country', () => {
    const request = leg('maritime', 'Valencia', 'Shanghai');
    const home = shipmentOf(createCalculator({ homeCountry: 'ES' }), request);
    expect(shipmentOf(calculator, request).warnings.map(({ code }) => code)).toContain('AMBIGUOUS_PLACE');
    expect(home.distanceSourceText).toBe('sea: ESVLC-CNSHA via suez');
  });
});

describe('codes', () => {
  test('of airports are no countries, and in the country that the row names', () => {
    expect(shipmentOf(calculator, leg('air', 'Boston (USA)', 'Madrid (ESP)')).distanceSourceText).toBe('air: BOS-MAD');
    expect(shipmentOf(calculator, leg('air', 'Hof', 'Madrid, Spain', 'DE')).distanceSourceText).not.toContain('HOF');
    expect(issueOf(calculator, leg('air', 'MAD', 'JFK', 'FR'))?.code).toBe('UNKNOWN_PLACE');
  });

  test('of ports are no towns in capitals', () => {
    const { distanceKm = 0 } = shipmentOf(calculator, leg('road', 'USLAR', 'Göttingen, Germany', 'DE'));
    expect(distanceKm).toBeLessThan(60);
    const macas = shipmentOf(calculator, leg('road', 'MACAS', 'Quito, Ecuador', 'EC'));
    expect(macas.distanceSourceText).toContain('Macas, EC');
  });
});

describe('countries in the text', () => {
  test.each([
    ['Armenia, Colombia', 'Bogotá, Colombia', 320],
    ['Granada, España', 'Jaén, España', 110],
  ])('%s is a town, though it has a country’s name', (origin, destination, most) => {
    const { distanceKm = 0, distanceSourceText } = shipmentOf(calculator, leg('road', origin, destination));
    expect(distanceSourceText).toContain(origin.split(',')[0]);
    expect(distanceKm).toBeLessThan(most);
  });

  test.each(['Stanley, Nowhereland', 'Bethlehem, Nowhereland', 'Rotterdam, Spain'])('%s is refused', (origin) => {
    expect(issueOf(calculator, leg('road', origin, 'London, UK'))?.code).toBe('UNKNOWN_PLACE');
  });

  test('may have an ampersand', () => {
    const request = leg('maritime', 'San Fernando, Trinidad & Tobago', 'Rotterdam');
    expect(shipmentOf(calculator, request).distanceSourceText).toMatch(/^sea: TT/);
  });

  test('that contradict origin_country are said', () => {
    const result = shipmentOf(calculator, leg('road', 'Madrid, Spain', 'Lyon, France', 'MX'));
    expect(result.warnings.map(({ code }) => code)).toContain('COUNTRY_MISMATCH');
  });
});

test('texts that are too long for places are refused at once', () => {
  for (const origin of ['word '.repeat(20_000), '北'.repeat(5000), 'a,'.repeat(3000)]) {
    expect(issueOf(calculator, leg('road', origin, 'Madrid'))?.code).toBe('UNKNOWN_PLACE');
  }
});

test('line ends within places mix no rows up', () => {
  expect(issueOf(calculator, leg('road', 'Madrid', 'Spain\nXyzzyville'))?.message).toContain('destination');
  expect(issueOf(calculator, leg('road', 'Madrid\nSpain', 'Xyzzyville'))?.message).toContain('"Xyzzyville"');
});

describe('distances that make no sense', () => {
  test('are refused by sea, where the ports are farther from the places than from each other', () => {
    expect(issueOf(calculator, leg('maritime', 'Astrakhan, Russia', 'Baku, Azerbaijan'))?.code).toBe('NO_DISTANCE');
  });

  test('by road have a warning where the way round water is long', () => {
    const result = shipmentOf(calculator, leg('road', 'Milwaukee, USA', 'Muskegon, USA'));
    expect(result.warnings.map(({ code }) => code)).toContain('LONG_DETOUR');
  });
});

test('tonne-kilometres that are given with places and without load are the activity', () => {
  const result = shipmentOf(calculator, {
    ...leg('road', 'Madrid, Spain', 'Paris, France'),
    load: undefined,
    tkm: 1000,
  });
  expect(result.tonneKm).toBe(1000);
  expect(result.distanceKm).toBeGreaterThan(1000);
});

test('an electric vehicle has the grid of its origin also where the distance is given', () => {
  const request = { toc: 'van_electric', origin: 'Paris, France', destination: 'Lyon', distance_km: 10, load: 1000 };
  expect(shipmentOf(calculator, request).factorRegion).toBe('FR');
});

describe('intensities of the user’s own', () => {
  const bands = createCalculator({
    vehicleTypes: [
      {
        toc: 'mine',
        aliases: [],
        category: 'road',
        intensities: [
          { wtwKgPerTkm: 1, belowKm: 100, region: 'GLO', source: 'short' },
          { wtwKgPerTkm: 0.1, fromKm: 100, region: 'GLO', source: 'long' },
        ],
      },
      {
        toc: 'truck_diesel',
        aliases: [],
        category: 'road',
        intensities: [
          { wtwKgPerTkm: 9, region: 'SA', source: 'South America' },
          { wtwKgPerTkm: 2, region: 'AS', source: 'Asia' },
        ],
      },
    ],
  });

  test('hold for their distances, in any order of the rows', () => {
    const of = (km: number) => shipmentOf(bands, { toc: 'mine', distance_km: km, load: 1000 }).factorSource;
    expect([of(50), of(500), of(99), of(100)]).toEqual(['short', 'long', 'short', 'long']);
  });

  test('say where the distance is unknown, in any order of the rows', () => {
    const assumed = (activity: object) => shipmentOf(bands, { toc: 'mine', load: 1000, ...activity }).assumptionTexts;
    const long = 'factor: that of long distances, as none is known';
    expect([assumed({ tkm: 1 }), assumed({ distance_km: 500 }), assumed({ tkm: 1 })]).toEqual([[long], [], [long]]);
  });

  test('take continents for continents', () => {
    const of = (country: string) =>
      shipmentOf(bands, { toc: 'truck_diesel', distance_km: 1, load: 1, origin_country: country });
    expect(of('SA').factorSource).toBe('Asia');
    expect(of('BR').factorSource).toBe('South America');
  });

  test('keep the other names and the default load of the type that they replace', () => {
    const result = shipmentOf(bands, { toc: 'generic_average_road', distance_km: 1, origin_country: 'BR' });
    expect(result).toMatchObject({ toc: 'truck_diesel', loadT: 15.6 });
  });
});
