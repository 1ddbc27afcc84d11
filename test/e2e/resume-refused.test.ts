import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { type Api, refuse, startApi } from '../support/api-server.ts';
import { type CommandResult, dcycleUpload, folderWith, summaryOf, temporaryFolder } from '../support/command.ts';
import { newRun } from '../support/ledger.ts';
import { leg, legs } from '../support/legs.ts';
import {
  bytesUnder,
  createKill,
  isBulk,
  movements,
  movementsIn,
  privateState,
  runIdsIn,
  startRun,
} from '../support/runs.ts';
import { schemaErrors } from '../support/schemas.ts';

/** What ended a command; its standard output must be one document, as published. */
function failureOf(result: CommandResult): { readonly code: number | null; readonly error: string | undefined } {
  const summary = summaryOf(result);
  expect(schemaErrors('summary-2.json', summary)).toEqual([]);
  expect(summary.exit_code).toBe(result.code);
  return { code: result.code, error: summary.error?.code };
}

describe('resume sends nothing', () => {
  let api: Api;
  let cwd: string;
  let id: string;
  let env: Readonly<Record<string, string>>;
  let calls: number;

  // A run of three chunks: the first is accepted, the others are not sent.
  beforeEach(async () => {
    let bulkCalls = 0;
    api = await startApi((call, response, _index, forward) => {
      if (!isBulk(call)) return forward();
      bulkCalls += 1;
      return bulkCalls === 2 || bulkCalls === 3 ? refuse(response, 405, { detail: 'gone' }) : forward();
    });
    cwd = folderWith({ 'a.csv': legs(6) });
    env = { ...api.env, ...privateState() };
    const args = ['requests', 'a.csv', '--chunk-size', '2', '--concurrency', '1'];
    const started = await startRun(args, { cwd, env });
    if (summaryOf(started.result).records.not_sent !== 4) throw new Error('the run did not go as it should');
    ({ id } = started);
    calls = api.calls.length;
  });

  const resume = (options: { readonly run?: string; readonly env?: Readonly<Record<string, string>> } = {}) =>
    dcycleUpload(['resume', options.run ?? id, '--json'], { cwd, env: options.env ?? env });

  test.each([
    ['whose first rows are others', () => legs(6).replace('M-1,', 'M-7,'), 7],
    ['with a row more at its start', () => legs(6).replace('M-1,', `${leg(7).trimEnd()}\nM-1,`), 7],
    ['with fewer rows than were sent', () => legs(2), 2],
  ])('twice of an input %s, and loses nothing', async (_name, content, stored) => {
    writeFileSync(join(cwd, 'a.csv'), content());
    expect((await resume()).code).toBe(0);
    expect(await movementsIn(api)).toEqual(movements(1, stored));
    writeFileSync(join(cwd, 'a.csv'), legs(6));
    expect((await resume()).code).toBe(0);
    expect(await movementsIn(api)).toEqual(movements(1, Math.max(6, stored)));
  });

  test('of an input that is gone', async () => {
    rmSync(join(cwd, 'a.csv'));
    expect(failureOf(await resume())).toEqual({ code: 3, error: 'INPUT_NOT_FOUND' });
    expect(api.calls.length).toBe(calls);
  });

  test('of a pipe, which would be waited for', async () => {
    rmSync(join(cwd, 'a.csv'));
    execFileSync('mkfifo', [join(cwd, 'a.csv')]);
    expect(failureOf(await resume())).toEqual({ code: 2, error: 'RUN_NOT_RESUMABLE' });
    expect(api.calls.length).toBe(calls);
  });

  test('from a folder that is gone', async () => {
    rmSync(cwd, { recursive: true });
    const result = await dcycleUpload(['resume', id, '--json'], { env });
    expect(failureOf(result)).toEqual({ code: 2, error: 'RUN_NOT_RESUMABLE' });
    expect(api.calls.length).toBe(calls);
  });

  test('to another organisation or server', async () => {
    const { apiKey, organizationId } = api.neighbour;
    const neighbour = { ...env, DCYCLE_API_KEY: apiKey, DCYCLE_ORG_ID: organizationId };
    const other = await startApi();
    for (const wrong of [neighbour, { ...env, DCYCLE_BASE_URL: other.url }]) {
      const result = await resume({ env: wrong });
      expect(failureOf(result)).toEqual({ code: 2, error: 'RUN_ELSEWHERE' });
      expect(result.stderr).toContain(api.organizationId);
    }
    expect(api.calls.length).toBe(calls);
    expect(other.calls).toEqual([]);
    expect((await resume()).code).toBe(0);
  });

  test('to another server, not even the key to look up fuels', async () => {
    const folder = folderWith({ 'r.csv': 'fuel,country,date,quantity\ndiesel,ES,2025-06-15,10\n' });
    const state = privateState();
    const refusing = await startApi((call, response, _index, forward) =>
      isBulk(call) ? refuse(response, 405, { detail: 'gone' }) : forward(),
    );
    await dcycleUpload(['recharges', 'r.csv'], { cwd: folder, env: { ...refusing.env, ...state } });
    const [run = ''] = runIdsIn(state.XDG_STATE_HOME);
    const other = await startApi();
    const elsewhere = { ...refusing.env, ...state, DCYCLE_BASE_URL: other.url };
    const result = await dcycleUpload(['resume', run, '--json'], { cwd: folder, env: elsewhere });
    expect(failureOf(result)).toEqual({ code: 2, error: 'RUN_ELSEWHERE' });
    expect(other.calls).toEqual([]);
  });

  test.each([['ffffffff-ffff-4fff-8fff-ffffffffffff'], ['no-such-run'], ['../runs'], ['']])(
    'of a run %j that is not there',
    async (run) => {
      const result = await resume({ run });
      expect(failureOf(result)).toEqual({ code: 2, error: 'RUN_UNKNOWN' });
      expect(result.stderr).toContain('dcycle-upload runs lists them');
      expect(api.calls.length).toBe(calls);
    },
  );

  test('where several runs begin with what was given', async () => {
    const store = createSqliteStore(join(env['XDG_STATE_HOME'] ?? '', 'dcycle-upload'));
    for (const name of ['zz-1', 'zz-2']) {
      const run = await store.create(newRun(name), [name]);
      await run.finish('2026-01-01T00:00:01.000Z', 0, { accepted: 0, rejected: 0, not_sent: 0, uncertain: 0 });
    }
    await store.close();
    const result = await resume({ run: 'zz' });
    expect(failureOf(result)).toEqual({ code: 2, error: 'RUN_UNKNOWN' });
    expect(result.stderr).toContain('2 runs begin with zz');
  });
});

describe('the same work', () => {
  test.each([['requests'], ['resume']])(
    'is not begun twice: a second %s ends with 6, the first goes on',
    async (second) => {
      const cwd = folderWith({ 'a.csv': legs(4), 'b.csv': legs(1) });
      const results: CommandResult[] = [];
      let env: Readonly<Record<string, string>> = {};
      const state = privateState();
      let bulkCalls = 0;
      const api = await startApi(async (call, _response, _index, forward) => {
        bulkCalls += isBulk(call) ? 1 : 0;
        if (bulkCalls === 1 && results.length === 0) {
          const [id = ''] = runIdsIn(state.XDG_STATE_HOME);
          const args = second === 'resume' ? ['resume', id] : ['requests', './a.csv'];
          results.push(await dcycleUpload([...args, '--json'], { cwd, env }));
          // Another file is other work.
          results.push(await dcycleUpload(['requests', 'b.csv', '--json', '--dry-run'], { cwd, env }));
        }
        return forward();
      });
      env = { ...api.env, ...state };
      const first = await startRun(['requests', 'a.csv', '--chunk-size', '2', '--concurrency', '1'], { cwd, env });
      const [refused, other] = results;
      if (refused === undefined) throw new Error('the second one did not run');
      expect(failureOf(refused)).toEqual({ code: 6, error: 'IN_PROGRESS' });
      expect(refused.stderr).toContain(first.id);
      expect(other?.code).toBe(0);
      expect(first.result.code).toBe(0);
      expect(await movementsIn(api)).toEqual(movements(1, 4));
      expect(runIdsIn(state.XDG_STATE_HOME)).toEqual([first.id]);
      // And again when it has ended: its rows have no date, so they are duplicates of what was sent.
      expect((await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env })).code).toBe(1);
      expect(await movementsIn(api)).toEqual(movements(1, 4));
    },
  );

  test('is begun by one of several that start together', async () => {
    let release: () => void = () => {};
    const othersEnded = new Promise<void>((resolve) => (release = resolve));
    const api = await startApi(async (_call, _response, _index, forward) => {
      await othersEnded;
      return forward();
    });
    const cwd = folderWith({ 'a.csv': legs(3) });
    const env = { ...api.env, ...privateState() };
    let ended = 0;
    const starts = Array.from({ length: 4 }, async () => {
      const { code } = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
      ended += 1;
      if (ended === 3) release();
      return code;
    });
    const codes = await Promise.all(starts);
    expect(codes.toSorted()).toEqual([0, 6, 6, 6]);
    expect(await movementsIn(api)).toEqual(movements(1, 3));
  });

  test('can be done after a process that was killed', async () => {
    const { onStart, kill } = createKill();
    let isKilled = false;
    const api = await startApi(async (_call, _response, _index, forward) => {
      if (isKilled) return forward();
      isKilled = true;
      await kill();
      return undefined;
    });
    const cwd = folderWith({ 'a.csv': legs(3) });
    const env = { ...api.env, ...privateState() };
    await dcycleUpload(['requests', 'a.csv'], { cwd, env, onStart });
    // What the killed one sent is for that run to find out.
    const again = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
    expect(again.code).toBe(5);
    const [, run = ''] = /dcycle-upload resume ([\da-f-]{36})/.exec(again.stderr) ?? [];
    const options = ['--json', '--timeout', '1', '--settle', '1', '--assume', 'missing'];
    expect((await dcycleUpload(['resume', run, ...options], { cwd, env })).code).toBe(0);
    expect(await movementsIn(api)).toEqual(movements(1, 3));
  });
});

describe('the state directory', () => {
  test.each([['dcycle-upload'], ['dcycle-upload/ledger']])(
    'must be writable before anything is sent (%s is a file)',
    async (name) => {
      const api = await startApi();
      const home = temporaryFolder();
      if (name.includes('/')) mkdirSync(join(home, 'dcycle-upload'));
      writeFileSync(join(home, name), '');
      const cwd = folderWith({ 'a.csv': legs(1) });
      const result = await dcycleUpload(['requests', 'a.csv', '--json'], {
        cwd,
        env: { ...api.env, XDG_STATE_HOME: home },
      });
      expect(failureOf(result)).toEqual({ code: 2, error: 'STATE_UNWRITABLE' });
      expect(result.stderr).toContain('XDG_STATE_HOME');
      expect(api.calls).toEqual([]);
    },
  );

  test('is not needed by what sends nothing', async () => {
    const cwd = folderWith({ 'a.csv': 'toc,distance_km\nvan_diesel,5\n', 'dcycle-upload': '' });
    for (const mode of ['--dry-run', '--local']) {
      const result = await dcycleUpload(['requests', 'a.csv', mode, '--json'], { cwd, env: { XDG_STATE_HOME: cwd } });
      expect(result.code).toBe(0);
    }
  });

  test('is in the home folder where XDG_STATE_HOME is not set', async () => {
    const api = await startApi();
    const home = temporaryFolder();
    const cwd = folderWith({ 'a.csv': legs(1) });
    const env = { ...api.env, XDG_STATE_HOME: '', HOME: home };
    const { id, result } = await startRun(['requests', 'a.csv'], { cwd, env });
    expect(result.code).toBe(0);
    expect(runIdsIn(join(home, '.local', 'state'))).toEqual([id]);
  });

  test('is found without HOME', async () => {
    // The user's own folder is looked at, and nothing is written into it: there is no such run.
    const env = { XDG_STATE_HOME: '', HOME: '' };
    const result = await dcycleUpload(['resume', 'no-such-run', '--json'], { env });
    expect(homedir()).not.toBe('');
    expect(['RUN_UNKNOWN', 'STATE_UNWRITABLE']).toContain(failureOf(result).error);
    expect(result.code).toBe(2);
  });

  test('holds no key and nothing of the rows', async () => {
    const { onStart, kill } = createKill();
    let bulkCalls = 0;
    const api = await startApi(async (_call, response, _index, forward) => {
      bulkCalls += 1;
      if (bulkCalls < 3) return forward();
      await kill();
      response.destroy();
      return undefined;
    });
    const state = privateState();
    const env = { ...api.env, ...state };
    const secrets = ['SecretClient', 'Villanueva', 'PackageKey77', 'MOVE-'];
    const rows = [1, 2, 3, 4, 5].map(
      (n) => `MOVE-${String(n)},PackageKey77,SecretClient,Villanueva,Madrid,5,van_diesel`,
    );
    const cwd = folderWith({
      'a.csv': `movement_id,package_key,client,origin,destination,load,toc\n${rows.join('\n')}\n`,
    });
    const args = ['requests', 'a.csv', '--chunk-size', '2', '--concurrency', '1', '--timeout', '5', '--settle', '1'];
    await dcycleUpload(args, { cwd, env, onStart });
    const killed = bytesUnder(state.XDG_STATE_HOME);
    const [id = ''] = runIdsIn(state.XDG_STATE_HOME);
    bulkCalls = -100;
    const resumed = await dcycleUpload(['resume', id, '--json', '--assume', 'missing'], { cwd, env });
    expect(resumed.code).toBe(0);
    for (const bytes of [killed, bytesUnder(state.XDG_STATE_HOME)]) {
      expect(bytes).toContain(id);
      for (const secret of [api.apiKey, ...secrets]) expect(bytes).not.toContain(secret);
    }
  });
});
