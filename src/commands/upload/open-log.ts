import type { Configuration } from '../../config/configuration.ts';
import type { RecordKind } from '../../records/kind.ts';
import type { RunHead } from '../../report/summary.ts';
import { noLog, openRunLog, type RunLog } from '../../report/log/run-log.ts';
import { version } from '../../version.ts';
import type { CommandContext } from '../context.ts';
import type { Task } from './journal.ts';
import { createRedaction } from '../support/redaction.ts';
import type { UploadOptions } from '../upload-options.ts';

/** The part of a run that its log is told at the beginning. */
export interface LoggedRun {
  readonly command: RecordKind['name'];
  readonly paths: readonly string[];
  readonly options: UploadOptions;
  readonly configuration: Configuration;
  readonly task: Task;
}

/**
 * Opens the log that `--log-file` names, if it does.
 *
 * @throws RunError (exit 2) where nothing can be appended to it
 */
export async function openLog(
  { mode, runId }: RunHead,
  { command, paths, options, configuration, task }: LoggedRun,
  context: CommandContext,
): Promise<RunLog> {
  if (options.logFile === undefined) return noLog;
  return openRunLog(options.logFile, {
    runId,
    version,
    command,
    task,
    mode: mode ?? 'upload',
    paths,
    options,
    interrupted: context.interrupted,
    now: context.now,
    redact: await createRedaction(configuration),
    onFailure: (message) => context.terminal.err(`note: ${message}\n`),
  });
}
