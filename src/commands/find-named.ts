import { asNamed, type FoundInputs, meansSeveral } from '../input/folders/found-inputs.ts';
import type { CommandContext } from './context.ts';
import type { UploadOptions } from './upload-options.ts';
import { sleepHere } from './upload/wait.ts';

/** Options that name other files than inputs. */
type FileOptions = Partial<
  Pick<UploadOptions, 'apiKeyFile' | 'errors' | 'factors' | 'hubs' | 'logFile' | 'map' | 'out' | 'rejected' | 'report'>
>;

/** The files that the inputs of a command line mean: folders and globs are looked into. */
export async function findNamed(
  named: readonly string[],
  { apiKeyFile, errors, factors, hubs, logFile, map = [], out, rejected, report }: FileOptions,
  { now, interrupted, sleep = sleepHere }: Pick<CommandContext, 'now' | 'interrupted' | 'sleep'>,
): Promise<FoundInputs> {
  if (!named.some(meansSeveral)) return asNamed(named);
  const { findInputs } = await import('../input/folders/find-inputs.ts');
  return findInputs(named, {
    now: () => now().getTime(),
    pause: (ms) => sleep(ms, interrupted),
    taken: [apiKeyFile, errors, factors, hubs, logFile, out, rejected, report, ...map].filter(
      (path) => path !== undefined,
    ),
  });
}
