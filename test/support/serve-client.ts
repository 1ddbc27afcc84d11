import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type * as z from 'zod';
import type { rechargesBulkReply, requestsBulkReply } from '../../src/server/contract/records.ts';
import type * as replies from '../../src/server/contract/replies.ts';
import { bin, type CommandResult, dcycleUpload } from './command.ts';

export const paths = {
  requests: '/v1/logistics/requests',
  requestsBulk: '/v1/logistics/requests/bulk',
  requestsV2: '/v2/logistics/requests',
  requestsBulkV2: '/v2/logistics/requests/bulk',
  recharges: '/v1/logistics/recharges',
  rechargesBulk: '/v1/logistics/recharges/bulk',
  jobs: '/v1/processing-jobs',
  packages: '/v1/logistics/packages',
  hubs: '/v1/logistic-hubs',
} as const;

/** The id that the API's documentation gives for diesel. */
export const dieselId = 'f51a1645-c201-43da-9dcd-6408be3cb517';

export type RequestsReply = z.infer<typeof requestsBulkReply>;
export type RechargesReply = z.infer<typeof rechargesBulkReply>;
export type Shipment = z.infer<typeof replies.shipment>;
export type ShipmentPage = z.infer<typeof replies.shipmentPage>;
export type Recharge = z.infer<typeof replies.recharge>;
export type RechargePage = z.infer<typeof replies.rechargePage>;
export type Package = z.infer<typeof replies.packageDetail>;
export type PackagePage = z.infer<typeof replies.packagePage>;
export type Hub = z.infer<typeof replies.hub>;
export type HubPage = z.infer<typeof replies.hubPage>;
export type Job = z.infer<typeof replies.job>;
export type JobPage = z.infer<typeof replies.jobPage>;
export type Report = z.infer<typeof replies.report>;
/** A call that is refused, or is not valid. */
export interface Refusal {
  readonly code?: string;
  readonly detail: string | readonly { readonly loc: readonly (string | number)[]; readonly msg: string }[];
}

export interface Reply<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** What the JSON says, or else the text. */
  readonly body: Body;
}

/** An organisation and a key that opens it. */
export interface Access {
  readonly apiKey: string;
  readonly organizationId: string;
}

export interface Client extends Access {
  /** Calls the server. A body that is neither text nor bytes goes as JSON; a header that is undefined is left out. */
  call<Body = Refusal>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<Reply<Body>>;
  /** The job, once it is finished. */
  finished(jobId: string | undefined): Promise<Job>;
}

/** A server that runs. */
export interface Serving {
  readonly url: string;
  /** The key that was made at its start, where one was. */
  readonly generated: Access | undefined;
  /** What it wrote to stderr so far. */
  stderr(): string;
  client(access: Access): Client;
  /** Ends it with a signal, and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

const running = new Set<ChildProcess>();

// A worker that ends early leaves no server.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the built command as a server on a free port. Whoever starts it stops it. */
async function startServe(args: readonly string[]): Promise<Serving> {
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--json', ...args], {
    cwd: tmpdir(),
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  running.add(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.endsWith('\n')) resolve(text);
    });
    void ended.then(({ code }) => reject(new Error(`serve ended with ${String(code)}: ${stderr}`)));
  });
  const said = JSON.parse(line) as { url: string; api_key: string | null; organization_id: string | null };
  const { url, api_key: apiKey, organization_id: organizationId } = said;
  return {
    url,
    generated: apiKey === null || organizationId === null ? undefined : { apiKey, organizationId },
    stderr: () => stderr,
    client: (access) => createClient(url, access),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** A server of this test's own. */
export async function serveForTest(args: readonly string[]): Promise<Serving> {
  const serving = await startServe(args);
  onTestFinished(async () => {
    await serving.stop('SIGKILL');
  });
  return serving;
}

/** A new organisation, and the arguments that let it in. */
export function newAccess(): Access & { readonly args: readonly string[] } {
  const organizationId = randomUUID();
  const apiKey = `key-of-${organizationId}`;
  return { apiKey, organizationId, args: ['--api-key', `${organizationId}=${apiKey}`] };
}

const organizationsOfFile = 200;

/** One server for all tests of a file; each takes organisations of its own. */
export function shareServer(args: readonly string[] = []): { readonly serving: Serving; newClient(): Client } {
  const accesses = Array.from({ length: organizationsOfFile }, newAccess);
  let serving: Serving | undefined;
  beforeAll(async () => {
    serving = await startServe(['--quiet', ...accesses.flatMap((access) => access.args), ...args]);
  });
  afterAll(async () => {
    await serving?.stop();
  });
  const started = (): Serving => {
    if (serving === undefined) throw new Error('the server does not run yet');
    return serving;
  };
  return {
    get serving() {
      return started();
    },
    newClient() {
      const access = accesses.pop();
      if (access === undefined) throw new Error('more organisations are needed');
      return started().client(access);
    },
  };
}

function createClient(url: string, { apiKey, organizationId }: Access): Client {
  const call: Client['call'] = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string | undefined>> = {},
  ) => {
    const sent: Record<string, string | undefined> = {
      'x-api-key': apiKey,
      'x-organization-id': organizationId,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const response = await fetch(`${url}${path}`, {
      method,
      headers: Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
  };
  return {
    apiKey,
    organizationId,
    call,
    finished: (jobId) =>
      until('the job is finished', async () => {
        const { body } = await call<Job>('GET', `${paths.jobs}/${String(jobId)}`);
        return body.status === 'COMPLETED' || body.status === 'FAILED' ? body : undefined;
      }),
  };
}

/** Looks again and again until there is something, for half a minute at most. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not within 30 s: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

/** Runs `serve` where it should not start; it is ended if it does. */
export const refusedServe = (
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<CommandResult> =>
  dcycleUpload(['serve', ...args], {
    ...options,
    onStart(child) {
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      child.on('close', () => clearTimeout(timer));
    },
  });

/** A shipment that needs no places. */
export const aShipment = { distance_km: 100, load: 500, toc: 'van_diesel' } as const;

/** So many different shipments that need no places. */
export const shipments = (
  count: number,
  more: Readonly<Record<string, unknown>> = {},
): readonly Readonly<Record<string, unknown>>[] =>
  Array.from({ length: count }, (_, index) => ({ ...aShipment, movement_id: `M-${String(index)}`, ...more }));
