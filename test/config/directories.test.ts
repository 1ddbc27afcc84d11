import { expect, test } from 'vitest';
import { cacheDirectory, configPath, stateDirectory } from '../../src/config/directories.ts';

/** Both kinds of paths, on every system. */

const windows = {
  APPDATA: String.raw`C:\Users\Ana\AppData\Roaming`,
  LOCALAPPDATA: String.raw`C:\Users\Ana\AppData\Local`,
};

test.each([
  ['linux', { HOME: '/home/ana' }, ['/home/ana/.config', '/home/ana/.local/state', '/home/ana/.cache']],
  ['darwin', { HOME: '/Users/ana' }, ['/Users/ana/.config', '/Users/ana/.local/state', '/Users/ana/.cache']],
  // As some shells on other systems set them.
  ['linux', { HOME: '/home/ana', ...windows }, ['/home/ana/.config', '/home/ana/.local/state', '/home/ana/.cache']],
  [
    'linux',
    { HOME: '/h', XDG_CONFIG_HOME: '/c/', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '' },
    ['/c', '/s', '/h/.cache'],
  ],
] as const)('%s %j', (system, environment, [config, state, cache]) => {
  expect(configPath(environment, system)).toBe(`${config}/dcycle-upload/config.json`);
  expect(stateDirectory(environment, system)).toBe(`${state}/dcycle-upload`);
  expect(cacheDirectory(environment, system)).toBe(`${cache}/dcycle-upload`);
});

const [roaming, local] = [`${windows.APPDATA}\\dcycle-upload`, `${windows.LOCALAPPDATA}\\dcycle-upload`];
const inHome = String.raw`D:\ana`;

test.each([
  [windows, [`${roaming}\\config.json`, `${local}\\state`, `${local}\\cache`]],
  // Git Bash sets both.
  [{ ...windows, HOME: '/c/Users/Ana' }, [`${roaming}\\config.json`, `${local}\\state`, `${local}\\cache`]],
  [
    { HOME: inHome, APPDATA: '', LOCALAPPDATA: '' },
    [
      `${inHome}\\.config\\dcycle-upload\\config.json`,
      `${inHome}\\.local\\state\\dcycle-upload`,
      `${inHome}\\.cache\\dcycle-upload`,
    ],
  ],
  [
    { ...windows, XDG_CONFIG_HOME: 'E:/config', XDG_STATE_HOME: String.raw`\\server\share` },
    [String.raw`E:\config\dcycle-upload\config.json`, String.raw`\\server\share\dcycle-upload`, `${local}\\cache`],
  ],
] as const)('Windows %j', (environment, [config, state, cache]) => {
  expect(configPath(environment, 'win32')).toBe(config);
  expect(stateDirectory(environment, 'win32')).toBe(state);
  expect(cacheDirectory(environment, 'win32')).toBe(cache);
});
