import { expect, test } from 'vitest';
import { World } from '../support/account-world.ts';

const legs = [
  'movement_id,shipment_date,origin,destination,load,category',
  ...[1, 2, 3].map((n) => `M-${String(n)},2025-06-15,Madrid,Lyon,${String(n)},road`),
];

/** An account into which a run has put three legs. */
async function uploaded(): Promise<World> {
  const world = new World();
  expect(await world.send(legs)).toBe(0);
  return world;
}

const said = (world: World): unknown => JSON.parse(world.printed);

test('what the API only says that it deleted is not deleted, and is deleted when the undo is run again', async () => {
  const world = await uploaded();
  world.removal = () => 'only said';
  expect([await world.undo(0), world.stored.length, await world.undone()]).toEqual([5, 3, 'begun']);
  expect(said(world)).toMatchObject({
    records: { selected: 3, deleted: 0, deleted_before: 0 },
    checked: false,
    error: { code: 'UNDO_INCOMPLETE', message: 'the list still has 3 shipments whose deletion the API had confirmed' },
  });
  // Nothing is sent a second time meanwhile, and nobody is told otherwise by another try.
  expect([await world.undo(0), await world.undone()]).toEqual([5, 'begun']);
  const { creations } = world;
  world.removal = () => 'done';
  expect([await world.undo(0), world.stored.length, await world.undone()]).toEqual([0, 0, 'done']);
  expect(said(world)).toMatchObject({ records: { selected: 3, deleted: 3 }, checked: true });
  expect(world.creations).toBe(creations);
});

test('rows that are there still, or may be, are not sent again', async () => {
  for (const [removal, undone, code] of [
    ['only said', 5, 5],
    // Nothing was deleted: they count as accepted, as before.
    ['refused', 4, 0],
  ] as const) {
    const world = await uploaded();
    world.removal = () => removal;
    expect(await world.undo(0)).toBe(undone);
    const { creations } = world;
    expect([removal, await world.send(legs, { json: true }), world.creations - creations]).toEqual([removal, code, 0]);
    // What ends it is the undo, whatever else is left to do.
    const hint = 'first, finish the undo: dcycle-upload undo run-1; to finish, run: dcycle-upload resume run-2';
    if (code === 5) expect(said(world)).toMatchObject({ error: { hint: expect.stringContaining(hint) as string } });
  }
});

test('a list that is late is looked at again; one that shows a record for ever is believed', async () => {
  for (const [looks, code, state] of [
    [1, 0, 'done'],
    [Infinity, 5, 'begun'],
  ] as const) {
    const world = await uploaded();
    const ghost = world.stored[1];
    world.ghost = (look) => (look <= looks ? ghost : undefined);
    expect([looks, await world.undo(0), await world.undone()]).toEqual([looks, code, state]);
    expect(said(world)).toMatchObject({ records: { deleted: code === 0 ? 3 : 2 }, checked: code === 0 });
    world.ghost = () => undefined;
    expect(await world.undo(0)).toBe(0);
  }
});

test('the undo of what could not be calculated is continued as such', async () => {
  const world = new World();
  const rows = ['M-1,2025-06-15,Madrid,Lyon,1,road,sledge', 'M-2,2025-06-15,Madrid,Lyon,2,road,van_diesel'];
  await world.send(['movement_id,shipment_date,origin,destination,load,category,vehicle_type', ...rows]);
  world.removal = () => 'only said';
  expect([await world.undo(0, { rows: 'failed' }), await world.undone()]).toEqual([5, 'partly']);
  expect(said(world)).toMatchObject({ error: { hint: expect.stringMatching(/ --rows failed$/) as string } });
  world.removal = () => 'done';
  expect([await world.undo(0, { rows: 'failed' }), world.loads]).toEqual([0, ['M-2 2']]);
});
