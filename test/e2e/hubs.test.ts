import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HubsDocument } from '../../src/report/hubs-document.ts';
import { type Script, startApi } from '../support/api-server.ts';
import { withCache } from '../support/catalogue.ts';
import { dcycleUpload, folderWith, summaryOf } from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';

const hubOf = (index: number, name: string, address: string | null, country: string | null = null) => ({
  id: `7c0e8c1e-8f5f-4b76-9a3e-${String(index).padStart(12, '0')}`,
  name,
  address,
  country,
  type: 'subcontracted',
  category: null,
  status: 'active',
  supercharger: false,
  co2e: null,
});

const named = [
  hubOf(1, 'ALM-MAD-01', 'Calle Mayor 5, Getafe, Spain'),
  hubOf(2, 'Valencia', 'Sevilla, Spain', 'ES'),
  hubOf(3, 'Norte', null),
  hubOf(4, 'Raro', 'Xqzzyblorp 7'),
];
/** More than a page. */
const hubs = [...named, ...Array.from({ length: 120 }, (_, index) => hubOf(10 + index, `H${String(index)}`, null))];

/** Lists the hubs in pages; whatever else goes to the server. */
const listing: Script = ({ path }, _response, _index, forward) => {
  if (!path.startsWith('/v1/logistics/hubs')) return forward();
  const query = new URLSearchParams(path.split('?')[1]);
  const [page, size] = [Number(query.get('page')), Number(query.get('size'))];
  return { items: hubs.slice((page - 1) * size, page * size), total: hubs.length, page, size };
};

describe('the hubs of the account', () => {
  test('are fetched page by page, and used by --local and checked before an upload', async () => {
    const api = await startApi(listing);
    const { env } = withCache(api.env);
    const nothing = await dcycleUpload(['hubs'], { env });
    expect(nothing).toMatchObject({ code: 0, stderr: '' });
    expect(nothing.stdout).toBe("The account's own hubs are not known here: dcycle-upload hubs --sync fetches them.\n");

    const synced = await dcycleUpload(['hubs', '--sync', '--json'], { env });
    expect(synced).toMatchObject({ code: 0, stderr: "fetched 124 rows of the account's hubs\n" });
    const document = JSON.parse(synced.stdout) as HubsDocument;
    expect(schemaErrors('hubs-1.json', document)).toEqual([]);
    expect(document.account?.rows.map(({ name }) => name)).toEqual(hubs.map(({ name }) => name));
    expect(document.account?.rows.slice(0, 4).map(({ place }) => place)).toEqual([
      'Getafe, ES',
      'Sevilla, ES',
      null,
      null,
    ]);

    const row = (id: string, origin: string, destination: string) =>
      `${id},${origin},${destination},1000,kg,road,2025-05-01,van_diesel\n`;
    const header = 'movement_id,origin,destination,load,load_unit,category,shipment_date,toc\n';
    const cwd = folderWith({
      'a.csv': [
        header,
        row('A', 'alm mad 01', 'Valencia'),
        row('B', 'ALM-MAD-02', 'Norte'),
        row('C', 'Raro', 'Lyon'),
      ].join(''),
      'own.csv': 'name,lat,lon\nRaro,45.76,4.84\n',
    });
    const local = await dcycleUpload(['requests', 'a.csv', '--local', '--json', '--errors', 'e.csv'], { cwd, env });
    expect(local.code).toBe(1);
    expect(summaryOf(local).errors_by_code).toEqual({ UNKNOWN_PLACE: 2 });
    // By road from Getafe to Seville, not to Valencia: 530 km.
    const results = readFileSync(join(cwd, 'a.results.csv'), 'utf8').split('\n');
    expect(results).toHaveLength(3);
    expect(results[1]).toContain('ALM-MAD-01, ES to Valencia, ES');
    const distance = Number(/,([\d.]+),"road: /.exec(results[1] ?? '')?.[1]);
    expect(distance).toBeGreaterThan(480);
    expect(distance).toBeLessThan(620);
    expect(readFileSync(join(cwd, 'e.csv'), 'utf8')).toContain(
      '""Raro"" is a hub of the account, whose address ""Xqzzyblorp 7"" is not a known place',
    );
    // The user's own file comes first.
    const own = ['requests', 'a.csv', '--local', '--json', '--hubs', 'own.csv', '--where', 'movement_id=C'];
    expect((await dcycleUpload(own, { cwd, env })).code).toBe(0);

    const dry = await dcycleUpload(['requests', 'a.csv', '--dry-run', '--json'], { cwd, env });
    expect(
      summaryOf(dry)
        .warnings.filter(({ code }) => code === 'UNKNOWN_HUB')
        .map(({ message }) => message),
    ).toEqual([
      '"ALM-MAD-02" is neither a hub of the account nor a place that is known here; did you mean "ALM-MAD-01"?; the API will decide',
      '"Norte" is a hub of the account without an address',
    ]);
  });

  test('may be none', async () => {
    const api = await startApi();
    const { env } = withCache(api.env);
    const { code, stdout } = await dcycleUpload(['hubs', '--sync'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Account, synced \S+\nthe account has none\n$/);
  });
});
