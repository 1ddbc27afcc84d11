import { asRunError, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { plural } from '../report/format.ts';
import { chunkDocument, renderRun, renderRuns, runDocument } from '../report/runs.ts';
import type { CommandContext } from './context.ts';
import { openRunFolder } from './upload/journal.ts';
import type { PruneOptions, RunsOptions } from './runs-command.ts';
import { showFailure } from './show-summary.ts';

const schema = 'dcycle-upload/runs/1';

/** `runs`: lists the uploads that were made from this machine. */
export const listRuns = (options: RunsOptions, context: CommandContext): ExitCode =>
  guarded(options, context, () => {
    const runs = openRunFolder(context).list();
    show(options, context, { runs: runs.map(runDocument) }, () => renderRuns(runs, tableOptions(context)));
  });

/** `runs show`: one of them with its chunks. */
export const showRun = (id: string, options: RunsOptions, context: CommandContext): ExitCode =>
  guarded(options, context, () => {
    const file = openRunFolder(context).open(id);
    try {
      const { run } = file;
      if (run === undefined) throw usageError('RUN_UNKNOWN', `run ${id} was broken off before it began`);
      const chunks = file.chunks();
      const document = {
        runs: [runDocument({ id: run.id, isRunning: false, run })],
        chunks: chunks.map(chunkDocument),
      };
      show(options, context, document, () => renderRun(run, chunks, tableOptions(context)));
    } finally {
      file.close();
    }
  });

/** `runs prune`: removes the records of runs that ended long ago, and of no other. */
export const pruneRuns = (options: PruneOptions, context: CommandContext): ExitCode =>
  guarded(options, context, () => {
    const folder = openRunFolder(context);
    const limit = new Date(context.now().getTime() - options.olderThan * 86_400_000).toISOString();
    const old = folder
      .list()
      .filter((listed) => !listed.isRunning && (listed.run.finishedAt ?? listed.run.startedAt) < limit);
    for (const { id } of old) folder.remove(id);
    show(options, context, { removed: old.map(({ id }) => id) }, () => `${plural(old.length, 'run')} removed\n`);
  });

const tableOptions = ({ terminal }: CommandContext) => ({
  style: terminal.outStyle,
  width: terminal.outWidth,
  isVerbose: false,
});

function show({ json }: RunsOptions, { terminal }: CommandContext, document: object, text: () => string): void {
  terminal.out(json === true ? toJson({ schema, ...document }) : text());
}

const toJson = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

function guarded(options: RunsOptions, context: CommandContext, action: () => void): ExitCode {
  try {
    action();
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
