/** Variables whose values tell how the tool behaves and nothing of its user. */
const harmless: ReadonlySet<string> = new Set([
  'CI',
  'COLUMNS',
  'FORCE_COLOR',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'LC_NUMERIC',
  'NO_COLOR',
  'TERM',
  'TZ',
]);

/** Variables of which only is said that they are set: they hold keys, names or places. */
const secretive =
  /^(?:DCYCLE_\w+|https?_proxy|no_proxy|all_proxy|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|NODE_TLS_REJECT_UNAUTHORIZED|SSL_CERT_\w+|XDG_(?:STATE|CACHE|CONFIG)_HOME|LOCALAPPDATA|HOME)$/i;

/** A word or path such as these variables hold; what looks otherwise is not repeated. */
const plainValue = /^[\w.:@/+-]{0,60}$/;

/** The environment variables that matter, with the values of those that say nothing of their user. */
export const shownEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment)
      .flatMap(([name, value]): [string, string][] => {
        if (value === undefined) return [];
        if (harmless.has(name)) return [[name, plainValue.test(value) ? value : 'set']];
        return secretive.test(name) ? [[name, value === '' ? 'empty' : 'set']] : [];
      })
      .toSorted(([a], [b]) => a.localeCompare(b)),
  );
