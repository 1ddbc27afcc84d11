import { describe, expect, test } from 'vitest';
import { dcycleUpload, folderWith } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { privateState, runIdsIn } from '../support/runs.ts';
import { listAll, newAccount } from '../support/serve.ts';
import { runOnTerminal } from '../support/terminal.ts';
import { lacksTmux } from '../support/tmux.ts';

const movementsOf = async (account: Parameters<typeof listAll>[0]): Promise<unknown[]> =>
  (await listAll<{ movement_id: string }>(account, '/v1/logistics/requests')).map(({ movement_id: id }) => id);

/** An account into which a run has put three shipments. */
async function uploaded() {
  const account = await newAccount();
  const state = privateState();
  const cwd = folderWith({ 'a.csv': legs(3) });
  const env = { ...account.env, ...state };
  expect((await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd, env })).code).toBe(0);
  return { account, cwd, env, run: runIdsIn(state.XDG_STATE_HOME)[0] ?? '' };
}

describe('an undo', () => {
  test('deletes what a run has stored, once confirmed; the same file can be sent again', async () => {
    const { account, cwd, env, run } = await uploaded();
    const unasked = await dcycleUpload(['undo', run], { cwd, env });
    expect([unasked.code, unasked.stdout]).toEqual([2, '']);
    expect(unasked.stderr).toMatch(/3 shipments of run .{8} from 127.0.0.1:\d+, organisation \S+, would be deleted/);
    expect(await movementsOf(account)).toHaveLength(3);

    const done = await dcycleUpload(['undo', run, '--yes', '--settle', '1', '--json'], { cwd: folderWith({}), env });
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(JSON.parse(done.stdout)).toMatchObject({
      schema: 'dcycle-upload/undo/1',
      run_id: run,
      records: { selected: 3, deleted: 3, left: 0 },
      checked: true,
      error: null,
    });
    expect(await movementsOf(account)).toEqual([]);
    const resumed = await dcycleUpload(['resume', run], { cwd, env });
    expect([resumed.code, resumed.stderr]).toEqual([2, expect.stringContaining('upload the file again')]);
    expect((await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd, env })).code).toBe(0);
    expect(await movementsOf(account)).toHaveLength(3);
  });

  test('says on every exit path in JSON what it is about', async () => {
    const { env } = await newAccount();
    const { code, stdout } = await dcycleUpload(['undo', 'none', '--json'], { env: { ...env, ...privateState() } });
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { kind: null, error: { code: 'RUN_UNKNOWN' } }]);
  });

  test.skipIf(lacksTmux)('asks at a terminal, and Enter is no (needs tmux)', async () => {
    const { account, cwd, env, run } = await uploaded();
    const screen = await runOnTerminal(['undo', run], { cwd, env });
    await screen.until(/Delete 3 shipments of run/);
    await screen.press('Enter');
    expect(await screen.until('ended with')).toContain('nothing was deleted');
    expect(await movementsOf(account)).toHaveLength(3);
  });
});
