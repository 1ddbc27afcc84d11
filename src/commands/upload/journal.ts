import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { stateDirectory } from '../../config/directories.ts';
import { type AwaitedDestination, type AwaitedOptions, createAwaited } from '../../destinations/awaited.ts';
import { type ComparedDestination, createCompared } from '../../destinations/compared.ts';
import { type Destination, Fate, type KnownBefore, type Target } from '../../destinations/destination.ts';
import { uncertain } from '../../destinations/fates.ts';
import { createRecorded, type ResumableDestination } from '../../destinations/recorded.ts';
import { createStored } from '../../destinations/stored.ts';
import { standardInput } from '../../input/source.ts';
import type { RunOptions } from '../../pipeline/run.ts';
import type { RecordKind } from '../../records/kind.ts';
import { isUnfinished } from '../../report/runs.ts';
import type { RunFile } from '../../state/run-file.ts';
import { RunFolder } from '../../state/run-folder.ts';
import type { CommandContext } from '../context.ts';
import type { Given } from '../setting-options.ts';
import type { UploadOptions } from '../upload-options.ts';

/** What is done with a run: it is made, gone on with, or its emissions are read back. */
export type Task = 'upload' | 'resume' | 'results';

/** The record of an upload while it goes on, and its lock. */
export interface Journal {
  readonly file: RunFile;
  readonly task: Task;
  /** Whether `resume` can read the inputs again. */
  readonly isResumable: boolean;
  /** Gives lock and file free. */
  close(): void;
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

export const openRunFolder = ({ environment }: Pick<CommandContext, 'environment'>): RunFolder =>
  new RunFolder(stateDirectory(environment));

/**
 * Takes the lock on an upload and opens its record: a new one, or the one that it goes on with.
 *
 * @throws RunError (exit 6) while another process does the same, (exit 2) where nothing can be written down
 */
export function openJournal(run: JournalledRun, task: Task, context: CommandContext): Journal {
  const { id, kind, paths, target, startedAt } = run;
  const folder = openRunFolder(context);
  const isResumable = paths.every(isReadAgain);
  // What comes through a pipe is different each time.
  const inputs = isResumable ? paths.map((path) => realpathSync(path)).toSorted() : [id];
  const holder = { run: id, pid: context.pid, since: startedAt.toISOString() };
  const release = folder.lock({ command: kind.name, inputs, ...target }, holder);
  try {
    const file = task === 'upload' ? create(folder, run, context) : folder.open(id);
    if (task === 'resume') file.reopen();
    return {
      file,
      task,
      isResumable,
      close() {
        // One that ended before it sent anything leaves nothing to look up.
        const isEmpty = task !== 'results' && file.run?.finishedAt === null && file.chunks().length === 0;
        file.close();
        if (isEmpty) folder.remove(id);
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Whether an input can be read a second time: what comes through a pipe can't. */
export const isReadAgain = (path: string): boolean =>
  path !== standardInput && statSync(path, { throwIfNoEntry: false })?.isFile() !== false;

const create = (folder: RunFolder, run: JournalledRun, context: CommandContext): RunFile =>
  folder.create({
    id: run.id,
    command: run.kind.name,
    args: context.args,
    paths: run.paths,
    options: whatIsKept(run),
    workingDirectory: context.workingDirectory,
    ...run.target,
    startedAt: run.startedAt.toISOString(),
  });

/** A destination, and what is to be asked of its parts at the end. */
interface Journalled {
  readonly destination: Destination;
  readonly awaited?: AwaitedDestination;
  readonly compared?: ComparedDestination;
}

/** Waiting without a limit of the user's own ends after this. */
const longestWaitS = 3600;

/** The destination of a run that is written down: the API, or what is known already; waiting for emissions if asked. */
export async function journalled(
  api: ResumableDestination,
  { file, task }: Journal,
  { kind, options }: JournalledRun,
  context: CommandContext,
  { wait, onLook }: Pick<AwaitedOptions, 'wait' | 'onLook'>,
): Promise<Journalled> {
  const { now } = context;
  const destination = task === 'results' ? createStored(file, api) : createRecorded(api, file);
  const waits = task === 'results' || options.wait !== undefined;
  if (!waits || !kind.readsBack) return { destination };
  const seconds = options.wait === true ? longestWaitS : (options.wait ?? 0);
  const awaited = createAwaited(destination, {
    read: (batch, chunk) => api.readStored(batch, chunk),
    waitMs: seconds * 1000,
    overlaps: options.stopOnError !== true,
    now: () => now().getTime(),
    wait,
    onLook,
  });
  if (options.compare !== true) return { destination: awaited, awaited };
  const { createLocalCalculator } = await import('./create-calculator.ts');
  const { calculator } = await createLocalCalculator(options, context);
  const compared = createCompared(awaited, calculator);
  return { destination: compared, awaited, compared };
}

/**
 * What earlier uploads have brought to the same account (`--since-last`). Where it is unknown whether a shipment arrived,
 * the run that sent it must find out first; what the API replaces can be sent again without harm.
 *
 * @returns what is known of the records with these hashes
 */
export function findSentBefore(
  { kind, target }: Pick<JournalledRun, 'kind' | 'target'>,
  startedAt: Date,
  context: CommandContext,
): NonNullable<RunOptions['knownBefore']> {
  const find = openRunFolder(context).sentBefore({ command: kind.name, ...target }, startedAt.toISOString());
  const knownOf = (hash: string): KnownBefore | undefined => {
    const found = find(hash);
    if (found === undefined || (!found.isAccepted && kind.isUpsert)) return undefined;
    const { run, row } = found;
    return found.isAccepted ? acceptedBefore(run, row) : uncertainBefore(run);
  };
  return async (hashes) => hashes.map(knownOf);
}

const acceptedBefore = (run: string, row: number): KnownBefore => ({
  fate: Fate.accepted,
  result: { status: `accepted by run ${run.slice(0, 8)}, row ${String(row)}` },
  warning: { code: 'ACCEPTED_BEFORE', message: `accepted by run ${run}, and not sent again (--since-last)` },
});

const uncertainBefore = (run: string): KnownBefore => ({
  fate: Fate.uncertain,
  issue: {
    ...uncertain(`run ${run} sent it and heard no answer`),
    hint: `find out first: dcycle-upload resume ${run}`,
  },
});

/** An upload that this one would repeat, in whole or in part. */
export interface EarlierUpload {
  readonly id: string;
  readonly isUnfinished: boolean;
  readonly accepted: number;
}

/** The last upload of the same inputs to the same account, if it did not finish, or they have not changed since. */
export function findEarlierUpload(
  { kind, paths, target }: Pick<JournalledRun, 'kind' | 'paths' | 'target'>,
  context: CommandContext,
): EarlierUpload | undefined {
  // A record that is sent again replaces itself.
  if (kind.isUpsert) return undefined;
  const inputsOf = (workingDirectory: string, inputs: readonly string[]): string =>
    inputs
      .map((path) => resolve(workingDirectory, path))
      .toSorted()
      .join('\n');
  const inputs = inputsOf(context.workingDirectory, paths);
  const last = openRunFolder(context)
    .list()
    .flatMap((listed) => (listed.isRunning ? [] : [listed]))
    .find(
      ({ run }) =>
        run.command === kind.name &&
        run.baseUrl === target.baseUrl &&
        run.organizationId === target.organizationId &&
        // What is known of a run that was broken off stands in its chunks alone.
        (run.records === null || run.records.accepted + run.records.uncertain > 0) &&
        inputsOf(run.workingDirectory, run.paths) === inputs,
    );
  if (last === undefined) return undefined;
  const { id, run } = last;
  const earlier = { id, isUnfinished: isUnfinished(last), accepted: run.records?.accepted ?? 0 };
  const startedMs = Date.parse(run.startedAt);
  const isSame = paths.every((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < startedMs);
  return earlier.isUnfinished || isSame ? earlier : undefined;
}

/**
 * The options with which a run is gone on with, and no secret. How it shows itself is decided again. Where it goes stands in its
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
