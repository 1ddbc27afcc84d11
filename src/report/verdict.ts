import type { RunErrorCode } from '../codes/run-error-codes.ts';
import { ExitCode } from '../exit-codes.ts';
import type { RunResult } from '../pipeline/run-result.ts';
import { count, plural } from './format.ts';
import type { Summary } from './summary.ts';

/** Command lines for what a run leaves to do. */
export interface NextCommands {
  /** Gives a file to the same command. */
  readonly again: (file: string) => string;
  /** Continues the run, or uploads its input again where only that helps; none where neither is possible. */
  readonly resume: string | undefined;
  /** Ends the undo that keeps rows from being sent: comes before all else. */
  readonly first?: string | undefined;
  /** Reads the emissions back, where there are any to come. */
  readonly results: string | undefined;
  /** Reads refused rows with other options, or leaves them out, where options do that. */
  readonly fixed?: { readonly rows: number; readonly command: string } | undefined;
  /** Whether the run was to replace earlier versions. */
  readonly replaces?: boolean | undefined;
  /** Sends what a dry run has checked. */
  readonly upload: string | undefined;
}

/**
 * The last line of a run: what came of it and what to do next.
 *
 * @param next command lines for what is left to do
 */
export function verdict(
  summary: Summary,
  { undelivered, unread, error }: Pick<RunResult, 'undelivered' | 'unread' | 'error'>,
  next: NextCommands,
): string {
  const { rows, records, mode, exit_code: exitCode } = summary;
  const done = { upload: 'accepted', local: 'calculated', 'dry-run': 'valid' }[mode ?? 'upload'];
  const outcome = `${count(records.accepted)} of ${plural(rows.read, 'row')} ${done}`;
  const rest = leftToDo(summary, unread, next)
    .map((step) => `; ${step}`)
    .join('');
  const because = undelivered === undefined ? '' : `: ${undelivered}`;
  if (error !== undefined) return `${outcome} before the run ended${unsent(records)}: ${error.message}${rest}`;
  switch (exitCode) {
    case ExitCode.ok:
      return `${outcome}${wentWell(summary, next)}`;
    case ExitCode.incomplete:
      return `${outcome}; ${incompleteText(mode)}${unsent(records)}${because}${rest}`;
    case ExitCode.stopped:
      return `${outcome}; stopped early${unsent(records)}${because}${rest}`;
    case ExitCode.unfinished:
      return `${outcome}; the API has not calculated all of them yet${because}${next.results === undefined ? '' : `; later, run: ${next.results}`}`;
    case ExitCode.sigint:
    case ExitCode.sigterm:
      return `${outcome}; interrupted${unsent(records)}${rest}${laterEmissions(summary, next)}`;
    default:
      return `${outcome}; ${refused(summary)}${rest === '' ? wentWell(summary, next) : rest + emissionsToCome(summary, next)}`;
  }
}

/**
 * Why a run ended with another code than 0 or 1 though nothing broke, as `--json` says it.
 *
 * @returns nothing where the rows alone are the reason, or there is none
 */
export function endedBecause(
  summary: Summary,
  { undelivered, unread, limit = 'STOPPED' }: Pick<RunResult, 'undelivered' | 'unread' | 'limit'>,
  next: NextCommands,
): Summary['error'] {
  const because = undelivered === undefined ? '' : `: ${undelivered}`;
  const error = (code: RunErrorCode, what: string, steps = leftToDo(summary, unread, next)) => ({
    code,
    message: `${what}${unsent(summary.records)}${because}`,
    hint: steps.length === 0 ? null : steps.join('; '),
  });
  switch (summary.exit_code) {
    case ExitCode.incomplete:
      return error('INCOMPLETE', incompleteText(summary.mode));
    case ExitCode.stopped:
      return error(limit, 'the run stopped early');
    case ExitCode.unfinished:
      return error(
        'NOT_CALCULATED',
        'the API has not calculated all records yet',
        next.results === undefined ? [] : [`later, run: ${next.results}`],
      );
    case ExitCode.sigint:
    case ExitCode.sigterm:
      return error('INTERRUPTED', 'the run was interrupted');
    default:
      return undefined;
  }
}

/** A dry run finds what an earlier run left open. */
const incompleteText = (mode: Summary['mode']): string =>
  mode === 'dry-run' ? 'an upload would leave records open' : 'delivery is incomplete';

function leftToDo(summary: Summary, unread: string | undefined, next: NextCommands): readonly string[] {
  return unread === undefined ? nextSteps(summary, next) : [unread, ...goOn(summary, next)];
}

/** A run that the API refused from its first call on is started again with what was fixed. */
const goOn = ({ exit_code: exitCode, records }: Summary, { resume }: NextCommands): readonly string[] =>
  resume === undefined || (exitCode === ExitCode.refused && records.accepted === 0)
    ? []
    : [`to finish, run: ${resume}`];

/** What comes after a run that left nothing undone: the upload after its check, the emissions after the upload. */
function wentWell(summary: Summary, next: NextCommands): string {
  const { accepted, accepted_before: before } = summary.records;
  if (summary.mode === 'dry-run' && before > 0 && accepted === before) return '; all of them were accepted before';
  if (summary.mode === 'dry-run') {
    return next.upload === undefined || accepted === 0 ? '' : `; to upload, run: ${next.upload}`;
  }
  return emissionsToCome(summary, next);
}

const emissionsToCome = ({ mode, emissions, records }: Summary, { results }: NextCommands): string => {
  const hasToCome = mode === 'upload' && emissions === null && records.accepted > 0;
  return hasToCome && results !== undefined ? `; for the emissions, run: ${results}` : '';
};

/** After an interruption the emissions are next where nothing else is left. */
const laterEmissions = (summary: Summary, next: NextCommands): string =>
  summary.records.not_sent + summary.records.uncertain > 0 ? '' : emissionsToCome(summary, next);

/** What became of the other rows. Exact duplicates need no change: their first row was taken. */
function refused({ rows, records, errors_by_code: codes }: Summary): string {
  const duplicates = codes['DUPLICATE'] ?? 0;
  const changed = codes['SUPERSEDES'] ?? 0;
  const rejected = rows.read - records.accepted - duplicates - changed - rows.skipped;
  const parts = [
    ...(rejected > 0 ? [`${plural(rejected, 'row')} rejected`] : []),
    ...(changed > 0 ? [`${plural(changed, 'changed row')} left out`] : []),
    ...(duplicates > 0 ? [`${plural(duplicates, 'duplicate')} left out`] : []),
    ...(rows.skipped > 0 ? [`${count(rows.skipped)} skipped`] : []),
  ];
  return parts.join(', ');
}

/** What is left to do: what was not delivered is resumed, what is wrong is fixed. After a dry run nothing was sent. */
function nextSteps(summary: Summary, { again, first, resume, fixed, replaces }: NextCommands): readonly string[] {
  const { files, records } = summary;
  const { not_sent: notSent, uncertain } = records;
  const steps: string[] = first === undefined ? [] : [`first, finish the undo: ${first}`];
  if (resume !== undefined && notSent + uncertain > 0) steps.push(`to finish, run: ${resume}`);
  else if (uncertain > 0) steps.push('look the uncertain ones up in Dcycle before you send them again');
  if (fixed !== undefined) {
    const { rows: fixable, command } = fixed;
    steps.push(`${plural(fixable, 'row')} ${fixable === 1 ? 'is' : 'are'} read or left out with: ${command}`);
  }
  if (files.rejected !== null) steps.push(...stepsOfRejected(summary, files.rejected, { again, replaces }));
  return steps;
}

/** What to do with the rejected file. What `--replace` has left is read otherwise, and has no version that it could take the place of. */
function stepsOfRejected(
  summary: Summary,
  file: string,
  { again, replaces }: Pick<NextCommands, 'again' | 'replaces'>,
): readonly string[] {
  const { mode, inputs } = summary;
  const { hasWrong, hasChanged } = inRejected(summary);
  const option = replaces === true ? '--again' : '--replace';
  const first = hasChanged && replaces === true ? ['delete the earlier versions in Dcycle'] : [];
  if (mode === 'dry-run') {
    const place = inputs.length === 1 ? (inputs[0]?.path ?? '') : 'the inputs';
    return [
      ...(hasWrong ? [`fix them in ${place}`] : []),
      ...first,
      ...(hasChanged ? [`to replace the earlier versions, upload with ${option}`] : []),
    ];
  }
  const command = `${again(file)}${hasChanged ? ` ${option}` : ''}`;
  const fixes = [...(hasWrong ? [`fix ${file}`] : []), ...first];
  if (fixes.length > 0) return [`${fixes.join(', ')} and run: ${command}`];
  return [`to ${hasChanged ? 'replace the earlier versions' : 'finish'}, run: ${command}`];
}

/** What the rejected file holds in addition to rows that were only not sent. Exact duplicates are not in it. */
function inRejected({ rows, records, errors_by_code: codes }: Summary): { hasWrong: boolean; hasChanged: boolean } {
  const changed = codes['SUPERSEDES'] ?? 0;
  const wrong = rows.invalid + rows.duplicates + records.rejected - changed - (codes['DUPLICATE'] ?? 0);
  return { hasWrong: wrong > 0, hasChanged: changed > 0 };
}

function unsent({ not_sent: notSent, uncertain }: Summary['records']): string {
  const parts = [
    ...(notSent > 0 ? [`${plural(notSent, 'record')} not sent`] : []),
    ...(uncertain > 0 ? [`${plural(uncertain, 'record')} uncertain`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
