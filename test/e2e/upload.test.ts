import { describe, expect, test } from 'vitest';
import { acceptAll, apiKey, bulkReply, idOf, organizationId, refuse, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readErrors, readText, summaryOf } from '../support/command.ts';

const header = 'movement_id,origin,destination,load,toc\n';
const leg = (n: number): string => `M-${String(n)},"Madrid, Spain",Sevilla,${String(n)},van_diesel\n`;
const legs = (count: number): string => header + Array.from({ length: count }, (_, i) => leg(i + 1)).join('');

describe('an upload', () => {
  test('sends the records with both headers and writes ids to --out', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--out', 'out.csv'], { cwd, env: api.env });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const [call] = api.calls;
    expect(call?.path).toBe('/v2/logistics/requests/bulk');
    expect(call?.headers['x-api-key']).toBe(apiKey);
    expect(call?.headers['x-organization-id']).toBe(organizationId);
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
    expect(summary.records).toEqual({ accepted: 3, rejected: 0, not_sent: 0, uncertain: 0 });
    expect(summary.chunks).toEqual({ planned: 1, sent: 1, accepted: 1, failed: 0, retries: 0 });
    expect(summary.emissions).toBeNull();
    expect(readText(cwd, 'out.csv')).toBe(
      'movement_id,origin,destination,load,toc,_row,id,package_id,co2e_kg,status\n' +
        [1, 2, 3]
          .map(
            (n) =>
              `M-${String(n)},"Madrid, Spain",Sevilla,${String(n)},van_diesel,${String(n)},${idOf(n - 1)},,,pending\n`,
          )
          .join(''),
    );
  });

  test('goes to v1 when asked, and sums up what v1 calculated', async () => {
    const api = await startApi(({ records }) => ({
      total_received: 1,
      total_processed: 1,
      success: 1,
      failed: 0,
      results: records.map((_record, index) => ({
        index,
        id: idOf(index),
        movement_id: null,
        package_id: 'P',
        co2e: 12.5,
      })),
      errors: [],
    }));
    const cwd = folderWith({ 'a.csv': legs(1) });
    const args = ['requests', 'a.csv', '--api-version', 'v1', '--json', '--out', 'o.csv'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(api.calls[0]?.path).toBe('/v1/logistics/requests/bulk');
    expect(summaryOf(result).emissions).toMatchObject({ co2e_kg: 12.5, tonne_km: null });
    expect(readText(cwd, 'o.csv')).toContain(',P,12.5,calculated\n');
  });

  test('cuts chunks of --chunk-size and loses none of the records', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(23) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--chunk-size', '5'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(api.calls.map(({ records }) => records.length).toSorted()).toEqual([3, 5, 5, 5, 5]);
    const ids = api.calls.flatMap(({ records }) => records.map((record) => record['movement_id']));
    expect(new Set(ids).size).toBe(23);
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
    const api = await startApi(({ records }) =>
      bulkReply(records, ({ movement_id: id }) => (id === 'M-2' ? "Hub 'X' not found" : undefined)),
    );
    const cwd = folderWith({ 'a.csv': `${header}${leg(1)}\n${leg(2)}${leg(3)}` });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(1);
    expect(readErrors(cwd, 'e.jsonl')).toEqual([
      {
        file: 'a.csv',
        row: 2,
        line: 4,
        field: null,
        column: null,
        code: 'API_REJECTED',
        message: "the API rejected it: Hub 'X' not found",
        value: null,
        stage: 'api',
        movement_id: 'M-2',
      },
    ]);
    expect(readText(cwd, 'a.rejected.csv')).toContain('M-2,"Madrid, Spain",Sevilla,2,van_diesel,2,API_REJECTED,');
    expect(summaryOf(result).records).toEqual({ accepted: 2, rejected: 1, not_sent: 0, uncertain: 0 });
  });

  test('attributes a 422 to the rows that it names', async () => {
    const api = await startApi((_call, response) =>
      refuse(response, 422, { detail: [{ loc: ['body', 'records', 1, 'load'], msg: 'value is not a valid float' }] }),
    );
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(readErrors(cwd, 'e.jsonl').map(({ row, code }) => [row, code])).toEqual([
      [1, 'NOT_SENT'],
      [2, 'API_REJECTED'],
      [3, 'NOT_SENT'],
    ]);
    expect(readErrors(cwd, 'e.jsonl')[1]?.['message']).toContain('load: value is not a valid float');
  });

  test.each([
    [401, { detail: 'Invalid API key', code: 'INVALID_API_KEY' }],
    [403, { detail: 'Forbidden', code: 'FORBIDDEN' }],
    [404, { detail: 'Organization with id=… not found', code: 'ORGANIZATION_NOT_FOUND' }],
  ])('ends with 4 after HTTP %i, tries no more and reads no more', async (status, body) => {
    const api = await startApi((_call, response) => refuse(response, status, body));
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(4);
    expect(api.calls.length).toBe(1);
    expect(result.stderr).toContain('the API refused access');
    expect(summaryOf(result).error?.code).toBe('ACCESS_REFUSED');
    expect(summaryOf(result).records.not_sent).toBe(3);
  });

  test('tries again after 503 and obeys Retry-After', async () => {
    const api = await startApi((call, response, index) =>
      index === 0
        ? refuse(response, 503, { detail: 'busy' }, { 'retry-after': '1' })
        : acceptAll(call, response, index),
    );
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--verbose'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/HTTP 503 after .* again in 1\.0 s/);
    expect(summaryOf(result).chunks).toMatchObject({ sent: 1, accepted: 1, retries: 1 });
  });

  test('ends with 5 when the tries run out, and gives the rows back', async () => {
    const api = await startApi((_call, response) => refuse(response, 500, { detail: 'oops' }));
    const cwd = folderWith({ 'a.csv': legs(2) });
    const args = ['requests', 'a.csv', '--json', '--retries', '1', '--errors', 'e.jsonl'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(api.calls.length).toBe(2);
    expect(readErrors(cwd, 'e.jsonl').map(({ code }) => code)).toEqual(['NOT_SENT', 'NOT_SENT']);
    const again = await startApi();
    const second = await dcycleUpload(['requests', 'a.rejected.csv', '--json'], { cwd, env: again.env });
    expect(second.code).toBe(0);
    expect(again.calls[0]?.records.length).toBe(2);
  });

  test('ends with 5 when nobody listens', async () => {
    const cwd = folderWith({ 'a.csv': legs(2) });
    const env = { DCYCLE_API_KEY: apiKey, DCYCLE_ORG_ID: organizationId, DCYCLE_BASE_URL: 'http://127.0.0.1:9' };
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--retries', '0'], { cwd, env });
    expect(result.code).toBe(5);
    expect(result.stderr).toContain("can't be reached");
    expect(summaryOf(result).records).toEqual({ accepted: 0, rejected: 0, not_sent: 2, uncertain: 0 });
  });

  test('never sends a shipment again whose fate is unknown', async () => {
    const api = await startApi((_call, response) => {
      response.destroy();
      return undefined;
    });
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(api.calls.length).toBe(1);
    expect(readErrors(cwd, 'e.jsonl').map(({ code }) => code)).toEqual(['UNCERTAIN', 'UNCERTAIN']);
    expect(summaryOf(result).records.uncertain).toBe(2);
    expect(summaryOf(result).files.rejected).toBeNull();
  });

  test('sends a fuel purchase again whose fate is unknown, as the API updates it', async () => {
    const api = await startApi((call, response, index) => {
      if (index > 0) return acceptAll(call, response, index);
      response.destroy();
      return undefined;
    });
    const fuel = 'f51a1645-c201-43da-9dcd-6408be3cb517';
    const cwd = folderWith({ 'r.csv': `fuel_id,country,date,quantity,plate\n${fuel},ES,2025-06-15,50,1234-ABC\n` });
    const result = await dcycleUpload(['recharges', 'r.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(api.calls.length).toBe(2);
    expect(api.calls[1]?.path).toBe('/v1/logistics/recharges/bulk');
    expect(api.calls[1]?.records).toEqual([
      { fuel_id: fuel, country: 'ES', date: '2025-06-15', quantity: 50, vehicle_license_plate: '1234-ABC' },
    ]);
  });

  test('looks fuels up by name in the account, when the input names them', async () => {
    const id = (n: number): string => `f51a1645-c201-43da-9dcd-6408be3cb51${String(n)}`;
    const api = await startApi((call, response, index) =>
      call.path === '/v1/logistics/fuels'
        ? {
            total_count: 2,
            fuels: [
              { id: id(7), name: 'diesel' },
              { id: id(8), name: 'Biogás X' },
            ],
          }
        : acceptAll(call, response, index),
    );
    const rows = [
      `${id(1)},ES,2025-06-15,1`,
      'Gasóleo A,ES,2025-06-15,2',
      'BIOGÁS X,ES,2025-06-15,3',
      'AdBlue,ES,2025-06-15,4',
    ];
    const cwd = folderWith({
      'r.csv': `fuel,country,date,quantity\n${rows.join('\n')}\n`,
      'i.csv': `fuel,country,date,quantity\n${rows[0] ?? ''}\n`,
    });
    const result = await dcycleUpload(['recharges', 'r.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(1);
    expect(api.calls.map(({ path }) => path)).toEqual(['/v1/logistics/fuels', '/v1/logistics/recharges/bulk']);
    expect(api.calls[1]?.records.map(({ fuel_id: fuel }) => fuel)).toEqual([id(1), id(7), id(8)]);
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([{ row: 4, code: 'INVALID_UUID', value: 'AdBlue' }]);
    expect((await dcycleUpload(['recharges', 'i.csv', '--quiet'], { cwd, env: api.env })).code).toBe(0);
    expect(api.calls.length).toBe(3);
  });

  test('sends nothing when the account’s fuels are needed and can’t be read', async () => {
    const api = await startApi((_call, response) => refuse(response, 500, { detail: 'no' }));
    const cwd = folderWith({ 'r.csv': 'fuel,country,date,quantity\ndiesel,ES,2025-06-15,2\n' });
    const result = await dcycleUpload(['recharges', 'r.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(summaryOf(result).error?.code).toBe('FUELS_UNREADABLE');
    expect(api.calls.map(({ path }) => path)).toEqual(['/v1/logistics/fuels']);
  });

  test.each([
    ['is not JSON', () => 'x'],
    ['lacks a field', () => JSON.stringify({ total_received: 2, results: [] })],
    [
      'names a record twice',
      () => JSON.stringify(bulkReply([{}, {}, {}], () => undefined)).replace('"index":1', '"index":0'),
    ],
    ['names a record that was not sent', () => JSON.stringify(bulkReply([{}, {}, {}], () => undefined))],
  ])('takes a reply that %s for no success', async (_name, body) => {
    const api = await startApi((_call, response) => {
      response.end(body());
      return undefined;
    });
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(summaryOf(result).records).toEqual({ accepted: 0, rejected: 0, not_sent: 0, uncertain: 2 });
  });

  test('says which record a reply does not account for', async () => {
    const api = await startApi(({ records }) => bulkReply(records.slice(0, 2), () => undefined));
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(readErrors(cwd, 'e.jsonl').map(({ row, code, movement_id: id }) => [row, code, id])).toEqual([
      [3, 'UNCERTAIN', 'M-3'],
    ]);
  });

  test('stops at the first rejected record with --stop-on-error, and names what was not sent', async () => {
    const api = await startApi(({ records }) => {
      const at = records.findIndex(({ movement_id: id }) => id === 'M-4');
      return bulkReply(at === -1 ? records : records.slice(0, at + 1), ({ movement_id: id }) =>
        id === 'M-4' ? 'no' : undefined,
      );
    });
    const cwd = folderWith({ 'a.csv': legs(9) });
    const args = ['requests', 'a.csv', '--json', '--stop-on-error', '--chunk-size', '3', '--errors', 'e.jsonl'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(7);
    expect(api.calls.length).toBe(2);
    expect(api.calls[0]?.options).toEqual({ continue_on_error: false });
    expect(summaryOf(result).records).toEqual({ accepted: 3, rejected: 1, not_sent: 5, uncertain: 0 });
    expect(readErrors(cwd, 'e.jsonl').map(({ row, code }) => [row, code])).toEqual([
      [4, 'API_REJECTED'],
      [5, 'NOT_SENT'],
      [6, 'NOT_SENT'],
      [7, 'NOT_SENT'],
      [8, 'NOT_SENT'],
      [9, 'NOT_SENT'],
    ]);
  });

  test('stops with 7 at --max-errors; what was accepted stays accepted', async () => {
    const api = await startApi(({ records }) =>
      bulkReply(records, ({ movement_id: id }) => (id === 'M-4' || id === 'M-5' ? 'no' : undefined)),
    );
    const cwd = folderWith({ 'a.csv': legs(9) });
    const args = ['requests', 'a.csv', '--json', '--max-errors', '1', '--chunk-size', '3', '--concurrency', '1'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(7);
    expect(summaryOf(result).records).toEqual({ accepted: 4, rejected: 2, not_sent: 3, uncertain: 0 });
  });

  test('never shows the API key, whatever the API answers', async () => {
    const api = await startApi((_call, response) =>
      refuse(response, 401, { detail: `the key ${apiKey} is not known`, code: 'INVALID_API_KEY' }),
    );
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--verbose'], { cwd, env: api.env });
    const written = result.stdout + result.stderr + readText(cwd, 'a.errors.csv') + readText(cwd, 'a.rejected.csv');
    expect(written).toContain('the key *** is not known');
    expect(written).not.toContain(apiKey);
  });

  test('takes credentials from .env and from --api-key-file', async () => {
    const api = await startApi();
    const cwd = folderWith({
      'a.csv': legs(1),
      '.env': `DCYCLE_API_KEY=${apiKey}\nDCYCLE_ORG_ID=${organizationId}\nDCYCLE_BASE_URL=${api.url}\n`,
      'key.txt': 'sk_other\n',
    });
    expect((await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd })).code).toBe(0);
    expect((await dcycleUpload(['requests', 'a.csv', '--quiet', '--api-key-file', 'key.txt'], { cwd })).code).toBe(0);
    expect(api.calls.map(({ headers }) => headers['x-api-key'])).toEqual([apiKey, 'sk_other']);
  });

  test('warns of a vehicle type that it does not know, and sends it', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': `${header}M-1,A,B,1,van_disel\n` });
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(summaryOf(result).warnings).toEqual([
      {
        code: 'UNKNOWN_TOC',
        message: 'the vehicle type "van_disel" is not a known one; did you mean "van_diesel"?; the API will decide',
        count: 1,
      },
    ]);
  });
});

describe('an interrupted upload', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'finishes what is in flight after %s, writes its reports and dies of the signal',
    async (signal, exitCode) => {
      let started: (pid: number) => void = () => {};
      const child = new Promise<number>((resolve) => {
        started = resolve;
      });
      const api = await startApi(async (call, response, index) => {
        process.kill(await child, signal);
        await new Promise((resolve) => setTimeout(resolve, 300));
        return acceptAll(call, response, index);
      });
      const cwd = folderWith({ 'a.csv': legs(9) });
      const result = await dcycleUpload(['requests', 'a.csv', '--json', '--chunk-size', '3', '--concurrency', '1'], {
        cwd,
        env: api.env,
        onStart: ({ pid }) => started(pid ?? 0),
      });
      expect(result.signal).toBe(signal);
      expect(api.calls.length).toBe(1);
      const summary = summaryOf(result);
      expect(summary.exit_code).toBe(exitCode);
      expect(summary.records).toEqual({ accepted: 3, rejected: 0, not_sent: 6, uncertain: 0 });
      expect(summary.files.rejected).toBe('a.rejected.csv');
    },
  );
});
