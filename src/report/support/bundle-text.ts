import { printable } from '../../issues.ts';
import { plural } from '../format.ts';
import type { SupportBundle } from './support-bundle.ts';

/** What a bundle holds and what not, for the user who is about to send it. */
export function describeBundle(bundle: SupportBundle, path: string): string {
  const { run, recent_runs: recent, input, environment, problems } = bundle;
  const values = Object.values(environment).filter((value) => value !== 'set' && value !== 'empty').length;
  const holds = [
    'versions, system, directories with their free space, configuration without secrets',
    `${plural(Object.keys(environment).length, 'environment variable')} by name, ${String(values)} with its value`,
    ...(run === null
      ? []
      : [
          `run ${run.id}: files by name, options, host, counts, ${plural(run.chunks.length, 'chunk')} with hashes` +
            (run.log.length === 0 ? '' : `, ${plural(run.log.length, 'event')} of its log`),
        ]),
    ...(recent.length === 0 ? [] : [`${plural(recent.length, 'recent run')}: files by name, times, counts`]),
    ...(input === null ? [] : [inputText(input)]),
  ];
  const notes = problems.map(({ about, code }) => `note: ${about}: ${code}\n`);
  return printable(
    [
      `It holds\n`,
      ...holds.map((line) => `  + ${line}\n`),
      'and not\n',
      ...bundle.left_out.map((line) => `  - ${line}\n`),
      ...notes,
      `${path === '-' ? '' : `written to ${path}\n`}Read it, then attach it to your report, with the command line and what you expected.\n`,
    ].join(''),
  );
}

function inputText({ path, columns, rows_in_sample: rows }: NonNullable<SupportBundle['input']>): string {
  const names = columns.some(({ name }) => name !== null) ? 'by name' : 'without their names, which may be values';
  return `${path}: ${plural(columns.length, 'column')} ${names}, with patterns of the values in ${plural(rows, 'row')}`;
}
