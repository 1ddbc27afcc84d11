// Measures `dcycle-upload serve`: `npm run bench:serve`. A server process with a database file takes 200,000 shipments
// in batches of 5,000 through v2, from one client that waits for each answer, while it calculates what came before.
//
//   answer  time from sending a batch to its whole answer: median, 95th percentile, longest
//   memory  resident memory of the server after 50,000 shipments were calculated, at the end, and its peak
//   rate    shipments accepted and calculated a second
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { createRandom } from './random.js';
import { shipmentBetween } from './shipments.js';

const total = 200_000;
const batchSize = 5000;

const random = createRandom(1);
const cities = (
  'Madrid Barcelona Valencia Sevilla Zaragoza Bilbao Vigo Murcia Burgos León Lugo ' +
  'Málaga Córdoba Granada Alicante Albacete Toledo Cuenca Huesca Teruel Soria Jaén'
).split(' ');

const shipment = (number) => ({
  ...shipmentBetween(cities, random),
  origin_country: 'ES',
  movement_id: `MOV-${number}`,
  client: `CLIENT-${Math.floor(random() * 40)}`,
  vehicle_license_plate: `${Math.floor(random() * 9000) + 1000}-ABC`,
});

const folder = mkdtempSync(join(tmpdir(), 'bench-serve-'));
const bin = fileURLToPath(new URL('../bin/dcycle-upload.js', import.meta.url));
const args = [bin, 'serve', '--port', '0', '--api-key', 'bench', '--json', '--quiet', '--db', join(folder, 'serve.db')];
const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const { url } = JSON.parse(await new Promise((resolve) => server.stdout.once('data', resolve)));

const dispatcher = new Agent();
const headers = {
  'x-api-key': 'bench',
  'x-organization-id': 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa',
  'content-type': 'application/json',
};
const call = async (method, path, body) => {
  const response = await request(`${url}${path}`, { method, headers, body, dispatcher });
  const answer = await response.body.json();
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${JSON.stringify(answer)}`);
  return answer;
};

/** Resident memory of the server in MB, now and at its peak. */
function memory() {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  const field = (name) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024);
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

const calculated = async () => {
  while ((await call('GET', '/healthz')).unfinished_jobs > 0) await new Promise((resolve) => setTimeout(resolve, 20));
};

/** The fewest bodies in memory: one is made, sent and forgotten. */
const bodyOf = (first) =>
  JSON.stringify({
    records: Array.from({ length: batchSize }, (_, index) => shipment(first + index)),
    options: { continue_on_error: true },
  });

const times = [];
let early;
const start = performance.now();
for (let first = 0; first < total; first += batchSize) {
  const body = bodyOf(first);
  const sent = performance.now();
  const { success } = await call('POST', '/v2/logistics/requests/bulk', body);
  times.push(performance.now() - sent);
  if (success !== batchSize) throw new Error(`${success} of ${batchSize} were accepted`);
  if (first + batchSize === 50_000) {
    await calculated();
    early = memory();
  }
}
await calculated();
const seconds = (performance.now() - start) / 1000;
const end = memory();
const { total: active } = await call('GET', '/v1/logistics/requests?status=active&size=1');
const sorted = times.toSorted((a, b) => a - b);
const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);

console.log(`answer  ${at(0.5)} ms median, ${at(0.95)} ms 95 %, ${at(1)} ms longest, of ${times.length} batches`);
console.log(
  `memory  ${early.now} MB after 50,000, ${end.now} MB after ${total.toLocaleString('en')}, peak ${end.peak} MB`,
);
console.log(
  `rate    ${Math.round(total / seconds).toLocaleString('en')} shipments/s accepted and calculated (${active})`,
);

await dispatcher.close();
server.kill('SIGTERM');
rmSync(folder, { recursive: true, force: true });
