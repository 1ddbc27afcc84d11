import { type Configuration, describeOrigin, readEnvironmentOnly } from '../../config/configuration.ts';
import type { Finding } from '../../report/doctor-document.ts';
import { listSettings } from '../config/config-show.ts';
import type { CommandContext } from '../context.ts';
import { readConfigurationFor } from '../with-settings.ts';
import { createFindings } from './finding.ts';

/** The configuration file and every value that is set, with its origin. Without a file that is valid, what is left. */
export async function checkConfiguration(
  options: { readonly profile?: string },
  context: CommandContext,
): Promise<{ readonly configuration: Configuration; readonly found: readonly Finding[] }> {
  const findings = createFindings('configuration');
  let configuration: Configuration;
  try {
    configuration = await readConfigurationFor(options, context);
    const { file, path, profile } = configuration;
    if (file === undefined) findings.ok('file', `no configuration file; it would be ${path}`);
    else {
      const used =
        profile === undefined ? 'no profile is used' : `profile ${profile.name} (${describeOrigin(profile.origin)})`;
      findings.ok('file', `${path}, ${used}`);
    }
  } catch (error) {
    findings.failed('file', error);
    configuration = await readEnvironmentOnly(context);
  }
  for (const { name, value, wrong, origin } of listSettings(configuration).settings) {
    if (origin === null || origin.kind === 'default') continue;
    const from = describeOrigin(origin);
    if (wrong !== null) {
      const remedy = origin.kind === 'profile' ? `dcycle-upload config set ${name} <value>` : 'fix it there';
      findings.problem(name, `${name} ${wrong} (${from})`, remedy);
    } else findings.ok(name, `${name} ${value === null ? 'is set' : `is ${String(value)}`} (${from})`);
  }
  return { configuration, found: findings.found };
}
