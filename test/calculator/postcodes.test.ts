import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { greatCircleKm } from '../../src/calculator/distances/geodesic.ts';
import { readGazetteer } from '../../src/calculator/places/gazetteer.ts';
import { readRegions } from '../../src/calculator/places/regions.ts';
import { createCalculator } from '../support/calculator.ts';

const { towns } = JSON.parse(readFileSync(new URL('postcodes.json', import.meta.url), 'utf8')) as {
  readonly towns: Readonly<Record<string, readonly (readonly [name: string, postcode: string])[]>>;
};
/** Where areas are towns of post offices, a postcode is hardly ever that of a town this far from its own, km. */
const otherAreaKm = 150;

describe.each(Object.entries(towns))('postcodes of %s', (country, rows) => {
  const regions = readRegions();
  const located = rows.map(([name, postcode]) => {
    const named = readGazetteer().find(name);
    const there = named.find(({ town }) => town.country === country && regions.hasPostcode(town, postcode) === true);
    return { name, postcode, town: there?.town };
  });

  test('are where their towns are', () => {
    expect(located.filter(({ town }) => town === undefined)).toEqual([]);
  });

  test.runIf(['GB', 'NL', 'PL', 'PT'].includes(country))('are not where far towns are', () => {
    const far = located.flatMap(({ name, town }) =>
      located.flatMap(({ town: other, postcode }) =>
        town !== undefined &&
        other !== undefined &&
        greatCircleKm(town.lat, town.lon, other.lat, other.lon) > otherAreaKm
          ? [{ name, postcode, verdict: regions.hasPostcode(town, postcode) }]
          : [],
      ),
    );
    const taken = far.filter(({ verdict }) => verdict !== false);
    console.info(`${country}: ${String(taken.length)} of ${String(far.length)} postcodes taken for those of far towns`);
    expect(taken.length).toBeLessThanOrEqual(far.length * 0.005);
  });
});

describe('a postcode', () => {
  const { places } = createCalculator();

  test.each([
    ['Newcastle ST5 1AA', {}, 'Newcastle under Lyme'],
    ['Newcastle', { country: 'GB', postcode: 'NE1 4ST' }, 'Newcastle upon Tyne'],
    ['1200 W Lake St, Springfield, IL 62701', { country: 'US' }, 'Springfield'],
    ['Richmond', { country: 'GB', postcode: 'DL10 4AA' }, 'Richmond'],
  ])('tells %s with %o from its namesakes', (text, hints, name) => {
    expect(places.resolve(text, hints)).toMatchObject({ ok: true, place: { name }, doubts: [] });
  });

  test.each([
    ['Nowa Wieś', { country: 'PL', postcode: '16-402' }],
    ['Wellington TA21 8AA', {}],
    ['Wellington', { country: 'GB', postcode: 'TA21' }],
  ])('refuses %s with %o, a village that is not known there', (text, hints) => {
    expect(places.resolve(text, hints)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('is not known where the postcode'),
    });
  });

  test('of a country whose areas are not known decides nothing, and that is said', () => {
    expect(places.resolve('Nová Ves', { country: 'CZ', postcode: '277 52' })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(
        /^is the name of \d+ places in CZ, and where the postcode "277 52" is, is not known$/,
      ),
    });
    expect(places.resolve('Praha', { country: 'CZ', postcode: '110 00' })).toMatchObject({ ok: true, doubts: [] });
  });

  test('of an island of its own is none of the United Kingdom', () => {
    expect(places.resolve('Douglas', { country: 'IM', postcode: 'IM1 2AB' })).toMatchObject({ ok: true, doubts: [] });
  });
});
