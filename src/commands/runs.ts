import { asRunError, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { RunRecord, RunStore } from '../ledger/run-store.ts';
import { kinds } from '../records/kinds.ts';
import { plural } from '../report/format.ts';
import { callDocument, renderRun, renderRuns, runDocument } from '../report/runs.ts';
import type { CommandContext } from './context.ts';
import { openStore } from './upload/journal.ts';
import type { ForgetOptions, PruneOptions, RunsOptions } from './runs-command.ts';
import { showFailure } from './show-summary.ts';

const schema = 'dcycle-upload/runs/1';

/** `runs`: lists the uploads that were made from this machine. */
export const listRuns = (options: RunsOptions, context: CommandContext): Promise<ExitCode> =>
  guarded(options, context, async (store) => {
    const runs = await store.list();
    show(options, context, { runs: runs.map(runDocument) }, () => renderRuns(runs, tableOptions(context)));
  });

/** `runs show`: one of them with its calls. */
export const showRun = (id: string, options: RunsOptions, context: CommandContext): Promise<ExitCode> =>
  guarded(options, context, async (store) => {
    const { run, calls } = await store.read(id);
    const document = { runs: [runDocument(run)], chunks: calls.map(callDocument) };
    show(options, context, document, () => renderRun(run, calls, tableOptions(context)));
  });

/** `runs prune`: removes the details of runs that ended long ago, and keeps what is known of their records. */
export const pruneRuns = (options: PruneOptions, context: CommandContext): Promise<ExitCode> =>
  guarded(options, context, async (store) => {
    const limit = new Date(context.now().getTime() - options.olderThan * 86_400_000).toISOString();
    const removed = await store.prune(limit);
    show(options, context, { removed }, () => `${plural(removed.length, 'run')} removed\n`);
  });

/** `runs forget`: drops all that is known of a run, after saying what that means. */
export const forgetRun = (id: string, options: ForgetOptions, context: CommandContext): Promise<ExitCode> =>
  guarded(options, context, async (store) => {
    const run = (await store.list()).find((each) => id !== '' && each.id.startsWith(id.toLowerCase()));
    await confirmForget(id, run, options, context);
    const forgotten = await store.forget(id);
    show(options, context, { forgotten }, () => `run ${forgotten} is forgotten\n`);
  });

async function confirmForget(
  id: string,
  run: RunRecord | undefined,
  { yes }: ForgetOptions,
  { questions, terminal }: CommandContext,
): Promise<void> {
  if (yes === true) return;
  const accepted = run?.records?.accepted;
  const [one, many] = run === undefined ? ['record', 'records'] : kinds[run.account.kind].noun;
  const what = accepted === undefined ? `the ${many}` : plural(accepted, one, many);
  const meaning = `what the account has stays there, but this machine forgets ${what} that the run had accepted: the same file uploaded again is sent again, and the run can't be resumed, read back or undone`;
  if (questions === undefined) {
    throw usageError('NOT_CONFIRMED', `run ${id} was not forgotten: ${meaning}`, '--yes does it without a question');
  }
  terminal.err(`${meaning}\n`);
  if (await questions.confirm(`Forget run ${id}?`, false)) return;
  throw usageError('NOT_CONFIRMED', 'this was not confirmed; nothing was changed');
}

const tableOptions = ({ terminal }: CommandContext) => ({
  style: terminal.outStyle,
  width: terminal.outWidth,
  isVerbose: false,
});

function show({ json }: RunsOptions, { terminal }: CommandContext, document: object, text: () => string): void {
  terminal.out(json === true ? toJson({ schema, ...document }) : text());
}

const toJson = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

async function guarded(
  options: RunsOptions,
  context: CommandContext,
  action: (store: RunStore) => Promise<void>,
): Promise<ExitCode> {
  try {
    const store = await openStore(context);
    try {
      await action(store);
    } finally {
      await store.close();
    }
    return ExitCode.ok;
  } catch (error) {
    const failure = asRunError(error);
    const { code, message, hint = null } = failure;
    const document = { schema, error: { code, message, hint } };
    context.failed(document);
    if (options.json === true) context.terminal.out(toJson(document));
    showFailure(failure, {}, context.terminal);
    return failure.exitCode;
  }
}
