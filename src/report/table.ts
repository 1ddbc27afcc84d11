import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';

export interface TableOptions {
  readonly style: ChalkInstance;
  readonly width: number;
  /** Lists every warning and cause instead of the most frequent. */
  readonly isVerbose: boolean;
  /** Leaves out the lines between rows: for rows of one line. */
  readonly isTight?: boolean;
}

const noLines = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

type Alignment = 'left' | 'right';

/** A table with a head. */
export function renderTable(
  head: readonly string[],
  alignments: readonly Alignment[],
  rows: readonly (readonly string[])[],
  { style, isTight = false }: TableOptions,
  widths?: readonly (number | null)[],
): string {
  const made = new Table({
    head: head.map((text) => style.bold(text)),
    colAligns: [...alignments],
    style: { head: [], border: [] },
    ...(isTight ? { chars: { ...noLines } } : {}),
    ...(widths === undefined ? {} : { colWidths: [...widths], wordWrap: true }),
  });
  made.push(...rows.map((row) => [...row]));
  const text = `${made.toString()}\n`;
  return isTight ? withHeadLine(text) : text;
}

/** The line under the head, which the library has only together with lines between all rows. */
function withHeadLine(text: string): string {
  const [top = '', head = '', ...rows] = text.split('\n');
  const line = top.replace('┌', '├').replace('┐', '┤').replaceAll('┬', '┼');
  return [top, head, line, ...rows].join('\n');
}
