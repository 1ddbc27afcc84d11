/** The texts of the help beside the options. */

type CommandName =
  'requests' | 'recharges' | 'inspect' | 'template' | 'tocs' | 'fuels' | 'serve' | 'resume' | 'results' | 'runs';

/** Examples by command; they stand first in its help. */
export const examples: Readonly<Record<CommandName | 'program', string>> = {
  program: `Examples:
  dcycle-upload requests shipments.csv             upload shipments
  dcycle-upload requests shipments.csv --dry-run   only check them
  dcycle-upload requests shipments.csv --local     calculate their emissions here
  dcycle-upload recharges fuel.csv                 upload fuel purchases
  dcycle-upload inspect requests shipments.csv     show what is understood of a file
  dcycle-upload template requests                  write a file to start from
  dcycle-upload tocs --search diesel               list vehicle types with factor and source
  dcycle-upload fuels --sync                       list fuels, with those of your account
  dcycle-upload resume <run-id>                    finish an upload that was interrupted
  dcycle-upload serve                              run the API on this machine, to try and to test
`,
  inspect: `Examples:
  dcycle-upload inspect requests export.csv
  dcycle-upload inspect recharges fuel.csv --save-map fuel.json
`,
  template: `Examples:
  dcycle-upload template requests > shipments.csv
  dcycle-upload template recharges --format jsonl --out fuel.jsonl
`,
  tocs: `Examples:
  dcycle-upload tocs
  dcycle-upload tocs --search "articulated diesel"
  dcycle-upload tocs --sync
  dcycle-upload tocs --json > tocs.json
`,
  fuels: `Examples:
  dcycle-upload fuels
  dcycle-upload fuels --search gasóleo
  dcycle-upload fuels --sync
  dcycle-upload fuels --json > fuels.json
`,
  resume: `Examples:
  dcycle-upload resume 3f2a9c1e
  dcycle-upload resume 3f2a9c1e --resend-uncertain
`,
  results: `Examples:
  dcycle-upload results 3f2a9c1e
  dcycle-upload results 3f2a9c1e --wait 600 --out emissions.csv
  dcycle-upload results 3f2a9c1e --compare
`,
  runs: `Examples:
  dcycle-upload runs
  dcycle-upload runs show 3f2a9c1e
  dcycle-upload runs prune --older-than 30d
`,
  serve: `Examples:
  dcycle-upload serve
  dcycle-upload serve --port 9000 --db shipments.db
  dcycle-upload serve --port 0 --api-key test --json --quiet
  dcycle-upload serve --latency 200 --fail-rate 5% --rate-limit 120 --seed 7
`,
  requests: `Examples:
  dcycle-upload requests shipments.csv
  dcycle-upload requests shipments.csv --local --out results.csv
  dcycle-upload requests january.csv february.jsonl.gz --dry-run
  dcycle-upload requests export.csv --map movement_id="Shipment no." --set category=road
`,
  recharges: `Examples:
  dcycle-upload recharges daily_recharges.csv
  dcycle-upload recharges fuel.csv --dry-run
  dcycle-upload recharges fuel.csv --local --map quantity=Litres --set country=ES
`,
};

export const exitCodeHelp = `
Exit codes:
  0  every record was accepted           5  delivery is incomplete: resume finishes it
  1  some rows were rejected             6  the same upload is in progress
  2  usage or configuration              7  stopped early (--max-errors, --stop-on-error)
  3  the input can't be read             8  delivered, but not calculated yet: results
  4  the API refused key or organisation 70 a defect of this tool

Environment:
  DCYCLE_API_KEY, DCYCLE_ORG_ID          credentials (also in a file .env)
  DCYCLE_BASE_URL                        API root
  XDG_STATE_HOME                         where runs are written down (default: ~/.local/state)
  NO_COLOR                               no colours
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY      proxies
`;

export const catalogueHelp = `
Exit codes:
  0  listed, also when a search finds nothing
  2  usage or configuration: missing credentials, a cache that can't be written
  4  (--sync) the API refused key or organisation
  5  (--sync) the API can't be reached or read
  70 a defect of this tool

Environment:
  DCYCLE_API_KEY, DCYCLE_ORG_ID          credentials of --sync (also in a file .env)
  DCYCLE_BASE_URL                        API root
  XDG_CACHE_HOME                         where what was fetched is kept (default: ~/.cache)
  NO_COLOR                               no colours
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY      proxies
`;

export const serveHelp = `
Exit codes:
  2  usage: an address in use, a file that is no database of this program
  70 a defect of this tool
  A signal (Ctrl-C) ends it: calls in flight are answered first.

Environment:
  NO_COLOR                               no colours
`;

export const descriptions: Readonly<Record<'requests' | 'recharges' | 'tocs' | 'fuels', string>> = {
  requests: 'upload shipments, check them (--dry-run) or calculate their emissions here (--local)',
  recharges: 'upload fuel purchases, check them (--dry-run) or calculate their emissions here (--local)',
  tocs: 'list the vehicle types that --local calculates, with factor and source, and those of your account',
  fuels: 'list the fuels that --local calculates, with factor and source, and those of your account',
};
