import { usageError } from '../errors.ts';
import { findKeySource, type KeyReading, type KeySource, readKey } from './api-key.ts';
import { type Configuration, describeOrigin, findSetting } from './configuration.ts';
import { keyPattern, settings, uuidPattern } from './settings.ts';

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
 * @param organization as it has been settled; `undefined` takes what is configured
 * @throws RunError (exit 2) when one is missing or can't be one, or when the key would go where a file `.env` says that did
 *   not bring it; the message never shows the key
 */
export async function readCredentials(
  configuration: Configuration,
  organization: string | undefined,
  reading: KeyReading,
  { what, without }: CredentialsUse = upload,
): Promise<Credentials> {
  const source = findKeySource(configuration);
  if (source !== undefined) refuseStrangeTarget(configuration, source);
  const organizationId = (organization ?? findSetting(configuration, 'org')?.value ?? '').trim();
  const apiKey = source === undefined ? '' : await readKey(source, reading);
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
  return { apiKey, organizationId: checkOrganization(organizationId) };
}

/** @throws RunError (exit 2) for what is not a UUID */
export function checkOrganization(id: string): string {
  if (uuidPattern.test(id)) return id;
  throw usageError(
    'CREDENTIALS_INVALID',
    'the organisation is not a valid UUID such as a8315ef3-dd50-43f8-b7ce-d839e68d51fa',
    'check DCYCLE_ORG_ID or --org',
  );
}

/**
 * A file `.env` lies in whatever folder the data came in: it may not send a key elsewhere that its user keeps for another
 * place.
 *
 * @throws RunError (exit 2)
 */
function refuseStrangeTarget(configuration: Configuration, { origin }: KeySource): void {
  if (origin.kind !== 'option' && origin.kind !== 'profile') return;
  const whats = { base_url: 'the base URL', org: 'the organisation' } as const;
  for (const name of ['base_url', 'org'] as const) {
    const target = findSetting(configuration, name)?.origin;
    if (target?.kind !== '.env') continue;
    throw usageError(
      'SOURCES_MIXED',
      `${whats[name]} comes from ${describeOrigin(target)}, the API key from ${describeOrigin(origin)}: they may not belong together`,
      `take the line out of .env, or give ${settings[name].flag ?? ''} yourself`,
    );
  }
}
