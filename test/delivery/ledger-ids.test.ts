import { expect, test } from 'vitest';
import { ledgerIds } from '../../src/delivery/ledger-ids.ts';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { World } from '../support/account-world.ts';

test('the ledger has the ids of records by what was sent; of those alike each its own', async () => {
  const world = new World();
  const header = 'shipment_date,origin,destination,load,category';
  const row = '2025-06-15,Madrid,Lyon,5,road';
  await world.send([header, row, row, '2025-06-15,Madrid,Lyon,6,road'], { dedupeKey: 'none' });
  const contents = world.stored.map(({ id: _id, co2e: _co2e, created_at: _at, ...fields }) => JSON.stringify(fields));
  const store = createSqliteStore(`${world.folder}/${world.machine}/dcycle-upload`);
  const organizationId = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';
  const account = { kind: 'requests', baseUrl: 'https://api.dcycle.io/', organizationId } as const;
  const view = await store.view(account);
  expect(await ledgerIds(view, [...contents, contents[0] ?? '', '{}'])).toEqual([
    'id-1',
    'id-2',
    'id-3',
    undefined,
    undefined,
  ]);
  await view.close();
  await store.close();
});
