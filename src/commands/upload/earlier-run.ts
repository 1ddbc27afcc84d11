import { resolve } from 'node:path';
import { asRunError, RunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { standardInput } from '../../input/source.ts';
import { standardOutput } from '../../report/files/reports.ts';
import { emptySummary } from '../../report/summary.ts';
import type { RunRecord } from '../../ledger/run-store.ts';
import type { CommandContext } from '../context.ts';
import { isReadAgain, openStore, type Task } from './journal.ts';
import type { ResultsOptions } from '../results-command.ts';
import type { ResumeOptions } from '../resume-command.ts';
import { showFailure, toJson } from '../show-summary.ts';
import type { Given } from '../setting-options.ts';
import { upload } from './upload.ts';
import type { UploadOptions } from '../upload-options.ts';

/** `resume`: continues a run, with the files and options that it was started with. */
export const resume = (id: string, options: ResumeOptions, context: CommandContext): Promise<ExitCode> =>
  goOn('resume', id, options, context, ({ options: stored, workingDirectory }) => {
    // The limits at which the run stopped have been seen; now the rest is wanted.
    const { maxErrors: _maxErrors, stopOnError: _stopOnError, ...kept } = stored as Given<UploadOptions>;
    return { ...keyOf(kept, options), ...options, ...placed(options, context, workingDirectory) };
  });

/** `results`: reads the emissions of an uploaded run back and joins them to its rows. */
export const results = (id: string, options: ResultsOptions, context: CommandContext): Promise<ExitCode> =>
  goOn('results', id, options, context, (run) => {
    const {
      maxErrors: _max,
      stopOnError: _stop,
      wait: _wait,
      report: _report,
      errors: _errors,
      rejected: _rejected,
      ...kept
    } = run.options as Given<UploadOptions>;
    return { ...keyOf(kept, options), ...options, ...placed(options, context, run.workingDirectory) };
  });

/** The profile that is named now has its own key. */
const keyOf = (kept: Given<UploadOptions>, { profile }: { readonly profile?: string }): Given<UploadOptions> => {
  const { apiKeyFile: _apiKeyFile, ...rest } = kept;
  return profile === undefined ? kept : rest;
};

type Placed = Pick<UploadOptions, 'apiKeyFile' | 'out' | 'errors' | 'report' | 'logFile'>;

/** Paths on this command line are relative to where it was given, those of the run to where that was. */
function placed(
  { apiKeyFile, out, errors, report, logFile }: Placed,
  { workingDirectory }: CommandContext,
  runDirectory: string,
): Placed {
  if (workingDirectory === runDirectory) return {};
  const given = Object.entries({ apiKeyFile, out, errors, report, logFile }).flatMap(([option, path]) =>
    path === undefined || path === standardOutput || path.trim() === ''
      ? []
      : [[option, resolve(workingDirectory, path)]],
  );
  return Object.fromEntries(given) as Placed;
}

async function goOn(
  task: Exclude<Task, 'upload'>,
  id: string,
  options: ResumeOptions | ResultsOptions,
  context: CommandContext,
  optionsOf: (run: RunRecord) => Given<UploadOptions>,
): Promise<ExitCode> {
  let run: RunRecord;
  let own: Given<UploadOptions>;
  try {
    run = await findRun(id, context);
    refuseUndone(task, run);
    own = optionsOf(run);
    context.changeDirectory(run.workingDirectory);
    refusePipes(run);
  } catch (error) {
    const failure = unreachable(asRunError(error));
    showFailure(failure, options, context.terminal);
    const head = { command: task, mode: 'upload', runId: id, startedAt: context.now(), durationMs: 0 } as const;
    const summary = emptySummary(head, failure);
    context.failed(summary);
    if (options.json === true) context.terminal.out(toJson(summary));
    return failure.exitCode;
  }
  const now = { ...context, workingDirectory: run.workingDirectory, args: run.args };
  const { kind, ...target } = run.account;
  return upload(kind, run.paths, own, now, { id: run.id, startedAt: new Date(run.startedAt), task, target });
}

/** @throws RunError (exit 2) for a run that is not there */
async function findRun(id: string, context: CommandContext): Promise<RunRecord> {
  const store = await openStore(context);
  try {
    const [only, ...others] = (await store.list()).filter((run) => id !== '' && run.id.startsWith(id.toLowerCase()));
    if (only !== undefined && others.length === 0) return only;
    // It says what is wrong with the id.
    return (await store.open(id)).run;
  } finally {
    await store.close();
  }
}

/** @throws RunError (exit 2) for a run of which records were deleted: to resume it would bring them back */
function refuseUndone(task: Exclude<Task, 'upload'>, { id, undo }: RunRecord): void {
  if (undo === undefined || (task === 'results' && undo === 'partly')) return;
  const short = id.slice(0, 8);
  throw usageError(
    'RUN_UNDONE',
    undo === 'begun' ? `the undo of run ${short} has begun` : `records of run ${short} were deleted (undo)`,
    undo === 'begun'
      ? `finish it: dcycle-upload undo ${short}`
      : 'to send them again, upload the file again: what is there still is not sent twice',
  );
}

/** @throws RunError (exit 2) for a run whose inputs can't be read again */
function refusePipes({ id, paths }: RunRecord): void {
  if (paths.every(isReadAgain)) return;
  throw usageError(
    'RUN_NOT_RESUMABLE',
    `run ${id} read ${paths.includes(standardInput) ? 'standard input' : 'a pipe'}, which can't be read again`,
    'its rejected file holds the rows that were not sent',
  );
}

/** A folder that no longer exists is not a defect. */
const unreachable = (error: RunError): RunError =>
  error.exitCode === ExitCode.defect
    ? new RunError(ExitCode.usage, 'RUN_NOT_RESUMABLE', `the run can't be resumed: ${error.message}`, undefined, error)
    : error;
