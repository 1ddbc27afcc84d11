import { expect, test } from 'vitest';
import { accountResults } from '../../src/commands/account/account-results.ts';
import type { AccountResults } from '../../src/report/account-results-document.ts';
import { accountResultsSchema } from '../../src/report/account-results-document.ts';
import { World } from '../support/account-world.ts';

const header = 'movement_id,shipment_date,origin,destination,load,toc';
const leg = (n: number, toc = 'van_diesel'): string => `M-${String(n)},2025-06-${String(10 + n)},Madrid,Lyon,5,${toc}`;

/** An account into which a run has put three shipments of 1 kg each, one of which it could not calculate. */
async function uploaded(): Promise<World> {
  const world = new World();
  await world.send([header, leg(1), leg(2), leg(3, 'sledge')]);
  world.answers.set('/v1/logistics/summary', { requests: { count: 3 }, recharges: { count: 0 } });
  return world;
}

const reports = (world: World, items: number, kg: number, dataSource = 'requests'): void =>
  void world.answers.set('/v1/logistics/report', {
    summary: { total_items: items, total_co2e_kg: kg, total_distance_km: 0 },
    by_category: [{ category: 'road', items, co2e_kg: kg, distance_km: 0 }],
    data_source: dataSource,
  });

async function compared(world: World): Promise<readonly [number | undefined, AccountResults]> {
  const display = { json: true, color: false, progress: false };
  const code = await world.perform((context) => accountResults(`run-${String(world.runs)}`, display, context));
  return [code, accountResultsSchema.parse(JSON.parse(world.printed))];
}

const whyOf = ({ explanations }: AccountResults): readonly string[] => explanations.map(({ what }) => what);

test('what a run has brought is compared with the report of its days', async () => {
  const world = await uploaded();
  reports(world, 2, 2);
  const [code, document] = await compared(world);
  expect([code, whyOf(document)]).toEqual([1, ['not calculable']]);
  expect(document).toMatchObject({
    period: { from: '2025-06-11', to: '2025-06-13' },
    records: { accepted: 3, calculated: 2, failed: 1, pending: 0, missing: 0 },
    account_records: 3,
    totals: { run: { records: 2, co2e_kg: 2 }, account: { records: 2, co2e_kg: 2 } },
  });
});

test('each difference is named, and only what the account lacks ends with 1', async () => {
  const world = new World();
  await world.send([header, leg(1), leg(2)]);
  world.answers.set('/v1/logistics/summary', { requests: { count: 5 }, recharges: { count: 0 } });
  reports(world, 5, 9);
  expect((await compared(world)).map((each) => (typeof each === 'object' ? whyOf(each) : each))).toEqual([
    0,
    ['other records'],
  ]);
  reports(world, 1, 2, 'packages');
  expect((await compared(world))[0]).toBe(0);
  reports(world, 2, 1.5);
  expect(whyOf((await compared(world))[1])).toEqual(['lower than the run']);
  reports(world, 2, 2);
  world.stored = world.stored.slice(1);
  const [code, document] = await compared(world);
  expect([code, whyOf(document)]).toEqual([1, ['not listed', 'other records']]);
  world.answers.set('/v1/logistics/report', { detail: 'another form' });
  expect((await compared(world))[0]).toBe(5);
});

test('purchases of which an undo has deleted, or is deleting, some are said, and are no lack once they are gone', async () => {
  const world = new World();
  const purchase = (plate: string): string => `2025-06-15,ES,${plate},40,f51a1645-c201-43da-9dcd-6408be3cb517`;
  const columns = 'date,country,vehicle_license_plate,quantity,fuel_id';
  await world.send([columns, purchase('1234-ABC'), purchase('5678-DEF')], {}, 'recharges');
  world.answers.set('/v1/logistics/summary', { requests: { count: 0 }, recharges: { count: 2 } });
  world.removal = () => 'only said';
  await world.undo(60_000);
  expect((await compared(world)).map((each) => (typeof each === 'object' ? each.explanations : each))).toEqual([
    1,
    [{ what: 'being deleted', records: 2 }],
  ]);
  world.removal = () => 'done';
  await world.undo(60_000);
  expect((await compared(world)).map((each) => (typeof each === 'object' ? each.explanations : each))).toEqual([
    0,
    [{ what: 'deleted', records: 2 }],
  ]);
});
