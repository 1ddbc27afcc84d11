import { printable } from '../issues.ts';
import type { Inspection } from '../pipeline/inspect.ts';
import { count, plural } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';

const columns: readonly TableColumn[] = [
  { head: 'Column', alignment: 'left', narrows: 'cut' },
  { head: 'Field', alignment: 'left' },
  { head: 'Values', alignment: 'left', narrows: 'wrap' },
];

/** The columns of a file with the fields that they are, and values of each. */
export function renderMappedColumns(
  { input: { table }, mapping }: Inspection,
  samplesOf: (column: string) => readonly string[],
  options: TableOptions,
): string {
  const fields = new Map(mapping?.sources.flatMap(({ field, columns: own }) => own.map((at) => [at, field] as const)));
  const rows = table.columns.map((column, at) => [
    printable(column),
    fields.get(at) ?? options.style.yellow('not used'),
    printable(samplesOf(column).join(', ')),
  ]);
  return renderTable(columns, rows, options);
}

/** How many rows are ready: `58 of 61 rows ready, 2 left out`. */
export const readyText = ({ problems, rowsInSample, share: { ready, rows }, input }: Inspection): string => {
  const isCounted = problems.length === 0;
  const leftOut = isCounted && rows < rowsInSample ? `, ${count(rowsInSample - rows)} left out` : '';
  const all = plural(isCounted ? rows : rowsInSample, 'row');
  return `${count(ready)} of ${input.isSampleWhole ? '' : 'the first '}${all} ready${leftOut}`;
};
