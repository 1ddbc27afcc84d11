import { describe, expect, test } from 'vitest';
import type { BulkReply } from '../../src/api/reply.ts';
import { type Api, bulkReplyTo, readBulk, refuse, someCredentials, startApi } from '../support/api-server.ts';
import { createInterruption, dcycleUpload, folderWith, readErrors, readText, summaryOf } from '../support/command.ts';
import { legs } from '../support/legs.ts';

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
    expect(api.calls.map(({ reply }) => reply?.status)).toEqual([status]);
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
    const written = result.stdout + result.stderr + readText(cwd, 'a.errors.csv') + readText(cwd, 'a.rejected.csv');
    expect(written).toContain('the key *** is not known');
    expect(written).not.toContain(api.apiKey);
  });
});

test('a 422 is attributed to the rows that it names', async () => {
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

describe('a call that fails', () => {
  test('is made again after 503, when Retry-After says', async () => {
    const api = await startApi((_call, response, index, forward) =>
      index === 0 ? refuse(response, 503, { detail: 'busy' }, { 'retry-after': '1' }) : forward(),
    );
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--verbose'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/HTTP 503 after .* again in 1\.0 s/);
    expect(summaryOf(result).chunks).toMatchObject({ sent: 1, accepted: 1, retries: 1 });
    expect(await api.get(requestsPath)).toMatchObject({ total: 2 });
  });

  test('ends with 5 when the tries run out, and gives the rows back', async () => {
    let isDown = true;
    const api = await startApi((_call, response, _index, forward) =>
      isDown ? refuse(response, 500, { detail: 'oops' }) : forward(),
    );
    const cwd = folderWith({ 'a.csv': legs(2) });
    const args = ['requests', 'a.csv', '--json', '--retries', '1', '--errors', 'e.jsonl'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(api.calls.length).toBe(2);
    expect(readErrors(cwd, 'e.jsonl').map(({ code }) => code)).toEqual(['NOT_SENT', 'NOT_SENT']);
    isDown = false;
    const second = await dcycleUpload(['requests', 'a.rejected.csv', '--json'], { cwd, env: api.env });
    expect(second.code).toBe(0);
    expect(api.calls[2]?.records.length).toBe(2);
    expect(await api.get(requestsPath)).toMatchObject({ items: [{ movement_id: 'M-1' }, { movement_id: 'M-2' }] });
  });

  test('ends with 5 when nobody listens', async () => {
    const cwd = folderWith({ 'a.csv': legs(2) });
    const env = { ...someCredentials, DCYCLE_BASE_URL: 'http://127.0.0.1:9' };
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--retries', '0'], { cwd, env });
    expect(result.code).toBe(5);
    expect(result.stderr).toContain("can't be reached");
    expect(summaryOf(result).records).toEqual({ accepted: 0, rejected: 0, not_sent: 2, uncertain: 0 });
  });

  test.each([
    ['arrived', true],
    ['did not arrive', false],
  ])('is never made again for shipments whose fate is unknown (they %s)', async (_name, hasArrived) => {
    const api = await startApi(async (_call, response, _index, forward) => {
      if (hasArrived) await forward();
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
    expect(await api.get(requestsPath)).toMatchObject({ total: hasArrived ? 2 : 0 });
  });

  test('is made again for a fuel purchase whose fate is unknown, as the API updates it', async () => {
    const api = await startApi(async (_call, response, index, forward) => {
      const reply = await forward();
      if (index > 0) return reply;
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
    expect(bulkReplyTo(api.calls[1]).results).toEqual(bulkReplyTo(api.calls[0]).results);
    expect(await api.get('/v1/logistics/recharges')).toMatchObject({ total: 1 });
  });
});

describe('a reply', () => {
  test.each<[string, (reply: BulkReply) => string]>([
    ['is not JSON', () => '<html>'],
    ['breaks off', (reply) => JSON.stringify(reply).slice(0, -20)],
    ['lacks a field', ({ errors: _errors, ...reply }) => JSON.stringify(reply)],
    [
      'names a record twice',
      (reply) => JSON.stringify({ ...reply, results: reply.results.map((each) => ({ ...each, index: 0 })) }),
    ],
    [
      'names a record that was not sent',
      (reply) => JSON.stringify({ ...reply, results: [...reply.results, { index: 2, id: 'x' }] }),
    ],
  ])('that %s is taken for no success', async (_name, bodyOf) => {
    const api = await startApi(async (_call, response, _index, forward) => {
      response.end(bodyOf(readBulk(await forward())));
      return undefined;
    });
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(api.calls.length).toBe(1);
    expect(summaryOf(result).records).toEqual({ accepted: 0, rejected: 0, not_sent: 0, uncertain: 2 });
  });

  test('must account for every record: the one that it does not is named', async () => {
    const api = await startApi(async (_call, _response, _index, forward) => {
      const reply = readBulk(await forward());
      return { ...reply, total_received: 2, total_processed: 2, success: 2, results: reply.results.slice(0, 2) };
    });
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json', '--errors', 'e.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(5);
    expect(readErrors(cwd, 'e.jsonl').map(({ row, code, movement_id: id }) => [row, code, id])).toEqual([
      [3, 'UNCERTAIN', 'M-3'],
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
      expect(summary.records).toEqual({ accepted: 3, rejected: 0, not_sent: 6, uncertain: 0 });
      expect(summary.files.rejected).toBe('a.rejected.csv');
      expect(await api.get(requestsPath)).toMatchObject({ total: 3 });
    },
  );
});
