import { existsSync, statSync } from 'node:fs';
import type { CallEvent } from '../destinations/api-calls.ts';
import type { AwaitedDestination } from '../destinations/awaited.ts';
import type { ComparedDestination } from '../destinations/compared.ts';
import type { Destination } from '../destinations/destination.ts';
import type { ResumableDestination } from '../destinations/recorded.ts';
import { asRunError, errorMessage, RunError, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { baseName } from '../input/formats.ts';
import { standardInput } from '../input/source.ts';
import { didYouMean } from '../mapping/names.ts';
import { Journeys } from '../pipeline/journeys.ts';
import { type Plan, planRun } from '../pipeline/plan.ts';
import { run, type RunOptions, type RunResult } from '../pipeline/run.ts';
import type { RecordKind } from '../records/kind.ts';
import { kinds } from '../records/kinds.ts';
import { localRecharges } from '../records/recharge.ts';
import { createProgress, type ProgressView } from '../report/progress.ts';
import { type ReportPaths, Reports, standardOutput, type WrittenFiles } from '../report/reports.ts';
import { buildSummary, emptySummary, type RunHead, type Summary } from '../report/summary.ts';
import type { Terminal } from '../report/terminal.ts';
import { commandLineFor } from './command-line.ts';
import type { CommandContext } from './context.ts';
import type { Journal } from './journal.ts';
import { createDestination, modeOf } from './create-destination.ts';
import { createVehicleCheck } from './vehicle-check.ts';
import { readConfigurationFor, withSettings } from './with-settings.ts';
import { writeJourneys } from './write-journeys.ts';
import { readMapping } from './read-mapping.ts';
import type { Given } from './setting-options.ts';
import { showFailure, showSummary, toJson } from './show-summary.ts';
import { settingsFor, type UploadOptions } from './upload-options.ts';

/** A run that is gone on with, or whose emissions are read back. */
export interface EarlierRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly task: 'resume' | 'results';
  /** Where it went. */
  readonly target: { readonly baseUrl: string; readonly org: string };
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
  try {
    checkOptions(given, paths);
    const configuration = await readConfigurationFor(given, context);
    const settings = settingsFor(kindName, given);
    const options = withSettings<UploadOptions>(given, settings, configuration, earlier?.target);
    const kind = kindName === 'recharges' && options.local === true ? localRecharges : kinds[kindName];
    const mapping = await readMapping(kind, options);
    // Read at each look-up, so that the account's fuels can be added once it is known that they are needed.
    const fuelIds = new Map(mapping.values.get('fuel_id'));
    plan = await planRun({
      kind,
      paths,
      input: { format: options.format, delimiter: options.delimiter, encoding: options.encoding },
      mapping: { ...mapping, values: new Map([...mapping.values, ['fuel_id', fuelIds]]) },
      // Records are what they were, also if a year has begun since.
      schema: {
        currentYear: (earlier?.startedAt ?? startedAt).getUTCFullYear(),
        target: options.local === true ? 'calculator' : 'api',
      },
      stdin: context.stdin,
    });
    const counts = { retries: 0 };
    const view = await createProgress({
      terminal,
      isShown: options.progress && options.quiet !== true,
      isVerbose: options.verbose === true,
      totalBytes: totalBytesOf(plan),
      now: () => now().getTime(),
    });
    progress = view;
    const onCall = (event: CallEvent): void => {
      if (event.retryInMs !== undefined) counts.retries += 1;
      view.call(event);
    };
    destination = await createDestination(kind, options, context, { runId, configuration, onCall });
    if (kind.name === 'recharges' && destination.fuels !== undefined) {
      await addAccountFuels(fuelIds, plan, destination.fuels);
    }
    plan.rest();
    const reportPaths = choosePaths(paths, plan, options);
    let runOptions = await createRunOptions(kind, options, context, plan);
    let awaited: AwaitedDestination | undefined;
    let compared: ComparedDestination | undefined;
    if (destination.target !== undefined) {
      const { findAcceptedBefore, openJournal, journalled } = await import('./journal.ts');
      const { target } = destination;
      if (options.sinceLast === true) {
        const since = earlier?.startedAt ?? startedAt;
        runOptions = {
          ...runOptions,
          acceptedBefore: findAcceptedBefore({ command: kindName, target }, since, context),
        };
      }
      const profile = configuration.profile?.name;
      const started = { id: runId, command: kindName, paths, options, given, profile, target, startedAt };
      journal = openJournal(started, earlier?.task ?? 'upload', context);
      const connected = destination as ResumableDestination;
      ({ destination, awaited, compared } = await journalled(connected, journal, started, context));
    }
    const isResumable = journal?.isResumable === true;
    const reports = new Reports(plan, reportPaths, {
      resultColumns: destination.resultColumns,
      givesBack: earlier?.task === 'results' ? 'none' : isResumable ? 'refused' : 'refused and unsent',
      out: terminal.out,
    });
    const delivered = await run(plan, destination, runOptions, {
      refused: (row, issues) => reports.refused(row, issues),
      accepted: (row, values) => reports.accepted(row, values),
      progress: (state) => view.update(state),
    });
    view.stop();
    const result = withUnfinished(earlier === undefined ? delivered : withLost(delivered, plan, journal), awaited);
    const replacesRejected = statSync(reportPaths.rejected, { throwIfNoEntry: false })?.isFile() === true;
    const { files: written, result: finished } = finishReports(reports, result);
    const files = { ...written, ...(await writeJourneys(runOptions.journeys, reportPaths.totals ?? '', plan)) };
    if (replacesRejected && files.rejected !== null && options.quiet !== true) {
      terminal.err(`note: the earlier ${files.rejected} is kept as ${files.rejected}.bak\n`);
    }
    warnOfStaleReports(options, reportPaths, files, terminal);
    const summary = buildSummary({
      head: head(),
      plan,
      result: finished,
      causes: reports.causes,
      files,
      retries: counts.retries,
    });
    if (earlier?.task !== 'results') writeEnd(journal, summary, context);
    showSummary(summary, reports, finished, options, terminal, {
      again: (file) => commandLineFor(context.args, paths, file, provenConventions(plan)),
      resume: isResumable && earlier?.task !== 'results' ? `dcycle-upload resume ${runId}` : undefined,
      results: isResumable ? `dcycle-upload results ${runId}` : undefined,
      ...(compared === undefined ? {} : { comparison: compared.comparison() }),
    });
    return await settleOutput(terminal, finished.exitCode, options);
  } catch (error) {
    const failure = context.interrupted.aborted ? interruptedEarly(context.interrupted) : asRunError(error);
    progress?.stop();
    showFailure(failure, given, terminal);
    if (given.json === true) terminal.out(toJson(emptySummary(head(), failure)));
    return failure.exitCode;
  } finally {
    journal?.close();
    await destination?.close();
    await plan?.close();
  }
}

/** The API takes fuels by id. Where the input names them, their ids are looked up in the account. */
async function addAccountFuels(
  ids: Map<string, string>,
  plan: Plan,
  readFuels: NonNullable<Destination['fuels']>,
): Promise<void> {
  const { idsByName, namesFuels } = await import('./fuel-names.ts');
  if (!namesFuels(plan, ids)) return;
  for (const [name, id] of idsByName(await readFuels())) if (!ids.has(name)) ids.set(name, id);
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

function checkOptions(options: Given<UploadOptions>, paths: readonly string[]): void {
  const { local, dryRun, json, out, errors, rejected } = options;
  const { factors, hubs, homeCountry, avoid, router, by, palletKg, teuT } = options;
  for (const [option, path] of Object.entries({ '--out': out, '--errors': errors, '--rejected': rejected })) {
    if (path?.trim() === '') throw usageError('OPTIONS_EMPTY', `${option} is empty`, `give ${option} a file`);
    if (path === standardOutput && option !== '--out') {
      throw usageError('OPTIONS_CONFLICT', `${option} takes a file, not standard output`);
    }
  }
  if (local !== true) {
    const calculating = {
      '--factors': factors,
      '--hubs': hubs,
      '--home-country': homeCountry,
      '--avoid': avoid,
      '--router': router,
      '--by': by,
    };
    const masses = { '--pallet-kg': palletKg, '--teu-t': teuT };
    const [option] = Object.entries({ ...calculating, ...masses }).find(([, value]) => value !== undefined) ?? [];
    if (option !== undefined) {
      throw usageError(
        'OPTIONS_CONFLICT',
        `${option} belongs to the embedded calculator`,
        'add --local, or leave it out',
      );
    }
  }
  if (local === true && dryRun === true) {
    throw usageError('OPTIONS_CONFLICT', '--local and --dry-run exclude each other', 'give the one you mean');
  }
  if (options.apiKeyFile === standardInput && paths.includes(standardInput)) {
    throw usageError(
      'OPTIONS_CONFLICT',
      '--api-key-file - and the input - both want standard input',
      'give the path of one of them',
    );
  }
  if (json === true && out === standardOutput) {
    throw usageError('OPTIONS_CONFLICT', '--json and --out - both want standard output', 'write the results to a file');
  }
}

function choosePaths(paths: readonly string[], plan: Plan, options: UploadOptions): ReportPaths {
  const name = baseName(paths[0] ?? standardOutput);
  const isJsonl = plan.inputs[0]?.input.table.format === 'jsonl';
  return {
    // A dry run has no results.
    results:
      options.dryRun === true
        ? undefined
        : (options.out ?? (options.local === true || options.wait !== undefined ? `${name}.results.csv` : undefined)),
    totals: options.by === undefined ? undefined : `${name}.by-${options.by}.csv`,
    errors: options.errors ?? `${name}.errors.csv`,
    rejected: options.rejected ?? `${name}.rejected.${isJsonl ? 'jsonl' : 'csv'}`,
  };
}

/** Rows that wait for each other before they are calculated; fewer die young and cost less memory. */
const localChunkRecords = 256;

async function createRunOptions(
  kind: RecordKind,
  options: UploadOptions,
  context: CommandContext,
  plan: Plan,
): Promise<RunOptions> {
  const vehicles =
    kind.name === 'requests' && options.local !== true ? await createVehicleCheck(options, context) : undefined;
  return {
    chunkRecords: options.local === true ? localChunkRecords : options.chunkSize,
    dedupeKey: readDedupeKey(kind, options.dedupeKey, plan),
    stopOnError: options.stopOnError === true,
    maxErrors: options.maxErrors,
    interrupted: context.interrupted,
    recordWarnings: (record) => [...kind.warnings(record), ...(vehicles?.warnings(record) ?? [])],
    refusal: vehicles?.refusal,
    journeys: options.by === undefined ? undefined : new Journeys(options.by),
  };
}

function readDedupeKey(kind: RecordKind, text: string | undefined, { inputs }: Plan): RunOptions['dedupeKey'] {
  if (text === undefined || text === 'none') return text;
  const fields = text.split(',').map((field) => field.trim());
  const names = Object.keys(kind.fields);
  const unknown = fields.find((field) => !names.includes(field));
  if (unknown !== undefined) {
    throw usageError(
      'DEDUPE_KEY_INVALID',
      `--dedupe-key names a field "${unknown}" that ${kind.name} do not have${didYouMean(unknown, names)}`,
      `the fields are ${names.join(', ')}`,
    );
  }
  const mapped = new Set(inputs.flatMap(({ mapping }) => mapping.sources.map(({ field }) => field)));
  if (fields.some((field) => mapped.has(field))) return fields;
  throw usageError(
    'DEDUPE_KEY_INVALID',
    `no column holds ${fields.join(' or ')}, which --dedupe-key names`,
    'map one with --map',
  );
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

/** A report of an earlier run must not be taken for one of this run. */
function warnOfStaleReports(options: UploadOptions, paths: ReportPaths, files: WrittenFiles, terminal: Terminal): void {
  const stale = [
    ...(options.errors === undefined && files.errors === null ? [paths.errors] : []),
    ...(options.rejected === undefined && files.rejected === null ? [paths.rejected] : []),
  ].filter((path) => existsSync(path));
  if (stale.length === 0 || options.quiet === true) return;
  terminal.err(
    `note: ${stale.join(' and ')} ${stale.length === 1 ? 'is' : 'are'} left from an earlier run; this run wrote no such file\n`,
  );
}
