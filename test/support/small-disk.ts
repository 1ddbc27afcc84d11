import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './command.ts';

/** A disk of its own in memory, which can be full. */
export interface SmallDisk {
  readonly folder: string;
  resize(kilobytes: number): void;
}

const mount = (folder: string, options: string): void => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
};

/** Mounts a disk for the test; `undefined` where no one may: that takes root, and a container that allows it. */
export function mountSmallDisk(kilobytes: number): SmallDisk | undefined {
  const folder = temporaryFolder();
  try {
    mount(folder, `size=${String(kilobytes)}k`);
  } catch {
    return undefined;
  }
  // Before the folder is removed: what is registered last is done first.
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return { folder, resize: (size) => mount(folder, `remount,size=${String(size)}k`) };
}
