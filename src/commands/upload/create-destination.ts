import { setMaxListeners } from 'node:events';
import type { Configuration } from '../../config/configuration.ts';
import type { CallEvent } from '../../delivery/caller.ts';
import type { ApiConnection } from '../../delivery/delivery.ts';
import type { ParkedState } from '../../delivery/parking.ts';
import type { RunTarget } from '../../pipeline/run-target.ts';
import type { RecordKind } from '../../records/kind.ts';
import { version } from '../../version.ts';
import type { Wait } from '../../api/wait.ts';
import type { CommandContext } from '../context.ts';
import { keyReading } from '../key-reading.ts';
import type { UploadOptions } from '../upload-options.ts';
import type { DryLedger } from './dry-ledger.ts';

/** Where the options send the records. */
export const modeOf = ({ local, dryRun }: Pick<UploadOptions, 'local' | 'dryRun'>): RunTarget['mode'] =>
  local === true ? 'local' : dryRun === true ? 'dry-run' : 'upload';

/** The calls of an upload: whose they are, where their key comes from, and who is told of them. */
export interface UploadCalls {
  readonly runId: string;
  readonly configuration: Configuration;
  readonly onCall: (event: CallEvent) => void;
  readonly onParked: (state: ParkedState) => void;
  readonly wait: Wait;
  /** Rows say to which account they go. */
  readonly isOfSeveral: boolean;
}

/** Where a run goes: the API, with its account's fuels, or this machine. */
export type ChosenTarget =
  | { readonly mode: 'upload'; readonly connection: ApiConnection }
  | { readonly mode: 'dry-run'; readonly ledger: DryLedger | undefined }
  | Extract<RunTarget, { mode: 'local' }>;

/**
 * Makes the destination that the options choose. Each is imported only when it is used: the API's HTTP client costs
 * more time to load than a small file takes to check.
 *
 * @throws RunError (exit 2) for an upload without credentials or with a base URL that is not valid
 */
export async function createDestination(
  kind: RecordKind,
  options: UploadOptions,
  context: CommandContext,
  calls: UploadCalls,
): Promise<ChosenTarget> {
  const mode = modeOf(options);
  switch (mode) {
    case 'dry-run': {
      const { dryLedger } = await import('./dry-ledger.ts');
      return { mode, ledger: dryLedger(kind, options, context, calls.isOfSeveral) };
    }
    case 'local': {
      const { createLocalDestination } = await import('./create-calculator.ts');
      return { mode, destination: await createLocalDestination(kind, options, context) };
    }
    case 'upload':
      return { mode, connection: await connect(kind, options, context, calls) };
  }
}

async function connect(
  kind: RecordKind,
  options: UploadOptions,
  context: CommandContext,
  { runId, configuration, onCall, onParked, wait }: UploadCalls,
): Promise<ApiConnection> {
  // Every call that waits listens for the interruption.
  setMaxListeners(0, context.interrupted);
  const { connectApi } = await import('../../delivery/delivery.ts');
  const { readBaseUrl } = await import('../../base-url.ts');
  const { readCredentials } = await import('../../config/credentials.ts');
  const baseUrl = readBaseUrl(options.baseUrl);
  const credentials = await readCredentials(configuration, options.org, keyReading(context));
  const createClient = context.createClient ?? (await import('../../api/client.ts')).createApiClient;
  const client = createClient({
    ...credentials,
    baseUrl,
    timeoutMs: options.timeout * 1000,
    compresses: options.gzip,
    userAgent: `dcycle-upload/${version}`,
    runId,
    interrupted: context.interrupted,
    environment: context.environment,
  });
  return connectApi({
    kind,
    client,
    baseUrl,
    apiVersion: options.apiVersion,
    target: { baseUrl: baseUrl.href, organizationId: credentials.organizationId.toLowerCase() },
    // What is in flight when a record is rejected has been sent already; one at a time, nothing is.
    concurrency: options.stopOnError === true ? 1 : options.concurrency,
    retries: options.retries,
    callsPerMinute: options.rate,
    continueOnError: options.stopOnError !== true,
    timeoutMs: options.timeout * 1000,
    settling: {
      settle: options.settle,
      rounds: options.settleRounds ?? 1,
      assume: options.assume ?? (options.resendUncertain === true ? 'missing' : undefined),
      verifies: options.verify === true,
      isAgain: options.again === true,
    },
    onCall,
    onParked,
    random: context.random,
    now: () => context.now().getTime(),
    wait,
  });
}
