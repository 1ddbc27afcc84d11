import { resolve } from 'node:path';
import type { CredentialsUse } from '../../config/credentials.ts';
import type { RunRecord } from '../../ledger/run-store.ts';
import type { CommandContext } from '../context.ts';
import type { Given } from '../setting-options.ts';
import { refuseOtherTarget } from '../upload/same-target.ts';
import type { UploadOptions } from '../upload-options.ts';
import { readConfigurationFor, withSettings } from '../with-settings.ts';
import { type AccountReader, openAccount, type ReadingAccountOptions } from './read-account.ts';

/** What names the key of an account. */
interface KeyOptions extends ReadingAccountOptions {
  readonly profile?: string;
  readonly apiKeyFile?: string;
}

/**
 * Opens the account of a run, with the credentials that the run had unless others are given.
 *
 * @throws RunError (exit 2) where these are of another account
 */
export async function openRunAccount<Options extends KeyOptions>(
  { id, account, options: kept, workingDirectory }: RunRecord,
  given: Given<Options>,
  { settings, use }: { readonly settings: Parameters<typeof withSettings>[1]; readonly use: CredentialsUse },
  context: CommandContext,
): Promise<{ readonly reader: AccountReader; readonly options: Options }> {
  const { profile, apiKeyFile } = kept as Given<UploadOptions>;
  const { profile: otherProfile, apiKeyFile: otherKeyFile } = given as Pick<KeyOptions, 'profile' | 'apiKeyFile'>;
  const own = otherProfile === undefined && otherKeyFile === undefined;
  const chosen: Given<Options> = {
    ...(own && profile !== undefined ? { profile } : {}),
    ...(own && apiKeyFile !== undefined ? { apiKeyFile: resolve(workingDirectory, apiKeyFile) } : {}),
    ...given,
  };
  const named: { readonly profile?: string | undefined } = chosen;
  const configuration = await readConfigurationFor(named.profile === undefined ? {} : { profile: named.profile }, {
    ...context,
    workingDirectory,
  });
  const { baseUrl, organizationId } = account;
  const options = withSettings<Options>(chosen, settings, configuration, { baseUrl, org: organizationId });
  const reader = await openAccount(options, configuration, use, context);
  try {
    refuseOtherTarget(id, account, reader.target);
  } catch (error) {
    await reader.close();
    throw error;
  }
  return { reader, options };
}
