import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FuelsDocument } from '../../src/report/fuels-document.ts';
import type { TocsDocument } from '../../src/report/tocs-document.ts';
import { type Answer, apiKey, organizationId, refuse, startApi } from '../support/api-server.ts';
import { type CommandResult, dcycleUpload, folderWith, temporaryFolder } from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';

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
const dieselId = 'f51a1645-c201-43da-9dcd-6408be3cb517';
const accountFuels = {
  total_count: 2,
  fuels: [
    { id: dieselId, name: 'diesel', unit_id: '54a709bf-79fe-4acb-ab85-5e1d7cd26eb4', region: 'EU' },
    { id: '0b1f6a1e-0000-4000-8000-000000000001', name: 'Solid rocket fuel', unit_id: null, region: null },
  ],
};

/** Answers both catalogues. */
const catalogues: Answer = ({ path }) => (path === '/v1/logistics/tocs' ? accountTocs : accountFuels);

const tocsOf = ({ stdout }: CommandResult): TocsDocument => JSON.parse(stdout) as TocsDocument;
const fuelsOf = ({ stdout }: CommandResult): FuelsDocument => JSON.parse(stdout) as FuelsDocument;

/** An environment whose cache is a folder of this test's own. */
const withCache = (
  env: Readonly<Record<string, string>> = {},
  cache = temporaryFolder(),
): { readonly env: Readonly<Record<string, string>>; readonly cache: string } => ({
  env: { ...env, XDG_CACHE_HOME: cache },
  cache,
});

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const tocsFile = (cache: string): string =>
  filesIn(cache).find((path) => path.endsWith(join(organizationId, 'tocs.json'))) ?? '';

describe('tocs', () => {
  test('lists the embedded vehicle types by category, with figures, sources and licences', async () => {
    const result = await dcycleUpload(['tocs'], withCache());
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const { stdout } = result;
    expect(stdout).toMatch(/van_diesel +│ 0\.\d{5} │ 0\.\d{5} │ 0\.\d{5} │ +0\.4 \[\d\] │ 2023–25 \[\d\]/);
    expect(stdout).toContain('also van_3.5_t_diesel');
    expect(stdout).toContain('default of road');
    expect(stdout).toMatch(/[\d.]{7} kWh\/tkm at the plug/);
    expect(stdout).toContain('from 1,500 km');
    expect(stdout).toContain('under 1,500 km');
    expect(stdout).toContain('Licence: Open Government Licence v3.0');
    const categories = ['road', 'rail', 'maritime', 'air'].map((name) => stdout.search(new RegExp(`^│ ${name} `, 'm')));
    expect(categories).toEqual(categories.toSorted((a, b) => a - b));
    expect(stdout).toContain('dcycle-upload tocs --sync');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('left out');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('prints every figure with its source as one document', async () => {
    const result = await dcycleUpload(['tocs', '--json'], withCache());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const document = tocsOf(result);
    expect(schemaErrors('tocs-1.json', document)).toEqual([]);
    expect(document.account).toBeNull();
    const van = document.embedded.find(({ toc }) => toc === 'van_diesel');
    expect(van).toMatchObject({ aliases: ['van_3.5_t_diesel'], category: 'road', default_load: { tonnes: 0.4 } });
    expect(van?.factors.map(({ year }) => year).toSorted()).toEqual([2023, 2024, 2025]);
    const calculated = document.embedded.flatMap(({ factors }) => factors);
    for (const { source, licence, kwh_per_tkm: kwh, ...factor } of calculated) {
      expect(source.length).toBeGreaterThan(10);
      expect(licence).not.toBe('');
      if (kwh !== null) continue;
      expect(source).toContain('https://');
      expect(source).toContain(String(factor.year));
      const { wtw_kg_per_tkm: wtw, wtt_kg_per_tkm: wtt, ttw_kg_per_tkm: ttw } = factor;
      expect(wtw).toBeCloseTo((wtt ?? NaN) + (ttw ?? NaN), 9);
    }
    const defaults = document.embedded.filter((toc) => toc.is_default).map(({ category }) => category);
    expect(defaults.toSorted()).toEqual(['air', 'maritime', 'rail', 'road']);
  });

  test('searches names, aliases and categories for all words, without case and accents', async () => {
    const find = async (text: string): Promise<string[]> =>
      tocsOf(await dcycleUpload(['tocs', '--json', '--search', text], withCache())).embedded.map(({ toc }) => toc);
    expect(await find('ÁRTICULATED  refrigerated')).toEqual(['artic_truck_diesel_refrigerated']);
    expect(await find('rail')).toContain('generic_average_rail');
    expect(await find('van maritime')).toEqual([]);
  });

  test('says what is nearest where a search finds nothing, and ends with 0', async () => {
    const args = ['tocs', '--search', 'van_disel'];
    const result = await dcycleUpload(args, withCache());
    expect(result).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: 'none of the vehicle types matches "van_disel"; did you mean "van_diesel"?\n',
    });
    const json = await dcycleUpload([...args, '--json'], withCache());
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(tocsOf(json)).toEqual({ schema: 'dcycle-upload/tocs/1', embedded: [], account: null });
  });
});

describe('fuels', () => {
  test('lists the embedded fuels in every unit', async () => {
    const result = await dcycleUpload(['fuels'], withCache());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = result;
    const rows = stdout.split('\n');
    const at = rows.findIndex((row) => row.startsWith('│ Marine gas oil'));
    expect(rows.slice(at, at + 3).map((row) => row.split('│')[2]?.trim())).toEqual(['l', 'kg', 'kWh']);
    expect(rows[at]).toMatch(/│ l +│( +\d\.\d{5} │){5} +2023–25 │/);
    expect(rows[at + 1]).toContain('also MGO, MDO');
    expect(stdout).toContain('by country and year');
    expect(stdout).toContain('Licence: ODbL 1.0.');
    for (const line of rows) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('prints every figure with its source as one document', async () => {
    const result = await dcycleUpload(['fuels', '--json'], withCache());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const document = fuelsOf(result);
    expect(schemaErrors('fuels-1.json', document)).toEqual([]);
    const diesel = document.embedded.find(({ ids }) => ids.includes(dieselId));
    expect(diesel?.factors.slice(0, 1)).toMatchObject([{ year: 2025, unit: 'l' }]);
    const earlier = diesel?.factors.filter(({ year }) => year === 2023) ?? [];
    expect(earlier.map(({ unit }) => unit).toSorted()).toEqual(['kWh', 'kg', 'l']);
    for (const { id, source } of earlier) {
      expect(id).toContain('desnz2023-');
      expect(source).toContain('2023');
      expect(source).not.toContain('2025');
    }
  });

  test('lists the figures that --local calculates with', async () => {
    const cwd = folderWith({ 'r.csv': 'fuel,country,date,quantity\ndiesel,ES,2023-06-15,10\nHVO,ES,2025-06-15,10\n' });
    const run = await dcycleUpload(['recharges', 'r.csv', '--local', '--quiet', '--out', 'o.jsonl'], {
      cwd,
      ...withCache(),
    });
    expect(run.code).toBe(0);
    const factors = new Map(
      fuelsOf(await dcycleUpload(['fuels', '--json'], withCache())).embedded.flatMap((fuel) =>
        fuel.factors.map((factor): [string, number] => [`${factor.id} ${factor.unit}`, factor.wtw_kg]),
      ),
    );
    const results = readFileSync(join(cwd, 'o.jsonl'), 'utf8').trimEnd().split('\n');
    for (const line of results) {
      const row = JSON.parse(line) as { factor_source: string; unit: string; factor_kg_per_unit: number };
      expect(factors.get(`${row.factor_source} ${row.unit}`)).toBe(row.factor_kg_per_unit);
    }
    expect(results.length).toBe(2);
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
      ['/v1/logistics/tocs', apiKey, organizationId],
    ]);
    expect(result.stdout).toMatch(/Account, synced \d{4}-\d\d-\d\d\n/);
    expect(result.stdout).toMatch(/│ van_diesel +│ road +│ van +│ diesel │ 1\.27000 │ +3,500 │ EU +│/);
    // Without a key: only --sync needs one.
    const { DCYCLE_API_KEY: _key, ...keyless } = env;
    const later = await dcycleUpload(['tocs', '--json', '--search', 'hfo'], { env: keyless });
    expect(api.calls.length).toBe(1);
    expect(schemaErrors('tocs-1.json', tocsOf(later))).toEqual([]);
    expect(tocsOf(later)).toMatchObject({ embedded: [], account: { rows: [{ toc: 'general_cargo', wtw: 0.012 }] } });
    for (const path of filesIn(cache)) expect(readFileSync(path, 'utf8')).not.toContain(apiKey);
    // Another account has its own.
    const other = { ...env, DCYCLE_ORG_ID: organizationId.replace('a', 'b') };
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
    const api = await startApi(catalogues);
    const { env } = withCache({ DCYCLE_API_KEY: 'wrong', DCYCLE_BASE_URL: 'http://127.0.0.1:9' });
    const cwd = folderWith({ key: `${apiKey}\n` });
    const args = ['tocs', '--sync', '--json', '--base-url', api.url, '--api-key-file', 'key', '--org', organizationId];
    const result = await dcycleUpload(args, { cwd, env });
    expect(result.code).toBe(0);
    expect(tocsOf(result).account?.rows.length).toBe(3);
    expect(api.calls[0]?.headers['x-api-key']).toBe(apiKey);
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

  const failures: readonly [string, Answer, number, string][] = [
    [
      'HTTP 401',
      (_call, response) => refuse(response, 401, { detail: `Invalid API key ${apiKey}` }),
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
    ['HTTP 503', (_call, response) => refuse(response, 503, { detail: apiKey }), 5, 'CATALOGUE_UNREADABLE'],
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

  test.each(failures)('fails after %s, tries no more and keeps what it has', async (_name, answer, code, error) => {
    const good = await startApi(catalogues);
    const { env, cache } = withCache(good.env);
    let isBad = false;
    const api = await startApi((call, response, index) => (isBad ? answer : catalogues)(call, response, index));
    const args = ['tocs', '--sync', '--json', '--base-url', api.url];
    expect((await dcycleUpload(args, { env })).code).toBe(0);
    const before = readFileSync(tocsFile(cache), 'utf8');
    isBad = true;
    const result = await dcycleUpload(args, { env });
    expect(result.code).toBe(code);
    expect(api.calls.length).toBe(2);
    expect(schemaErrors('tocs-1.json', tocsOf(result))).toEqual([]);
    expect(tocsOf(result)).toMatchObject({ embedded: [], account: null, error: { code: error } });
    expect(result.stdout + result.stderr).not.toContain(apiKey);
    expect(readFileSync(tocsFile(cache), 'utf8')).toBe(before);
    expect(filesIn(cache).length).toBe(1);
  });

  test('ends with 5 when nobody listens', async () => {
    const env = { DCYCLE_API_KEY: apiKey, DCYCLE_ORG_ID: organizationId, DCYCLE_BASE_URL: 'http://127.0.0.1:9' };
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

  test('ends with 2 without credentials', async () => {
    const result = await dcycleUpload(['tocs', '--sync', '--json'], withCache());
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('DCYCLE_API_KEY and DCYCLE_ORG_ID are not set');
    expect(tocsOf(result).error?.code).toBe('CREDENTIALS_MISSING');
  });

  test('ends with 2 when the cache can’t be written', async () => {
    const api = await startApi(catalogues);
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
    const api = await startApi(catalogues);
    const { env, cache } = withCache(api.env);
    expect((await dcycleUpload(['tocs', '--sync', '--json'], { env })).code).toBe(0);
    writeFileSync(tocsFile(cache), '{"synced_at": "2025-');
    expect(tocsOf(await dcycleUpload(['tocs', '--json'], { env })).account).toBeNull();
  });
});
