import type { ComparedDestination, Difference } from '../delivery/compared.ts';
import { printable } from '../issues.ts';
import { count, figure } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';

/** What two calculations of the same rows came to. */
export type Comparison = ReturnType<ComparedDestination['comparison']>;

/** What the API and the embedded calculator make of the same rows, and the rows that differ most. */
export function renderComparison(
  { records, apiKg, localKg, most }: Comparison,
  paths: readonly string[],
  options: TableOptions,
): string {
  if (records === 0) return 'compared: no record that both have calculated\n';
  const sums = `compared ${count(records)} records: API ${figure(apiKg)} kg, here ${figure(localKg)} kg (${percent(apiKg, localKg)})\n`;
  if (most.length === 0) return sums;
  const place = ({ input, line }: Difference): string =>
    paths.length === 1 ? String(line) : `${paths[input] ?? ''}:${String(line)}`;
  const rows = most.map((each) => [
    place(each),
    printable(each.movementId ?? ''),
    figure(each.apiKg),
    figure(each.localKg),
    percent(each.apiKg, each.localKg),
  ]);
  return sums + renderTable(columns, rows, { ...options, isTight: true });
}

const columns: readonly TableColumn[] = [
  { head: 'Line', alignment: 'right', narrows: 'cut start' },
  { head: 'Movement', alignment: 'left', narrows: 'cut', rank: 1 },
  { head: 'API kg', alignment: 'right', rank: 2 },
  { head: 'Here kg', alignment: 'right', rank: 3 },
  { head: 'API / here', alignment: 'right' },
];

const percent = (apiKg: number, localKg: number): string =>
  localKg === 0 ? '–' : `${apiKg >= localKg ? '+' : '−'}${figure(Math.abs(100 * (apiKg / localKg - 1)))} %`;
