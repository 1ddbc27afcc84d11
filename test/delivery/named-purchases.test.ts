import { expect, test } from 'vitest';
import { World } from '../support/account-world.ts';

const [diesel, jet] = ['f51a1645-c201-43da-9dcd-6408be3cb517', 'a0b56b0f-216c-456e-9e0f-1876d3b57622'];
const header = 'date,country,vehicle_license_plate,quantity,fuel_id';

interface Purchase {
  readonly day: number;
  readonly quantity: number;
  readonly fuel?: string | undefined;
  readonly id?: number;
}

const row = ({ day, quantity, fuel = diesel, id }: Purchase): string =>
  [
    `2025-06-${String(day)}`,
    'ES',
    '1234-ABC',
    quantity,
    fuel,
    ...(id === undefined ? [] : [`id-${String(id)}`]),
  ].join();

/** Uploads fixed rows to an account that has stored these purchases of one vehicle, and could calculate none. */
async function fixed(stored: readonly Purchase[], rows: readonly Purchase[]): Promise<World> {
  const world = new World();
  await world.send([header, ...stored.map(row)], {}, 'recharges');
  world.stored = world.stored.map((each) => ({ ...each, co2e: null, status: 'error', error_messages: ['NO_FUEL'] }));
  await world.send([`${header},_id`, ...rows.map(row)], {}, 'recharges');
  return world;
}

const first = { day: 15, quantity: 40 };
const two = [first, { day: 16, quantity: 50 }];

test.each<[string, readonly Purchase[], readonly Purchase[]]>([
  ['its day and its quantity are others', two, [{ day: 15, quantity: 41, id: 2 }]],
  [
    'another purchase is more like it',
    [first, { day: 16, quantity: 40 }],
    [{ day: 15, quantity: 40.5, fuel: jet, id: 2 }],
  ],
  [
    'the ledger has it as that of another row of the file',
    [first, { day: 15, quantity: 50 }],
    [
      { day: 15, quantity: 41, id: 2 },
      { day: 15, quantity: 50, fuel: jet, id: 1 },
    ],
  ],
])('an id that has slipped to another purchase of the vehicle deletes nothing: %s', async (_, stored, rows) => {
  const world = await fixed(stored, rows);
  expect([world.stored.map(({ id }) => id), world.removals]).toEqual([['id-1', 'id-2'], 0]);
  expect(world.errors.match(/_id names the stored record of another row/g)).toHaveLength(rows.length);
});

test.each<[string, Purchase]>([
  ['day', { day: 17, quantity: 50, id: 2 }],
  ['quantity', { day: 16, quantity: 5, id: 2 }],
  ['fuel', { day: 16, quantity: 50, fuel: jet, id: 2 }],
])('a purchase whose %s is corrected takes the place of its own', async (_, purchase) => {
  const world = await fixed(two, [purchase]);
  expect(world.stored.map(({ id }) => id)).toEqual(['id-1', 'id-3']);
});
