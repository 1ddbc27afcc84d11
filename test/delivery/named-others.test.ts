import { describe, expect, test } from 'vitest';
import { World } from '../support/account-world.ts';

const header = 'movement_id,shipment_date,origin,destination,load,toc,movement_stretch';

interface Leg {
  readonly movement: string;
  readonly vehicle?: string;
  readonly to?: string;
  readonly stretch?: string;
}

const row = ({ movement, vehicle = 'van_diesel', to = 'Lyon', stretch = '1' }: Leg, id?: string): string =>
  [movement, '2025-06-15', 'Madrid', to, movement.length, vehicle, stretch, ...(id === undefined ? [] : [id])].join(
    ',',
  );

const withIds = `${header},_id`;

/** An account that has stored these legs, with ids of the API's form. */
async function accountWith(legs: readonly Leg[]): Promise<World> {
  const world = new World();
  world.idOf = uuid;
  await world.send([header, ...legs.map((leg) => row(leg))], { wait: 5 });
  expect(world.stored.length).toBe(legs.length);
  return world;
}

const uuid = (made: number): string => `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;

/** Movements, stretches and vehicles that are stored, each with the number of its id. */
const shown = (world: World): readonly string[] =>
  world.stored
    .map(
      (each) =>
        `${String(each['movement_id'])}/${String(each['movement_stretch'])} ${String(each['toc'])} ${String(Number(each.id.slice(-12)))}`,
    )
    .toSorted();

describe.each(['first', 'second'])('an id that is that of another row, on the %s machine', (machine) => {
  test('deletes nothing, whatever is asked for; the row to which it belongs takes its place', async () => {
    for (const vehicle of ['sledge', 'van_petrol']) {
      const world = await accountWith([
        { movement: 'D-003', vehicle },
        { movement: 'D-004', vehicle },
      ]);
      world.machine = machine;
      const rows = [row({ movement: 'D-003' }, uuid(2)), row({ movement: 'D-004' }, uuid(2))];
      expect(await world.send([withIds, ...rows], { replace: true, wait: 5 })).toBe(1);
      expect(shown(world)).toEqual([`D-003/1 ${vehicle} 1`, 'D-004/1 van_diesel 3']);
      expect(world.errors).toMatch(/,1,.*_id names the stored record of another row/);
      expect(world.rejected[1]).toContain(`D-003,2025-06-15,Madrid,Lyon,5,van_diesel,1,${uuid(2)}`);
    }
  });

  test('deletes nothing where the row to which it belongs is refused', async () => {
    const world = await accountWith([{ movement: 'D-003' }, { movement: 'D-004' }]);
    world.machine = machine;
    const rows = [row({ movement: 'D-003', vehicle: 'van_petrol' }, uuid(2)), row({ movement: '', to: '' }, uuid(1))];
    await world.send([withIds, ...rows], { replace: true });
    expect(shown(world)).toEqual(expect.arrayContaining(['D-003/1 van_diesel 1', 'D-004/1 van_diesel 2']));
  });

  test('deletes nothing where it is another leg of the movement', async () => {
    const world = await accountWith([
      { movement: 'D-1', vehicle: 'sledge' },
      { movement: 'D-1', vehicle: 'sledge', stretch: '2' },
    ]);
    world.machine = machine;
    const rows = [row({ movement: 'D-1' }, uuid(2)), row({ movement: 'D-1', stretch: '2' }, uuid(1))];
    expect(await world.send([withIds, ...rows], { replace: true })).toBe(1);
    expect([shown(world), world.removals]).toEqual([['D-1/1 sledge 1', 'D-1/2 sledge 2'], 0]);
  });
});

test('without a ledger, the leg that is more like the row is its own, and one whose place was fixed is found by its id', async () => {
  const world = await accountWith([
    { movement: 'D-1', to: 'Lyon', vehicle: 'sledge' },
    { movement: 'D-1', to: 'Paris', vehicle: 'sledge' },
  ]);
  world.machine = 'second';
  const swapped = [row({ movement: 'D-1', to: 'Lyon' }, uuid(2)), row({ movement: 'D-1', to: 'Paris' }, uuid(1))];
  expect(await world.send([withIds, ...swapped], { replace: true })).toBe(1);
  expect(world.removals).toBe(0);
  const fixed = [row({ movement: 'D-1', to: 'Lille' }, uuid(1)), row({ movement: 'D-1', to: 'Paris' }, uuid(2))];
  expect(await world.send([withIds, ...fixed], { wait: 5 })).toBe(0);
  expect(shown(world)).toEqual(['D-1/1 van_diesel 3', 'D-1/1 van_diesel 4']);
});

test('where the ledger has the row’s own version, one that was stored with it is not its earlier one', async () => {
  // Places alone tell the legs apart.
  const world = await accountWith([
    { movement: 'D-1', to: 'Lyon' },
    { movement: 'D-1', to: 'Paris' },
  ]);
  const rows = [
    row({ movement: 'D-1', to: 'Lyon', vehicle: 'van_petrol' }, uuid(2)),
    row({ movement: 'D-1', to: 'Paris' }, ''),
  ];
  expect(await world.send([withIds, ...rows], { replace: true })).toBe(1);
  expect([shown(world), world.removals]).toEqual([['D-1/1 van_diesel 1', 'D-1/1 van_diesel 2'], 0]);
  const purchases = new World();
  const columns = 'date,country,vehicle_license_plate,quantity,fuel_id,_id';
  const purchase = (plate: string, quantity: number, id = ''): string =>
    `2025-06-15,ES,${plate},${String(quantity)},f51a1645-c201-43da-9dcd-6408be3cb517,${id}`;
  await purchases.send([columns, purchase('1234-ABC', 404), purchase('1234-DEF', 404)], {}, 'recharges');
  expect(await purchases.send([columns, purchase('1234-ABC', 40, 'id-2')], {}, 'recharges')).toBe(1);
  expect([purchases.stored.map(({ id }) => id), purchases.removals]).toEqual([['id-1', 'id-2'], 0]);
});

test('an id that the account does not show is said to have no effect', async () => {
  const world = await accountWith([{ movement: '0017', vehicle: 'sledge' }]);
  world.machine = 'second';
  expect(await world.send([withIds, row({ movement: '17' }, uuid(1))], { json: true })).toBe(0);
  expect(JSON.stringify(JSON.parse(world.printed))).toContain(
    '_id has no effect in these rows: the account does not show these ids under',
  );
  expect([shown(world), world.removals]).toEqual([['0017/1 sledge 1', '17/1 van_diesel 2'], 0]);
});
