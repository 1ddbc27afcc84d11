import { expect, test } from 'vitest';
import { refuse, startApi } from '../support/api-server.ts';
import { createInterruption, dcycleUpload, folderWith, readErrors, summaryOf } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { movements, movementsIn } from '../support/runs.ts';

test.each([429, 503])(
  'after %i with Retry-After no call begins before the time, whichever chunk it is of',
  async (status) => {
    const arrivals: number[] = [];
    let refusedAt = 0;
    const api = await startApi((_call, response, index, forward) => {
      arrivals.push(performance.now());
      if (index !== 1) return forward();
      refusedAt = performance.now();
      return refuse(response, status, { detail: 'busy' }, { 'retry-after': '2' });
    });
    const cwd = folderWith({ 'a.csv': legs(40) });
    const args = ['requests', 'a.csv', '--json', '--chunk-size', '2', '--concurrency', '2', '--settle', '1'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(await movementsIn(api)).toEqual(movements(1, 40));
    // What was under way when the answer came had begun before.
    const later = arrivals.filter((at) => at > refusedAt + 100);
    expect(later.length).toBeGreaterThan(10);
    expect(Math.min(...later) - refusedAt).toBeGreaterThanOrEqual(1950);
  },
);

test('fewer calls are in flight while the API is busy', async () => {
  let [inFlight, mostBefore, mostAfter, bulkCalls] = [0, 0, 0, 0];
  const held: (() => void)[] = [];
  const api = await startApi(async (_call, response, _index, forward) => {
    inFlight += 1;
    bulkCalls += 1;
    const isFirstRound = bulkCalls <= 8;
    if (isFirstRound) {
      mostBefore = Math.max(mostBefore, inFlight);
      // All eight are in flight, and are refused together.
      if (bulkCalls === 8) for (const release of held) release();
      else await new Promise<void>((resolve) => held.push(resolve));
      inFlight -= 1;
      return refuse(response, 429, { detail: 'busy' }, { 'retry-after': '1' });
    }
    if (bulkCalls <= 12) mostAfter = Math.max(mostAfter, inFlight);
    const reply = await forward();
    inFlight -= 1;
    return reply;
  });
  const cwd = folderWith({ 'a.csv': legs(16) });
  const args = ['requests', 'a.csv', '--json', '--chunk-size', '1', '--concurrency', '8'];
  const result = await dcycleUpload(args, { cwd, env: api.env });
  expect(result.code).toBe(0);
  expect(mostBefore).toBe(8);
  expect(mostAfter).toBeGreaterThan(0);
  expect(mostAfter).toBeLessThan(8);
  expect(await movementsIn(api)).toEqual(movements(1, 16));
});

test('--rate spaces calls evenly, whatever the number in flight', async () => {
  const arrivals: number[] = [];
  const api = await startApi((_call, _response, _index, forward) => {
    arrivals.push(performance.now());
    return forward();
  });
  const cwd = folderWith({ 'a.csv': legs(6) });
  const args = ['requests', 'a.csv', '--json', '--chunk-size', '1', '--rate', '150'];
  const result = await dcycleUpload(args, { cwd, env: api.env });
  expect(result.code).toBe(0);
  expect(summaryOf(result).records.accepted).toBe(6);
  // 400 ms each: the time from the first to the sixth is five of them, less what the first took to connect.
  const [first = 0] = arrivals;
  const last = arrivals.at(-1) ?? 0;
  expect(last - first).toBeGreaterThanOrEqual(1800);
  expect(last - first).toBeLessThan(6000);
});

test('a call that is never answered does not hold up an interrupted run for long', async () => {
  const interruption = createInterruption('SIGTERM');
  const api = await startApi(async () => {
    await interruption.interrupt();
    return undefined;
  });
  const cwd = folderWith({ 'a.csv': legs(2) });
  const started = Date.now();
  const args = ['requests', 'a.csv', '--timeout', '300', '--errors', 'e.jsonl'];
  const result = await dcycleUpload(args, { cwd, env: api.env, onStart: interruption.onStart });
  expect(result.signal).toBe('SIGTERM');
  expect(Date.now() - started).toBeLessThan(60_000);
  const uncertain = {
    code: 'UNCERTAIN',
    message: expect.stringContaining('no answer within 20 s after the interruption'),
  };
  expect(readErrors(cwd, 'e.jsonl')).toMatchObject([uncertain, uncertain]);
  expect(result.stderr).toContain('dcycle-upload resume');
});
