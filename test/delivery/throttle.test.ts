import { describe, expect, test } from 'vitest';
import { Throttle } from '../../src/delivery/throttle.ts';

/** A throttle over a clock that continues when somebody waits. */
function createThrottle(most: number, callsPerMinute?: number) {
  const clock = { now: 0 };
  const throttle = new Throttle({
    most,
    callsPerMinute,
    now: () => clock.now,
    wait: async (delayMs) => {
      clock.now += delayMs;
      return 'waited';
    },
  });
  return { throttle, clock };
}

/** Begins as many calls as may begin at once; returns how many. */
async function beginAll(throttle: Throttle, tries: number): Promise<number> {
  let begun = 0;
  for (let call = 0; call < tries; call += 1) void throttle.begin().then(() => (begun += 1));
  await new Promise((resolve) => setImmediate(resolve));
  return begun;
}

describe('a throttle', () => {
  test('lets as many calls begin as are allowed, and the next when one has ended', async () => {
    const { throttle } = createThrottle(3);
    expect(await beginAll(throttle, 5)).toBe(3);
    let late = false;
    void throttle.begin().then(() => (late = true));
    for (let call = 0; call < 3; call += 1) throttle.end('normal');
    await new Promise((resolve) => setImmediate(resolve));
    expect(late).toBe(true);
  });

  test('halves when the API is busy, once for calls that were in flight together, and grows by one with each success', async () => {
    const { throttle, clock } = createThrottle(8);
    await beginAll(throttle, 8);
    clock.now = 5000;
    throttle.end('busy');
    throttle.end('busy');
    expect(throttle.limit).toBe(4);
    clock.now = 10_000;
    throttle.end('busy');
    expect(throttle.limit).toBe(2);
    for (let call = 0; call < 5; call += 1) throttle.end('normal');
    expect(throttle.limit).toBe(7);
  });

  test('never goes below one call or above what is allowed', async () => {
    const { throttle, clock } = createThrottle(2);
    for (let round = 1; round <= 5; round += 1) {
      await throttle.begin();
      clock.now += 10_000;
      throttle.end('busy');
    }
    expect(throttle.limit).toBe(1);
    for (let round = 1; round <= 5; round += 1) {
      await throttle.begin();
      throttle.end('normal');
    }
    expect(throttle.limit).toBe(2);
  });

  test('keeps every call waiting that comes within the time that the API asked for', async () => {
    const { throttle, clock } = createThrottle(4);
    await throttle.begin();
    throttle.end('busy', 3000);
    await throttle.begin();
    expect(clock.now).toBe(3000);
  });

  test('does not wait for longer than a run may, as each call learns of it by itself', async () => {
    const { throttle, clock } = createThrottle(4);
    await throttle.begin();
    throttle.end('busy', 3_600_000);
    await throttle.begin();
    expect(clock.now).toBe(0);
  });

  test('spaces calls evenly at a rate', async () => {
    const { throttle, clock } = createThrottle(4, 120);
    const began: number[] = [];
    for (let call = 0; call < 4; call += 1) {
      await throttle.begin();
      began.push(clock.now);
      throttle.end('normal');
    }
    expect(began).toEqual([0, 500, 1000, 1500]);
  });

  test('lets no call begin when the run is interrupted, and keeps its place free', async () => {
    const throttle = new Throttle({
      most: 1,
      callsPerMinute: undefined,
      now: () => 0,
      wait: async () => 'interrupted',
    });
    await throttle.begin();
    throttle.end('busy', 1000);
    expect(await throttle.begin()).toBe(false);
    expect(await throttle.begin()).toBe(false);
  });
});
