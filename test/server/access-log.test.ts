import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Access, aShipment, paths, serveForTest, type Serving, until } from '../support/serve-client.ts';

/** The access log: lines of JSON on stderr. */

interface Line {
  readonly level: string;
  readonly time: string;
  readonly method?: string;
  readonly path?: string;
  readonly parameters?: readonly string[];
  readonly status?: number | null;
  readonly ms?: number;
  readonly organization?: string;
}

/** A server that writes its log, and the key that it made. */
async function logging(...args: readonly string[]): Promise<{ serving: Serving; access: Access }> {
  const serving = await serveForTest(args);
  if (serving.generated === undefined) throw new Error('no key was made');
  return { serving, access: serving.generated };
}

const linesOf = (serving: Serving): readonly Line[] =>
  serving
    .stderr()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** The lines of calls, once there are so many. */
const callsOf = (serving: Serving, count: number): Promise<readonly Line[]> =>
  until(`${String(count)} lines of calls`, () => {
    const lines = linesOf(serving).filter(({ method }) => method !== undefined);
    return lines.length < count ? undefined : lines;
  });

describe('the access log', () => {
  test('has one line a call: what was asked, by whom, and how it was answered', async () => {
    const { serving, access } = await logging();
    const { call } = serving.client(access);
    await call('POST', paths.requestsBulk, { records: [aShipment] });
    await call('GET', `${paths.requests}?size=5&client=AMAZON&client=DHL&file_id[]=`);
    await call('GET', '/healthz');
    await call('GET', '/nothing?a=1');
    await call('POST', paths.requestsBulk, '{', { 'content-type': 'application/json' });
    const lines = await callsOf(serving, 5);
    expect(lines.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/v1/logistics/requests/bulk', 200],
      ['GET', '/v1/logistics/requests', 422],
      ['GET', '/healthz', 200],
      ['GET', '/nothing', 404],
      ['POST', '/v1/logistics/requests/bulk', 400],
    ]);
    expect(lines.map(({ parameters }) => parameters)).toEqual([[], ['size', 'client', 'file_id[]'], [], ['a'], []]);
    const { organizationId } = access;
    expect(lines.map(({ organization }) => organization)).toEqual([
      organizationId,
      organizationId,
      undefined,
      undefined,
      organizationId,
    ]);
    for (const { level, time, ms } of lines) {
      expect(level).toBe('info');
      expect(new Date(time).toISOString()).toBe(time);
      expect(ms).toBeGreaterThanOrEqual(0);
    }
  });

  test('has neither keys nor other headers, nor values of queries, nor bodies', async () => {
    const { serving, access } = await logging();
    const { call } = serving.client(access);
    await call('GET', `${paths.requests}?client=QUERY-VALUE`, undefined, { 'user-agent': 'HEADER-VALUE' });
    await call('POST', paths.requestsBulk, { records: [{ ...aShipment, client: 'BODY-VALUE', load: 'BODY-VALUE' }] });
    await call('GET', paths.requests, undefined, { 'x-api-key': 'WRONG-KEY', cookie: 'HEADER-VALUE' });
    await call('GET', '/v1/%?client=QUERY-VALUE');
    await callsOf(serving, 3);
    expect(serving.stderr()).not.toContain(access.apiKey.replace('sk_local_', ''));
    expect(serving.stderr()).not.toMatch(/QUERY-VALUE|HEADER-VALUE|BODY-VALUE|WRONG-KEY/);
  });

  test('has a line also for a call whose connection broke, without an error of the server', async () => {
    const { serving, access } = await logging();
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1');
    socket.write(
      [
        `POST ${paths.requestsBulk} HTTP/1.1`,
        'host: localhost',
        `x-api-key: ${access.apiKey}`,
        `x-organization-id: ${access.organizationId}`,
        'content-type: application/json',
        'content-length: 1000',
        '',
        '{"records": [',
      ].join('\r\n'),
    );
    // Its organisation is known when the headers are read; the answer to another call says that they are.
    await serving.client(access).call('GET', '/healthz');
    await callsOf(serving, 1);
    socket.destroy();
    const lines = await callsOf(serving, 2);
    expect(lines[1]).toMatchObject({ method: 'POST', status: null, organization: access.organizationId });
    expect(linesOf(serving).filter(({ level }) => level !== 'info')).toEqual([]);
  });

  test('has a line for a call that was broken on purpose', async () => {
    const { serving, access } = await logging('--reset-rate', '1');
    await expect(serving.client(access).call('GET', paths.requests)).rejects.toThrow();
    expect(await callsOf(serving, 1)).toMatchObject([{ method: 'GET', path: paths.requests }]);
  });
});
