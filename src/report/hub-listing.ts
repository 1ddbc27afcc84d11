import { printable } from '../issues.ts';
import { accountSection } from './account-section.ts';
import type { HubsDocument, ListedHub } from './hubs-document.ts';
import { type ListingColumn, renderListing } from './listing.ts';
import type { TableOptions } from './tables/table.ts';

const columns: readonly ListingColumn[] = [
  { head: 'Name', alignment: 'left', wraps: true },
  { head: 'Address', alignment: 'left', wraps: true },
  { head: 'Type', alignment: 'left', rank: 2 },
  { head: 'Status', alignment: 'left', rank: 1 },
  { head: 'Calculated as', alignment: 'left', wraps: true },
];

/** The account's hubs as a table, each with the place that `--local` takes it for. */
export function renderHubs({ account }: Pick<HubsDocument, 'account'>, options: TableOptions): string {
  const rows = account?.rows ?? [];
  const own =
    rows.length === 0 ? 'the account has none\n' : renderListing(columns, [{ entries: rows.map(entryOf) }], options);
  return accountSection(account, 'hubs', 'hubs', own, options.style).trimStart();
}

const entryOf = ({ name, address, type, status, place, note }: ListedHub) => ({
  cells: [name, address, type, status, place].map((value) => [value === null ? '–' : printable(value)]),
  details: note === null ? [] : [printable(note)],
});
