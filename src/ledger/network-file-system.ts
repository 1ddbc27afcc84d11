import { readFileSync, realpathSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode } from '../errors.ts';

/** Types of file systems whose files are on another machine (Linux: magic numbers of statfs(2), linux/magic.h). */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
]);

const fuse = 0x65735546;

/** Names under which file systems of FUSE are mounted whose files are on another machine; others are on this one. */
const networkFuse =
  /^fuse\.(sshfs|s3fs|gcsfuse|goofys|mount-s3|rclone|glusterfs|davfs|curlftpfs|blobfuse2?|smbnetfs|ceph-fuse|cephfs)$/;

/** What this machine says of where a folder is; tests give another one. */
export interface Mounts {
  /** Where a folder is without symbolic links, or the one in which it will be made. */
  realPath(path: string): string;
  /** The type of the file system (statfs). */
  typeOf(path: string): number;
  /** Mounted file systems, a line each: device, folder, type, ... (/proc/self/mounts). */
  table(): string;
}

/**
 * The kind of network file system that a folder is on, or will be made on; `undefined` for a disk of this machine. SQLite's locks and
 * its log in shared memory work between processes of one machine only.
 */
export function networkFileSystemOf(folder: string, mounts: Mounts = mountsOfMachine): string | undefined {
  // Windows: a share of another machine.
  if (/^[\\/]{2}[^\\/?.]/.test(folder)) return 'SMB';
  // Some types are negative where they are read as 32 bits with a sign.
  const path = mounts.realPath(folder);
  const type = mounts.typeOf(path) >>> 0;
  if (type !== fuse) return networkTypes.get(type);
  const name = mountOf(path, mounts.table());
  return name !== undefined && networkFuse.test(name) ? name : undefined;
}

/** The type of the innermost mount that holds a folder. */
function mountOf(folder: string, table: string): string | undefined {
  const mounts = table.split('\n').map((line) => line.split(' '));
  const holding = mounts.flatMap(([, escaped = '', type]) => {
    // Spaces and the like are written as octal numbers.
    const at = escaped.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
    return folder === at || folder.startsWith(at.endsWith('/') ? at : `${at}/`) ? [{ at, type }] : [];
  });
  // Of two on the same folder, the later one hides the other.
  return holding.toSorted((a, b) => a.at.length - b.at.length).at(-1)?.type;
}

const mountsOfMachine: Mounts = {
  realPath: (path) => nearestExisting(resolve(path)),
  typeOf: (path) => statfsSync(path).type,
  table() {
    try {
      return readFileSync('/proc/self/mounts', 'utf8');
    } catch {
      return '';
    }
  },
};

function nearestExisting(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) return path;
    return nearestExisting(parent);
  }
}
