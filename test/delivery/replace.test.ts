import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { World } from '../support/account-world.ts';

test('a changed row takes the place of its earlier version, and back', async () => {
  const world = new World();
  expect(await world.upload([5, 6, 7])).toBe(0);
  expect(await world.upload([5, 8, 9])).toBe(0);
  expect(world.loads).toEqual(['M-1 5', 'M-2 8', 'M-3 9']);
  expect([await world.upload([5, 8, 9]), world.removals]).toEqual([0, 1]);
  expect(await world.upload([5, 6, 7])).toBe(0);
  expect(world.loads).toEqual(['M-1 5', 'M-2 6', 'M-3 7']);
});

test('both versions stay until the list shows the new one, calculated; the next upload finishes it', async () => {
  const waysNot: World['show'][] = [
    (record) => (record.id === 'id-3' ? undefined : record),
    (record) => (record.id === 'id-3' ? { ...record, co2e: null, status: 'pending' } : record),
    (record) =>
      record.id === 'id-3' ? { ...record, co2e: null, status: 'error', error_messages: ['NO_TOC'] } : record,
  ];
  for (const show of waysNot) {
    const world = new World();
    await world.upload([5, 6]);
    world.show = show;
    expect(await world.upload([5, 8])).toBe(5);
    expect([world.loads, world.removals]).toEqual([['M-1 5', 'M-2 6', 'M-2 8'], 0]);
    world.show = (record, look) => (look < 3 ? show(record, look) : record);
    expect(await world.upload([5, 8])).toBe(0);
    expect(world.loads).toEqual(['M-1 5', 'M-2 8']);
  }
});

test('an id that the create has returned is never deleted', async () => {
  const world = new World();
  await world.upload([5]);
  world.returns = 'id-1';
  await world.upload([6]);
  expect([world.loads, world.removals]).toEqual([['M-1 6'], 0]);
});

test('a deletion that is lost or refused is made again by the next upload', async () => {
  for (const how of ['lost', 'refused'] as const) {
    const world = new World();
    await world.upload([5, 6]);
    world.removal = () => how;
    expect(await world.upload([5, 8])).toBe(how === 'lost' ? 5 : 4);
    world.removal = () => 'done';
    expect(await world.upload([5, 8])).toBe(0);
    expect(world.loads).toEqual(['M-1 5', 'M-2 8']);
  }
});

test('killed at any step, the same upload ends with one version of each', async () => {
  // Every third step, as a run costs a tenth of a second.
  for (let diesAt = 1; ; diesAt += 3) {
    const world = new World();
    await world.upload([5, 6, 7]);
    world.diesAt = diesAt;
    const first = await world.upload([5, 8, 9]);
    for (const movement of ['M-1', 'M-2', 'M-3']) {
      expect([diesAt, world.loads.some((each) => each.startsWith(movement))]).toEqual([diesAt, true]);
    }
    world.diesAt = Infinity;
    if (first === 0) break;
    let code: number | undefined;
    const hasSent = (await world.resume()) !== 2;
    for (let round = 0; round < 3 && code !== 0; round += 1) {
      code = hasSent && round < 2 ? await world.resume() : await world.upload([5, 8, 9]);
    }
    expect([diesAt, code, world.loads]).toEqual([diesAt, 0, ['M-1 5', 'M-2 8', 'M-3 9']]);
    expect([diesAt, await world.replaced()]).toEqual([diesAt, 2]);
  }
});

test('a new version that can’t be calculated keeps the earlier one, and ends when it is fixed; its run takes nothing back', async () => {
  const world = new World();
  const rowOf = (vehicle: string): string => leg(1, vehicle);
  await world.send([legHeader, rowOf('van_diesel')]);
  expect(await world.send([legHeader, rowOf('sledge')], { replace: true, wait: 5 })).toBe(5);
  expect(world.failure).toContain('→ fix the rows, and upload them with --replace');
  expect(world.failure).not.toContain('resume');
  const original = readFileSync(join(world.folder, 'a.csv'), 'utf8');
  const fixed = world.rejected.map((line) => line.replace('sledge', 'van_petrol'));
  expect(await world.send(fixed, { replace: true, wait: 5 })).toBe(0);
  expect(vehicles(world)).toEqual(['M-1 van_petrol id-3']);
  // The run whose record was replaced.
  writeFileSync(join(world.folder, 'a.csv'), original);
  world.runs = 2;
  expect(await world.resume()).toBe(1);
  expect([vehicles(world), world.failure]).toEqual([
    ['M-1 van_petrol id-3'],
    expect.stringContaining('0 of 1 row accepted; 1 duplicate left out'),
  ]);
});

const legHeader = 'movement_id,shipment_date,origin,destination,load,toc';
const leg = (n: number, toc: string, place = 'Lyon'): string =>
  `M-${String(n)},2025-06-15,Madrid,${place},${String(n)},${toc}`;

/** An account that has stored three legs, and could calculate the first one alone; the others are given back. */
async function withFailed(): Promise<World> {
  const world = new World();
  expect(await world.send([legHeader, leg(1, 'van_diesel'), leg(2, 'sledge'), leg(3, 'sledge')], { wait: 5 })).toBe(1);
  expect(world.rejected).toEqual([
    `${legHeader},_id,_row,_codes,_errors`,
    expect.stringMatching(/^M-2,.*,sledge,id-2,2,NO_TOC,/),
    expect.stringMatching(/^M-3,.*,sledge,id-3,3,NO_TOC,/),
  ]);
  expect(world.errors).toContain('stored as id-2');
  return world;
}

const vehicles = (world: World): readonly string[] =>
  world.stored.map(({ id, movement_id: movement, toc }) => `${String(movement)} ${String(toc)} ${id}`);

describe('rows that were stored and could not be calculated', () => {
  test('take their place when they are fixed, whatever is fixed', async () => {
    const world = await withFailed();
    const fixed = world.rejected.map((line) =>
      line.replace('sledge', 'van_diesel').replace('3,2025-06-15', '3,2025-06-16'),
    );
    expect(await world.send(fixed)).toBe(0);
    expect(vehicles(world)).toEqual(['M-1 van_diesel id-1', 'M-2 van_diesel id-4', 'M-3 van_diesel id-5']);
    expect([await world.send(fixed), world.stored.length, world.removals]).toEqual([0, 3, 1]);
  });

  test('are left alone, and given back, where nothing was fixed; one that fails again takes the place, too', async () => {
    const world = await withFailed();
    const before = world.rejected;
    expect(await world.send(before)).toBe(1);
    expect([world.stored.length, world.removals]).toEqual([3, 0]);
    expect(world.rejected.map((line) => line.split(',')[6])).toEqual(['_id', 'id-2', 'id-3']);
    expect(world.errors).toContain('nothing of it is changed');
    expect(
      await world.send(
        before.map((line) => line.replace('Lyon', 'Turin')),
        { wait: 5 },
      ),
    ).toBe(1);
    expect(vehicles(world)).toEqual(['M-1 van_diesel id-1', 'M-2 sledge id-4', 'M-3 sledge id-5']);
    expect(world.rejected.map((line) => line.split(',')[6])).toEqual(['_id', 'id-4', 'id-5']);
  });

  test('are deleted by an id only where it is proven to be theirs', async () => {
    const header = `${legHeader},_id`;
    const world = await withFailed();
    // Not the account's; one that has been calculated; one that two rows name.
    const rows = [`${leg(7, 'van_diesel')},other`, `${leg(1, 'van_petrol')},id-1`];
    expect(await world.send([header, ...rows])).toBe(1);
    expect(vehicles(world).at(-1)).toBe('M-7 van_diesel id-4');
    expect([world.stored.length, world.removals]).toEqual([4, 0]);
    expect(world.errors).toContain('SUPERSEDES');
    expect(await world.send([header, rows[1] ?? ''], { replace: true })).toBe(0);
    expect(vehicles(world)).toContain('M-1 van_petrol id-5');
    expect(world.stored.map(({ id }) => id)).not.toContain('id-1');
    expect(await world.send([header, `${leg(2, 'van_diesel')},id-2`, `${leg(3, 'van_diesel')},id-2`])).toBe(1);
    expect(vehicles(world).filter((each) => each.startsWith('M-3'))).toEqual(['M-3 sledge id-3']);
    expect(world.errors).toContain('row 1 names the same stored record');
    // What is still to be calculated may become the record that the row fixes.
    world.show = (record) => (record.id === 'id-3' ? { ...record, status: 'pending', error_messages: [] } : record);
    expect(await world.send([header, `${leg(3, 'van_diesel')},id-3`])).toBe(5);
    expect(vehicles(world).filter((each) => each.startsWith('M-3'))).toEqual(['M-3 sledge id-3']);
  });

  test('are replaced once by a file that is killed at any step', async () => {
    for (let diesAt = 1; ; diesAt += 3) {
      const world = await withFailed();
      const fixed = world.rejected.map((line) => line.replace('sledge', 'van_diesel'));
      world.diesAt = diesAt;
      const first = await world.send(fixed);
      for (const movement of ['M-1', 'M-2', 'M-3']) {
        expect([diesAt, vehicles(world).some((each) => each.startsWith(movement))]).toEqual([diesAt, true]);
      }
      world.diesAt = Infinity;
      if (first === 0) break;
      let code: number | undefined;
      const hasSent = (await world.resume()) !== 2;
      for (let round = 0; round < 3 && code !== 0; round += 1) {
        code = hasSent && round < 2 ? await world.resume() : await world.send(fixed);
      }
      const left = vehicles(world).map((each) => each.replace(/ id-.*/, ''));
      expect([diesAt, code, left.toSorted()]).toEqual([
        diesAt,
        0,
        ['M-1 van_diesel', 'M-2 van_diesel', 'M-3 van_diesel'],
      ]);
    }
  });
});

test('a purchase that is fixed takes the place of the one that has no emissions; one that was updated is not deleted', async () => {
  const world = new World();
  const [diesel, jet] = ['f51a1645-c201-43da-9dcd-6408be3cb517', 'a0b56b0f-216c-456e-9e0f-1876d3b57622'];
  const header = 'date,country,vehicle_license_plate,quantity,fuel_id,_id';
  const row = (quantity: number, fuel: string, id = ''): string =>
    `2025-06-15,ES,1234-ABC,${String(quantity)},${fuel},${id}`;
  await world.send([header, row(404, diesel)], {}, 'recharges');
  expect(await world.send([header, row(40, diesel, 'id-1')], {}, 'recharges')).toBe(0);
  expect(world.stored).toMatchObject([{ id: 'id-2', quantity: 40 }]);
  world.returns = 'id-2';
  expect(await world.send([header, row(40, jet, 'id-2')], { replace: true }, 'recharges')).toBe(0);
  expect(world.stored).toMatchObject([{ id: 'id-2', fuel_id: jet }]);
});
