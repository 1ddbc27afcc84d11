import { resolve } from 'node:path';
import { Remover } from '../../delivery/remover.ts';
import {
  assumeMissing,
  countStored,
  findListed,
  markListed,
  removedIds,
  removeStored,
  type Selection,
  type StoredByRun,
} from '../../delivery/undo.ts';
import { findOlder, type LeftRecord, readFailed } from '../../delivery/undo-selection.ts';
import { asRunError, RunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { OpenRun, RunRecord, RunStore } from '../../ledger/run-store.ts';
import { interruption } from '../../pipeline/stop.ts';
import type { RecordKind } from '../../records/kind.ts';
import { kinds } from '../../records/kinds.ts';
import { count, plural } from '../../report/format.ts';
import { createStatusLine } from '../../report/live/status-line.ts';
import type { UndoDocument } from '../../report/undo-document.ts';
import { renderUndo, undoNotes } from '../../report/undo.ts';
import type { CommandContext } from '../context.ts';
import type { Given } from '../setting-options.ts';
import { showFailure } from '../show-summary.ts';
import { type UndoOptions, undoSettings } from '../undo-command.ts';
import { openStore } from '../upload/journal.ts';
import { type LaterRun, findLaterRuns } from './later-runs.ts';
import type { AccountReader } from './read-account.ts';
import { openRunAccount } from './run-account.ts';
import { settleRun } from './settle-run.ts';

/** What is known of an undo, and shown of it at its end. */
interface Facts {
  run: RunRecord | undefined;
  stored: StoredByRun | undefined;
  left: readonly LeftRecord[];
  later: readonly LaterRun[];
  deleted: number;
  isChecked: boolean | null;
}

/** A run of which records are to be deleted. */
interface Undo {
  readonly open: OpenRun;
  readonly kind: RecordKind;
  readonly options: UndoOptions;
  readonly account: AccountReader;
  readonly context: CommandContext;
  readonly facts: Facts;
}

/**
 * `undo`: deletes what a run has stored.
 *
 * @returns 0 when all is gone, or the exit code of what was reported
 */
export async function undo(id: string, given: Given<UndoOptions>, context: CommandContext): Promise<ExitCode> {
  const facts: Facts = {
    run: undefined,
    stored: undefined,
    left: [],
    later: [],
    deleted: 0,
    isChecked: null,
  };
  let failure: RunError | undefined;
  try {
    const store = await openStore(context);
    try {
      await undoRun(store, id, given, context, facts);
    } finally {
      await store.close();
    }
  } catch (error) {
    failure = asRunError(error);
  }
  return report(id, given, context, facts, failure);
}

function report(
  id: string,
  { json, dryRun }: Pick<UndoOptions, 'json' | 'dryRun'>,
  { terminal, interrupted, failed }: CommandContext,
  facts: Facts,
  failure: RunError | undefined,
): ExitCode {
  const exitCode = interruption(interrupted)?.exitCode ?? failure?.exitCode ?? ExitCode.ok;
  const document = documentOf(id, dryRun === true, facts, exitCode, failure);
  if (failure !== undefined) failed(document);
  if (json === true) terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  else if (document.kind !== null && (failure === undefined || facts.deleted > 0)) {
    const { outStyle: style, outWidth: width } = terminal;
    terminal.out(renderUndo(document, kinds[document.kind].noun, { style, width, isVerbose: false }));
  }
  if (failure !== undefined) showFailure(failure, {}, terminal);
  return exitCode;
}

function documentOf(
  id: string,
  isDry: boolean,
  { run, stored, left, later, deleted, isChecked }: Facts,
  exitCode: ExitCode,
  failure: RunError | undefined,
): UndoDocument {
  return {
    schema: 'dcycle-upload/undo/1',
    run_id: run?.id ?? id,
    kind: run?.account.kind ?? null,
    target: run === undefined ? null : { base_url: run.account.baseUrl, organization_id: run.account.organizationId },
    dry_run: isDry,
    records: {
      selected: stored?.records ?? 0,
      deleted,
      deleted_before: stored?.removed ?? 0,
      stored_twice: stored?.surplus ?? 0,
      left: left.length + (stored?.nameless ?? 0),
    },
    left: left.map(({ path, ...each }) => ({ ...each, file: path })),
    replaced: run?.replaced ?? 0,
    later_runs: [...later],
    checked: isChecked,
    exit_code: exitCode,
    error: failure === undefined ? null : { code: failure.code, message: failure.message, hint: failure.hint ?? null },
  };
}

async function undoRun(
  store: RunStore,
  id: string,
  given: Given<UndoOptions>,
  context: CommandContext,
  facts: Facts,
): Promise<void> {
  const open = await store.open(id);
  try {
    facts.run = open.run;
    const kind = kinds[open.run.account.kind];
    if (given.rows === 'failed' && !kind.readsBack) {
      throw usageError('OPTIONS_CONFLICT', `--rows failed is for shipments: ${kind.noun[1]} are calculated at once`);
    }
    facts.stored = await countStored(open);
    if (facts.stored.uncertain > 0) facts.stored = await settleUncertain(open, given, context, kind);
    facts.later = await findLaterRuns(store, open.run);
    const account = await openRunAccount<UndoOptions>(
      open.run,
      given,
      { settings: undoSettings, use: undoing },
      context,
    );
    try {
      await undoStored({ open, kind, options: account.options, account: account.reader, context, facts });
    } finally {
      await account.reader.close();
    }
  } finally {
    await open.close();
  }
}

/** Finds out what became of records of which that is unknown; nothing is deleted before. */
async function settleUncertain(
  open: OpenRun,
  { profile, apiKeyFile, settle, assume, dryRun }: Given<UndoOptions>,
  context: CommandContext,
  { noun }: RecordKind,
): Promise<StoredByRun> {
  const line = createStatusLine(context.terminal, () => context.now().getTime());
  line.show('looking up records of which it is unknown whether they are stored');
  const given = {
    ...(profile === undefined ? {} : { profile }),
    ...(apiKeyFile === undefined ? {} : { apiKeyFile: resolve(context.workingDirectory, apiKeyFile) }),
    ...(settle === undefined ? {} : { settle }),
  };
  const failure = await settleRun(open, given, context);
  line.end();
  const stored = await countStored(open);
  if (stored.uncertain === 0) return stored;
  if (failure?.exitCode === ExitCode.refused) throw failure;
  if (assume === 'missing') {
    if (dryRun !== true) await assumeMissing(open);
    return countStored(open);
  }
  const short = open.run.id.slice(0, 8);
  const why = failure === undefined ? '' : ` (${failure.message})`;
  throw new RunError(
    ExitCode.incomplete,
    'RUN_UNSETTLED',
    `it is unknown whether the API stored ${plural(stored.uncertain, ...noun)} of run ${short}${why}; nothing was deleted`,
    `run it again later; or, when you have looked in Dcycle and deleted what is there of them: dcycle-upload undo ${short} --assume missing`,
  );
}

const undoing = { what: 'an undo', without: 'nothing can be deleted without an account' };

async function undoStored(work: Undo): Promise<void> {
  const { open, options, facts, context, kind } = work;
  const isSelected = await select(work);
  facts.stored = await countStored(open, isSelected);
  const { terminal } = context;
  const notes = undoNotes(documentOf(open.run.id, false, facts, ExitCode.ok, undefined), kind.noun);
  if (options.dryRun === true) {
    terminal.err(notes);
    return;
  }
  if (facts.stored.records === 0 && open.run.undo === 'done') return;
  if (facts.stored.records > 0) {
    terminal.err(notes);
    await confirm(work, facts.stored.records);
    await remove(work, isSelected);
  }
  // Of a part that is deleted, the rest is as it was.
  if (open.run.undo !== undefined) await check(work);
  if (options.rows === undefined && (open.run.undo !== undefined || facts.stored.records > 0)) {
    await open.mark({ undo: 'done' });
  }
  refuseNameless(facts.stored, kind);
}

/** What is to be deleted: all, or what failed; but not what was there before the run. */
async function select({ open, kind, options, account, facts }: Undo): Promise<Selection> {
  if (options.rows === 'failed') {
    const { files, since } = facts.stored ?? { files: undefined, since: 0 };
    const failed = await readFailed(open, account.get, kind.listPath, { files, since });
    if ('reason' in failed) throw unreadable(failed.reason);
    return (id) => failed.has(id);
  }
  if (!kind.isUpsert || facts.stored?.records === 0) return () => true;
  const older = await findOlder(open, account.get, kind.listPath);
  if ('reason' in older) throw unreadable(older.reason);
  facts.left = [...older.values()];
  return (id) => !older.has(id);
}

const unreadable = (reason: string): RunError =>
  new RunError(
    ExitCode.incomplete,
    'ACCOUNT_UNREADABLE',
    `the account’s records can’t be read: ${reason}; nothing was deleted`,
    'try again later',
  );

async function confirm({ open, kind, options, context }: Undo, records: number): Promise<void> {
  if (options.yes === true) return;
  const { id, account } = open.run;
  const { host } = new URL(account.baseUrl);
  const what = `${plural(records, ...kind.noun)} of run ${id.slice(0, 8)} from ${host}, organisation ${account.organizationId}`;
  if (context.questions === undefined) {
    throw usageError(
      'NOT_CONFIRMED',
      `${what}, would be deleted; nothing was`,
      '--yes deletes them without a question',
    );
  }
  if (await context.questions.confirm(`Delete ${what}?`, false)) return;
  throw usageError(
    'NOT_CONFIRMED',
    'the undo was not confirmed; nothing was deleted',
    '--dry-run only says what it is',
  );
}

async function remove({ open, kind, options, account, context, facts }: Undo, isSelected: Selection): Promise<void> {
  const { interrupted, terminal, now } = context;
  const total = facts.stored?.records ?? 0;
  const { concurrency } = options;
  const remover = new Remover({ kind, caller: account.caller, concurrency });
  const line = createStatusLine(terminal, () => now().getTime());
  const isPart = options.rows === 'failed' && (open.run.undo ?? 'partly') === 'partly';
  const state = isPart ? 'partly' : 'begun';
  try {
    await open.mark({ undo: state });
    facts.deleted = await removeStored({
      run: open,
      remover,
      isSelected,
      state,
      isInterrupted: () => interrupted.aborted,
      onProgress: (deleted) => {
        facts.deleted = deleted;
        line.show(`deleting: ${count(deleted)} of ${plural(total, ...kind.noun)}`);
      },
    });
  } finally {
    line.end();
  }
  if (remover.error !== undefined) throw remover.error;
  if (facts.deleted >= total) return;
  const reason = interrupted.aborted ? 'interrupted' : (remover.reason ?? 'the API refused it');
  throw incomplete(
    `${count(facts.deleted)} of ${plural(total, ...kind.noun)} are deleted: ${reason}`,
    open.run.id,
    options,
  );
}

const incomplete = (message: string, id: string, { rows }: Pick<UndoOptions, 'rows'>): RunError =>
  new RunError(
    ExitCode.incomplete,
    'UNDO_INCOMPLETE',
    message,
    `run it again, it continues where it stopped: dcycle-upload undo ${id.slice(0, 8)}${rows === undefined ? '' : ` --rows ${rows}`}`,
  );

/** Looks at the list; it may be late, so it is looked at again, later. */
async function check({ open, kind, options, account, facts }: Undo): Promise<void> {
  if (options.settle === 0 || facts.stored === undefined) return;
  const { listPath, noun } = kind;
  const { files, since } = facts.stored;
  // What one look finds counts as deleted no more, and is looked for again all the same.
  const removed = await removedIds(open);
  let unread: string | undefined;
  let left = 0;
  for (const factor of [1, 3]) {
    if ((await account.wait(options.settle * factor * 1000, 'look-up')) === 'interrupted') break;
    const found = await findListed(removed, account.get, { listPath, files, since });
    unread = 'reason' in found ? found.reason : undefined;
    if (!('reason' in found)) left = await markListed(open, removed, found);
    facts.isChecked = left === 0 && unread === undefined;
    if (facts.isChecked) return;
  }
  takeBack(facts, left);
  throw incomplete(whyUnchecked(left, { noun, unread }), open.run.id, options);
}

function whyUnchecked(
  left: number,
  { noun, unread }: { readonly noun: RecordKind['noun']; readonly unread: string | undefined },
): string {
  if (left > 0) return `the list still has ${plural(left, ...noun)} whose deletion the API had confirmed`;
  return unread === undefined
    ? 'interrupted before the list was looked at'
    : `all is deleted, as the API said, but its list can’t be read to check it: ${unread}`;
}

/** Counts records as deleted no more: those of this undo first. */
function takeBack(facts: Facts, records: number): void {
  const own = Math.min(records, facts.deleted);
  facts.deleted -= own;
  if (facts.stored !== undefined) facts.stored = { ...facts.stored, removed: facts.stored.removed - (records - own) };
}

function refuseNameless({ nameless }: StoredByRun, { noun }: RecordKind): void {
  if (nameless === 0) return;
  throw new RunError(
    ExitCode.incomplete,
    'UNDO_INCOMPLETE',
    `${plural(nameless, ...noun)} of the run count as accepted and have no id, and are left`,
    'delete them in Dcycle, if they are there; runs forget drops the run from the ledger',
  );
}
