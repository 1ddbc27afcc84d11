import { describe, expect, test, vi } from 'vitest';
import { dcycleUpload, fixture, folderWith, readErrors, summaryOf } from '../support/command.ts';
import { legs, legsOf } from '../support/legs.ts';
import { type Access, type Account, startServer } from '../support/serve.ts';

const shipmentsPath = '/v1/logistics/requests';
const rechargesPath = '/v1/logistics/recharges';

/** Two servers with the same options and seed: what happens to a call is the same in both, by its number. */
async function startTwins(options: readonly string[]): Promise<readonly [Account, Account]> {
  const [one, other] = await Promise.all([startServer(options), startServer(options)]);
  return [one.newAccount(), other.newAccount()];
}

/** Whether each of some calls succeeds, one after the other. */
async function tryCalls(count: number, call: () => Promise<unknown>): Promise<readonly boolean[]> {
  const successes: boolean[] = [];
  for (let made = 0; made < count; made += 1) {
    successes.push(
      await call().then(
        () => true,
        () => false,
      ),
    );
  }
  return successes;
}

/** What is stored is there at once, and whatever is missing is sent until it arrives. */
const patiently = ['--settle', '1', '--settle-rounds', '10', '--retries', '10'];

/** The length of a list, of a server that fails to say it now and then. */
const totalOf = ({ get }: Access, path: string): Promise<number> =>
  vi.waitFor(async () => (await get<{ total: number }>(path)).total, { timeout: 10_000, interval: 10 });

describe('fuel purchases reach a server', () => {
  test.each([
    ['that fails', ['--fail-rate', '30%', '--seed', '7']],
    ['that breaks connections', ['--reset-rate', '30%', '--seed', '7']],
    ['that does both', ['--fail-rate', '20%', '--reset-rate', '20%', '--seed', 'x']],
  ])('%s, each once', async (_name, options) => {
    const account = (await startServer(options)).newAccount();
    const args = [
      'recharges',
      fixture('recharges-clean.csv'),
      '--json',
      '--chunk-size',
      '20',
      '--verbose',
      ...patiently,
    ];
    const result = await dcycleUpload(args, { env: account.env });
    expect(result.code).toBe(0);
    const { records, chunks } = summaryOf(result);
    expect(records).toEqual({ accepted: 124, accepted_before: 0, rejected: 0, not_sent: 0, uncertain: 0 });
    expect(chunks).toMatchObject({ planned: 7, sent: 7, accepted: 7, failed: 0 });
    expect(result.stderr).toMatch(/HTTP 5\d\d|connection/);
    expect(await totalOf(account, rechargesPath)).toBe(124);
  });
});

describe('shipments', () => {
  test('reach a server that breaks connections, each once', async () => {
    const account = (await startServer(['--reset-rate', '30%', '--seed', '4'])).newAccount();
    const cwd = folderWith({ 'a.csv': legs(12) });
    const args = ['requests', 'a.csv', '--json', '--chunk-size', '1', '--verbose', ...patiently];
    const result = await dcycleUpload(args, { cwd, env: account.env });
    // Connections broke.
    expect(result.stderr).toMatch(/1 records, .*connection/);
    expect(result.code).toBe(0);
    expect(summaryOf(result).records).toEqual({
      accepted: 12,
      accepted_before: 0,
      rejected: 0,
      not_sent: 0,
      uncertain: 0,
    });
    expect(await totalOf(account, shipmentsPath)).toBe(12);
  });

  test('without movement_id are looked up where a server broke the connection, and those that it lacks are sent again', async () => {
    const [account, twin] = await startTwins(['--reset-rate', '50%', '--seed', '4']);
    const successes = await tryCalls(12, () => createShipment(twin));
    const accepted = successes.filter((isSuccess) => isSuccess).length;
    const stored = await totalOf(twin, shipmentsPath);
    // Connections broke both before and after the work was done.
    expect(stored).toBeGreaterThan(accepted);
    expect(stored).toBeLessThan(12);
    const rows = Array.from({ length: 12 }, (_, i) => `van_diesel,${String(i + 1)},10\n`).join('');
    const cwd = folderWith({ 'a.csv': `toc,load,distance_km\n${rows}` });
    const args = ['requests', 'a.csv', '--json', '--chunk-size', '1', ...patiently];
    const result = await dcycleUpload(args, { cwd, env: account.env });
    expect(result.code).toBe(0);
    expect(summaryOf(result).records).toMatchObject({ accepted: 12, rejected: 0, not_sent: 0, uncertain: 0 });
    expect(await totalOf(account, shipmentsPath)).toBe(12);
  });

  test('are sent when a rate limit lets them through', async () => {
    const account = (await startServer(['--rate-limit', '60'])).newAccount();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const args = ['requests', 'a.csv', '--json', '--verbose', '--chunk-size', '1', '--concurrency', '1'];
    const result = await dcycleUpload(args, { cwd, env: account.env });
    expect(result.code).toBe(0);
    const { records, chunks } = summaryOf(result);
    expect(records.accepted).toBe(3);
    // Each comes too early once, after the looks at the account, and when it is told to the next time.
    expect(chunks).toMatchObject({ planned: 3, sent: 3, accepted: 3, failed: 0 });
    expect(chunks.retries).toBeGreaterThanOrEqual(2);
    expect(result.stderr.match(/HTTP 429 after .* again in 1\.0 s/g)?.length).toBe(chunks.retries);
  });

  test('wait for a slow server, and for no longer than --timeout', async () => {
    const account = (await startServer(['--latency', '300'])).newAccount();
    const cwd = folderWith({ 'a.csv': legs(1), 'b.csv': legsOf([2]) });
    const args = ['--json', '--errors', 'e.jsonl'];
    const patient = await dcycleUpload(['requests', 'a.csv', ...args], { cwd, env: account.env });
    expect(patient.code).toBe(0);
    expect(summaryOf(patient).duration_ms).toBeGreaterThanOrEqual(300);
    const impatient = await dcycleUpload(['requests', 'b.csv', ...args, '--timeout', '0.1'], { cwd, env: account.env });
    expect(impatient.code).toBe(5);
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([
      { row: 1, code: 'NOT_SENT', message: expect.stringContaining('no answer within 0.1 s') },
    ]);
  });
});

/** A bulk call of one shipment. */
const createShipment = ({ url, apiKey, organizationId }: Account): Promise<Response> =>
  fetch(`${url}/v2/logistics/requests/bulk`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': apiKey,
      'x-organization-id': organizationId,
    },
    body: JSON.stringify({ records: [{ toc: 'van_diesel', load: 500, distance_km: 10 }] }),
  });
