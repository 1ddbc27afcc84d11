import type { Body, ReadingFault, SendingFault, Weather } from './line.ts';
import { mangles } from './mangle.ts';
import type { Nature } from './model-api.ts';
import { Random } from './random.ts';
import { type Mix, type PlannedRow, planRows, withOtherLoad } from './rows.ts';
import { spellingNames } from './spellings.ts';

/** Ends a process at one of the moments at which it waits: for a call, for time, for the ledger. */
export interface Kill {
  readonly moment: number;
  readonly how: 'killed' | 'interrupted';
}

export type FileName = 'input' | 'copy' | 'overlap';

/** What a user does, or what happens to what belongs to the user. */
export type Step =
  | { readonly do: 'upload'; readonly file: FileName; readonly kill?: Kill | undefined }
  | { readonly do: 'resume'; readonly kill?: Kill | undefined }
  /** Both at the same moment. */
  | { readonly do: 'upload two'; readonly files: readonly [FileName, FileName]; readonly kill?: Kill | undefined }
  | { readonly do: 'add rows' | 'remove rows' | 'correct rows' }
  | { readonly do: 'prune' | 'lose the ledger' | 'damage the ledger' }
  | { readonly do: 'pass'; readonly hours: number };

/** What the account had before. */
export interface Earlier {
  readonly row: number;
  readonly is: 'the same' | 'another load';
  readonly days: number;
}

/** What one seed decides. */
export interface Schedule {
  readonly seed: number;
  /** What it is about, for who reads of it. */
  readonly theme: Theme;
  readonly mix: Mix;
  readonly rows: readonly PlannedRow[];
  readonly options: readonly string[];
  readonly nature: Nature;
  readonly weather: Weather;
  readonly steps: readonly Step[];
  readonly earlier: readonly Earlier[];
}

const second = 1000;

/** Answers after which nothing is known: the API did all, a part or none of what it was asked for, or will. */
const unknownStatuses = [
  202, 204, 207, 200, 301, 302, 303, 307, 308, 408, 409, 425, 500, 501, 502, 503, 504, 507, 520, 522, 524, 529,
] as const;

/** Answers of the handler itself, which may have stored a part. */
const handlerStatuses = [400, 404, 422] as const;

const themes = [
  'one fault',
  'one fault',
  'one fault',
  'a few faults',
  'storm',
  'kill',
  'kill',
  'two at once',
  'again',
  'changed file',
  'ledger',
  'earlier records',
  'outage',
  'list',
] as const;
type Theme = (typeof themes)[number];

export function planSchedule(seed: number): Schedule {
  const random = new Random(seed);
  const theme = random.pick(themes);
  // What the ledger is to tell when it has gone, or the account alone, takes a name.
  const needsNames = theme === 'earlier records' || theme === 'ledger';
  const mix = needsNames
    ? random.pick<Mix>(['movements', 'movements', 'recharges'])
    : random.pick<Mix>(['movements', 'movements', 'movements', 'loose', 'mixed', 'recharges']);
  const rows = planRows(random, mix, random.int(3, random.chance(0.2) ? 60 : 20));
  const version = mix !== 'recharges' && random.chance(0.2) ? 'v1' : 'v2';
  const nature = planNature(random, rows.length, theme);
  const lagMs =
    nature.visibleMs +
    nature.lagMs +
    nature.cachedMs +
    (nature.hidesPending && version === 'v2' ? nature.calculatedMs : 0);
  const chunks = random.int(1, 5);
  return {
    seed,
    theme,
    mix,
    rows,
    options: planOptions(random, { mix, version, chunkSize: Math.max(1, Math.ceil(rows.length / chunks)) }),
    nature,
    weather: planWeather(random, theme, chunks, lagMs),
    steps: planSteps(random, theme, mix),
    earlier: theme === 'earlier records' ? planEarlier(random, rows.length) : [],
  };
}

function planOptions(
  random: Random,
  { mix, version, chunkSize }: { readonly mix: Mix; readonly version: 'v1' | 'v2'; readonly chunkSize: number },
): readonly string[] {
  return [
    `--chunk-size=${String(chunkSize)}`,
    `--concurrency=${String(random.pick([1, 1, 2, 4, 8]))}`,
    ...(random.chance(0.4) ? [`--retries=${String(random.pick([0, 1, 2]))}`] : []),
    ...(mix !== 'recharges' && version === 'v1' ? ['--api-version=v1'] : []),
    ...(random.chance(0.05) ? ['--stop-on-error'] : []),
    ...(random.chance(0.05) ? ['--max-errors=2'] : []),
    ...(random.chance(0.1) ? ['--rate=30'] : []),
    ...(random.chance(0.1) ? ['--timeout=30'] : []),
  ];
}

const plainNature: Nature = {
  refusal: 'names it',
  maxRecords: Infinity,
  takesLists: true,
  obeysFilters: true,
  mostOnPage: 100,
  newestFirst: true,
  spelling: 'as sent',
  createdAt: 'with zone',
  visibleMs: 0,
  lagMs: 0,
  cachedMs: 0,
  hidesPending: false,
  calculatedMs: 20 * second,
  nullsAreEqual: true,
};

/** An API with some of the traits that the documentation leaves open. */
function planNature(random: Random, rows: number, theme: Theme): Nature {
  const traits: readonly (() => Partial<Nature>)[] = [
    () => ({ refusal: random.pick(['names none', 'fails', 'in the reply']) }),
    () => ({ maxRecords: random.int(Math.max(1, Math.floor(rows / 4)), rows) }),
    () => ({ takesLists: false }),
    () => ({ obeysFilters: false }),
    () => ({ mostOnPage: random.pick([3, 10, 50]), newestFirst: random.chance(0.5) }),
    () => ({ spelling: random.pick(spellingNames) }),
    () => ({ spelling: random.pick(spellingNames) }),
    () => ({ createdAt: random.pick(['without zone', 'an hour early', 'an hour late', 'absent']) }),
    () => ({ visibleMs: random.pick([1, 8, 60, 150]) * second }),
    () => ({ lagMs: random.pick([5, 30, 60]) * second }),
    () => ({ cachedMs: 30 * second }),
    () => ({ hidesPending: true, calculatedMs: random.pick([20, 90]) * second }),
    () => ({ nullsAreEqual: false }),
  ];
  const count = theme === 'list' ? random.int(2, 4) : random.pick([0, 0, 1, 1, 2]);
  const chosen = random.shuffled(traits).slice(0, count);
  return Object.assign({}, plainNature, ...chosen.map((trait) => trait())) as Nature;
}

/** Faults by the number of the call that they meet. */
function planWeather(random: Random, theme: Theme, chunks: number, lagMs: number): Weather {
  const some = (share: number): boolean => random.chance(share);
  const shares: Partial<Readonly<Record<Theme, readonly [number, number, number]>>> = {
    'a few faults': [chunks + 2, 0.4, 0.15],
    storm: [chunks * 4, 0.7, 0.4],
    kill: [chunks + 2, 0.25, 0.1],
    list: [chunks + 2, 0.4, 0.5],
  };
  const [calls, sending, reading] = shares[theme] ?? [chunks + 1, 0, 0];
  const faults = Array.from({ length: calls }, () => (some(sending) ? planSendingFault(random, lagMs) : undefined));
  // One at least, where a schedule would have none.
  if (theme !== 'outage' && !faults.some((fault) => fault !== undefined) && some(0.9)) {
    faults[random.int(0, chunks - 1)] = planSendingFault(random, lagMs);
  }
  return {
    sending: faults,
    reading: Array.from({ length: calls * 2 }, () => (some(reading) ? planReadingFault(random) : undefined)),
    outageMs: theme === 'outage' ? random.pick([60, 600, 3600]) * second : 0,
  };
}

/** The longest that a record may come after the end of its call: later than this, it can't be told from one that never comes. */
const latestMs = { briefly: 9 * second, usually: 110 * second };

function planSendingFault(random: Random, lagMs: number): SendingFault {
  const share = random.pick([0, 0.5, 1, 1] as const);
  const storedMs = random.pick([0.5, 1, 8, 60, 150]) * second;
  const answeredMs = random.pick([0.3, 1, 30, 60, 100]) * second;
  switch (
    random.pick([
      'answer',
      'answer',
      'answer',
      'handler',
      'reset',
      'silence',
      'mangled',
      'mangled',
      'no connection',
      'refused',
      'echo',
    ])
  ) {
    case 'answer': {
      const status = random.pick(unknownStatuses);
      const body = random.pick<Body>(['json', 'text', 'html', 'empty']);
      const latest = status === 500 && (body === 'json' || body === 'text') ? latestMs.briefly : latestMs.usually;
      return { kind: 'answer', status, body, share, ...timed({ storedMs, answeredMs }, latest - lagMs) };
    }
    case 'handler': {
      const [status, body] = [random.pick(handlerStatuses), random.pick<Body>(['json', 'text'])];
      return { kind: 'answer', status, body, share, ...timed({ storedMs, answeredMs }, latestMs.briefly - lagMs) };
    }
    case 'reset':
      return { kind: 'reset', share, ...timed({ storedMs, answeredMs }, latestMs.usually - lagMs) };
    case 'silence':
      return {
        kind: 'silence',
        share,
        storedMs: Math.min(storedMs, 30 * second + Math.max(0, latestMs.usually - lagMs)),
      };
    case 'mangled':
      return { kind: 'mangled', how: random.pick(mangles) };
    case 'refused':
      return {
        kind: 'answer',
        status: random.pick([401, 403, 405, 413, 415, 429]),
        body: 'json',
        share: 0,
        storedMs: 0,
        answeredMs: 300,
      };
    case 'echo':
      return { kind: 'echo', echoMs: random.pick([0.5, 8]) * second };
    default:
      return { kind: 'no connection' };
  }
}

/** Nothing comes later after the end of its call than it can be waited for. */
const timed = (
  { storedMs, answeredMs }: { readonly storedMs: number; readonly answeredMs: number },
  latest: number,
): { readonly storedMs: number; readonly answeredMs: number } => ({
  storedMs: Math.min(storedMs, answeredMs + Math.max(0, latest)),
  answeredMs,
});

function planReadingFault(random: Random): ReadingFault {
  const kind = random.pick(['no connection', 'reset', 'silence', 'answer', 'list', 'list', 'list', 'list']);
  if (kind === 'answer') {
    const [status, body] = [
      random.pick([429, 500, 502, 503, 504, 302, 200]),
      random.pick<Body>(['json', 'html', 'empty']),
    ];
    return { kind, status, body };
  }
  if (kind !== 'list') return { kind: kind as 'reset' };
  return { kind, how: random.pick(['truncated', 'html', 'missing', 'repeats', 'omits', 'unfiltered', 'empty']) };
}

function planSteps(random: Random, theme: Theme, mix: Mix): readonly Step[] {
  const kill = (): Kill => ({
    moment: random.int(1, random.chance(0.5) ? 12 : 60),
    how: random.chance(0.8) ? 'killed' : 'interrupted',
  });
  const upload: Step = { do: 'upload', file: 'input' };
  const pass = { do: 'pass', hours: random.pick([0, 0, 0.1, 2, 24]) } as const;
  switch (theme) {
    case 'kill':
      return [
        { ...upload, kill: kill() },
        ...Array.from({ length: random.int(0, 3) }, (): readonly Step[] => [
          pass,
          { do: 'resume', kill: kill() },
        ]).flat(),
      ];
    case 'two at once': {
      const other = random.pick<FileName>(['input', 'copy', 'overlap']);
      return [{ do: 'upload two', files: ['input', other], kill: random.chance(0.3) ? kill() : undefined }];
    }
    case 'again':
      return [upload, pass, { do: 'upload', file: random.pick(['input', 'copy', 'overlap']) }];
    case 'changed file':
      return [
        { ...upload, kill: random.chance(0.6) ? kill() : undefined },
        pass,
        { do: random.pick(['add rows', 'remove rows', 'correct rows']) },
        { do: 'resume' },
      ];
    case 'ledger':
      return [
        { ...upload, kill: random.chance(0.3) ? kill() : undefined },
        // What no list shows yet, only the ledger knows.
        { do: 'pass', hours: Math.max(0.1, pass.hours) },
        {
          do: random.pick(
            mix === 'recharges' ? ['prune', 'damage the ledger'] : ['prune', 'lose the ledger', 'damage the ledger'],
          ),
        },
        upload,
      ];
    default:
      return [upload];
  }
}

const planEarlier = (random: Random, rows: number): readonly Earlier[] =>
  Array.from({ length: random.int(1, 4) }, () => ({
    row: random.int(0, rows - 1),
    is: random.chance(0.3) ? 'the same' : 'another load',
    days: random.pick([1, 30]),
  }));

/** The rows of a file of a schedule; a copy has the same, another has a part of them and some of its own. */
export function rowsOf({ rows, mix, seed }: Schedule, file: FileName): readonly PlannedRow[] {
  if (file !== 'overlap') return rows;
  const random = Random.of(`overlap ${String(seed)}`);
  const shared = rows.filter(({ as }) => as !== 'duplicate').slice(Math.floor(rows.length / 2));
  return [...shared, ...planRows(random, mix, 4, 'X').filter(({ as }) => as === 'good')];
}

/** The rows of a file after somebody has changed it. */
export function changed(rows: readonly PlannedRow[], step: Step['do'], mix: Mix, seed: number): readonly PlannedRow[] {
  const random = Random.of(`${step} ${String(seed)}`);
  switch (step) {
    case 'add rows': {
      const added = planRows(random, mix, 3, 'X').filter(({ as }) => as === 'good');
      const at = random.int(0, rows.length);
      // A duplicate stays after the row that it repeats.
      return random.chance(0.5) ? [...rows, ...added] : [...rows.slice(0, at), ...added, ...rows.slice(at)];
    }
    case 'remove rows': {
      const gone = random.int(0, rows.length - 1);
      const kept = rows.filter(({ as }, at) => at !== gone && as !== 'duplicate');
      return kept.length === 0 ? rows : kept;
    }
    default:
      // A row that repeats a corrected one would repeat it no more.
      return rows
        .filter(({ as }) => as !== 'duplicate')
        .map((row) =>
          row.as === 'good' && random.chance(0.3)
            ? { ...row, cells: withOtherLoad(row.cells, mix), corrects: row.cells }
            : row,
        );
  }
}
