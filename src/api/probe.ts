import { lookup } from 'node:dns/promises';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { errorCode, errorMessage } from '../errors.ts';

/** A step on the way to the API: done, with what was seen, or failed, with a code of the system. */
export type Probe<Seen> =
  { readonly ok: true; readonly seen: Seen } | { readonly ok: false; readonly code: string; readonly text: string };

async function probe<Seen>(timeoutMs: number, step: (signal: AbortSignal) => Promise<Seen>): Promise<Probe<Seen>> {
  const signal = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    return { ok: true, seen: await Promise.race([step(signal), late]) };
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return { ok: false, code: isLate ? 'ETIMEDOUT' : (errorCode(error) ?? ''), text: errorMessage(error) };
  }
}

/** A host as the system's resolver and sockets take it: IPv6 without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The port of an address, or that of its scheme. */
export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);

/** Looks a name up. */
export const lookUp = (url: URL, timeoutMs: number): Promise<Probe<readonly string[]>> =>
  probe(timeoutMs, async () => (await lookup(hostOf(url), { all: true })).map(({ address }) => address));

/** Connects and hangs up. */
export const reach = (url: URL, timeoutMs: number): Promise<Probe<undefined>> =>
  probe(
    timeoutMs,
    (signal) =>
      new Promise((fulfil, reject) => {
        const socket = connectTcp({ host: hostOf(url), port: portOf(url) });
        signal.addEventListener('abort', () => socket.destroy(), { once: true });
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.destroy();
          fulfil(undefined);
        });
      }),
  );

/** What a server shows of itself in a TLS handshake. */
export interface Handshake {
  readonly protocol: string;
  /** Why its certificate is not trusted; a code such as `CERT_HAS_EXPIRED`. */
  readonly distrust: string | undefined;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
}

/** Shakes hands and hangs up: no key is sent, so that a certificate that is not trusted can be looked at. */
export const shakeHands = (url: URL, timeoutMs: number): Promise<Probe<Handshake>> =>
  probe(
    timeoutMs,
    (signal) =>
      new Promise((fulfil, reject) => {
        const host = hostOf(url);
        const socket = connectTls({
          host,
          port: portOf(url),
          // A name of numbers is not a server name.
          ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
          rejectUnauthorized: false,
        });
        signal.addEventListener('abort', () => socket.destroy(), { once: true });
        socket.once('error', reject);
        socket.once('secureConnect', () => {
          fulfil(describe(socket));
          socket.destroy();
        });
      }),
  );

function describe(socket: TLSSocket): Handshake {
  const { issuer, valid_from: validFrom, valid_to: validTo } = socket.getPeerCertificate();
  // Its type says Error; it is a code.
  const distrust: unknown = socket.authorizationError;
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    distrust: socket.authorized
      ? undefined
      : typeof distrust === 'string'
        ? distrust
        : (errorCode(distrust) ?? 'UNKNOWN'),
    issuer: [issuer?.O ?? issuer?.CN ?? ''].flat().join(', '),
    validFrom,
    validTo,
  };
}
