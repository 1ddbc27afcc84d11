import { ExitCode } from '../exit-codes.ts';
import type { RunResult } from '../pipeline/run.ts';
import { count, plural } from './format.ts';
import type { Summary } from './summary.ts';

/**
 * The last line of a run: what came of it and what to do next.
 *
 * @param again the command line that gives a file to the same command
 */
export function verdict(
  summary: Summary,
  { undelivered, unread }: Pick<RunResult, 'undelivered' | 'unread'>,
  again: (file: string) => string,
): string {
  const { rows, records, mode, exit_code: exitCode, error } = summary;
  const done = { upload: 'accepted', local: 'calculated', 'dry-run': 'valid' }[mode ?? 'upload'];
  const outcome = `${count(records.accepted)} of ${plural(rows.read, 'row')} ${done}`;
  const rest = unread === undefined ? nextStep(summary, again) : `; ${unread}`;
  const because = undelivered === undefined ? '' : `: ${undelivered}`;
  if (error !== undefined) return `${outcome} before the run ended${unsent(records)}: ${error.message}${rest}`;
  switch (exitCode) {
    case ExitCode.ok:
      return outcome;
    case ExitCode.incomplete:
      return `${outcome}; delivery is incomplete${unsent(records)}${because}${rest}`;
    case ExitCode.stopped:
      return `${outcome}; stopped early${unsent(records)}${because}${rest}`;
    case ExitCode.sigint:
    case ExitCode.sigterm:
      return `${outcome}; interrupted${unsent(records)}${rest}`;
    default:
      return `${outcome}; ${refused(summary)}${rest}`;
  }
}

/** What became of the other rows. Exact duplicates need no mending: their first row was taken. */
function refused({ rows, records, errors_by_code: codes }: Summary): string {
  const duplicates = codes['DUPLICATE'] ?? 0;
  const rejected = rows.read - records.accepted - duplicates;
  const parts = [
    ...(rejected > 0 ? [`${plural(rejected, 'row')} rejected`] : []),
    ...(duplicates > 0 ? [`${plural(duplicates, 'duplicate')} left out`] : []),
  ];
  return parts.join(', ');
}

/** The rows that are left, given back to the same command. After a dry run nothing was sent: the input itself is mended. */
function nextStep({ mode, files, inputs, rows, records }: Summary, again: (file: string) => string): string {
  const uncertain = records.uncertain > 0 ? '; look the uncertain ones up in Dcycle before you send them again' : '';
  if (files.rejected === null) return uncertain;
  if (mode === 'dry-run') {
    return `${uncertain}; mend them in ${inputs.length === 1 ? (inputs[0]?.path ?? '') : 'the inputs'}`;
  }
  const hasWrong = rows.invalid + rows.duplicates + records.rejected > 0;
  return `${uncertain}; ${hasWrong ? `mend ${files.rejected} and run` : 'to finish, run'}: ${again(files.rejected)}`;
}

function unsent({ not_sent: notSent, uncertain }: Summary['records']): string {
  const parts = [
    ...(notSent > 0 ? [`${plural(notSent, 'record')} not sent`] : []),
    ...(uncertain > 0 ? [`${plural(uncertain, 'record')} uncertain`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
