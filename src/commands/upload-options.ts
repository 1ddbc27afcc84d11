import { wholeNumber } from './numbers.ts';
import type { SettingName } from '../config/settings.ts';
import type { Assumption } from '../delivery/doubt.ts';
import type { MaxErrors } from '../pipeline/stop.ts';
import type { OwnRows } from '../mapping/organization.ts';
import type { Passage } from '../calculator/distances/sea.ts';
import { type Format, formatNames } from '../input/table.ts';
import { type DistanceKind, distanceKinds } from '../report/ileap/leg.ts';
import { type JourneyKind, journeyKinds } from '../pipeline/journeys.ts';
import type { ApiVersion, RecordKind } from '../records/kind.ts';
import { type Command, InvalidArgumentError, Option } from './commander.ts';
import { addDisplayOptions, type DisplayOptions } from './display-options.ts';
import { addReportOptions, type ReportOptions } from './report-options.ts';
import { addSettleOptions } from './settle-options.ts';
import { seconds } from './seconds.ts';
import { addProfileOption, addSettingOptions } from './setting-options.ts';

/** The options of `requests` and `recharges`, with their settings (see `withSettings`). */
export interface UploadOptions extends ReadingOptions, CalculatorOptions, DisplayOptions, ReportOptions {
  readonly local?: boolean;
  readonly dryRun?: boolean;
  readonly sample?: number;
  readonly seed?: number;
  readonly dedupeKey?: string;
  readonly apiVersion: ApiVersion;
  readonly profile?: string;
  readonly baseUrl: string;
  readonly apiKeyFile?: string;
  readonly org?: string;
  readonly chunkSize: number;
  readonly concurrency: number;
  readonly rate?: number;
  readonly timeout: number;
  readonly retries: number;
  readonly gzip?: boolean;
  readonly resendUncertain?: boolean;
  readonly sinceLast?: boolean;
  readonly again?: boolean;
  readonly replace?: boolean;
  readonly verify?: boolean;
  /** Seconds. */
  readonly settle?: number;
  readonly settleRounds?: number;
  /** Of `resume` alone. */
  readonly assume?: Assumption;
  /** Of `results` alone. */
  readonly compare?: boolean;
  /** Seconds; without a number as long as it takes, within reason. */
  readonly wait?: number | true;
  readonly yes?: boolean;
  readonly stopOnError?: boolean;
  readonly strict?: boolean;
  readonly maxErrors?: MaxErrors;
  readonly out?: string;
  readonly errors?: string;
  readonly rejected?: string;
  readonly logFile?: string;
  /** No option: the folder after which reports are named, where that is the first input. A run keeps it. */
  readonly folderName?: string;
  /** No option: what in the inputs or options named the organisation. A run keeps it. */
  readonly orgNamedBy?: string;
}

const maxErrors = (text: string): MaxErrors => {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const value = Number(match?.[1]);
  if (match?.[2] === '%' && value <= 100) return { share: value / 100 };
  if (match?.[2] === '' && Number.isInteger(value)) return { rows: value };
  throw new InvalidArgumentError('It must be a number of rows, such as 100, or a share, such as 5%.');
};

const delimiterNames: Readonly<Record<string, string>> = {
  tab: '\t',
  '\\t': '\t',
  comma: ',',
  semicolon: ';',
  pipe: '|',
};

const delimiter = (text: string): string => {
  const character = delimiterNames[text.toLowerCase()] ?? text;
  if (Buffer.byteLength(character) === 1 && !/["\r\n]/.test(character)) return character;
  throw new InvalidArgumentError('It must be one ASCII character, or tab.');
};

const rowCount = (text: string): number => {
  const value = Number(text);
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a number of rows, such as 100.');
};

const collect = (text: string, earlier: readonly string[] = []): readonly string[] => [...earlier, text];

/** The options that say how an input is read; `inspect` has them too. */
export interface ReadingOptions {
  readonly format?: Format;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly delimiter?: string;
  readonly decimal?: '.' | ',';
  readonly dateFormat?: 'iso' | 'dmy' | 'mdy' | 'epoch';
  readonly skip?: readonly string[];
  readonly where?: readonly string[];
  readonly gallon?: 'us' | 'imperial';
  readonly ton?: 'metric' | 'short';
  readonly null?: readonly string[];
  readonly allowMissing?: 'quantity';
  readonly refunds?: 'net';
  readonly limit?: number;
  readonly map?: readonly string[];
  /** Whether a mapping file is looked for next to the input. */
  readonly mappingFile?: boolean;
  readonly set?: readonly string[];
  /** No option: of which account the rows are that a run takes, where they name several. A run keeps it. */
  readonly ownRows?: OwnRows;
}

/** Adds the options that say how the table of an input is found. */
export const addTableOptions = (command: Command): Command =>
  command
    .optionsGroup('Reading:')
    .addOption(
      new Option('--format <format>', 'input format (default: from the name, else the content)').choices(formatNames),
    )
    .option('--encoding <label>', 'text encoding (default: byte order mark, else UTF-8 if valid, else windows-1252)')
    .option('--sheet <name|number>', 'sheet of a workbook (default: the visible one with known columns)')
    .option('--delimiter <char>', 'character between cells, or tab (default: detected)', delimiter);

/** Adds the options that say how an input is read. */
export function addReadingOptions(command: Command): Command {
  return addTableOptions(command)
    .addOption(new Option('--decimal <mark>', 'decimal mark of numbers (default: detected)').choices(['.', ',']))
    .addOption(
      new Option(
        '--date-format <order>',
        'order of dates that are not ISO, or epoch for seconds since 1970 (default: detected)',
      ).choices(['iso', 'dmy', 'mdy', 'epoch']),
    )
    .addOption(new Option('--gallon <which>', 'which gallon gal is (default: by country)').choices(['us', 'imperial']))
    .addOption(
      new Option('--ton <which>', 'which ton ton is (default: metric, asked where US units are)').choices([
        'metric',
        'short',
      ]),
    )
    .option('--map <field=column>', 'map one column, repeatable; or a mapping file: --map mapping.json', collect)
    .option('--no-mapping-file', 'use no mapping file that map has written next to the input')
    .option('--set <field=value>', 'value for rows that leave the field empty, repeatable', collect)
    .option('--null <text>', 'further text that means "no value", repeatable', collect)
    .option('--limit <n>', 'read the first n rows only', rowCount)
    .option('--skip <column=value|value>', 'leave out rows with one of these values, repeatable', collect)
    .option('--where <column=value|value>', 'read only rows with one of these values, repeatable', collect);
}

/** The options of the embedded calculator. */
export interface CalculatorOptions {
  readonly factors?: string;
  readonly hubs?: string;
  readonly homeCountry?: string;
  readonly avoid?: readonly Passage[];
  readonly router?: RouterAddress;
  readonly intraCityKm?: number;
  readonly palletKg?: number;
  readonly teuT?: number;
  readonly by?: JourneyKind;
  readonly ileap?: string;
  readonly companyId?: readonly string[];
  readonly distanceKind?: DistanceKind;
}

/** A router's kind and where it answers. */
export interface RouterAddress {
  readonly kind: 'osrm' | 'valhalla';
  readonly url: URL;
}

// Not imported: the command line must not wait for the networks' modules.
const passages = ['suez', 'panama'] as const satisfies readonly Passage[];

const canals = (text: string): readonly Passage[] => {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  const unknown = names.find((name) => !(passages as readonly string[]).includes(name));
  if (unknown === undefined) return names as Passage[];
  throw new InvalidArgumentError('It must be suez, panama or suez,panama.');
};

const router = (text: string): RouterAddress => {
  const [, kind, address = ''] = /^(osrm|valhalla):(.+)$/.exec(text) ?? [];
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // The command line is shown again in messages: it must hold no secret.
  if (url !== undefined && `${url.username}${url.password}${url.search}${url.hash}` !== '') {
    throw new InvalidArgumentError('The address must have no user, password or query.');
  }
  if (url !== undefined && /^https?:$/.test(url.protocol) && (kind === 'osrm' || kind === 'valhalla')) {
    return { kind, url };
  }
  throw new InvalidArgumentError('It must be osrm:<url> or valhalla:<url>, such as osrm:http://localhost:5000.');
};

const positive = (text: string): number => {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number greater than 0.');
};

function addCalculatorOptions(command: Command): void {
  const first = command
    .optionsGroup('Calculating (with --local):')
    .option('--factors <file|account>', 'emission factors of your own, or those that tocs --sync has fetched')
    .option('--hubs <file>', 'places of your own: CSV with name, address or lat and lon, country');
  addSettingOptions(first, ['home_country'])
    .option('--avoid <canals>', 'ships go round: suez, panama or suez,panama', canals)
    .option('--router <kind:url>', 'road distances from your own router: osrm:<url> or valhalla:<url>', router)
    .option('--intra-city-km <km>', 'distance by road within one town (default: 10)', positive)
    .option('--pallet-kg <kg>', 'mass of one pallet (default: 500)', positive)
    .option('--teu-t <t>', 'tonnes of cargo in one TEU (default: 10)', positive)
    .addOption(new Option('--by <whole>', 'also sum the legs of each shipment or package').choices(journeyKinds))
    .option(
      '--ileap <file>',
      'footprints of shipments for customers: iLEAP in PACT envelopes, JSON Lines; needs --company and --company-id',
    )
    .option('--company-id <urn>', 'identifies your company in them, repeatable, such as urn:lei:<code>', companyId)
    .addOption(
      new Option(
        '--distance-kind <kind>',
        'what given distances are: as driven, great circle, shortest feasible',
      ).choices(distanceKinds),
    );
}

const companyId = (text: string, earlier: readonly string[] = []): readonly string[] => {
  if (/^urn:[a-z0-9][a-z0-9-]{1,31}:\S+$/i.test(text)) return [...earlier, text];
  throw new InvalidArgumentError('It must be a URN, such as urn:lei:529900T8BM49AURSDO55.');
};

const sendingSettings = (kind: RecordKind['name']): readonly SettingName[] => [
  'base_url',
  'org',
  ...(kind === 'requests' ? (['api_version'] as const) : []),
  'chunk_size',
  'concurrency',
  'rate',
  'timeout',
  'retries',
];

/** The settings that an upload with these options has, but for its key. */
export const settingsFor = (
  kind: RecordKind['name'],
  { local, compare }: Pick<UploadOptions, 'local' | 'compare'>,
): readonly SettingName[] => [
  ...sendingSettings(kind),
  ...(kind === 'requests' && (local === true || compare === true) ? (['home_country'] as const) : []),
];

/** Adds the options to `requests` or `recharges`, in the groups of the help. */
export function addUploadOptions(command: Command, kind: RecordKind['name']): Command {
  command
    .optionsGroup('Where the records go (default: upload to the API):')
    .option('--local', 'calculate the emissions on this machine; no network, no credentials')
    .option(
      '--dry-run',
      'read, map, validate, deduplicate and plan the calls; asks the ledger of an organisation; no network, no key',
    );
  addReadingOptions(command)
    .option('--sample <n>', 'look at n rows chosen at random, with --dry-run or --local', rowCount)
    .option('--seed <n>', 'with --sample: another number chooses other rows (default: 1)', wholeNumber(0, 4294967295))
    .option('--dedupe-key <fields>', 'comma-separated fields of the duplicate key; none switches it off');
  command.option('--strict', 'refuse rows that are valid and hardly true (default: taken, and shown)');
  if (kind === 'requests') addCalculatorOptions(command);
  else {
    command
      .addOption(
        new Option('--allow-missing <field>', 'take purchases without it (default: refused)').choices(['quantity']),
      )
      .addOption(
        new Option(
          '--refunds <how>',
          'with --dry-run or --local: net leaves out refunds with the purchases they take back (default: refused)',
        ).choices(['net']),
      );
  }
  command.optionsGroup('Sending:');
  addProfileOption(command);
  addSettingOptions(command, ['api_key_file', ...sendingSettings(kind)]);
  addSettleOptions(command)
    .option('--gzip', 'gzip request bodies (the API must accept it)')
    .option('--yes', 'do not ask before the upload when a terminal is attached')
    .option('--stop-on-error', 'send nothing more after the first row that is not valid, or is rejected')
    .option('--resend-uncertain', 'send records again whose outcome stays unknown: they may be stored twice')
    .option('--again', 'send also what earlier uploads to this account had accepted (default: left out and counted)')
    .option('--replace', 'a changed row takes the place of its earlier version: sent, then the old one is deleted')
    .option('--since-last', 'count what earlier uploads had accepted as accepted, also without movement_id and date')
    .option('--verify', 'ask the account by movement_id what is there, before sending; for machines without a ledger')
    .option('--wait [seconds]', 'wait until v2 has calculated, and read the emissions back (default: an hour)', seconds)
    .option('--max-errors <N|N%>', 'stop sending when more rows than this are rejected', maxErrors)
    .optionsGroup('Writing:')
    .option(
      '--out <file>',
      'results, .csv, .jsonl or .xlsx, - for stdout (default with --local: <name>.results.csv; .xlsx of workbooks)',
    )
    .option('--errors <file>', 'error report, .csv, .jsonl or .xlsx (default: <name>.errors.csv)')
    .option('--rejected <file>', 'rejected rows, to fix and upload again (default: <name>.rejected.csv)');
  addReportOptions(command).option('--log-file <file>', 'append what happens as JSON Lines, as it happens');
  return addDisplayOptions(command);
}
