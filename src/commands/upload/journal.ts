import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { stateDirectory } from '../../config/directories.ts';
import { type AwaitedDestination, type AwaitedOptions, createAwaited } from '../../delivery/awaited.ts';
import { type ComparedDestination, createCompared } from '../../delivery/compared.ts';
import type { ApiConnection, DeliveredRun } from '../../delivery/delivery.ts';
import type { KnownRules } from '../../delivery/known.ts';
import { createStored, type StoredRun } from '../../delivery/stored.ts';
import type { Destination, Target } from '../../destinations/destination.ts';
import { standardInput } from '../../input/source.ts';
import { fileOf } from '../../input/zip-path.ts';
import type { Account, NewRun, OpenRun, RunStore } from '../../ledger/run-store.ts';
import type { Replacements } from '../../pipeline/replacements.ts';
import type { RunOptions } from '../../pipeline/run.ts';
import type { RecordKind } from '../../records/kind.ts';
import { realPath } from '../../report/files/real-path.ts';
import { isUnfinished } from '../../report/runs.ts';
import type { CommandContext } from '../context.ts';
import type { Given } from '../setting-options.ts';
import type { UploadOptions } from '../upload-options.ts';

/** What is done with a run: it is made, continued, or its emissions are read back. */
export type Task = 'upload' | 'resume' | 'results';

/** The run in the ledger while it is in progress, and its lock. */
export interface Journal {
  readonly run: OpenRun;
  readonly task: Task;
  /** Whether `resume` can read the inputs again. */
  readonly isResumable: boolean;
  /** Gives lock and ledger free. */
  close(): Promise<void>;
}

/** An upload that is to be written down. */
export interface JournalledRun {
  readonly id: string;
  readonly kind: RecordKind;
  readonly paths: readonly string[];
  readonly options: UploadOptions;
  /** Its options as the command line gave them. */
  readonly given: Given<UploadOptions>;
  readonly profile: string | undefined;
  readonly target: Target;
  readonly startedAt: Date;
}

/** The ledger of this machine. Loaded where it is used: it takes longer to load than a small file takes to check. */
export async function openStore({
  environment,
  openRunStore,
}: Pick<CommandContext, 'environment' | 'openRunStore'>): Promise<RunStore> {
  if (openRunStore !== undefined) return openRunStore(stateDirectory(environment));
  const { createSqliteStore } = await import('../../ledger/sqlite-store.ts');
  return createSqliteStore(stateDirectory(environment));
}

export const accountOf = ({ kind, target }: Pick<JournalledRun, 'kind' | 'target'>): Account => ({
  kind: kind.name,
  baseUrl: target.baseUrl,
  organizationId: target.organizationId,
});

/**
 * Takes the lock on an upload and opens its run in the ledger: a new one, or the one that it continues.
 *
 * @throws RunError (exit 6) while another process does the same, (exit 2) where nothing can be written down
 */
export async function openJournal(started: JournalledRun, task: Task, context: CommandContext): Promise<Journal> {
  const { id, paths } = started;
  const store = await openStore(context);
  try {
    const isResumable = paths.every(isReadAgain);
    // What comes through a pipe is different each time.
    const inputs = isResumable ? paths.map(realPath) : [id];
    const run = task === 'upload' ? await store.create(newRun(started, context), inputs) : await store.open(id);
    return {
      run,
      task,
      isResumable,
      async close() {
        await run.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Whether an input can be read a second time: what comes through a pipe can't. */
export const isReadAgain = (path: string): boolean =>
  path !== standardInput && statSync(fileOf(path), { throwIfNoEntry: false })?.isFile() !== false;

const newRun = (started: JournalledRun, { args, workingDirectory }: CommandContext): NewRun => ({
  id: started.id,
  account: accountOf(started),
  args,
  paths: started.paths,
  options: whatIsKept(started),
  workingDirectory,
  startedAt: started.startedAt.toISOString(),
});

/** A destination, and what is to be asked of its parts at the end. */
interface Journalled {
  readonly destination: Destination;
  /** None where nothing is sent. */
  readonly delivery?: DeliveredRun;
  /** Of a run that is read back. */
  readonly stored?: StoredRun;
  readonly awaited?: AwaitedDestination;
  readonly compared?: ComparedDestination;
}

/** Waiting without a limit of the user's own ends after this. */
const longestWaitS = 3600;

/** The destination of a run that is written down: the API, or what is known already; waiting for emissions if asked. */
export async function journalled(
  api: ApiConnection,
  { run, task }: Journal,
  { kind, options }: JournalledRun,
  context: CommandContext,
  { wait, onLook }: Pick<AwaitedOptions, 'wait' | 'onLook'>,
): Promise<Journalled> {
  const { now } = context;
  const delivery = await api.deliveryOf(run, task !== 'upload');
  const stored = task === 'results' ? await createStored(run, delivery) : undefined;
  const destination = stored ?? delivery;
  const parts = stored === undefined ? { delivery } : { stored };
  // What the API does not calculate later is read back by `results` alone.
  const waits = stored !== undefined || (options.wait !== undefined && kind.readsBack);
  if (!waits) return { destination, ...parts };
  // Clocks may differ by as much.
  const since = Date.parse(run.run.startedAt) - 3_600_000;
  const seconds = options.wait === true ? longestWaitS : (options.wait ?? 0);
  const awaited = createAwaited(destination, {
    read: ({ isOlder, ...batch }, chunk) => api.readStored({ ...batch, since: isOlder ? 0 : since }, chunk),
    waitMs: seconds * 1000,
    overlaps: options.stopOnError !== true,
    now: () => now().getTime(),
    wait,
    onLook,
  });
  if (options.compare !== true) return { destination: awaited, ...parts, awaited };
  const { createLocalCalculator } = await import('./create-calculator.ts');
  const { calculator } = await createLocalCalculator(options, context);
  const compared = createCompared(awaited, calculator);
  return { destination: compared, ...parts, awaited, compared };
}

/** What the ledger knows of the records of a run, and by what rules it decides; nothing where nothing is sent. */
export const knownOf = (
  { run, task }: Journal,
  { kind, options }: Pick<JournalledRun, 'kind' | 'options'>,
  {
    delivery,
    replacements,
  }: { readonly delivery?: DeliveredRun | undefined; readonly replacements?: Replacements | undefined },
): RunOptions['known'] =>
  task === 'results'
    ? undefined
    : {
        ask: (marks) => run.known(marks),
        rules: {
          ...rulesOf(run.run.id, kind, options),
          resumedFrom: task === 'resume' ? Date.parse(run.run.startedAt) : undefined,
        },
        changes: delivery?.changesOf,
        named: delivery?.findNamed,
        replacements,
      };

/** By what rules it is decided what becomes of records that the ledger knows. */
export const rulesOf = (runId: string, kind: RecordKind, options: UploadOptions): KnownRules => ({
  runId,
  isAgain: options.again === true,
  countsAll: options.sinceLast === true,
  isUpsert: kind.isUpsert,
  replaces: options.replace === true,
});

/** The last upload of the same inputs to the same account, where it did not finish. */
export async function findUnfinished(
  { kind, paths, target }: Pick<JournalledRun, 'kind' | 'paths' | 'target'>,
  context: CommandContext,
): Promise<string | undefined> {
  const inputsOf = (workingDirectory: string, inputs: readonly string[]): string =>
    inputs
      .map((path) => resolve(workingDirectory, path))
      .toSorted()
      .join('\n');
  const inputs = inputsOf(context.workingDirectory, paths);
  const store = await openStore(context);
  try {
    const last = (await store.list()).find(
      ({ account, isRunning, workingDirectory, paths: own }) =>
        !isRunning &&
        account.kind === kind.name &&
        account.baseUrl === target.baseUrl &&
        account.organizationId === target.organizationId &&
        inputsOf(workingDirectory, own) === inputs,
    );
    return last !== undefined && isUnfinished(last) ? last.id : undefined;
  } finally {
    await store.close();
  }
}

/**
 * The options with which a run is continued, and no secret. How it shows itself is decided again. Where it goes is in its
 * target; as an option it is kept only if it was one, so that an environment that has changed is noticed.
 */
function whatIsKept({ options, given, profile }: JournalledRun): object {
  const {
    json: _json,
    quiet: _quiet,
    verbose: _verbose,
    progress: _progress,
    color: _color,
    yes: _yes,
    onFailure: _onFailure,
    ...kept
  } = options;
  const { baseUrl, org, apiKeyFile } = given;
  return { ...kept, profile, baseUrl, org, apiKeyFile: apiKeyFile === standardInput ? undefined : apiKeyFile };
}
