import { asRunError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { printable } from '../../issues.ts';
import { plural } from '../../report/format.ts';
import { readyText } from '../../report/map-view.ts';
import type { Questions } from '../../report/questions.ts';
import { type Answers, join } from './answers.ts';
import type { Question } from './questions.ts';
import type { Look, View } from './session.ts';

/** How an interview ended: `given up` keeps what was answered. */
export interface Interviewed {
  readonly view: View;
  readonly answered: number;
  readonly isGivenUp: boolean;
}

/** One step: a question with its answer, or that it is left open. */
interface Step {
  readonly id: string;
  readonly answer: Answers | undefined;
}

/**
 * Asks what is open, one question at a time, and shows with each how many rows are ready. Questions can be left open, and taken
 * back; what was answered is kept when the user gives up.
 */
export async function interview(start: View, look: Look, questions: Questions): Promise<Interviewed> {
  const steps: Step[] = [];
  let view = start;
  const answered = (): number => steps.filter(({ answer }) => answer !== undefined).length;
  try {
    for (;;) {
      const left = new Set(steps.map(({ id }) => id));
      const open = view.questions.filter(({ id }) => !left.has(id));
      const [question] = open;
      const step =
        question === undefined
          ? await askEnd(view, steps, questions)
          : await ask(question, view, steps, open, questions);
      if (step === 'end') return { view, answered: answered(), isGivenUp: false };
      if (step === 'back') steps.pop();
      else steps.push(step);
      view = await look(join([start.answers, ...steps.flatMap(({ answer }) => answer ?? [])]));
    }
  } catch (error) {
    if (asRunError(error).exitCode !== ExitCode.sigint) throw error;
    return { view, answered: answered(), isGivenUp: true };
  }
}

const back = { label: '← back to the question before' };

async function ask(
  { id, text, samples, rows, proposals, others }: Question,
  { inspection }: View,
  steps: readonly Step[],
  open: readonly Question[],
  questions: Questions,
): Promise<Step | 'back'> {
  const values = samples.length === 0 ? '' : ` It has ${samples.join(', ')}.`;
  const about = rows === 0 ? '' : `${plural(rows, 'row')}; `;
  // One line: the library draws no frame around the second one of a question with a search.
  const heading = `${text}${values} (${about}${readyText(inspection)}, ${plural(open.length, 'question')} open)`;
  const later = { label: 'leave it open' };
  const options = [...proposals, later, ...(steps.length === 0 ? [] : [back]), ...others];
  const chosen =
    options[
      await questions.pick(
        printable(heading),
        options.map(({ label }) => printable(label)),
      )
    ];
  if (chosen === back) return 'back';
  return { id, answer: chosen !== undefined && 'answer' in chosen ? chosen.answer : undefined };
}

/** The end: the first records, and whether this is it. */
async function askEnd({ inspection }: View, steps: readonly Step[], questions: Questions): Promise<'end' | 'back'> {
  if (steps.length === 0) return 'end';
  const options = ['write the mapping file', back.label];
  return (await questions.pick(`${readyText(inspection)}; nothing more to ask`, options)) === 0 ? 'end' : 'back';
}
