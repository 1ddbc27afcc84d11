import { describe, expect, test } from 'vitest';
import {
  aShipment,
  type Client,
  type Package,
  type PackagePage,
  paths,
  type RequestsReply,
  shareServer,
  type ShipmentPage,
} from '../support/serve-client.ts';
import { shapeErrors } from '../support/shape.ts';

/** Packages: the legs with one `package_key`. */

const server = shareServer();

const documented = {
  id: '0d9b8817-fc47-47c3-b134-b3565ae1a57f',
  shipment_id: 'SHIP-001',
  package_key: '26830007899150601093463',
  client_billing_id: 'CORREOS-EXPRESS',
  weight_kg: 15,
  total_distance_km: 850.5,
  total_co2e: 42.75,
  status: 'active',
  created_at: '2024-01-15T10:30:00Z',
  updated_at: '2024-01-15T10:30:00Z',
};
const documentedLeg = {
  id: '0d9b8817-fc47-47c3-b134-b3565ae1a57f',
  origin: 'Madrid Hub',
  destination: 'Valencia Hub',
  distance_km: 350.2,
  co2e: 17.51,
};

/** The legs of the documentation's example. */
const legs = [
  { origin: 'Madrid Hub', destination: 'Valencia Hub', distance_km: 350.2, movement_stretch: '1' },
  { origin: 'Valencia Hub', destination: 'Barcelona Hub', distance_km: 350.3, movement_stretch: '2' },
  { origin: 'Barcelona Hub', destination: 'the door', distance_km: 150, movement_stretch: '3' },
].map((leg) => ({
  ...leg,
  toc: 'van_diesel',
  load: 15,
  movement_id: 'SHIP-001',
  client: 'CORREOS-EXPRESS',
  package_key: '26830007899150601093463',
}));

const post = async (client: Client, records: readonly object[], path: string = paths.requestsBulk) =>
  (await client.call<RequestsReply>('POST', path, { records })).body;

const list = async ({ call }: Client, query = ''): Promise<PackagePage> =>
  (await call<PackagePage>('GET', `${paths.packages}${query}`)).body;

const find = async ({ call }: Client, id: string | null | undefined) =>
  call<Package>('GET', `${paths.packages}/${String(id)}`);

const sum = (figures: readonly (number | null)[]): number =>
  figures.reduce<number>((total, each) => total + Number(each), 0);

describe('a package', () => {
  test('has the sums of its legs, in the documented shape', async () => {
    const client = server.newClient();
    const { results } = await post(client, legs);
    const [packageId] = results.map((result) => result.package_id);
    expect(results.map((result) => result.package_id)).toEqual([packageId, packageId, packageId]);
    const { status, body } = await find(client, packageId);
    expect(status).toBe(200);
    expect(shapeErrors({ ...documented, legs: [documentedLeg] }, body)).toEqual([]);
    expect(body).toMatchObject({
      id: packageId,
      shipment_id: 'SHIP-001',
      package_key: '26830007899150601093463',
      client_billing_id: 'CORREOS-EXPRESS',
      weight_kg: 15,
      status: 'active',
    });
    expect(body.total_distance_km).toBeCloseTo(850.5, 9);
    expect(body.total_co2e).toBeCloseTo(sum(results.map(({ co2e }) => co2e)), 9);
    expect(body.legs).toEqual(
      legs.map(({ origin, destination, distance_km: km }, place) => ({
        id: results[place]?.id,
        origin,
        destination,
        distance_km: km,
        co2e: results[place]?.co2e,
      })),
    );
  });

  test('grows with legs of later calls, of both versions, and is pending until they are calculated', async () => {
    const client = server.newClient();
    const first = await post(client, legs.slice(0, 1));
    const later = await post(client, legs.slice(1), paths.requestsBulkV2);
    expect(later.results.map((result) => result.package_id)).toEqual([
      first.results[0]?.package_id,
      first.results[0]?.package_id,
    ]);
    await client.finished(later.processing_job_id);
    const { body } = await find(client, first.results[0]?.package_id);
    expect(body.legs).toHaveLength(3);
    expect(body.status).toBe('active');
    const { body: stored } = await client.call<ShipmentPage>('GET', paths.requests);
    expect(body.total_co2e).toBeCloseTo(sum(stored.items.map(({ co2e }) => co2e)), 9);
  });

  test('is an error where one of its legs is', async () => {
    const client = server.newClient();
    const reply = await post(
      client,
      [...legs, { ...legs[0], toc: 'spaceship', movement_stretch: '4' }],
      paths.requestsBulkV2,
    );
    await client.finished(reply.processing_job_id);
    const { body } = await find(client, reply.results[0]?.package_id);
    expect(body).toMatchObject({ status: 'error' });
    expect(body.legs.map(({ co2e }) => co2e === null)).toEqual([false, false, false, true]);
  });

  test('is recalculated when a leg is deleted, and gone with the last one', async () => {
    const client = server.newClient();
    const { results } = await post(client, legs);
    const id = results[0]?.package_id;
    await client.call('DELETE', `${paths.requests}/${String(results[1]?.id)}`);
    const { body } = await find(client, id);
    expect(body.total_distance_km).toBeCloseTo(500.2, 9);
    expect(body.total_co2e).toBeCloseTo(sum([results[0], results[2]].map((result) => result?.co2e ?? null)), 9);
    expect(body.legs.map((leg) => leg.id)).toEqual([results[0]?.id, results[2]?.id]);
    const rest = [results[0]?.id, results[2]?.id];
    await client.call('POST', `${paths.requests}/batch-delete`, { request_ids: rest });
    expect(await find(client, id)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', detail: 'Package not found' },
    });
    expect((await list(client)).total).toBe(0);
  });

  test('stays where a deletion of its legs is refused', async () => {
    const client = server.newClient();
    const { results } = await post(client, legs);
    const ids = [...results.map(({ id }) => id), '0d9b8817-fc47-47c3-b134-b3565ae1a57f'];
    await client.call('POST', `${paths.requests}/batch-delete`, { request_ids: ids });
    expect((await find(client, results[0]?.package_id)).body.legs).toHaveLength(3);
  });
});

describe('the list of packages', () => {
  const records = [
    ...legs,
    { ...aShipment, package_key: 'P-2', movement_id: 'SHIP-002', client: 'AMAZON' },
    { ...aShipment, package_key: 'P-3', movement_id: 'SHIP-002' },
    aShipment,
  ];
  const keys = ({ items }: PackagePage): readonly string[] => items.map((item) => item.package_key);

  test('has the packages in the order in which they came, without legs, by pages', async () => {
    const client = server.newClient();
    await post(client, records);
    const all = await list(client);
    expect(all).toMatchObject({ page: 1, size: 10, total: 3, pages: 1 });
    expect(shapeErrors([documented], all.items.slice(0, 1))).toEqual([]);
    expect(keys(all)).toEqual(['26830007899150601093463', 'P-2', 'P-3']);
    expect(all.items.every((item) => !('legs' in item))).toBe(true);
    expect(keys(await list(client, '?size=2&page=2'))).toEqual(['P-3']);
  });

  test('is filtered by package_key, then with legs, by movement_id and by client', async () => {
    const client = server.newClient();
    await post(client, records);
    const [found] = (await list(client, '?package_key=26830007899150601093463')).items;
    expect(shapeErrors([documentedLeg], found?.legs)).toEqual([]);
    expect(found?.legs).toHaveLength(3);
    expect(keys(await list(client, '?package_key[]=P-2&package_key[]=P-3'))).toEqual(['P-2', 'P-3']);
    expect(keys(await list(client, '?movement_id=SHIP-002'))).toEqual(['P-2', 'P-3']);
    expect(keys(await list(client, '?client=AMAZON'))).toEqual(['P-2']);
    expect(keys(await list(client, '?package_key=none'))).toEqual([]);
  });
});
