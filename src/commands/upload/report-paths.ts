import { existsSync } from 'node:fs';
import { baseName, formats } from '../../input/formats.ts';
import type { Plan } from '../../pipeline/plan.ts';
import { type ReportPaths, standardOutput, type WrittenFiles } from '../../report/files/reports.ts';
import type { Terminal } from '../../report/terminal.ts';
import type { UploadOptions } from '../upload-options.ts';

/** Where the reports of a run go: as the options say, else beside each other, named after the first input. */
export function choosePaths(paths: readonly string[], plan: Plan, options: UploadOptions): ReportPaths {
  const name = baseName(paths[0] ?? standardOutput);
  const { writtenAs } = formats[plan.inputs[0]?.input.table.format ?? 'csv'];
  return {
    // A dry run has no results.
    results:
      options.dryRun === true
        ? undefined
        : (options.out ??
          (options.local === true || options.wait !== undefined ? `${name}.results.${writtenAs.results}` : undefined)),
    log: options.logFile,
    totals: options.by === undefined ? undefined : `${name}.by-${options.by}.csv`,
    page: options.report,
    errors: options.errors ?? `${name}.errors.csv`,
    rejected: options.rejected ?? `${name}.rejected.${writtenAs.rejected}`,
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
