import { statSync } from 'node:fs';
import type { AwaitedDestination } from '../../delivery/awaited.ts';
import type { DeliveredRun } from '../../delivery/delivery.ts';
import { freeingCommand, type Holder, isUndo } from '../../delivery/holder.ts';
import type { StoredRun } from '../../delivery/stored.ts';
import { asRunError, errorMessage, RunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { standardInput } from '../../input/source.ts';
import type { Plan } from '../../pipeline/plan.ts';
import type { RunOptions } from '../../pipeline/run.ts';
import type { Replacement } from '../../pipeline/replacements.ts';
import type { RunResult } from '../../pipeline/run-result.ts';
import type { Comparison } from '../../report/comparison.ts';
import { type Cause, optionsThatFix } from '../../report/causes.ts';
import type { ReportPaths, Reports, WrittenFiles } from '../../report/files/reports.ts';
import type { RunHead, Summary } from '../../report/summary.ts';
import { plural } from '../../report/format.ts';
import type { Terminal } from '../../report/terminal.ts';
import { english, loadTexts } from '../../report/texts/texts.ts';
import { endedBecause, type NextCommands } from '../../report/verdict.ts';
import type { CommandContext } from '../context.ts';
import { showFailure, showSummary } from '../show-summary.ts';
import type { UploadOptions } from '../upload-options.ts';
import { blamedOn } from './failure.ts';
import { commandLineFor, lineWith, uploadLineFor } from './command-line.ts';
import type { Journal, Task } from './journal.ts';
import { warnOfStaleReports } from './report-paths.ts';
import { writeJourneys } from './write-journeys.ts';
import { summarize } from './write-page.ts';

/** The result of a run, and what it is reported with. */
export interface EndedRun {
  readonly head: RunHead;
  readonly plan: Plan;
  /** Inputs as the command line names them. */
  readonly named: readonly string[];
  readonly options: UploadOptions;
  readonly reportPaths: ReportPaths;
  readonly reports: Reports;
  readonly result: RunResult;
  readonly retries: number;
  readonly runOptions: RunOptions;
}

/** What is to be said in addition to the run's own figures. */
export interface Aftermath {
  readonly journal: Journal | undefined;
  readonly task: Task;
  readonly comparison: Comparison | undefined;
}

/** Puts the reports in their places, writes the end of the run down, and says what came of it. */
export async function report(
  { head, plan, named, options, reportPaths, reports, result, retries, runOptions }: EndedRun,
  { journal, task, comparison }: Aftermath,
  context: CommandContext,
): Promise<{ readonly summary: Summary; readonly finished: RunResult }> {
  const { terminal, args } = context;
  const replacesRejected = statSync(reportPaths.rejected, { throwIfNoEntry: false })?.isFile() === true;
  const ended = result.error && { ...result, error: blamedOn(result.error, options.orgNamedBy) };
  const { files: written, result: settled } = await finishReports(reports, ended ?? result);
  const files = {
    ...written,
    ...(await writeJourneys(runOptions.journeys, reportPaths.totals ?? '', plan)),
    ...(await reports.ileap?.finish(settled)),
  };
  if (replacesRejected && files.rejected !== null && options.quiet !== true) {
    terminal.err(`note: the earlier ${files.rejected} is kept as ${files.rejected}.bak\n`);
  }
  warnOfStaleReports(options, reportPaths, files, terminal);
  const { summary, result: finished } = await summarize(
    { head, plan, result: settled, causes: reports.causes, files, retries },
    { reports, details: runOptions.details, comparison, options },
    context,
  );
  if (task !== 'results') await writeEnd(journal, summary, context);
  const isResumable = journal?.isResumable === true;
  const { heldBy: holder } = finished;
  // To resume it would find the same again.
  const asked = finished.error?.code === 'ALREADY_STORED' ? ['--verify'] : [];
  const next = {
    texts: options.locale === undefined ? english : await loadTexts(options.locale),
    again: (file: string) => commandLineFor(args, named, file, [...provenConventions(plan), ...asked]),
    fixed: fixedBy(reports.causes.all, (fix) =>
      // What was sent is not sent again.
      head.mode === 'upload' && files.rejected !== null
        ? commandLineFor(args, named, files.rejected, [...provenConventions(plan), ...fix])
        : lineWith(args, fix),
    ),
    resume:
      asked.length > 0 && isResumable
        ? lineWith(args, asked)
        : resumeLine(
            holder,
            isResumable && task !== 'results' ? head.runId : undefined,
            task === 'upload' ? args : undefined,
          ),
    first: holder !== undefined && isUndo(holder) ? freeingCommand(holder) : undefined,
    results: isResumable && plan.kind.readsBack ? `dcycle-upload results ${head.runId}` : undefined,
    replaces: options.replace,
    // An upload sets no refunds off.
    upload: named.includes(standardInput) || plan.refunds === 'net' ? undefined : uploadLineFor(args),
    ...(comparison === undefined ? {} : { comparison }),
  };
  const error = summary.error ?? endedBecause(summary, finished, next);
  const whole = error === undefined ? summary : { ...summary, error };
  context.failed(whole);
  showSummary(whole, reports, finished, options, terminal, next);
  return { summary: whole, finished };
}

/** The command with the options that read, or leave out, the rows of the weightiest causes. */
function fixedBy(causes: readonly Cause[], commandWith: (options: readonly string[]) => string): NextCommands['fixed'] {
  const options = optionsThatFix(causes);
  const rows = causes.reduce((sum, { fix, count }) => sum + (fix.length > 0 ? count : 0), 0);
  return options.length === 0 ? undefined : { rows, command: commandWith(options) };
}

/**
 * What finishes a run: itself, or what keeps all that is open from being sent.
 *
 * @param args of an upload, which may be given again with other options
 */
function resumeLine(
  holder: Holder | undefined,
  ownId: string | undefined,
  args: readonly string[] | undefined,
): string | undefined {
  if (holder?.by === 'replace') return args && uploadLineFor([...args, '--replace']);
  if (holder?.by === 'resume') return freeingCommand(holder);
  return ownId === undefined ? undefined : freeingCommand({ runId: ownId, by: 'resume' });
}

/** What can't be written down any more is a run that looks broken off; it can be resumed all the same. */
async function writeEnd(
  journal: Journal | undefined,
  { exit_code, records }: Summary,
  { terminal, now }: CommandContext,
): Promise<void> {
  const { accepted, rejected, not_sent, uncertain } = records;
  try {
    await journal?.run.finish(now().toISOString(), exit_code, { accepted, rejected, not_sent, uncertain });
  } catch (error) {
    terminal.err(`note: the end of this run could not be written down: ${errorMessage(error)}\n`);
  }
}

/** Records of unknown fate that an earlier attempt has sent, and that the inputs do not have any more: they can't be looked up. */
export async function withUnmet(result: RunResult, delivery: DeliveredRun | undefined): Promise<RunResult> {
  const isRead = result.error === undefined && result.unread === undefined && result.undelivered === undefined;
  const unmet = isRead ? ((await delivery?.settleUnmet()) ?? 0) : 0;
  if (unmet === 0 || delivery === undefined) return result;
  const error = new RunError(
    ExitCode.incomplete,
    'INPUT_CHANGED',
    `${plural(unmet, 'record')} that this run sent ${unmet === 1 ? 'is' : 'are'} no longer in the input, and it is unknown whether the API stored ${unmet === 1 ? 'it' : 'them'}`,
    `look them up in Dcycle, then: dcycle-upload resume ${delivery.runId.slice(0, 8)} --assume stored (or missing)`,
  );
  return { ...result, error, exitCode: error.exitCode };
}

/** Seconds that the API is given to calculate what takes the place of earlier versions. */
const calculationS = 60;
const longestCalculationS = 3600;

/** Deletes earlier versions of what is stored now; where both stay, the run is incomplete. */
export async function withReplaced(
  result: RunResult,
  delivery: DeliveredRun | undefined,
  due: readonly Replacement[],
  { wait = calculationS }: Pick<UploadOptions, 'wait'>,
): Promise<RunResult> {
  if (due.length === 0 || delivery === undefined) return result;
  let error: RunError;
  try {
    const { deleted, open, failed, reason } = await delivery.replace(due, wait === true ? longestCalculationS : wait);
    if (deleted > 0) result.warnings.add({ code: 'REPLACED', message: 'earlier versions were deleted' }, deleted);
    if (open === 0) return result;
    error = new RunError(
      ExitCode.incomplete,
      'REPLACE_INCOMPLETE',
      `of ${plural(open, 'record')} the earlier version is still stored, too: ${reason ?? 'interrupted'}`,
      failed === open
        ? 'fix the rows, and upload them with --replace: that deletes both earlier versions'
        : `to delete it, run: dcycle-upload resume ${delivery.runId.slice(0, 8)}`,
    );
  } catch (failure) {
    error = asRunError(failure);
  }
  const wentWell = result.exitCode === ExitCode.ok || result.exitCode === ExitCode.rowsRejected;
  return { ...result, error: result.error ?? error, exitCode: wentWell ? error.exitCode : result.exitCode };
}

/** Records that an upload brought, and that the inputs do not have any more: their results have no row. */
export function withMissing(result: RunResult, stored: StoredRun | undefined): RunResult {
  const unmet = result.error === undefined && result.unread === undefined ? (stored?.unmet() ?? 0) : 0;
  if (unmet === 0) return result;
  const error = new RunError(
    ExitCode.input,
    'INPUT_CHANGED',
    `${plural(unmet, 'record')} that this run brought ${unmet === 1 ? 'is' : 'are'} no longer in the input; there are no results for ${unmet === 1 ? 'it' : 'them'}`,
    'put the file back that was uploaded, and run it again',
  );
  return { ...result, error, exitCode: error.exitCode };
}

/** What is stored and not calculated yet makes a run that went well unfinished. */
export function withUnfinished(result: RunResult, awaited: AwaitedDestination | undefined): RunResult {
  const { records, reason } = awaited?.unfinished() ?? { records: 0, reason: undefined };
  const wentWell = result.exitCode === ExitCode.ok || result.exitCode === ExitCode.rowsRejected;
  if (records === 0 || !wentWell) return result;
  return { ...result, undelivered: reason, exitCode: ExitCode.unfinished };
}

/** Standard output that could not be written (a full disk, not a reader that left) is a failure of its own. */
export async function settleOutput(terminal: Terminal, exitCode: ExitCode, options: UploadOptions): Promise<ExitCode> {
  const failure = await terminal.outFailure();
  if (failure === undefined) return exitCode;
  const error = new RunError(ExitCode.incomplete, 'OUTPUT_FAILED', `standard output can't be written: ${failure}`);
  showFailure(error, options, terminal);
  return error.exitCode;
}

/** What the rows of the whole file proved of decimal mark and dates, and those of rejected rows may not prove. */
function provenConventions(plan: Plan | undefined): readonly string[] {
  const conventions = plan?.inputs[0]?.conventions;
  if (conventions === undefined) return [];
  const { decimal, decimalReason, dateOrder, dateReason } = conventions;
  return [
    ...(decimalReason === 'evidence' && decimal === ',' ? ['--decimal', decimal] : []),
    ...(dateReason === 'evidence' && dateOrder !== 'iso' ? ['--date-format', dateOrder] : []),
  ];
}

/** Puts the report files in place; a failure to do so is the run's failure, unless it has one already. */
async function finishReports(reports: Reports, result: RunResult): Promise<{ files: WrittenFiles; result: RunResult }> {
  const { files, error } = await reports.finish();
  if (error === undefined) return { files, result };
  const failure = result.error ?? asRunError(error);
  return { files, result: { ...result, error: failure, exitCode: failure.exitCode } };
}
