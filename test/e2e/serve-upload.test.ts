import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  type CommandResult,
  dcycleUpload,
  fixture,
  folderWith,
  readErrors,
  readLines,
  summaryOf,
  temporaryFolder,
} from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { type Access, type Account, listAll, newAccount } from '../support/serve.ts';

const shipmentsPath = '/v1/logistics/requests';
const rechargesPath = '/v1/logistics/recharges';

/** A row of a results file, of an upload or of a calculation here. */
interface ResultRow {
  readonly _row: number;
  readonly id?: string;
  readonly co2e_kg: number | string;
  readonly tonne_km?: number;
}

const numberOf = ({ _row: row }: ResultRow): number => row;

interface Run {
  readonly result: CommandResult;
  /** By the number of the row. */
  readonly rows: ReadonlyMap<number, ResultRow>;
  readonly errors: readonly Readonly<Record<string, unknown>>[];
}

/** Runs the command with a file of results and one of errors. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const cwd = temporaryFolder();
  const files = ['--out', 'o.jsonl', '--errors', 'e.jsonl', '--rejected', 'r.jsonl'];
  const result = await dcycleUpload([...args, '--json', ...files], { cwd, env });
  return {
    result,
    rows: new Map(readLines<ResultRow>(cwd, 'o.jsonl').map((row) => [numberOf(row), row])),
    errors: existsSync(join(cwd, 'e.jsonl')) ? readErrors(cwd, 'e.jsonl') : [],
  };
}

const emissionsOf = ({ rows }: Run): [number, number | string][] =>
  [...rows].map(([row, { co2e_kg: co2e }]) => [row, co2e]);

interface Job {
  readonly id: string;
  readonly file_id: string;
  readonly status: string;
  readonly total_records: number;
  readonly success_count: number;
  readonly failure_count: number;
}

/** The jobs of an organisation, when all of them are done. */
async function finishedJobs(access: Access): Promise<readonly Job[]> {
  const jobs = await vi.waitFor(
    async () => {
      const listed = await listAll<Job>(access, '/v1/processing-jobs');
      for (const { status } of listed) expect(status).not.toMatch(/PENDING|RUNNING/);
      return listed;
    },
    { timeout: 30_000, interval: 20 },
  );
  for (const { status } of jobs) expect(status).toBe('COMPLETED');
  return jobs;
}

interface Shipment {
  readonly id: string;
  readonly movement_id: string;
  readonly status: string;
  readonly co2e: number | null;
  readonly kgco2e: number | null;
  readonly tkm: number | null;
  readonly error_messages: readonly string[];
}

interface Purchase {
  readonly id: string;
  readonly fuel_name: string;
  readonly file_id: string;
  readonly co2e: number;
  readonly created_at: string;
}

const totalOf = async ({ get }: Access, path: string): Promise<number> => (await get<{ total: number }>(path)).total;

/** The API has no such code: to it, a vehicle type that is unknown is none. */
const apiCode = (code: unknown): string => (code === 'UNKNOWN_TOC' ? 'NO_TOC' : String(code));

describe.each([
  ['shipments-clean.csv', 0],
  ['shipments-clean.jsonl', 0],
  ['shipments.csv', 1],
])('the shipments of %s', (name, exitCode) => {
  test('come back from v2 with the emissions that --local gives, to the last digit', async () => {
    const account = await newAccount();
    const here = await run(['requests', fixture(name), '--local']);
    const there = await run(['requests', fixture(name)], account.env);
    expect([here.result.code, there.result.code]).toEqual([exitCode, exitCode]);
    expect(here.rows.size).toBeGreaterThan(200);
    const [job, ...others] = await finishedJobs(account);
    expect(others).toEqual([]);
    expect(job).toMatchObject({
      total_records: there.rows.size,
      success_count: here.rows.size,
      failure_count: there.rows.size - here.rows.size,
    });
    const stored = await listAll<Shipment>(account, `${shipmentsPath}?file_id[]=${job?.file_id ?? ''}`);
    expect(stored.map(({ id }) => id)).toEqual([...there.rows.values()].map(({ id }) => id));
    for (const [place, row] of [...there.rows.keys()].entries()) {
      const { status, co2e, kgco2e, tkm, error_messages: messages = [] } = stored[place] ?? {};
      const expected = here.rows.get(row);
      if (expected !== undefined) {
        expect([row, status, kgco2e, co2e, tkm, messages]).toEqual([
          row,
          'active',
          expected.co2e_kg,
          expected.co2e_kg,
          expected.tonne_km,
          [],
        ]);
        continue;
      }
      const error = here.errors.find((each) => each['row'] === row);
      expect([row, status, kgco2e]).toEqual([row, 'error', null]);
      expect(messages).toEqual([expect.stringMatching(`^${apiCode(error?.['code'])}: `)]);
    }
  });

  test('get the emissions that --local gives from v1 at once', async () => {
    const account = await newAccount();
    const here = await run(['requests', fixture(name), '--local']);
    const there = await run(['requests', fixture(name), '--api-version', 'v1'], account.env);
    expect([here.result.code, there.result.code]).toEqual([exitCode, exitCode]);
    expect(here.rows.size).toBeGreaterThan(200);
    expect(emissionsOf(there)).toEqual(emissionsOf(here));
    expect(summaryOf(there.result).emissions?.co2e_kg).toBe(summaryOf(here.result).emissions?.co2e_kg);
    const rejected = there.errors.filter(({ code }) => code === 'API_REJECTED');
    const uncalculated = here.errors.filter(({ stage }) => stage === 'calculate');
    expect(rejected.map(({ row }) => row)).toEqual(uncalculated.map(({ row }) => row));
    for (const [index, { code }] of uncalculated.entries()) {
      expect(rejected[index]?.['message']).toContain(`the API rejected it: ${apiCode(code)}: `);
    }
    expect(await totalOf(account, `${shipmentsPath}?status[]=active`)).toBe(here.rows.size);
    expect(await totalOf(account, shipmentsPath)).toBe(here.rows.size);
  });
});

describe('fuel purchases', () => {
  test.each([
    ['recharges-clean.csv', 0],
    ['recharges.csv', 1],
    // Names its fuels, in Spanish.
    ['fuel-card-clean.csv', 0],
  ])('of %s come back with the emissions that --local gives', async (name, exitCode) => {
    const account = await newAccount();
    const here = await run(['recharges', fixture(name), '--local']);
    const there = await run(['recharges', fixture(name)], account.env);
    expect([here.result.code, there.result.code]).toEqual([exitCode, exitCode]);
    expect(here.rows.size).toBeGreaterThan(50);
    const stored = await listAll<Purchase>(account, rechargesPath);
    expect(stored.map(({ id }) => id)).toEqual([...there.rows.values()].map(({ id }) => id));
    expect(stored.map(({ co2e }) => co2e)).toEqual([...here.rows.values()].map((row) => row.co2e_kg));
  });

  test('name their fuels, which are looked up in the server’s catalogue', async () => {
    const account = await newAccount();
    const names = ['diesel', 'GASÓLEO A', 'Petrol (average biofuel blend)', 'HVO', 'propane', 'AdBlue'];
    const rows = names.map((fuel, index) => `${fuel},ES,2025-06-15,${String(index + 1)}\n`);
    const cwd = folderWith({ 'r.csv': `fuel,country,date,quantity\n${rows.join('')}` });
    const { result, rows: results, errors } = await run(['recharges', join(cwd, 'r.csv')], account.env);
    expect(result.code).toBe(1);
    expect(results.size).toBe(5);
    expect(errors).toMatchObject([{ row: 6, code: 'UNKNOWN_FUEL', value: 'AdBlue' }]);
    const stored = await listAll<Purchase>(account, rechargesPath);
    expect(stored.map((each) => each.fuel_name)).toEqual([
      'diesel',
      'diesel',
      'Petrol (average biofuel blend)',
      expect.stringMatching(/HVO/),
      'Propane',
    ]);
  });

  test('of a fuel that the server does not know are rejected, alone', async () => {
    const account = await newAccount();
    const ids = ['f51a1645-c201-43da-9dcd-6408be3cb517', '00000000-0000-4000-8000-000000000000'];
    const rows = ids.map((fuel) => `${fuel},ES,2025-06-15,10,${fuel.slice(0, 4)}\n`);
    const cwd = folderWith({ 'r.csv': `fuel_id,country,date,quantity,plate\n${rows.join('')}` });
    const { result, errors } = await run(['recharges', join(cwd, 'r.csv')], account.env);
    expect(result.code).toBe(1);
    expect(errors).toMatchObject([
      {
        row: 2,
        code: 'API_REJECTED',
        message: `the API rejected it: Fuel with id '${ids[1] ?? ''}' not found or inactive`,
      },
    ]);
    expect(await totalOf(account, rechargesPath)).toBe(1);
  });

  test('are updated by a second upload, not stored twice', async () => {
    const account = await newAccount();
    const contentOf = (fuel: string): string =>
      `fuel,country,date,quantity,plate\n${['1', '2', '3'].map((n) => `${fuel},ES,2025-06-15,${n}0,${n}234-ABC\n`).join('')}`;
    const cwd = folderWith({ 'a.csv': contentOf('diesel'), 'b.csv': contentOf('HVO') });
    const first = await run(['recharges', join(cwd, 'a.csv')], account.env);
    const before = await listAll<Purchase>(account, rechargesPath);
    const same = await run(['recharges', join(cwd, 'a.csv')], account.env);
    const repeated = await listAll<Purchase>(account, rechargesPath);
    const other = await run(['recharges', join(cwd, 'b.csv')], account.env);
    const after = await listAll<Purchase>(account, rechargesPath);

    const idsOf = ({ rows }: Run): unknown[] => [...rows.values()].map(({ id }) => id);
    expect([first.result.code, same.result.code, other.result.code]).toEqual([0, 0, 0]);
    expect(before.map(({ id }) => id)).toEqual(idsOf(first));
    expect([idsOf(same), idsOf(other)]).toEqual([idsOf(first), idsOf(first)]);
    const kept = ({ id, created_at: created }: Purchase): unknown => [id, created];
    expect(before.length).toBe(3);
    expect(repeated.map(kept)).toEqual(before.map(kept));
    expect(after.map(kept)).toEqual(before.map(kept));
    // What was accepted before is not sent again; each belongs to the call that wrote it last, with what that one said.
    expect(repeated.map(({ co2e }) => co2e)).toEqual(before.map(({ co2e }) => co2e));
    expect(new Set([before, repeated, after].flat().map((each) => each.file_id)).size).toBe(2);
    for (const [index, { co2e, fuel_name: fuel }] of after.entries()) {
      expect(fuel).toMatch(/HVO/);
      expect(co2e).toBeLessThan(before[index]?.co2e ?? 0);
    }
  });
});

describe('a key', () => {
  test('that the server does not know ends the upload with 4', async () => {
    const account = await newAccount();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const env = { ...account.env, DCYCLE_API_KEY: 'sk_test_of_nobody' };
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
    expect(result.code).toBe(4);
    expect(summaryOf(result).error?.code).toBe('ACCESS_REFUSED');
    expect(result.stderr).toContain('the API refused access (HTTP 401: Invalid API key)');
    expect(await totalOf(account, shipmentsPath)).toBe(0);
  });

  test('of one organisation does not open another', async () => {
    const { neighbour, ...account } = await newAccount();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const env = { ...account.env, DCYCLE_ORG_ID: neighbour.organizationId };
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
    expect(result.code).toBe(4);
    expect(await totalOf(neighbour, shipmentsPath)).toBe(0);
  });

  test('sees nothing of another organisation', async () => {
    const account: Account = await newAccount();
    const { neighbour } = account;
    const cwd = folderWith({
      'a.csv': legs(3),
      'r.csv': 'fuel,country,date,quantity\ndiesel,ES,2025-06-15,10\n',
    });
    const { rows } = await run(['requests', join(cwd, 'a.csv')], account.env);
    expect((await run(['recharges', join(cwd, 'r.csv')], account.env)).result.code).toBe(0);
    const [job] = await finishedJobs(account);
    const paths = [
      shipmentsPath,
      `${shipmentsPath}?file_id[]=${job?.file_id ?? ''}`,
      `${shipmentsPath}?id[]=${rows.get(1)?.id ?? ''}`,
      `/v1/processing-jobs?file_id[]=${job?.file_id ?? ''}`,
      rechargesPath,
    ];
    expect(await Promise.all(paths.map((path) => totalOf(account, path)))).toEqual([3, 3, 1, 1, 1]);
    expect(await Promise.all(paths.map((path) => totalOf(neighbour, path)))).toEqual([0, 0, 0, 0, 0]);
    await expect(neighbour.get(`/v1/processing-jobs/${job?.id ?? ''}`)).rejects.toThrow('HTTP 404');
  });
});

test('12,000 rows arrive in three chunks at once, each row once', async () => {
  const account = await newAccount();
  const rows = Array.from({ length: 12_000 }, (_, i) => `M-${String(i)},van_diesel,500,${String((i % 900) + 1)}\n`);
  const cwd = folderWith({ 'a.csv': `movement_id,toc,load,distance_km\n${rows.join('')}` });
  const { result, rows: results } = await run(['requests', join(cwd, 'a.csv'), '--concurrency', '4'], account.env);
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
  expect(summaryOf(result).chunks).toEqual({ planned: 3, sent: 3, accepted: 3, failed: 0, retries: 0 });
  expect(await totalOf(account, shipmentsPath)).toBe(12_000);
  const jobs = await finishedJobs(account);
  expect(jobs.map((job) => job.success_count).toSorted((a, b) => a - b)).toEqual([2000, 5000, 5000]);
  const stored = await listAll<Shipment>(account, shipmentsPath);
  const movements = new Map(stored.map(({ id, movement_id: movement }) => [id, movement]));
  expect(movements.size).toBe(12_000);
  for (const [row, { id = '' }] of results) expect(movements.get(id)).toBe(`M-${String(row - 1)}`);
  expect(stored.every(({ status }) => status === 'active')).toBe(true);
});
