import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { usageError } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where one kind of file goes, by the rules of XDG (https://specifications.freedesktop.org/basedir) and of Windows. */
interface Place {
  readonly variable: string;
  readonly underHome: readonly string[];
  readonly underLocalAppData: string;
}

const state: Place = {
  variable: 'XDG_STATE_HOME',
  underHome: ['.local', 'state'],
  underLocalAppData: 'state',
};
const cache: Place = { variable: 'XDG_CACHE_HOME', underHome: ['.cache'], underLocalAppData: 'cache' };

/**
 * Where what was done is written down.
 *
 * @throws RunError (exit 2) for a user without a home, as some containers have
 */
export const stateDirectory = (environment: Environment): string => directoryOf(state, environment);

/**
 * Where files go that can be made again.
 *
 * @throws RunError (exit 2) for a user without a home, as some containers have
 */
export const cacheDirectory = (environment: Environment): string => directoryOf(cache, environment);

function directoryOf({ variable, underHome, underLocalAppData }: Place, environment: Environment): string {
  const own = environment[variable];
  if (own !== undefined && own !== '') return join(own, 'dcycle-upload');
  const local = environment['LOCALAPPDATA'];
  if (platform() === 'win32' && local !== undefined && local !== '') {
    return join(local, 'dcycle-upload', underLocalAppData);
  }
  return join(homeOf(environment), ...underHome, 'dcycle-upload');
}

function homeOf(environment: Environment): string {
  const home = environment['HOME'];
  if (home !== undefined && home !== '') return home;
  try {
    return homedir();
  } catch {
    const names = [state, cache].map(({ variable }) => variable).join(' and ');
    throw usageError('HOME_MISSING', 'this user has no home directory', `set HOME, or ${names}`);
  }
}
