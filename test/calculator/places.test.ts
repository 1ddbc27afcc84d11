import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeSources } from '../../src/calculator/calculator.ts';
import { greatCircleKm } from '../../src/calculator/distances/geodesic.ts';
import { readGazetteer } from '../../src/calculator/places/gazetteer.ts';
import { Places } from '../../src/calculator/places/places.ts';
import { TownGrid } from '../../src/calculator/places/town-grid.ts';
import { readCoordinates, splitPlace } from '../../src/calculator/places/read-place.ts';
import type { Category } from '../../src/records/request.ts';
import { words } from '../support/calculator.ts';

interface Spelling {
  readonly text: string;
  readonly country: string | null;
  readonly category?: Category;
  readonly expect: { readonly name: string; readonly country: string; readonly lat: number; readonly lon: number };
  readonly withinKm?: number;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
const { spellings } = read<{ spellings: Spelling[] }>('place-spellings.json');
const { texts } = read<{ texts: Pick<Spelling, 'text' | 'country' | 'category'>[] }>('unknown-places.json');

const places = new Places(placeSources(words, []));
const resolve = ({ text, country, category = 'road' }: Pick<Spelling, 'text' | 'country' | 'category'>) =>
  places.resolve(text, { country: country ?? undefined, category });

describe('the spellings of places', () => {
  const results = spellings.map((spelling) => {
    const result = resolve(spelling);
    const { lat, lon } = spelling.expect;
    const km = result.ok ? greatCircleKm(result.place.lat, result.place.lon, lat, lon) : Infinity;
    return { spelling, result, isRight: km <= (spelling.withinKm ?? 15) };
  });
  const wrong = results.filter(({ isRight }) => !isRight);

  test(`of which there are ${String(spellings.length)}, at least 99 % are resolved rightly`, () => {
    expect(spellings.length).toBeGreaterThanOrEqual(200);
    const list = wrong.map(({ spelling }) => spelling.text).join('; ');
    console.info(`places: ${String(results.length - wrong.length)} of ${String(results.length)} right; wrong: ${list}`);
    expect(wrong.length / results.length).toBeLessThanOrEqual(0.01);
  });

  test('are never wrong without a word', () => {
    for (const { spelling, result } of wrong) {
      expect([spelling.text, !result.ok || result.doubts.length > 0]).toEqual([spelling.text, true]);
    }
  });
});

test.each(texts)('$text ($country) is unknown', (unknown) => {
  expect(resolve(unknown)).toMatchObject({ ok: false, reason: expect.any(String), hint: expect.any(String) });
});

describe('ambiguity', () => {
  const doubtsOf = (text: string, hints = {}) => {
    const result = places.resolve(text, hints);
    return result.ok ? result.doubts.map(({ kind }) => kind) : [];
  };

  test('is said, unless country, region or postcode decides', () => {
    expect(doubtsOf('Valencia')).toEqual(['one of several']);
    expect(doubtsOf('Springfield, USA')).toEqual(['one of several']);
    expect(doubtsOf('Valencia', { country: 'ES' })).toEqual([]);
    expect(doubtsOf('Springfield, IL')).toEqual([]);
    expect(doubtsOf('46001 Valencia, España')).toEqual([]);
    expect(doubtsOf('Paris')).toEqual([]);
  });

  test('goes to the likelier country', () => {
    const result = places.resolve('Valencia', { likelyCountry: 'ES' });
    expect(result).toMatchObject({ ok: true, place: { country: 'ES' } });
  });

  test('of a site next to its town is said, and two towns are none', () => {
    expect(doubtsOf('Madrid Barajas')).toEqual(['partly read']);
    expect(doubtsOf('Duisburg Logport')).toEqual(['partly read']);
    expect(resolve({ text: 'Madrid-Barcelona', country: null })).toMatchObject({ ok: false });
  });

  test('between town and postcode is said', () => {
    expect(doubtsOf('28906 Barcelona, España')).toEqual(['other postcode']);
    expect(doubtsOf('08001 Barcelona, España')).toEqual([]);
  });

  test('that is passed on the way to another is refused', () => {
    for (const text of [
      'Barcelona vía Valencia',
      'München über Berlin',
      'Lyon via Dijon',
      'Roma passando per Firenze',
    ]) {
      expect(resolve({ text, country: null })).toMatchObject({
        ok: false,
        reason: expect.stringContaining('more than one'),
      });
    }
    expect(resolve({ text: 'Via Torino, Milano', country: null })).toMatchObject({ ok: true });
  });

  test('of what follows the town is said', () => {
    expect(doubtsOf('Madrid, Foobarland')).toEqual(['partly read']);
  });
});

test('an unknown place has the nearest names, or the countries where it is', () => {
  expect(resolve({ text: 'Barcelna, Spain', country: null })).toMatchObject({
    reason: expect.stringContaining('"barcelona"'),
  });
  expect(resolve({ text: 'Rotterdam, Spain', country: null })).toMatchObject({
    reason: expect.stringContaining('there is Rotterdam, NL'),
  });
});

test('the gazetteer finds the town nearest to a position, also over the 180th meridian', () => {
  const gazetteer = readGazetteer();
  expect(gazetteer.size).toBeGreaterThan(190_000);
  expect(gazetteer.nearest({ lat: 40.42, lon: -3.7 }).town.country).toBe('ES');
  expect(gazetteer.nearest({ lat: -16.8, lon: -179.9 }).town.country).toBe('FJ');
});

test.each([
  ['40.4168,-3.7038', { lat: 40.4168, lon: -3.7038 }],
  ['40,4168; -3,7038', { lat: 40.4168, lon: -3.7038 }],
  ['40.4168° N, 3.7038° W', { lat: 40.4168, lon: -3.7038 }],
  ['lat 40.4168 lon -3.7038', { lat: 40.4168, lon: -3.7038 }],
  ['95.0,10.0', 'out of range'],
  ['28001', undefined],
  ['Madrid', undefined],
])('coordinates %s', (text, expected) => {
  expect(readCoordinates(text)).toEqual(expected);
});

test.each([
  ['D-80331 München', [{ text: 'München', postcode: '80331', country: 'DE' }]],
  ['Calle Mayor 5 28013 Madrid', [{ text: 'Calle Mayor 5' }, { text: 'Madrid', postcode: '28013' }]],
  ['SW1A 1AA London, UK', [{ text: 'London', postcode: 'SW1A 1AA' }, { text: 'UK' }]],
  ['1012 AB Amsterdam', [{ text: 'Amsterdam', postcode: '1012 AB' }]],
  ['Roncadelle (BS)', [{ text: 'Roncadelle' }, { text: 'BS' }]],
])('%s is taken apart', (text, parts) => {
  expect(splitPlace(text)).toMatchObject(parts);
});

test('the nearest town is the one that a search of all finds', () => {
  const gazetteer = readGazetteer();
  const sample = Array.from({ length: 4000 }, (_, at) => gazetteer.town(at * 49));
  const grid = new TownGrid(
    Int32Array.from(sample, ({ lat }) => Math.round(lat * 1e4)),
    Int32Array.from(sample, ({ lon }) => Math.round(lon * 1e4)),
  );
  const kmTo = (lat: number, lon: number, town: number): number => {
    const { lat: townLat, lon: townLon } = sample[town] ?? { lat: 0, lon: 0 };
    return greatCircleKm(lat, lon, townLat, townLon);
  };
  fc.assert(
    fc.property(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      (lat, lon) => {
        const least = Math.min(...sample.map((_, town) => kmTo(lat, lon, town)));
        expect(kmTo(lat, lon, grid.nearest({ lat, lon }))).toBeCloseTo(least, 3);
      },
    ),
    { numRuns: 500 },
  );
});

describe('names as people shorten them', () => {
  test.each([
    ['Ejido, El', 'El Ejido', 'ES'],
    ['Coruña (La)', 'A Coruña', 'ES'],
    ['Rozas', 'Las Rozas de Madrid', 'ES'],
    ['Sesto S. Giovanni', 'Sesto San Giovanni', 'IT'],
    ['Castel S. Pietro Terme', 'Castel San Pietro Terme', 'IT'],
    ['Reggio C.', 'Reggio Calabria', 'IT'],
    ['Vila N. de Gaia', 'Vila Nova de Gaia', 'PT'],
    ['V. N. Famalicão', 'Vila Nova de Famalicão', 'PT'],
    ['Hoek v. Holland', 'Hoek van Holland', 'NL'],
    ['Çorlu/Tekirdağ', 'Çorlu', 'TR'],
  ])('%s is %s', (text, name, country) => {
    expect(places.resolve(text, { category: 'road' })).toMatchObject({ ok: true, place: { name, country } });
  });

  test.each([
    ['Athens, EL', 'Athens', 'GR'],
    ['Vientiane, LA', 'Vientiane', 'LA'],
    ['Monroe, LA', 'Monroe', 'US'],
  ])('letters of a country or state are no article: %s', (text, name, country) => {
    expect(places.resolve(text, { category: 'road' })).toMatchObject({ ok: true, place: { name, country } });
  });
});
