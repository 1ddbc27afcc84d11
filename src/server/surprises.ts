import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { drawOf, isRepeated } from './faults.ts';
import { normalised } from './normalised.ts';

/** What an API may do without breaking its contract, and a client must bear; for those who test one. */
export interface SurpriseOptions {
  /** Half of the calls that store are answered with this status, and store all the same. */
  readonly commitThen: number | undefined;
  /** How much later calls store: those of `commitThen` after their answer; without it, all of them, before it. */
  readonly commitDelayMs: number;
  /** How much later lists show what is stored. */
  readonly visibilityDelayMs: number;
  /** Half of the lists are from so long ago. */
  readonly listLagMs: number;
  /** Whether texts and numbers come back in another spelling. */
  readonly normalises: boolean;
  /** Share of the replies to bulk calls in which two records have each other's place. */
  readonly swapShare: number;
  /** The same seed and order of calls makes the same surprises. */
  readonly seed: string;
}

/** Records are stored by these calls, and listed by reading the same paths. */
const paths: ReadonlySet<string | undefined> = new Set(['/v1/logistics/requests', '/v1/logistics/recharges']);

const isStoring = ({ method, routeOptions: { url = '' } }: FastifyRequest): boolean =>
  method === 'POST' && paths.has(url.replace(/^\/v2/, '/v1').replace(/\/bulk$/, ''));

const isListing = ({ method, routeOptions: { url } }: FastifyRequest): boolean => method === 'GET' && paths.has(url);

/** Lets an API surprise its clients; a call that is refused surprises none. */
export function addSurprises(app: App, options: SurpriseOptions): void {
  const { commitThen, commitDelayMs, visibilityDelayMs, listLagMs, normalises, swapShare } = options;
  if (commitThen !== undefined) addLateCommits(app, commitThen, options);
  else if (commitDelayMs > 0) addSlowCommits(app, commitDelayMs);
  if (visibilityDelayMs > 0 || listLagMs > 0) addOldLists(app, options);
  if (swapShare > 0) addSwaps(app, options);
  if (normalises) addSpellings(app, options);
}

/** Answers some calls with a status that says nothing, and stores what they bring when it is answered, or later. */
function addLateCommits(app: App, status: number, { commitDelayMs, seed }: SurpriseOptions): void {
  const closing = new AbortController();
  let calls = 0;
  app.addHook('preHandler', async (request, reply) => {
    if (!isStoring(request) || isRepeated(request)) return undefined;
    const { choice } = drawOf(`${seed} commit`, calls);
    calls += 1;
    if (choice % 2 === 0) return undefined;
    if (commitDelayMs === 0) await repeat(app, request);
    // One that is still to come when the server ends never comes.
    else void later(commitDelayMs, closing.signal, () => repeat(app, request));
    const says = { detail: 'Answered on purpose before it is known', code: 'SURPRISE' };
    return reply.code(status).send(mayHaveBody(status) ? says : undefined);
  });
  app.addHook('onClose', async () => closing.abort());
}

async function later(delayMs: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
    await act();
  } catch {
    // The server has closed.
  }
}

const mayHaveBody = (status: number): boolean => status !== 204 && status !== 205 && status !== 304;

/** Makes a call again; its answer goes to no client. */
async function repeat(app: App, { url, headers, body }: FastifyRequest): Promise<void> {
  const { 'x-api-key': key, 'x-organization-id': organization } = headers;
  await app.inject({
    method: 'POST',
    url,
    headers: { 'x-api-key': key, 'x-organization-id': organization },
    payload: body as object,
  });
}

function addSlowCommits(app: App, delayMs: number): void {
  app.addHook('preHandler', async (request) => {
    if (isStoring(request)) await sleep(delayMs);
  });
}

/** Lists know nothing of what was created last. */
function addOldLists(app: App, { visibilityDelayMs, listLagMs, seed }: SurpriseOptions): void {
  let lists = 0;
  app.addHook('preHandler', async (request) => {
    if (!isListing(request)) return;
    const { choice } = drawOf(`${seed} list`, lists);
    lists += 1;
    const ageMs = visibilityDelayMs + (choice % 2 === 0 ? 0 : listLagMs);
    const query = request.query as { created_at_until?: string | undefined };
    const latest = new Date(Date.now() - ageMs).toISOString();
    const { created_at_until: asked = latest } = query;
    query.created_at_until = asked < latest ? asked : latest;
  });
}

/** A reply to a bulk call, as far as it is swapped. */
interface BulkReply {
  readonly results: readonly { readonly index: number }[];
}

function addSwaps(app: App, { swapShare, seed }: SurpriseOptions): void {
  let replies = 0;
  app.addHook('preSerialization', async (request, reply, payload) => {
    if (!isStoring(request) || !request.url.endsWith('/bulk') || reply.statusCode !== 200) return payload;
    const { share } = drawOf(`${seed} swap`, replies);
    replies += 1;
    return share < swapShare ? swapped(payload as BulkReply) : payload;
  });
}

function swapped<Reply extends BulkReply>(reply: Reply): Reply {
  const [first] = reply.results;
  const last = reply.results.at(-1);
  if (first === undefined || last === undefined) return reply;
  const results = reply.results.map((result) => {
    if (result === first) return { ...result, index: last.index };
    return result === last ? { ...result, index: first.index } : result;
  });
  return { ...reply, results };
}

function addSpellings(app: App, { seed }: SurpriseOptions): void {
  const spell = (record: Readonly<Record<string, unknown>>): object => normalised(record, seed);
  app.addHook('preSerialization', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || !(isStoring(request) || isListing(request))) return payload;
    const reading = payload as {
      readonly [list in 'items' | 'results']?: readonly Readonly<Record<string, unknown>>[];
    };
    const { items, results } = reading;
    if (items !== undefined) return { ...reading, items: items.map(spell) };
    return results === undefined ? spell(reading) : { ...reading, results: results.map(spell) };
  });
}
