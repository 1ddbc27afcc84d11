import { printable } from '../issues.ts';
import type { AccountResults } from './account-results-document.ts';
import { count, figure, plural } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';

const tonneKm = 'tonne-km';

const columns: readonly TableColumn[] = [
  { head: 'Category', alignment: 'left', narrows: 'cut' },
  { head: 'Of the run', alignment: 'right' },
  { head: 'kg CO2e', alignment: 'right' },
  { head: tonneKm, alignment: 'right', rank: 2 },
  { head: 'In the account', alignment: 'right' },
  { head: 'kg CO2e there', alignment: 'right' },
  { head: 'Difference kg', alignment: 'right', rank: 1 },
];

type Pair = NonNullable<AccountResults['totals']>;

/** What a run has brought and what the account reports for its period, and what may explain the difference. */
export function renderAccountResults(
  document: AccountResults,
  noun: readonly [string, string],
  options: TableOptions,
): string {
  const { totals, by_category: categories, period, records, account_records: all } = document;
  if (totals === null) return '';
  const rows = categories.map(({ category, ...pair }) => rowOf(printable(category === '' ? '–' : category), pair));
  // Purchases have none.
  const shown = columns.map(({ head }) => head !== tonneKm || totals.run.tonne_km !== null);
  const isShown = (_: unknown, at: number): boolean => shown[at] ?? true;
  const lines = [...rows, rowOf('Total', totals)].map((cells) => cells.filter(isShown));
  const table = renderTable(columns.filter(isShown), lines, options);
  const days = period === null || totals.account === null ? '' : `; the account reports ${period.from} to ${period.to}`;
  const has = all === null ? '' : `; it has ${plural(all, ...noun)} of any time`;
  const head = `${count(records.calculated)} of ${plural(records.accepted, ...noun)} of the run calculated${days}${has}\n`;
  return table + head + document.explanations.map((each) => `note: ${explain(each, noun)}\n`).join('');
}

function rowOf(category: string, { run, account }: Pair): readonly string[] {
  return [
    category,
    count(run.records),
    figure(run.co2e_kg),
    run.tonne_km === null ? '–' : figure(run.tonne_km),
    account === null ? '–' : count(account.records),
    account === null ? '–' : figure(account.co2e_kg),
    account === null ? '–' : signed(account.co2e_kg - run.co2e_kg),
  ];
}

const signed = (value: number): string =>
  Math.abs(value) < 0.0005 ? '0' : `${value > 0 ? '+' : '−'}${figure(Math.abs(value))}`;

function explain({ what, records }: AccountResults['explanations'][number], noun: readonly [string, string]): string {
  const some = plural(records ?? 0, ...noun);
  switch (what) {
    case 'not calculated yet':
      return `still to be calculated, and not in these sums: ${some} of the run`;
    case 'not calculable':
      return `stored and not calculable: ${some} of the run; results without --account has them in its rejected file`;
    case 'not listed':
      return `not in the account’s list: ${some} of the run; deleted since, or the list is late; verify says which`;
    case 'without id':
      return `without an id in the ledger: ${some} of the run; what the account has of them is not known`;
    case 'deleted':
      return `deleted since, and not in these sums: ${some} of the run; by an undo, or as a later upload has replaced them`;
    case 'being deleted':
      return `being deleted, and not in these sums: ${some} of the run; that was broken off, and undo or the upload that replaces them ends it`;
    case 'other records':
      return `the account has ${some} more in these days: of other runs, of other senders, or entered by hand`;
    case 'counted by package':
      return 'the account counts packages, and the run counts legs';
    case 'lower than the run':
      return 'the account reports less than the run has brought: its report may be late, or count by another date';
  }
}
