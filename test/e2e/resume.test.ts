import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Api, refuse, type Script, startApi } from '../support/api-server.ts';
import {
  createInterruption,
  dcycleUpload,
  fixture,
  folderWith,
  readErrors,
  readLines,
  readText,
  summaryOf,
  temporaryFolder,
} from '../support/command.ts';
import { leg, legHeader, legs } from '../support/legs.ts';
import {
  createKill,
  isBulk,
  movements,
  movementsIn,
  onlyRunIn,
  privateState,
  sentIn,
  startRun,
  storedIn,
} from '../support/runs.ts';

/** Calls whose end was not received are over, and their records are looked up, within seconds. */
const soon = ['--timeout', '10', '--settle', '1'];

const inThrees = ['--chunk-size', '3', '--concurrency', '1', ...soon];

/** A script that breaks down at one bulk call, counted from 0 over all commands, and forwards all others. */
const atBulk =
  (place: number, script: Script): Script =>
  (call, response, index, forward) => {
    if (!isBulk(call)) return forward();
    bulkCalls += 1;
    return bulkCalls - 1 === place ? script(call, response, index, forward) : forward();
  };
let bulkCalls = 0;

const startAt = (place: number, script: Script): Promise<Api> => {
  bulkCalls = 0;
  return startApi(atBulk(place, script));
};

/** The refusal of everything that is not a record's fault. */
const outOfOrder: Script = (_call, response) => refuse(response, 405, { detail: 'gone' });

interface ResultLine {
  readonly movement_id: string;
  readonly id: string;
}

const idsIn = (cwd: string, name: string): Record<string, string> =>
  Object.fromEntries(readLines<ResultLine>(cwd, name).map(({ movement_id: movement, id }) => [movement, id]));

const idsOf = async (api: Api): Promise<Record<string, string>> =>
  Object.fromEntries((await storedIn(api)).map(({ movement_id: movement, id }) => [movement, id]));

describe('a killed upload', () => {
  test.each([
    ['was stored', true, 1],
    ['was not stored', false, 1],
    ['was stored, with others in flight', true, 4],
    ['was not stored, with others in flight', false, 4],
  ])('is finished by resume; the chunk on its way %s', async (_name, isStored, concurrency) => {
    const { onStart, kill } = createKill();
    const api = await startAt(1, async (_call, response, _index, forward) => {
      if (isStored) await forward();
      await kill();
      response.destroy();
      return undefined;
    });
    const state = privateState();
    const cwd = folderWith({ 'a.csv': legs(20) });
    const env = { ...api.env, ...state };
    const args = [
      'requests',
      'a.csv',
      '--chunk-size',
      '3',
      '--concurrency',
      String(concurrency),
      '--out',
      'o.jsonl',
      ...soon,
    ];
    const killed = await dcycleUpload(args, { cwd, env, onStart });
    expect(killed.signal).toBe('SIGKILL');
    const id = onlyRunIn(state);
    const before = api.calls.length;
    const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env });
    expect(resumed.stderr).toBe('');
    expect(resumed.code).toBe(0);
    expect(summaryOf(resumed)).toMatchObject({ command: 'requests', run_id: id, records: { accepted: 20 } });
    expect(await movementsIn(api)).toEqual(movements(1, 20));
    expect(idsIn(cwd, 'o.jsonl')).toEqual(await idsOf(api));
    if (concurrency === 1) {
      // What was on its way is known when later records are there.
      const expected = [...[7, 10, 13, 16, 19].map(chunkFrom), ...(isStored ? [] : [movements(4, 6)])];
      expect(sentIn(api.calls.slice(before))).toEqual(expected);
    }
  });

  test('with nothing left makes no call', async () => {
    const api = await startAt(1, outOfOrder);
    const cwd = folderWith({ 'a.csv': legs(7) });
    const { id } = await startRun(['requests', 'a.csv', ...inThrees, '--out', 'o.jsonl'], { cwd, env: api.env });
    const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env: api.env });
    expect(resumed.code).toBe(0);
    const before = api.calls.length;
    for (const args of [['--json'], ['--json', '--verbose']]) {
      const again = await dcycleUpload(['resume', id, ...args], { cwd, env: api.env });
      expect(again.code).toBe(0);
      expect(summaryOf(again).records).toEqual({
        accepted: 7,
        accepted_before: 0,
        rejected: 0,
        not_sent: 0,
        uncertain: 0,
      });
    }
    expect(api.calls.length).toBe(before);
    expect(idsIn(cwd, 'o.jsonl')).toEqual(await idsOf(api));
  });

  test('of fuel purchases is finished by resume', async () => {
    const { onStart, kill } = createKill();
    const api = await startAt(2, async (_call, response, _index, forward) => {
      await forward();
      await kill();
      response.destroy();
      return undefined;
    });
    const state = privateState();
    const env = { ...api.env, ...state };
    const args = ['recharges', fixture('recharges-clean.csv'), '--chunk-size', '20', '--concurrency', '1', ...soon];
    await dcycleUpload(args, { env, cwd: temporaryFolder(), onStart });
    const before = api.calls.length;
    const resumed = await dcycleUpload(['resume', onlyRunIn(state), '--json'], { env });
    expect(resumed.code).toBe(0);
    expect(summaryOf(resumed)).toMatchObject({ command: 'recharges', records: { accepted: 124 } });
    // What was on its way is there, and need not be sent again.
    const sent = api.calls.slice(before).filter(isBulk);
    expect(sent.map(({ records }) => records.length).toSorted((a, b) => a - b)).toEqual([4, 20, 20, 20]);
    expect(await api.get('/v1/logistics/recharges')).toMatchObject({ total: 124 });
  });

  test('of two files is finished by resume', async () => {
    const { onStart, kill } = createKill();
    const api = await startAt(1, async () => {
      await kill();
      return undefined;
    });
    const state = privateState();
    const env = { ...api.env, ...state };
    const cwd = folderWith({ 'a.csv': legs(5), 'b.csv': legHeader + [6, 7, 8, 9].map(leg).join('') });
    await dcycleUpload(['requests', 'a.csv', 'b.csv', ...inThrees, '--out', 'o.jsonl'], { cwd, env, onStart });
    const resumed = await dcycleUpload(['resume', onlyRunIn(state), '--json'], { cwd, env });
    expect(resumed.code).toBe(0);
    expect(await movementsIn(api)).toEqual(movements(1, 9));
    expect(idsIn(cwd, 'o.jsonl')).toEqual(await idsOf(api));
  });

  test('without movement_id is finished by the pages since the call', async () => {
    const { onStart, kill } = createKill();
    const api = await startAt(1, async () => {
      await kill();
      return undefined;
    });
    const state = privateState();
    const env = { ...api.env, ...state };
    const rows = Array.from({ length: 5 }, (_, i) => `${String(i + 1)},10,van_diesel\n`).join('');
    const cwd = folderWith({ 'a.csv': `load,distance_km,toc\n${rows}` });
    await dcycleUpload(['requests', 'a.csv', '--chunk-size', '2', '--concurrency', '1', ...soon], {
      cwd,
      env,
      onStart,
    });
    const id = onlyRunIn(state);
    const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env });
    expect(resumed.code).toBe(0);
    expect(await api.get('/v1/logistics/requests')).toMatchObject({ total: 5 });
  });
});

const chunkFrom = (first: number): readonly string[] => movements(first, Math.min(20, first + 2));

describe('an incomplete upload is finished by resume', () => {
  test('after --max-errors', async () => {
    const api = await startApi();
    const bad = 'M-0,A,B,x,van_diesel\n';
    const content = legHeader + leg(1) + bad.repeat(2) + [2, 3, 4, 5].map(leg).join('');
    const cwd = folderWith({ 'a.csv': content });
    const args = ['requests', 'a.csv', '--chunk-size', '1', '--concurrency', '1', '--max-errors', '1'];
    const { id, result } = await startRun(args, { cwd, env: api.env });
    expect(result.code).toBe(7);
    expect(summaryOf(result).records.not_sent).toBeGreaterThan(0);
    expect(result.stderr).toContain(`to finish, run: dcycle-upload resume ${id}`);
    // What resume sends is not uploaded again; what is to be fixed is.
    expect(readText(cwd, 'a.rejected.csv').trimEnd().split('\n').length).toBe(3);
    const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env: api.env });
    expect(resumed.code).toBe(1);
    expect(await movementsIn(api)).toEqual(movements(1, 5));
  });

  test('after --stop-on-error', async () => {
    const api = await startAt(1, (_call, response) =>
      refuse(response, 422, { detail: [{ loc: ['body', 'records', 0, 'load'], msg: 'too odd' }] }),
    );
    const cwd = folderWith({ 'a.csv': legs(8) });
    const args = ['requests', 'a.csv', '--chunk-size', '2', '--stop-on-error'];
    const { id, result } = await startRun(args, { cwd, env: api.env });
    expect(result.code).toBe(7);
    expect(summaryOf(result).records).toEqual({
      accepted: 2,
      accepted_before: 0,
      rejected: 1,
      not_sent: 5,
      uncertain: 0,
    });
    expect(await movementsIn(api)).toEqual(movements(1, 2));
    const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env: api.env });
    expect(resumed.code).toBe(0);
    expect(await movementsIn(api)).toEqual(movements(1, 8));
  });

  test('after a refused key, when that is fixed', async () => {
    const api = await startAt(1, (_call, response) => refuse(response, 401, { detail: 'revoked' }));
    const cwd = folderWith({ 'a.csv': legs(8) });
    const { id, result } = await startRun(['requests', 'a.csv', ...inThrees], { cwd, env: api.env });
    expect(result.code).toBe(4);
    const wrong = { ...api.env, DCYCLE_API_KEY: 'sk_test_of_nobody' };
    const refused = await dcycleUpload(['resume', id, '--json'], { cwd, env: wrong });
    expect(refused.code).toBe(4);
    expect(summaryOf(refused).error?.code).toBe('ACCESS_REFUSED');
    const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env: api.env });
    expect(resumed.code).toBe(0);
    expect(await movementsIn(api)).toEqual(movements(1, 8));
  });

  test('after SIGTERM', async () => {
    const { onStart, interrupt } = createInterruption('SIGTERM');
    const api = await startAt(0, async (_call, _response, _index, forward) => {
      await interrupt();
      return forward();
    });
    const cwd = folderWith({ 'a.csv': legs(8) });
    const { id, result } = await startRun(['requests', 'a.csv', ...inThrees], { cwd, env: api.env, onStart });
    expect(result.signal).toBe('SIGTERM');
    expect(summaryOf(result)).toMatchObject({ files: { rejected: null }, records: { accepted: 3, not_sent: 5 } });
    expect(result.stderr).toContain(`dcycle-upload resume ${id}`);
    const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env: api.env });
    expect(resumed.code).toBe(0);
    expect(sentIn(api.calls)).toEqual([movements(1, 3), movements(4, 6), movements(7, 8)]);
  });

  test('by the first characters of its id', async () => {
    const api = await startAt(0, outOfOrder);
    const env = { ...api.env, ...privateState() };
    const cwd = folderWith({ 'a.csv': legs(2) });
    const { id, result } = await startRun(['requests', 'a.csv'], { cwd, env });
    expect(result.code).toBe(5);
    const resumed = await dcycleUpload(['resume', id.slice(0, 6).toUpperCase(), '--json'], { cwd, env });
    expect(resumed.code).toBe(0);
    expect(summaryOf(resumed).run_id).toBe(id);
  });

  test('from another directory', async () => {
    const api = await startAt(0, outOfOrder);
    const { DCYCLE_API_KEY: key = '', ...env } = api.env;
    const cwd = folderWith({ 'a.csv': legs(2), 'key.txt': 'sk_test_of_nobody' });
    const args = ['requests', 'a.csv', '--out', 'o.jsonl'];
    const { id } = await startRun(args, { cwd, env: api.env });
    const elsewhere = folderWith({ 'key.txt': key });
    // The file with the key is the one where the command is given, the input the one where the run was.
    const resumed = await dcycleUpload(['resume', id, '--json', '--api-key-file', 'key.txt'], { cwd: elsewhere, env });
    expect(resumed.code).toBe(0);
    expect(idsIn(cwd, 'o.jsonl')).toEqual(await idsOf(api));
  });
});

test('what came through standard input is not resumed: its rows are uploaded again', async () => {
  const api = await startAt(1, outOfOrder);
  const cwd = temporaryFolder();
  const args = ['requests', '-', ...inThrees, '--rejected', 'r.csv', '--errors', 'e.jsonl'];
  const { id, result } = await startRun(args, { cwd, env: api.env, stdin: legs(7) });
  expect(result.code).toBe(5);
  expect(result.stderr).not.toContain('dcycle-upload resume');
  expect(readErrors(cwd, 'e.jsonl').map(({ row, code }) => [row, code])).toEqual([4, 5, 6].map((n) => [n, 'NOT_SENT']));
  expect(summaryOf(result).files.rejected).toBe('r.csv');
  const calls = api.calls.length;
  const refused = await dcycleUpload(['resume', id, '--json'], { cwd, env: api.env });
  expect(refused.code).toBe(2);
  expect(summaryOf(refused).error?.code).toBe('RUN_NOT_RESUMABLE');
  expect(api.calls.length).toBe(calls);
  const rest = await dcycleUpload(['requests', 'r.csv', '--json'], { cwd, env: api.env });
  expect(rest.code).toBe(0);
  expect(await movementsIn(api)).toEqual(movements(1, 7));
});

test('what a run of a file did not send is not in the rejected file', async () => {
  const api = await startAt(0, outOfOrder);
  const cwd = folderWith({ 'a.csv': legs(2) });
  const args = ['requests', 'a.csv', '--errors', 'e.jsonl'];
  const { id, result } = await startRun(args, { cwd, env: api.env });
  expect(summaryOf(result).files.rejected).toBeNull();
  const errors = readErrors(cwd, 'e.jsonl');
  expect(errors.map(({ code }) => code)).toEqual(['NOT_SENT', 'NOT_SENT']);
  const tables = await dcycleUpload(['requests', 'a.csv', '--retries', '0'], {
    cwd,
    env: { ...api.env, DCYCLE_BASE_URL: 'http://127.0.0.1:9' },
  });
  // There is no such file to be sent to.
  expect(JSON.stringify(errors) + tables.stdout + tables.stderr).not.toContain('rejected file');
  rmSync(join(cwd, 'a.csv'));
  writeFileSync(join(cwd, 'a.csv'), legs(2));
  const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env: api.env });
  expect(resumed.code).toBe(0);
});
