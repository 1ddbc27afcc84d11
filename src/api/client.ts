import { setMaxListeners } from 'node:events';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { errorCode, errorMessage, usageError } from '../errors.ts';
import { isLoopback } from '../base-url.ts';
import { createRedact } from '../redact.ts';

/** Which API, and as whom. */
export interface ApiAccess {
  readonly baseUrl: URL;
  readonly apiKey: string;
  readonly organizationId: string;
}

export interface ApiClientOptions extends ApiAccess {
  /** Of one call, from its start to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** Whether bodies are sent compressed, which not every API takes. */
  readonly compresses?: boolean | undefined;
  /** Names the run in each of its calls, for people who read the logs of both sides. */
  readonly runId?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts when the run is interrupted: calls in flight get a while to be answered. */
  readonly interrupted?: AbortSignal | undefined;
}

/** What one call came to. Whether the API took the records is judged elsewhere (`delivery/answers.ts`). */
export type Exchange =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly body: string;
      readonly date?: string | undefined;
    }
  /** No connection was open: nothing reached the API. */
  | { readonly kind: 'unsent'; readonly reason: string; readonly isPermanent?: boolean }
  /** The request was on its way, and no whole answer came. */
  | { readonly kind: 'unanswered'; readonly reason: string; readonly isTimeout?: boolean };

/**
 * Calls the API. One is made for a run; connections are kept alive between calls. Whatever text of the API is shown must
 * go through `redact`, as it may quote the key.
 */
export interface ApiClient {
  get(path: string): Promise<Exchange>;
  /** @param own headers of this call alone */
  post(path: string, body: Buffer, own?: Readonly<Record<string, string>>): Promise<Exchange>;
  /** Deletes one thing. */
  delete(path: string): Promise<Exchange>;
  /** Puts asterisks in the place of the API key, in a text that may quote it. */
  redact(text: string): string;
  close(): Promise<void>;
}

const compress = promisify(gzip);

const connectTimeoutMs = 10_000;

/** Calls in flight when a run is interrupted are waited for as long as this. */
const patienceMs = 20_000;

/** The reply to 5,000 records is under 1 MiB; anything much larger is not a reply of this API. */
const maxReplyBytes = 64 * 1024 * 1024;

/** Failures before a request could be written. */
const unsentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const isCertificateError = (code: string): boolean =>
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/.test(code);

export function createApiClient(options: ApiClientOptions): ApiClient {
  const { baseUrl, apiKey, organizationId, timeoutMs, userAgent, runId, compresses = false } = options;
  const dispatcher = createDispatcher(options);
  const patience = patienceAfter(options.interrupted);
  const redact = createRedact([apiKey]);
  const headers = {
    'x-api-key': apiKey,
    'x-organization-id': organizationId,
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': userAgent,
    ...(runId === undefined ? {} : { 'x-run-id': runId }),
  };
  const postHeaders = compresses ? { ...headers, 'content-encoding': 'gzip' } : headers;
  const { 'content-type': _type, ...withoutType } = headers;
  const getHeaders = { ...headers, 'cache-control': 'no-cache' };
  const call = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: Buffer | null,
    own: Readonly<Record<string, string>>,
  ): Promise<Exchange> => {
    const url = `${baseUrl.href.replace(/\/$/, '')}${path}`;
    const limit = limitedBy(timeoutMs, patience);
    try {
      const sent = { method, body, headers: own, dispatcher, signal: limit.signal };
      const response = await request(url, sent);
      const header = (name: string): string | undefined => [response.headers[name]].flat()[0];
      return {
        kind: 'answer',
        status: response.statusCode,
        retryAfter: header('retry-after'),
        body: await response.body.text(),
        date: header('date'),
      };
    } catch (error) {
      return describeFailure(error, timeoutMs, redact);
    } finally {
      limit.release();
    }
  };
  return {
    redact,
    get: (path) => call('GET', path, null, getHeaders),
    post: async (path, body, own) =>
      call('POST', path, compresses ? await compress(body) : body, { ...postHeaders, ...own }),
    delete: (path) => call('DELETE', path, null, withoutType),
    close: () => dispatcher.close(),
  };
}

/**
 * Aborts when the time of a call is over, or with another signal. `AbortSignal.any` is not enough: on Node.js 20, what it is made of may be
 * collected before it aborts.
 */
function limitedBy(
  timeoutMs: number,
  other: AbortSignal,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const limit = new AbortController();
  const onOther = (): void => limit.abort(other.reason);
  const timer = setTimeout(() => limit.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs);
  if (other.aborted) onOther();
  else other.addEventListener('abort', onOther, { once: true });
  return {
    signal: limit.signal,
    release: () => {
      clearTimeout(timer);
      other.removeEventListener('abort', onOther);
    },
  };
}

/** Aborts some time after an interruption: a user who has interrupted a run does not wait for a time-out. */
function patienceAfter(interrupted: AbortSignal | undefined): AbortSignal {
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  interrupted?.addEventListener('abort', () => void setTimeout(() => end.abort(), patienceMs).unref(), { once: true });
  return end.signal;
}

/** Proxy variables are obeyed, except on the way to this machine itself. */
function createDispatcher({ baseUrl, environment }: ApiClientOptions): Dispatcher {
  const agent = {
    connect: { timeout: connectTimeoutMs },
    // A signal limits each call as a whole.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: maxReplyBytes,
  };
  if (isLoopback(baseUrl)) return new Agent(agent);
  const variable = (name: string): string => environment[name] ?? environment[name.toUpperCase()] ?? '';
  try {
    return new EnvHttpProxyAgent({
      ...agent,
      httpProxy: variable('http_proxy'),
      httpsProxy: variable('https_proxy'),
      noProxy: variable('no_proxy'),
    });
  } catch {
    throw usageError(
      'PROXY_INVALID',
      'HTTP_PROXY or HTTPS_PROXY is not the address of a proxy',
      'give it with its scheme: http://proxy.example:3128',
    );
  }
}

function describeFailure(error: unknown, timeoutMs: number, redact: (text: string) => string): Exchange {
  const code = errorCode(error) ?? '';
  const reason = redact(errorMessage(error));
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'unanswered', reason: `no answer within ${String(timeoutMs / 1000)} s`, isTimeout: true };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { kind: 'unanswered', reason: `no answer within ${String(patienceMs / 1000)} s after the interruption` };
  }
  if (isCertificateError(code)) {
    const what = code.startsWith('ERR_SSL_')
      ? 'the server does not speak TLS as it should'
      : 'the certificate is not trusted';
    return { kind: 'unsent', reason: `${what} (${code})`, isPermanent: true };
  }
  const refusal = /Proxy response \((\d+)\)/.exec(reason)?.[1];
  if (refusal !== undefined) {
    return { kind: 'unsent', reason: `the proxy refused the connection (HTTP ${refusal})`, isPermanent: true };
  }
  if (unsentCodes.has(code)) return { kind: 'unsent', reason: `no connection (${code})` };
  return { kind: 'unanswered', reason: `the connection broke (${code === '' ? reason : code})` };
}
