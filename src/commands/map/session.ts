import { usageError } from '../../errors.ts';
import { quote } from '../../issues.ts';
import { isHelperColumn } from '../../mapping/columns.ts';
import { readMappingOptions } from '../../mapping/mapping.ts';
import type { Inspection } from '../../pipeline/inspect.ts';
import type { RecordKind } from '../../records/kind.ts';
import type { CommandContext } from '../context.ts';
import { inspectFile } from '../inspect-file.ts';
import { choicesOf, knownValues } from '../known-values.ts';
import type { ReadingOptions } from '../upload-options.ts';
import { type Answers, join, leavesOf } from './answers.ts';
import { openQuestions, type Question } from './questions.ts';

/** A file as it is read with some answers, and what is open then. */
export interface View {
  readonly answers: Answers;
  readonly inspection: Inspection;
  readonly questions: readonly Question[];
}

/** Looks at a file with the answers to what is open of it. */
export type Look = (answers: Answers) => Promise<View>;

export function lookAt(kind: RecordKind, path: string, options: ReadingOptions, context: CommandContext): Look {
  const known = knownValues();
  const choices = choicesOf();
  return async (answers) => {
    const mapping = readMappingOptions(kind, answers, [], []);
    const inspection = await inspectFile(kind, path, options, { mapping, known }, context);
    return { answers, inspection, questions: openQuestions({ kind, inspection, choices, answered: answers }) };
  };
}

/**
 * Answers questions from a file of answers, in whatever order they open.
 *
 * @throws RunError (exit 2) for an answer that belongs to no open question, or leaves its question open
 */
export async function answerAll(start: View, given: Answers, look: Look): Promise<View> {
  let view = start;
  let left = leavesOf(given);
  for (;;) {
    const places = new Map(
      view.questions.flatMap(({ id, places: own }) => [...own].map((place) => [place, id] as const)),
    );
    const fitting = left.filter(({ place }) => places.has(place));
    if (fitting.length === 0) break;
    left = left.filter(({ place }) => !places.has(place));
    view = await look(join([view.answers, ...fitting.map(({ answer }) => answer)]));
    const open = new Set(view.questions.map(({ id }) => id));
    const unsettled = fitting.find(({ place }) => open.has(places.get(place) ?? ''));
    if (unsettled !== undefined) {
      throw answersInvalid(
        `${quote(unsettled.place)} does not answer its question: ${JSON.stringify(unsettled.answer)}`,
      );
    }
  }
  const [first] = left;
  if (first !== undefined) throw answersInvalid(`${quote(first.place)} answers no open question`);
  return view;
}

const answersInvalid = (message: string) =>
  usageError(
    'ANSWERS_INVALID',
    message,
    'the same command with --json instead of --answers lists the questions with their proposals',
  );

/** The mapping file that a view amounts to: it depends on no names of columns being known, and says which file it is for. */
export function mappingFileOf(kind: RecordKind, { answers, inspection: { input, mapping } }: View): Answers {
  const { columns } = input.table;
  const fields = (mapping?.sources ?? []).flatMap(({ field, columns: indices }): [string, string | string[]][] => {
    const names = indices.map((index) => columns[index] ?? '');
    const [only = ''] = names;
    return names.length === 0 ? [] : [[field, names.length === 1 ? only : names]];
  });
  const own = columns.filter((name) => !isHelperColumn(name));
  return join([{ kind: kind.name, columns: own, fields: Object.fromEntries(fields) }, answers]);
}
