// Measures what earlier uploads cost: `npm run bench:ledger -- [records] [runs]` (10,000,000 in 1,000 runs). A ledger is
// filled with as many made-up records; each figure is of whole processes, the best of three, beside an empty ledger.
//
//   runs     the list of all runs, and whether it has written anything
//   start    an upload of 100 new rows, to its end: what the ledger adds to it
//   memory   the peak of resident memory of that upload: what the ledger adds to it
import { randomFillSync, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../dist/ledger/sqlite-store.js';
import { createFiles } from './data/files.js';
import { readFactors } from './harness/factors.js';
import { cleanEnvironment, product } from './harness/product.js';
import { runProcess } from './harness/run-process.js';
import { startBulkServer } from './harness/start-bulk-server.js';

const [records, runs] = [process.argv[2] ?? 10_000_000, process.argv[3] ?? 1_000].map(Number);
const recordsOfCall = 5_000;
const organizationId = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';

const random = (bytes) => randomFillSync(new Uint8Array(bytes));

function makeMarks(count, firstRow) {
  return {
    records: count,
    contents: random(16 * count),
    keys: random(16 * count),
    cells: random(8 * count),
    movements: random(8 * count),
    inputs: new Uint16Array(count),
    rows: Uint32Array.from({ length: count }, (_, record) => firstRow + record),
    lines: Uint32Array.from({ length: count }, (_, record) => firstRow + record + 1),
  };
}

/** Fills a ledger as uploads do that were all accepted. */
async function fill(stateDirectory, baseUrl) {
  // The index is written seldom, as each time it is written as a whole; what is left is for the first upload.
  const store = createSqliteStore(stateDirectory, { pendingAtMost: 3_000_000 });
  const account = { kind: 'requests', baseUrl, organizationId };
  for (let number = 0; number < runs; number += 1) {
    const ofRun = Math.floor((records * (number + 1)) / runs) - Math.floor((records * number) / runs);
    const name = `day-${number}.csv`;
    const startedAt = new Date(Date.UTC(2024, 0, 1) + number * 3_600_000).toISOString();
    const run = await store.create(
      {
        id: randomUUID(),
        account,
        args: ['requests', name],
        paths: [name],
        options: {},
        workingDirectory: '/',
        startedAt,
      },
      [`/${name}`],
    );
    for (let first = 0; first < ofRun; first += recordsOfCall) {
      const count = Math.min(recordsOfCall, ofRun - first);
      const ids = Array.from({ length: count }, () => randomUUID());
      const call = await run.begin({
        marks: makeMarks(count, first + 1),
        apiVersion: 'v2',
        idempotencyKey: randomUUID(),
        startedAt: Date.parse(startedAt),
        position: Infinity,
      });
      await run.settle(call.call, {
        endedAt: Date.parse(startedAt) + 100,
        entries: new Uint8Array(count).fill(1),
        ids,
        packageIds: ids.map(() => undefined),
        files: [],
      });
    }
    await run.finish(startedAt, 0, { accepted: ofRun, rejected: 0, not_sent: 0, uncertain: 0 });
    await run.close();
  }
  await store.close();
}

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');

async function bestOf(count, run) {
  const all = [];
  for (let round = 0; round < count; round += 1) all.push(await run(round));
  return { wall: Math.min(...all.map(({ wall }) => wall)), peak: Math.min(...all.map(({ peak }) => peak)) };
}

const folder = mkdtempSync(join(tmpdir(), 'bench-ledger-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
const server = await startBulkServer(0);
const fileOf = createFiles(folder, readFactors(folder), () => {});

async function measure(name) {
  const home = join(folder, name);
  mkdirSync(home);
  const variables = { DCYCLE_BASE_URL: server.url, DCYCLE_API_KEY: 'bench', DCYCLE_ORG_ID: organizationId };
  const env = cleanEnvironment(home, variables);
  const state = join(env.XDG_STATE_HOME, 'dcycle-upload');
  const start = performance.now();
  if (name === 'full') await fill(state, server.url);
  const filled = (performance.now() - start) / 1_000;
  const run = async (...args) => {
    const ended = await runProcess(product(...args), { cwd: home, env });
    if (ended.code !== 0) throw new Error(`${args.join(' ')} ended with ${ended.code}: ${ended.stderr}`);
    return ended;
  };
  mkdirSync(state, { recursive: true });
  const before = filesOf(state);
  const list = await bestOf(3, () => run('runs', '--json'));
  const hasWritten = filesOf(state) !== before;
  const upload = await bestOf(3, (round) =>
    run('requests', fileOf({ rows: 100 + round }).path, '--yes', '--again', '--json'),
  );
  return { filled, list, hasWritten, upload };
}

const milliseconds = (seconds) => `${Math.round(seconds * 1_000)} ms`;
const empty = await measure('empty');
const full = await measure('full');
await server.stop();
console.log(
  `ledger   ${records.toLocaleString('en')} records in ${runs.toLocaleString('en')} runs, made in ${full.filled.toFixed(0)} s`,
);
console.log(
  `runs     ${milliseconds(full.list.wall)}, empty ${milliseconds(empty.list.wall)}; ${full.hasWritten ? 'it has written' : 'nothing was written'}`,
);
console.log(
  `start    ${milliseconds(full.upload.wall - empty.upload.wall)} more than the ${milliseconds(empty.upload.wall)} beside an empty ledger`,
);
console.log(
  `memory   ${Math.round(full.upload.peak - empty.upload.peak)} MB more than ${Math.round(empty.upload.peak)} MB`,
);
