import { type ColumnNeed, fitColumns, leftOut } from './tables/fit-columns.ts';
import { renderStack } from './tables/stack.ts';
import { drawTable, type TableOptions } from './tables/table.ts';
import { widest, wrapText } from './tables/wrap-text.ts';

export interface ListingColumn {
  /** May have several lines. */
  readonly head: string;
  readonly alignment: 'left' | 'right';
  /** Where the width does not suffice, the column with the highest rank goes first; one without a rank stays. */
  readonly rank?: number;
  /** Whether its texts may be broken at spaces. */
  readonly wraps?: boolean;
}

/** One thing that is listed. */
export interface ListingEntry {
  /** The lines of each column. */
  readonly cells: readonly (readonly string[])[];
  /** What is said below its name, in the first column. */
  readonly details?: readonly string[];
}

/** Entries that are together, between two rules. */
export interface ListingGroup {
  readonly title?: string;
  readonly entries: readonly ListingEntry[];
}

/** Details are broken at this width where no name is longer. */
const detailWidth = 30;

const indent = '  ';

const least = 12;

/** A table with many lines between two rules, fitted into the width: texts are broken first, then columns are left out. */
export function renderListing(
  columns: readonly ListingColumn[],
  groups: readonly ListingGroup[],
  options: TableOptions,
): string {
  const entries = groups.flatMap((group) => group.entries);
  const fitted = fitColumns(needsOf(columns, entries), options.width);
  const heads = columns.map(({ head }) => head);
  if (!fitted.fits) return renderStack(heads, entries.map(stacked), options.width);
  const { widths, kept } = fitted;
  const rows = groups.map((group) => layOut(group, columns, kept, widths, options));
  const table = drawTable(
    kept.flatMap((index) => columns[index] ?? []),
    rows,
    options,
  );
  return table + leftOut(heads, fitted, options);
}

const stacked = ({ cells, details = [] }: ListingEntry): readonly string[] =>
  cells.map((lines, index) => [...lines, ...(index === 0 ? details : [])].join('\n'));

function needsOf(columns: readonly ListingColumn[], entries: readonly ListingEntry[]): readonly ColumnNeed[] {
  const details = entries.flatMap((entry) => entry.details ?? []).map((text) => `${indent}${text}`);
  return columns.map(({ head, wraps, rank }, index) => {
    const own = [...head.split('\n'), ...entries.flatMap(({ cells }) => cells[index] ?? [])];
    const below = index === 0 ? details : [];
    const natural = Math.max(widest(own), Math.min(detailWidth, widest(below)));
    if (wraps !== true) return { natural, minimal: natural, rank };
    const words = own.flatMap((text) => text.split(' '));
    const indented = below.flatMap((text) => text.trim().split(' '));
    const minimal = Math.max(least, widest(words), widest(indented) + (indented.length === 0 ? 0 : indent.length));
    return { natural, minimal, rank };
  });
}

/** The cells of a group: the lines of all its entries, level with each other. */
function layOut(
  { title, entries }: ListingGroup,
  columns: readonly ListingColumn[],
  kept: readonly number[],
  widths: readonly number[],
  { style }: TableOptions,
): string[] {
  const lines = kept.map((): string[] => []);
  const add = (added: readonly (readonly string[])[]): void => {
    const height = Math.max(...added.map(({ length }) => length));
    for (const [place, own] of lines.entries()) {
      own.push(...Array.from({ length: height }, (_, at) => added[place]?.[at] ?? ''));
    }
  };
  if (title !== undefined) add([[style.bold(title)]]);
  for (const { cells, details = [] } of entries) {
    add(
      kept.map((index) => {
        const width = widths[index] ?? 0;
        const own = cells[index] ?? [];
        const main = columns[index]?.wraps === true ? own.flatMap((text) => wrapText(text, width)) : own;
        if (index > 0) return main;
        const below = details.flatMap((text) => wrapText(text, width - indent.length));
        return [...main, ...below.map((line) => style.dim(`${indent}${line}`))];
      }),
    );
  }
  return lines.map((own) => own.join('\n'));
}
