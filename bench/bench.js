// Measures the product against what does the same work: `npm run bench`, explained in docs/performance.md.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFiles } from './data/files.js';
import { readFactors } from './harness/factors.js';
import { describeMachine } from './harness/machine.js';
import { measuredBy } from './harness/run-process.js';
import { runRounds } from './harness/run-rounds.js';
import { describeRuns } from './harness/statistics.js';
import { findTools } from './harness/tools.js';
import { readOptions, usage } from './options.js';
import { markdown, report } from './output/report.js';
import { compareWithTargets } from './targets.js';

const say = (text) => process.stderr.write(`${text}\n`);

async function main() {
  let options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  if (options.help) {
    console.log(usage);
    return;
  }
  const results = options.from === undefined ? await measure(options) : JSON.parse(readFileSync(options.from, 'utf8'));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  console.log(options.markdown ? markdown(results) : report(results));
}

async function measure({ chosen, rows, rounds, minutes }) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const tools = await findTools();
  const isPossible = ({ tool }) => tool === undefined || tools[tool] !== undefined;
  const skipped = chosen.filter((measurement) => !isPossible(measurement));
  for (const { id, tool } of skipped) say(`${id} is left out: ${tool} is not here`);

  const fileOf = createFiles(folder, readFactors(folder), say);
  const prepared = chosen.filter(isPossible).map((measurement) => {
    if (measurement.input === undefined) return measurement;
    const { share, rows: fixed, ...variant } = measurement.input;
    return {
      ...measurement,
      file: fileOf({ ...variant, rows: share === undefined ? Math.min(fixed, rows) : rows * share }),
    };
  });
  const runs = await runRounds(prepared, { folder, tools, rounds, minutes }, say);

  const measurements = prepared.map(({ id, title, group, repeats = 1, file }) => ({
    id,
    title,
    group,
    rows: file?.rows,
    bytes: file?.bytes,
    valid: file?.expected.valid,
    rounds: runs.get(id).length / repeats,
    ...describeRuns(runs.get(id)),
    runs: runs.get(id),
  }));
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return {
    measured_at: new Date().toISOString(),
    measured_by: measuredBy,
    machine: describeMachine(),
    versions: {
      product: version,
      node: process.versions.node,
      duckdb: tools.duckdb?.version,
      pandas: tools.pandas?.version,
    },
    rows,
    rounds: measurements[0]?.rounds,
    measurements,
    targets: compareWithTargets(new Map(measurements.map((one) => [one.id, one]))),
    skipped: skipped.map(({ id, tool }) => ({ id, reason: `${tool} is not here` })),
  };
}

await main();
