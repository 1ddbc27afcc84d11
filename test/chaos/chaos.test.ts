import { describe, expect, test, vi } from 'vitest';
import { play } from './play.ts';
import { planSchedule } from './schedule.ts';

// Whole commands, in a time of their own, against a model of the API that goes wrong in every way: whatever happens, no
// record is stored twice, and what is said of each is true. A schedule depends on its seed alone: SEED=123 SCHEDULES=1 npx
// vitest run test/chaos/chaos.test.ts.

// A process that is killed in the middle of this one has to lose its connections to the ledger.
vi.mock('libsql', async () => ({ default: (await import('./connections.ts')).OwnedConnection }));

const firstSeed = Number(process.env['SEED'] ?? 1);
const schedules = Number(process.env['SCHEDULES'] ?? 50);

/** What is broken is most often broken for many rows. */
const mostShown = 6;

/** Each of these has shown a fault once, which the first ones do not. */
const faulty = [
  2078, 6014, 20001, 30048, 30064, 30192, 30208, 30323, 30378, 30398, 40081, 40135, 60010, 60117, 70797, 70991,
];

const seeds = Array.from({ length: schedules }, (_, n) => firstSeed + n).concat(
  process.env['SEED'] === undefined ? faulty : [],
);

describe('chaos in virtual time', () => {
  test.for(seeds)('schedule %i', { timeout: 60_000 }, async (seed) => {
    const schedule = planSchedule(seed);
    const broken = await play(schedule);
    const again = `SEED=${String(seed)} SCHEDULES=1 npx vitest run test/chaos/chaos.test.ts (${schedule.theme})`;
    expect(broken.length === 0 ? [] : [again, ...broken.slice(0, mostShown)]).toEqual([]);
  });
});
