import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { errorCode, errorMessage, usageError } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Who calls the API. */
export interface Credentials {
  readonly apiKey: string;
  readonly organizationId: string;
}

/** The environment with what a `.env` file in the working directory adds to it; the environment wins. */
export async function readEnvironment(environment: Environment, workingDirectory: string): Promise<Environment> {
  try {
    const content = await readFile(join(workingDirectory, '.env'), 'utf8');
    return { ...parseEnv(content.replace(/^\ufeff/, '')), ...environment };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return environment;
    throw usageError('ENV_FILE_UNREADABLE', `the file .env can't be read: ${errorMessage(error)}`);
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the credentials are for, and what can be done without them; for the message when they are missing. */
export interface CredentialsUse {
  readonly what: string;
  readonly without: string;
}

const upload: CredentialsUse = { what: 'an upload', without: 'without an account, use --local or --dry-run' };

/**
 * Finds API key and organisation.
 *
 * @param options `--api-key-file` and `--org`, which win over the environment
 * @throws RunError (exit 2) when one is missing or can't be one; the message never shows the key
 */
export async function readCredentials(
  environment: Environment,
  options: { readonly apiKeyFile: string | undefined; readonly organizationId: string | undefined },
  { what, without }: CredentialsUse = upload,
): Promise<Credentials> {
  const { apiKeyFile } = options;
  const apiKey = (
    apiKeyFile === undefined ? (environment['DCYCLE_API_KEY'] ?? '') : await readKeyFile(apiKeyFile)
  ).trim();
  const organizationId = (options.organizationId ?? environment['DCYCLE_ORG_ID'] ?? '').trim();
  if (apiKey === '' || organizationId === '') {
    const missing = [...(apiKey === '' ? ['DCYCLE_API_KEY'] : []), ...(organizationId === '' ? ['DCYCLE_ORG_ID'] : [])];
    throw usageError(
      'CREDENTIALS_MISSING',
      `${what} needs an API key and an organisation: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
      `set them in the environment or in a file .env; ${without}`,
    );
  }
  if (!/^[\u0021-\u007e]+$/.test(apiKey)) {
    throw usageError(
      'CREDENTIALS_INVALID',
      'the API key holds a space, a line end or a character that no key has',
      'copy it again',
    );
  }
  if (!uuid.test(organizationId)) {
    throw usageError(
      'CREDENTIALS_INVALID',
      'the organisation is no UUID such as a8315ef3-dd50-43f8-b7ce-d839e68d51fa',
      'check DCYCLE_ORG_ID or --org',
    );
  }
  return { apiKey, organizationId };
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageError(
      'CREDENTIALS_UNREADABLE',
      `the file of --api-key-file can't be read (${errorCode(error) ?? 'unknown error'})`,
      'it takes the path of a file, not the key itself',
    );
  }
}
