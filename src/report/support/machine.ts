import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { cpus, freemem, release, totalmem } from 'node:os';
import { dirname } from 'node:path';

/** What the tool runs on. */
export const describeMachine = () => {
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const { node, v8, openssl, icu = '' } = process.versions;
  return {
    versions: { node, v8, openssl, icu },
    platform: process.platform,
    release: release(),
    architecture: process.arch,
    processors: cpus().length,
    memory_bytes: totalmem(),
    free_memory_bytes: freemem(),
    locale,
    time_zone: timeZone,
    stdout_is_terminal: process.stdout.isTTY === true,
    stderr_is_terminal: process.stderr.isTTY === true,
  };
};

/** Whether a directory is there and can be written, and how much room its disk has. */
export function describeDirectory(path: string) {
  const existing = nearestExisting(path);
  return { path, exists: existing === path, is_writable: isWritable(existing), free_bytes: freeBytes(existing) };
}

function nearestExisting(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? path : nearestExisting(parent);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** `null` where the system does not say. */
function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}
