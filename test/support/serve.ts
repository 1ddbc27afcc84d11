import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import { bin } from './command.ts';

/** An organisation of a server, seen with the key that opens it. */
export interface Access {
  readonly apiKey: string;
  readonly organizationId: string;
  /** What the command needs to call the server. */
  readonly env: Readonly<Record<string, string>>;
  /** What the server answers to a GET; anything but a 200 is thrown. */
  get<Reply>(path: string): Promise<Reply>;
}

/** An organisation that one test has to itself. */
export interface Account extends Access {
  /** Where its server listens. */
  readonly url: string;
  /** Another organisation of that server, which all tests share: nothing may be stored for it. */
  readonly neighbour: Access;
}

/** A running `dcycle-upload serve`. It ends with the test file. */
export interface TestServer {
  readonly url: string;
  /** An organisation of this server that no other test has. */
  newAccount(): Account;
}

/**
 * Starts the built command's `serve` on a free port.
 *
 * @param options in addition to the port and the keys of the accounts
 */
export async function startServer(options: readonly string[] = [], accounts = 1): Promise<TestServer> {
  const neighbour = createKey();
  const unused = Array.from({ length: accounts }, createKey);
  const keys = [neighbour, ...unused].flatMap(({ apiKey, organizationId }) => [
    '--api-key',
    `${organizationId}=${apiKey}`,
  ]);
  const url = await startProcess(['serve', '--port', '0', '--json', '--quiet', ...keys, ...options]);
  return {
    url,
    newAccount() {
      const key = unused.pop();
      if (key === undefined) throw new Error('every organisation of this server is in use');
      return { url, ...accessTo(url, key), neighbour: accessTo(url, neighbour) };
    },
  };
}

type Key = Pick<Access, 'apiKey' | 'organizationId'>;

const createKey = (): Key => ({ apiKey: `sk_test_${randomUUID()}`, organizationId: randomUUID() });

const accessTo = (url: string, { apiKey, organizationId }: Key): Access => ({
  apiKey,
  organizationId,
  env: { DCYCLE_API_KEY: apiKey, DCYCLE_ORG_ID: organizationId, DCYCLE_BASE_URL: url },
  async get<Reply>(path: string) {
    const response = await fetch(url + path, {
      headers: { 'x-api-key': apiKey, 'x-organization-id': organizationId },
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`GET ${path}: HTTP ${String(response.status)}: ${text}`);
    return JSON.parse(text) as Reply;
  },
});

/** Every item of a list, page by page. */
export async function listAll<Item>({ get }: Pick<Access, 'get'>, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const query = `${path.includes('?') ? '&' : '?'}size=100&page=${String(page)}`;
    const reply = await get<{ readonly pages: number; readonly items: readonly Item[] }>(path + query);
    items.push(...reply.items);
    pages = reply.pages;
  }
  return items;
}

interface ServerProcess {
  readonly child: ChildProcess;
  /** What it wrote on stderr. */
  errors: string;
}

const processes: ServerProcess[] = [];

// A worker that ends early leaves no server.
process.once('exit', () => {
  for (const { child } of processes) child.kill('SIGKILL');
});

afterAll(() => {
  const ended = processes.splice(0).map(({ child, errors }) => {
    const { exitCode, signalCode } = child;
    child.kill('SIGKILL');
    return { exitCode, signalCode, errors };
  });
  // Whatever the tests saw of it: a server that broke down, or a job of it, is a defect.
  for (const { exitCode, signalCode, errors } of ended) {
    if (exitCode !== null || signalCode !== null || errors !== '') {
      throw new Error(`serve (${String(exitCode ?? signalCode ?? 'running')}) wrote: ${errors}`);
    }
  }
});

/** Runs a server and returns where it listens. */
async function startProcess(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [bin, ...args], { cwd: tmpdir(), env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
  const started: ServerProcess = { child, errors: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (started.errors += text));
  processes.push(started);
  for await (const line of createInterface(child.stdout)) return (JSON.parse(line) as { url: string }).url;
  throw new Error(`serve did not start: ${started.errors}`);
}

/** A server takes half a second to start, an organisation of it nothing. */
const accountsPerServer = 100;

let server: Promise<TestServer> | undefined;
let accountsLeft = 0;

/** An organisation of its own on the server of the test file, which starts when it is needed first. */
export async function newAccount(): Promise<Account> {
  if (server === undefined || accountsLeft === 0) {
    server = startServer([], accountsPerServer);
    accountsLeft = accountsPerServer;
  }
  accountsLeft -= 1;
  return (await server).newAccount();
}
