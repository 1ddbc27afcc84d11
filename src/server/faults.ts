import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isInjection } from 'light-my-request';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import type { App } from './app.ts';

/** What goes wrong on purpose, for those who test a client. */
export interface FaultOptions {
  /** Milliseconds before a call is looked at. */
  readonly latencyMs: number;
  /** Share of calls that are answered with 500, 502, 503 or 504, nothing done. */
  readonly failRate: number;
  /** Share of calls whose connection is reset: half of them before anything is done, half after it. */
  readonly resetRate: number;
  /** Calls a minute, evenly, of each organisation; the others are answered with 429. */
  readonly callsPerMinute: number | undefined;
  /** The same seed and order of calls makes the same faults. */
  readonly seed: string;
}

/** What happens to one call. */
type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'fail'; readonly status: 500 | 502 | 503 | 504 }
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' };

const statuses = [500, 502, 503, 504] as const;

/** What chance says of a call by its number, from 0: the same for the same seed. The share is less than 1. */
export function drawOf(seed: string, call: number): { readonly share: number; readonly choice: number } {
  const bytes = createHash('sha256')
    .update(`${seed}:${String(call)}`)
    .digest();
  return { share: bytes.readUInt32BE(0) / 2 ** 32, choice: bytes.readUInt32BE(4) };
}

/** Whether the server makes this call itself, for one that it has answered: it came through no connection. */
export const isRepeated = ({ raw }: FastifyRequest): boolean => isInjection(raw);

function faultOf({ failRate, resetRate, seed }: FaultOptions, call: number): Fault {
  if (failRate === 0 && resetRate === 0) return { kind: 'none' };
  const { share, choice } = drawOf(seed, call);
  if (share < resetRate) return { kind: 'reset', when: choice % 2 === 0 ? 'before' : 'after' };
  if (share < resetRate + failRate) return { kind: 'fail', status: statuses[choice % 4] ?? 500 };
  return { kind: 'none' };
}

/** Lets so many calls a minute pass, each a whole interval after the last one. */
class RateLimit {
  readonly #intervalMs: number;
  readonly #nextByCaller = new Map<number, number>();

  constructor(callsPerMinute: number) {
    this.#intervalMs = 60_000 / callsPerMinute;
  }

  /** Milliseconds until the caller may call again; 0 lets this call pass. */
  waitOf(caller: number, nowMs: number): number {
    const next = this.#nextByCaller.get(caller) ?? 0;
    if (nowMs < next) return next - nowMs;
    this.#nextByCaller.set(caller, nowMs + this.#intervalMs);
    return 0;
  }
}

const failureCodes: Readonly<Record<(typeof statuses)[number], string>> = {
  500: 'INTERNAL_SERVER_ERROR',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
};

/** Makes the calls of an API fail as they are told to. Comes after the check of the key. */
export function addFaults(app: App, options: FaultOptions): void {
  const limit = options.callsPerMinute === undefined ? undefined : new RateLimit(options.callsPerMinute);
  const resets = new WeakSet<FastifyRequest>();
  let calls = 0;
  app.addHook('onRequest', async (request, reply) => {
    if (isRepeated(request)) return undefined;
    const fault = faultOf(options, calls);
    calls += 1;
    if (options.latencyMs > 0) await sleep(options.latencyMs);
    const waitMs = limit?.waitOf(request.organization.seq, Date.now()) ?? 0;
    if (waitMs > 0) {
      reply.header('retry-after', Math.ceil(waitMs / 1000));
      throw new ApiError(429, 'RATE_LIMIT_EXCEEDED', 'Too many requests');
    }
    if (fault.kind === 'fail') throw new ApiError(fault.status, failureCodes[fault.status], 'Failed on purpose');
    if (fault.kind === 'reset' && fault.when === 'before') return reset(request, reply);
    if (fault.kind === 'reset') resets.add(request);
    return undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => (resets.has(request) ? reset(request, reply) : payload));
}

/** Breaks the connection without an answer. */
function reset(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}
