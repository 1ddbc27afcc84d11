import Table from 'cli-table3';
import { cutText } from './cut-text.ts';
import { type ColumnNeed, fitColumns, type Fitted, leftOut } from './fit-columns.ts';
import { renderStack } from './stack.ts';
import { widest } from './wrap-text.ts';
import type { Style } from '../style.ts';

export interface TableOptions {
  readonly style: Style;
  readonly width: number;
  /** Lists every warning and cause instead of the most frequent. */
  readonly isVerbose: boolean;
  /** Leaves out the lines between rows: for rows of one line. */
  readonly isTight?: boolean;
}

export interface TableColumn {
  readonly head: string;
  readonly alignment: 'left' | 'right';
  /** Where the width does not suffice, the column with the highest rank goes first; one without a rank stays. */
  readonly rank?: number;
  /** What may be done to its texts before: figures are left whole. */
  readonly narrows?: 'wrap' | 'cut' | 'cut start';
}

const leastTextWidth = 12;

/** A table with a head, fitted into the width; where nothing makes it fit, its rows as lines of `label  value`. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const { width } = options;
  const heads = columns.map(({ head }) => head);
  const needs = columns.map((column, index) => needOf(column, [column.head, ...rows.map((row) => row[index] ?? '')]));
  const fitted = fitColumns(needs, width);
  if (!fitted.fits) return renderStack(heads, rows, width);
  const isWhole = rows.length <= rowsAtOnce;
  const isNatural = isWhole && fitted.kept.every((index) => fitted.widths[index] === needs[index]?.natural);
  const table = drawTable(
    pick(columns, fitted),
    rows.map((row) =>
      pick(
        row.map((cell, index) => narrowed(cell, columns[index], fitted.widths[index])),
        fitted,
      ),
    ),
    options,
    isNatural ? undefined : pick(fitted.widths, fitted),
  );
  return table + leftOut(heads, fitted, options);
}

const pick = <T>(all: readonly T[], { kept }: Fitted): readonly T[] => all.filter((_, index) => kept.includes(index));

function needOf({ narrows, rank }: TableColumn, texts: readonly string[]): ColumnNeed {
  const lines = texts.flatMap((text) => text.split('\n'));
  const natural = widest(lines);
  const least = narrows === undefined ? natural : leastTextWidth;
  const word = narrows === 'wrap' ? Math.min(2 * leastTextWidth, widest(lines.flatMap((line) => line.split(' ')))) : 0;
  return { natural, minimal: Math.min(natural, Math.max(least, word)), rank };
}

/** A cell as it fits; broken it is by the table itself. */
function narrowed(cell: string, column: TableColumn | undefined, width = 0): string {
  if (column?.narrows !== 'cut' && column?.narrows !== 'cut start') return cell;
  return cutText(cell, width, column.narrows === 'cut' ? 'start' : 'end');
}

const padding = 2;

/** The library's time grows with the square of the rows: longer tables are drawn in parts of one width. */
const rowsAtOnce = 500;

/**
 * Draws a table as it is.
 *
 * @param widths of the texts in the columns, where these are not as broad as their texts
 */
export function drawTable(
  columns: readonly Pick<TableColumn, 'head' | 'alignment'>[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
  widths?: readonly number[],
): string {
  if (widths === undefined || rows.length <= rowsAtOnce) {
    const text = drawPart(columns, rows, options, widths);
    return options.isTight === true ? withHeadLineOnly(text) : text;
  }
  const lines: string[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = drawPart(columns, rows.slice(from, from + rowsAtOnce), options, widths)
      .trimEnd()
      .split('\n');
    const isLast = from + rowsAtOnce >= rows.length;
    // The line under the head of a part is the one between two rows.
    lines.push(...part.slice(from === 0 ? 0 : part.findIndex(isRule), isLast ? part.length : -1));
  }
  const text = `${lines.join('\n')}\n`;
  return options.isTight === true ? withHeadLineOnly(text) : text;
}

function drawPart(
  columns: readonly Pick<TableColumn, 'head' | 'alignment'>[],
  rows: readonly (readonly string[])[],
  { style }: TableOptions,
  widths: readonly number[] | undefined,
): string {
  const made = new Table({
    head: columns.map(({ head }) => style.bold(head)),
    colAligns: columns.map(({ alignment }) => alignment),
    style: { head: [], border: [] },
    ...(widths === undefined ? {} : { colWidths: widths.map((width) => width + padding), wordWrap: true }),
  });
  made.push(...rows.map((row) => [...row]));
  return `${made.toString()}\n`;
}

const isRule = (line: string | undefined): boolean => line?.startsWith('├') === true;

/** The library draws lines between all rows or none, also not under the head. */
function withHeadLineOnly(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex(isRule);
  return lines.filter((line, index) => index === first || !isRule(line)).join('\n');
}
