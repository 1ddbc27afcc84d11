import { parseArgs } from 'node:util';
import { measurements } from './measurements.js';

export const usage = `npm run bench -- [options]

  --only <ids>       what is measured, by commas: ids, or the groups start-up and peers
  --rows <n>         rows of the large files (1,000,000)
  --rounds <n>       how often each is measured (3)
  --minutes <n>      begins no round that would probably end later (10)
  --json <file>      writes every run and ratio to a file
  --markdown         prints the results section of docs/performance.md instead of tables for a terminal
  --from <file>      measures nothing and prints what an earlier --json holds
  --help

ids: ${measurements.map(({ id }) => id).join(', ')}
Only when asked for: ${measurements.flatMap(({ id, isOnRequest }) => (isOnRequest ? id : [])).join(', ')}`;

/** Reads the command line; throws an error with a message for people. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      rows: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '3' },
      minutes: { type: 'string', default: '10' },
      json: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      from: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    chosen: choose(values.only),
    rows: count('rows', values.rows),
    rounds: count('rounds', values.rounds),
    minutes: count('minutes', values.minutes),
  };
}

function choose(only) {
  if (only === undefined) return measurements.filter(({ isOnRequest }) => !isOnRequest);
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !measurements.some(({ id, group }) => id === name || group === name));
  if (unknown !== undefined) throw new Error(`--only: there is no ${unknown}`);
  return measurements.filter(({ id, group }) => names.includes(id) || names.includes(group));
}

function count(name, text) {
  const number = Number(text.replaceAll('_', ''));
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} takes a whole number from 1`);
  return number;
}
