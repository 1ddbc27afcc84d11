import { type Command, InvalidArgumentError } from './commander.ts';

const settle = (text: string): number => {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value <= 86_400) return value;
  throw new InvalidArgumentError('It must be a number of seconds from 0 to 86400.');
};

const rounds = (text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 10) return value;
  throw new InvalidArgumentError('It must be a whole number from 0 to 10.');
};

/** Adds the options that say how calls of unknown outcome are settled. */
export const addSettleOptions = (command: Command): Command =>
  command
    .option(
      '--settle <seconds>',
      'how long after a call of unknown outcome its records may count as missing (default: 120 and more); 0: never',
      settle,
    )
    .option('--settle-rounds <n>', 'times that missing records are sent again (default: 1)', rounds);
