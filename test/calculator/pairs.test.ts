import { describe, expect, test } from 'vitest';
import type { ShipmentRequest } from '../../src/records/request.ts';
import { createCalculator, issueOf, shipmentOf } from '../support/calculator.ts';

const calculator = createCalculator();
const leg = (category: ShipmentRequest['category'], origin: string, destination: string, country?: string) =>
  ({ category, origin, destination, load: 1000, origin_country: country }) satisfies ShipmentRequest;

const camelCased = (field: string): string => field.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

describe('places without a country', () => {
  // Well-known distances; without the other end, each of the first places is in another part of the world.
  test.each([
    ['Córdoba', 'Sevilla', 140],
    ['Valencia', 'Madrid', 355],
    ['Vitoria', 'Bilbao', 65],
    ['San Fernando', 'Cádiz', 15],
    ['Middelburg', 'Terneuzen', 35],
    ['Newcastle', 'London', 450],
    ['Lérida', 'Gerona', 230],
    ['Calais', 'Dover', 60],
  ])('by road from %s to %s are the pair that trades: about %d km', (origin, destination, km) => {
    const { distanceKm = 0 } = shipmentOf(calculator, leg('road', origin, destination));
    expect(Math.abs(distanceKm - km)).toBeLessThan(60);
  });

  test('by sea and air are chosen together as well', () => {
    expect(shipmentOf(calculator, leg('maritime', 'Cádiz', 'Las Palmas')).distanceSourceText).toBe('sea: ESCAD-ESLPA');
    expect(shipmentOf(calculator, leg('air', 'New York', 'London')).distanceKm).toBeGreaterThan(5000);
  });

  test('by sea are those with a port', () => {
    expect(shipmentOf(calculator, leg('maritime', 'Valencia', 'Shanghai')).distanceSourceText).toBe(
      'sea: ESVLC-CNSHA via suez',
    );
  });

  // Two readings, one for its size and one for being near: either may be meant, so neither is taken.
  test.each([
    ['road', 'Guadalajara', 'Toledo', 'Toledo, OH, US; Toledo, ES'],
    ['road', 'Dallas', 'Paris', 'Paris, FR; Paris, TX, US'],
    ['road', 'Medina', 'Cleveland', 'Medina, SA; Medina, OH, US'],
  ] as const)('by %s from %s to %s are refused with their candidates', (category, origin, destination, candidates) => {
    const issue = issueOf(calculator, leg(category, origin, destination));
    expect(issue).toMatchObject({ code: 'UNKNOWN_PLACE', hint: expect.stringContaining('--home-country') });
    expect(issue?.message).toContain(candidates);
  });

  test('are taken in the home country, or where country, region or postcode of the row say', () => {
    const spanish = createCalculator({ homeCountry: 'ES' });
    const request = leg('road', 'Guadalajara', 'Toledo');
    const toSpain = { ...request, destination_postcode: '45001' };
    for (const { distanceKm = 0 } of [
      shipmentOf(spanish, request),
      shipmentOf(calculator, { ...request, origin_country: 'ES' }),
      shipmentOf(calculator, { ...toSpain, origin_postcode: '19001' }),
      shipmentOf(calculator, { ...toSpain, origin_region: 'Castilla-La Mancha' }),
    ]) {
      expect(Math.abs(distanceKm - 135)).toBeLessThan(40);
    }
    const { distanceSourceText } = shipmentOf(calculator, {
      ...leg('road', 'Madrid', 'Toledo'),
      destination_country: 'España',
    });
    expect(distanceSourceText).toContain('Toledo, ES');
  });

  test('are not taken abroad where the other places of the file lie in a country that has one', () => {
    const request = leg('air', 'Cuenca', 'Bogotá');
    const ours = createCalculator();
    expect(shipmentOf(ours, request).distanceSourceText).toBe('air: CUE-BOG');
    const spain = 'Zaragoza, Bilbao, Sevilla, Murcia, Getafe, Vigo, Burgos, Huesca, Soria, Lleida, Irún'.split(', ');
    ours.distances.setNeighbours(spain);
    // One place abroad of a dozen leaves them where they are; what was calculated before does not matter.
    expect(issueOf(ours, leg('air', 'Valencia', 'Bogotá'))?.message).toContain('could be Valencia, VE; Valencia, ES');
    ours.distances.setNeighbours([]);
    expect(shipmentOf(ours, leg('air', 'Valencia', 'Bogotá')).warnings.map(({ code }) => code)).toEqual([
      'AMBIGUOUS_PLACE',
    ]);
  });
});

describe('postcodes and regions in columns of their own', () => {
  test.each([
    ['Santiago', { destination_postcode: '15701' }, 'Santiago de Compostela, ES'],
    ['Villanueva de la Serena', { destination_postcode: '6700' }, 'Villanueva de la Serena, ES'],
    ['Springfield', { destination_postcode: '62701' }, 'Springfield, US'],
    ['London', { destination_postcode: 'N6A 1A1' }, 'London, CA'],
    ['Toledo', { destination_region: 'Ohio' }, 'Toledo, US'],
    ['Frankfurt', { destination_region: 'Brandenburg' }, 'Frankfurt (Oder), DE'],
    ['Frankfurt', { destination_postcode: '15230' }, 'Frankfurt (Oder), DE'],
    ['Perth', { destination_country: 'Scotland' }, 'Perth, GB'],
  ])('%s with %o is %s', (text, hints, name) => {
    const pair = calculator.distances.places({
      category: 'air',
      origin: 'Madrid, Spain',
      destination: text,
      destinationPostcode: undefined,
      ...Object.fromEntries(Object.entries(hints).map(([field, value]) => [camelCased(field), value])),
    });
    expect('ok' in pair ? pair.issue.message : `${pair.to.name}, ${pair.to.country}`).toBe(name);
  });

  test('contradict in the other province only', () => {
    const warningsOf = (hints: object) =>
      shipmentOf(calculator, { ...leg('road', 'Madrid, Spain', 'Sevilla'), ...hints }).warnings;
    expect(warningsOf({ destination_postcode: '41001' })).toEqual([]);
    expect(warningsOf({ destination_postcode: '28001' })).toMatchObject([
      { code: 'POSTCODE_MISMATCH', message: expect.stringContaining('Sevilla, ES') },
    ]);
    // No town of a country whose postcodes are not known by region.
    const danish = { ...leg('road', 'Hamburg, Germany', 'Aarhus'), destination_postcode: '8000' };
    expect(shipmentOf(calculator, danish).warnings.map(({ code }) => code)).not.toContain('POSTCODE_MISMATCH');
  });
});

describe('within one town', () => {
  test('a trip by road has a distance of its own, counted as an assumption', () => {
    const trip = leg('road', '28001 Madrid', 'Madrid, España');
    const result = shipmentOf(calculator, trip);
    expect(result).toMatchObject({ distanceKm: 10, distanceSourceText: 'road: within Madrid, ES' });
    expect(result.assumptionTexts).toContain('distance: 10 km for a trip within Madrid, ES');
    expect(shipmentOf(createCalculator({ intraCityKm: 6.5 }), trip).distanceKm).toBe(6.5);
  });

  test.each([
    ['road', 'Duisburg Zentrallager', 'Duisburg'],
    ['rail', 'Madrid', 'Madrid'],
    ['road', '40.4168,-3.7038', '40.4168,-3.7038'],
  ] as const)('by %s from %s to %s has none', (category, origin, destination) => {
    expect(issueOf(calculator, leg(category, origin, destination))?.code).toBe('NO_DISTANCE');
  });
});

describe('codes', () => {
  test('of airports are not countries, and in the country that the row names', () => {
    expect(shipmentOf(calculator, leg('air', 'Boston (USA)', 'Madrid (ESP)')).distanceSourceText).toBe('air: BOS-MAD');
    expect(shipmentOf(calculator, leg('air', 'Hof', 'Madrid, Spain', 'DE')).distanceSourceText).not.toContain('HOF');
    expect(issueOf(calculator, leg('air', 'MAD', 'JFK', 'FR'))?.code).toBe('UNKNOWN_PLACE');
  });

  test('of ports are not towns in capitals', () => {
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

describe('short names of towns', () => {
  test.each([
    ['Madrid', 'Torrejón', 25],
    ['Madrid', 'Alcalá', 40],
    ['Barcelona', 'Sant Cugat', 15],
    ['Porto', 'Vila Nova', 5],
    ['Lille', 'Villeneuve', 10],
    ['Milano', 'Reggio', 185],
    ['Leeds', 'Newcastle', 160],
  ])('from %s to %s: the near one, about %d km', (origin, destination, km) => {
    const { distanceKm = 0 } = shipmentOf(calculator, leg('road', origin, destination));
    expect(Math.abs(distanceKm - km)).toBeLessThan(25);
  });

  test.each([
    ['Madrid', 'San Fernando'],
    ['Madrid', 'Villanueva'],
    ['Madrid', 'Santiago'],
  ])('from %s to %s are open: refused, or said', (origin, destination) => {
    const request = leg('road', origin, destination);
    const outcome = calculator.shipment(request);
    if (outcome.ok) expect(outcome.warnings.map(({ code }) => code)).toContain('AMBIGUOUS_PLACE');
    else expect(outcome.issue).toMatchObject({ code: 'UNKNOWN_PLACE', field: 'destination' });
  });
});

test.each([
  'Leeds and Manchester',
  'Madrid y Valencia',
  'Lille et Lyon',
  'Berlin und Hamburg',
  'Milano e Roma',
  'Barcelona/Valencia',
  'Porto + Lisboa',
])('two towns in one text are no place: %s', (text) => {
  const issue = issueOf(calculator, leg('road', 'Zaragoza', text));
  expect(issue).toMatchObject({ field: 'destination', message: expect.stringContaining('more than one place') });
});

test.each([
  ['Milano', 'M1 1AA'],
  ['Lisboa', '28001'],
  ['Madrid', '75001'],
  ['Manchester', '28001'],
  ['Wien', '10115'],
  ['Berlin', '00-950'],
])('%s does not lie where the postcode %s does, without any country', (destination, postcode) => {
  const request = { ...leg('road', 'Paris', destination), destination_postcode: postcode };
  const outcome = calculator.shipment(request);
  if (outcome.ok) expect(outcome.warnings.map(({ code }) => code)).toContain('POSTCODE_MISMATCH');
  else expect(outcome.issue.field).toBe('destination');
});
