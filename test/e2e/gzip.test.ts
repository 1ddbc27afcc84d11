import { expect, test } from 'vitest';
import { refuse, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, summaryOf } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { movements, movementsIn, onlyRunIn, privateState } from '../support/runs.ts';

test('bodies are compressed when that is asked for, and only then', async () => {
  const api = await startApi();
  const cwd = folderWith({ 'a.csv': legs(300) });
  const args = ['requests', 'a.csv', '--chunk-size', '100', '--json'];
  expect((await dcycleUpload([...args, '--gzip'], { cwd, env: api.env })).code).toBe(0);
  const compressed = api.calls.slice();
  expect(compressed.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', 'gzip', 'gzip']);
  expect(await movementsIn(api)).toEqual(movements(1, 300));

  const other = await startApi();
  expect((await dcycleUpload(args, { cwd, env: other.env })).code).toBe(0);
  expect(other.calls.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, undefined, undefined]);
  const bytesOf = (calls: typeof api.calls): number => calls.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(bytesOf(compressed)).toBeLessThan(bytesOf(other.calls) / 5);
});

test('an API that takes no compressed bodies is named as such, and its records are not taken for wrong ones', async () => {
  const api = await startApi(({ headers }, response, _index, forward) =>
    headers['content-encoding'] === undefined
      ? forward()
      : refuse(response, 415, { detail: 'Unsupported content encoding' }),
  );
  const state = privateState();
  const env = { ...api.env, ...state };
  const cwd = folderWith({ 'a.csv': legs(3) });
  const result = await dcycleUpload(['requests', 'a.csv', '--gzip', '--json'], { cwd, env });
  expect(result.code).toBe(5);
  expect(result.stderr).toContain('HTTP 415: Unsupported content encoding; if --gzip was given, resume with --no-gzip');
  expect(summaryOf(result).records).toMatchObject({ rejected: 0, not_sent: 3 });
  expect(api.calls).toHaveLength(1);
  const resumed = await dcycleUpload(['resume', onlyRunIn(state), '--no-gzip'], { cwd, env });
  expect(resumed.code).toBe(0);
  expect(await movementsIn(api)).toEqual(movements(1, 3));
});
