// Writes what a released version leaves behind: node test/released/build.js <its bin/dcycle-upload.js>
//
// Not to be run with the version of this working copy: these files say what earlier versions wrote.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';

const [given] = process.argv.slice(2);
if (given === undefined) throw new Error('say which version: node test/released/build.js <its bin/dcycle-upload.js>');
const command = resolve(given);
const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dcycle-released-'));
const key = 'sk_test_0123456789abcdef';
const inputs = ['shipments.csv', 'shipments.jsonl'];

/** A front of a new server, which lets a script decide what becomes of the bulk call with a number from 0. */
async function startFront(organization, script) {
  const args = ['serve', '--port', '0', '--json', '--quiet', '--api-key', `${organization}=${key}`];
  const server = spawn(process.execPath, [command, ...args], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(server.stdout), 'line');
  const { url } = JSON.parse(line);
  const bodies = [];
  let place = -1;
  const front = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    if (incoming.url.endsWith('/bulk')) {
      place += 1;
      bodies.push(body.toString());
    }
    const pass = async () => {
      const outgoing = request(url + incoming.url, { method: incoming.method, headers: incoming.rawHeaders });
      outgoing.end(body);
      const [reply] = await once(outgoing, 'response');
      return { reply, text: await buffer(reply) };
    };
    const forward = async () => {
      const { reply, text } = await pass();
      response.writeHead(reply.statusCode, reply.rawHeaders).end(text);
    };
    await script({ place, response, pass, forward });
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    bodies,
    env: {
      DCYCLE_API_KEY: key,
      DCYCLE_ORG_ID: organization,
      DCYCLE_BASE_URL: `http://127.0.0.1:${front.address().port}`,
    },
    close() {
      front.closeAllConnections();
      front.close();
      server.kill('SIGKILL');
    },
  };
}

/** Runs the command; `onStart` sees its process. */
async function run(args, { cwd, env = {}, onStart = () => {} }) {
  const state = join(cwd, 'state');
  const child = spawn(process.execPath, [command, ...args], {
    cwd,
    env: { XDG_STATE_HOME: state, XDG_CONFIG_HOME: cwd, XDG_CACHE_HOME: cwd, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  onStart(child);
  const [code, signal] = await once(child, 'close');
  return code ?? signal;
}

/** Takes what belongs to one machine and one moment out of the record of a run. */
function neutralise(path) {
  const database = new Libsql(path);
  database
    .prepare('UPDATE run SET working_directory = ?, base_url = ?, organization_id = ?, started_at = ?')
    .run('/released', 'http://127.0.0.1:1', '00000000-0000-4000-8000-000000000000', '2026-01-15T12:00:00.000Z');
  database.prepare('UPDATE run SET finished_at = ? WHERE finished_at IS NOT NULL').run('2026-01-15T12:00:01.000Z');
  // Pages that are free still hold what stood in them.
  database.exec('PRAGMA journal_mode = DELETE; VACUUM');
  database.close();
}

/** An upload whose second chunk meets a script; what the command has sent is returned. */
async function upload(name, expected, script) {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  for (const input of inputs) copyFileSync(join(here, input), join(cwd, input));
  let child;
  const front = await startFront('a8315ef3-dd50-43f8-b7ce-d839e68d51fa', (call) => script({ ...call, child }));
  const args = ['requests', ...inputs, '--chunk-size', '10', '--concurrency', '1', '--retries', '0'];
  const writing = [
    '--set',
    'category=road',
    '--out',
    'out.jsonl',
    '--errors',
    'errors.jsonl',
    '--rejected',
    'rejected.csv',
  ];
  const ended = await run([...args, ...writing], {
    cwd,
    env: front.env,
    onStart: (started) => {
      child = started;
    },
  });
  front.close();
  if (ended !== expected) throw new Error(`${name} ended with ${ended}`);
  const runs = join(cwd, 'state', 'dcycle-upload', 'runs');
  const target = join(here, name, 'dcycle-upload', 'runs');
  rmSync(join(here, name), { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(runs).filter((each) => each.endsWith('.db'))) {
    neutralise(join(runs, file));
    copyFileSync(join(runs, file), join(target, file));
  }
  return front.bodies;
}

/** The second chunk is stored, but nobody hears of it, or can look it up; the third is refused as a whole. */
await upload('broken-off', 5, async ({ place, response, pass, forward }) => {
  if (place === 0) return forward();
  if (place === 2) return response.writeHead(410, { 'content-type': 'application/json' }).end('{"detail":"gone"}');
  await pass();
  response.destroy();
});

/** Killed before the second chunk is stored. */
await upload('killed', 'SIGKILL', async ({ place, child, forward }) => {
  if (place === 0) return forward();
  child.kill('SIGKILL');
});

const bodies = await upload('finished', 1, ({ forward }) => forward());
writeFileSync(join(here, 'sent.jsonl'), bodies.map((body) => `${body}\n`).join(''));

const conflicts = [
  ['requests', 'conflicts.csv', 'conflicts.rejected.csv'],
  ['requests', 'conflicts.csv', 'conflicts.rejected.jsonl'],
  ['recharges', 'conflicts-recharges.jsonl', 'conflicts-recharges.rejected.jsonl'],
  ['requests', 'conflicts.csv', 'conflicts-of-movements.rejected.csv', '--dedupe-key', 'movement_id'],
];
for (const [kind, input, rejected, ...options] of conflicts) {
  const args = [
    kind,
    join(here, input),
    '--dry-run',
    '--errors',
    '/dev/null',
    '--rejected',
    join(here, rejected),
    ...options,
  ];
  const ended = await run(args, { cwd: folder });
  if (ended !== 1) throw new Error(`${rejected} ended with ${ended}`);
}

rmSync(folder, { recursive: true });
