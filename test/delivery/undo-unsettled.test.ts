import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { World } from '../support/account-world.ts';

const header = 'movement_id,shipment_date,origin,destination,load,category';
const leg = (n: number): string => `M-${String(n)},2025-06-15,Madrid,Lyon,${String(n)},road`;
const legs = (count: number): readonly string[] => [header, ...Array.from({ length: count }, (_, n) => leg(n + 1))];

/** An account whose list showed nothing while a run's only call was lost: nothing is known of its records. */
async function unsettled(creation: World['creation'], kind: 'requests' | 'recharges' = 'requests'): Promise<World> {
  const world = new World();
  world.creation = creation;
  world.show = () => undefined;
  const purchase = '2025-06-15,ES,1234-ABC,40,f51a1645-c201-43da-9dcd-6408be3cb517';
  const lines = kind === 'requests' ? legs(3) : ['date,country,vehicle_license_plate,quantity,fuel_id', purchase];
  expect(await world.send(lines, { settle: 0 }, kind)).toBe(5);
  world.creation = 'done';
  world.show = (record) => record;
  return world;
}

const hourMs = 7_200_000;

test('an undo finds out what became of a lost call, and deletes what it has stored', async () => {
  for (const kind of ['requests', 'recharges'] as const) {
    const world = await unsettled('lost', kind);
    const { creations } = world;
    expect([kind, await world.undo(60_000), world.stored]).toEqual([kind, 0, []]);
    expect(world.creations).toBe(creations);
  }
});

test('what was stored is deleted, and what was not is not sent', async () => {
  const world = await unsettled('lost and not done');
  expect([await world.undo(hourMs), world.stored, world.creations]).toEqual([0, [], 1]);
  // The same file can be sent again.
  expect([await world.send(legs(3)), world.stored.length]).toEqual([0, 3]);
});

test('nothing is deleted where it can’t be found out', async () => {
  const hidden = await unsettled('lost');
  hidden.show = () => undefined;
  expect([await hidden.undo(60_000), hidden.stored.length]).toEqual([5, 3]);
  expect(hidden.printed).toContain('RUN_UNSETTLED');
  const gone = await unsettled('lost');
  rmSync(join(gone.folder, 'a.csv'));
  expect([await gone.undo(60_000), gone.stored.length]).toEqual([5, 3]);
  expect(gone.printed).toContain('there is no file');
});

test('what stays unknown is not stored where the user says so: nothing is sent, what is known to be stored is deleted', async () => {
  const world = await unsettled('lost');
  world.show = () => undefined;
  rmSync(join(world.folder, 'a.csv'));
  expect([await world.undo(60_000), world.failure]).toEqual([5, expect.stringContaining('--assume missing')]);
  expect(await world.undo(60_000, { assume: 'missing', dryRun: true })).toBe(0);
  expect([await world.undo(60_000), world.stored.length]).toEqual([5, 3]);
  // The user has deleted them in Dcycle.
  world.stored = [];
  expect(await world.undo(60_000, { assume: 'missing' })).toBe(0);
  expect(world.creations).toBe(1);
  world.show = (record) => record;
  expect([await world.send(legs(3)), world.stored.length]).toEqual([0, 3]);
});

test('a record that the API has twice by one call is deleted with both ids, also where a kill comes between', async () => {
  for (let diesAt = 1; ; diesAt += 4) {
    const world = new World();
    world.creation = 'lost and done twice';
    expect(await world.send(legs(3))).toBe(1);
    expect([world.errors.match(/STORED_TWICE/g)?.length, world.stored.length]).toEqual([3, 6]);
    world.diesAt = diesAt;
    const code = await world.undo(60_000);
    world.diesAt = Infinity;
    if (code !== 0) expect([diesAt, await world.undo(60_000)]).toEqual([diesAt, 0]);
    expect([diesAt, world.stored]).toEqual([diesAt, []]);
    if (code !== 0) continue;
    expect(JSON.parse(world.printed)).toMatchObject({ records: { deleted: 3, stored_twice: 3 }, checked: true });
    break;
  }
});
