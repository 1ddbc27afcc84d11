import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Summary } from '../../src/report/summary.ts';
import { runOnFailure } from '../../src/commands/on-failure.ts';
import { refuse, startApi } from '../support/api-server.ts';
import {
  createInterruption,
  dcycleUpload,
  folderWith,
  readText,
  summaryOf,
  temporaryFolder,
} from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { isBulk, privateState } from '../support/runs.ts';

const PATH = '/usr/bin:/bin';
const keep = 'cat > told.json; env > environment.txt';

const toldIn = (cwd: string): Summary => JSON.parse(readText(cwd, 'told.json')) as Summary;

test('a run that fails tells the command what --json prints, and not the key', async () => {
  const api = await startApi((call, response, _index, forward) =>
    isBulk(call) ? refuse(response, 429, { detail: 'busy' }) : forward(),
  );
  const cwd = folderWith({ 'a.csv': legs(2) });
  const args = ['requests', 'a.csv', '--retries', '0', '--json', '--log-file', 'run.log', '--on-failure', keep];
  const state = privateState();
  const result = await dcycleUpload(args, { cwd, env: { ...api.env, ...state, PATH } });
  expect(result.code).toBe(5);
  expect(toldIn(cwd)).toEqual(summaryOf(result));
  expect(readText(cwd, 'environment.txt')).toContain('DCYCLE_ORG_ID=');
  expect(readText(cwd, 'environment.txt') + readText(cwd, 'told.json')).not.toContain(api.apiKey);
  // Its text may hold a secret: it is neither written down nor repeated.
  expect(readText(cwd, 'run.log') + result.stderr + result.stdout).not.toContain('told.json');
  const shown = await dcycleUpload(['runs', 'show', summaryOf(result).run_id, '--json'], { cwd, env: state });
  expect(shown.stdout).not.toContain('told.json');
});

test('also one whose rows are wrong, whose command line is wrong, or that is interrupted', async () => {
  const cwd = folderWith({ 'a.csv': `${legs(1)}M-3,A,B,x,van_diesel\n` });
  await dcycleUpload(['requests', 'a.csv', '--dry-run', '--on-failure', keep], { cwd, env: { PATH } });
  expect(toldIn(cwd)).toMatchObject({ exit_code: 1, rows: { invalid: 1 } });
  await dcycleUpload([`--on-failure=${keep}`, 'requests', 'a.csv', '--nonsense'], { cwd, env: { PATH } });
  expect(toldIn(cwd)).toMatchObject({ exit_code: 2, error: { code: 'USAGE' } });
  const { onStart, interrupt } = createInterruption('SIGTERM');
  const api = await startApi(async (call, _response, _index, forward) => {
    if (isBulk(call)) await interrupt();
    return forward();
  });
  const args = ['requests', 'a.csv', '--quiet', '--on-failure', keep];
  const result = await dcycleUpload(args, { cwd, env: { ...api.env, PATH }, onStart });
  expect(result.signal).toBe('SIGTERM');
  expect(toldIn(cwd)).toMatchObject({ exit_code: 143, error: { code: 'INTERRUPTED' } });
});

test.each([
  ['runs', 'show', 'nope'],
  ['inspect', 'requests', 'none.csv'],
  ['tocs', '--sync'],
  ['results', 'nope'],
  ['config', 'show', '--profile', 'none'],
])('%s %s %s has it too', async (...words) => {
  const cwd = temporaryFolder();
  const result = await dcycleUpload([...words, '--on-failure', keep], { cwd, env: { PATH } });
  expect(result.code).toBeGreaterThan(1);
  expect(toldIn(cwd).error?.message).toBe(/error: (.*)/.exec(result.stderr)?.[1]);
});

test('a run that goes well does not, and a command that fails changes no exit code', async () => {
  const cwd = folderWith({ 'a.csv': legs(1) });
  const dryRun = ['requests', 'a.csv', '--dry-run', '--quiet', '--json'];
  expect((await dcycleUpload([...dryRun, '--on-failure', keep], { cwd, env: { PATH } })).code).toBe(0);
  expect(existsSync(join(cwd, 'told.json'))).toBe(false);
  const failing = ['requests', 'none.csv', '--json', '--on-failure'];
  const broken = await dcycleUpload([...failing, 'echo said; exit 9'], { cwd, env: { PATH } });
  expect([broken.code, summaryOf(broken).exit_code]).toEqual([3, 3]);
  expect(broken.stderr).toContain('said\nnote: the command of --on-failure ended with exit code 9\n');
});

test('a command that hangs is ended', async () => {
  const wrong = await runOnFailure({ command: 'exec sleep 600', document: {}, environment: { PATH } }, 50);
  expect(wrong).toBe('did not end within 0.05 s');
});
