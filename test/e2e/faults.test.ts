import { describe, expect, test } from 'vitest';
import { type Api, bulkReplyTo, refuse, someCredentials, startApi } from '../support/api-server.ts';
import { createInterruption, dcycleUpload, folderWith, readErrors, readText, summaryOf } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { isBulk } from '../support/runs.ts';

const requestsPath = '/v1/logistics/requests';

describe('a refused key', () => {
  test.each<[string, number, (api: Api) => Readonly<Record<string, string>>]>([
    ['of nobody', 401, () => ({ DCYCLE_API_KEY: 'sk_test_of_nobody' })],
    ['of another organisation', 403, ({ neighbour }) => ({ DCYCLE_ORG_ID: neighbour.organizationId })],
    ['for an organisation that is not there', 404, () => ({ DCYCLE_ORG_ID: '00000000-0000-4000-8000-000000000000' })],
  ])('%s (HTTP %i) ends with 4, tries no more and reads no more', async (_name, status, wrong) => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const env = { ...api.env, ...wrong(api) };
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
    expect(result.code).toBe(4);
    expect(api.preflights.map(({ reply }) => reply?.status)).toEqual([status]);
    expect(api.calls).toEqual([]);
    expect(result.stderr).toContain('the API refused access');
    expect(summaryOf(result).error?.code).toBe('ACCESS_REFUSED');
    expect(summaryOf(result).records.not_sent).toBe(3);
  });

  test('is never shown, whatever the API answers', async () => {
    const api = await startApi(({ headers }, response) =>
      refuse(response, 401, {
        detail: `the key ${String(headers['x-api-key'])} is not known`,
        code: 'INVALID_API_KEY',
      }),
    );
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--verbose'], { cwd, env: api.env });
    const written = result.stdout + result.stderr + readText(cwd, 'a.errors.csv');
    expect(written).toContain('the key *** is not known');
    expect(written).not.toContain(api.apiKey);
  });
});

test('a 422 is attributed to the rows that it names; the others are sent', async () => {
  const detail = [{ loc: ['body', 'records', 1, 'load'], msg: 'value is not a valid float' }];
  const api = await startApi((_call, response, index, forward) =>
    index === 0 ? refuse(response, 422, { detail }) : forward(),
  );
  const cwd = folderWith({ 'a.csv': legs(3) });
  const result = await dcycleUpload(['requests', 'a.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
  expect(result.code).toBe(1);
  expect(readErrors(cwd, 'e.jsonl').map(({ row, code }) => [row, code])).toEqual([[2, 'API_REJECTED']]);
  expect(readErrors(cwd, 'e.jsonl')[0]?.['message']).toContain('load: value is not a valid float');
  expect(await api.get(requestsPath)).toMatchObject({ total: 2 });
});

describe('a call that fails', () => {
  test('is made again after 429, when Retry-After says', async () => {
    const api = await startApi((_call, response, index, forward) =>
      index === 0 ? refuse(response, 429, { detail: 'busy' }, { 'retry-after': '1' }) : forward(),
    );
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--verbose'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/HTTP 429 after .* again in 1\.0 s/);
    expect(summaryOf(result).chunks).toMatchObject({ sent: 1, accepted: 1, retries: 1 });
    expect(await api.get(requestsPath)).toMatchObject({ total: 2 });
  });

  test('ends with 5 when the tries run out, and resume sends the rows', async () => {
    let isDown = true;
    const api = await startApi((_call, response, _index, forward) =>
      isDown ? refuse(response, 429, { detail: 'oops' }) : forward(),
    );
    const cwd = folderWith({ 'a.csv': legs(2) });
    const args = ['requests', 'a.csv', '--json', '--retries', '1', '--errors', 'e.jsonl'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(api.calls.length).toBe(2);
    expect(readErrors(cwd, 'e.jsonl').map(({ code }) => code)).toEqual(['NOT_SENT', 'NOT_SENT']);
    isDown = false;
    const second = await dcycleUpload(['resume', summaryOf(result).run_id, '--json'], { cwd, env: api.env });
    expect(second.code).toBe(0);
    expect(api.calls.at(-1)?.records.length).toBe(2);
    expect(await api.get(requestsPath)).toMatchObject({ items: [{ movement_id: 'M-1' }, { movement_id: 'M-2' }] });
  });

  test('ends with 5 when no one listens', async () => {
    const cwd = folderWith({ 'a.csv': legs(2) });
    const env = { ...someCredentials, DCYCLE_BASE_URL: 'http://127.0.0.1:9' };
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--retries', '0'], { cwd, env });
    expect(result.code).toBe(5);
    expect(result.stderr).toContain("can't be reached");
    expect(summaryOf(result).records).toEqual({
      accepted: 0,
      accepted_before: 0,
      rejected: 0,
      not_sent: 2,
      uncertain: 0,
    });
  });

  test.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('is made again only for shipments that the API does not list (they %s)', async (_name, hasArrived) => {
    const api = await startApi(async (_call, response, index, forward) => {
      if (index > 0) return forward();
      if (hasArrived) await forward();
      response.destroy();
      return undefined;
    });
    const cwd = folderWith({ 'a.csv': legs(4) });
    // The second chunk is accepted after the first broke off: a list that shows it shows the first, too.
    const args = ['requests', 'a.csv', '--json', '--chunk-size', '2', '--concurrency', '1', '--settle', '1'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(api.calls.filter(({ records }) => records.length > 0).length).toBe(hasArrived ? 2 : 3);
    expect(summaryOf(result).records.accepted).toBe(4);
    expect(await api.get(requestsPath)).toMatchObject({ total: 4 });
  });

  test.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('is never made again for shipments that can’t be looked up (they %s)', async (_name, hasArrived) => {
    const api = await startApi(async (call, response, _index, forward) => {
      if (!isBulk(call)) return { message: 'hello' };
      if (hasArrived) await forward();
      response.destroy();
      return undefined;
    });
    const cwd = folderWith({ 'a.csv': 'load,distance_km,toc\n1,10,van_diesel\n2,10,van_diesel\n' });
    const args = ['requests', 'a.csv', '--json', '--errors', 'e.jsonl', '--settle', '1'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(api.calls.filter(isBulk).length).toBe(1);
    expect(readErrors(cwd, 'e.jsonl').map(({ code }) => code)).toEqual(['UNCERTAIN', 'UNCERTAIN']);
    expect(summaryOf(result).records.uncertain).toBe(2);
    expect(summaryOf(result).files.rejected).toBeNull();
    expect(await api.get(requestsPath)).toMatchObject({ total: hasArrived ? 2 : 0 });
  });

  test('is made again for a fuel purchase whose outcome is unknown, as the API updates it', async () => {
    const api = await startApi(async (_call, response, index, forward) => {
      const reply = await forward();
      if (index > 0) return reply;
      response.destroy();
      return undefined;
    });
    const fuel = 'f51a1645-c201-43da-9dcd-6408be3cb517';
    const cwd = folderWith({ 'r.csv': `fuel_id,country,date,quantity,plate\n${fuel},ES,2025-06-15,50,1234-ABC\n` });
    const result = await dcycleUpload(['recharges', 'r.csv', '--json', '--settle', '1'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(api.calls.length).toBe(2);
    expect(api.calls[1]?.path).toBe('/v1/logistics/recharges/bulk');
    expect(api.calls[1]?.records).toEqual([
      { fuel_id: fuel, country: 'ES', date: '2025-06-15', quantity: 50, vehicle_license_plate: '1234-ABC' },
    ]);
    expect(bulkReplyTo(api.calls[1]).results).toEqual(bulkReplyTo(api.calls[0]).results);
    expect(await api.get('/v1/logistics/recharges')).toMatchObject({ total: 1 });
  });
});

describe('an interrupted upload', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'finishes what is in flight after %s, writes its reports and dies of the signal',
    async (signal, exitCode) => {
      const { onStart, interrupt } = createInterruption(signal);
      const api = await startApi(async (_call, _response, _index, forward) => {
        await interrupt();
        return forward();
      });
      const cwd = folderWith({ 'a.csv': legs(9) });
      const args = ['requests', 'a.csv', '--json', '--chunk-size', '3', '--concurrency', '1'];
      const result = await dcycleUpload(args, { cwd, env: api.env, onStart });
      expect(result.signal).toBe(signal);
      expect(api.calls.length).toBe(1);
      const summary = summaryOf(result);
      expect(summary.exit_code).toBe(exitCode);
      expect(summary.records).toEqual({ accepted: 3, accepted_before: 0, rejected: 0, not_sent: 6, uncertain: 0 });
      // What was not sent is for resume.
      expect(summary.files.rejected).toBeNull();
      expect(await api.get(requestsPath)).toMatchObject({ total: 3 });
    },
  );
});
