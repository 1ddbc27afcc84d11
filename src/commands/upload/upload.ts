import { statSync } from 'node:fs';
import type { CallEvent } from '../../destinations/api-calls.ts';
import type { AwaitedDestination } from '../../destinations/awaited.ts';
import type { ComparedDestination } from '../../destinations/compared.ts';
import type { Destination, Target } from '../../destinations/destination.ts';
import type { ResumableDestination } from '../../destinations/recorded.ts';
import { asRunError, errorMessage, RunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { standardInput } from '../../input/source.ts';
import { type Plan, planRun } from '../../pipeline/plan.ts';
import { run, type RunOptions, type RunResult } from '../../pipeline/run.ts';
import type { RecordKind } from '../../records/kind.ts';
import { kindFor } from '../../records/kinds.ts';
import { noLog, type RunLog } from '../../report/log/run-log.ts';
import type { Comparison } from '../../report/comparison.ts';
import { createProgress, type ProgressView } from '../../report/live/progress.ts';
import { type ReportPaths, Reports, type WrittenFiles } from '../../report/files/reports.ts';
import { emptySummary, type RunHead, type Summary } from '../../report/summary.ts';
import type { Terminal } from '../../report/terminal.ts';
import { checkOptions } from './check-options.ts';
import { commandLineFor, uploadLineFor } from './command-line.ts';
import type { CommandContext } from '../context.ts';
import type { Journal, Task } from './journal.ts';
import { createDestination, modeOf } from './create-destination.ts';
import { openLog } from './open-log.ts';
import { choosePaths, warnOfStaleReports } from './report-paths.ts';
import { createRunOptions } from './run-options.ts';
import { refuseOtherTarget } from './same-target.ts';
import { createWait } from './wait.ts';
import { readConfigurationFor, withSettings } from '../with-settings.ts';
import { writeJourneys } from './write-journeys.ts';
import { summarize } from './write-page.ts';
import { readMapping } from '../read-mapping.ts';
import type { Given } from '../setting-options.ts';
import { showFailure, showSummary, toJson } from '../show-summary.ts';
import { settingsFor, type UploadOptions } from '../upload-options.ts';

/** A run that is gone on with, or whose emissions are read back. */
export interface EarlierRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly task: 'resume' | 'results';
  /** Where it went. */
  readonly target: Target;
}

/**
 * `requests` and `recharges`: options -> plan -> run -> report.
 *
 * @param earlier the run that this is about: what it has had accepted is not sent again
 * @returns the exit code; every failure has been reported
 */
export async function upload(
  kindName: RecordKind['name'],
  paths: readonly string[],
  given: Given<UploadOptions>,
  context: CommandContext,
  earlier?: EarlierRun,
): Promise<ExitCode> {
  const { terminal, now } = context;
  const startedAt = now();
  const runId = earlier?.id ?? context.createRunId();
  const head = (): RunHead => ({
    command: kindName,
    mode: modeOf(given),
    runId,
    startedAt,
    durationMs: now().getTime() - startedAt.getTime(),
  });
  let plan: Plan | undefined;
  let destination: Destination | undefined;
  let progress: ProgressView | undefined;
  let journal: Journal | undefined;
  let log: RunLog = noLog;
  let opened: Reports | undefined;
  try {
    checkOptions(given, paths);
    const configuration = await readConfigurationFor(given, context);
    const settings = settingsFor(kindName, given);
    const options = withSettings<UploadOptions>(given, settings, configuration, targetOptions(earlier));
    log = await openLog(
      head(),
      { command: kindName, paths, options, configuration, task: earlier?.task ?? 'upload' },
      context,
    );
    const { kind, fuelIds, ...planned } = await planUpload(
      kindName,
      paths,
      options,
      earlier?.startedAt ?? startedAt,
      context,
    );
    plan = planned.plan;
    log.understood(plan);
    const counts = { retries: 0 };
    const view = await createProgress({
      terminal,
      isShown: options.progress && options.quiet !== true,
      isVerbose: options.verbose === true,
      mode: modeOf(options),
      paths,
      totalBytes: totalBytesOf(plan),
      now: () => now().getTime(),
    });
    progress = view;
    const onCall = (event: CallEvent): void => {
      if (event.retryInMs !== undefined) counts.retries += 1;
      view.call(event);
      log.call(event);
    };
    const wait = createWait(context.interrupted, view.wait);
    destination = await createDestination(kind, options, context, { runId, configuration, onCall, wait });
    if (destination.target !== undefined && earlier !== undefined) {
      refuseOtherTarget(runId, earlier.target, destination.target);
    }
    if (kind.lookedUpField !== undefined) {
      const { addFuels } = await import('./fuel-names.ts');
      await addFuels(fuelIds, plan, destination, options, context);
    }
    if (destination.target !== undefined && earlier === undefined) {
      const { confirmUpload } = await import('./confirm-upload.ts');
      await confirmUpload(kind, paths, destination.target, options, context);
    }
    view.start();
    plan.rest();
    const reportPaths = choosePaths(paths, plan, options);
    let runOptions = await createRunOptions(kind, options, context, plan);
    let awaited: AwaitedDestination | undefined;
    let compared: ComparedDestination | undefined;
    if (destination.target !== undefined) {
      const { findSentBefore, openJournal, journalled } = await import('./journal.ts');
      const { target } = destination;
      if (options.sinceLast === true) {
        const since = earlier?.startedAt ?? startedAt;
        runOptions = {
          ...runOptions,
          sentBefore: findSentBefore({ kind, target }, since, context),
        };
      }
      const profile = configuration.profile?.name;
      const started = { id: runId, kind, paths, options, given, profile, target, startedAt };
      journal = openJournal(started, earlier?.task ?? 'upload', context);
      const connected = destination as ResumableDestination;
      ({ destination, awaited, compared } = await journalled(connected, journal, started, context, {
        wait,
        onLook: view.calculation,
      }));
    }
    const isResumable = journal?.isResumable === true;
    const reports = new Reports(plan, reportPaths, {
      resultColumns: destination.resultColumns,
      givesBack: earlier?.task === 'results' ? 'none' : isResumable ? 'refused' : 'refused and unsent',
      out: terminal.out,
    });
    opened = reports;
    const delivered = await run(plan, log.watch(destination), runOptions, {
      refused: (row, issues) => {
        reports.refused(row, issues);
        log.refused(issues);
      },
      accepted: (row, values) => reports.accepted(row, values),
      progress: (state) => view.update(state),
    });
    view.stop();
    const result = withUnfinished(earlier === undefined ? delivered : withLost(delivered, plan, journal), awaited);
    const { summary, finished } = await report(
      { head: head(), plan, paths, options, reportPaths, reports, result, retries: counts.retries, runOptions },
      { journal, task: earlier?.task ?? 'upload', comparison: compared?.comparison() },
      context,
    );
    const exitCode = await settleOutput(terminal, finished.exitCode, options);
    log.ended({ ...summary, exit_code: exitCode });
    return exitCode;
  } catch (error) {
    const failure = context.interrupted.aborted ? interruptedEarly(context.interrupted) : asRunError(error);
    progress?.stop();
    opened?.discard();
    showFailure(failure, given, terminal);
    const summary = emptySummary(head(), failure);
    if (given.json === true) terminal.out(toJson(summary));
    log.ended(summary);
    return failure.exitCode;
  } finally {
    journal?.close();
    await destination?.close();
    await plan?.close();
  }
}

/** Opens the inputs and maps their columns, as the options say. */
async function planUpload(
  kindName: RecordKind['name'],
  paths: readonly string[],
  options: UploadOptions,
  startedAt: Date,
  { stdin }: CommandContext,
): Promise<{ readonly kind: RecordKind; readonly plan: Plan; readonly fuelIds: Map<string, string> }> {
  const target = options.local === true ? 'calculator' : 'api';
  const kind = kindFor(kindName, target);
  const mapping = await readMapping(kind, options);
  // Read at each look-up, so that the account's fuels can be added once it is known that they are needed.
  const fuelIds = new Map(mapping.values.get('fuel_id'));
  const plan = await planRun({
    kind,
    paths,
    input: { format: options.format, delimiter: options.delimiter, encoding: options.encoding },
    mapping: { ...mapping, values: new Map([...mapping.values, ['fuel_id', fuelIds]]) },
    // Records are what they were, also if a year has begun since.
    schema: { currentYear: startedAt.getUTCFullYear(), target },
    stdin,
  });
  return { kind, plan, fuelIds };
}

/** A run that is gone on with goes where it went, where nothing else says where. */
const targetOptions = (earlier: EarlierRun | undefined): { readonly baseUrl?: string; readonly org?: string } =>
  earlier === undefined ? {} : { baseUrl: earlier.target.baseUrl, org: earlier.target.organizationId };

/** What a run has come to, and what it is reported with. */
interface EndedRun {
  readonly head: RunHead;
  readonly plan: Plan;
  readonly paths: readonly string[];
  readonly options: UploadOptions;
  readonly reportPaths: ReportPaths;
  readonly reports: Reports;
  readonly result: RunResult;
  readonly retries: number;
  readonly runOptions: RunOptions;
}

/** What is to be said beside the run's own figures. */
interface Aftermath {
  readonly journal: Journal | undefined;
  readonly task: Task;
  readonly comparison: Comparison | undefined;
}

/** Puts the reports in their places, writes the end of the run down, and says what came of it. */
async function report(
  { head, plan, paths, options, reportPaths, reports, result, retries, runOptions }: EndedRun,
  { journal, task, comparison }: Aftermath,
  context: CommandContext,
): Promise<{ readonly summary: Summary; readonly finished: RunResult }> {
  const { terminal, args } = context;
  const replacesRejected = statSync(reportPaths.rejected, { throwIfNoEntry: false })?.isFile() === true;
  const { files: written, result: settled } = finishReports(reports, result);
  const files = { ...written, ...(await writeJourneys(runOptions.journeys, reportPaths.totals ?? '', plan)) };
  if (replacesRejected && files.rejected !== null && options.quiet !== true) {
    terminal.err(`note: the earlier ${files.rejected} is kept as ${files.rejected}.bak\n`);
  }
  warnOfStaleReports(options, reportPaths, files, terminal);
  const { summary, result: finished } = await summarize(
    { head, plan, result: settled, causes: reports.causes, files, retries },
    { reports, details: runOptions.details, comparison, locale: options.locale },
    context,
  );
  if (task !== 'results') writeEnd(journal, summary, context);
  const isResumable = journal?.isResumable === true;
  showSummary(summary, reports, finished, options, terminal, {
    again: (file) => commandLineFor(args, paths, file, provenConventions(plan)),
    resume: isResumable && task !== 'results' ? `dcycle-upload resume ${head.runId}` : undefined,
    results: isResumable && plan.kind.readsBack ? `dcycle-upload results ${head.runId}` : undefined,
    upload: paths.includes(standardInput) ? undefined : uploadLineFor(args),
    ...(comparison === undefined ? {} : { comparison }),
  });
  return { summary, finished };
}

/** What can't be written down any more is a run that looks broken off; it can be resumed all the same. */
function writeEnd(
  journal: Journal | undefined,
  { exit_code, records }: Summary,
  { terminal, now }: CommandContext,
): void {
  try {
    journal?.file.finish(now().toISOString(), exit_code, records);
  } catch (error) {
    terminal.err(`note: the end of this run could not be written down: ${errorMessage(error)}\n`);
  }
}

/** Rows that an earlier attempt has sent and that the inputs do not have any more. */
function withLost(result: RunResult, { inputs }: Plan, journal: Journal | undefined): RunResult {
  const isRead = result.error === undefined && result.unread === undefined;
  const lost = journal?.file.chunks().find(({ last }) => (inputs[last.input]?.input.rowsRead ?? 0) < last.row);
  if (!isRead || lost === undefined) return result;
  const error = new RunError(
    ExitCode.incomplete,
    'INPUT_CHANGED',
    `the input ends before row ${String(lost.last.row)}, which this run has sent`,
    'it has changed since: upload it as a new run; what was accepted is in `runs show`',
  );
  return { ...result, error, exitCode: error.exitCode };
}

/** What is stored and not calculated yet makes a run that went well unfinished. */
function withUnfinished(result: RunResult, awaited: AwaitedDestination | undefined): RunResult {
  const { records, reason } = awaited?.unfinished() ?? { records: 0, reason: undefined };
  const wentWell = result.exitCode === ExitCode.ok || result.exitCode === ExitCode.rowsRejected;
  if (records === 0 || !wentWell) return result;
  return { ...result, undelivered: reason, exitCode: ExitCode.unfinished };
}

const interruptedEarly = ({ reason }: AbortSignal): RunError =>
  new RunError(
    reason === 'SIGTERM' ? ExitCode.sigterm : ExitCode.sigint,
    'INTERRUPTED',
    'interrupted before anything was read',
  );

/** Standard output that could not be written (a full disk, not a reader that left) is a failure of its own. */
async function settleOutput(terminal: Terminal, exitCode: ExitCode, options: UploadOptions): Promise<ExitCode> {
  const failure = await terminal.outFailure();
  if (failure === undefined) return exitCode;
  const error = new RunError(ExitCode.incomplete, 'OUTPUT_FAILED', `standard output can't be written: ${failure}`);
  showFailure(error, options, terminal);
  return error.exitCode;
}

/** What the rows of the whole file proved of decimal mark and dates, and those that are given back may not prove. */
function provenConventions(plan: Plan | undefined): readonly string[] {
  const conventions = plan?.inputs[0]?.conventions;
  if (conventions === undefined) return [];
  const { decimal, decimalReason, dateOrder, dateReason } = conventions;
  return [
    ...(decimalReason === 'evidence' && decimal === ',' ? ['--decimal', decimal] : []),
    ...(dateReason === 'evidence' && dateOrder !== 'iso' ? ['--date-format', dateOrder] : []),
  ];
}

function totalBytesOf({ inputs }: Plan): number | undefined {
  let total = 0;
  for (const { input } of inputs) {
    if (input.source.sizeBytes === undefined) return undefined;
    total += input.source.sizeBytes;
  }
  return total;
}

/** Puts the report files in place; a failure to do so is the run's failure, unless it has one already. */
function finishReports(reports: Reports, result: RunResult): { files: WrittenFiles; result: RunResult } {
  const { files, error } = reports.finish();
  if (error === undefined) return { files, result };
  const failure = result.error ?? asRunError(error);
  return { files, result: { ...result, error: failure, exitCode: failure.exitCode } };
}
