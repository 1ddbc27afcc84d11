import { renderTable, type TableOptions } from './table.ts';
import { wrapText } from './wrap-text.ts';

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

/** Entries that stand together, between two rules. */
export interface ListingGroup {
  readonly title?: string;
  readonly entries: readonly ListingEntry[];
}

/** Padding and border of each column, and one border more. */
const frame = 3;
const outerBorder = 1;

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
  const { widths, kept } = fit(columns, entries, options.width);
  const rows = groups.map((group) => layOut(group, columns, kept, widths, options));
  const shown = kept.flatMap((index) => columns[index] ?? []);
  const table = renderTable(
    shown.map(({ head }) => head),
    shown.map(({ alignment }) => alignment),
    rows,
    options,
  );
  if (kept.length === columns.length) return table;
  const hidden = columns.filter((_, index) => !kept.includes(index)).map(({ head }) => head.replaceAll('\n', ' '));
  return `${table}${options.style.dim(`left out for want of width: ${hidden.join('; ')}`)}\n`;
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));

function fit(
  columns: readonly ListingColumn[],
  entries: readonly ListingEntry[],
  width: number,
): { readonly widths: readonly number[]; readonly kept: readonly number[] } {
  const texts = columns.map(({ head }, index) => [
    ...head.split('\n'),
    ...entries.flatMap(({ cells }) => cells[index] ?? []),
  ]);
  const details = entries.flatMap((entry) => entry.details ?? []).map((text) => `${indent}${text}`);
  const natural = texts.map((own, index) =>
    Math.max(widest(own), index === 0 ? Math.min(detailWidth, widest(details)) : 0),
  );
  const minimal = texts.map((own, index) => {
    if (columns[index]?.wraps !== true) return natural[index] ?? 0;
    const words = own.flatMap((text) => text.split(' '));
    const indented = index === 0 ? details.flatMap((text) => text.trim().split(' ')) : [];
    return Math.max(least, widest(words), widest(indented) + (indented.length === 0 ? 0 : indent.length));
  });
  let kept = columns.map((_, index) => index);
  for (;;) {
    const widths = [...natural];
    const excess = (): number => kept.reduce((sum, index) => sum + (widths[index] ?? 0) + frame, outerBorder) - width;
    for (let over = excess(); over > 0; over = excess()) {
      const [broadest] = kept
        .filter((index) => (widths[index] ?? 0) > (minimal[index] ?? 0))
        .toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
      if (broadest === undefined) break;
      widths[broadest] = (widths[broadest] ?? 0) - 1;
    }
    const [dropped] = kept
      .filter((index) => columns[index]?.rank !== undefined)
      .toSorted((a, b) => (columns[b]?.rank ?? 0) - (columns[a]?.rank ?? 0));
    if (excess() <= 0 || dropped === undefined) return { widths, kept };
    kept = kept.filter((index) => index !== dropped);
  }
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
