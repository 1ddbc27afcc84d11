import { isLoopback } from '../base-url.ts';

/**
 * The proxy on the way to an address, as the client chooses it: by `HTTPS_PROXY` or `HTTP_PROXY`, unless `NO_PROXY` names the
 * host; none on the way to this machine itself.
 *
 * @returns the variable's text where it is not an address
 */
export function proxyFor(
  url: URL,
  environment: Readonly<Record<string, string | undefined>>,
): URL | string | undefined {
  if (isLoopback(url)) return undefined;
  const variable = (name: string): string => environment[name] ?? environment[name.toUpperCase()] ?? '';
  const http = variable('http_proxy');
  const address = url.protocol === 'http:' ? http : variable('https_proxy') || http;
  if (address === '' || isExempt(url, variable('no_proxy'))) return undefined;
  return readProxy(address) ?? address;
}

/** An address that the client takes: with a scheme, a host, and a user and password that can be decoded. */
function readProxy(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    return undefined;
  }
  return /^(?:https?|socks5?):$/.test(url.protocol) && url.host !== '' ? url : undefined;
}

/** Whether a list such as `localhost, .example.com:8080` names a host, as undici reads it. */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  if (list === '*') return true;
  const ownPort = port === '' ? (protocol === 'http:' ? '80' : '443') : port;
  return list
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = '', wantedPort = ownPort] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? [];
      const host = name.replace(/^\*?\./, '').toLowerCase();
      return wantedPort === ownPort && (hostname === host || hostname.endsWith(`.${host}`));
    });
}
