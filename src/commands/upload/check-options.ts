import { usageError } from '../../errors.ts';
import { standardInput } from '../../input/source.ts';
import type { MappingOptions } from '../../mapping/mapping.ts';
import type { RecordKind } from '../../records/kind.ts';
import { realPath } from '../../report/files/real-path.ts';
import { standardOutput } from '../../report/files/reports.ts';
import type { Given } from '../setting-options.ts';
import type { UploadOptions } from '../upload-options.ts';

/**
 * Refuses options that exclude each other.
 *
 * @throws RunError (exit 2)
 */
export function checkOptions(options: Given<UploadOptions>, paths: readonly string[]): void {
  const { local, dryRun, stopOnError, json, out, errors, rejected, report, ileap, logFile } = options;
  const { factors, hubs, homeCountry, avoid, router, by, intraCityKm, palletKg, teuT } = options;
  const files = {
    '--out': out,
    '--errors': errors,
    '--rejected': rejected,
    '--report': report,
    '--ileap': ileap,
    '--log-file': logFile,
  };
  for (const [option, path] of Object.entries(files)) {
    if (path?.trim() === '') throw usageError('OPTIONS_EMPTY', `${option} is empty`, `give ${option} a file`);
    if (path === standardOutput && option !== '--out') {
      throw usageError('OPTIONS_CONFLICT', `${option} takes a file, not standard output`);
    }
  }
  const taken = new Map<string, string>();
  for (const [option, path] of Object.entries(files)) {
    if (path === undefined || path === standardOutput || path === '/dev/null') continue;
    const other = taken.get(realPath(path));
    if (other !== undefined) {
      throw usageError(
        'OUTPUT_TAKEN',
        `${option} and ${other} name the same file, ${path}`,
        'give each a file of its own',
      );
    }
    taken.set(realPath(path), option);
  }
  if (local !== true) {
    const calculating = {
      '--factors': factors,
      '--hubs': hubs,
      '--home-country': homeCountry,
      '--avoid': avoid,
      '--router': router,
      '--by': by,
      '--ileap': ileap,
      '--company-id': options.companyId,
      '--distance-kind': options.distanceKind,
    };
    const amounts = { '--intra-city-km': intraCityKm, '--pallet-kg': palletKg, '--teu-t': teuT };
    const [option] = Object.entries({ ...calculating, ...amounts }).find(([, value]) => value !== undefined) ?? [];
    if (option !== undefined) {
      throw usageError(
        'OPTIONS_CONFLICT',
        `${option} belongs to the embedded calculator`,
        'add --local, or leave it out',
      );
    }
  }
  checkSample(options);
  checkIleap(options);
  if (local === true && dryRun === true) {
    throw usageError('OPTIONS_CONFLICT', '--local and --dry-run exclude each other', 'give the one you mean');
  }
  if (stopOnError === true && dryRun === true) {
    throw usageError(
      'OPTIONS_CONFLICT',
      '--stop-on-error has no effect with --dry-run: a dry run sends nothing, and shows all that is wrong',
      'leave one of them out',
    );
  }
  if (options.apiKeyFile === standardInput && paths.includes(standardInput)) {
    throw usageError(
      'OPTIONS_CONFLICT',
      '--api-key-file - and the input - both want standard input',
      'give the path of one of them',
    );
  }
  if (options.replace === true && options.again === true) {
    throw usageError('OPTIONS_CONFLICT', '--replace and --again exclude each other', 'give the one you mean');
  }
  if (json === true && out === standardOutput) {
    throw usageError('OPTIONS_CONFLICT', '--json and --out - both want standard output', 'write the results to a file');
  }
}

/** Who provides footprints must be named in them, and their shipments must be whole. */
function checkIleap({ ileap, company, companyId, sample, limit }: Given<UploadOptions>): void {
  if (ileap === undefined) return;
  if (company === undefined || companyId === undefined) {
    throw usageError(
      'OPTIONS_CONFLICT',
      `--ileap needs ${company === undefined ? '--company <name>' : '--company-id <urn>'}: PACT names the company whose footprints they are`,
      'add it, such as --company "Example Logistics" --company-id urn:lei:<code>',
    );
  }
  if (sample === undefined && limit === undefined) return;
  throw usageError(
    'OPTIONS_CONFLICT',
    `--ileap is of whole shipments, and ${sample === undefined ? '--limit' : '--sample'} leaves rows out`,
    'leave one of them out',
  );
}

function checkSample({ sample, seed, limit, local, dryRun }: Given<UploadOptions>): void {
  if (seed !== undefined && sample === undefined) {
    throw usageError('OPTIONS_CONFLICT', '--seed belongs to --sample', 'give --sample as well, or leave --seed out');
  }
  if (sample === undefined) return;
  if (local !== true && dryRun !== true) {
    throw usageError('OPTIONS_CONFLICT', '--sample would upload some rows alone', 'add --dry-run or --local');
  }
  if (limit !== undefined) {
    throw usageError('OPTIONS_CONFLICT', '--sample and --limit exclude each other', 'give the one you mean');
  }
}

/**
 * Refuses to set refunds off in an upload.
 *
 * @throws RunError (exit 2)
 */
export function checkRefunds({ local, dryRun }: UploadOptions, { refunds }: MappingOptions): void {
  if (refunds === undefined || local === true || dryRun === true) return;
  throw usageError(
    'OPTIONS_CONFLICT',
    'refunds are not set off in an upload: the account may have their purchases already',
    'take refunds and their purchases out of the file, and leave --refunds and "refunds" of the mapping file out',
  );
}

type Waiting = Pick<UploadOptions, 'wait' | 'local' | 'dryRun' | 'apiVersion'>;

/**
 * Refuses `--wait` where there is nothing to wait for.
 *
 * @throws RunError (exit 2) that says why
 */
export function checkWait(kind: RecordKind, options: Waiting): void {
  const why = options.wait === undefined ? undefined : whyNothingToWaitFor(kind, options);
  if (why === undefined) return;
  throw usageError('OPTIONS_CONFLICT', `--wait has no effect here: ${why}`, 'leave --wait out');
}

function whyNothingToWaitFor(kind: RecordKind, { local, dryRun, apiVersion }: Waiting): string | undefined {
  if (local === true) return '--local calculates at once';
  if (dryRun === true) return '--dry-run sends nothing';
  if (!kind.readsBack) return `the emissions of ${kind.noun[1]} are not read back`;
  return kind.isCalculatedInline(apiVersion) ? `API version ${apiVersion} calculates before it answers` : undefined;
}
