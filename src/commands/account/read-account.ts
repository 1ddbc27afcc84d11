import { setMaxListeners } from 'node:events';
import type { AccountFuel } from '../../api/catalogue.ts';
import { readFuels } from '../../api/fuels.ts';
import { createApiClient } from '../../api/client.ts';
import { readBaseUrl } from '../../base-url.ts';
import type { Configuration } from '../../config/configuration.ts';
import { type CredentialsUse, readCredentials } from '../../config/credentials.ts';
import { Caller } from '../../delivery/caller.ts';
import type { Get } from '../../delivery/read-stored.ts';
import { Throttle } from '../../delivery/throttle.ts';
import type { Target } from '../../destinations/destination.ts';
import type { Wait } from '../../api/wait.ts';
import { version } from '../../version.ts';
import type { CommandContext } from '../context.ts';
import { keyReading } from '../key-reading.ts';
import { createWait } from '../upload/wait.ts';

/** What calls that only read need of the options. */
export interface ReadingAccountOptions {
  readonly baseUrl: string;
  readonly org?: string | undefined;
  readonly timeout: number;
  readonly retries: number;
  readonly rate?: number | undefined;
  /** Calls at a time; one, where it is not said. */
  readonly concurrency?: number | undefined;
}

/** An account whose records are read, or deleted. */
export interface AccountReader {
  readonly target: Target;
  readonly caller: Caller;
  /** The fuels that the account has. */
  fuels(): Promise<readonly AccountFuel[]>;
  readonly wait: Wait;
  readonly get: Get;
  close(): Promise<void>;
}

/**
 * Opens an account: its calls are made one at a time unless more are asked for, each tried again where it fails.
 *
 * @throws RunError (exit 2) for missing credentials, or an address that is not valid
 */
export async function openAccount(
  options: ReadingAccountOptions,
  configuration: Configuration,
  use: CredentialsUse,
  context: CommandContext,
): Promise<AccountReader> {
  setMaxListeners(0, context.interrupted);
  const baseUrl = readBaseUrl(options.baseUrl);
  const credentials = await readCredentials(configuration, options.org, keyReading(context), use);
  const client = (context.createClient ?? createApiClient)({
    ...credentials,
    baseUrl,
    timeoutMs: options.timeout * 1000,
    userAgent: `dcycle-upload/${version}`,
    interrupted: context.interrupted,
    environment: context.environment,
  });
  const now = (): number => context.now().getTime();
  const wait = createWait(context, () => () => {});
  const throttle = new Throttle({ most: options.concurrency ?? 1, callsPerMinute: options.rate, now, wait });
  const { random } = context;
  const caller = new Caller({
    client,
    baseUrl,
    throttle,
    retries: options.retries,
    onCall: () => {},
    random,
    now,
    wait,
  });
  const target = { baseUrl: baseUrl.href, organizationId: credentials.organizationId.toLowerCase() };
  const fuels = () => readFuels(client, baseUrl);
  return { target, caller, wait, fuels, get: (path) => caller.get(path), close: () => client.close() };
}
