import { RunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { standardInput } from '../../input/source.ts';
import { printable } from '../../issues.ts';
import { kindFor } from '../../records/kinds.ts';
import { readyText } from '../../report/map-view.ts';
import type { RecordKind } from '../../records/kind.ts';
import type { CommandContext } from '../context.ts';
import { type FoundMapping, ownMappingPath, sayMapping } from '../find-mapping.ts';
import type { Given } from '../setting-options.ts';
import type { UploadOptions } from '../upload-options.ts';

/** What a first run is asked for. */
interface First {
  readonly kindName: RecordKind['name'];
  readonly paths: readonly string[];
  readonly given: Given<UploadOptions>;
  readonly context: CommandContext;
  /** A run that is continued keeps its mapping, as the run of one account does. */
  readonly earlier: object | undefined;
  readonly isShare: boolean;
}

/**
 * The options with the mapping file that was made for these inputs. Where there is none, and a terminal is attached, the assistant is
 * offered if rows would be refused that answers can save.
 */
export async function withMapping({
  kindName,
  paths,
  given,
  context,
  earlier,
  isShare,
}: First): Promise<Given<UploadOptions>> {
  if (earlier !== undefined || isShare) return given;
  const kind = kindFor(kindName, 'calculator');
  const found = await sayMapping(kind, paths, given, context);
  const asked = mayAsk(given, paths) ? await offerMap(kind, paths, given, found, context) : undefined;
  const file = asked ?? found?.path;
  return file === undefined ? given : { ...given, map: [...(given.map ?? []), file] };
}

/** Options that answer questions already: the user knows the way. */
const answering = ['map', 'set', 'decimal', 'dateFormat', 'gallon', 'ton', 'skip', 'where', 'null'] as const;

const mayAsk = (given: Given<UploadOptions>, paths: readonly string[]): boolean =>
  paths.length === 1 &&
  !paths.includes(standardInput) &&
  given.mappingFile !== false &&
  ![given.quiet, given.json, given.yes].includes(true) &&
  answering.every((name) => given[name] === undefined);

/** @returns where the answers were written */
async function offerMap(
  kind: RecordKind,
  [path = '']: readonly string[],
  given: Given<UploadOptions>,
  found: FoundMapping | undefined,
  context: CommandContext,
): Promise<string | undefined> {
  const { questions } = context;
  if (questions === undefined) return undefined;
  const { lookAt } = await import('../map/session.ts');
  const look = lookAt(kind, path, given, context);
  const start = await look(found?.file ?? {});
  const { inspection } = start;
  const { share, problems, missing } = inspection;
  const isStopped = problems.length + missing.length > 0;
  // What an account knows of vehicles and fuels is not known here: an upload asks it.
  const isCalculated = given.local === true || given.dryRun === true;
  if (start.questions.length === 0 || !(isStopped || (isCalculated && share.ready < share.rows))) return undefined;
  const state = isStopped ? "a run can't start" : readyText(inspection);
  if (!(await questions.confirm(printable(`${path}: ${state}. Answer what is open?`), true))) return undefined;
  const { askAndWrite } = await import('../map/map.ts');
  const out = found?.path ?? ownMappingPath(path);
  const { isGivenUp, view } = await askAndWrite({ kind, out, look, start, questions }, context);
  if (isGivenUp) throw new RunError(ExitCode.sigint, 'INTERRUPTED', 'given up; nothing was sent or calculated');
  return view.inspection.mapping === undefined ? undefined : out;
}
