import { type Mix, planRows, type PlannedRow } from '../rows.ts';
import { Random } from '../random.ts';

/** How the API refuses a call that has poison in it. */
export type Refusal = 'names it' | 'names none' | 'fails' | 'in the reply';

/** When a process is ended, in calls that it has made. */
export interface Kill {
  readonly call: number;
  /** `racing`: the server takes the call when its process is gone already. */
  readonly moment: 'before' | 'racing' | 'stored' | 'answered';
  readonly signal: 'SIGKILL' | 'SIGTERM';
}

/** What one seed decides. */
export interface Schedule {
  readonly seed: number;
  readonly mix: Mix;
  readonly rows: readonly PlannedRow[];
  readonly chunkSize: number;
  /** The options of the upload. */
  readonly options: readonly string[];
  readonly refusal: Refusal;
  /** Calls with more records are refused with 413. */
  readonly maxRecords: number;
  /** Whether a look-up may name several movements. */
  readonly takesLists: boolean;
  /** The share of calls that go wrong, by method. */
  readonly faults: { readonly POST: number; readonly GET: number };
  /** What goes wrong most: anything, calls that are not taken, or answers that are lost. */
  readonly weather: 'any' | 'refusing' | 'losing';
  /** How each process that meets faults ends; `undefined` by itself. */
  readonly kills: readonly (Kill | undefined)[];
}

/** Seconds; the command's `--timeout`. */
export const timeoutS = 1;

/** Seconds; the command's `--settle`: what is stored is stored sooner than this after the command has given up. */
export const settleS = 1;

export function planSchedule(seed: number): Schedule {
  const random = new Random(seed);
  const mix = random.pick<Mix>(['movements', 'movements', 'loose', 'mixed', 'mixed', 'recharges']);
  const rows = planRows(random, mix, random.int(20, random.chance(0.3) ? 400 : 120));
  const chunkSize = random.int(Math.ceil(rows.length / 12), random.chance(0.2) ? rows.length : 60);
  const isPoisonous = rows.some(({ as }) => as === 'poison');
  const refusal = random.pick<Refusal>(['names it', 'names none', 'fails', 'in the reply']);
  // To look for poison takes many calls.
  const isSlow = isPoisonous && refusal === 'fails';
  const shares = isSlow ? ([0, 0.1] as const) : ([0, 0.1, 0.2, 0.4] as const);
  const faults = { POST: random.pick(shares), GET: random.pick(shares) };
  const processes = random.int(1, 4);
  return {
    seed,
    mix,
    rows,
    chunkSize,
    options: [
      `--chunk-size=${String(chunkSize)}`,
      `--concurrency=${String(random.pick([1, 2, 4, 8]))}`,
      `--timeout=${String(timeoutS)}`,
      `--settle=${String(settleS)}`,
      `--retries=${String(random.pick([0, 0, 1, 2]))}`,
      ...(mix !== 'recharges' && random.chance(0.25) ? ['--api-version', 'v1'] : []),
      ...(random.chance(0.1) ? ['--stop-on-error'] : []),
      ...(random.chance(0.1) ? ['--max-errors', '2'] : []),
      ...(random.chance(0.1) ? ['--rate', '1200'] : []),
    ],
    refusal,
    maxRecords: random.chance(0.2) ? random.int(Math.ceil(chunkSize / 4), chunkSize) : Infinity,
    takesLists: random.chance(0.7),
    faults,
    kills: Array.from({ length: processes }, () => planKill(random, Math.ceil(rows.length / chunkSize))),
    weather: random.pick(['any', 'any', 'refusing', 'losing']),
  };
}

const planKill = (random: Random, chunks: number): Kill | undefined =>
  random.chance(0.25)
    ? undefined
    : {
        // What a resume has left to do takes few calls.
        call: random.int(1, random.chance(0.5) ? 3 : chunks + 4),
        moment: random.pick(['before', 'racing', 'stored', 'answered']),
        signal: random.chance(0.8) ? 'SIGKILL' : 'SIGTERM',
      };
