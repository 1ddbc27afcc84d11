import { ExitCode } from '../exit-codes.ts';
import { count, plural } from './format.ts';
import type { Summary } from './summary.ts';

/** The last line of a run: what came of it and what to do next. */
export function verdict(summary: Summary, undelivered: string | undefined): string {
  const { rows, records, mode, exit_code: exitCode, error } = summary;
  const done = { upload: 'accepted', local: 'calculated', 'dry-run': 'valid' }[mode ?? 'upload'];
  const outcome = `${count(records.accepted)} of ${plural(rows.read, 'row')} ${done}`;
  if (error !== undefined) return `${outcome} before the run ended: ${error.message}`;
  const again = nextStep(summary);
  const because = undelivered === undefined ? '' : `: ${undelivered}`;
  switch (exitCode) {
    case ExitCode.ok:
      return outcome;
    case ExitCode.incomplete:
      return `${outcome}; delivery is incomplete${unsent(records)}${because}${again}`;
    case ExitCode.stopped:
      return `${outcome}; stopped early${unsent(records)}${because}${again}`;
    case ExitCode.sigint:
    case ExitCode.sigterm:
      return `${outcome}; interrupted${unsent(records)}${because}${again}`;
    default:
      return `${outcome}; ${refused(summary)}${again}`;
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

/** The rows that are left, given back to the same command. */
function nextStep({ command, mode, files, rows, records }: Summary): string {
  if (files.rejected === null) return '';
  const task =
    rows.invalid + rows.duplicates + records.rejected > 0 ? `mend ${files.rejected} and run` : 'to finish, run';
  return `; ${task} (with the same options): dcycle-upload ${command} ${files.rejected}${flagOf(mode)}`;
}

const flagOf = (mode: Summary['mode']): string => (mode === 'upload' || mode === null ? '' : ` --${mode}`);

function unsent({ not_sent: notSent, uncertain }: Summary['records']): string {
  const parts = [
    ...(notSent > 0 ? [`${plural(notSent, 'record')} not sent`] : []),
    ...(uncertain > 0 ? [`${plural(uncertain, 'record')} uncertain`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
