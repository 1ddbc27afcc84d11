// node damaged-ledger.mjs make <directory>             writes a ledger and closes it; with `killed` at the end, dies as it writes
// node damaged-ledger.mjs damage <copy> <from> <to> <ledger...>   damages copies of ledgers, a seed each, and asks what is known
//
// In a process of its own, as a damaged database could end it. What is found out is printed, a line of JSON for each seed.
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDamage, repairLedger } from '../../dist/ledger/repair.js';
import { createSqliteStore } from '../../dist/ledger/sqlite-store.js';

const runs = [0, 1, 2, 3];
const calls = [1, 2, 3, 4, 5];
const size = 60;
/** Small, so that there is an index file, and rows that are in none. */
const sizes = { pendingAtMost: 700 };
const end = '2026-01-01T00:00:00.000Z';
const counts = { accepted: 1, rejected: 0, not_sent: 0, uncertain: 0 };

const textsOf = (run, call) => Array.from({ length: size }, (_, record) => `run ${run} call ${call} record ${record}`);
const idOf = (text) => `id of ${text}`;

function marksOf(texts) {
  const hashes = (of, bytes) =>
    Buffer.concat(
      texts.map((text) =>
        createHash('sha256')
          .update(of + text)
          .digest()
          .subarray(0, bytes),
      ),
    );
  return {
    records: texts.length,
    contents: hashes('content', 16),
    keys: hashes('key', 16),
    cells: hashes('cells', 8),
    movements: hashes('movement', 8),
    inputs: new Uint16Array(texts.length),
    rows: Uint32Array.from(texts, (_, place) => place + 1),
    lines: new Uint32Array(texts.length),
  };
}

const newRun = (id) => ({
  id,
  account: { kind: 'requests', baseUrl: 'https://api.example.com/', organizationId: 'o' },
  args: ['requests', 'a.csv'],
  paths: ['a.csv'],
  options: {},
  workingDirectory: '/',
  startedAt: end,
});

async function make(directory, isKilled) {
  const store = createSqliteStore(directory, sizes);
  for (const run of runs) {
    const open = await store.create(newRun(`run-${run}`), [String(run)]);
    for (const call of calls) {
      const texts = textsOf(run, call);
      const { position } = await open.known(marksOf(texts));
      await open.begin({ marks: marksOf(texts), apiVersion: 'v2', idempotencyKey: '', startedAt: 0, position });
      await open.settle(call, {
        endedAt: 1,
        entries: new Uint8Array(size).fill(1),
        ids: texts.map(idOf),
        packageIds: texts.map(() => undefined),
        files: [],
      });
    }
    if (isKilled && run === runs.at(-1)) process.kill(process.pid, 'SIGKILL');
    await open.finish(end, 0, counts);
  }
  await store.close();
}

/** xorshift32 */
function randomFrom(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/** Damages a ledger and says how. */
function damage(directory, random) {
  const folder = join(directory, 'ledger');
  const files = readdirSync(folder).filter((file) => readFileSync(join(folder, file)).length > 0);
  const flip = (file, { times = 40, from = 0, to = Infinity, mask = () => 1 + random(255) }) => {
    const bytes = readFileSync(join(folder, file));
    const last = Math.min(to, bytes.length);
    for (let time = 0; time < times; time += 1) bytes[from + random(last - from)] ^= mask();
    writeFileSync(join(folder, file), bytes);
    return file;
  };
  const any = () => files[random(files.length)];
  const named = (start) => files.find((file) => file.startsWith(start)) ?? 'ledger.db';
  const ways = {
    'flipped bytes': () => flip(any(), {}),
    'flipped bytes of the database': () => flip('ledger.db', {}),
    'flipped bytes of the log': () => flip(named('ledger.db-wal'), {}),
    'flipped bytes of the index': () => flip(named('index-'), {}),
    'flipped bytes of the header': () => flip('ledger.db', { times: 3, to: 100 }),
    'flipped bytes of the schema': () => flip('ledger.db', { times: 1 + random(4), from: 3000, to: 4096 }),
    'a flipped letter': () => flip('ledger.db', { times: 1, mask: () => 1 }),
    'a cut file': () => {
      const file = any();
      const bytes = readFileSync(join(folder, file));
      writeFileSync(join(folder, file), bytes.subarray(0, random(bytes.length)));
      return file;
    },
    'a missing file': () => {
      const file = any();
      rmSync(join(folder, file));
      return file;
    },
  };
  const names = Object.keys(ways);
  const way = names[random(names.length)];
  return `${way}: ${ways[way]()}`;
}

/** Asks for everything; the codes of errors, and what is not true. */
async function ask(directory) {
  const codes = new Set();
  const untrue = [];
  const absent = [];
  const attempt = async (work) => {
    try {
      return await work();
    } catch (error) {
      codes.add(
        error.name === 'RunError'
          ? `${error.code} ${error.hint === undefined ? 'without a remedy' : ''}`.trim()
          : String(error.stack),
      );
      return undefined;
    }
  };
  const store = createSqliteStore(directory, sizes);
  const listed = await attempt(() => store.list());
  if (listed !== undefined && listed.length < runs.length) absent.push('runs');
  for (const run of runs) {
    const read = await attempt(() => store.read(`run-${run}`));
    for (const { number, marks, entries, ids } of read?.calls ?? []) {
      const texts = textsOf(run, number);
      if (!Buffer.from(marks.contents).equals(marksOf(texts).contents)) untrue.push('marks');
      if (entries.every((entry) => entry === 0)) absent.push('outcome');
      else {
        const isTrue = entries.every((entry) => entry === 1) && ids.every((id, at) => id === idOf(texts[at]));
        if (!isTrue) untrue.push('outcome');
      }
    }
    if (read !== undefined && read.calls.length < calls.length) absent.push('calls');
  }
  const open = await attempt(() => store.create(newRun('new'), ['new']));
  for (const run of open === undefined ? [] : runs) {
    for (const call of calls) {
      const texts = textsOf(run, call);
      const known = await attempt(() => open.known(marksOf(texts)));
      if (known === undefined) continue;
      if (known.found.size < size) absent.push('records');
      for (const [record, [first, ...others]] of known.found) {
        const isTrue =
          first.runId === `run-${run}` && first.call === call && first.row === record + 1 && others.length === 0;
        if (!isTrue || (first.entry === 1 && first.id !== idOf(texts[record]))) untrue.push('record');
        if (first.entry !== 1) absent.push('outcome');
      }
      const owners = await attempt(() => open.owners(texts.map(idOf)));
      if (owners !== undefined && owners.size < size) absent.push('ids');
    }
  }
  if (open !== undefined) await attempt(() => open.close());
  await attempt(() => store.close());
  const hasLoss = open?.hasLoss === true;
  return { codes: [...codes], untrue: [...new Set(untrue)], absent: [...new Set(absent)], hasLoss };
}

const [task, directory, ...rest] = process.argv.slice(2);
if (task === 'make') await make(directory, rest[0] === 'killed');
else {
  const [from, to, ...ledgers] = rest;
  for (let seed = Number(from); seed < Number(to); seed += 1) {
    const random = randomFrom(seed);
    rmSync(directory, { recursive: true, force: true });
    cpSync(ledgers[seed % ledgers.length], directory, { recursive: true });
    const how = damage(directory, random);
    const damaged = await ask(directory);
    const found = findDamage(directory);
    let repaired;
    if (found.length > 0) repaired = repairLedger(directory, new Date(0));
    const after = await ask(directory);
    process.stdout.write(`${JSON.stringify({ seed, how, damaged, found, repaired, after })}\n`);
  }
}
