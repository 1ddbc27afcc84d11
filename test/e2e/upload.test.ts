import { describe, expect, test } from 'vitest';
import { bulkReplyTo, readBulk, refuse, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readErrors, readText, summaryOf, temporaryFolder } from '../support/command.ts';
import { leg, legHeader, legs, legsOf } from '../support/legs.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('an upload', () => {
  test('sends the records with both headers and writes ids to --out', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--out', 'out.csv'], { cwd, env: api.env });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect(api.calls.length).toBe(1);
    const [call] = api.calls;
    expect(call?.path).toBe('/v2/logistics/requests/bulk');
    expect(call?.headers['x-api-key']).toBe(api.apiKey);
    expect(call?.headers['x-organization-id']).toBe(api.organizationId);
    expect(call?.headers['content-type']).toBe('application/json');
    expect(call?.options).toEqual({ continue_on_error: true });
    expect(call?.records[0]).toEqual({
      origin: 'Madrid, Spain',
      destination: 'Sevilla',
      load: 1,
      toc: 'van_diesel',
      movement_id: 'M-1',
    });
    const summary = summaryOf(result);
    expect(summary.records).toEqual({ accepted: 3, accepted_before: 0, rejected: 0, not_sent: 0, uncertain: 0 });
    expect(summary.chunks).toEqual({ planned: 1, sent: 1, accepted: 1, failed: 0, retries: 0 });
    expect(summary.emissions).toBeNull();
    const ids = bulkReplyTo(call).results.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(uuid);
    expect(readText(cwd, 'out.csv')).toBe(
      'movement_id,origin,destination,load,toc,_row,id,package_id,co2e_kg,status\n' +
        ids.map((id, i) => `${leg(i + 1).trimEnd()},${String(i + 1)},${id},,,pending\n`).join(''),
    );
  });

  test('sends nothing of the columns that only tell the calculator where places lie', async () => {
    const api = await startApi();
    const csv = 'Población origen;CP origen;Población destino;Provincia destino;País destino;km;toc\n';
    const cwd = folderWith({ 'a.csv': `${csv}Madrid;28001;Santiago;A Coruña;España;600;van_diesel\n` });
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(api.calls[0]?.records[0]).toEqual({
      origin: 'Madrid',
      destination: 'Santiago',
      distance_km: 600,
      toc: 'van_diesel',
    });
  });

  test('goes to v1 when asked, and sums up what v1 calculated', async () => {
    const api = await startApi();
    const cwd = folderWith({
      'a.csv': `${legHeader.trimEnd()},package_key\n${leg(1).trimEnd()},P-1\n${leg(2).trimEnd()},P-1\n`,
    });
    const args = ['requests', 'a.csv', '--api-version', 'v1', '--json', '--out', 'o.csv'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(api.calls[0]?.path).toBe('/v1/logistics/requests/bulk');
    const { results } = bulkReplyTo(api.calls[0]);
    const [first, second] = results.map(({ co2e }) => co2e ?? NaN);
    expect(first).toBeGreaterThan(0);
    expect(summaryOf(result).emissions).toMatchObject({
      co2e_kg: (first ?? NaN) + (second ?? NaN),
      tonne_km: null,
    });
    const rows = readText(cwd, 'o.csv').trimEnd().split('\n').slice(1);
    expect(rows.length).toBe(2);
    for (const [index, { id, package_id: packageId, co2e }] of results.entries()) {
      expect(packageId).toMatch(uuid);
      expect(rows[index]).toContain(`,${id},${packageId ?? ''},${String(co2e)},calculated`);
    }
  });

  test('cuts chunks of --chunk-size and loses none of the records', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(23) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--chunk-size', '5'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(api.calls.map(({ records }) => records.length).toSorted()).toEqual([3, 5, 5, 5, 5]);
    const ids = api.calls.flatMap(({ records }) => records.map((record) => record['movement_id']));
    expect(new Set(ids).size).toBe(23);
    expect(await api.get('/v1/logistics/requests')).toMatchObject({ total: 23 });
  });

  test('keeps a body under 8 MiB', async () => {
    const api = await startApi();
    const client = 'x'.repeat(20_000);
    const rows = Array.from({ length: 1000 }, (_, i) => `M-${String(i)},A,B,1,van_diesel,${client}\n`).join('');
    const cwd = folderWith({ 'a.csv': `movement_id,origin,destination,load,toc,client\n${rows}` });
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(Math.max(...api.calls.map(({ bytes }) => bytes))).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(api.calls.length).toBe(3);
  });

  test('traces a rejection back to its row and line', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': `${legHeader}${leg(1)}\n${leg(1)}${leg(3)}` });
    const args = ['requests', 'a.csv', '--json', '--dedupe-key', 'none', '--errors', 'e.jsonl'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(1);
    expect(readErrors(cwd, 'e.jsonl')).toEqual([
      {
        file: 'a.csv',
        row: 2,
        line: 4,
        field: null,
        column: null,
        code: 'API_REJECTED',
        message: 'the API rejected it: Duplicate of record 0 of this batch (movement_id "M-1")',
        value: null,
        stage: 'api',
        movement_id: 'M-1',
      },
    ]);
    expect(readText(cwd, 'a.rejected.csv')).toContain('M-1,"Madrid, Spain",Sevilla,1,van_diesel,2,API_REJECTED,');
    expect(summaryOf(result).records).toEqual({
      accepted: 2,
      accepted_before: 0,
      rejected: 1,
      not_sent: 0,
      uncertain: 0,
    });
    expect(await api.get('/v1/logistics/requests')).toMatchObject({
      items: [{ movement_id: 'M-1' }, { movement_id: 'M-3' }],
    });
  });

  test('says of a record what the API says of it', async () => {
    // This server takes the name of any hub.
    const api = await startApi(async (_call, _response, _index, forward) => {
      const { results, ...reply } = readBulk(await forward());
      return {
        ...reply,
        success: 2,
        failed: 1,
        results: results.filter(({ index }) => index !== 1),
        errors: [{ index: 1, movement_id: 'M-2', error: "Hub 'X' not found" }],
      };
    });
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(1);
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([
      { row: 2, line: 3, code: 'API_REJECTED', message: "the API rejected it: Hub 'X' not found", movement_id: 'M-2' },
    ]);
    expect(summaryOf(result).records).toEqual({
      accepted: 2,
      accepted_before: 0,
      rejected: 1,
      not_sent: 0,
      uncertain: 0,
    });
  });

  test('takes the names of fuels in a dry run, which has no network: those that were synced, else the embedded ones', async () => {
    const api = await startApi();
    const rows = ['diesel,ES,2025-06-15,10', 'gasóleo,ES,2025-06-16,10', 'unicorn milk,ES,2025-06-17,10'];
    const cwd = folderWith({ 'r.csv': `fuel,country,date,quantity\n${rows.join('\n')}\n` });
    const XDG_CACHE_HOME = temporaryFolder();
    const dryRun = (env: Readonly<Record<string, string>>) =>
      dcycleUpload(['recharges', 'r.csv', '--dry-run', '--json', '--errors', 'e.jsonl'], { cwd, env });
    const embedded = await dryRun({});
    expect(summaryOf(embedded).rows).toEqual({ read: 3, valid: 2, invalid: 1, duplicates: 0, skipped: 0 });
    expect(embedded.stderr).toContain('note: the names of fuels are those that this tool knows');
    expect(readErrors(cwd, 'e.jsonl')[0]).toMatchObject({
      row: 3,
      message: expect.stringContaining('"unicorn milk" is not a valid UUID, and no fuel is known by this name'),
    });
    expect((await dcycleUpload(['fuels', '--sync', '--json'], { cwd, env: { ...api.env, XDG_CACHE_HOME } })).code).toBe(
      0,
    );
    const calls = api.calls.length;
    const synced = await dryRun({ ...api.env, XDG_CACHE_HOME });
    expect(summaryOf(synced).rows).toMatchObject({ valid: 2, invalid: 1 });
    expect(synced.stderr).not.toContain('note: the names');
    expect(api.calls.length).toBe(calls);
  });

  test('looks fuels up by name in the account, when the input names them', async () => {
    const path = '/v1/logistics/fuels';
    // The account has a name of its own for one of the fuels.
    const api = await startApi(async (call, _response, _index, forward) => {
      const reply = await forward();
      if (call.path !== path) return reply;
      const catalogue = JSON.parse(reply.body) as Fuels;
      return {
        ...catalogue,
        fuels: catalogue.fuels.map((fuel) => (fuel.name === 'Butane' ? { ...fuel, name: 'Biogás X' } : fuel)),
      };
    });
    const { fuels } = await api.get<Fuels>(path);
    const idOf = (wanted: string): string => fuels.find(({ name }) => name === wanted)?.id ?? 'none';
    const rows = [
      `${idOf('CNG')},ES,2025-06-15,1`,
      'Gasóleo A,ES,2025-06-15,2',
      'BIOGÁS X,ES,2025-06-15,3',
      'AdBlue,ES,2025-06-15,4',
    ];
    const cwd = folderWith({
      'r.csv': `fuel,country,date,quantity\n${rows.join('\n')}\n`,
      'i.csv': `fuel,country,date,quantity\n${idOf('CNG')},ES,2025-06-16,1\n`,
    });
    const result = await dcycleUpload(['recharges', 'r.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(1);
    expect(api.calls.map((call) => call.path)).toEqual([path, '/v1/logistics/recharges/bulk']);
    expect(api.calls[1]?.records.map(({ fuel_id: fuel }) => fuel)).toEqual([
      idOf('CNG'),
      'f51a1645-c201-43da-9dcd-6408be3cb517',
      idOf('Butane'),
    ]);
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([{ row: 4, code: 'UNKNOWN_FUEL', value: 'AdBlue' }]);
    expect((await dcycleUpload(['recharges', 'i.csv', '--quiet'], { cwd, env: api.env })).code).toBe(0);
    expect(api.calls.length).toBe(3);
    expect(await api.get('/v1/logistics/recharges')).toMatchObject({
      total: 4,
    });
  });

  test('sends nothing when the account’s fuels are needed and can’t be read', async () => {
    const api = await startApi((_call, response) => refuse(response, 500, { detail: 'no' }));
    const cwd = folderWith({ 'r.csv': 'fuel,country,date,quantity\ndiesel,ES,2025-06-15,2\n' });
    const result = await dcycleUpload(['recharges', 'r.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(summaryOf(result).error?.code).toBe('FUELS_UNREADABLE');
    expect(api.calls.map(({ path }) => path)).toEqual(['/v1/logistics/fuels']);
  });

  test('stops at the first rejected record with --stop-on-error, and names what was not sent', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legsOf([1, 2, 3, 4, 4, 6, 7, 8, 9]) });
    const args = ['requests', 'a.csv', '--json', '--stop-on-error', '--dedupe-key', 'none', '--chunk-size', '3'];
    const result = await dcycleUpload([...args, '--settle', '1', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(7);
    // The rest of the second call is looked up: the API does not say what became of it.
    expect(api.calls.map(({ path }) => path.replace(/\?.*/, ''))).toEqual([
      '/v2/logistics/requests/bulk',
      '/v2/logistics/requests/bulk',
      '/v1/logistics/requests',
    ]);
    expect(api.calls[0]?.options).toEqual({ continue_on_error: false });
    expect(summaryOf(result).records).toEqual({
      accepted: 4,
      accepted_before: 0,
      rejected: 1,
      not_sent: 4,
      uncertain: 0,
    });
    expect(readErrors(cwd, 'e.jsonl').map(({ row, code }) => [row, code])).toEqual([
      [5, 'API_REJECTED'],
      [6, 'NOT_SENT'],
      [7, 'NOT_SENT'],
      [8, 'NOT_SENT'],
      [9, 'NOT_SENT'],
    ]);
    expect(await api.get('/v1/logistics/requests')).toMatchObject({ total: 4 });
  });

  test('that has stopped still knows what was accepted before', async () => {
    const api = await startApi();
    const [header = '', one = '', two = '', three = ''] = legs(3).split('\n');
    const bad = one.replace('M-1', 'M-0').replace(/,1,/, ',x,');
    const cwd = folderWith({ 'a.csv': legs(2), 'b.csv': [header, bad, one, two, three, ''].join('\n') });
    expect((await dcycleUpload(['requests', 'a.csv'], { cwd, env: api.env })).code).toBe(0);
    const args = ['requests', 'b.csv', '--json', '--since-last', '--max-errors', '0'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(7);
    const records = { accepted: 2, accepted_before: 2, rejected: 0, not_sent: 1, uncertain: 0 };
    expect(summaryOf(result).records).toEqual(records);
  });

  test('stops with 7 at --max-errors; what was accepted stays accepted', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legsOf([1, 2, 3, 4, 4, 4, 7, 8, 9]) });
    const args = ['requests', 'a.csv', '--json', '--max-errors', '1', '--dedupe-key', 'none'];
    const result = await dcycleUpload([...args, '--chunk-size', '3', '--concurrency', '1'], { cwd, env: api.env });
    expect(result.code).toBe(7);
    expect(summaryOf(result).records).toEqual({
      accepted: 4,
      accepted_before: 0,
      rejected: 2,
      not_sent: 3,
      uncertain: 0,
    });
    expect(await api.get('/v1/logistics/requests')).toMatchObject({ total: 4 });
  });

  test('takes credentials from .env, and a key from --api-key-file over it', async () => {
    const api = await startApi();
    const environment = `DCYCLE_ORG_ID=${api.organizationId}\nDCYCLE_BASE_URL=${api.url}\n`;
    const right = folderWith({ 'a.csv': legs(1), '.env': `DCYCLE_API_KEY=${api.apiKey}\n${environment}` });
    expect((await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd: right })).code).toBe(0);
    const wrong = folderWith({
      'a.csv': legsOf([2]),
      '.env': `DCYCLE_API_KEY=sk_other\n${environment}`,
      'key.txt': `${api.apiKey}\n`,
    });
    expect((await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd: wrong })).code).toBe(4);
    // A target of .env does not go with a key from elsewhere.
    const target = ['--base-url', api.url, '--org', api.organizationId];
    const args = ['requests', 'a.csv', '--quiet', '--api-key-file', 'key.txt', ...target];
    expect((await dcycleUpload(args, { cwd: wrong })).code).toBe(0);
    // The other key gets no further than the look at the API before the first call.
    expect(api.calls.map(({ headers }) => headers['x-api-key'])).toEqual([api.apiKey, api.apiKey]);
    expect(api.preflights.map(({ headers }) => headers['x-api-key'])).toContain('sk_other');
  });

  test('warns of a vehicle type that it does not know, and sends it', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': `${legHeader}M-1,A,B,1,van_disel\n` });
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(summaryOf(result).warnings.filter(({ code }) => code === 'UNKNOWN_TOC')).toEqual([
      {
        code: 'UNKNOWN_TOC',
        message: 'the vehicle type "van_disel" is not a known one; did you mean "van_diesel"?; the API will decide',
        count: 1,
      },
    ]);
    expect(await api.get('/v1/logistics/requests')).toMatchObject({ items: [{ toc: 'van_disel' }] });
  });
});

interface Fuels {
  readonly fuels: readonly { readonly id: string; readonly name: string }[];
}
