import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refuse, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { movements, movementsIn, privateState, runIdsIn, startRun } from '../support/runs.ts';
import { runOnTerminal } from '../support/terminal.ts';
import { lacksTmux } from '../support/tmux.ts';

const question = /Upload the shipments of a\.csv to 127\.0\.0\.1:\d+, organisation\s+[│\s]*[-\da-f\s]+\?/;

describe.skipIf(lacksTmux)('an upload at a terminal (needs tmux)', () => {
  const start = async (...options: readonly string[]) => {
    const api = await startApi();
    const state = privateState();
    const screen = await runOnTerminal(['requests', 'a.csv', ...options], {
      cwd: folderWith({ 'a.csv': legs(3) }),
      env: { ...api.env, ...state },
    });
    return { api, state, screen };
  };

  test('asks where it goes before anything is sent; Enter sends', async () => {
    const { api, screen } = await start();
    await screen.until(question);
    expect(api.calls).toEqual([]);
    await screen.press('Enter');
    const shown = await screen.until('ended with');
    expect(shown).toContain('3 of 3 rows accepted');
    expect(shown).toContain('ended with 0');
    expect(await movementsIn(api)).toEqual(movements(1, 3));
  });

  test.each([
    ['n', 'ended with 2', 'the upload was not confirmed; nothing was sent'],
    ['C-c', 'ended with 130', 'nothing was changed'],
    ['C-d', 'ended with 130', 'nothing was changed'],
  ])('sends nothing after %s, and leaves no run behind', async (key, end, message) => {
    const { api, state, screen } = await start();
    await screen.until(question);
    await screen.press(key);
    const shown = await screen.until('ended with');
    expect(shown).toContain(message);
    expect(shown).toContain(end);
    expect(await screen.isCursorShown()).toBe(true);
    expect(api.calls).toEqual([]);
    expect(runIdsIn(state.XDG_STATE_HOME)).toEqual([]);
  });

  test('does not ask where the rows are typed', async () => {
    const api = await startApi();
    const cwd = folderWith({});
    const screen = await runOnTerminal(['requests', '-', '--format', 'csv'], {
      cwd,
      env: { ...api.env, ...privateState() },
    });
    await screen.type(legs(1).replaceAll('\n', '\r'));
    await screen.press('C-d');
    const shown = await screen.until('ended with');
    expect(shown).toContain('1 of 1 row accepted');
    expect(await movementsIn(api)).toEqual(movements(1, 1));
  });

  test.each(['--yes', '--dry-run'])('does not ask with %s', async (option) => {
    const { screen } = await start(option);
    const shown = await screen.until('ended with');
    expect(shown).not.toContain('Upload the shipments');
    expect(shown).toContain('ended with 0');
  });
});

test('an upload of shipments whose last one did not finish says so, and what finishes it', async () => {
  let bulkCalls = 0;
  const api = await startApi((_call, response, _index, forward) => {
    bulkCalls += 1;
    return bulkCalls === 1 ? forward() : refuse(response, 405, { detail: 'gone' });
  });
  const env = { ...api.env, ...privateState() };
  const cwd = folderWith({ 'a.csv': legs(4), 'b.csv': legs(2) });
  const args = ['--chunk-size', '2', '--concurrency', '1', '--quiet'];
  const { id } = await startRun(['requests', 'a.csv', ...args], { cwd, env });
  const note = `note: run ${id.slice(0, 8)} of the same input did not finish; to finish it, run: dcycle-upload resume ${id.slice(0, 8)}\n`;
  const again = await dcycleUpload(['requests', './a.csv', ...args], { cwd, env });
  expect(again.stderr).toContain(note);
  for (const other of [
    ['requests', 'b.csv'],
    ['requests', 'a.csv', '--dry-run'],
  ]) {
    expect((await dcycleUpload([...other, ...args], { cwd, env })).stderr).not.toContain('note: run');
  }
});

test('an upload of a file that was uploaded before sends what is new alone', async () => {
  const api = await startApi();
  const env = { ...api.env, ...privateState() };
  const cwd = folderWith({ 'a.csv': legs(2) });
  const upload = (...options: readonly string[]) => dcycleUpload(['requests', 'a.csv', ...options], { cwd, env });
  expect(await upload()).toMatchObject({ code: 0, stderr: '' });
  // Without a date nothing tells whether a row is meant again: it is left out, and said to be.
  const again = await upload();
  expect(again).toMatchObject({ code: 1, stderr: '0 of 2 rows accepted; 2 duplicates left out\n' });
  expect(again.stdout).toContain('--again sends it');
  writeFileSync(join(cwd, 'a.csv'), legs(3));
  expect((await upload()).stderr).toContain('1 of 3 rows accepted; 2 duplicates left out');
  expect((await movementsIn(api)).toSorted()).toEqual(movements(1, 3));
});

test('an upload without a terminal asks no one', async () => {
  const api = await startApi();
  const result = await dcycleUpload(['requests', 'a.csv'], { cwd: folderWith({ 'a.csv': legs(3) }), env: api.env });
  expect(result.code).toBe(0);
  expect(result.stderr).toBe('');
  expect(await movementsIn(api)).toEqual(movements(1, 3));
});
