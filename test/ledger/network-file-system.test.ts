import { expect, test } from 'vitest';
import { networkFileSystemOf } from '../../src/ledger/network-file-system.ts';
import { temporaryFolder } from '../support/command.ts';

const on = (folder: string, type: number, table = ''): string | undefined =>
  networkFileSystemOf(folder, { realPath: (path) => path, typeOf: () => type, table: () => table });

test.each([
  ['NFS', 0x6969],
  ['SMB', 0x517b],
  ['CIFS', 0xff534d42],
  // As it is where the number has a sign.
  ['CIFS', 0xff534d42 - 2 ** 32],
  ['SMB2', 0xfe534d42],
])('a folder on %s is on a network', (name, type) => {
  expect(on('/home/a', type)).toBe(name);
});

test.each([
  ['ext4', 0xef53],
  ['xfs', 0x58465342],
  ['btrfs', 0x9123683e],
  ['tmpfs', 0x01021994],
  ['overlay', 0x794c7630],
])('a folder on %s is not', (_name, type) => {
  expect(on('/home/a', type)).toBeUndefined();
});

test('of a FUSE file system its name says where its files are', () => {
  const table = [
    'sysfs / ext4 rw 0 0',
    'host:/ /mnt/with\\040space fuse.sshfs rw 0 0',
    'disk /mnt/with\\040space/disk fuseblk rw 0 0',
    'over /mnt/twice fuse.sshfs rw 0 0',
    'under /mnt/twice fuse.gocryptfs rw 0 0',
  ].join('\n');
  const fuse = 0x65735546;
  expect(on('/mnt/with space/state', fuse, table)).toBe('fuse.sshfs');
  expect(on('/mnt/with space/disk/state', fuse, table)).toBeUndefined();
  expect(on('/mnt/twice', fuse, table)).toBeUndefined();
  expect(on('/mnt/with spaces', fuse, table)).toBeUndefined();
  expect(on('/mnt/with space/state', fuse)).toBeUndefined();
});

test('a share of another machine is on a network, for Windows', () => {
  expect(on(String.raw`\\server\share\state`, 0)).toBe('SMB');
  expect(on(String.raw`\\?\C:\state`, 0)).toBeUndefined();
});

test('a folder of this machine, which may not be there yet, is not', () => {
  expect(networkFileSystemOf(`${temporaryFolder()}/not/there`)).toBeUndefined();
});
