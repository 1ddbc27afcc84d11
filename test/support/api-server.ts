import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const apiKey = 'sk_test_0123456789abcdef';
export const organizationId = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';

interface Body {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly options: { readonly continue_on_error: boolean };
}

/** A call as the server saw it. */
export interface Call extends Body {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
}

/** Answers a call: a bulk reply to be sent as JSON, or whatever the function does to the response itself. */
export type Answer = (
  call: Call,
  response: ServerResponse,
  index: number,
) => object | undefined | Promise<object | undefined>;

export interface ApiServer {
  readonly url: string;
  readonly calls: readonly Call[];
  /** What the command needs to call this server. */
  readonly env: Readonly<Record<string, string>>;
}

/** Every record accepted, as v2 answers. */
export const acceptAll: Answer = ({ records }) => bulkReply(records, () => undefined);

/** A bulk reply in which the records with an error message are rejected. */
export function bulkReply(
  records: Call['records'],
  errorOf: (record: Readonly<Record<string, unknown>>, index: number) => string | undefined,
): object {
  const results: object[] = [];
  const errors: object[] = [];
  for (const [index, record] of records.entries()) {
    const error = errorOf(record, index);
    const movement = record['movement_id'] ?? null;
    if (error === undefined) {
      results.push({ index, id: idOf(index), movement_id: movement, package_id: null, co2e: null });
    } else errors.push({ index, movement_id: movement, error });
  }
  return {
    total_received: records.length,
    total_processed: records.length,
    success: results.length,
    failed: errors.length,
    results,
    errors,
  };
}

export const idOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** A real HTTP server on this machine that plays the API, call by call. */
export async function startApi(answer: Answer = acceptAll): Promise<ApiServer> {
  const calls: Call[] = [];
  const respond = async (call: Call, response: ServerResponse, index: number): Promise<void> => {
    const reply = await answer(call, response, index);
    if (reply === undefined) return;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply));
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const bytes = Buffer.concat(parts);
      const body = (bytes.length === 0 ? { records: [], options: {} } : JSON.parse(bytes.toString())) as Body;
      const call: Call = { path: request.url ?? '', headers: request.headers, bytes: bytes.length, ...body };
      calls.push(call);
      void respond(call, response, calls.length - 1);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    calls,
    env: { DCYCLE_API_KEY: apiKey, DCYCLE_ORG_ID: organizationId, DCYCLE_BASE_URL: url },
  };
}

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
