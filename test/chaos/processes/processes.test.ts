import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CommandResult, dcycleUpload } from '../../support/command.ts';
import { type Account, startServer, type TestServer } from '../../support/serve.ts';
import { FaultFront } from './fault-front.ts';
import { findBroken } from './invariants.ts';
import { toCsv } from '../rows.ts';
import { type Kill, planSchedule, type Schedule } from './schedule.ts';

// What the schedules in virtual time can't have: processes that signals end, HTTP, and the server of `serve`. Whatever happens,
// `resume` finishes the run, and everything is stored once. A schedule depends on its seed alone: SEED=123 PROCESSES=1 npm run
// test:chaos.

const firstSeed = Number(process.env['SEED'] ?? 1);
const schedules = Number(process.env['PROCESSES'] ?? 4);

/** What is broken is most often broken for many rows. */
const mostShown = 6;

/** Resumes without faults until a run has to be at its end. */
const maxCalmResumes = 4;

let server: TestServer;
beforeAll(async () => {
  server = await startServer([], schedules);
});

const seeds = Array.from({ length: schedules }, (_, n) => firstSeed + n);

describe.concurrent('chaos of processes', () => {
  test.for(seeds)('schedule %i', { timeout: 180_000 }, async (seed) => {
    const broken = await play(planSchedule(seed), server.newAccount());
    const again = `SEED=${String(seed)} PROCESSES=1 npm run test:chaos`;
    expect(broken.length === 0 ? [] : [again, ...broken.slice(0, mostShown)]).toEqual([]);
  });
});

/** Plays a schedule to its end; what is not as it has to be. */
async function play(schedule: Schedule, account: Account): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-chaos-'));
  const front = new FaultFront(schedule, account.url, account.apiKey);
  try {
    writeFileSync(join(folder, 'input.csv'), toCsv(schedule.rows, schedule.mix));
    const env = { ...account.env, DCYCLE_BASE_URL: await front.listen(), XDG_STATE_HOME: join(folder, 'state') };
    const results: CommandResult[] = [];
    const run = async (kill?: Kill): Promise<CommandResult> => {
      const onStart = (child: { kill(signal: Kill['signal']): boolean }): void =>
        front.begin(kill, (signal) => child.kill(signal));
      const args = argumentsOf(schedule, await runIn(folder, env));
      const result = await dcycleUpload(args, { cwd: folder, env, onStart });
      results.push(result);
      return result;
    };
    for (const kill of schedule.kills) await run(kill);
    front.calm();
    for (let calm = 1; calm <= maxCalmResumes; calm += 1) {
      if (isFinished(await run())) break;
    }
    await front.idle();
    return [...front.problems, ...(await findBroken({ schedule, account, folder, results }))];
  } finally {
    front.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Goes on with the run; starts it where none is written down. */
function argumentsOf({ mix, options }: Schedule, run: string | undefined): readonly string[] {
  if (run !== undefined) return ['resume', run, '--json'];
  const command = mix === 'recharges' ? 'recharges' : 'requests';
  const reports = ['--out', 'out.jsonl', '--errors', 'errors.jsonl', '--rejected', 'rejected.csv'];
  return [command, 'input.csv', '--json', ...reports, ...options];
}

/** The run that is written down. */
async function runIn(folder: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const { stdout } = await dcycleUpload(['runs', '--json'], { cwd: folder, env });
  const { runs } = JSON.parse(stdout) as { readonly runs: readonly { readonly id: string }[] };
  return runs[0]?.id;
}

/** Whether another resume could not change anything. */
const isFinished = ({ code }: CommandResult): boolean => code === 0 || code === 1;
