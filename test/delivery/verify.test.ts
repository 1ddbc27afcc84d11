import { describe, expect, test } from 'vitest';
import type { ReadAnswer } from '../../src/api/failure.ts';
import { type SoughtRecord, type Verified, Verifier } from '../../src/delivery/verify.ts';
import type { Fields, RecordKind } from '../../src/records/kind.ts';
import { kinds } from '../../src/records/kinds.ts';

type Stored = Readonly<Record<string, unknown>> & { readonly id: string };

const leg = (movement: number, more: Fields = {}): Fields => ({
  origin: 'Madrid',
  destination: 'Lyon',
  load: 100 + movement,
  movement_id: `M-${String(movement)}`,
  shipment_date: '2025-06-15',
  ...more,
});

const storedOf = (fields: Fields, id: string, more: object = {}): Stored => ({
  ...fields,
  co2e: 1,
  status: 'active',
  ...more,
  id,
});

const soughtOf = (records: readonly Fields[]): SoughtRecord[] =>
  records.map((fields, at) => ({ input: 0, row: at + 1, line: at + 2, json: JSON.stringify(fields) }));

interface List {
  readonly stored: readonly Stored[];
  readonly obeysFilters?: boolean;
  readonly kind?: RecordKind;
  /** The ledger's id of each record that has no movement. */
  readonly ids?: readonly (string | undefined)[];
  /** Another answer to a call, counted from 1. */
  readonly instead?: (call: number) => ReadAnswer | undefined;
}

/** What is found of records in an account, and in how many calls. */
async function verify(
  records: readonly Fields[],
  { stored, obeysFilters = true, kind = kinds.requests, ids: ledgerIds = [], instead }: List,
) {
  const verified: Verified[] = [];
  let calls = 0;
  const verifier = new Verifier({
    kind,
    get: async (path) => {
      calls += 1;
      const other = instead?.(calls);
      if (other !== undefined) return other;
      const query = new URL(path, 'https://api.example').searchParams;
      const movements = [...query.getAll('movement_id[]'), ...query.getAll('movement_id')];
      const filters = obeysFilters && movements.length > 0;
      const found = filters ? stored.filter(({ movement_id: id }) => movements.includes(String(id))) : stored;
      const [page, size] = [Number(query.get('page')), Number(query.get('size'))];
      const items = found.slice((page - 1) * size, page * size);
      return { kind: 'read', status: 200, body: JSON.stringify({ total: found.length, items }) };
    },
    idsOf: async () => ledgerIds,
    onVerified: (each) => verified.push(each),
    onProgress: () => {},
  });
  await verifier.verify(soughtOf(records));
  const verdicts = verified.toSorted((a, b) => a.sought.row - b.sought.row);
  return { calls, verdicts, shown: verdicts.map(({ verdict, ids, fields }) => [verdict, ...ids, ...fields]) };
}

const legs = Array.from({ length: 6 }, (_, movement) => leg(movement));
const changed: readonly Stored[] = [
  storedOf(leg(0), 'same'),
  storedOf(leg(1), 'a'),
  storedOf(leg(1), 'b'),
  storedOf(leg(2), 'respelled', { origin: 'Madrid, Spain' }),
  storedOf(leg(3), 'other', { load: 7 }),
  storedOf(leg(4), 'failed', { co2e: null, status: 'error', error_messages: ['NO_TOC'] }),
  ...Array.from({ length: 500 }, (_, at) => storedOf(leg(1000 + at), `foreign-${String(at)}`)),
];
const found = [
  ['there', 'same'],
  ['twice', 'a', 'b'],
  ['otherwise', 'respelled'],
  ['different', 'other', 'load'],
  ['no emissions', 'failed'],
  ['missing'],
];

describe('the records of a file, looked for in an account', () => {
  test('are found by their movements, in as few calls as it takes', async () => {
    const { shown, verdicts, calls } = await verify(legs, { stored: changed });
    expect(shown).toEqual(found);
    expect(verdicts[4]?.why).toBe('NO_TOC');
    expect(verdicts[3]?.changes).toEqual([{ name: 'load', before: '7', after: '103' }]);
    expect(calls).toBe(2);
  });

  test('are found in all pages where the API does not filter, or that is less to read', async () => {
    const unfiltered = await verify(legs, { stored: changed, obeysFilters: false });
    expect(unfiltered.shown).toEqual(found);
    expect(unfiltered.calls).toBeLessThan(2 * Math.ceil(changed.length / 100) + 4);
    const many = Array.from({ length: 2000 }, (_, movement) => leg(movement));
    const few = await verify(many, { stored: changed.slice(0, 6) });
    expect([few.calls, few.shown.filter(([verdict]) => verdict === 'missing').length]).toEqual([2, 1995]);
  });

  test('are unknown where the list can’t be read, or changes each time', async () => {
    const failed = await verify(legs, {
      stored: [],
      instead: () => ({ kind: 'failed', reason: 'HTTP 503', status: 503 }),
    });
    expect(failed.verdicts.map(({ verdict, why }) => [verdict, why])).toEqual(legs.map(() => ['unknown', 'HTTP 503']));
    const torn = await verify(legs, {
      stored: changed,
      instead: (call) =>
        call === 1
          ? undefined
          : { kind: 'read', status: 200, body: JSON.stringify({ total: 600 + call, items: changed.slice(0, 100) }) },
    });
    expect(torn.shown).toEqual(legs.map(() => ['unknown']));
  });

  test('each take a stored one of their own: legs alike that are stored once are there once', async () => {
    const both = [leg(0, { package_key: 'P' }), leg(0, { package_key: 'Q' })];
    const one = await verify(both, { stored: [storedOf(leg(0, { package_key: 'Q' }), 'q')] });
    expect(one.shown).toEqual([['missing'], ['there', 'q']]);
  });

  test('are told apart by the ledger’s ids where they have no movement', async () => {
    const { movement_id: _one, ...nameless } = leg(1);
    const moved = { ...nameless, origin: 'Getafe' };
    const stored = [
      storedOf(nameless, 'x'),
      storedOf(moved, 'y', { load: 9 }),
      storedOf(moved, 'z', { origin: 'M-30' }),
    ];
    const records = [moved, { ...moved, load: 102 }, nameless];
    // By its place alone, nothing would tell which one it is.
    const { shown, verdicts } = await verify(records, { stored, ids: ['z', 'y', 'gone'] });
    expect(shown).toEqual([
      ['otherwise', 'z'],
      ['different', 'y', 'load'],
      ['there', 'x'],
    ]);
    expect(verdicts[1]?.changes).toEqual([{ name: 'load', before: '9', after: '102' }]);
  });

  test('may have no movement: shipments are compared with all that have none, purchases by their plates', async () => {
    const { movement_id: _movement, ...nameless } = leg(1);
    const stored = [storedOf(nameless, 'x'), storedOf(leg(1), 'y')];
    expect((await verify([nameless], { stored })).shown).toEqual([['there', 'x']]);
    const fuel = { country: 'ES', date: '2025-01-01', quantity: 50, vehicle_license_plate: '1234ABC', fuel_id: 'f' };
    const purchases = await verify([fuel, { ...fuel, date: '2025-01-02' }, { ...fuel, date: '2025-01-03' }], {
      kind: kinds.recharges,
      stored: [
        { ...fuel, id: '1', co2e: null },
        { ...fuel, id: '2', date: '2025-01-02', fuel_id: 'g' },
      ],
    });
    expect(purchases.shown).toEqual([['there', '1'], ['different', '2', 'fuel_id'], ['missing']]);
  });

  test('are twice where the account has another version of the leg, too, whatever is different', async () => {
    const row = leg(1, { load: 101, vehicle_type: 'van_diesel' });
    const own = storedOf(row, 'own');
    const uncalculated = { vehicle_type: 'sledge', co2e: null, status: 'error', error_messages: ['NO_TOC'] };
    const load = [{ name: 'load', before: '555', after: '101' }];
    for (const [versions, verdict, ids, changes] of [
      [[own, storedOf(row, 'other', { load: 555 })], 'twice', ['own', 'other'], load],
      [
        [storedOf(row, 'other', { load: 555 }), own, storedOf(row, 'x', { load: 7 })],
        'twice',
        ['own', 'other', 'x'],
        load,
      ],
      [[own, storedOf(row, 'failed', uncalculated)], 'twice', ['own', 'failed'], undefined],
      [[storedOf(row, 'own', { co2e: null }), storedOf(row, 'other', { load: 555 })], 'twice', ['own', 'other'], load],
      // Identical, and another version.
      [[own, storedOf(row, 'same'), storedOf(row, 'other', { load: 555 })], 'twice', ['own', 'same', 'other'], load],
      // Two versions, and neither is that of the file.
      [[storedOf(row, 'a', { load: 555 }), storedOf(row, 'b', { load: 7 })], 'different', ['a', 'b'], load],
      // Both with a place that the API has completed.
      [
        ['own', 'other'].map((id) => storedOf(row, id, { origin: 'Madrid, Spain', load: id === 'own' ? 101 : 555 })),
        'twice',
        ['own', 'other'],
        load,
      ],
    ] as const) {
      const { verdicts } = await verify([row], { stored: versions });
      expect([verdicts[0]?.verdict, verdicts[0]?.ids]).toEqual([verdict, ids]);
      expect(verdicts[0]?.changes).toEqual(
        changes ?? [{ name: 'vehicle_type', before: 'sledge', after: 'van_diesel' }],
      );
      expect(verdicts[0]?.why).toContain('another version');
    }
  });

  test('are there once beside other legs of their movement, be they of the file or not', async () => {
    const row = leg(1);
    const others = [
      { origin: 'Lyon', destination: 'Paris' },
      { shipment_date: '2025-06-16' },
      { movement_stretch: 2 },
      { movement_stage: 'last_mile' },
      { package_key: 'P' },
      { destination: null },
      { movement_id: 'M-1x' },
    ].map((more, at) => storedOf(row, `other-${String(at)}`, { load: 5, ...more }));
    const { shown } = await verify([row], { stored: [storedOf(row, 'own'), ...others] });
    expect(shown).toEqual([['there', 'own']]);
    // Several rows of one leg, each with its own.
    const rows = [row, leg(1, { load: 555 }), leg(1, { origin: 'Lyon', destination: 'Paris' })];
    const all = await verify(rows, { stored: rows.map((fields, at) => storedOf(fields, String(at))) });
    expect(all.shown).toEqual(rows.map((_, at) => ['there', String(at)]));
    // A list without places does not tell legs apart.
    const hidden = [row, leg(1, { load: 5 })].map(({ origin: _o, destination: _d, ...rest }, at) =>
      storedOf(rest, String(at)),
    );
    expect((await verify([row], { stored: hidden })).shown).toEqual([['there', '0']]);
  });
});
