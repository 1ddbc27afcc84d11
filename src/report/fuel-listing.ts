import { printable } from '../issues.ts';
import { accountSection } from './account-section.ts';
import { factorFigure } from './factor-figure.ts';
import { Footnotes } from './footnotes.ts';
import type { FuelsDocument, ListedAccountFuel, ListedFuel } from './fuels-document.ts';
import { count } from './format.ts';
import { type ListingColumn, type ListingEntry, renderListing } from './listing.ts';
import type { TableOptions } from './tables/table.ts';
import { yearRange } from './year-range.ts';

/** The fuels as tables: those that are embedded with their latest factors, then the account's own. */
export function renderFuels({ embedded, account }: FuelsDocument, options: TableOptions): string {
  const own = account === null || account.rows.length === 0 ? '' : renderOwn(account.rows, options);
  return [
    embedded.length === 0 ? 'none of the embedded fuels matches\n' : renderEmbedded(embedded, options),
    accountSection(account, 'fuels', 'fuels', own, options.style),
  ].join('');
}

const embeddedColumns: readonly ListingColumn[] = [
  { head: 'Fuel', alignment: 'left', wraps: true },
  { head: 'Unit', alignment: 'left' },
  { head: 'WTW, kg\nper unit', alignment: 'right' },
  { head: 'WTT, kg\nper unit', alignment: 'right', rank: 4 },
  { head: 'TTW, kg\nper unit', alignment: 'right', rank: 3 },
  { head: 'Biogenic\nCO2, kg', alignment: 'right', rank: 2 },
  { head: 'kg/l', alignment: 'right', rank: 5 },
  { head: 'Years,\nsource', alignment: 'right', rank: 1 },
];

function renderEmbedded(fuels: readonly ListedFuel[], options: TableOptions): string {
  const footnotes = new Footnotes();
  const groups = fuels.map((fuel) => ({ entries: [entryOf(fuel, footnotes)] }));
  return [
    renderListing(embeddedColumns, groups, options),
    'kg CO2e of the latest year; rows of earlier years take the figures of theirs, which --json lists\n',
    'a quantity without a unit is in the first one of its fuel\n',
    footnotes.render(options.width),
  ].join('');
}

function entryOf(fuel: ListedFuel, footnotes: Footnotes): ListingEntry {
  const { name, aliases, notes, region, further_sources: further } = fuel;
  const latestYear = Math.max(...fuel.factors.map(({ year }) => year));
  const latest = fuel.factors.filter(({ year }) => year === latestYear);
  const column = (value: (factor: ListedFuel['factors'][number]) => string): readonly string[] => latest.map(value);
  const [shown] = latest;
  const marks = [...(shown === undefined ? [] : [{ ...shown, region }]), ...further].map((each) =>
    footnotes.mark(each),
  );
  return {
    cells: [
      [name],
      column(({ unit }) => unit),
      column((factor) => factorFigure(factor.wtw_kg)),
      column((factor) => factorFigure(factor.wtt_kg)),
      column((factor) => factorFigure(factor.ttw_kg)),
      column((factor) => factorFigure(factor.biogenic_co2_kg)),
      [factorFigure(fuel.density_kg_per_l)],
      [yearRange(fuel.factors.map(({ year }) => year)), marks.join(' ')],
    ],
    details: [...alsoOf(aliases), ...notes],
  };
}

const aliasesShown = 8;

function alsoOf(aliases: readonly string[]): readonly string[] {
  if (aliases.length === 0) return [];
  const more = aliases.length - aliasesShown;
  return [`also ${aliases.slice(0, aliasesShown).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`];
}

const ownColumns: readonly ListingColumn[] = [
  { head: 'Name', alignment: 'left', wraps: true },
  { head: 'Id', alignment: 'left' },
  { head: 'Region', alignment: 'left', rank: 1 },
  { head: 'Calculated as', alignment: 'left', wraps: true, rank: 2 },
];

function renderOwn(rows: readonly ListedAccountFuel[], options: TableOptions): string {
  const text = (value: string | null): readonly string[] => [value === null ? '–' : printable(value)];
  const entries = rows.map((row) => ({
    cells: [text(row.name), text(row.id), text(row.region), text(row.calculated_as)],
  }));
  return renderListing(ownColumns, [{ entries }], options);
}
