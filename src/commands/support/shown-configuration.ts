import type { Configuration } from '../../config/configuration.ts';
import { hostWithPort } from '../../report/log/shown-options.ts';
import type { SupportBundle } from '../../report/support/support-bundle.ts';
import { listSettings } from '../config/config-show.ts';

/** The configuration as a support bundle shows it: where each setting comes from, of an address the host, and no secret. */
export function shownConfiguration(configuration: Configuration): SupportBundle['configuration'] {
  const { file, profile, settings } = listSettings(configuration);
  const shown = settings.filter(({ is_set: isSet }) => isSet);
  return {
    file,
    profile: profile?.name ?? null,
    settings: Object.fromEntries(
      shown.map(({ name, value, origin, wrong }) => [
        name,
        { value: shownValue(name, value), from: origin?.kind ?? null, ...(wrong === null ? {} : { wrong }) },
      ]),
    ),
  };
}

/** What a command that prints the key says, and whose the account is, is private. */
const unshown: ReadonlySet<string> = new Set(['api_key_command', 'org']);

function shownValue(name: string, value: string | number | null): string | number {
  if (value === null || unshown.has(name)) return 'set';
  return name === 'base_url' ? (hostWithPort(String(value)) ?? 'no address') : value;
}
