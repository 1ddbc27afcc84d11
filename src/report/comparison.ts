import type { ComparedDestination, Difference } from '../destinations/compared.ts';
import { printable } from '../issues.ts';
import { count, figure } from './format.ts';
import { renderTable, type TableOptions } from './table.ts';

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
  const heads = ['Line', 'Movement', 'API kg', 'Here kg', 'API / here'];
  return sums + renderTable(heads, ['right', 'left', 'right', 'right', 'right'], rows, { ...options, isTight: true });
}

const percent = (apiKg: number, localKg: number): string =>
  localKg === 0 ? '–' : `${apiKg >= localKg ? '+' : '−'}${figure(Math.abs(100 * (apiKg / localKg - 1)))} %`;
