import { defaultBaseUrl } from '../api/base-url.ts';
import { readEnvironment } from '../config/credentials.ts';
import { hostOf } from '../report/shown-options.ts';
import type { CommandContext } from './context.ts';

/** The configuration as a support bundle shows it: what is there, and no secret. */
export async function shownConfiguration({
  environment,
  workingDirectory,
}: CommandContext): Promise<Readonly<Record<string, unknown>>> {
  const all = await readEnvironment(environment, workingDirectory);
  const sourceOf = (name: string): string =>
    (environment[name] ?? '') !== '' ? 'environment' : (all[name] ?? '') !== '' ? '.env' : 'not set';
  return {
    api_key: sourceOf('DCYCLE_API_KEY'),
    organization: sourceOf('DCYCLE_ORG_ID'),
    host: hostOf(all['DCYCLE_BASE_URL'] || defaultBaseUrl) ?? 'no address',
  };
}
