import { expect, test } from 'vitest';
import { World } from '../support/account-world.ts';

const header = 'movement_id,shipment_date,origin,destination,load,toc';
const leg = (n: number, toc: string): string => `M-${String(n)},2025-06-15,Madrid,Lyon,${String(n)},${toc}`;

/** What an API adds to each record, as a list shows it and an export has it. */
const added = { load_factor: 1, cleaning: false, load_unit: 'kg' };

test('an export that was not touched sends nothing; what was fixed in it, or taken out of it, is sent', async () => {
  const world = new World();
  await world.send([header, leg(1, 'van_diesel'), leg(2, 'sledge'), leg(3, 'sledge')], { wait: 5 });
  world.show = (record) => ({ ...record, ...added });
  const line = (n: number, toc: string, factor = '1'): string => `${leg(n, toc)},${factor},false,kg,id-${String(n)}`;
  const exported = [`${header},load_factor,cleaning,load_unit,_id`, line(1, 'van_diesel')];
  const { creations } = world;
  expect([await world.send([...exported, line(2, 'sledge'), line(3, 'sledge')], { json: true })]).toEqual([1]);
  expect([world.creations, world.removals]).toEqual([creations, 0]);
  expect(JSON.parse(world.printed)).toMatchObject({
    records: { accepted: 1, accepted_before: 1 },
    errors_by_code: { API_REJECTED: 2 },
  });
  expect(await world.send([...exported, line(2, 'van_diesel'), line(3, 'sledge', '')])).toBe(0);
  expect(world.stored.map(({ id, toc }) => `${id} ${String(toc)}`)).toEqual([
    'id-1 van_diesel',
    'id-4 van_diesel',
    'id-5 sledge',
  ]);
});
