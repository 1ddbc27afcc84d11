import { wrapText } from './wrap-text.ts';
import type { Style } from '../style.ts';

/** How broad a column would be, and how narrow it may become. */
export interface ColumnNeed {
  readonly natural: number;
  readonly minimal: number;
  /** Where the width does not suffice, the column with the highest rank goes first; one without a rank stays. */
  readonly rank: number | undefined;
}

export interface Fitted {
  /** Of the texts of each column, also of those that are left out. */
  readonly widths: readonly number[];
  /** Indexes of the columns that remain. */
  readonly kept: readonly number[];
  /** Whether these fit into the width; where they do not, nothing more can be done to a table. */
  readonly fits: boolean;
}

/** Padding and border of each column, and one border more. */
const frame = 3;
const outerBorder = 1;

/** Fits columns into a width: the broadest are made narrower first, then columns are left out. */
export function fitColumns(needs: readonly ColumnNeed[], width: number): Fitted {
  let kept = needs.map((_, index) => index);
  for (;;) {
    const widths = needs.map(({ natural }) => natural);
    const excess = (): number => kept.reduce((sum, index) => sum + (widths[index] ?? 0) + frame, outerBorder) - width;
    for (let over = excess(); over > 0; over = excess()) {
      const [broadest] = kept
        .filter((index) => (widths[index] ?? 0) > (needs[index]?.minimal ?? 0))
        .toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
      if (broadest === undefined) break;
      widths[broadest] = (widths[broadest] ?? 0) - 1;
    }
    const fits = excess() <= 0;
    const [dropped] = kept
      .filter((index) => needs[index]?.rank !== undefined)
      .toSorted((a, b) => (needs[b]?.rank ?? 0) - (needs[a]?.rank ?? 0));
    if (fits || dropped === undefined) return { widths, kept, fits };
    kept = kept.filter((index) => index !== dropped);
  }
}

/** The lines below a table that leaves columns out. */
export function leftOut(
  heads: readonly string[],
  { kept }: Fitted,
  { style, width }: { readonly style: Style; readonly width: number },
): string {
  const hidden = heads.filter((_, index) => !kept.includes(index)).map((head) => head.replaceAll('\n', ' '));
  if (hidden.length === 0) return '';
  const lines = wrapText(`hidden columns (terminal too narrow): ${hidden.join('; ')}`, width);
  return lines.map((line) => `${style.dim(line)}\n`).join('');
}
