import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorMessage, RunError, usageError } from '../errors.ts';
import { standardInput } from '../input/source.ts';
import { printable } from '../issues.ts';
import { isHelperColumn } from '../mapping/columns.ts';
import { readMappingOptions } from '../mapping/mapping.ts';
import type { MappingFile } from '../mapping/mapping-file.ts';
import { openInput } from '../pipeline/understand.ts';
import type { RecordKind } from '../records/kind.ts';
import type { CommandContext } from './context.ts';
import type { ReadingOptions } from './upload-options.ts';

const ending = '.mapping.json';

/** Where `map` writes the mapping file of an input. */
export const ownMappingPath = (path: string): string => `${path}${ending}`;

/** A mapping file that was found next to its input. */
export interface FoundMapping {
  readonly path: string;
  readonly file: MappingFile;
}

/**
 * The mapping file that was made for the columns of all these inputs: one that `map` has written in their folder, by whatever name;
 * of several the one that is named after the input. A file whose columns differ has none.
 *
 * @throws RunError (exit 2) where several would do
 */
export async function findMapping(
  kind: RecordKind,
  paths: readonly string[],
  options: Pick<ReadingOptions, 'delimiter' | 'encoding' | 'format' | 'sheet'>,
  { stdin }: Pick<CommandContext, 'stdin'>,
): Promise<FoundMapping | undefined> {
  const [first] = paths;
  if (first === undefined || paths.includes(standardInput)) return undefined;
  const candidates: FoundMapping[] = [];
  for (const candidate of await readCandidates(kind, dirname(first))) {
    if (await isFor(candidate, kind, paths, options, stdin)) candidates.push(candidate);
  }
  const own = candidates.find(({ path }) => path === ownMappingPath(first));
  const [only, ...others] = own === undefined ? candidates : [own];
  if (others.length === 0) return only;
  throw usageError(
    'MAPPING_AMBIGUOUS',
    `${candidates.map(({ path }) => path).join(' and ')} are both for the columns of ${first}`,
    'name one with --map <file>, or use none with --no-mapping-file',
  );
}

async function readCandidates(kind: RecordKind, folder: string): Promise<readonly FoundMapping[]> {
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => name.endsWith(ending)).toSorted();
  if (own.length === 0) return [];
  const { readMappingFile } = await import('../mapping/mapping-file.ts');
  const found: FoundMapping[] = [];
  for (const name of own) {
    const path = folder === '.' ? name : join(folder, basename(name));
    // One that can't be read may be for anything: a run that names it says what is wrong.
    const file = await readMappingFile(path).catch(() => undefined);
    if (file?.kind === kind.name && file.columns !== undefined) found.push({ path, file });
  }
  return found;
}

/** Whether all inputs, opened as a run with this mapping file opens them, have the columns that it was made for. */
async function isFor(
  { file }: FoundMapping,
  kind: RecordKind,
  paths: readonly string[],
  { format, delimiter, encoding, sheet }: Pick<ReadingOptions, 'delimiter' | 'encoding' | 'format' | 'sheet'>,
  stdin: CommandContext['stdin'],
): Promise<boolean> {
  const mapping = readMappingOptions(kind, file, [], []);
  const reading = { kind, input: { format, delimiter, encoding, sheet }, mapping, stdin };
  for (const path of paths) {
    const input = await openInput(path, reading).catch(ofNothing);
    if (input === undefined) continue;
    const { columns } = input.table;
    await input.close();
    if (!areSame(file.columns ?? [], columns)) return false;
  }
  return true;
}

/** A file without rows, or one that is gone: the run says so, or leaves it for the next where a folder gave it. */
function ofNothing(error: unknown): undefined {
  if (error instanceof RunError && (error.code === 'INPUT_EMPTY' || error.code === 'INPUT_NOT_FOUND')) return;
  throw error;
}

/** Whether columns are the same, but for those that this tool has added to rejected rows. */
const areSame = (one: readonly string[], other: readonly string[]): boolean => {
  const [first, second] = [one, other].map((names) => names.filter((name) => !isHelperColumn(name)).join('\n'));
  return first === second;
};

/** The mapping file that was found, which is said, unless the options name one or want none. */
export async function sayMapping(
  kind: RecordKind,
  paths: readonly string[],
  options: ReadingOptions & { readonly quiet?: boolean },
  context: CommandContext,
): Promise<FoundMapping | undefined> {
  const { map = [], mappingFile = true, quiet } = options;
  if (!mappingFile || map.some((text) => !text.includes('='))) return undefined;
  const found = await findMapping(kind, paths, options, context);
  if (quiet !== true) {
    if (found !== undefined) context.terminal.err(`mapping: ${printable(found.path)}\n`);
    await sayUnused(kind, paths, found, context);
  }
  return found;
}

/** The options with the mapping file that was found. */
export async function withFoundMapping<Options extends ReadingOptions & { readonly quiet?: boolean }>(
  kind: RecordKind,
  paths: readonly string[],
  options: Options,
  context: CommandContext,
): Promise<Options> {
  const found = await sayMapping(kind, paths, options, context);
  return found === undefined ? options : { ...options, map: [...(options.map ?? []), found.path] };
}

/** Says of mapping files that are named after the inputs why they are not used. */
async function sayUnused(
  kind: RecordKind,
  paths: readonly string[],
  found: FoundMapping | undefined,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<void> {
  for (const path of paths.map(ownMappingPath)) {
    if (path === found?.path || !existsSync(path)) continue;
    const { readMappingFile } = await import('../mapping/mapping-file.ts');
    const why = await readMappingFile(path).then((file) => {
      if (file.kind !== kind.name) return `it is not for ${kind.name}`;
      return found === undefined ? 'it was made for other columns' : undefined;
    }, errorMessage);
    if (why !== undefined) terminal.err(printable(`mapping: ${path} is not used: ${why}`) + '\n');
  }
}
