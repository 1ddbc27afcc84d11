import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { usageError } from '../../errors.ts';
import { printable } from '../../issues.ts';
import { standardInput } from '../source.ts';
import { asksForReports, compareNames } from './file-names.ts';
import { type FoundInputs, meansSeveral } from './found-inputs.ts';
import { describeLeftOut, type LeftOut } from './left-out.ts';
import { type ListedFile, listFiles } from './list-files.ts';

export interface FindOptions {
  readonly now: () => number;
  /** Lets time pass between two looks at a file. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** Files that the command itself reads for something else, or writes. */
  readonly taken: readonly string[];
}

/** A file that was changed within this time is looked at twice. */
const freshMs = 10_000;
const secondLookMs = 1000;

/**
 * The files that the names of inputs mean: themselves, what is in a folder, or what a glob matches.
 *
 * @throws RunError (exit 2) for a folder or a glob without a table, (exit 3) for a folder that may not be read
 */
export async function findInputs(named: readonly string[], options: FindOptions): Promise<FoundInputs> {
  const places = named.map(placeOf);
  const taken = new Set(await Promise.all(options.taken.map(realPathOf)));
  const seen = new Set<string>();
  for (const [index, path] of named.entries()) if (places[index] === undefined) seen.add(await realPathOf(path));
  const paths: string[] = [];
  const listed = new Set<string>();
  const leftOut: LeftOut[] = [];
  for (const [index, path] of named.entries()) {
    const place = places[index];
    if (place === undefined) {
      paths.push(path);
      continue;
    }
    const found = await lookInto(place, { ...options, seen, taken });
    refuseNone(place, found);
    leftOut.push(...found.leftOut);
    for (const file of found.paths) {
      paths.push(file);
      if (!place.isForReports) listed.add(file);
    }
  }
  return { paths, listed, leftOut, name: nameOf(places[0]) };
}

/** A folder, or a glob with the folder where its matches begin. */
interface Place {
  readonly named: string;
  readonly folder: string;
  /** What follows the folder; empty where all of it is meant. */
  readonly glob: string;
  readonly isForReports: boolean;
}

function placeOf(named: string): Place | undefined {
  if (named === standardInput || !meansSeveral(named)) return undefined;
  if (existsSync(named)) return { named, folder: named, glob: '', isForReports: false };
  const pattern = sep === '\\' ? named.replaceAll('\\', '/') : named;
  const { base, glob } = picomatch.scan(pattern, { noparen: true, nonegate: true });
  const folder = sep === '\\' ? base : base.replaceAll(/\\(.)/g, '$1');
  return { named, folder, glob: glob.normalize('NFC'), isForReports: asksForReports(glob) };
}

const nameOf = (place: Place | undefined): string | undefined =>
  place === undefined ? undefined : basename(resolve(place.folder)) || 'inputs';

interface Surroundings extends FindOptions {
  /** What is read already, by real paths. */
  readonly seen: Set<string>;
}

/** The tables of one place, in their order. */
async function lookInto(
  { folder, glob }: Place,
  { now, pause, seen, taken }: Omit<Surroundings, 'taken'> & { readonly taken: ReadonlySet<string> },
): Promise<Pick<FoundInputs, 'paths' | 'leftOut'>> {
  const { files, leftOut } = await listFiles(folder, glob);
  const quiet = await withoutChanging(files, leftOut, { now, pause });
  const paths: string[] = [];
  // Of a file and a link to it, the file is read.
  for (const { path } of quiet.toSorted(
    (a, b) => Number(a.isLink) - Number(b.isLink) || compareNames(a.path, b.path),
  )) {
    const real = await realPathOf(path);
    if (taken.has(real)) leftOut.push({ path, reason: 'own' });
    else if (seen.has(real)) leftOut.push({ path, reason: 'same' });
    else paths.push(path);
    seen.add(real);
  }
  return { paths: paths.toSorted(compareNames), leftOut };
}

/** Looks again at what was changed a moment ago: what has changed since is left for the next run. */
async function withoutChanging(
  files: readonly ListedFile[],
  leftOut: LeftOut[],
  { now, pause }: Pick<FindOptions, 'now' | 'pause'>,
): Promise<readonly ListedFile[]> {
  const since = now() - freshMs;
  if (files.every(({ changedAt }) => changedAt < since)) return files;
  await pause(secondLookMs);
  const same: ListedFile[] = [];
  for (const file of files) {
    const again = file.changedAt < since ? undefined : await stat(file.path).catch(() => undefined);
    const isSame = file.changedAt < since || (again?.size === file.bytes && again.mtimeMs === file.changedAt);
    if (isSame) same.push(file);
    else leftOut.push({ path: file.path, reason: again === undefined ? 'gone' : 'changing' });
  }
  return same;
}

const realPathOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));

function refuseNone({ named, glob }: Place, { paths, leftOut }: Pick<FoundInputs, 'paths' | 'leftOut'>): void {
  if (paths.length > 0 || leftOut.some(({ reason }) => reason === 'same')) return;
  const [first] = leftOut;
  const what = glob === '' ? `the folder ${printable(named)} holds no table` : `no table matches ${printable(named)}`;
  throw usageError(
    'INPUT_NONE',
    first === undefined ? what : `${what}: ${describeLeftOut(leftOut).join('; ')}`,
    glob === ''
      ? 'tables end in .csv, .tsv, .txt, .jsonl, .ndjson, .json, .xlsx, .ods, .zip and the like'
      : 'check the pattern and the folder; ** matches folders, too',
  );
}
