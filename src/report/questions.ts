import type * as Prompts from '@clack/prompts';
import type { Readable, Writable } from 'node:stream';
import { RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';

/** Says what is wrong with an answer; nothing where it is valid. */
type Check = (answer: string) => string | undefined;

/** Asks the user at the terminal. A question that is given up (Ctrl-C) ends the command (exit 130). */
export interface Questions {
  text(question: string, options?: { readonly initial?: string | undefined; readonly check?: Check }): Promise<string>;
  /** The answer is not shown, nor how long it is. */
  secret(question: string, check?: Check): Promise<string>;
  choose<Value extends string>(question: string, answers: Readonly<Record<Value, string>>): Promise<Value>;
  /** Which of many answers; those that are not at hand are found by typing. */
  pick(question: string, answers: readonly string[]): Promise<number>;
  confirm(question: string, initial: boolean): Promise<boolean>;
}

/** Answers that are seen at once. */
const answersShown = 10;

/** Where a question is asked, and what takes it back. */
interface Place {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
}

/** Questions on standard error, so that standard output holds results only. */
export function createQuestions(input: Readable, output: Writable, signal: AbortSignal): Questions {
  const ask = async <Answer>(
    question: (prompts: typeof Prompts, at: Place) => Promise<Answer>,
  ): Promise<Exclude<Answer, symbol>> => {
    const prompts = await import('@clack/prompts');
    const giveUp = new AbortController();
    // The library waits for ever for an answer from an input that has ended: Ctrl-D ends a terminal's.
    const onEnd = (): void => giveUp.abort();
    const onKey = (_text: string | undefined, { ctrl, name }: { ctrl?: boolean; name?: string }): void => {
      if (ctrl === true && name === 'd') giveUp.abort();
    };
    input.once('end', onEnd).on('keypress', onKey);
    const answer = await question(prompts, { input, output, signal: AbortSignal.any([signal, giveUp.signal]) });
    input.off('end', onEnd).off('keypress', onKey);
    if (typeof answer !== 'symbol') return answer as Exclude<Answer, symbol>;
    throw new RunError(
      signal.reason === 'SIGTERM' ? ExitCode.sigterm : ExitCode.sigint,
      'INTERRUPTED',
      'given up; nothing was changed',
    );
  };
  const checked =
    (check: Check = () => undefined, initial = '') =>
    (answer = ''): string | undefined =>
      (answer.trim() || initial) === '' ? 'An answer is needed.' : check(answer.trim() || initial);
  return {
    async text(message, { initial, check } = {}) {
      // Enter takes it, and what is typed replaces it.
      const more = initial === undefined ? {} : { placeholder: initial, defaultValue: initial };
      const validate = checked((answer) => check?.(answer), initial);
      return (await ask(({ text }, at) => text({ ...at, message, validate, ...more }))).trim();
    },
    async secret(message, check) {
      const hidden = `${message} (not shown)`;
      return (
        await ask(({ password }, at) => password({ ...at, message: hidden, mask: '', validate: checked(check) }))
      ).trim();
    },
    choose<Value extends string>(message: string, answers: Readonly<Record<Value, string>>) {
      const options = Object.entries<string>(answers).map(([value, label]) => ({ value, label }));
      return ask(({ select }, at) => select<string>({ ...at, message, options })) as Promise<Value>;
    },
    pick(message, answers) {
      const options = answers.map((label, value) => ({ value, label }));
      if (answers.length <= answersShown) return ask(({ select }, at) => select<number>({ ...at, message, options }));
      const placeholder = 'type to search';
      const filter = (search: string, { label = '' }: { readonly label?: string }): boolean =>
        label.toLowerCase().includes(search.trim().toLowerCase());
      return ask(({ autocomplete }, at) =>
        autocomplete<number>({ ...at, message, options, filter, maxItems: answersShown, placeholder }),
      );
    },
    confirm: (message, initialValue) => ask(({ confirm }, at) => confirm({ ...at, message, initialValue })),
  };
}
