import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../../errors.ts';

/** A file that is written before it is put in its place. */
export interface TemporaryFile {
  readonly path: string;
  readonly descriptor: number;
}

const namePattern = /^\.dcycle-upload-([\da-f]{8})-(\d+)-[\da-f]{16}\.tmp$/;

/** Folders in which this process has removed leftovers, and the files that it writes now. */
const swept = new Set<string>();
const own = new Set<string>();

/**
 * Makes a file that only its owner may read, under a name that no one can know before: a link of that name is not
 * followed. The first one in a folder removes what processes that are dead have left there.
 *
 * @throws the error of the system
 */
export function createTemporaryFile(folder: string): TemporaryFile {
  removeLeftovers(folder);
  const name = `.dcycle-upload-${here()}-${String(process.pid)}-${randomBytes(8).toString('hex')}.tmp`;
  const path = join(folder, name);
  const descriptor = openSync(path, 'wx', 0o600);
  own.add(name);
  return { path, descriptor };
}

/** No run takes this long between two writes: a process number may have another owner by then. */
const longestSilenceMs = 7 * 86_400_000;

function removeLeftovers(folder: string): void {
  try {
    const path = realpathSync(folder);
    if (swept.has(path)) return;
    swept.add(path);
    for (const name of readdirSync(path)) {
      const [, place, pid] = namePattern.exec(name) ?? [];
      if (pid === undefined || own.has(name)) continue;
      const stats = lstatSync(join(path, name));
      if (!stats.isFile() || stats.uid !== (process.getuid?.() ?? stats.uid)) continue;
      const isOld = Date.now() - stats.mtimeMs > longestSilenceMs;
      if (isOld || (place === here() && !isRunning(Number(pid)))) rmSync(join(path, name), { force: true });
    }
  } catch {
    // What can't be removed does no harm.
  }
}

/** A process of this number that is not this one; the files of this one are known. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

let place: string | undefined;

/** Where process numbers mean the same: this machine until it is started again, or this container. */
function here(): string {
  place ??= createHash('sha256')
    .update([hostname(), read(() => readFileSync(bootId, 'utf8')), read(() => readlinkSync(pidNamespace))].join('\n'))
    .digest('hex')
    .slice(0, 8);
  return place;
}

const bootId = '/proc/sys/kernel/random/boot_id';
const pidNamespace = '/proc/self/ns/pid';

/** Only Linux has these. */
function read(what: () => string): string {
  try {
    return what();
  } catch {
    return '';
  }
}
