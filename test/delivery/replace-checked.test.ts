import { describe, expect, test } from 'vitest';
import { World } from '../support/account-world.ts';

/** Warnings of a summary, by code. */
const warned = (world: World): ReadonlyMap<string, number> => {
  const { warnings } = JSON.parse(world.printed) as { warnings: readonly { code: string; count: number }[] };
  return new Map(warnings.map(({ code, count }) => [code, count]));
};

const header = 'movement_id,shipment_date,origin,destination,load,category';
const legs = (loads: readonly number[]): readonly string[] => [
  header,
  ...loads.map((load, at) => `M-${String(at + 1)},2025-06-15,Madrid,Lyon,${String(load)},road`),
];

const corrected = { replace: true, json: true };

describe('an earlier version whose deletion the API only says', () => {
  test('is said, counted as not deleted, and deleted by the next upload or by resume', async () => {
    for (const ends of ['upload', 'resume'] as const) {
      const world = new World();
      await world.send(legs([5, 6, 7]));
      world.removal = () => 'only said';
      expect([await world.send(legs([5, 8, 9]), corrected), world.stored.length]).toEqual([5, 5]);
      expect(world.printed).toContain('of 2 records the earlier version is still stored, too');
      expect(world.printed).toContain('the API has confirmed that it is deleted, and its list still shows it');
      expect(warned(world).has('REPLACED')).toBe(false);
      world.removal = () => 'done';
      expect(await (ends === 'upload' ? world.send(legs([5, 8, 9]), corrected) : world.resume())).toBe(0);
      expect(world.loads).toEqual(['M-1 5', 'M-2 8', 'M-3 9']);
      if (ends === 'upload') expect(warned(world).get('REPLACED')).toBe(2);
    }
  });

  test('is not sent again meanwhile, and no one is told to undo the run that brought it', async () => {
    const world = new World();
    await world.send(legs([5, 6]));
    world.removal = () => 'only said';
    await world.send(legs([5, 8]), corrected);
    const { creations } = world;
    expect([await world.send(legs([5, 6]), { quiet: false }), world.creations]).toEqual([5, creations]);
    expect(world.errors).toContain('a later upload is deleting it');
    expect(`${world.errors} ${world.printed}`).toContain('dcycle-upload resume run-2');
    expect(`${world.errors} ${world.printed}`).not.toContain('dcycle-upload undo');
  });

  test('ends with an upload that replaces, where the run whose version should take the place was taken back', async () => {
    for (const loads of [
      [5, 6],
      [5, 7],
    ]) {
      const world = new World();
      await world.send(legs([5, 6]));
      world.removal = () => 'only said';
      await world.send(legs([5, 8]), corrected);
      world.removal = () => 'done';
      expect([await world.undo(0), world.loads]).toEqual([0, ['M-1 5', 'M-2 6']]);
      expect(await world.send(legs(loads), { json: true })).toBe(5);
      expect(JSON.parse(world.printed)).toMatchObject({
        error: { hint: 'to finish, run: dcycle-upload requests a.csv --replace' },
      });
      expect([await world.send(legs(loads), corrected), world.loads]).toEqual([
        0,
        ['M-1 5', `M-2 ${String(loads[1])}`],
      ]);
    }
  });

  test('of a purchase, and of a record without movement, is found in the list', async () => {
    const diesel = 'f51a1645-c201-43da-9dcd-6408be3cb517';
    const cases = [
      ['recharges', 'date,country,vehicle_license_plate,quantity,fuel_id', `2025-06-15,ES,1234-ABC,404,${diesel}`],
      ['requests', 'shipment_date,origin,destination,load,toc', '2025-06-15,Madrid,Lyon,404,sledge'],
    ] as const;
    for (const [kind, columns, row] of cases) {
      const world = new World();
      await world.send([columns, row], kind === 'requests' ? { wait: 5 } : {}, kind);
      const fixed = [`${columns},_id`, `${row.replace('404', '40').replace('sledge', 'van_diesel')},id-1`];
      world.removal = () => 'only said';
      expect([kind, await world.send(fixed, { json: true }, kind), world.stored.length]).toEqual([kind, 5, 2]);
      world.removal = () => 'done';
      expect([kind, await world.send(fixed, { json: true }, kind)]).toEqual([kind, 0]);
      expect([world.stored.map(({ id }) => id), warned(world).get('REPLACED')]).toEqual([['id-2'], 1]);
    }
  });
});

test('a list that is late is looked at again, and the look costs a call for many rows', async () => {
  const many = (load: number): readonly string[] => legs(Array.from({ length: 60 }, () => load));
  const world = new World();
  await world.send(many(5));
  const ghost = world.stored[0];
  world.ghost = (look) => (look < 6 ? ghost : undefined);
  expect(await world.send(many(6), corrected)).toBe(0);
  expect([world.stored.length, warned(world).get('REPLACED')]).toEqual([60, 60]);
  expect(world.looks).toBeLessThan(8);
});

test('one that is not looked at, as the list fails or the process dies, is open until it is', async () => {
  const unread = new World();
  await unread.send(legs([5]));
  unread.show = (record) => (unread.removals > 0 ? { ...record, id: 7 } : record);
  expect(await unread.send(legs([6]), corrected)).toBe(5);
  expect(unread.printed).toContain('can’t be read to check it');
  unread.show = (record) => record;
  expect(await unread.send(legs([6]), corrected)).toBe(0);
  expect(unread.loads).toEqual(['M-1 6']);
});
