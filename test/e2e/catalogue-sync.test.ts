import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refuse, type Script, someCredentials, startApi } from '../support/api-server.ts';
import { filesIn, fuelsOf, tocsOf, withCache } from '../support/catalogue.ts';
import { dcycleUpload, folderWith, summaryOf } from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';

/** An account with types and fuels, and with gaps, that are nowhere in the embedded catalogue. */
const accountTocs = [
  {
    toc: 'van_diesel',
    category: 'road',
    vehicle: 'van',
    type: 'diesel',
    wtw: 1.27,
    default_load: 3500,
    location: 'EU',
  },
  {
    toc: 'van_diesel',
    category: 'road',
    vehicle: 'van',
    type: 'diesel',
    wtw: 1.31,
    default_load: 3500,
    location: 'GLO',
  },
  { toc: 'general_cargo', category: 'maritime', vehicle: 'vessel', type: 'hfo', wtw: 0.012, location: null },
];
const accountFuels = {
  total_count: 2,
  fuels: [
    {
      id: 'f51a1645-c201-43da-9dcd-6408be3cb517',
      name: 'diesel',
      unit_id: '54a709bf-79fe-4acb-ab85-5e1d7cd26eb4',
      region: 'EU',
    },
    { id: '0b1f6a1e-0000-4000-8000-000000000001', name: 'Solid rocket fuel', unit_id: null, region: null },
  ],
};

/** Answers both catalogues. */
const catalogues: Script = ({ path }) => (path === '/v1/logistics/tocs' ? accountTocs : accountFuels);

/** The file of an organisation's vehicle types in a cache. */
const tocsFile = (cache: string, organizationId: string): string =>
  filesIn(cache).find((path) => path.endsWith(join(organizationId, 'tocs.json'))) ?? '';

describe('--sync with the server’s own catalogue', () => {
  test('fetches every vehicle type as the server has it', async () => {
    const api = await startApi();
    const { env } = withCache(api.env);
    const result = await dcycleUpload(['tocs', '--sync', '--json'], { env });
    expect(result.code).toBe(0);
    expect(api.calls.map(({ path }) => path)).toEqual(['/v1/logistics/tocs']);
    const { embedded, account } = tocsOf(result);
    expect(account?.rows).toEqual(JSON.parse(api.calls[0]?.reply?.body ?? ''));
    expect(result.stderr).toBe(`fetched ${String(account?.rows.length)} rows of the account's vehicle types\n`);
    const own = new Map(account?.rows.map((row) => [row.toc, row]));
    const calculated = embedded.filter(({ factors }) => factors.length > 0);
    expect([...own.keys()].toSorted()).toEqual(calculated.map(({ toc }) => toc).toSorted());
    expect(own.get('van_diesel')).toMatchObject({ category: 'road', vehicle: 'van', type: 'diesel', location: 'GLO' });
    // A figure of the latest year, and one that depends on the distance: that of the longest.
    for (const toc of ['van_diesel', 'belly_freight']) {
      const factors = calculated.find((each) => each.toc === toc)?.factors ?? [];
      const year = Math.max(...factors.map((factor) => factor.year ?? 0));
      const last = factors.find((factor) => factor.year === year && factor.below_km === null);
      expect(last?.wtw_kg_per_tkm).toBeGreaterThan(0);
      expect(own.get(toc)?.wtw).toBe(last?.wtw_kg_per_tkm);
    }
    const later = await dcycleUpload(['tocs', '--search', 'van_diesel'], { env });
    expect(later.stdout).toMatch(/│ van_diesel +│ road +│ van +│ diesel +│ 0\.\d{5} │ +400 │ GLO +│/);
    expect(api.calls.length).toBe(1);
  });

  test('fetches every fuel as the server has it, and knows each of them', async () => {
    const api = await startApi();
    const result = await dcycleUpload(['fuels', '--sync', '--json'], withCache(api.env));
    expect(result.code).toBe(0);
    const { embedded, account } = fuelsOf(result);
    const rows = account?.rows ?? [];
    expect(rows.map(({ calculated_as: _fuel, ...row }) => row)).toEqual(
      (JSON.parse(api.calls[0]?.reply?.body ?? '') as { fuels: unknown }).fuels,
    );
    expect(rows.map((row) => row.calculated_as)).toEqual(embedded.map(({ name }) => name));
    expect(rows.find(({ name }) => name === 'diesel')).toMatchObject({
      id: 'f51a1645-c201-43da-9dcd-6408be3cb517',
      calculated_as: 'Diesel (average biofuel blend)',
    });
  });

  test('gives figures to calculate with that come to what the server calculates', async () => {
    const api = await startApi();
    const { env } = withCache(api.env);
    const cwd = folderWith({ 'a.csv': 'toc,load,distance_km\nvan_diesel,500,100\nbulk_carrier,9000,4000\n' });
    expect((await dcycleUpload(['tocs', '--sync', '--json'], { env })).code).toBe(0);
    const args = ['requests', 'a.csv', '--json'];
    const here = await dcycleUpload([...args, '--local', '--factors', 'account'], { cwd, env });
    const there = await dcycleUpload([...args, '--api-version', 'v1'], { cwd, env });
    expect([here.code, there.code]).toEqual([0, 0]);
    expect(summaryOf(here).emissions?.co2e_kg).toBeGreaterThan(0);
    expect(summaryOf(here).emissions?.co2e_kg).toBe(summaryOf(there).emissions?.co2e_kg);
  });
});

describe('--sync', () => {
  test('fetches the account’s vehicle types in one call, keeps them and lists them from then on', async () => {
    const api = await startApi(catalogues);
    const { env, cache } = withCache(api.env);
    const result = await dcycleUpload(['tocs', '--sync', '--search', 'van_diesel'], { env });
    expect(result.code).toBe(0);
    expect(result.stderr).toBe("fetched 3 rows of the account's vehicle types\n");
    expect(api.calls.map(({ path, headers }) => [path, headers['x-api-key'], headers['x-organization-id']])).toEqual([
      ['/v1/logistics/tocs', api.apiKey, api.organizationId],
    ]);
    expect(result.stdout).toMatch(/Account, synced \d{4}-\d\d-\d\d\n/);
    expect(result.stdout).toMatch(/│ van_diesel +│ road +│ van +│ diesel │ 1\.27000 │ +3,500 │ EU +│/);
    // Without a key: only --sync needs one.
    const { DCYCLE_API_KEY: _key, ...keyless } = env;
    const later = await dcycleUpload(['tocs', '--json', '--search', 'hfo'], { env: keyless });
    expect(api.calls.length).toBe(1);
    expect(schemaErrors('tocs-1.json', tocsOf(later))).toEqual([]);
    expect(tocsOf(later)).toMatchObject({ embedded: [], account: { rows: [{ toc: 'general_cargo', wtw: 0.012 }] } });
    for (const path of filesIn(cache)) expect(readFileSync(path, 'utf8')).not.toContain(api.apiKey);
    // Another account has its own.
    const other = { ...env, DCYCLE_ORG_ID: api.neighbour.organizationId };
    expect(tocsOf(await dcycleUpload(['tocs', '--json'], { env: other })).account).toBeNull();
  });

  test('fetches the account’s fuels and says as what each is calculated', async () => {
    const api = await startApi(catalogues);
    const { env } = withCache(api.env);
    const result = await dcycleUpload(['fuels', '--sync', '--json'], { env });
    expect(result.code).toBe(0);
    expect(api.calls.map(({ path }) => path)).toEqual(['/v1/logistics/fuels']);
    const document = fuelsOf(result);
    expect(schemaErrors('fuels-1.json', document)).toEqual([]);
    expect(document.account?.rows.map((row) => [row.name, row.calculated_as])).toEqual([
      ['diesel', 'Diesel (average biofuel blend)'],
      ['Solid rocket fuel', null],
    ]);
    const listed = await dcycleUpload(['fuels', '--search', 'rocket'], { env });
    expect(listed.stdout).toContain('none of the embedded fuels matches');
    expect(listed.stdout).toMatch(/│ Solid rocket fuel │ 0b1f6a1e-0000-4000-8000-000000000001 │ – +│ –/);
    // By a name that only this tool has for it.
    const alias = fuelsOf(await dcycleUpload(['fuels', '--json', '--search', 'gasóleo auto'], { env }));
    expect(alias.account?.rows.map(({ name }) => name)).toEqual(['diesel']);
    const elsewhere = await dcycleUpload(['fuels', '--search', 'marine'], { env });
    expect(elsewhere.stdout).toContain("none of the account's fuels matches");
  });

  test('takes the options over the environment', async () => {
    const api = await startApi();
    const { env } = withCache({ DCYCLE_API_KEY: 'wrong', DCYCLE_BASE_URL: 'http://127.0.0.1:9' });
    const cwd = folderWith({ key: `${api.apiKey}\n` });
    const options = ['--base-url', api.url, '--api-key-file', 'key', '--org', api.organizationId];
    const result = await dcycleUpload(['tocs', '--sync', '--json', ...options], { cwd, env });
    expect(result.code).toBe(0);
    expect(tocsOf(result).account?.rows.length).toBeGreaterThan(3);
    expect(api.calls[0]?.headers['x-api-key']).toBe(api.apiKey);
  });

  test('leaves out rows that are not valid, and counts them', async () => {
    const api = await startApi(() => [...accountTocs, { toc: 'x', wtw: 1 }, 'y']);
    const result = await dcycleUpload(['tocs', '--sync', '--json'], withCache(api.env));
    expect(result.code).toBe(0);
    expect(result.stderr).toContain("fetched 3 rows of the account's vehicle types\n");
    expect(result.stderr).toContain('2 rows of the reply left out, as not valid (row 4: category is missing or wrong)');
    expect(tocsOf(result).account?.rows.length).toBe(3);
  });

  test('says when the reply has fewer fuels than the API counts', async () => {
    const api = await startApi(() => ({ ...accountFuels, total_count: 21 }));
    const result = await dcycleUpload(['fuels', '--sync', '--json'], withCache(api.env));
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('the API counts 21 fuels, and its reply has 2');
  });

  test('shows nothing of a reply that could play with the terminal', async () => {
    const api = await startApi(() => [{ ...accountTocs[0], toc: 'van\u001b[31m' }]);
    const result = await dcycleUpload(['tocs', '--sync'], withCache(api.env));
    expect(result.stdout).toContain('van\\x1b[31m');
    expect(result.stdout).not.toContain('\u001b');
  });

  const failures: readonly [string, Script, number, string][] = [
    [
      'HTTP 401',
      ({ headers }, response) => refuse(response, 401, { detail: `Invalid API key ${String(headers['x-api-key'])}` }),
      4,
      'ACCESS_REFUSED',
    ],
    ['HTTP 403', (_call, response) => refuse(response, 403, { detail: 'Forbidden' }), 4, 'ACCESS_REFUSED'],
    [
      'an unknown organisation',
      (_call, response) => refuse(response, 404, { code: 'ORGANIZATION_NOT_FOUND', detail: 'x' }),
      4,
      'ACCESS_REFUSED',
    ],
    ['HTTP 404', (_call, response) => refuse(response, 404, { detail: 'Not Found' }), 5, 'CATALOGUE_UNREADABLE'],
    [
      'HTTP 503',
      ({ headers }, response) => refuse(response, 503, { detail: headers['x-api-key'] }),
      5,
      'CATALOGUE_UNREADABLE',
    ],
    [
      'no JSON',
      (_call, response) => {
        response.end('<html>');
        return undefined;
      },
      5,
      'CATALOGUE_UNREADABLE',
    ],
    ['another reply', () => ({ items: [] }), 5, 'CATALOGUE_UNREADABLE'],
    ['no valid row', () => [{ name: 'x' }], 5, 'CATALOGUE_UNREADABLE'],
    ['no row at all', () => [], 5, 'CATALOGUE_UNREADABLE'],
    [
      'a broken connection',
      (_call, response) => {
        response.destroy();
        return undefined;
      },
      5,
      'CATALOGUE_UNREADABLE',
    ],
  ];

  test.each(failures)('fails after %s, tries no more and keeps what it has', async (_name, script, code, error) => {
    let isBad = false;
    const api = await startApi((call, response, index, forward) =>
      isBad ? script(call, response, index, forward) : forward(),
    );
    const { env, cache } = withCache(api.env);
    const args = ['tocs', '--sync', '--json'];
    expect((await dcycleUpload(args, { env })).code).toBe(0);
    const before = readFileSync(tocsFile(cache, api.organizationId), 'utf8');
    isBad = true;
    const result = await dcycleUpload(args, { env });
    expect(result.code).toBe(code);
    expect(api.calls.length).toBe(2);
    expect(schemaErrors('tocs-1.json', tocsOf(result))).toEqual([]);
    expect(tocsOf(result)).toMatchObject({ embedded: [], account: null, error: { code: error } });
    expect(result.stdout + result.stderr).not.toContain(api.apiKey);
    expect(readFileSync(tocsFile(cache, api.organizationId), 'utf8')).toBe(before);
    expect(filesIn(cache).length).toBe(1);
  });

  test('ends with 5 when no one listens', async () => {
    const env = { ...someCredentials, DCYCLE_BASE_URL: 'http://127.0.0.1:9' };
    const result = await dcycleUpload(['fuels', '--sync'], withCache(env));
    expect(result.code).toBe(5);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain("the account's fuels can't be read");
    expect(result.stderr).toContain("can't be reached");
  });

  test('ends with 5 when no answer comes in time', async () => {
    const api = await startApi(() => undefined);
    const result = await dcycleUpload(['tocs', '--sync', '--timeout', '0.2'], withCache(api.env));
    expect(result.code).toBe(5);
    expect(result.stderr).toContain('no answer within 0.2 s');
  });

  test('ends with 5 when an answer does not come to its end in time, though it comes on and on', async () => {
    const api = await startApi((_call, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
      return undefined;
    });
    const result = await dcycleUpload(['tocs', '--sync', '--timeout', '0.4'], withCache(api.env));
    expect(result.code).toBe(5);
    expect(result.stderr).toContain('no answer within 0.4 s');
  });

  test('ends with 2 without credentials', async () => {
    const result = await dcycleUpload(['tocs', '--sync', '--json'], withCache());
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('DCYCLE_API_KEY and DCYCLE_ORG_ID are not set');
    expect(tocsOf(result).error?.code).toBe('CREDENTIALS_MISSING');
  });

  test('ends with 2 when the cache can’t be written', async () => {
    const api = await startApi();
    const cwd = folderWith({ taken: '' });
    const { env } = withCache(api.env, join(cwd, 'taken'));
    const result = await dcycleUpload(['tocs', '--sync', '--json'], { cwd, env });
    expect(result.code).toBe(2);
    expect(tocsOf(result).error?.code).toBe('CACHE_UNWRITABLE');
    expect(result.stderr).toContain('XDG_CACHE_HOME');
    // Reading needs no cache.
    expect((await dcycleUpload(['tocs', '--json'], { cwd, env })).code).toBe(0);
  });

  test('takes a damaged file for one that was never fetched', async () => {
    const api = await startApi();
    const { env, cache } = withCache(api.env);
    expect((await dcycleUpload(['tocs', '--sync', '--json'], { env })).code).toBe(0);
    writeFileSync(tocsFile(cache, api.organizationId), '{"synced_at": "2025-');
    expect(tocsOf(await dcycleUpload(['tocs', '--json'], { env })).account).toBeNull();
  });
});
