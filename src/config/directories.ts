import { homedir, platform } from 'node:os';
import { posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where what was done is written down: XDG's state directory, or the system's own. */
export const stateDirectory = (environment: Environment, system = platform()): string =>
  directoryFor(environment, system, {
    xdg: 'XDG_STATE_HOME',
    windows: ['LOCALAPPDATA', 'dcycle-upload', 'state'],
    home: ['.local', 'state'],
  });

/** Where files go that can be made again: XDG's cache directory, or the system's own. */
export const cacheDirectory = (environment: Environment, system = platform()): string =>
  directoryFor(environment, system, {
    xdg: 'XDG_CACHE_HOME',
    windows: ['LOCALAPPDATA', 'dcycle-upload', 'cache'],
    home: ['.cache'],
  });

/** The configuration file: in XDG's configuration directory, or the system's own. */
export const configPath = (environment: Environment, system = platform()): string =>
  pathsOf(system).join(
    directoryFor(environment, system, {
      xdg: 'XDG_CONFIG_HOME',
      windows: ['APPDATA', 'dcycle-upload'],
      home: ['.config'],
    }),
    'config.json',
  );

interface Places {
  readonly xdg: string;
  /** A variable of Windows, and the way from there. */
  readonly windows: readonly [variable: string, ...names: string[]];
  /** The way from the home directory. */
  readonly home: readonly string[];
}

const pathsOf = (system: string): typeof posix => (system === 'win32' ? win32 : posix);

function directoryFor(
  environment: Environment,
  system: string,
  { xdg, windows: [variable, ...names], home }: Places,
): string {
  const { join } = pathsOf(system);
  const own = environment[xdg];
  if (own !== undefined && own !== '') return join(own, 'dcycle-upload');
  const ofSystem = environment[variable];
  if (system === 'win32' && ofSystem !== undefined && ofSystem !== '') return join(ofSystem, ...names);
  return join(environment['HOME'] || homeDirectory(), ...home, 'dcycle-upload');
}

/** Some containers run as a user whom the system does not know; POSIX starts such users at the root. */
function homeDirectory(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}
