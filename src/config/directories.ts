import { homedir, platform } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where what was done is written down: XDG's state directory, or the system's own. */
export function stateDirectory(environment: Environment): string {
  const own = environment['XDG_STATE_HOME'];
  if (own !== undefined && own !== '') return join(own, 'dcycle-upload');
  const local = environment['LOCALAPPDATA'];
  if (platform() === 'win32' && local !== undefined && local !== '') return join(local, 'dcycle-upload', 'state');
  const home = environment['HOME'];
  return join(home === undefined || home === '' ? homedir() : home, '.local', 'state', 'dcycle-upload');
}

/** Where files go that can be made again: XDG's cache directory, or the system's own. */
export function cacheDirectory(environment: Environment): string {
  const own = environment['XDG_CACHE_HOME'];
  if (own !== undefined && own !== '') return join(own, 'dcycle-upload');
  const local = environment['LOCALAPPDATA'];
  if (platform() === 'win32' && local !== undefined && local !== '') return join(local, 'dcycle-upload', 'cache');
  const home = environment['HOME'];
  return join(home === undefined || home === '' ? homedir() : home, '.cache', 'dcycle-upload');
}
