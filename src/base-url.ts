import { usageError } from './errors.ts';
import { quote } from './issues.ts';

export const defaultBaseUrl = 'https://api.dcycle.io';

/** Whether a URL points at this machine itself: 127.0.0.0/8, ::1 or localhost. */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);

/**
 * Reads the API's root. Plain http is for this machine only, as the API key would travel readable.
 *
 * @throws RunError (exit 2)
 */
export function readBaseUrl(text: string): URL {
  const hint = `give the API root, such as ${defaultBaseUrl}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Anything before an @ or after a ? may be a secret.
  const shown = /[@?#]/.test(text) ? '' : ` ${quote(text)}`;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw usageError('BASE_URL_INVALID', `the base URL${shown} is not an http(s) address`, hint);
  }
  if (url.username !== '' || url.password !== '') {
    throw usageError('BASE_URL_INVALID', 'the base URL may not hold a user name or password', hint);
  }
  if (url.search !== '' || url.hash !== '') {
    throw usageError('BASE_URL_INVALID', 'the base URL may not hold a query or fragment', hint);
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw usageError(
      'BASE_URL_INSECURE',
      `the base URL${shown} is plain http, which would show the API key on the way`,
      'use https; plain http is for this machine only (localhost, 127.0.0.1)',
    );
  }
  return url;
}
