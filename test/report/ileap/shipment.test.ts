import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Leg } from '../../../src/report/ileap/leg.ts';
import { shipmentOf } from '../../../src/report/ileap/shipment.ts';

const leg = (own: Partial<Leg> = {}): Leg => ({
  shipmentId: 'S',
  input: 0,
  row: 1,
  stretch: undefined,
  stage: undefined,
  package: undefined,
  tocId: 'van',
  massKg: '10',
  distance: { sfd: '1' },
  tonneKm: '0.01',
  co2eWtw: '0.2',
  co2eTtw: '0.1',
  from: '2025-01-01',
  until: '2025-01-02',
  notes: [],
  ...own,
});

/** What precedes what, by the ids of elements. */
function chainOf(legs: readonly Leg[]): Record<string, readonly string[]> {
  const made = shipmentOf(legs);
  if (!('data' in made)) throw new Error(JSON.stringify(made));
  return Object.fromEntries(
    made.data.tces.map(({ tocId, prevTceIds = [], tceId }) => [`${tceId} ${tocId}`, prevTceIds]),
  );
}

const at = (stretch: string | undefined, tocId: string, own: Partial<Leg> = {}): Leg => leg({ stretch, tocId, ...own });

test('what follows what comes from stretches, else stages, never from rows', () => {
  const following = { 'S-1 a': [], 'S-2 b': ['S-1'], 'S-3 c': ['S-2'] };
  expect(chainOf([at('10', 'c'), at('8', 'a'), at('9', 'b')])).toEqual(following);
  expect(chainOf([leg({ stage: '2', tocId: 'b' }), leg({ stage: '1', tocId: 'a' })])).toEqual({
    'S-1 a': [],
    'S-2 b': ['S-1'],
  });
  const apart = { 'S-1 a': [], 'S-2 b': [] };
  expect(chainOf([at(undefined, 'a'), at(undefined, 'b')])).toEqual(apart);
  expect(chainOf([at('1', 'a'), at(undefined, 'b')])).toEqual(apart);
  expect(chainOf([at('first', 'a'), at('last', 'b')])).toEqual(apart);
  // Between 1 and 3 a leg is missing, or is not: the rows do not say.
  expect(chainOf([at('1', 'a'), at('3', 'b')])).toEqual(apart);
});

test('packages follow themselves', () => {
  const [one, two] = [{ package: 'p' }, { package: 'q', massKg: '5' }];
  const legs = [at('1', 'a', one), at('1', 'b', two), at('2', 'c', two), at('2', 'd', one)];
  expect(chainOf(legs)).toEqual({ 'S-1 a': [], 'S-2 b': [], 'S-3 c': ['S-2'], 'S-4 d': ['S-1'] });
  expect(shipmentOf(legs)).toMatchObject({ data: { mass: '15' } });
});

test('a shipment whose legs differ in mass without packages is left out', () => {
  expect(shipmentOf([leg(), leg({ massKg: '11' })])).toMatchObject([{ code: 'MASS_DIFFERS' }]);
  expect(shipmentOf([leg({ package: 'p' }), leg({ package: 'p', massKg: '11' })])).toMatchObject([
    { code: 'MASS_DIFFERS' },
  ]);
});

test('one missing leg leaves all of a shipment out', () => {
  const missing = { shipmentId: 'S', input: 0, row: 2, code: 'ROW_REFUSED', reason: 'r' } as const;
  expect(shipmentOf([leg(), missing, leg()])).toEqual([missing]);
});

test('the sums are those of the elements', () => {
  const amount = fc.integer({ min: 0, max: 1e12 }).map((nano) => (nano / 1e9).toFixed(9).replace(/\.?0+$/, ''));
  const any = fc.record({ tonneKm: amount, co2eWtw: amount }).map((own) => leg(own));
  fc.assert(
    fc.property(fc.array(any, { minLength: 1 }), (legs) => {
      const made = shipmentOf(legs);
      if (!('data' in made)) throw new Error('left out');
      const nanos = (texts: readonly string[]): number =>
        texts.reduce((sum, text) => sum + Math.round(Number(text) * 1e9), 0);
      expect(nanos([made.tonneKm])).toBe(nanos(made.data.tces.map(({ transportActivity }) => transportActivity)));
      expect(nanos([made.co2eWtw])).toBe(nanos(made.data.tces.map(({ co2eWTW }) => co2eWTW)));
      expect(new Set(made.data.tces.map(({ tceId }) => tceId)).size).toBe(legs.length);
    }),
  );
});
