import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBaseUrl } from '../../base-url.ts';
import { findKeySource, type KeySource } from '../../config/api-key.ts';
import { isReadByOthers } from '../../config/config-file.ts';
import { type Configuration, describeOrigin, findSetting } from '../../config/configuration.ts';
import { type Credentials, readCredentials } from '../../config/credentials.ts';
import { settings } from '../../config/settings.ts';
import { asRunError } from '../../errors.ts';
import type { Finding } from '../../report/doctor-document.ts';
import type { CommandContext } from '../context.ts';
import { createFindings, type Findings } from './finding.ts';

/** Where the API is and who calls it, as far as that is known and well-formed. */
export interface Access {
  readonly baseUrl: URL | undefined;
  readonly credentials: Credentials | undefined;
  readonly found: readonly Finding[];
}

/** Whether key and organisation are there and can be some, and no one else can read the key. */
export async function checkCredentials(configuration: Configuration, context: CommandContext): Promise<Access> {
  const findings = createFindings('credentials');
  const source = findKeySource(configuration);
  let credentials: Credentials | undefined;
  try {
    credentials = await readCredentials(configuration, undefined, {
      environment: context.environment,
      readInput: async () => '',
      interrupted: context.interrupted,
    });
    if (source !== undefined) findings.ok('key', `an API key is there (${describeSource(source)})`);
    findings.ok('organisation', `organisation ${credentials.organizationId}`);
  } catch (error) {
    const isMissing = asRunError(error).code === 'CREDENTIALS_MISSING';
    findings.failed('credentials', error, isMissing ? 'dcycle-upload config init' : undefined);
  }
  if (source !== undefined) await checkSecrecy(source, context, findings);
  return { baseUrl: checkBaseUrl(configuration, findings), credentials, found: findings.found };
}

function describeSource(source: KeySource): string {
  const from = describeOrigin(source.origin);
  if (source.kind === 'file') return `${from}, file ${source.path}`;
  return source.kind === 'command' ? `${from}, command ${source.command}` : from;
}

/** The configuration file itself is refused by every command where others can read it. */
async function checkSecrecy(
  source: KeySource,
  { workingDirectory }: CommandContext,
  findings: Findings,
): Promise<void> {
  const path =
    source.kind === 'file' ? source.path : source.origin.kind === '.env' ? join(workingDirectory, '.env') : undefined;
  if (path === undefined) return;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !isReadByOthers(found.mode)) return;
  findings.warning('key file', `other users of this machine can read the key in ${path}`, `chmod 600 ${path}`);
}

function checkBaseUrl(configuration: Configuration, findings: Findings): URL | undefined {
  try {
    const text = findSetting(configuration, 'base_url')?.value ?? String(settings.base_url.default);
    const baseUrl = readBaseUrl(text);
    findings.ok('base url', `API root ${baseUrl.href}`);
    return baseUrl;
  } catch (error) {
    findings.failed('base url', error);
    return undefined;
  }
}
