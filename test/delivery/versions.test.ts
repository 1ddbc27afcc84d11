import { describe, expect, test } from 'vitest';
import { supersedes } from '../../src/delivery/known.ts';
import { changedFields } from '../../src/delivery/compare-stored.ts';
import { type Version, Versions } from '../../src/delivery/versions.ts';
import { Entry, type KnownRecord } from '../../src/ledger/run-store.ts';
import type { Fields } from '../../src/records/kind.ts';

const record: Fields = {
  movement_id: 'M',
  origin: 'Málaga',
  load: 1401,
  load_unit: 'kg',
  toc: 'van_diesel',
  category: 'road',
};

describe('what a record changes', () => {
  test.each<[string, Fields, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['a number', record, { load: 1041 }, ['load 1041 -> 1401']],
    ['a unit', record, { load_unit: 'ton' }, ['load 1401 ton -> 1401 kg']],
    [
      'a text and a number',
      record,
      { toc: 'artic', load: '1041.0' },
      ['load 1041.0 -> 1401', 'toc artic -> van_diesel'],
    ],
    [
      'nothing but how it is written',
      record,
      { origin: 'MALAGA', load: 1.401, load_unit: 'ton' },
      ['load 1.401 ton -> 1401 kg'],
    ],
    ['nothing that comes back', record, { origin: 'malaga', toc: undefined }, []],
    ['a value that was not there', { ...record, client: 'A' }, { client: null }, ['client - -> A']],
    [
      'a value that is left out',
      record,
      { client: 'A', tkm: 5, vehicle_license_plate: 'X' },
      ['client A -> -', 'vehicle_license_plate X -> -'],
    ],
    [
      'a place beside a hub, which the API completes',
      { ...record, hub_id: 'h' },
      { origin: 'Port of Algeciras', hub_id: 'h' },
      [],
    ],
  ])('%s', (_, sent, differing, expected) => {
    const changes = changedFields(sent, { ...record, ...differing });
    expect(changes.map(({ name, before = '-', after = '-' }) => `${name} ${before} -> ${after}`)).toEqual(expected);
  });
});

describe('asking the account what changed', () => {
  const versionsOf = (from: number, to: number): Version[] =>
    Array.from({ length: to - from }, (_, i) => ({
      id: `id-${String(from + i)}`,
      fields: { ...record, movement_id: `M-${String(from + i)}` },
    }));
  const page = (items: readonly object[]) =>
    ({ kind: 'read', status: 200, body: JSON.stringify({ total: items.length, items }) }) as const;

  test('takes one query for those of a batch, a hundred records of a run at most, and tells what it does not know', async () => {
    const asked: string[] = [];
    const versions = new Versions(async (path) => {
      asked.push(path);
      return page([
        { ...record, id: 'id-0', movement_id: 'M-0', load: 1041 },
        { ...record, id: 'another leg', movement_id: 'M-1', load: 5 },
      ]);
    }, '/list');
    const [first, second, third] = await versions.changesOf([...versionsOf(0, 2), { id: 'id-x', fields: { load: 1 } }]);
    expect(first).toEqual({ kind: 'read', fields: [{ name: 'load', before: '1041', after: '1401' }] });
    expect(second).toEqual({ kind: 'gone' });
    expect(third).toMatchObject({ kind: 'unread', why: expect.stringContaining('movement_id') });
    expect(asked).toEqual(['/list?movement_id[]=M-0&movement_id[]=M-1&page=1&size=100']);
    const more = await versions.changesOf(versionsOf(2, 102));
    expect(more.slice(97).map(({ kind }) => kind)).toEqual(['gone', 'unread', 'unread']);
  });

  test('does not ask again where it could not be read', async () => {
    let calls = 0;
    const versions = new Versions(async () => {
      calls += 1;
      return { kind: 'failed', reason: 'HTTP 503' } as never;
    }, '/list');
    await versions.changesOf(versionsOf(0, 60));
    const before = calls;
    expect(await versions.changesOf(versionsOf(60, 61))).toEqual([{ kind: 'unread', why: 'HTTP 503' }]);
    expect(calls).toBe(before);
  });

  test('each of these is in the message', () => {
    const known = { by: 'key', entry: Entry.accepted, runId: '11111111-x', path: 'a.csv', row: 7, day: '2026-01-15' };
    const textOf = (changes?: Parameters<typeof supersedes>[1]) => supersedes(known as KnownRecord, changes).message;
    const fields = [{ name: 'load', before: '1041', after: '1401' }];
    expect(textOf({ kind: 'read', fields })).toMatch(/this one has other values: load 1041 -> 1401$/);
    expect(textOf({ kind: 'read', fields: [] })).toMatch(/; no field differs of those that the account returns$/);
    expect(textOf({ kind: 'gone' })).toMatch(/; the account does not show the earlier version any more$/);
    expect(textOf({ kind: 'unread', why: 'HTTP 503' })).toMatch(/; what changed is not known: HTTP 503$/);
    expect(textOf()).toMatch(/; an upload says what changed$/);
  });
});
