import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { isBulk, createKill, privateState, runIdsIn, startRun } from '../support/runs.ts';
import { refuse, startApi } from '../support/api-server.ts';
import { type CommandResult, dcycleUpload, folderWith } from '../support/command.ts';
import { newRun } from '../support/ledger.ts';
import { legs, legsOf } from '../support/legs.ts';

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly command?: string;
  readonly exit_code?: number | null;
  readonly records?: unknown;
}

interface RunsDocument {
  readonly schema: string;
  readonly runs: readonly Listed[];
  readonly chunks: readonly Record<string, unknown>[];
  readonly removed: readonly string[];
  readonly error: { readonly code: string } | undefined;
}

function documentOf({ stdout }: CommandResult): RunsDocument {
  const document = JSON.parse(stdout) as RunsDocument;
  expect(document.schema).toBe('dcycle-upload/runs/1');
  return document;
}

const runs = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<CommandResult> =>
  dcycleUpload(['runs', ...args], { env });

describe('runs', () => {
  test('of a new machine are none', async () => {
    const env = privateState();
    expect(documentOf(await runs(['--json'], env)).runs).toEqual([]);
    const text = await runs([], env);
    expect(text).toMatchObject({
      code: 0,
      stdout: 'no runs yet; to make one: dcycle-upload requests <file>\n',
      stderr: '',
    });
  });

  test('are listed with their states, the newest first', async () => {
    const { onStart, kill } = createKill();
    const state = privateState();
    let during: RunsDocument | undefined;
    let shown: CommandResult | undefined;
    let pruned: RunsDocument | undefined;
    let calls = 0;
    const api = await startApi(async (call, response, _index, forward) => {
      if (!isBulk(call)) return forward();
      calls += 1;
      if (calls === 2) return refuse(response, 405, { detail: 'gone' });
      if (calls === 3) {
        await kill();
        return undefined;
      }
      if (calls === 4) {
        during = documentOf(await runs(['--json'], state));
        const running = during.runs.find((each) => each.state === 'running');
        shown = await runs(['show', running?.id ?? '', '--json'], state);
        pruned = documentOf(await runs(['prune', '--older-than', '1d', '--json'], state));
      }
      return forward();
    });
    const env = { ...api.env, ...state };
    const of = (first: number, count: number): string => legsOf(Array.from({ length: count }, (_, i) => first + i));
    const cwd = folderWith({ 'a.csv': of(1, 3), 'b.csv': of(11, 4), 'c.csv': of(21, 5), 'd.csv': of(31, 6) });
    const complete = await startRun(['requests', 'a.csv'], { cwd, env });
    const incomplete = await startRun(['requests', 'b.csv'], { cwd, env });
    await dcycleUpload(['requests', 'c.csv'], { cwd, env, onStart });
    const earlier = new Set([complete.id, incomplete.id]);
    const broken = runIdsIn(state.XDG_STATE_HOME).find((id) => !earlier.has(id)) ?? '';
    const last = await startRun(['requests', 'd.csv'], { cwd, env });
    expect(during?.runs.map(({ id, state: how }) => [id, how])).toEqual([
      [last.id, 'running'],
      [broken, 'broken off'],
      [incomplete.id, 'incomplete'],
      [complete.id, 'complete'],
    ]);
    expect(shown?.code).toBe(0);
    expect(shown === undefined ? undefined : documentOf(shown).chunks).toMatchObject([{ records: 6, state: 'sent' }]);
    expect(pruned?.removed).toEqual([]);
    const after = documentOf(await runs(['--json'], state)).runs;
    expect(after).toMatchObject([
      { id: last.id, state: 'complete', command: 'requests', exit_code: 0, records: { accepted: 6 } },
      { id: broken, state: 'broken off', exit_code: null, records: null, paths: ['c.csv'], working_directory: cwd },
      { id: incomplete.id, state: 'incomplete', exit_code: 5, records: { accepted: 0, not_sent: 4 } },
      { id: complete.id, state: 'complete', base_url: `${api.url}/`, organization_id: api.organizationId },
    ]);
    const table = await runs(['--no-color'], state);
    const lines = table.stdout.split('\n').filter((line) => /\b(complete|incomplete|broken off)\b/.test(line));
    const wanted: readonly (readonly [string, string])[] = [
      [last.id, 'complete'],
      [broken, 'broken off'],
      [incomplete.id, 'incomplete'],
      [complete.id, 'complete'],
    ];
    for (const [index, [id, how]] of wanted.entries()) {
      expect(lines[index]).toContain(id.slice(0, 8));
      expect(lines[index]).toContain(how);
    }
    expect(table.stdout).toContain(`dcycle-upload resume ${broken.slice(0, 8)}`);
    // It is unknown whether its records were stored, and there is no later one that would show it.
    const assumed = ['resume', broken.slice(0, 8), '--timeout', '1', '--settle', '1', '--assume', 'missing'];
    expect(await dcycleUpload(assumed, { env, cwd })).toMatchObject({ code: 0 });
    expect(documentOf(await runs(['--json'], state)).runs[1]).toMatchObject({ id: broken, state: 'complete' });
  });

  test('that sent nothing leave nothing', async () => {
    const api = await startApi();
    const state = privateState();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const env = { ...api.env, ...state };
    const refused = await dcycleUpload(['requests', 'a.csv', '--out', 'a.csv'], { cwd, env });
    expect(refused.code).toBe(2);
    expect((await dcycleUpload(['requests', 'a.csv', '--dry-run'], { cwd, env })).code).toBe(0);
    expect(documentOf(await runs(['--json'], state)).runs).toEqual([]);
  });
});

describe('runs show', () => {
  test('has the chunks of a run', async () => {
    let calls = 0;
    const api = await startApi((_call, response, _index, forward) => {
      calls += 1;
      return calls === 2 ? refuse(response, 405, { detail: 'gone' }) : forward();
    });
    const state = privateState();
    const cwd = folderWith({ 'a.csv': legs(5) });
    const args = ['requests', 'a.csv', '--chunk-size', '2', '--concurrency', '1'];
    const { id } = await startRun(args, { cwd, env: { ...api.env, ...state } });
    const { runs: shown, chunks } = documentOf(await runs(['show', id.slice(0, 8), '--json'], state));
    expect(shown).toMatchObject([{ id, state: 'incomplete', records: { accepted: 3, not_sent: 2 } }]);
    expect(chunks).toEqual([
      { index: 0, records: 2, first_row: 1, last_row: 2, state: 'accepted' },
      { index: 1, records: 2, first_row: 3, last_row: 4, state: 'not-sent' },
      { index: 2, records: 1, first_row: 5, last_row: 5, state: 'accepted' },
    ]);
    const text = await runs(['show', id], state);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain(`run       ${id}`);
    expect(text.stdout).toContain('not-sent');
    expect(text.stdout).not.toContain('\u001b');
  });

  test('of a run that is not there ends with 2', async () => {
    const env = privateState();
    const result = await runs(['show', 'nothing', '--json'], env);
    expect(result.code).toBe(2);
    expect(documentOf(result).error?.code).toBe('RUN_UNKNOWN');
    expect((await runs(['show', 'nothing'], env)).stderr).toContain('there is no run nothing');
  });
});

describe('runs prune', () => {
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

  test('removes those that ended longer ago, and no other', async () => {
    const state = privateState();
    const store = createSqliteStore(join(state.XDG_STATE_HOME, 'dcycle-upload'));
    const create = async (id: string, started: number, finished: number): Promise<void> => {
      const run = await store.create(newRun(id, { startedAt: daysAgo(started) }), [id]);
      await run.finish(daysAgo(finished), 0, { accepted: 1, rejected: 0, not_sent: 0, uncertain: 0 });
    };
    await create('old', 40, 40);
    await create('long', 40, 20);
    await create('young', 29, 29);
    const held = await store.create(newRun('held', { startedAt: daysAgo(50) }), ['held']);
    try {
      const { removed } = documentOf(await runs(['prune', '--older-than', '30d', '--json'], state));
      expect(removed).toEqual(['old']);
      expect(runIdsIn(state.XDG_STATE_HOME).toSorted()).toEqual(['held', 'long', 'young']);
    } finally {
      await held.close();
      await store.close();
    }
    // What sent nothing and ended is not kept; 90 days, where nothing is said.
    expect(documentOf(await runs(['prune', '--json'], state)).removed).toEqual([]);
    expect((await runs(['prune', '--older-than', '25'], state)).stdout).toBe('1 run removed\n');
  });

  test.each([['x'], ['-1d'], ['30m'], ['']])('refuses %j for a number of days', async (text) => {
    const result = await runs(['prune', '--older-than', text], privateState());
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('number of days');
  });
});
