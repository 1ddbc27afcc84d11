import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Node, ParseError } from 'jsonc-parser';
import * as z from 'zod';
import { errorCode, errorMessage, type RunError, usageError } from '../errors.ts';
import { settingsSchema } from './settings-schema.ts';
import { keySettings, settingNames, type Settings } from './settings.ts';

/** `; did you mean "x"?` or nothing. */
export type Suggest = (name: string, candidates: Iterable<string>) => string;

export const profileName = z
  .string({ error: 'must be the name of a profile' })
  .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, { error: 'must be a name of letters, digits, ".", "_" and "-"' });

const profileSchema = settingsSchema.check(({ value, issues }) => {
  const [first, second] = keySettings.filter((name) => value[name] !== undefined);
  if (first === undefined || second === undefined) return;
  const message = `is set in addition to ${first}: a key has one source`;
  issues.push({ code: 'custom', input: value, path: [second], message });
});

/**
 * The configuration file.
 *
 * @public published in schemas/
 */
export const configFileSchema = z.strictObject(
  {
    $schema: z.string().optional(),
    profile: profileName.optional().describe('the profile that is used where none is named'),
    profiles: z
      .record(profileName, profileSchema, { error: 'must be an object of profiles' })
      .optional()
      .describe('name: its settings'),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'must be an object with profile and profiles' : undefined) },
);

/** What the file holds. */
export interface ConfigFile {
  readonly $schema?: string | undefined;
  readonly profile?: string | undefined;
  readonly profiles: Readonly<Record<string, Settings>>;
}

/** Larger than any configuration, smaller than any harm. */
const maxBytes = 64 * 1024;

/**
 * Reads and checks the configuration file.
 *
 * @param mayBeHidden whether one in a folder that this user may not look into is as none: another user's home
 * @returns `undefined` where there is none
 * @throws RunError (exit 2) when it can't be read, is not valid, or shows a key to others; a value is never shown
 */
export async function readConfigFile(
  path: string,
  suggest: Suggest,
  { mayBeHidden = false }: { readonly mayBeHidden?: boolean } = {},
): Promise<ConfigFile | undefined> {
  const opened = await readText(path, mayBeHidden);
  if (opened === undefined) return undefined;
  const file = await parse(path, opened.text.replace(/^\ufeff/, ''), suggest);
  const holdsKey = Object.values(file.profiles).some(({ api_key: key }) => key !== undefined);
  if (holdsKey && isReadByOthers(opened.mode)) {
    throw usageError(
      'CONFIG_EXPOSED',
      `the configuration file ${path} holds an API key, and other users of this machine can read it`,
      `chmod 600 ${path}`,
    );
  }
  return file;
}

/** Whether a file's mode lets others than its owner read it; Windows has no such modes. */
export const isReadByOthers = (mode: number): boolean => platform() !== 'win32' && (mode & 0o044) !== 0;

async function readText(
  path: string,
  mayBeHidden: boolean,
): Promise<{ readonly text: string; readonly mode: number } | undefined> {
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw unreadable(path, 'it is not a file');
      if (stat.size > maxBytes) throw unreadable(path, `it is larger than ${String(maxBytes / 1024)} KiB`);
      return { text: await file.readFile('utf8'), mode: stat.mode };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR' || (code === 'EACCES' && mayBeHidden)) return undefined;
    throw error instanceof Error && 'exitCode' in error ? error : unreadable(path, code);
  }
}

const unreadable = (path: string, why: string): RunError =>
  usageError('CONFIG_UNREADABLE', `the configuration file ${path} can't be read (${why})`, 'fix it or move it away');

async function parse(path: string, text: string, suggest: Suggest): Promise<ConfigFile> {
  const { default: jsonc } = await import('jsonc-parser');
  const at = (offset: number): string => `${path}, line ${String(text.slice(0, offset).split('\n').length)}`;
  const errors: ParseError[] = [];
  let tree: Node | undefined;
  try {
    tree = jsonc.parseTree(text, errors, { disallowComments: true });
  } catch {
    // Brackets within brackets, until there is no room left to follow them.
    throw unreadable(path, 'it is not a configuration');
  }
  const [mistake] = errors;
  if (mistake !== undefined || tree === undefined) {
    // Not the parser's own text around the place: that may be a key.
    throw usageError(
      'CONFIG_INVALID',
      `the configuration file ${at(mistake?.offset ?? 0)}: not JSON (${mistake === undefined ? 'it is empty' : inWords(jsonc.printParseErrorCode(mistake.error))})`,
      'fix that line, or move the file away',
    );
  }
  const parsed = configFileSchema.safeParse(jsonc.getNodeValue(tree));
  if (parsed.success) {
    const { profiles = {}, ...head } = parsed.data;
    return { ...head, profiles };
  }
  throw invalid(parsed.error.issues[0], suggest, (place) => {
    const node = jsonc.findNodeAtLocation(tree, place);
    return at(node?.offset ?? 0);
  });
}

/** `ColonExpected` in words. */
const inWords = (code: string): string => code.replaceAll(/(?<=.)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

/** Says what is wrong, where, and what may have been meant. */
function invalid(
  issue: z.core.$ZodIssue | undefined,
  suggest: Suggest,
  at: (place: (string | number)[]) => string,
): RunError {
  const place = (issue?.path ?? []).map(String);
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const [what, known] =
      place.length === 0 ? (['key', ['profile', 'profiles']] as const) : (['setting', settingNames] as const);
    const owner = place.length === 0 ? 'it' : `profile "${place[1] ?? ''}"`;
    return usageError(
      'CONFIG_INVALID',
      `the configuration file ${at([...place, key])}: ${owner} has an unknown ${what} "${key}"${suggest(key, known)}`,
      `the ${what}s are ${known.join(', ')}`,
    );
  }
  const message = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
  return usageError(
    'CONFIG_INVALID',
    `the configuration file ${at(place)}: ${place.length === 0 ? 'it' : place.join('.')} ${message ?? 'is not valid'}`,
    'fix that line, or move the file away',
  );
}

/**
 * Changes the configuration file, for its owner alone; an earlier one stays as it is until the new one is whole. Who
 * changes it at the same time waits, and sees what this change has made.
 *
 * @param lockMs how long a lock may be the same before its owner counts as dead
 * @throws RunError (exit 2)
 */
export async function changeConfigFile(
  path: string,
  suggest: Suggest,
  change: (file: ConfigFile) => ConfigFile | Promise<ConfigFile>,
  lockMs = longestLockMs,
): Promise<void> {
  const held = await lock(path, lockMs);
  try {
    const file = (await readConfigFile(path, suggest)) ?? { profiles: {} };
    const changed = await change(file);
    if (changed === file) return;
    const { profiles, ...head } = changed;
    if (!(await held.isHeld())) throw unwritable(path, new Error('another process has changed it at the same time'));
    await writePrivateFile(path, `${JSON.stringify({ ...head, profiles }, undefined, 2)}\n`);
  } finally {
    await held.release();
  }
}

/** Changes take milliseconds: a lock that is the same for longer was left by a process that was killed. */
const longestLockMs = 5000;
const lockPauseMs = 20;

/** To break a lock; another process that does it takes less. */
const mostTries = 50;

interface Lock {
  /** Whether it is still this process's: one that slept for long may have lost it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** A file next to the configuration file says who changes it. */
async function lock(path: string, longestMs: number): Promise<Lock> {
  const held = `${path}.lock`;
  const token = randomUUID();
  const isHeld = async (): Promise<boolean> => (await readToken(held)) === token;
  let seen: string | undefined;
  let tries = 0;
  for (let since = Date.now(); !(await create(held, token)); await delay(lockPauseMs)) {
    const owner = await readToken(held);
    if (owner !== seen) [seen, since, tries] = [owner, Date.now(), 0];
    else if (tries > mostTries) throw unwritable(path, new Error(`${held} is in the way: remove it`));
    else if (Date.now() - since > longestMs) {
      tries += 1;
      await breakLock(held, owner);
    }
  }
  const release = async (): Promise<void> => {
    if (await isHeld()) await rm(held, { force: true });
    // A change that was refused leaves no folder.
    await rmdir(dirname(held)).catch(() => {});
  };
  return { isHeld, release };
}

/**
 * Removes the lock of a process that is dead. Of those who wait one does so at a time, and only what it has seen: otherwise
 * the second would remove the lock that the first has taken in its place.
 */
async function breakLock(held: string, owner: string | undefined): Promise<void> {
  const breaking = `${held}.break`;
  if (!(await create(breaking, ''))) return;
  try {
    if ((await readToken(held)) === owner) await rm(held, { force: true });
  } finally {
    await rm(breaking, { force: true });
  }
}

/** Makes a file where none is; `false` where one is. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await makeFolder(path);
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    // The folder may have been removed by who changed nothing.
    if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOENT') return false;
    throw error instanceof Error && 'exitCode' in error ? error : unwritable(path, error);
  }
}

const readToken = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(path, error);
  }
}

const unwritable = (path: string, error: unknown): RunError =>
  usageError('CONFIG_UNWRITABLE', `${path} can't be written: ${errorMessage(error)}`);

/**
 * Writes a file that only its owner may read, in the place where a link to it leads.
 *
 * @throws RunError (exit 2)
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  let draft: string | undefined;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const target = await realpath(path).catch(() => path);
    draft = `${target}.${randomUUID()}.tmp`;
    await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    await rename(draft, target);
  } catch (error) {
    if (draft !== undefined) await rm(draft, { force: true }).catch(() => {});
    throw unwritable(path, error);
  }
}
