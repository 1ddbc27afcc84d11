import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { greatCircleKm, type Position } from '../../src/calculator/distances/geodesic.ts';
import type { Category } from '../../src/records/request.ts';
import { createCalculator } from '../support/calculator.ts';

interface Lists {
  readonly places: Readonly<Record<string, readonly [lat: number, lon: number, source: string]>>;
  readonly spellings: readonly {
    readonly place: string;
    readonly category: Category;
    readonly country?: string;
    readonly texts: readonly string[];
  }[];
  readonly pairs: readonly (readonly [Category, origin: string, destination: string, from: string, to: string])[];
}

const lists = JSON.parse(readFileSync(new URL('freight-places.json', import.meta.url), 'utf8')) as Lists;

/** Farther than this from where it should be, a place is wrong, km. */
const wrongKm = 50;

const isAt = (key: string, { lat, lon }: Position): boolean => {
  const [expectedLat, expectedLon] = lists.places[key] ?? [Number.NaN, Number.NaN];
  return greatCircleKm(expectedLat, expectedLon, lat, lon) <= wrongKm;
};

type Outcome = 'right' | 'wrong with a word' | 'wrong without a word' | 'refused';

/** What must hold of a list, whatever its texts: nothing silently wrong, at most 1 % wrong, at most 3 % refused. */
function expectSound(outcomes: readonly (readonly [text: string, Outcome])[]): void {
  const of = (outcome: Outcome): string[] => outcomes.flatMap(([text, each]) => (each === outcome ? [text] : []));
  const [wrong, refused] = [of('wrong with a word'), of('refused')];
  const all = outcomes.length;
  console.info(`${String(of('right').length)} of ${String(all)} right; wrong with a warning: ${wrong.join('; ')}`);
  console.info(`refused: ${refused.join('; ')}`);
  expect(of('wrong without a word')).toEqual([]);
  expect(wrong.length).toBeLessThanOrEqual(all * 0.01);
  expect(refused.length).toBeLessThanOrEqual(all * 0.03);
}

describe('places in freight files', () => {
  const calculator = createCalculator();

  test('in at least 500 spellings are right, or refused', () => {
    const outcomes = lists.spellings.flatMap(({ place, category, country, texts }) =>
      texts.map((text): readonly [string, Outcome] => {
        const result = calculator.places.resolve(text, { category, country });
        if (!result.ok) return [text, 'refused'];
        if (isAt(place, result.place)) return [text, 'right'];
        return [text, result.doubts.length > 0 ? 'wrong with a word' : 'wrong without a word'];
      }),
    );
    expect(outcomes.length).toBeGreaterThanOrEqual(500);
    expectSound(outcomes);
  });

  test('in at least 300 routes of bare names are right, or refused', () => {
    const outcomes = lists.pairs.map(([category, origin, destination, from, to]): readonly [string, Outcome] => {
      const text = `${category} ${origin} - ${destination}`;
      const pair = calculator.distances.places({ category, origin, destination });
      if ('ok' in pair) return [text, 'refused'];
      if (isAt(from, pair.from) && isAt(to, pair.to)) return [text, 'right'];
      return [text, pair.doubts.length > 0 ? 'wrong with a word' : 'wrong without a word'];
    });
    expect(outcomes.length).toBeGreaterThanOrEqual(300);
    expectSound(outcomes);
  });

  test('have positions that something confirms', () => {
    for (const [key, [, , source]] of Object.entries(lists.places)) {
      expect([key, source]).toEqual([key, expect.stringMatching(/^(?:SimpleMaps|OurAirports|general)$/)]);
    }
  });
});
