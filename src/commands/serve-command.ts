import { type Command, InvalidArgumentError, Option } from './commander.ts';
import type { Perform } from './context.ts';
import { addHelp } from './help.ts';
import { wholeNumber } from './numbers.ts';
import { seconds } from './seconds.ts';

/** A key and, where it is given, its organisation. */
export interface GivenKey {
  readonly apiKey: string;
  readonly organizationId: string | undefined;
}

/** The options of `serve` as commander gives them. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly db?: string;
  readonly apiKey?: readonly GivenKey[];
  readonly latency: number;
  readonly failRate: number;
  readonly resetRate: number;
  readonly rateLimit?: number;
  readonly commitThen?: number;
  /** Seconds, as the other ones. */
  readonly commitDelay: number;
  readonly visibilityDelay: number;
  readonly listLag: number;
  readonly normalise?: boolean;
  readonly swapReplies: number;
  readonly nullKeys: 'equal' | 'distinct';
  readonly seed: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

const shareOf = (text: string): number => {
  const [, digits = '', percent] = /^(\d*\.?\d+)(%?)$/.exec(text) ?? [];
  const share = percent === '%' ? Number(digits) / 100 : Number(digits);
  if (digits !== '' && share <= 1) return share;
  throw new InvalidArgumentError('It must be a share from 0 to 1, or 0% to 100%.');
};

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const keyOf = (text: string, earlier: readonly GivenKey[] = []): readonly GivenKey[] => {
  const [, organization, apiKey = text] = new RegExp(`^(${uuid})=(.*)$`, 'is').exec(text) ?? [];
  const organizationId = organization?.toLowerCase();
  // What HTTP lets a header be.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new InvalidArgumentError('It must be of visible ASCII characters.');
  if (earlier.some((each) => each.apiKey === apiKey && each.organizationId !== organizationId)) {
    throw new InvalidArgumentError('A key opens one organisation: give each its own.');
  }
  return [...earlier, { apiKey, organizationId }];
};

export function declareServe(command: Command, perform: Perform): void {
  addHelp(command, {
    examples: [
      ['serve'],
      ['serve --port 9000 --db shipments.db'],
      ['serve --port 0 --api-key test --json --quiet'],
      ['serve --latency 200 --fail-rate 5% --rate-limit 120 --seed 7'],
      ['serve --commit-then 504 --commit-delay 8 --visibility-delay 5'],
    ],
    exitCodes: {
      2: 'usage: an address in use, a file that is not a database of this program',
      130: 'ended by Ctrl-C, after calls in flight were answered (143 by SIGTERM)',
    },
  });
  command
    .optionsGroup('Where it listens:')
    .option('--port <n>', 'port; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .option('--host <address>', "address; any but this machine's own lets others in, without TLS", '127.0.0.1')
    .optionsGroup('What it keeps, and for whom:')
    .option('--db <file>', 'database file (default: in memory, gone when it stops)')
    .option(
      '--api-key <[organisation=]key>',
      'key to accept, of this organisation (a UUID), repeatable (default: a new one, shown at start)',
      keyOf,
    )
    .addOption(
      new Option('--null-keys <how>', 'whether fuel purchases that lack the same part of their key are the same one')
        .choices(['equal', 'distinct'])
        .default('equal'),
    )
    .optionsGroup('Faults, to test a client (on this machine only):')
    .option('--latency <ms>', 'wait before each call is looked at', wholeNumber(0, 600_000), 0)
    .option('--fail-rate <share>', 'answer this share of calls with 500, 502, 503 or 504', shareOf, 0)
    .option('--reset-rate <share>', 'break this share of connections, half of them after the work is done', shareOf, 0)
    .option('--rate-limit <n>', 'calls a minute per organisation; 429 with Retry-After beyond', wholeNumber(1, 1e6))
    .optionsGroup('Surprises, to test a client (on this machine only):')
    .option(
      '--commit-then <status>',
      'answer half of the calls that store with this status, and store what they bring all the same',
      wholeNumber(200, 599),
    )
    .option(
      '--commit-delay <seconds>',
      'store so much later: with --commit-then after the answer, else before it',
      seconds,
      0,
    )
    .option('--visibility-delay <seconds>', 'show in lists only what was stored so long ago', seconds, 0)
    .option('--list-lag <seconds>', 'answer half of the lists as they were so long ago', seconds, 0)
    .option('--normalise', 'give texts and numbers back in another spelling')
    .option('--swap-replies <share>', 'exchange two records in this share of the replies to bulk calls', shareOf, 0)
    .option('--seed <text>', 'the same seed and order of calls makes the same faults and surprises', '1')
    .optionsGroup('Writing:')
    .option('--json', 'say where it listens as one line of JSON on stdout')
    .option('--quiet', 'no access log')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .action((options: ServeOptions) =>
      perform(options, async (context) => {
        const { serve } = await import('./serve.ts');
        return serve(options, context);
      }),
    );
}
