import { printable } from '../issues.ts';
import { accountSection } from './account-section.ts';
import { factorFigure } from './factor-figure.ts';
import { Footnotes } from './footnotes.ts';
import { count } from './format.ts';
import { type ListingColumn, type ListingEntry, renderListing } from './listing.ts';
import type { TableOptions } from './tables/table.ts';
import type { ListedAccountToc, ListedToc, TocsDocument } from './tocs-document.ts';
import { yearRange } from './year-range.ts';

type Factor = ListedToc['factors'][number];

/** The vehicle types as tables: those that are embedded with their latest factors, then the account's own. */
export function renderTocs({ embedded, account }: TocsDocument, options: TableOptions): string {
  const own = account === null || account.rows.length === 0 ? '' : renderOwn(account.rows, options);
  return [
    embedded.length === 0 ? 'none of the embedded vehicle types matches\n' : renderEmbedded(embedded, options),
    accountSection(account, 'tocs', 'vehicle types', own, options.style),
  ].join('');
}

const embeddedColumns: readonly ListingColumn[] = [
  { head: 'Vehicle type\n(toc)', alignment: 'left', wraps: true },
  { head: 'WTW, kg\nper tkm', alignment: 'right' },
  { head: 'WTT, kg\nper tkm', alignment: 'right', rank: 4 },
  { head: 'TTW, kg\nper tkm', alignment: 'right', rank: 3 },
  { head: 'Default\nload, t', alignment: 'right', rank: 2 },
  { head: 'Years,\nsource', alignment: 'right', rank: 1 },
];

function renderEmbedded(tocs: readonly ListedToc[], options: TableOptions): string {
  const footnotes = new Footnotes();
  const categories = [...new Set(tocs.map(({ category }) => category))];
  const groups = categories.map((title) => ({
    title,
    entries: tocs.filter(({ category }) => category === title).flatMap((toc) => entriesOf(toc, footnotes)),
  }));
  return [
    renderListing(embeddedColumns, groups, options),
    'kg CO2e of the latest year; rows of earlier years take the figures of theirs, which --json lists\n',
    footnotes.render(options.width),
  ].join('');
}

/** One entry for each range of distances. */
function entriesOf(toc: ListedToc, footnotes: Footnotes): readonly ListingEntry[] {
  const { aliases, is_default: isDefault, category, default_load: load, notes } = toc;
  const details = [
    ...(aliases.length === 0 ? [] : [`also ${aliases.join(', ')}`]),
    ...(isDefault ? [`default of ${category}`] : []),
    ...notes,
  ];
  const loadCell = load === null ? '–' : `${tonnes(load.tonnes)} ${footnotes.mark(load)}`;
  const ranges = [...new Set(toc.factors.map(rangeOf))];
  if (ranges.length === 0) return [{ cells: [[toc.toc], ['–'], ['–'], ['–'], [loadCell], ['–']], details }];
  return ranges.map((range, index) => {
    const own = toc.factors.filter((factor) => rangeOf(factor) === range);
    const latest = own.toSorted((a, b) => (b.year ?? 0) - (a.year ?? 0))[0];
    const years = yearRange(own.flatMap(({ year }) => (year === null ? [] : [year])));
    return {
      cells: [
        [toc.toc],
        [factorFigure(latest?.wtw_kg_per_tkm ?? null)],
        [factorFigure(latest?.wtt_kg_per_tkm ?? null)],
        [factorFigure(latest?.ttw_kg_per_tkm ?? null)],
        [loadCell],
        [latest === undefined ? '' : `${years} ${footnotes.mark(latest)}`.trim()],
      ],
      details: [...(range === '' ? [] : [range]), ...(index === 0 ? details : [])],
    };
  });
}

function rangeOf({ from_km: from, below_km: below }: Factor): string {
  return [
    ...(from === null ? [] : [`from ${count(from)} km`]),
    ...(below === null ? [] : [`under ${count(below)} km`]),
  ].join(', ');
}

const tonnes = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 3 });

const ownColumns: readonly ListingColumn[] = [
  { head: 'Vehicle type\n(toc)', alignment: 'left', wraps: true },
  { head: 'Category', alignment: 'left' },
  { head: 'Vehicle', alignment: 'left', rank: 3 },
  { head: 'Type', alignment: 'left', rank: 4 },
  { head: 'WTW, kg\nper tkm', alignment: 'right' },
  { head: 'Default\nload, kg', alignment: 'right', rank: 2 },
  { head: 'Location', alignment: 'left', rank: 1 },
];

function renderOwn(rows: readonly ListedAccountToc[], options: TableOptions): string {
  const categories = [...new Set(rows.map(({ category }) => category))].toSorted();
  const text = (value: string | null): readonly string[] => [value === null ? '–' : printable(value)];
  const groups = categories.map((category) => ({
    entries: rows
      .filter((row) => row.category === category)
      .map((row) => ({
        cells: [
          text(row.toc),
          text(row.category),
          text(row.vehicle),
          text(row.type),
          [factorFigure(row.wtw)],
          [row.default_load === null ? '–' : count(row.default_load)],
          text(row.location),
        ],
      })),
  }));
  return renderListing(ownColumns, groups, options);
}
