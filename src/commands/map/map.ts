import { writeFile } from 'node:fs/promises';
import { asRunError, errorMessage, type RunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { standardInput } from '../../input/source.ts';
import { printable } from '../../issues.ts';
import type { MappingFile } from '../../mapping/mapping-file.ts';
import type { RecordKind } from '../../records/kind.ts';
import { kindFor } from '../../records/kinds.ts';
import { plural } from '../../report/format.ts';
import { renderRows } from '../../report/inspection.ts';
import type { MapDocument } from '../../report/map-document.ts';
import { readyText, renderMappedColumns } from '../../report/map-view.ts';
import type { Questions } from '../../report/questions.ts';
import type { CommandContext } from '../context.ts';
import { findMapping, ownMappingPath } from '../find-mapping.ts';
import type { MapOptions } from '../map-command.ts';
import { showFailure } from '../show-summary.ts';
import { lineWith } from '../upload/command-line.ts';
import { interview } from './interview.ts';
import { samplesOf } from './questions.ts';
import { answerAll, lookAt, mappingFileOf, type View } from './session.ts';

/**
 * `map`: asks what evidence leaves open of a file, and writes what was answered as a mapping file. Without a terminal it lists the
 * questions; `--answers` answers them.
 *
 * @returns 0 when nothing is open, 1 when questions are, 2 when no answer helps, 3 when the file can't be read, 130 when given up
 */
export async function map(
  kindName: RecordKind['name'],
  path: string,
  options: MapOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, questions } = context;
  try {
    if (path === standardInput) throw usageError('MAPPING_NOT_SAVED', 'map reads a file more than once: name one');
    const kind = kindFor(kindName, 'calculator');
    const look = lookAt(kind, path, options, context);
    const earlier = await findMapping(kind, [path], options, context);
    if (earlier !== undefined) terminal.err(`continuing with ${printable(earlier.path)}\n`);
    const start = await look(earlier?.file ?? {});
    const out = options.out ?? earlier?.path ?? ownMappingPath(path);
    if (options.answers === undefined && questions !== undefined && options.json !== true) {
      return await interviewFor(path, { kind, out, look, start, questions }, context);
    }
    const view =
      options.answers === undefined ? start : await answerAll(start, await readAnswers(options.answers), look);
    if (options.answers !== undefined) await write(out, kind, view);
    const document = documentOf(kind, path, view, options.answers === undefined ? null : out);
    context.failed(document);
    terminal.out(toJson(document));
    return exitCodeOf(view);
  } catch (error) {
    const failure = asRunError(error);
    showFailure(failure, {}, terminal);
    const head = { schema: 'dcycle-upload/map/1', command: 'map', kind: kindName, path } as const;
    const nothing = { rows: null, questions: [], mapping: null, mapping_file: null };
    const document: MapDocument = { ...head, ...nothing, error: errorOf(failure) };
    context.failed(document);
    if (options.json === true) terminal.out(toJson(document));
    return failure.exitCode;
  }
}

/** What a terminal is asked for, and what the answers go to. */
export interface Interview {
  readonly kind: RecordKind;
  readonly out: string;
  readonly look: ReturnType<typeof lookAt>;
  readonly start: View;
  readonly questions: Questions;
}

async function interviewFor(path: string, asked: Interview, context: CommandContext): Promise<ExitCode> {
  const { kind } = asked;
  const { terminal } = context;
  const { view, isGivenUp } = await askAndWrite(asked, context);
  if (isGivenUp) return ExitCode.sigint;
  terminal.out(renderRows(view.inspection));
  const [problem] = view.inspection.problems;
  if (problem !== undefined) throw problem;
  terminal.out(`${readyText(view.inspection)}\nnext: ${printable(lineWith([kind.name, path], ['--local']))}\n`);
  return exitCodeOf(view);
}

/** Asks what is open, and writes what was answered, also when the user gives up. */
export async function askAndWrite(
  { kind, out, look, start, questions }: Interview,
  { terminal }: CommandContext,
): Promise<{ readonly view: View; readonly isGivenUp: boolean }> {
  const table = { style: terminal.errStyle, width: terminal.errWidth, isVerbose: false };
  terminal.err(renderMappedColumns(start.inspection, (column) => samplesOf(column, start.inspection), table));
  const { view, answered, isGivenUp } = await interview(start, look, questions);
  if (isGivenUp && answered === 0) {
    terminal.err('given up; nothing was changed\n');
    return { view, isGivenUp };
  }
  if (view.inspection.mapping !== undefined) await write(out, kind, view);
  const kept = isGivenUp ? `given up; ${plural(answered, 'answer')} kept in` : 'mapping:';
  terminal.err(`${kept} ${printable(out)}\n`);
  return { view, isGivenUp };
}

async function readAnswers(path: string): Promise<MappingFile> {
  const { readMappingFile } = await import('../../mapping/mapping-file.ts');
  return readMappingFile(path, 'the file of answers');
}

async function write(out: string, kind: RecordKind, view: View): Promise<void> {
  try {
    await writeFile(out, toJson(mappingFileOf(kind, view)));
  } catch (error) {
    throw usageError('MAPPING_NOT_SAVED', `${out} can't be written: ${errorMessage(error)}`, 'name another with --out');
  }
}

function exitCodeOf({ inspection: { problems, missing }, questions }: View): ExitCode {
  if (questions.length > 0) return ExitCode.rowsRejected;
  return problems.length + missing.length > 0 ? ExitCode.usage : ExitCode.ok;
}

function documentOf(kind: RecordKind, path: string, view: View, out: string | null): MapDocument {
  const { inspection, questions } = view;
  const { share, input, problems } = inspection;
  const [problem] = questions.length > 0 ? [] : problems;
  return {
    schema: 'dcycle-upload/map/1',
    command: 'map',
    kind: kind.name,
    path,
    rows: { read: share.rows, ready: share.ready, is_whole: input.isSampleWhole },
    questions: questions.map(({ id, text, rows, samples, proposals }) => ({
      id,
      text,
      rows,
      samples: [...samples],
      proposals: proposals.map(({ label, answer }) => ({ label, answer })),
    })),
    mapping: mappingFileOf(kind, view),
    mapping_file: out,
    ...(problem === undefined ? {} : { error: errorOf(problem) }),
  };
}

const errorOf = ({ code, message, hint }: RunError) => ({ code, message, hint: hint ?? null });

const toJson = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;
