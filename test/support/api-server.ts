import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { BulkReply } from '../../src/delivery/reply.ts';
import { type Account, newAccount } from './serve.ts';

/** Credentials that look like some, for runs that reach no server. */
export const someCredentials = {
  DCYCLE_API_KEY: 'sk_test_0123456789abcdef',
  DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa',
};

/** What the server answered to a call. */
export interface Reply {
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A call as it came in. */
export interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
  /** The body, decompressed. */
  readonly body: string;
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly options: { readonly continue_on_error: boolean };
  /** The server's reply; none where a script kept the call from the server. */
  readonly reply: Reply | undefined;
}

/**
 * Decides what is answered to a call: the server's own reply (`return forward()`), an object as JSON with status 200, or
 * nothing, where the script deals with the response itself. What was not forwarded never reaches the server.
 */
export type Script = (
  call: Call,
  response: ServerResponse,
  index: number,
  forward: () => Promise<Reply>,
) => object | undefined | Promise<object | undefined>;

/** An organisation of a real server, called through a front that records every call; `get` asks the server itself. */
export interface Api extends Account {
  readonly calls: readonly Call[];
  /** Lists that runs asked for before they sent anything; scripts do not see these. */
  readonly preflights: readonly Call[];
}

const isList = /^\/v1\/logistics\/(?:requests|recharges)\?/;

/** Every call goes to the server, and every reply comes from it. */
const forwardAll: Script = (_call, _response, _index, forward) => forward();

/**
 * A front on this machine for the server of the test file, for an organisation of the test's own. Calls are recorded and
 * passed on as they are, and so are replies, unless a script makes something go wrong between the two.
 *
 * @param server the address of another server than that of the test file, with accounts of its own
 */
export async function startApi(script: Script = forwardAll, server?: string): Promise<Api> {
  const account = await newAccount();
  const calls: Call[] = [];
  const preflights: Call[] = [];
  const hasSent = new Set<unknown>();
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const call: { -readonly [Name in keyof Call]: Call[Name] } = { ...readCall(incoming, body), reply: undefined };
    const run = call.headers['x-run-id'];
    const isPreflight = incoming.method === 'GET' && isList.test(call.path) && !hasSent.has(run);
    if (incoming.method === 'POST') hasSent.add(run);
    (isPreflight ? preflights : calls).push(call);
    const forward = async (): Promise<Reply> => (call.reply ??= await passOn(server ?? account.url, incoming, body));
    const answered = isPreflight ? await forward() : await script(call, response, calls.length - 1, forward);
    if (answered === undefined) return;
    if (answered === call.reply) response.writeHead(call.reply.status, [...call.reply.rawHeaders]).end(call.reply.body);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
  };
  const front = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      response.destroy();
      // Not the command's fault, so it fails the test itself.
      throw error;
    });
  });
  // Replies carry the server's own promise of how long a connection is kept.
  front.keepAliveTimeout = 0;
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => {
    front.closeAllConnections();
    front.close();
  });
  const url = `http://127.0.0.1:${String((front.address() as AddressInfo).port)}`;
  return { ...account, url, env: { ...account.env, DCYCLE_BASE_URL: url }, calls, preflights };
}

function readCall({ url = '', headers }: IncomingMessage, body: Buffer): Omit<Call, 'reply'> {
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const content = (plain.length === 0 ? { records: [], options: {} } : JSON.parse(plain.toString())) as Pick<
    Call,
    'records' | 'options'
  >;
  return { path: url, headers, bytes: body.length, body: plain.toString(), ...content };
}

/** Makes a call again, byte for byte, at the server. */
async function passOn(server: string, { method, url = '', rawHeaders }: IncomingMessage, body: Buffer): Promise<Reply> {
  const outgoing = request(server + url, { method, headers: rawHeaders });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const text = await buffer(incoming);
  return { status: incoming.statusCode ?? 0, rawHeaders: incoming.rawHeaders, body: text.toString() };
}

/** What the server said of the records of a bulk call. */
export function bulkReplyTo(call: Call | undefined): BulkReply {
  if (call?.reply === undefined) throw new Error('the call did not reach the server');
  return readBulk(call.reply);
}

export const readBulk = ({ body }: Reply): BulkReply => JSON.parse(body) as BulkReply;

/** Ends a response with a status and a JSON body. */
export function refuse(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): undefined {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
  return undefined;
}
