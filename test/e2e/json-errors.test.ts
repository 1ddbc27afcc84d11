import type { ServerResponse } from 'node:http';
import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { refuse, type Reply, type Script, startApi } from '../support/api-server.ts';
import { type CommandResult, createInterruption, dcycleUpload, folderWith, summaryOf } from '../support/command.ts';
import { legHeader, legs } from '../support/legs.ts';
import { isBulk } from '../support/runs.ts';

/** With `--json`, every exit code but 0 and 1 has a reason. */

const args = ['requests', 'a.csv', '--json', '--retries', '0'];

/** A start that ends with an exit code: its options, what the API does with its calls, and what its document says. */
interface Failing {
  readonly code: number;
  readonly error: string;
  readonly options?: readonly string[];
  /** In the place of two good rows. */
  readonly input?: string;
  readonly onBulk?: (scene: Scene) => ReturnType<Script>;
  /** Sent when its first call comes. */
  readonly signal?: 'SIGINT' | 'SIGTERM';
  readonly onList?: (scene: Scene) => ReturnType<Script>;
  readonly message?: RegExp;
  readonly hint?: string;
}

interface Scene {
  readonly response: ServerResponse;
  readonly forward: () => Promise<Reply>;
  readonly interrupt: () => Promise<void>;
}

const invalidThird = `${legs(2)}M-3,A,B,x,van_diesel\n${legs(4).split('\n').slice(4).join('\n')}`;

/** A page of shipments that wait to be calculated. */
async function uncalculated({ forward }: Scene): Promise<object> {
  const page = JSON.parse((await forward()).body) as { readonly items: readonly object[] };
  return { ...page, items: page.items.map((item) => ({ ...item, status: 'pending', co2e: null, kgco2e: null })) };
}

const interrupted: Pick<Failing, 'options' | 'onBulk' | 'hint'> = {
  options: ['--chunk-size', '1', '--concurrency', '1'],
  onBulk: async ({ forward, interrupt }) => {
    await interrupt();
    return forward();
  },
  hint: 'dcycle-upload resume RUN',
};

test.each<Failing>([
  { code: 2, error: 'USAGE', options: ['--chunk-size', '0'], message: /whole number/ },
  { code: 2, error: 'OPTIONS_CONFLICT', options: ['--dry-run', '--wait'], message: /has no effect/ },
  { code: 3, error: 'INPUT_EMPTY', input: '', message: /a\.csv is empty/ },
  { code: 4, error: 'ACCESS_REFUSED', onBulk: ({ response }) => refuse(response, 401, { detail: 'no' }) },
  {
    code: 5,
    error: 'INCOMPLETE',
    onBulk: ({ response }) => refuse(response, 429, { detail: 'busy' }),
    message: /^delivery is incomplete \(2 records not sent\): HTTP 429/,
    hint: 'to finish, run: dcycle-upload resume RUN',
  },
  { code: 7, error: 'MAX_ERRORS', options: ['--max-errors', '0'], input: invalidThird, message: /--max-errors/ },
  { code: 7, error: 'STOPPED', options: ['--stop-on-error'], input: invalidThird, message: /--stop-on-error/ },
  {
    code: 8,
    error: 'NOT_CALCULATED',
    options: ['--wait', '1'],
    onList: uncalculated,
    hint: 'dcycle-upload results RUN',
  },
  { code: 130, error: 'INTERRUPTED', signal: 'SIGINT', ...interrupted },
  { code: 143, error: 'INTERRUPTED', signal: 'SIGTERM', ...interrupted },
])('$code: $error', async ({ code, error, message, hint, ...given }) => {
  const { options = [], input = legs(2), signal = 'SIGINT', onBulk, onList } = given;
  const { onStart, interrupt } = createInterruption(signal);
  const api = await startApi((call, response, _index, forward) => {
    const act = isBulk(call) ? onBulk : onList;
    return act === undefined ? forward() : act({ response, forward, interrupt });
  });
  const cwd = folderWith({ 'a.csv': input });
  const result = await dcycleUpload([...args, ...options], { cwd, env: api.env, onStart });
  const { exit_code: exitCode, error: said, run_id: id } = summaryOf(result);
  expect([exitCode, said?.code]).toEqual([code, error]);
  // A shell tells a signal by its number.
  expect(result.code ?? 128 + constants.signals[result.signal ?? 'SIGKILL']).toBe(code);
  expect(said?.message).toMatch(message ?? /./);
  if (hint !== undefined) expect(said?.hint).toContain(hint.replace('RUN', String(id)));
});

test('6: IN_PROGRESS', async () => {
  const cwd = folderWith({ 'a.csv': legs(2) });
  const second: CommandResult[] = [];
  const api = await startApi(async (call, _response, _index, forward) => {
    if (isBulk(call)) second.push(await dcycleUpload(args, { cwd, env: api.env }));
    return forward();
  });
  expect((await dcycleUpload(args, { cwd, env: api.env })).code).toBe(0);
  expect(second.map((result) => [result.code, summaryOf(result).error?.code])).toEqual([[6, 'IN_PROGRESS']]);
  expect(second.map((result) => summaryOf(result).error?.message)).toEqual([expect.stringContaining('in progress')]);
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
