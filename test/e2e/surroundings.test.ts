import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { startApi } from '../support/api-server.ts';
import { bin, dcycleUpload, folderWith, readLines, temporaryFolder } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { movements, movementsIn, privateState, startRun } from '../support/runs.ts';
import { shellQuote } from '../support/tmux.ts';

/** What lies around a run and is none of its business. */

test.each(['--local', '--dry-run'])(
  'a virtual environment of Python called .env does not keep %s from its work',
  async (mode) => {
    const cwd = folderWith({ 'a.csv': legs(2) });
    mkdirSync(join(cwd, '.env'));
    expect((await dcycleUpload(['requests', 'a.csv', mode], { cwd })).code).toBe(0);
  },
);

test.runIf(process.getuid?.() === 0)(
  'the configuration of another user is not looked for, unless a profile is named',
  ({ skip }) => {
    const home = temporaryFolder();
    mkdirSync(join(home, '.config'), { mode: 0o700 });
    const cwd = folderWith({ 'a.csv': legs(2) });
    spawnSync('chown', ['-R', '54321', cwd]);
    spawnSync('chmod', ['755', home]);
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [bin, 'requests', 'a.csv', '--dry-run', ...args], {
        cwd,
        env: { HOME: home },
        uid: 54_321,
        gid: 54_321,
        encoding: 'utf8',
      });
    // The checkout itself may be out of this user's reach.
    if (spawnSync(process.execPath, [bin, '--version'], { uid: 54_321, cwd: '/' }).status !== 0) skip();
    expect(run().status).toBe(0);
    const named = run('--profile', 'work');
    expect([named.status, named.stderr]).toEqual([2, expect.stringContaining('EACCES')]);
  },
);

test('a key that comes through a pipe is read once, also for a run with a log', async () => {
  const api = await startApi();
  const cwd = folderWith({ 'a.csv': legs(2) });
  const { DCYCLE_API_KEY: key = '', ...env } = { ...api.env, ...privateState() } as Record<string, string>;
  const command = [process.execPath, bin, 'requests', 'a.csv', '--log-file', 'run.log'].map(shellQuote).join(' ');
  const script = `${command} --api-key-file <(printf %s ${shellQuote(key)})`;
  const code = await new Promise((resolve) => {
    spawn('bash', ['-c', script], { cwd, env: { PATH: process.env['PATH'], ...env }, stdio: 'ignore' }).on(
      'close',
      resolve,
    );
  });
  expect(code).toBe(0);
  expect(await movementsIn(api)).toEqual(movements(1, 2));
  expect(readLines(cwd, 'run.log').at(-1)).toMatchObject({ event: 'run_ended', exit_code: 0 });
});

test('resume with a profile takes the key of that profile, not the file that the run was started with', async () => {
  const api = await startApi();
  const home = temporaryFolder();
  const { DCYCLE_API_KEY: key, DCYCLE_ORG_ID: org, DCYCLE_BASE_URL: url } = api.env as Record<string, string>;
  const env = { ...privateState(), XDG_CONFIG_HOME: home };
  for (const [name, value] of Object.entries({ org, base_url: url })) {
    await dcycleUpload(['config', 'set', name, value ?? '', '--profile', 'work'], { env });
  }
  await dcycleUpload(['config', 'set', 'api_key', '--profile', 'work'], { env, stdin: key ?? '' });
  const cwd = folderWith({ 'a.csv': legs(2), 'bad.key': 'sk_wrong_key_000' });
  const { id, result } = await startRun(['requests', 'a.csv', '--profile', 'work', '--api-key-file', 'bad.key'], {
    cwd,
    env,
  });
  expect(result.code).toBe(4);
  expect((await dcycleUpload(['resume', id], { cwd, env })).code).toBe(4);
  expect((await dcycleUpload(['resume', id, '--profile', 'work'], { cwd, env })).code).toBe(0);
  expect(await movementsIn(api)).toEqual(movements(1, 2));
});
