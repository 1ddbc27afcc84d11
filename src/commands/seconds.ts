import { InvalidArgumentError } from './commander.ts';

/** Reads an option that is a number of seconds: more than 0 and at most an hour. */
export const seconds = (text: string): number => {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0 && value <= 3600) return value;
  throw new InvalidArgumentError('It must be a number of seconds, more than 0 and at most 3600.');
};
