import type { Style } from './style.ts';

/** What a server that has started says of itself. */
export interface Serving {
  readonly url: string;
  /** The key that was made for this start. */
  readonly generated: { readonly apiKey: string; readonly organizationId: string } | undefined;
  /** The database's file; none is in memory. */
  readonly database: string | undefined;
}

/** How to reach the server, as lines that a shell takes. A key that was given is not shown. */
export function servingText({ url, generated, database }: Serving, style: Style): string {
  const kept = database === undefined ? 'in memory, gone when it stops; --db <file> keeps them' : `in ${database}`;
  const access =
    generated === undefined
      ? [style.dim('  with a key that it knows already and its organisation')]
      : [`  export DCYCLE_API_KEY=${generated.apiKey}`, `  export DCYCLE_ORG_ID=${generated.organizationId}`];
  return [
    `Serving the Logistics API on ${style.bold(url)}`,
    `  records   ${kept}`,
    `  read      ${url}/docs`,
    'To use it from another terminal:',
    `  export DCYCLE_BASE_URL=${url}`,
    ...access,
    style.dim('Ctrl-C stops it.'),
    '',
  ].join('\n');
}
