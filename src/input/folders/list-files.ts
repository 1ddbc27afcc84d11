import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { errorCode, errorMessage, inputError } from '../../errors.ts';
import { printable, quote } from '../../issues.ts';
import { leftOutByName } from './file-names.ts';
import type { LeftOut } from './left-out.ts';

/** A file as it was when its folder was looked at. */
export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
  readonly isLink: boolean;
}

interface Listing {
  readonly files: ListedFile[];
  readonly leftOut: LeftOut[];
}

/** What is looked for below a folder. */
interface Search {
  readonly matches: (path: string) => boolean;
  /** The last part of the glob; empty where all of the folder is meant. */
  readonly pattern: string;
  /** Folders that are entered, from the first. */
  readonly depth: number;
}

/**
 * The files of a folder that match a glob, or all, and what was left out. Links to files are followed, those to folders are not: so there
 * are no loops.
 *
 * @param glob relative to the folder; empty for all files that are in the folder itself
 * @throws RunError (exit 3) for a folder that may not be read
 */
export async function listFiles(folder: string, glob: string): Promise<Listing> {
  const listing: Listing = { files: [], leftOut: [] };
  await walk(folder, '', searchOf(glob), listing);
  return listing;
}

/** `*`, `?`, `[...]`, `{...}` and `**`; all other characters are those of names, which have brackets often. */
function searchOf(glob: string): Search {
  if (glob === '') return { matches: () => true, pattern: '', depth: 1 };
  const parts = glob.split('/');
  return {
    matches: picomatch(glob.replaceAll(/[()|+@!]/g, '\\$&'), { dot: true }),
    pattern: parts.at(-1) ?? '',
    depth: glob.includes('**') ? Number.POSITIVE_INFINITY : parts.length,
  };
}

async function walk(folder: string, below: string, search: Search, listing: Listing): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const { name } = entry;
    const [path, relative] = [join(folder, name), below + name.normalize('NFC')];
    const isMatch = search.matches(relative);
    if (entry.isDirectory()) {
      if (search.depth > 1 && !name.startsWith('.')) {
        await walk(path, `${relative}/`, { ...search, depth: search.depth - 1 }, listing);
      } else if (isMatch) {
        listing.leftOut.push({ path, reason: name.startsWith('.') ? 'hidden' : 'folder' });
      }
    } else if (isMatch) {
      await judge(entry, path, search.pattern, listing);
    }
  }
}

/** Nothing where there is no such folder (any more). */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch (error) {
    switch (errorCode(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
        return [];
      case 'EACCES':
      case 'EPERM':
        throw inputError(
          'INPUT_FORBIDDEN',
          `the folder ${printable(folder)} may not be read by this user`,
          undefined,
          error,
        );
      default:
        throw inputError(
          'INPUT_UNREADABLE',
          `the folder ${printable(folder)} can't be read: ${errorMessage(error)}`,
          undefined,
          error,
        );
    }
  }
}

async function judge(entry: Dirent, path: string, pattern: string, { files, leftOut }: Listing): Promise<void> {
  const reason = leftOutByName(entry.name, pattern);
  if (reason !== undefined) {
    leftOut.push({ path, reason });
    return;
  }
  const stats = await look(path);
  if (stats === undefined) leftOut.push({ path, reason: 'gone' });
  else if (stats.isDirectory()) leftOut.push({ path, reason: 'folder' });
  else if (!stats.isFile()) leftOut.push({ path, reason: 'no file' });
  else if (stats.size === 0) leftOut.push({ path, reason: 'empty' });
  else files.push({ path, bytes: stats.size, changedAt: stats.mtimeMs, isLink: entry.isSymbolicLink() });
}

/** @throws RunError (exit 3) for a file that can't be opened by the name that the system gives */
async function look(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && path.includes('\ufffd')) {
      throw inputError('INPUT_UNREADABLE', `the name of ${quote(path)} is not UTF-8`, 'give the file another name');
    }
    // A link in a circle leads nowhere.
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '')) return undefined;
    throw inputError(
      'INPUT_UNREADABLE',
      `${printable(path)} can't be looked at: ${errorMessage(error)}`,
      undefined,
      error,
    );
  }
}
