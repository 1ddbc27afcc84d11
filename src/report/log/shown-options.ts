/** Options that say nothing of a run, or hold texts of rows; the command of `--on-failure` may hold the secret of a web hook. */
const unshown: ReadonlySet<string> = new Set([
  'color',
  'progress',
  'quiet',
  'verbose',
  'json',
  'onFailure',
  'ownRows',
  'orgNamedBy',
]);

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The options of a run for others to read. What `--set` puts into rows is a value like those of the rows, so that only its
 * fields are named; and where a key could have been pasted by mistake, nothing is repeated.
 */
export function shownOptions(options: object): Record<string, unknown> {
  const shown = Object.entries(options).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
    if (unshown.has(name) || value === undefined) return [];
    if (name === 'set' && Array.isArray(value)) return [[name, value.map((text) => String(text).split('=')[0] ?? '')]];
    if (name === 'apiKeyFile') return [[name, 'given']];
    if (name === 'org') return [[name, typeof value === 'string' && uuid.test(value) ? value : 'given']];
    if (name === 'baseUrl') return [[name, hostWithPort(String(value)) ?? 'given']];
    return [[name, value]];
  });
  return Object.fromEntries(shown);
}

/** Host and port of an address; nothing else of it, as a user, a path or a query may be secret. */
export const hostWithPort = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);
