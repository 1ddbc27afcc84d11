import { readdirSync, readFileSync, statSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';
import {
  type Access,
  type Client,
  type Job,
  type JobPage,
  newAccess,
  paths,
  type RequestsReply,
  serveForTest,
  type Serving,
  type ShipmentPage,
  until,
} from '../support/serve-client.ts';

/** What is left when the server is killed, and what happens to it then. */

const batchSize = 5000;
const cities = 'Madrid Barcelona Valencia Sevilla Zaragoza Bilbao Murcia Burgos Granada Alicante Albacete Toledo'.split(
  ' ',
);

/** Shipments between many places, so that they take a while; every tenth can't be calculated. */
const batch = (client: string): string =>
  JSON.stringify({
    records: Array.from({ length: batchSize }, (_, index) => ({
      origin: `${String(cities[index % cities.length])}, Spain`,
      destination: `${String(cities[(index * 7 + 1) % cities.length])}, Spain`,
      load: index + 1,
      toc: index % 10 === 0 ? 'spaceship' : 'van_diesel',
      movement_id: `M-${String(index)}`,
      client,
    })),
  });

/** Begins a bulk call; its parts can be waited for. */
function begin(serving: Serving, { apiKey, organizationId }: Access, path: string, body: string) {
  const call = request(`${serving.url}${path}`, {
    method: 'POST',
    agent: false,
    headers: {
      'x-api-key': apiKey,
      'x-organization-id': organizationId,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  });
  const answered = new Promise<IncomingMessage | undefined>((resolve) => {
    call.on('response', resolve);
    call.on('error', () => resolve(undefined));
  });
  return { call, answered };
}

const sent = (call: ClientRequest, body: string): Promise<void> =>
  new Promise((resolve) => {
    call.on('error', () => resolve());
    call.end(body, resolve);
  });

const countOf = async ({ call }: Client, query: string): Promise<number> =>
  (await call<ShipmentPage>('GET', `${paths.requests}?size=1&${query}`)).body.total;

/** Waits until every job is finished, and gives all of them. */
async function finishedJobs(client: Client): Promise<readonly Job[]> {
  return until('all jobs are finished', async () => {
    const { body } = await client.call<JobPage>('GET', `${paths.jobs}?size=100`);
    return body.items.every(({ status }) => status === 'COMPLETED') ? body.items : undefined;
  });
}

describe('a server that is killed (SIGKILL)', () => {
  /** Ends the server at some moment of a bulk call; returns the answer where it came whole. */
  type Moment = (serving: Serving, access: Access, body: string) => Promise<RequestsReply | undefined>;

  const whileSending: Moment = async (serving, access, body) => {
    const { call, answered } = begin(serving, access, paths.requestsBulkV2, body);
    await new Promise<void>((resolve) => {
      call.write(body.slice(0, body.length / 2), () => resolve());
    });
    await serving.stop('SIGKILL');
    expect(await answered).toBeUndefined();
    return undefined;
  };
  const afterSending =
    (ms: number): Moment =>
    async (serving, access, body) => {
      const { call, answered } = begin(serving, access, paths.requestsBulkV2, body);
      await sent(call, body);
      await wait(ms);
      await serving.stop('SIGKILL');
      const response = await answered;
      return response === undefined
        ? undefined
        : text(response).then(
            (body_) => JSON.parse(body_) as RequestsReply,
            () => undefined,
          );
    };
  const atFirstBytes: Moment = async (serving, access, body) => {
    const { call, answered } = begin(serving, access, paths.requestsBulkV2, body);
    await sent(call, body);
    const response = await answered;
    response?.on('error', () => {});
    await serving.stop('SIGKILL');
    expect(response?.statusCode).toBe(200);
    return undefined;
  };
  const afterTheAnswer: Moment = async (serving, access, body) => {
    const { body: reply } = await serving.client(access).call<RequestsReply>('POST', paths.requestsBulkV2, body);
    await serving.stop('SIGKILL');
    return reply;
  };

  test('has a batch of v2 whole or not at all, and completes the job of one that was answered', async () => {
    const folder = temporaryFolder();
    const db = join(folder, 'serve.db');
    const access = newAccess();
    const moments: readonly (readonly [name: string, moment: Moment])[] = [
      ['while sending', whileSending],
      ...[0, 25, 60, 120].map((ms) => [`${String(ms)} ms after sending`, afterSending(ms)] as const),
      ['at the first bytes', atFirstBytes],
      ['after the answer', afterTheAnswer],
    ];
    const answered = new Map<string, RequestsReply>();
    for (const [name, moment] of moments) {
      const serving = await serveForTest(['--quiet', '--db', db, ...access.args]);
      const reply = await moment(serving, access, batch(name));
      if (reply !== undefined) answered.set(name, reply);
    }
    const restarted = new Date().toISOString();
    const client = (await serveForTest(['--quiet', '--db', db])).client(access);
    const jobs = await finishedJobs(client);

    const stored = new Map<string, number>();
    for (const [name] of moments) {
      stored.set(name, await countOf(client, `client=${encodeURIComponent(name)}`));
    }
    const torn = [...stored].filter(([, count]) => count !== 0 && count !== batchSize);
    expect(torn).toEqual([]);
    const lost = ['at the first bytes', ...answered.keys()].filter((name) => stored.get(name) !== batchSize);
    expect(lost).toEqual([]);
    expect(stored.get('while sending')).toBe(0);
    expect(jobs).toHaveLength([...stored.values()].filter((count) => count === batchSize).length);
    for (const job of jobs) {
      expect(job).toMatchObject({ total_records: batchSize, success_count: 4500, failure_count: 500 });
      expect(job.errors).toHaveLength(100);
    }
    expect(await countOf(client, 'status=pending')).toBe(0);
    expect(await countOf(client, 'status=active')).toBe(jobs.length * 4500);
    expect(await countOf(client, 'status=error')).toBe(jobs.length * 500);

    const last = answered.get('after the answer');
    const resumed = jobs.find(({ id }) => id === last?.processing_job_id);
    expect(String(resumed?.finished_at) > restarted).toBe(true);
    const { body } = await client.call<ShipmentPage>('GET', `${paths.requests}?id=${String(last?.results[1]?.id)}`);
    expect(body.items).toMatchObject([{ movement_id: 'M-1', status: 'active', file_id: last?.file_id }]);
  });

  test('in the middle of a job continues where it was: nothing is counted twice', async () => {
    const db = join(temporaryFolder(), 'serve.db');
    const access = newAccess();
    const first = await serveForTest(['--quiet', '--db', db, ...access.args]);
    const { body: reply } = await first.client(access).call<RequestsReply>('POST', paths.requestsBulkV2, batch('A'));
    const path = `${paths.jobs}/${String(reply.processing_job_id)}`;
    const early = await until('a part of the job is done', async () => {
      const { body } = await first.client(access).call<Job>('GET', path);
      return body.success_count > 0 ? body : undefined;
    });
    await first.stop('SIGKILL');
    const client = (await serveForTest(['--quiet', '--db', db])).client(access);
    const job = await client.finished(reply.processing_job_id);
    expect(job).toMatchObject({ total_records: batchSize, success_count: 4500, failure_count: 500 });
    expect(job.started_at).toBe(early.started_at);
    expect(await countOf(client, 'status=active')).toBe(4500);
  });
});

describe('a server that is told to end (SIGTERM)', () => {
  test('answers the call in flight, ends soon, and completes its jobs after the next start', async () => {
    const db = join(temporaryFolder(), 'serve.db');
    const access = newAccess();
    const serving = await serveForTest(['--quiet', '--db', db, ...access.args]);
    const client = serving.client(access);
    // A call of v1 takes long enough to be in flight: its places must be found first.
    const inFlight = client.call<RequestsReply>('POST', paths.requestsBulk, batch('v1'));
    for (const name of ['A', 'B', 'C']) await client.call('POST', paths.requestsBulkV2, batch(name));
    const jobsBefore = await client.call<JobPage>('GET', paths.jobs);
    expect(jobsBefore.body.items.filter(({ status }) => status === 'COMPLETED').length).toBeLessThan(3);
    const start = performance.now();
    const ended = serving.stop('SIGTERM');
    const { status, body } = await inFlight;
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: 4500, failed: 500 });
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(performance.now() - start).toBeLessThan(8000);

    const restarted = new Date().toISOString();
    const again = (await serveForTest(['--quiet', '--db', db])).client(access);
    const jobs = await finishedJobs(again);
    expect(jobs).toHaveLength(3);
    for (const job of jobs) {
      expect(job).toMatchObject({ total_records: batchSize, success_count: 4500, failure_count: 500 });
    }
    expect(jobs.some((job) => String(job.finished_at) > restarted)).toBe(true);
    expect(await countOf(again, 'client=v1')).toBe(4500);
    expect(await countOf(again, 'status=pending')).toBe(0);
  });

  test('leaves everything in the database file itself', async () => {
    const folder = temporaryFolder();
    const access = newAccess();
    const serving = await serveForTest(['--quiet', '--db', join(folder, 'serve.db'), ...access.args]);
    await serving.client(access).call('POST', paths.requestsBulkV2, batch('A'));
    await serving.stop();
    const beside = readdirSync(folder).filter((name) => name !== 'serve.db');
    expect(beside.filter((name) => statSync(join(folder, name)).size > 0)).toEqual([]);
    expect(readFileSync(join(folder, 'serve.db')).includes('M-4999')).toBe(true);
  });
});

describe('the key that is made at the first start', () => {
  test('works after the next one, next to another key, is not shown again, and is nowhere in the files', async () => {
    const folder = temporaryFolder();
    const db = join(folder, 'serve.db');
    const first = await serveForTest(['--quiet', '--db', db]);
    const { apiKey = '', organizationId = '' } = first.generated ?? {};
    expect(apiKey).toMatch(/^sk_local_/);
    await first.client({ apiKey, organizationId }).call('POST', paths.requestsBulkV2, batch('A'));
    await first.stop('SIGKILL');
    const second = await serveForTest(['--quiet', '--db', db, '--api-key', 'another']);
    expect(second.generated).toBeUndefined();
    for (const key of [apiKey, 'another']) {
      expect(await countOf(second.client({ apiKey: key, organizationId }), '')).toBe(batchSize);
    }
    await second.stop();
    const [, secret = ''] = /^sk_local_(.{32})$/.exec(apiKey) ?? [];
    expect(secret).not.toBe('');
    const showing = readdirSync(folder).filter((name) => {
      const bytes = readFileSync(join(folder, name));
      return bytes.includes(secret) || bytes.includes(Buffer.from(secret, 'hex'));
    });
    expect(showing).toEqual([]);
  });
});
