import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/dcycle-upload.js', import.meta.url));

/** The command of this repository with these arguments, as it is installed. */
export const product = (...args) => [process.execPath, program, ...args];

/** An environment in which nothing of the user's is found, and nothing of an earlier run: for the product and for peers. */
export function cleanEnvironment(folder, variables = {}) {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  return {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    ...variables,
  };
}
