import { text } from 'node:stream/consumers';
import type { KeyReading } from '../config/api-key.ts';
import type { CommandContext } from './context.ts';

/** How a command reads a key from standard input: where that is a terminal, its user is asked, and nothing is shown. */
export const keyReading = ({ stdin, questions, environment, interrupted }: CommandContext): KeyReading => ({
  environment,
  readInput: () => (questions === undefined ? text(stdin) : questions.secret('API key')),
  interrupted,
});
