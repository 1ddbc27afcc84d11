import type { Configuration } from '../../config/configuration.ts';
import type { CallEvent } from '../../delivery/caller.ts';
import type { DeliveredRun } from '../../delivery/delivery.ts';
import type { StoredRun } from '../../delivery/stored.ts';
import type { ParkedState } from '../../delivery/parking.ts';
import type { AwaitedDestination } from '../../delivery/awaited.ts';
import type { ComparedDestination } from '../../delivery/compared.ts';
import type { Target } from '../../destinations/destination.ts';
import { defect } from '../../errors.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { asNamed, type FoundInputs } from '../../input/folders/found-inputs.ts';
import { formats } from '../../input/formats.ts';
import type { MappingOptions } from '../../mapping/mapping.ts';
import { type OpenedInputs, type Plan, planRun, openInputs } from '../../pipeline/plan.ts';
import { run, type RunOptions } from '../../pipeline/run.ts';
import type { RunTarget } from '../../pipeline/run-target.ts';
import { totalBytesOf } from '../../pipeline/run-inputs.ts';
import { Replacements } from '../../pipeline/replacements.ts';
import type { RecordKind } from '../../records/kind.ts';
import { kindFor, kinds } from '../../records/kinds.ts';
import { Reports } from '../../report/files/reports.ts';
import { createProgress, type ProgressView } from '../../report/live/progress.ts';
import { noLog, type RunLog } from '../../report/log/run-log.ts';
import { emptySummary, type RunHead } from '../../report/summary.ts';
import type { Wait } from '../../api/wait.ts';
import type { CommandContext } from '../context.ts';
import { findNamed } from '../find-named.ts';
import { readMapping } from '../read-mapping.ts';
import type { Given } from '../setting-options.ts';
import { showFailure, toJson } from '../show-summary.ts';
import { settingsFor, type UploadOptions } from '../upload-options.ts';
import { readConfigurationFor, withSettings } from '../with-settings.ts';
import { checkOptions, checkRefunds, checkWait } from './check-options.ts';
import { type ChosenTarget, createDestination, modeOf } from './create-destination.ts';
import { report, settleOutput, withMissing, withReplaced, withUnfinished, withUnmet } from './end-run.ts';
import type { Journal } from './journal.ts';
import { mayNameAccounts, namesAccounts } from './names-accounts.ts';
import { prepareIleap } from './open-ileap.ts';
import { openLog } from './open-log.ts';
import { earlyFailure } from './failure.ts';
import type { Share } from './organizations.ts';
import { choosePaths } from './report-paths.ts';
import { createRunOptions } from './run-options.ts';
import { refuseOtherTarget } from './same-target.ts';
import { createWait } from './wait.ts';
import { withMapping } from './with-mapping.ts';

/** A run that is continued, or whose emissions are read back. */
export interface EarlierRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly task: 'resume' | 'results';
  /** Where it went. */
  readonly target: Target;
}

/** What the command line asks for. */
interface Request {
  readonly kindName: RecordKind['name'];
  /** Inputs as the command line names them. */
  readonly named: readonly string[];
  readonly given: Given<UploadOptions>;
  readonly context: CommandContext;
  readonly earlier: EarlierRun | undefined;
  /** Whether this is the run of one of the accounts that the rows name. */
  readonly isShare: boolean;
  readonly runId: string;
  readonly startedAt: Date;
}

/** A request with everything that its options leave to settings, and the files that it means. */
interface Configured extends Request {
  readonly found: FoundInputs;
  readonly options: UploadOptions;
  readonly configuration: Configuration;
}

/** What has been opened for a run, to be closed or thrown away when it ends, wherever that is. */
interface Held {
  log: RunLog;
  inputs?: OpenedInputs;
  progress?: ProgressView;
  target?: ChosenTarget;
  journal?: Journal;
  reports?: Reports;
}

/**
 * `requests` and `recharges`: options -> plan -> run -> report.
 *
 * @param earlier the run that this is about: what it has had accepted is not sent again
 * @returns the exit code; every failure has been reported
 */
export async function upload(
  kindName: RecordKind['name'],
  named: readonly string[],
  given: Given<UploadOptions>,
  context: CommandContext,
  earlier?: EarlierRun,
): Promise<ExitCode> {
  return perform({ kindName, named, given, context, earlier, isShare: false });
}

async function perform(asked: Omit<Request, 'runId' | 'startedAt'>): Promise<ExitCode> {
  const { context, earlier } = asked;
  const request: Request = { ...asked, runId: earlier?.id ?? context.createRunId(), startedAt: context.now() };
  const held: Held = { log: noLog };
  try {
    const configured = await configure(request, held);
    const { opened, mapping } = await open(configured, held);
    const shares = await findOwnShares(configured, opened, mapping);
    if (shares !== undefined) return await shareOut(configured, shares, held);
    const connection = await connect(configured, opened, mapping, held);
    const plan = planRun(opened, await completeMapping(configured, opened, mapping, connection.target));
    return await deliver(configured, plan, connection, held);
  } catch (error) {
    return fail(request, error, held);
  } finally {
    await held.journal?.close();
    if (held.target?.mode === 'upload') await held.target.connection.close();
    if (held.target?.mode === 'dry-run') await held.target.ledger?.close();
    await held.inputs?.close();
  }
}

/** The accounts that an upload's rows name, unless that is settled: by an earlier run, or as this is the run of one of them. */
async function findOwnShares(
  { earlier, isShare, options, configuration, context }: Configured,
  opened: OpenedInputs,
  mapping: MappingOptions,
): Promise<readonly Share[] | undefined> {
  if (earlier !== undefined || isShare || modeOf(options) !== 'upload') return undefined;
  if (!mayNameAccounts(opened, mapping)) return undefined;
  const { findShares } = await import('./organizations.ts');
  return findShares(opened, mapping, options, configuration, context);
}

/** Ends this run for those of the accounts. */
async function shareOut(configured: Configured, shares: readonly Share[], held: Held): Promise<ExitCode> {
  const { kindName, options, context } = configured;
  const { folderName } = options;
  const given = folderName === undefined ? configured.given : { ...configured.given, folderName };
  const { paths = [] } = held.inputs ?? {};
  const { writtenAs } = formats[held.inputs?.inputs[0]?.input.table.format ?? 'csv'];
  await held.inputs?.close();
  delete held.inputs;
  const { uploadShares } = await import('./upload-shares.ts');
  const exitCode = await uploadShares(shares, { paths, given, writtenAs }, context, (own, world) =>
    perform({ kindName, named: paths, given: own, context: world, earlier: undefined, isShare: true }),
  );
  const { error: _none, ...nothing } = emptySummary(headOf(configured, held), defect('nothing was sent by this run'));
  held.log.ended({ ...nothing, exit_code: exitCode });
  return exitCode;
}

const headOf = ({ kindName, given, runId, startedAt, context }: Request, { target }: Held): RunHead => ({
  command: kindName,
  mode: modeOf(given),
  runId,
  startedAt,
  durationMs: context.now().getTime() - startedAt.getTime(),
  target: accountOf(target),
});

/** The account of an upload, or of one that is only tried. */
const accountOf = (target: ChosenTarget | undefined): Target | undefined =>
  target?.mode === 'upload' ? target.connection.target : target?.mode === 'dry-run' ? target.ledger?.target : undefined;

/** Checks and completes the options, and opens the log. */
async function configure(request: Request, held: Held): Promise<Configured> {
  const { kindName, named, context, earlier, isShare } = request;
  checkOptions(request.given, named);
  // What is continued is what was begun, whatever has come into its folders since.
  const isListed = earlier !== undefined || isShare;
  const found = isListed ? asNamed(named) : await findNamed(named, request.given, context);
  const given = await withMapping({ ...request, paths: found.paths });
  const configuration = await readConfigurationFor(given, context);
  const settings = settingsFor(kindName, given);
  const configured = withSettings<UploadOptions>(given, settings, configuration, targetOptions(earlier));
  const options = found.name === undefined ? configured : { ...configured, folderName: found.name };
  if (earlier === undefined) checkWait(kinds[kindName], options);
  const { paths } = found;
  const logged = { command: kindName, paths, options, configuration, task: earlier?.task ?? 'upload' } as const;
  held.log = await openLog(headOf(request, held), logged, context);
  return { ...request, given, found, options, configuration };
}

/** A resumed run keeps its target unless something else names another. */
const targetOptions = (earlier: EarlierRun | undefined): { readonly baseUrl?: string; readonly org?: string } =>
  earlier === undefined ? {} : { baseUrl: earlier.target.baseUrl, org: earlier.target.organizationId };

/** Opens the inputs and maps their columns, as the options say. */
async function open(
  { kindName, found, options, earlier, startedAt, context }: Configured,
  held: Held,
): Promise<{ readonly opened: OpenedInputs; readonly mapping: MappingOptions }> {
  const target = options.local === true ? 'calculator' : 'api';
  const kind = kindFor(kindName, target, options.allowMissing !== undefined);
  const mapping = await readMapping(kind, options);
  checkRefunds(options, mapping);
  const opened = await openInputs(found.paths, {
    kind,
    input: { format: options.format, delimiter: options.delimiter, encoding: options.encoding, sheet: options.sheet },
    mapping,
    // Records are what they were, also if a year has begun since.
    schema: { currentYear: (earlier?.startedAt ?? startedAt).getUTCFullYear(), target },
    stdin: context.stdin,
    found,
  });
  held.inputs = opened;
  held.log.understood(opened);
  return { opened, mapping };
}

/** Where the records go, and what is shown and counted of the calls. */
interface Connection {
  readonly target: ChosenTarget;
  readonly view: ProgressView;
  readonly wait: Wait;
  readonly counts: { readonly retries: number };
}

/** Makes the destination. Nothing is sent yet, not even the key. */
async function connect(
  { options, configuration, runId, earlier, context }: Configured,
  opened: OpenedInputs,
  mapping: MappingOptions,
  held: Held,
): Promise<Connection> {
  const { terminal, now } = context;
  const counts = { retries: 0 };
  const view = await createProgress({
    terminal,
    isShown: options.progress && options.quiet !== true,
    isVerbose: options.verbose === true,
    mode: modeOf(options),
    paths: opened.paths,
    totalBytes: totalBytesOf(opened.inputs),
    now: () => now().getTime(),
  });
  held.progress = view;
  const onCall = (event: CallEvent): void => {
    if (event.retryInMs !== undefined) counts.retries += 1;
    view.call(event);
    held.log.call(event);
  };
  const wait = createWait(context, view.wait);
  const onParked = (state: ParkedState): void => held.log.parked(state);
  const calls = { runId, configuration, onCall, onParked, wait, isOfSeveral: namesAccounts(opened, mapping) };
  const target = await createDestination(opened.kind, options, context, calls);
  held.target = target;
  if (target.mode === 'upload' && earlier !== undefined) {
    refuseOtherTarget(runId, earlier.target, target.connection.target);
  }
  return { target, view, wait, counts };
}

/** The mapping with the ids of what the inputs have by name: a plan is complete when it is made. */
async function completeMapping(
  { options, context }: Configured,
  { kind, inputs }: OpenedInputs,
  mapping: MappingOptions,
  target: ChosenTarget,
): Promise<MappingOptions> {
  if (kind.lookedUpField === undefined) return mapping;
  const { withFuelIds } = await import('./fuel-names.ts');
  return withFuelIds(mapping, inputs, target, options, context);
}

/** Runs the plan and reports what became of it. */
async function deliver(configured: Configured, plan: Plan, connection: Connection, held: Held): Promise<ExitCode> {
  const { named, options, earlier, context } = configured;
  const { terminal } = context;
  const { kind, paths } = plan;
  const prepared = await createRunOptions(plan, options, context, connection.target);
  if (prepared.isStrict) {
    const { refuseImplausible } = await import('../../pipeline/refuse-implausible.ts');
    refuseImplausible(plan, prepared.bounds);
  }
  if (connection.target.mode === 'upload' && earlier === undefined) {
    const { confirmUpload } = await import('./confirm-upload.ts');
    await confirmUpload(kind, paths, connection.target.connection.target, options, context);
  }
  connection.view.start();
  plan.rest();
  const reportPaths = choosePaths(paths, plan, options, earlier?.task);
  const { target, delivery, stored, awaited, compared, replacements, runOptions } = await record(
    configured,
    plan,
    prepared,
    connection,
    held,
  );
  const { journal, log } = held;
  const reports = new Reports(plan, reportPaths, {
    resultColumns: target.mode === 'dry-run' ? [] : target.destination.resultColumns,
    givesBack:
      earlier?.task === 'results' ? 'stored' : journal?.isResumable === true ? 'refused' : 'refused and unsent',
    readsBack: awaited !== undefined,
    out: terminal.out,
    openIleap: await prepareIleap(plan, options, connection.target, context),
  });
  held.reports = reports;
  const delivered = await run(plan, target, runOptions, (arena, fragments) => {
    reports.begin(arena, fragments);
    return {
      wantsAccepted: reports.wantsAccepted,
      rows: (rows) => {
        reports.write(rows);
        for (const issues of rows.batch.issues.values()) log.refused(issues);
      },
      drained: () => terminal.outDrained(context.interrupted),
      progress: (state) => connection.view.update(state),
    };
  });
  const settled = await withReplaced(await withUnmet(delivered, delivery), delivery, replacements?.due ?? [], options);
  connection.view.stop();
  const result = withUnfinished(withMissing(settled, stored), awaited);
  const head = headOf(configured, held);
  const { retries } = connection.counts;
  const { summary, finished } = await report(
    { head, plan, named, options, reportPaths, reports, result, retries, runOptions },
    { journal, task: earlier?.task ?? 'upload', comparison: compared?.comparison() },
    context,
  );
  const exitCode = await settleOutput(terminal, finished.exitCode, options);
  log.ended({ ...summary, exit_code: exitCode });
  return exitCode;
}

/** The destination of a run, and what is asked of its parts at the end. */
interface Recorded {
  readonly target: RunTarget;
  readonly delivery?: DeliveredRun | undefined;
  readonly stored?: StoredRun | undefined;
  readonly awaited?: AwaitedDestination | undefined;
  readonly compared?: ComparedDestination | undefined;
  /** What takes the place of earlier versions. */
  readonly replacements?: Replacements | undefined;
  readonly runOptions: RunOptions;
}

/** Opens the record of a run that sends, and puts it before the destination. */
async function record(
  { options, given, configuration, runId, earlier, startedAt, context }: Configured,
  { kind, paths }: Plan,
  runOptions: RunOptions,
  { target: chosen, view, wait }: Connection,
  held: Held,
): Promise<Recorded> {
  if (chosen.mode === 'local') return { target: chosen, runOptions };
  if (chosen.mode === 'dry-run') return { target: { mode: 'dry-run', known: chosen.ledger?.known }, runOptions };
  const { connection: api } = chosen;
  const { target } = api;
  const { openJournal, journalled, knownOf } = await import('./journal.ts');
  const profile = configuration.profile?.name;
  const started = { id: runId, kind, paths, options, given, profile, target, startedAt };
  const journal = await openJournal(started, earlier?.task ?? 'upload', context);
  held.journal = journal;
  const { destination, delivery, stored, awaited, compared } = await journalled(api, journal, started, context, {
    wait,
    onLook: view.calculation,
  });
  const watched = held.log.watch(destination);
  const replacements = new Replacements();
  return {
    target: { mode: 'upload', destination: watched },
    delivery,
    stored,
    awaited,
    compared,
    replacements,
    runOptions: { ...runOptions, known: knownOf(journal, started, { delivery, replacements }) },
  };
}

/** Reports what ended a run before it was delivered. */
function fail(request: Request, error: unknown, held: Held): ExitCode {
  const { given, context } = request;
  const { log, progress, reports } = held;
  const { terminal } = context;
  const failure = earlyFailure(error, given.orgNamedBy, context);
  progress?.stop();
  reports?.discard();
  showFailure(failure, given, terminal);
  const summary = emptySummary(headOf(request, held), failure);
  context.failed(summary);
  if (given.json === true) terminal.out(toJson(summary));
  log.ended(summary);
  return failure.exitCode;
}
