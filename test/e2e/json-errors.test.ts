import { expect, test } from 'vitest';
import { refuse, startApi } from '../support/api-server.ts';
import { createInterruption, dcycleUpload, folderWith, summaryOf } from '../support/command.ts';
import { legHeader, legs } from '../support/legs.ts';
import { isBulk } from '../support/runs.ts';

/** With `--json`, every exit code but 0 and 1 has a reason. */

const args = ['requests', 'a.csv', '--json', '--retries', '0'];

test('INCOMPLETE (5): what was not delivered, why, and what finishes it', async () => {
  const api = await startApi((call, response, _index, forward) =>
    isBulk(call) ? refuse(response, 429, { detail: 'busy' }) : forward(),
  );
  const result = await dcycleUpload(args, { cwd: folderWith({ 'a.csv': legs(2) }), env: api.env });
  const { error, run_id: id } = summaryOf(result);
  expect(result.code).toBe(5);
  expect(error?.code).toBe('INCOMPLETE');
  expect(error?.message).toMatch(/^delivery is incomplete \(2 records not sent\): HTTP 429/);
  expect(error?.hint).toBe(`to finish, run: dcycle-upload resume ${id}`);
});

test('MAX_ERRORS and STOPPED (7): the limit that was reached', async () => {
  const api = await startApi();
  const cwd = folderWith({ 'a.csv': `${legs(2)}M-3,A,B,x,van_diesel\n${legs(4).split('\n').slice(3).join('\n')}` });
  const limited = await dcycleUpload([...args, '--max-errors', '0'], { cwd, env: api.env });
  expect([limited.code, summaryOf(limited).error?.code]).toEqual([7, 'MAX_ERRORS']);
  const stopped = await dcycleUpload([...args, '--stop-on-error'], { cwd, env: api.env });
  expect([stopped.code, summaryOf(stopped).error?.code]).toEqual([7, 'STOPPED']);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('INTERRUPTED by %s (%i)', async (signal, code) => {
  const { onStart, interrupt } = createInterruption(signal);
  const api = await startApi(async (call, _response, _index, forward) => {
    if (isBulk(call)) await interrupt();
    return forward();
  });
  const cwd = folderWith({ 'a.csv': legs(6) });
  const result = await dcycleUpload([...args, '--chunk-size', '2', '--concurrency', '1'], {
    cwd,
    env: api.env,
    onStart,
  });
  expect(result.signal).toBe(signal);
  const { error, exit_code: exitCode, run_id: id } = summaryOf(result);
  expect([exitCode, error?.code]).toEqual([code, 'INTERRUPTED']);
  expect(error?.hint).toContain(`dcycle-upload resume ${id}`);
});

test('no error is said where only rows are the reason', async () => {
  const cwd = folderWith({ 'a.csv': `${legs(1)}M-3,A,B,x,van_diesel\n` });
  const result = await dcycleUpload(['requests', 'a.csv', '--json', '--dry-run'], { cwd });
  expect([result.code, summaryOf(result).error]).toEqual([1, undefined]);
});

test.each([
  [['requests', 'a.csv', '--nonsense'], 'USAGE'],
  [['requests'], 'USAGE'],
  [['resume', 'nope'], 'RUN_UNKNOWN'],
  [['resume'], 'USAGE'],
  [['results', 'nope'], 'RUN_UNKNOWN'],
  [['runs', 'show', 'nope'], 'RUN_UNKNOWN'],
  [['runs', 'prune', '--older-than', 'x'], 'USAGE'],
  [['inspect', 'requests', 'none.csv'], 'INPUT_NOT_FOUND'],
  [['inspect', 'requests', 'colours.csv'], 'MAPPING_INCOMPLETE'],
  [['inspect', 'requests', 'half.csv'], 'MAPPING_INCOMPLETE'],
  [['tocs', '--sync'], 'CREDENTIALS_MISSING'],
  [['fuels', '--nonsense'], 'USAGE'],
  [['doctor', '--nonsense'], 'USAGE'],
  [['config', 'show', '--profile', 'none'], 'PROFILE_UNKNOWN'],
])('%j prints one document with its error', async (words, code) => {
  const cwd = folderWith({
    'a.csv': legs(1),
    'colours.csv': 'Colour,Taste\nred,sweet\n',
    'half.csv': 'movement_id,load\nM-1,5\n',
  });
  const result = await dcycleUpload([...words, '--json'], { cwd });
  const document = JSON.parse(result.stdout) as { readonly error: { readonly code: string } };
  expect(result.code).toBeGreaterThan(1);
  expect(document.error.code).toBe(code);
});

test('--stop-on-error stops at a row that is not valid: what is before it is sent, and nothing after it', async () => {
  const api = await startApi();
  const rows = ['M-1,A,B,1,van_diesel', 'M-2,A,B,1,van_diesel', 'M-3,A,B,x,van_diesel', 'M-4,A,B,1,van_diesel'];
  const cwd = folderWith({ 'a.csv': `${legHeader}${rows.join('\n')}\n` });
  const result = await dcycleUpload([...args, '--stop-on-error'], { cwd, env: api.env });
  expect(result.code).toBe(7);
  expect(summaryOf(result).records).toEqual({
    accepted: 2,
    accepted_before: 0,
    rejected: 0,
    not_sent: 1,
    uncertain: 0,
  });
  expect(await api.get('/v1/logistics/requests')).toMatchObject({ total: 2 });
  const last = folderWith({ 'a.csv': `${legHeader}${rows.slice(0, 3).join('\n').replaceAll('M-', 'N-')}\n` });
  const nothingLeft = await dcycleUpload([...args, '--stop-on-error'], { cwd: last, env: api.env });
  expect(nothingLeft.code).toBe(1);
});

test.each([
  [['requests', 'a.csv', '--local', '--wait'], '--wait has no effect here: --local calculates at once'],
  [['requests', 'a.csv', '--dry-run', '--wait', '5'], '--wait has no effect here: --dry-run sends nothing'],
  [['recharges', 'a.csv', '--wait'], '--wait has no effect here: the emissions of fuel purchases are not read back'],
  [
    ['requests', 'a.csv', '--api-version', 'v1', '--wait'],
    '--wait has no effect here: API version v1 calculates before it answers',
  ],
  [['requests', 'a.csv', '--dry-run', '--stop-on-error'], '--stop-on-error has no effect with --dry-run'],
])('%j is refused, and says why', async (words, message) => {
  const result = await dcycleUpload(words, { cwd: folderWith({ 'a.csv': legs(1) }) });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain(message);
});
