import { constants, existsSync } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cacheDirectory, stateDirectory } from '../../config/directories.ts';
import { errorCode } from '../../errors.ts';
import type { Finding } from '../../report/doctor-document.ts';
import { count, plural } from '../../report/format.ts';
import { isUnfinished } from '../../report/runs.ts';
import type { CommandContext } from '../context.ts';
import { openStore } from '../upload/journal.ts';
import { createFindings, type Findings } from './finding.ts';

/** Whether what is done can be written down, and what was not finished. */
export async function checkDisk(context: CommandContext): Promise<readonly Finding[]> {
  const findings = createFindings('disk');
  const state = stateDirectory(context.environment);
  await checkDirectory('state', state, 'XDG_STATE_HOME', findings);
  await checkDirectory('cache', cacheDirectory(context.environment), 'XDG_CACHE_HOME', findings);
  // Looking must not make the directory.
  if (existsSync(state)) await checkRuns(context, findings);
  return findings.found;
}

/** A run's record takes about 100 bytes a row. */
const enoughMb = 100;

async function checkDirectory(what: string, directory: string, variable: string, findings: Findings): Promise<void> {
  const name = `the ${what} directory ${directory}`;
  try {
    const existing = await nearestExisting(directory);
    await access(existing, constants.W_OK);
    const { bavail, bsize } = await statfs(existing);
    const freeMb = Math.floor((bavail * bsize) / 1_000_000);
    if (freeMb >= enoughMb) findings.ok(what, `${name} can be written, ${count(freeMb)} MB free`);
    else {
      findings.warning(
        what,
        `${name} has ${count(freeMb)} MB left`,
        'make room; dcycle-upload runs prune removes old runs',
      );
    }
  } catch (error) {
    const remedy = `choose another place: ${variable}=/path dcycle-upload doctor`;
    findings.problem(what, `${name} can't be written (${errorCode(error) ?? 'unknown error'})`, remedy);
  }
}

/** The directory itself, or the one in which it would be made. */
async function nearestExisting(directory: string): Promise<string> {
  const found = await stat(directory).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return nearestExisting(dirname(directory));
  if (found.isDirectory()) return directory;
  throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
}

async function checkRuns(context: CommandContext, findings: Findings): Promise<void> {
  try {
    const store = await openStore(context);
    const unfinished = (await store.list()).filter(isUnfinished);
    await store.close();
    const [latest] = unfinished;
    if (latest === undefined) findings.ok('runs', 'no upload is unfinished');
    else {
      const files = [latest.account.kind, ...latest.paths].join(' ');
      findings.warning(
        'runs',
        `${plural(unfinished.length, 'upload is', 'uploads are')} unfinished, the latest: ${files}`,
        `dcycle-upload resume ${latest.id.slice(0, 8)}`,
      );
    }
  } catch (error) {
    findings.failed('runs', error);
  }
}
