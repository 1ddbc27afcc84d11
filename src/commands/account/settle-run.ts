import { asRunError, RunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { OpenRun } from '../../ledger/run-store.ts';
import { openInputs, planRun } from '../../pipeline/plan.ts';
import { run } from '../../pipeline/run.ts';
import { kindFor } from '../../records/kinds.ts';
import type { CommandContext } from '../context.ts';
import { readMapping } from '../read-mapping.ts';
import type { Given } from '../setting-options.ts';
import { createDestination } from '../upload/create-destination.ts';
import { withFuelIds } from '../upload/fuel-names.ts';
import { isReadAgain, rulesOf } from '../upload/journal.ts';
import { createRunOptions } from '../upload/run-options.ts';
import { createWait } from '../upload/wait.ts';
import { settingsFor, type UploadOptions } from '../upload-options.ts';
import { readConfigurationFor, withSettings } from '../with-settings.ts';

/**
 * Looks up what became of the records of a run of which that is unknown, by its inputs, as `resume` does; nothing is sent. The ledger has
 * the answers then.
 *
 * @param given options of this command line that go before those of the run: the key, and the time after which records count as missing
 * @returns why it can't be found out, where that is known
 */
export async function settleRun(
  open: OpenRun,
  given: Given<Pick<UploadOptions, 'profile' | 'apiKeyFile' | 'settle'>>,
  context: CommandContext,
): Promise<RunError | undefined> {
  try {
    await lookUp(open, given, context);
    return undefined;
  } catch (error) {
    return asRunError(error);
  }
}

async function lookUp(
  open: OpenRun,
  given: Given<Pick<UploadOptions, 'profile' | 'apiKeyFile' | 'settle'>>,
  context: CommandContext,
): Promise<void> {
  const { account, paths, startedAt, workingDirectory, options: kept } = open.run;
  context.changeDirectory(workingDirectory);
  const there = { ...context, workingDirectory };
  if (!paths.every(isReadAgain)) {
    throw new RunError(ExitCode.usage, 'RUN_NOT_RESUMABLE', 'its input came through a pipe and can’t be read again');
  }
  const {
    maxErrors: _maxErrors,
    stopOnError: _stopOnError,
    report: _report,
    by: _by,
    ...own
  } = { ...(kept as Given<UploadOptions>), ...given };
  const configuration = await readConfigurationFor(own, there);
  const settings = settingsFor(account.kind, own);
  const target = { baseUrl: account.baseUrl, org: account.organizationId };
  const options = withSettings<UploadOptions>(own, settings, configuration, target);
  const kind = kindFor(account.kind, 'api', options.allowMissing !== undefined);
  const mapping = await readMapping(kind, options);
  const opened = await openInputs(paths, {
    kind,
    input: { format: options.format, delimiter: options.delimiter, encoding: options.encoding, sheet: options.sheet },
    mapping,
    schema: { currentYear: new Date(startedAt).getUTCFullYear(), target: 'api' },
    stdin: context.stdin,
  });
  try {
    const wait = createWait(there, () => () => {});
    const calls = { runId: open.run.id, configuration, onCall: () => {}, onParked: () => {}, wait, isOfSeveral: false };
    const chosen = await createDestination(kind, options, there, calls);
    if (chosen.mode !== 'upload') return;
    try {
      const complete =
        kind.lookedUpField === undefined ? mapping : await withFuelIds(mapping, opened.inputs, chosen, options, there);
      const plan = planRun(opened, complete);
      const runOptions = await createRunOptions(plan, options, there, chosen);
      plan.rest();
      const destination = await chosen.connection.deliveryOf(open, true, false);
      const known = { ask: open.known, rules: rulesOf(open.run.id, kind, options) };
      const result = await run(plan, { mode: 'upload', destination }, { ...runOptions, known }, () => ({
        wantsAccepted: false,
        rows: () => {},
        progress: () => {},
      }));
      if (result.error !== undefined) throw result.error;
    } finally {
      await chosen.connection.close();
    }
  } finally {
    await opened.close();
  }
}
