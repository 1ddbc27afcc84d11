import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { geodesicKm, type Position } from '../../src/calculator/distances/geodesic.ts';
import { readPorts, readSeaNetwork, type Passage, type Port } from '../../src/calculator/distances/sea.ts';

interface Reference {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly [string, string];
  readonly nm: number;
  /** Per cent. */
  readonly tolerance: number;
  readonly kind: 'truth' | 'regression' | 'rounded';
  readonly avoid?: readonly Passage[];
  readonly passages?: readonly Passage[];
  /** Why this is more than the tolerance shorter than a figure that is not an independent truth. */
  readonly shorterBecause?: string;
}

const { rows: references } = JSON.parse(readFileSync(new URL('sea-distances.json', import.meta.url), 'utf8')) as {
  rows: readonly Reference[];
};

const ports = readPorts();
const seas = readSeaNetwork();
const seaports = [...ports].filter(({ isSeaport }) => isSeaport);
const none: ReadonlySet<Passage> = new Set();
const nm = 1.852;

function port(code: string): Port {
  const found = ports.byLocode(code);
  if (found === undefined) throw new Error(`no port ${code}`);
  return found;
}
const route = (from: string, to: string, ...avoid: readonly Passage[]) =>
  seas.route(port(from), port(to), new Set(avoid));

describe('ways by sea', () => {
  const found = references.map((reference) => {
    const way = route(...reference.ports, ...(reference.avoid ?? []));
    return { ...reference, way, percent: ((way?.km ?? 0) / nm / reference.nm - 1) * 100 };
  });

  test.each(found.map((one) => [`${one.from}-${one.to} (${one.kind})`, one] as const))(
    'have the lengths that others give: %s',
    (_, { percent, tolerance, shorterBecause, passages, way }) => {
      const [least, most] = shorterBecause === undefined ? [-tolerance, tolerance] : [-20, -tolerance];
      expect(percent).toBeGreaterThanOrEqual(least);
      expect(percent).toBeLessThanOrEqual(most);
      if (passages !== undefined) expect(way?.passages).toEqual(passages);
    },
  );

  test('can be compared with those lengths in a table', () => {
    const table = found.map(({ from, to, nm: expected, percent, way, kind, tolerance }) =>
      [`${from}-${to}`, expected, Math.round((way?.km ?? 0) / nm), `${percent.toFixed(1)} %`, kind, tolerance].join(
        ', ',
      ),
    );
    // oxlint-disable-next-line no-console -- for anyone who judges the accuracy
    console.info(`pair, reference nm, computed nm, deviation, kind, tolerance in %\n${table.join('\n')}`);
    const truths = found.filter(({ kind }) => kind === 'truth');
    expect(truths.reduce((sum, { percent }) => sum + Math.abs(percent), 0) / truths.length).toBeLessThan(1.5);
  });

  test('may avoid canals', () => {
    const open = route('CNSHA', 'NLRTM');
    expect(open?.passages).toEqual(['suez']);
    const withoutSuez = route('CNSHA', 'NLRTM', 'suez');
    // By Panama, which is a little shorter than by the Cape of Good Hope.
    expect(withoutSuez?.passages).toEqual(['panama']);
    expect(Math.abs((withoutSuez?.km ?? 0) / nm / 13_800 - 1)).toBeLessThan(0.04);
    expect(route('NLRTM', 'SGSIN', 'suez')?.passages).toEqual([]);

    const panama = route('USNYC', 'USLAX');
    expect(panama?.passages).toEqual(['panama']);
    expect(route('USNYC', 'USLAX', 'panama')?.km).toBeGreaterThan(2 * (panama?.km ?? Infinity));
    expect(route('USNYC', 'USLAX', 'suez')).toEqual(panama);
    expect(route('USNYC', 'USLAX', 'suez', 'panama')?.passages).toEqual([]);
  });

  test('name the canals in order', () => {
    expect(route('INMAA', 'PECLL', 'panama')?.passages).not.toContain('panama');
    expect(route('JOAQJ', 'PECLL')?.passages).toEqual(['suez', 'panama']);
    expect(route('PECLL', 'JOAQJ')?.passages).toEqual(['panama', 'suez']);
    expect(route('ESBCN', 'ITGOA')?.passages).toEqual([]);
  });

  test('go round land that is narrow between two ports', () => {
    // From coast to coast, with the least km that a ship goes round.
    const pairs: readonly (readonly [string, string, number, ...Passage[]])[] = [
      ['PABLB', 'PACTB', 15_000, 'panama'],
      ['EGPSD', 'EGSUZ', 20_000, 'suez'],
      ['CRCAL', 'CRMOB', 1_000],
      ['GTPRQ', 'GTSTC', 2_500],
      ['NICIO', 'CRMOB', 1_500],
      ['MXZLO', 'MXVER', 5_000],
      ['MXESE', 'MXGYM', 1_800],
      ['MYPEN', 'THSGZ', 1_300],
      ['MYPKG', 'MYKUA', 650],
      ['ITNAP', 'ITBRI', 800],
      ['DKEBJ', 'DKFRC', 350],
      ['TRSSX', 'TRMER', 1_900],
      ['FRBOD', 'FRFOS', 2_500],
      ['GRAST', 'GRPIR', 480],
      ['INTUT', 'INMAA', 1_100],
      ['RUMMK', 'RUVVO', 20_000],
    ];
    const tooShort = pairs.filter(([from, to, least, ...avoid]) => (route(from, to, ...avoid)?.km ?? 0) < least);
    expect(tooShort).toEqual([]);
  });

  test('go the short way between neighbours', () => {
    const pairs = [
      ['PABLB', 'PACTB', 95],
      ['EGPSD', 'EGSUZ', 185],
      ['ESBCN', 'ESPMI', 260],
      ['ESALG', 'ESCEU', 45],
      ['GBDVR', 'FRCQF', 50],
      ['FIHEL', 'EETLL', 95],
      ['EGALY', 'EGPSD', 300],
      ['DJJIB', 'SAJED', 1_300],
      ['RUNVS', 'GEPTI', 450],
      ['DEHAM', 'PLGDN', 830],
      ['HKHKG', 'TWKHH', 690],
      ['CAMTR', 'USCHI', 2_100],
    ] as const;
    expect(pairs.filter(([from, to, most]) => (route(from, to)?.km ?? Infinity) > most)).toEqual([]);
  });

  test('lead from every seaport to Rotterdam and Singapore', () => {
    expect(seaports.length).toBeGreaterThan(1_400);
    const lost = seaports.filter(({ locode }) =>
      ['NLRTM', 'SGSIN'].some((to) => to !== locode && route(locode, to) === undefined),
    );
    expect(lost).toEqual([]);
  });

  test('are as long as back, and no shorter than the geodesic', () => {
    const anyPort = fc.constantFrom(...seaports);
    const anyAvoid = fc.subarray<Passage>(['suez', 'panama']);
    fc.assert(
      fc.property(anyPort, anyPort, anyAvoid, (from, to, avoid) => {
        const there = seas.route(from, to, new Set(avoid));
        const back = seas.route(to, from, new Set(avoid));
        expect(there?.km).toBeCloseTo(back?.km ?? NaN, 6);
        expect(there?.passages).toEqual(back?.passages.toReversed());
        expect(there?.km).toBeGreaterThanOrEqual(0.99 * geodesicKm(from, to));
        for (const passage of avoid) expect(there?.passages).not.toContain(passage);
      }),
      { numRuns: 300 },
    );
  });

  test('begin at any place', () => {
    const atSea = { lat: 30, lon: -40 };
    const way = seas.route(atSea, port('ESBCN'), none);
    expect(way?.km).toBeGreaterThan(geodesicKm(atSea, port('ESBCN')));
    expect(seas.route(port('CNSHA'), port('CNSGH'), none)).toEqual({ km: 0, passages: [] });
    const nearby = { lat: port('ESBCN').lat + 0.003, lon: port('ESBCN').lon };
    expect(seas.route(port('ESBCN'), nearby, none)?.km).toBeCloseTo(geodesicKm(port('ESBCN'), nearby), 9);
  });
});

describe('ports', () => {
  test('are found by UN/LOCODE, under each of several codes', () => {
    expect(port('ESBCN')).toMatchObject({ name: 'Barcelona', country: 'ES', isSeaport: true });
    for (const [one, other] of [
      ['CNSHA', 'CNSGH'],
      ['CNNGB', 'CNNBO'],
      ['DJJIB', 'DJPOD'],
      ['TRAMB', 'TRAMR'],
    ] as const) {
      expect([port(one).lat, port(one).lon]).toEqual([port(other).lat, port(other).lon]);
    }
    expect(ports.byLocode('XXXXX')).toBeUndefined();
    expect(port('ANCUR').country).toBe('CW');
  });

  test('lie where they are', () => {
    for (const { locode, country, lat, lon } of ports) {
      expect(locode).toMatch(/^[A-Z]{2}[A-Z0-9]{3}$/);
      expect(country).toMatch(/^[A-Z]{2}$/);
      expect(Math.abs(lat)).toBeLessThan(72);
      expect(Math.abs(lon)).toBeLessThanOrEqual(180);
    }
    const places = [
      ['NLRTM', 51.95, 4.1],
      ['CNSHA', 31.37, 121.6],
      ['USLAX', 33.74, -118.26],
      ['MAPTM', 35.89, -5.5],
      ['CNYTN', 22.57, 114.28],
      ['PAMIT', 9.36, -79.88],
      ['BRITQ', -2.57, -44.37],
      ['DZAAE', 36.9, 7.77],
      ['REPDG', -20.92, 55.29],
      ['FRHON', 49.42, 0.23],
      ['ARBUE', -34.58, -58.37],
    ] as const;
    expect(places.filter(([code, lat, lon]) => geodesicKm(port(code), { lat, lon }) > 10)).toEqual([]);
  });

  test('are not seaports on land, on lakes without an outlet and on the Caspian Sea', () => {
    const onLand = ['USDEN', 'ESMAD', 'ESZAZ', 'ITMIL', 'UGKLA', 'RWKGL', 'AZBAK', 'INICD', 'DECGN', 'THLKR', 'KRSEL'];
    expect(onLand.filter((code) => port(code).isSeaport)).toEqual([]);
    const onRivers = ['USCHI', 'BRMAO', 'PYASU', 'DEBRE', 'FRURO', 'USPDX', 'CNNKG', 'GBLON'];
    expect(onRivers.filter((code) => !port(code).isSeaport)).toEqual([]);
  });

  test('are sensible for places', () => {
    const places: readonly (readonly [name: string, place: Position, country: string | undefined, code: string])[] = [
      ['Barcelona', { lat: 41.39, lon: 2.16 }, 'ES', 'ESBCN'],
      ['Madrid', { lat: 40.42, lon: -3.7 }, 'ES', 'ESVLC'],
      ['Zaragoza', { lat: 41.65, lon: -0.88 }, 'ES', 'ESTAR'],
      ['Paris', { lat: 48.85, lon: 2.35 }, 'FR', 'FRLEH'],
      ['Munich', { lat: 48.14, lon: 11.58 }, 'DE', 'DEHAM'],
      ['Munich, country unknown', { lat: 48.14, lon: 11.58 }, undefined, 'ITVCE'],
      ['Prague', { lat: 50.09, lon: 14.42 }, 'CZ', 'DEHAM'],
      ['Zurich', { lat: 47.37, lon: 8.55 }, 'CH', 'ITGOA'],
      ['Milan', { lat: 45.46, lon: 9.19 }, 'IT', 'ITGOA'],
      ['Rotterdam', { lat: 51.92, lon: 4.48 }, 'NL', 'NLRTM'],
      ['Moscow', { lat: 55.75, lon: 37.62 }, 'RU', 'RULED'],
      ['Johannesburg', { lat: -26.2, lon: 28.04 }, 'ZA', 'ZADUR'],
      ['Kampala', { lat: 0.32, lon: 32.58 }, 'UG', 'KEMBA'],
      ['La Paz', { lat: -16.5, lon: -68.15 }, 'BO', 'CLARI'],
      ['Shanghai', { lat: 31.22, lon: 121.46 }, 'CN', 'CNSHA'],
      ['Chengdu', { lat: 30.67, lon: 104.07 }, 'CN', 'CNQZH'],
      ['Delhi', { lat: 28.65, lon: 77.23 }, 'IN', 'INMUN'],
      ['Los Angeles', { lat: 34.05, lon: -118.24 }, 'US', 'USLGB'],
      ['Denver', { lat: 39.74, lon: -104.98 }, 'US', 'USLGB'],
      ['Chicago', { lat: 41.85, lon: -87.65 }, 'US', 'USCHI'],
      ['Calais', { lat: 50.95, lon: 1.85 }, 'FR', 'FRCQF'],
      ['Inca', { lat: 39.72, lon: 2.91 }, 'ES', 'ESPMI'],
    ];
    const chosen = places.map(([name, place, country]) => [name, ports.nearest(place, country)?.port.locode]);
    expect(chosen).toEqual(places.map(([name, , , code]) => [name, code]));
    expect(ports.nearest({ lat: 40.42, lon: -3.7 }, 'ES')?.km).toBeCloseTo(303, -1);
    expect(ports.nearest(port('ESBCN'), 'ES')).toEqual({ port: port('ESBCN'), km: 0 });
  });
});
