import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check, fail } from './check.js';
import { cleanEnvironment } from './product.js';
import { runProcess } from './run-process.js';
import { startBulkServer } from './start-bulk-server.js';

const organisation = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';

/**
 * Runs all measurements once in each round, one process at a time, so that what else the machine does meets all alike.
 *
 * @param chosen measurements, each with its `file` (see data/files.js) where it has an input
 * @param options.minutes a further round that would probably end later is not begun
 * @returns the runs of each, by id
 */
export async function runRounds(chosen, { folder, tools, rounds, minutes }, say) {
  const runs = new Map(chosen.map(({ id }) => [id, []]));
  const servers = new Map();
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 60_000;
  try {
    for (const { latency } of chosen) {
      if (latency !== undefined && !servers.has(latency)) servers.set(latency, await startBulkServer(latency));
    }
    for (let round = 1; round <= rounds; round += 1) {
      if (round > 1 && (elapsed() * round) / (round - 1) > minutes) {
        say(`no further round, as it would end after ${minutes} minutes (--minutes)`);
        break;
      }
      for (const measurement of chosen) {
        for (let repeat = 0; repeat < (measurement.repeats ?? 1); repeat += 1) {
          const run = await runOnce(measurement, { folder, tools, server: servers.get(measurement.latency) });
          runs.get(measurement.id).push(run);
          say(`round ${round} of ${rounds}, ${measurement.id}: ${run.wall.toFixed(2)} s`);
        }
      }
    }
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
  return runs;
}

async function runOnce(measurement, { folder, tools, server }) {
  const { id, file, command, isProduct } = measurement;
  const own = join(folder, 'run');
  mkdirSync(own);
  const variables = server === undefined ? {} : credentials(server.url);
  const env = isProduct ? cleanEnvironment(own, variables) : process.env;
  const run = await runProcess(command({ file: file?.path, tables: folder, tools }), { cwd: own, env });
  check(measurement, file, run, own);
  if (server !== undefined) {
    const taken = await server.taken();
    if (taken !== file.expected.valid) fail(id, `the server took ${taken} records, not ${file.expected.valid}`);
  }
  rmSync(own, { recursive: true });
  const { wall, cpu, peak } = run;
  return { wall, cpu, peak };
}

const credentials = (url) => ({ DCYCLE_BASE_URL: url, DCYCLE_API_KEY: 'bench', DCYCLE_ORG_ID: organisation });
