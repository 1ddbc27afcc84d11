import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type * as z from 'zod';
import { organizationOf } from './access.ts';
import { ApiError, InvalidCall, notFound } from './api-error.ts';
import type { Quiet } from './calculation/quiet.ts';
import { addDocumentation } from './documentation.ts';
import { addFaults, type FaultOptions } from './faults.ts';
import { invalidParts } from './invalid-parts.ts';
import { addHealth } from './routes/health.ts';
import { addHubRoutes } from './routes/hubs.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addOverviewRoutes } from './routes/overview.ts';
import { addPackageRoutes } from './routes/packages.ts';
import { addRechargeRoutes } from './routes/recharges.ts';
import { addRequestRoutes } from './routes/requests.ts';
import type { Services } from './services.ts';
import type { Organization } from './store/organizations.ts';
import { addSurprises, type SurpriseOptions } from './surprises.ts';

/** The HTTP application, with bodies and queries typed by their zod schemas. */
export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the call is made for. */
    organization: Organization;
  }
}

export interface AppOptions {
  readonly services: Services;
  readonly faults: FaultOptions | undefined;
  readonly surprises: SurpriseOptions | undefined;
  /** Takes the lines of the access log; none writes none. */
  readonly log: ((line: string) => void) | undefined;
}

/** 5,000 records of 3 kB each; the client sends at most 8 MiB. */
const maxBodyBytes = 16 * 1024 * 1024;

/** For a call to arrive whole. */
const receiveTimeoutMs = 60_000;

/** The API as an HTTP application; it does not listen yet. */
export async function createApp({ services, faults, surprises, log }: AppOptions): Promise<App> {
  const app: App = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: receiveTimeoutMs,
    forceCloseConnections: 'idle',
    logController: new LogController({ disableRequestLogging: true }),
    logger: log === undefined ? false : loggerTo(log),
    routerOptions: { querystringParser: readQuery },
    frameworkErrors: ({ statusCode = 400 }, _request, reply) => void unroutable(reply as FastifyReply, statusCode),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (value) => {
    // The input tells what is missing from what is wrong.
    const checked = schema.safeParse(value, { reportInput: true });
    if (checked.success) return { value: checked.data };
    const context = httpPart === 'querystring' ? 'query' : (httpPart ?? 'body');
    return { error: new InvalidCall(invalidParts(context, checked.error.issues)) };
  });
  app.setSerializerCompiler(serializerCompiler);
  takeJsonAlone(app);
  takeCompressed(app);
  addErrorReplies(app);
  endConnections(app);
  addAccessLog(app);
  countCalls(app, services.quiet);
  await addDocumentation(app);
  addHealth(app, services);
  await app.register(async (scope) => {
    const api = scope.withTypeProvider<ZodTypeProvider>() as App;
    api.decorateRequest('organization');
    // Before the body is read: who has no key can't send much.
    api.addHook('onRequest', async (request) => {
      request.organization = organizationOf(services.database, request);
    });
    if (faults !== undefined) addFaults(api, faults);
    if (surprises !== undefined) addSurprises(api, surprises);
    addRequestRoutes(api, services);
    addRechargeRoutes(api, services);
    addOverviewRoutes(api, services);
    addPackageRoutes(api, services);
    addHubRoutes(api, services);
    addJobRoutes(api, services);
  });
  return app;
}

/** Lines of JSON with a readable time and level. */
const loggerTo = (write: (line: string) => void) => ({
  level: 'info',
  base: null,
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (level: string) => ({ level }) },
  stream: { write },
});

/** Parameters of a query; one that comes several times, or as `key[]`, is a list. */
function readQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [key, value] of new URLSearchParams(text)) {
    const name = key.replace(/\[\]$/, '');
    const earlier = query[name];
    if (earlier === undefined) query[name] = key === name ? value : [value];
    else query[name] = [earlier, value].flat();
  }
  return query;
}

/** Bodies are JSON; keys such as `__proto__` are unknown fields like others. */
function takeJsonAlone(app: App): void {
  const parseJson = app.getDefaultJsonParser('remove', 'remove');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many clients name a content type with every call, and so do those in the API's documentation.
    if (body === '' && request.method === 'DELETE') done(null, undefined);
    else void parseJson(request, body, done);
  });
}

/** Bodies may be compressed with gzip; the limit holds for what they become. */
function takeCompressed(app: App): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
    if (encoding === 'identity') return payload;
    if (encoding !== 'gzip') throw unknownEncoding;
    const body = Object.assign(createGunzip(), { receivedEncodedLength: 0 });
    payload.on('data', (bytes: Buffer) => (body.receivedEncodedLength += bytes.length));
    // The reader of the body is told of what is wrong with it.
    pipeline(payload, body, () => {});
    return body;
  });
}

/** Fastify's own refusals, by its codes, in the API's words. */
const refusals: Readonly<Record<string, ApiError>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: new ApiError(400, 'INVALID_JSON', 'The body is not valid JSON'),
  FST_ERR_CTP_EMPTY_JSON_BODY: new ApiError(400, 'INVALID_JSON', 'The body is empty'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new ApiError(400, 'BAD_REQUEST', 'The body has another length than announced'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json'),
  FST_ERR_CTP_BODY_TOO_LARGE: new ApiError(
    413,
    'PAYLOAD_TOO_LARGE',
    `The body must not be larger than ${String(maxBodyBytes)} bytes`,
  ),
  Z_DATA_ERROR: new ApiError(400, 'BAD_REQUEST', 'The body is not valid gzip'),
  Z_BUF_ERROR: new ApiError(400, 'BAD_REQUEST', 'The body is not whole gzip'),
  // No one receives this one: the caller left before the end of the body.
  ECONNRESET: new ApiError(400, 'BAD_REQUEST', 'The call broke off'),
};

function addErrorReplies(app: App): void {
  app.setErrorHandler(async (error: Error & { code?: string }, request, reply) => {
    if (error instanceof InvalidCall) return reply.code(422).send({ detail: error.parts });
    const refusal =
      error instanceof ApiError ? error : (refusals[error.code ?? ''] ?? (isJsonError(error) ? badJson : undefined));
    if (refusal === undefined) request.log.error({ err: error }, 'a call broke down');
    const { status, code, message } = refusal ?? brokenDown;
    // Closed while the client still sends, the connection would break before the answer is read.
    if (status === 413) reply.removeHeader('connection');
    return reply.code(status).send({ detail: message, code });
  });
  app.setNotFoundHandler(async (request) => {
    throw notFound(`${request.method} ${request.url.split('?', 1)[0] ?? ''}`);
  });
}

/** Answers a path that is not encoded correctly, or has a part that is too long: it gets as far as no route. */
const unroutable = (reply: FastifyReply, status: number): FastifyReply =>
  reply.code(status).send({ detail: 'The path is not valid', code: 'BAD_REQUEST' });

const unknownEncoding = new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be plain or gzip');
const badJson = new ApiError(400, 'INVALID_JSON', 'The body is not valid JSON');
const brokenDown = new ApiError(500, 'INTERNAL_SERVER_ERROR', 'Internal server error');

const isJsonError = (error: Error): boolean => error instanceof SyntaxError;

/** While the server closes, an answer is the last one on its connection: a client that keeps it would hold it open. */
function endConnections(app: App): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    if (isClosing) reply.header('connection', 'close');
    return payload;
  });
}

/** A call ends with its connection's hold on it: answered, refused or broken off. */
function countCalls(app: App, quiet: Quiet): void {
  app.addHook('onRequest', async (_request, reply) => {
    quiet.callBegins();
    reply.raw.once('close', () => quiet.callEnds());
  });
}

/**
 * One line of JSON a call: what was asked and how it was answered; `status` is null where its connection broke before.
 * Headers, bodies and values of queries stay out.
 */
function addAccessLog(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      const [path, query] = request.url.split('?');
      request.log.info({
        method: request.method,
        path,
        parameters: [...new Set(new URLSearchParams(query).keys())],
        status: reply.raw.writableFinished ? reply.statusCode : null,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        organization: (request.organization as Organization | undefined)?.id,
      });
    });
  });
}
