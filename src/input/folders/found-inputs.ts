import { statSync } from 'node:fs';
import { fileOf } from '../zip-path.ts';
import type { LeftOut } from './left-out.ts';

/** The files that a command reads. */
export interface FoundInputs {
  /** In the order in which they are read: as named, and naturally in each folder. */
  readonly paths: readonly string[];
  /** Those that a folder or a glob gave, and the user did not name. */
  readonly listed: ReadonlySet<string>;
  /** What was in folders and is not read. */
  readonly leftOut: readonly LeftOut[];
  /** What reports are named after where the first input is a folder or a glob: the name of that folder. */
  readonly name: string | undefined;
}

/** Inputs that are files as they are named. */
export const asNamed = (paths: readonly string[]): FoundInputs => ({
  paths,
  listed: new Set(),
  leftOut: [],
  name: undefined,
});

/** Whether a name is that of a folder, or a glob. What exists is meant literally, whatever characters its name has. */
export function meansSeveral(named: string): boolean {
  try {
    const stats = statSync(fileOf(named), { throwIfNoEntry: false });
    return stats === undefined ? /[*?[{]/.test(named) : stats.isDirectory();
  } catch {
    // Opening it will say what is wrong with it.
    return false;
  }
}
