import { existsSync } from 'node:fs';
import { baseName, formats } from '../../input/formats.ts';
import type { Plan } from '../../pipeline/plan.ts';
import { type ReportPaths, standardOutput, type WrittenFiles } from '../../report/files/reports.ts';
import { leftOutPath } from '../../report/ileap/left-out.ts';
import type { Terminal } from '../../report/terminal.ts';
import type { UploadOptions } from '../upload-options.ts';
import type { Task } from './journal.ts';

/** Where the reports of a run go: as the options say, else into one folder, named after the first input, or its folder where that was given. */
export function choosePaths(
  paths: readonly string[],
  plan: Plan,
  options: UploadOptions,
  task: Task = 'upload',
): ReportPaths {
  const { out, errors, rejected, report, ileap } = options;
  const hasResults = options.local === true || options.wait !== undefined || task === 'results';
  const given = Object.entries({ '--out': out, '--errors': errors, '--rejected': rejected, '--report': report });
  const name = baseName(options.folderName ?? paths[0] ?? standardOutput);
  const { writtenAs } = formats[plan.inputs[0]?.input.table.format ?? 'csv'];
  return {
    // A dry run has no results.
    results:
      options.dryRun === true ? undefined : (out ?? (hasResults ? `${name}.results.${writtenAs.results}` : undefined)),
    log: options.logFile,
    totals: options.by === undefined ? undefined : `${name}.by-${options.by}.csv`,
    page: report,
    ileap: ileap === undefined ? undefined : { footprints: ileap, leftOut: leftOutPath(ileap) },
    // The error report of the upload itself stays.
    errors: errors ?? `${name}${task === 'results' ? '.results' : ''}.errors.csv`,
    rejected: rejected ?? `${name}${task === 'results' ? '.results' : ''}.rejected.${writtenAs.rejected}`,
    named: new Set(given.flatMap(([option, path]) => (path === undefined ? [] : [option]))),
  };
}

/** A report of an earlier run must not be taken for one of this run. */
export function warnOfStaleReports(
  options: UploadOptions,
  paths: ReportPaths,
  files: WrittenFiles,
  terminal: Terminal,
): void {
  const stale = [
    ...(options.errors === undefined && files.errors === null ? [paths.errors] : []),
    ...(options.rejected === undefined && files.rejected === null ? [paths.rejected] : []),
  ].filter((path) => existsSync(path));
  if (stale.length === 0 || options.quiet === true) return;
  terminal.err(
    `note: ${stale.join(' and ')} ${stale.length === 1 ? 'is' : 'are'} left from an earlier run; this run wrote no such file\n`,
  );
}
