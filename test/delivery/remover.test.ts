import { describe, expect, test } from 'vitest';
import type { Removal } from '../../src/api/failure.ts';
import type { RemovalCall } from '../../src/delivery/caller.ts';
import { Remover } from '../../src/delivery/remover.ts';
import { RunError } from '../../src/errors.ts';

const kind = { listPath: '/list', idsName: 'request_ids' };
const failed = (status: number | undefined): Removal => ({ kind: 'failed', reason: 'it failed', status });

/** An API that has ids; `answer` may say something else than what it does. */
function apiWith(ids: readonly string[], answer: (ids: readonly string[], call: number) => Removal | undefined) {
  const stored = new Set(ids);
  const calls: string[] = [];
  const remove = async ({ path, body }: RemovalCall): Promise<Removal> => {
    const asked: string[] =
      body === undefined
        ? [decodeURIComponent(path.slice('/list/'.length))]
        : (JSON.parse(body.toString()) as { request_ids: string[] }).request_ids;
    calls.push(body === undefined ? 'one' : String(asked.length));
    const said = answer(asked, calls.length);
    if (said !== undefined && said.kind !== 'failed') return said;
    if (!asked.every((id) => stored.has(id))) return said ?? { kind: 'unknown' };
    if (said === undefined || said.kind === 'failed') for (const id of asked) stored.delete(id);
    return said ?? { kind: 'gone' };
  };
  return { stored, calls, remover: new Remover({ kind, caller: { remove }, concurrency: 1 }) };
}

const ids = Array.from({ length: 100 }, (_, i) => `id/${String(i)}`);

describe('deleting by ids', () => {
  test('is one call where all are there', async () => {
    const { remover, stored, calls } = apiWith(ids, () => undefined);
    const { gone, unknown } = await remover.remove(ids);
    expect([gone.size, unknown.size, stored.size, calls]).toEqual([100, 0, 0, ['100']]);
  });

  test('finds one that is missing in a few smaller calls; only its own call says that it is gone', async () => {
    const { remover, stored, calls } = apiWith(ids.slice(1), () => undefined);
    const { gone, unknown } = await remover.remove(ids);
    expect([gone.size, unknown.size, stored.size]).toEqual([100, 0, 0]);
    expect(calls.length).toBe(1 + 10 + 10);
  });

  test('continues one by one where the API has no call for several, or breaks down with one of them', async () => {
    for (const said of [
      { kind: 'no call', reason: 'HTTP 405' },
      { kind: 'not taken', reason: 'HTTP 422' },
    ] as const) {
      const { remover, stored, calls } = apiWith(ids, (asked) => (asked.length > 1 ? said : undefined));
      expect((await remover.remove(ids)).gone.size).toBe(100);
      expect(stored.size).toBe(0);
      expect(calls.filter((call) => call === 'one').length).toBe(100);
      expect(calls.length - 100).toBe(said.kind === 'no call' ? 1 : 11);
    }
    const broken = apiWith(ids, (asked) => (asked.includes('id/7') ? failed(500) : undefined));
    const { gone, unknown } = await broken.remover.remove(ids);
    expect([gone.size, [...unknown]]).toEqual([99, ['id/7']]);
  });

  test('takes nothing as deleted that was answered otherwise, and stops after some failures', async () => {
    for (const status of [503, 409, 302, undefined]) {
      const { remover, calls } = apiWith(ids, () => failed(status));
      for (let round = 0; round < 5; round += 1) {
        const { gone, unknown } = await remover.remove(ids);
        expect([gone.size, unknown.size]).toEqual([0, round < 3 ? 100 : 0]);
      }
      expect([remover.isStopped, calls.length]).toEqual([true, 3]);
    }
  });

  test('leaves alone what it has no key for', async () => {
    const error = new RunError(4, 'ACCESS_REFUSED', 'no');
    const { remover, stored, calls } = apiWith(ids, () => ({ kind: 'refused', error }));
    const { gone, unknown } = await remover.remove(ids);
    expect([gone.size, unknown.size, stored.size, calls.length, remover.error]).toEqual([0, 0, 100, 1, error]);
  });
});
