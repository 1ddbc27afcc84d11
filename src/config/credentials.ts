import { usageError } from '../errors.ts';
import { findKeySource, type KeyReading, readKey } from './api-key.ts';
import { type Configuration, findSetting } from './configuration.ts';
import { keyPattern, uuidPattern } from './settings.ts';

/** Who calls the API. */
export interface Credentials {
  readonly apiKey: string;
  readonly organizationId: string;
}

/** What the credentials are for, and what can be done without them; for the message when they are missing. */
export interface CredentialsUse {
  readonly what: string;
  readonly without: string;
}

const upload: CredentialsUse = { what: 'an upload', without: 'without an account, use --local or --dry-run' };

/**
 * Finds API key and organisation.
 *
 * @param options `--api-key-file`, and the organisation as it has been settled
 * @throws RunError (exit 2) when one is missing or can't be one; the message never shows the key
 */
export async function readCredentials(
  configuration: Configuration,
  options: { readonly apiKeyFile: string | undefined; readonly organizationId: string | undefined },
  reading: Omit<KeyReading, 'environment'>,
  { what, without }: CredentialsUse = upload,
): Promise<Credentials> {
  const source = findKeySource(configuration, options.apiKeyFile);
  const organizationId = (options.organizationId ?? findSetting(configuration, 'org')?.value ?? '').trim();
  const apiKey =
    source === undefined ? '' : await readKey(source, { ...reading, environment: configuration.environment });
  if (apiKey === '' || organizationId === '') {
    const missing = [...(apiKey === '' ? ['DCYCLE_API_KEY'] : []), ...(organizationId === '' ? ['DCYCLE_ORG_ID'] : [])];
    throw usageError(
      'CREDENTIALS_MISSING',
      `${what} needs an API key and an organisation: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
      `set them in the environment or a file .env, or keep them: dcycle-upload config init; ${without}`,
    );
  }
  if (!keyPattern.test(apiKey)) {
    throw usageError(
      'CREDENTIALS_INVALID',
      'the API key holds a space, a line end or a character that no key has',
      'copy it again',
    );
  }
  if (!uuidPattern.test(organizationId)) {
    throw usageError(
      'CREDENTIALS_INVALID',
      'the organisation is no UUID such as a8315ef3-dd50-43f8-b7ce-d839e68d51fa',
      'check DCYCLE_ORG_ID or --org',
    );
  }
  return { apiKey, organizationId };
}
