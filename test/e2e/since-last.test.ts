import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refuse, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readErrors, readText, summaryOf, temporaryFolder } from '../support/command.ts';
import { leg, legs } from '../support/legs.ts';
import { isBulk, movements, movementsIn, privateState } from '../support/runs.ts';

const requestsPath = '/v1/logistics/requests?size=1';

describe('--since-last', () => {
  test('sends what was added to a file, and names run and row of what is left out', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const env = { ...api.env, XDG_STATE_HOME: temporaryFolder() };
    const first = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
    writeFileSync(join(cwd, 'a.csv'), legs(5));
    const args = ['requests', 'a.csv', '--since-last', '--json', '--out', 'o.csv'];
    const second = await dcycleUpload(args, { cwd, env });
    expect(second.code).toBe(0);
    expect(summaryOf(second).records).toEqual({
      accepted: 5,
      accepted_before: 3,
      rejected: 0,
      not_sent: 0,
      uncertain: 0,
    });
    expect(api.calls.at(-1)?.records.map(({ movement_id: id }) => id)).toEqual(['M-4', 'M-5']);
    const run = summaryOf(first).run_id;
    expect(summaryOf(second).warnings).toContainEqual({
      code: 'ACCEPTED_BEFORE',
      message: expect.stringContaining(`accepted by run ${run} on `),
      count: 3,
    });
    expect(readText(cwd, 'o.csv')).toMatch(
      new RegExp(`,2,[0-9a-f-]{36},,,"accepted by run ${run.slice(0, 8)}, row 2"\n`),
    );
    expect(await api.get(requestsPath)).toMatchObject({ total: 5 });
  });

  test('sends a record that has changed, and one that was not accepted', async () => {
    const api = await startApi((_call, response, index, forward) => {
      if (index > 0) return forward();
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"detail":"no","code":"INVALID_API_KEY"}');
      return undefined;
    });
    const env = { ...api.env, XDG_STATE_HOME: temporaryFolder() };
    const cwd = folderWith({ 'a.csv': legs(2) });
    expect((await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd, env })).code).toBe(4);
    expect((await dcycleUpload(['requests', 'a.csv', '--quiet', '--since-last'], { cwd, env })).code).toBe(0);
    writeFileSync(join(cwd, 'a.csv'), legs(1) + leg(2).replace('Sevilla', 'Toledo'));
    expect((await dcycleUpload(['requests', 'a.csv', '--quiet', '--since-last'], { cwd, env })).code).toBe(0);
    expect(api.calls.map(({ records }) => records.length)).toEqual([2, 2, 1]);
    expect(api.calls.at(-1)?.records[0]?.['destination']).toBe('Toledo');
  });

  test('does not send what an earlier run may have brought there: that one finds out first', async () => {
    let isBroken = true;
    const api = await startApi((call, response, _index, forward) => {
      if (!isBroken || !isBulk(call)) return isBroken ? refuse(response, 404, {}) : forward();
      // The records are stored, and no one is told of it.
      void forward().then(() => response.destroy());
      return undefined;
    });
    const state = privateState();
    const env = { ...api.env, ...state };
    const cwd = folderWith({ 'a.csv': legs(2) });
    const args = ['requests', 'a.csv', '--json', '--retries', '0', '--settle', '1'];
    const first = await dcycleUpload(args, { cwd, env });
    expect(summaryOf(first).records).toMatchObject({ accepted: 0, uncertain: 2 });
    isBroken = false;
    writeFileSync(join(cwd, 'a.csv'), legs(3));
    const second = await dcycleUpload([...args, '--since-last', '--errors', 'e.jsonl'], { cwd, env });
    expect(second.code).toBe(5);
    expect(summaryOf(second).records).toMatchObject({ accepted: 1, uncertain: 2 });
    const run = summaryOf(first).run_id;
    expect(readErrors(cwd, 'e.jsonl')[0]).toMatchObject({
      code: 'UNCERTAIN',
      message: expect.stringContaining(run.slice(0, 8)),
    });
    // Not this run: the other one finds out.
    expect(second.stderr).toContain(`to finish, run: dcycle-upload resume ${run}`);
    expect(await movementsIn(api)).toEqual(movements(1, 3));

    writeFileSync(join(cwd, 'a.csv'), legs(2));
    expect((await dcycleUpload(['resume', run, '--settle', '1'], { cwd, env })).code).toBe(0);
    writeFileSync(join(cwd, 'a.csv'), legs(3));
    const third = await dcycleUpload([...args, '--since-last'], { cwd, env });
    expect(third.code).toBe(0);
    expect(summaryOf(third).records).toMatchObject({ accepted: 3, uncertain: 0 });
    expect(await movementsIn(api)).toEqual(movements(1, 3));
  });

  test('knows nothing of another account', async () => {
    const [one, other] = [await startApi(), await startApi()];
    const XDG_STATE_HOME = temporaryFolder();
    const cwd = folderWith({ 'a.csv': legs(2) });
    await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd, env: { ...one.env, XDG_STATE_HOME } });
    await dcycleUpload(['requests', 'a.csv', '--quiet', '--since-last'], {
      cwd,
      env: { ...other.env, XDG_STATE_HOME },
    });
    expect(await other.get(requestsPath)).toMatchObject({ total: 2 });
  });
});

test('every call names its run', async () => {
  const api = await startApi();
  const cwd = folderWith({ 'a.csv': legs(2) });
  const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
  expect(api.calls[0]?.headers['x-run-id']).toBe(summaryOf(result).run_id);
  expect(api.calls[0]?.headers['user-agent']).toMatch(/^dcycle-upload\//);
});
