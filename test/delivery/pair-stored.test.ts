import { describe, expect, test } from 'vitest';
import { type Candidate, pairStored } from '../../src/delivery/pair-stored.ts';
import type { Fields } from '../../src/records/kind.ts';

const leg = (more: Fields): Fields => ({ movement_id: 'M', category: 'road', load: 5, ...more });
const there = (id: string, more: Fields, mayBeOlder = false): Candidate => ({
  id,
  fields: { ...leg(more), id },
  mayBeOlder,
});

function pair(records: readonly Fields[], candidates: readonly Candidate[]) {
  const found = pairStored(new Map(records.map((record, index) => [index, record])), candidates);
  return records.map((_, index) => {
    const finding = found.get(index);
    if (finding?.kind !== 'stored') return finding?.kind;
    const { candidate, surplus } = finding;
    return surplus.length === 0 ? candidate.id : `${candidate.id} and ${surplus.join()}`;
  });
}

test('legs find themselves, and those that are not there are missing', () => {
  const legs = ['A', 'B', 'C'].map((origin) => leg({ origin, destination: 'X' }));
  expect(
    pair(legs, [there('c', { origin: 'C', destination: 'X' }), there('a', { origin: 'A', destination: 'X' })]),
  ).toEqual(['a', 'missing', 'c']);
});

test('each stored record counts for one', () => {
  const record = leg({ client: 'SEUR' });
  expect(pair([record, record], [there('x', { client: 'SEUR' })])).toEqual(['x', 'missing']);
  expect(pair([record, record], [there('x', { client: 'SEUR' }), there('y', { client: 'SEUR' })])).toEqual(['x', 'y']);
});

test('what is there more often than it was sent is said', () => {
  const record = leg({ client: 'SEUR' });
  const three = ['x', 'y', 'z'].map((id) => there(id, { client: 'SEUR' }));
  expect(pair([record], three)).toEqual(['x and y,z']);
  expect(pair([record, record], three)).toEqual(['x and z', 'y']);
});

test('those that are equal pair off before those that are written otherwise', () => {
  const records = [leg({ origin: 'Madrid' }), leg({ origin: 'Madrid, Spain' })];
  const both = [there('long', { origin: 'Madrid, Spain' }), there('short', { origin: 'Madrid' })];
  expect(pair(records, both)).toEqual(['short', 'long']);
  expect(pair(records, both.slice(0, 1))).toEqual(['missing', 'long']);
});

test('what is written otherwise is paired where only one way is left', () => {
  const records = [leg({ distance_km: 10.4 }), leg({ distance_km: 20.4 })];
  expect(pair(records, [there('b', { distance_km: 20 }), there('a', { distance_km: 10 })])).toEqual(['a', 'b']);
  const alike = [leg({ distance_km: 10.4 }), leg({ distance_km: 10.3 })];
  expect(pair(alike, [there('a', { distance_km: 10 })])).toEqual(['open', 'open']);
  const same = [leg({ distance_km: 10.4 }), leg({ distance_km: 10.4 })];
  expect(pair(same, [there('a', { distance_km: 10 })])).toEqual(['a', 'missing']);
});

test('one that may have been there before proves neither', () => {
  expect(pair([leg({ client: 'SEUR' })], [there('old', { client: 'SEUR' }, true)])).toEqual(['open']);
  const both = [there('old', { client: 'SEUR' }, true), there('new', { client: 'SEUR' })];
  expect(pair([leg({ client: 'SEUR' })], both)).toEqual(['new']);
});

test('a corrected record that never arrived is missing, whatever the account has of its movement', () => {
  expect(pair([leg({ load: 9 })], [there('old', { load: 5 })])).toEqual(['missing']);
});

describe('legs that differ in nothing that the list has', () => {
  const [first, second] = [leg({ movement_stretch: '1' }), leg({ movement_stretch: '2' })];

  test('are all there, and it is said that their ids may be each other’s', () => {
    const found = pairStored(new Map([first, second].entries()), [there('x', {}), there('y', {})]);
    expect([...found.values()]).toMatchObject([
      { kind: 'stored', isLikeAnother: true },
      { kind: 'stored', isLikeAnother: true },
    ]);
    const same = pairStored(new Map([first, first].entries()), [there('x', {}), there('y', {})]);
    const shown = pairStored(new Map([first, second].entries()), [
      there('x', { movement_stretch: '2' }),
      there('y', { movement_stretch: '1' }),
    ]);
    for (const each of [...same.values(), ...shown.values()]) expect(each).toMatchObject({ isLikeAnother: false });
  });

  test('of which one is there: neither is accepted, and neither is missing', () => {
    expect(pair([first, second], [there('x', {})])).toEqual(['open', 'open']);
    const clients = ['A', 'B', 'C'].map((client) => leg({ client }));
    expect(pair(clients, [there('x', {}), there('y', {})])).toEqual(['open', 'open', 'open']);
    expect(pair(clients, [there('x', { client: 'B' })])).toEqual(['missing', 'x', 'missing']);
    expect(pair([first, first], [there('x', {})])).toEqual(['x', 'missing']);
  });
});
